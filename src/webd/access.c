/* SPDX-License-Identifier: BSD-2-Clause */
/* See access.h. */
#include "webd/access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "serve/clock.h"
#include "serve/log.h"
#include "web/route.h"
#include "webd/reply.h"

#define PAGE 120

static int open_file(const char *path, struct op25b_error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);

	if (fd < 0)
		return op25b_error_set(error, -errno, "access log %s: %s", path, strerror(errno));
	return fd;
}

int op25b_access_open(struct op25b_access_log *access, const struct op25b_web_file *file,
		      struct op25b_error *error)
{
	*access =
		(struct op25b_access_log){ .to = file->access_log, .path = file->access_path, -1 };
	if (access->to != OP25B_WEB_LOG_FILE)
		return 0;
	access->fd = open_file(access->path, error);
	return access->fd < 0 ? access->fd : 0;
}

int op25b_access_reopen(struct op25b_access_log *access, struct op25b_error *error)
{
	int fd;

	if (access->to != OP25B_WEB_LOG_FILE)
		return 0;
	fd = open_file(access->path, error);
	if (fd < 0)
		return fd;
	op25b_cleanup_close(&access->fd);
	access->fd = fd;
	return 0;
}

void op25b_access_close(struct op25b_access_log *access)
{
	op25b_cleanup_close(&access->fd);
}

/* An outcome's name is a statistic, a number may be somebody's code. */
static const char *rest_of(const char *rest)
{
	return strspn(rest, "abcdefghijklmnopqrstuvwxyz-_.") == strlen(rest) ? rest : "*";
}

static void name_page(const struct op25b_web_request *request, char ret[static PAGE])
{
	const char *rest = "", *allowed, *language = "";
	enum op25b_lang lang = OP25B_JA;
	const struct op25b_route *route =
		request ? op25b_route_find(request, &lang, &rest, &allowed) : NULL;

	if (route && route->in_language)
		language = lang == OP25B_EN ? "/en" : "/ja";
	snprintf(ret, PAGE, "%s%s%.40s", route ? language : "", route ? route->path : "-",
		 !route        ? "" :
		 route->secret ? "*" :
				 rest_of(rest));
}

void op25b_access_note(struct op25b_access_log *access, const struct op25b_reply *reply,
		       const char *method, int status, size_t size)
{
	const double ms = (double)(op25b_clock_boot_ns() - reply->began) / 1e6;
	char page[PAGE], stamp[OP25B_STAMP];

	if (access->to == OP25B_WEB_LOG_NONE)
		return;
	name_page(reply->request, page);
	op25b_clock_stamp(op25b_clock_wall(), stamp);
	if (access->to == OP25B_WEB_LOG_JOURNAL)
		op25b_log(OP25B_LOG_NOTICE, "%s %s %d %zu %.1f", method, page, status, size, ms);
	else
		dprintf(access->fd, "%s %s %s %d %zu %.1f\n", stamp, method, page, status, size,
			ms);
}

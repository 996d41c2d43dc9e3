/* SPDX-License-Identifier: BSD-2-Clause */
/* See probe-out.h. */
#include "cli/probe-out.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

/* no-color.org: set and not empty. */
static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && no[0]) && terminal && strcmp(terminal, "dumb") != 0;
}

static bool scrolls(const char *text)
{
	struct winsize size;
	size_t lines = 0;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_row)
		return false;
	for (; *text; text++)
		lines += *text == '\n';
	return lines >= size.ws_row;
}

void op25b_probe_show(const struct op25b_probe_report *report,
		      const struct op25b_probe_judgement *judgement, enum op25b_probe_lang lang,
		      bool said)
{
	OP25B_AUTO_FREE char *text = NULL;
	size_t size = 0;
	struct op25b_probe_paper paper = { open_memstream(&text, &size), lang, wants_colour() };

	if (!paper.out)
		return;
	op25b_probe_print(&paper, report, judgement, said);
	if (fclose(paper.out))
		return;
	fputs(text, stdout);
	if (said || scrolls(text)) {
		paper.out = stdout;
		putchar('\n');
		op25b_probe_print_verdict(&paper, report, judgement);
	}
}

static int write_all(int fd, const char *text)
{
	for (size_t left = strlen(text); left;) {
		ssize_t n = write(fd, text, left);

		if (n < 0 && errno != EINTR)
			return -errno;
		text += n > 0 ? n : 0;
		left -= n > 0 ? (size_t)n : 0;
	}
	return fchmod(fd, 0644) < 0 ? -errno : 0;
}

int op25b_probe_file(const char *path, const char *text)
{
	OP25B_AUTO_CLOSE int fd = -1;
	char beside[PATH_MAX];
	int r;

	if (snprintf(beside, sizeof(beside), "%s.XXXXXX", path) >= (int)sizeof(beside))
		return -ENAMETOOLONG;
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = write_all(fd, text);
	if (!r && rename(beside, path) < 0)
		r = -errno;
	if (r)
		unlink(beside);
	return r;
}

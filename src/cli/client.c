/* SPDX-License-Identifier: BSD-2-Clause */
/* See client.h. Blocking: a command has nothing else to do. */
#include "cli/client.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "op25b/control.h"

struct op25b_client {
	const struct op25b_command *command;
	FILE *stream;
	char *line;
	size_t room;
};

static int unreachable(const struct op25b_command *command, const char *path, int fault,
		       int *ret_exit)
{
	bool denied = fault == EACCES || fault == EPERM;

	*ret_exit = denied ? OP25B_EXIT_NOT_PERMITTED : OP25B_EXIT_UNREACHABLE;
	if (denied)
		op25b_say(command,
			  "%s: not permitted; be root or in the group that the daemon's file names",
			  path);
	else
		op25b_say(command,
			  "%s: %s; does the daemon run whose socket this is, op25bd or "
			  "op25b-radiusd? What a gateway enforces goes on without either",
			  path, strerror(fault));
	return -fault;
}

int op25b_client_open(const struct op25b_command *command, const char *path,
		      struct op25b_client **ret_client, int *ret_exit)
{
	OP25B_AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct op25b_client *client;

	if (!path)
		path = getenv("OP25B_SOCKET");
	if (!path || !*path)
		path = OP25B_CONTROL_SOCKET;
	if (strlen(path) >= sizeof(address.sun_path))
		return unreachable(command, path, ENAMETOOLONG, ret_exit);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return unreachable(command, path, errno, ret_exit);
	client = calloc(1, sizeof(*client));
	if (client)
		client->stream = fdopen(fd, "r+");
	if (!client || !client->stream) {
		free(client);
		return unreachable(command, path, ENOMEM, ret_exit);
	}
	(void)OP25B_TAKE_FD(fd);
	client->command = command;
	*ret_client = client;
	return 0;
}

void op25b_client_close(struct op25b_client **client)
{
	if (!*client)
		return;
	op25b_cleanup_fclose(&(*client)->stream);
	free((*client)->line);
	free(*client);
	*client = NULL;
}

static int lost(const struct op25b_client *client, int *ret_exit)
{
	*ret_exit = OP25B_EXIT_UNREACHABLE;
	op25b_say(client->command, "the daemon closed the connection; see its log");
	return -ENODATA;
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = send(fd, data, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

int op25b_client_request(struct op25b_client *client, json_t *request, int *ret_exit)
{
	OP25B_AUTO_FREE char *text = request ? json_dumps(request, JSON_COMPACT) : NULL;
	int fd;

	assert(client);
	fd = fileno(client->stream);
	json_decref(request);
	if (!text) {
		*ret_exit = OP25B_EXIT_USAGE;
		op25b_say(client->command, "out of memory");
		return -ENOMEM;
	}
	/* A daemon that refuses a long request says so and closes: its word is still to be read. */
	if (!write_all(fd, text, strlen(text)))
		(void)write_all(fd, "\n", 1);
	return 0;
}

static int report_error(const struct op25b_client *client, const json_t *error, int *ret_exit)
{
	const char *code = json_string_value(json_object_get(error, "code"));
	const char *text = json_string_value(json_object_get(error, "text"));

	*ret_exit = OP25B_EXIT_NO;
	if (code && (!strcmp(code, "bad-request") || !strcmp(code, "too-large")))
		*ret_exit = OP25B_EXIT_USAGE;
	if (code && !strcmp(code, "busy"))
		*ret_exit = OP25B_EXIT_UNREACHABLE;
	op25b_say(client->command, "%s", text ? text : "the daemon refused without a reason");
	return -ENODATA;
}

int op25b_client_receive(struct op25b_client *client, json_t **ret_answer, int *ret_exit)
{
	ssize_t n = getline(&client->line, &client->room, client->stream);
	json_t *answer, *error;
	int r;

	if (n <= 0 || client->line[n - 1] != '\n')
		return lost(client, ret_exit);
	answer = json_loadb(client->line, (size_t)n, 0, NULL);
	if (!answer)
		return lost(client, ret_exit);
	error = json_object_get(answer, "error");
	if (error) {
		r = report_error(client, error, ret_exit);
		json_decref(answer);
		return r;
	}
	*ret_answer = answer;
	return 0;
}

json_t *op25b_client_ask(const struct op25b_command *command, const char *path, json_t *request,
			 int *ret_exit)
{
	struct op25b_client *client = NULL;
	json_t *answer = NULL;

	if (op25b_client_open(command, path, &client, ret_exit)) {
		json_decref(request);
		return NULL;
	}
	if (!op25b_client_request(client, request, ret_exit))
		op25b_client_receive(client, &answer, ret_exit);
	op25b_client_close(&client);
	return answer;
}

void op25b_client_print(const json_t *json)
{
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
}

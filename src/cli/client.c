/* SPDX-License-Identifier: BSD-2-Clause */
/* See client.h. Blocking: a command has nothing else to do. */
#include "cli/client.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "op25b/control.h"
#include "policy/prefix.h"

#define PATIENCE     60 /* seconds; a daemon that works at something answers within a few */
#define FAR_PATIENCE 10 /* seconds for a connection to another host */

struct op25b_client {
	const struct op25b_command *command;
	FILE *stream;
	char *line;
	size_t room;
	bool far; /* on another host */
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
			  "%s: %s; does the daemon run whose socket this is, op25bd, op25b-radiusd "
			  "or op25b-maild? What a gateway enforces goes on without them",
			  path, strerror(fault));
	return -fault;
}

/* Takes @fd on success. */
static int begin(const struct op25b_command *command, int fd, struct op25b_client **ret)
{
	struct op25b_client *client = calloc(1, sizeof(*client));

	if (client)
		client->stream = fdopen(fd, "r+");
	if (!client || !client->stream) {
		free(client);
		return -ENOMEM;
	}
	client->command = command;
	*ret = client;
	return 0;
}

int op25b_client_open(const struct op25b_command *command, const char *path,
		      struct op25b_client **ret_client, int *ret_exit)
{
	OP25B_AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (!path)
		path = getenv("OP25B_SOCKET");
	if (!path || !*path)
		path = OP25B_CONTROL_SOCKET;
	if (strlen(path) >= sizeof(address.sun_path))
		return unreachable(command, path, ENAMETOOLONG, ret_exit);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return unreachable(command, path, errno, ret_exit);
	if (begin(command, fd, ret_client))
		return unreachable(command, path, ENOMEM, ret_exit);
	(void)OP25B_TAKE_FD(fd);
	return 0;
}

static int connect_far(const struct op25b_endpoint *at, int *ret_fd)
{
	const struct timeval patience = { .tv_sec = FAR_PATIENCE };
	struct sockaddr_storage address;
	socklen_t size = op25b_endpoint_fill(at, &address);
	OP25B_AUTO_CLOSE int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* The time to send is the time to connect, too; who is late is "in progress". */
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0 ||
	    connect(fd, (const struct sockaddr *)&address, size) < 0)
		return errno == EINPROGRESS ? -ETIMEDOUT : -errno;
	*ret_fd = OP25B_TAKE_FD(fd);
	return 0;
}

int op25b_client_open_far(const struct op25b_command *command, const struct op25b_endpoint *at,
			  struct op25b_client **ret_client, int *ret_exit)
{
	char text[OP25B_PREFIX_TEXT];
	int fd = -1, r = connect_far(at, &fd);

	r = r ? r : begin(command, fd, ret_client);
	if (!r) {
		(*ret_client)->far = true;
		return 0;
	}
	op25b_cleanup_close(&fd);
	*ret_exit = OP25B_EXIT_UNREACHABLE;
	op25b_say(command,
		  "%s port %u: %s; does op25b-maild run there, and has its file this in 'held' of "
		  "'listen'?",
		  op25b_address_format(at->address.family, at->address.addr, text), at->port,
		  strerror(-r));
	return r;
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

static int lost(const struct op25b_client *client, int fault, int *ret_exit)
{
	*ret_exit = OP25B_EXIT_UNREACHABLE;
	if (fault == EAGAIN)
		op25b_say(client->command, "no answer within %d s; does the daemon hang?",
			  PATIENCE);
	else if (client->far)
		op25b_say(client->command,
			  "op25b-maild closed the connection; is this host's address in 'clients' "
			  "of its file?");
	else
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
	if (code && !strcmp(code, "not-permitted"))
		*ret_exit = OP25B_EXIT_NOT_PERMITTED;
	op25b_say(client->command, "%s", text ? text : "the daemon refused without a reason");
	return -ENODATA;
}

int op25b_client_receive(struct op25b_client *client, json_t **ret_answer, int *ret_exit)
{
	json_t *answer, *error;
	ssize_t n;
	int r;

	errno = 0;
	n = getline(&client->line, &client->room, client->stream);
	if (n <= 0 || client->line[n - 1] != '\n')
		return lost(client, errno, ret_exit);
	answer = json_loadb(client->line, (size_t)n, 0, NULL);
	if (!answer)
		return lost(client, 0, ret_exit);
	error = json_object_get(answer, "error");
	if (error) {
		r = report_error(client, error, ret_exit);
		json_decref(answer);
		return r;
	}
	*ret_answer = answer;
	return 0;
}

void op25b_client_hurry(struct op25b_client *client)
{
	const struct timeval patience = { .tv_sec = PATIENCE };

	assert(client);
	setsockopt(fileno(client->stream), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

static json_t *ask(const struct op25b_command *command, const char *path, json_t *request,
		   bool hurry, int *ret_exit)
{
	struct op25b_client *client = NULL;
	json_t *answer = NULL;

	if (op25b_client_open(command, path, &client, ret_exit)) {
		json_decref(request);
		return NULL;
	}
	if (hurry)
		op25b_client_hurry(client);
	if (!op25b_client_request(client, request, ret_exit))
		op25b_client_receive(client, &answer, ret_exit);
	op25b_client_close(&client);
	return answer;
}

json_t *op25b_client_ask(const struct op25b_command *command, const char *path, json_t *request,
			 int *ret_exit)
{
	return ask(command, path, request, true, ret_exit);
}

json_t *op25b_client_await(const struct op25b_command *command, const char *path, json_t *request,
			   int *ret_exit)
{
	return ask(command, path, request, false, ret_exit);
}

void op25b_client_print(const json_t *json)
{
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See queue.h. postqueue and postsuper are run without a shell, and found where Debian has them
 * also when PATH lacks that.
 */
#include "cli/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

#define WORDS 6
#define SBIN  "/usr/sbin/"

static void become(const char *name, const char *const *words, int fd, int at)
{
	char path[64];

	if (dup2(fd, at) < 0)
		_exit(127);
	snprintf(path, sizeof(path), SBIN "%s", name);
	execvp(name, (char *const *)words);
	execv(path, (char *const *)words);
	_exit(127);
}

/*
 * @at: STDOUT_FILENO: we read what it says; STDIN_FILENO: we write what it reads
 * Returns the stream, or NULL and errno.
 */
static FILE *start(const char *name, const char *const *words, int at, pid_t *ret_pid)
{
	OP25B_AUTO_CLOSE int theirs = -1;
	int ends[2], ours;
	FILE *stream = NULL;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return NULL;
	theirs = ends[at == STDOUT_FILENO];
	ours = ends[at == STDIN_FILENO];
	*ret_pid = fork();
	if (*ret_pid == 0)
		become(name, words, theirs, at);
	if (*ret_pid > 0)
		stream = fdopen(ours, at == STDOUT_FILENO ? "r" : "w");
	if (!stream)
		op25b_cleanup_close(&ours);
	return stream;
}

/* Its end; true: it did what it was to do. */
static bool end(const struct op25b_command *command, const char *name, FILE *stream, pid_t pid,
		int *ret_exit)
{
	bool written = !fclose(stream);
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && !WEXITSTATUS(status) && written)
		return true;
	*ret_exit = OP25B_EXIT_UNREACHABLE;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		op25b_say(command,
			  "there is no %s here; run this on the mail host, where Postfix is", name);
	else
		op25b_say(command, "%s failed; it says why above", name);
	return false;
}

static bool fail(const struct op25b_command *command, const char *name, int r, int *ret_exit)
{
	op25b_say(command, "starting %s: %s", name, strerror(-r));
	*ret_exit = OP25B_EXIT_PARTLY;
	return false;
}

/* One line of postqueue -j. Anything that is no message is passed over. */
static int keep(json_t *list, const char *line, size_t size)
{
	json_t *mail = json_loadb(line, size, 0, NULL);
	const char *queue = json_string_value(json_object_get(mail, "queue_name"));

	if (queue && !strcmp(queue, "hold") && json_is_string(json_object_get(mail, "queue_id")))
		return json_array_append_new(list, mail) ? -ENOMEM : 0;
	json_decref(mail);
	return 0;
}

/* "NAME [-c FOLDER] FLAG", and room for one more. */
static void make_words(const char *name, const char *folder, const char *flag,
		       const char *words[static WORDS])
{
	size_t n = 0;

	words[n++] = name;
	if (folder) {
		words[n++] = "-c";
		words[n++] = folder;
	}
	words[n++] = flag;
	while (n < WORDS)
		words[n++] = NULL;
}

bool op25b_queue_held(const struct op25b_command *command, const char *folder, json_t **ret,
		      int *ret_exit)
{
	OP25B_AUTO_FREE char *line = NULL;
	json_t *list = json_array();
	const char *words[WORDS];
	FILE *stream;
	size_t room = 0;
	ssize_t n;
	pid_t pid;
	int r = list ? 0 : -ENOMEM;

	make_words("postqueue", folder, "-j", words);
	stream = start("postqueue", words, STDOUT_FILENO, &pid);
	if (!stream) {
		json_decref(list);
		return fail(command, "postqueue", -errno, ret_exit);
	}
	while (r == 0 && (n = getline(&line, &room, stream)) > 0)
		r = keep(list, line, (size_t)n);
	if (!end(command, "postqueue", stream, pid, ret_exit) ||
	    (r && !fail(command, "postqueue", r, ret_exit))) {
		json_decref(list);
		return false;
	}
	*ret = list;
	return true;
}

int op25b_queue_act(const struct op25b_command *command, const char *folder,
		    enum op25b_queue_act act, const json_t *mails)
{
	const char *words[WORDS];
	int code = OP25B_EXIT_YES;
	json_t *mail;
	FILE *stream;
	size_t i = 0;
	pid_t pid;

	if (!json_array_size(mails))
		return code;
	make_words("postsuper", folder, act == OP25B_QUEUE_RELEASE ? "-r" : "-f", words);
	while (words[i])
		i++;
	words[i] = "-"; /* their names come by its standard input */
	fflush(stdout);
	stream = start("postsuper", words, STDIN_FILENO, &pid);
	if (!stream) {
		fail(command, "postsuper", -errno, &code);
		return code;
	}
	json_array_foreach(mails, i, mail)
		fprintf(stream, "%s\n", json_string_value(json_object_get(mail, "queue_id")));
	end(command, "postsuper", stream, pid, &code);
	return code;
}

bool op25b_queue_has_sender(const json_t *mail)
{
	const char *sender = json_string_value(json_object_get(mail, "sender"));

	return sender && *sender && strcmp(sender, "MAILER-DAEMON") != 0;
}

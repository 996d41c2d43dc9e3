/* SPDX-License-Identifier: BSD-2-Clause */
/* See follower.h. */
#include "daemon/follower.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "session/follow-wire.h"

#define PROGRAM_FD 3 /* of the new process, until it is that program */
#define GROUPS     64

struct identity {
	uid_t uid;
	gid_t gid;
	gid_t groups[GROUPS];
	int n_groups;
};

static int find_user(const char *user, struct identity *ret, struct op25b_error *error)
{
	const struct passwd *entry = getpwnam(user);

	if (!entry)
		return op25b_error_set(
			error, -ENOENT,
			"there is no user '%s' to read the session store as: make it, "
			"or name another as sessions.user in the gateway file",
			user);
	if (!entry->pw_uid)
		return op25b_error_set(
			error, -EPERM,
			"'%s' may do everything, so the session store is not read as "
			"that user: name another in the gateway file",
			user);
	ret->uid = entry->pw_uid;
	ret->gid = entry->pw_gid;
	ret->n_groups = GROUPS;
	if (getgrouplist(user, ret->gid, ret->groups, &ret->n_groups) < 0)
		return op25b_error_set(error, -E2BIG, "'%s' is in more than %d groups", user,
				       GROUPS);
	return 0;
}

/* Between fork and exec: every step, or the first -errno. Groups first: later nothing may. */
static int give_up_everything(const struct identity *to)
{
	const struct rlimit none = { 0 };

	if (!to->uid)
		return -EPERM;
	if (setgroups((size_t)to->n_groups, to->groups) || setresgid(to->gid, to->gid, to->gid) ||
	    setresuid(to->uid, to->uid, to->uid))
		return -errno;
	/* A change of user forgets the signal, so it comes after. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_PDEATHSIG, SIGKILL) ||
	    setrlimit(RLIMIT_CORE, &none) || chdir("/"))
		return -errno;
	return 0;
}

/* 0: the frames; 1 and 2: nowhere; 3: the program; nothing else is left open. */
static int place_descriptors(int fd, int program)
{
	int frames = fcntl(fd, F_DUPFD, PROGRAM_FD + 1);
	int image = fcntl(program, F_DUPFD, PROGRAM_FD + 1);
	int nowhere = open("/dev/null", O_RDWR);

	if (frames < 0 || image < 0 || nowhere < 0 || dup2(nowhere, 1) < 0 ||
	    dup2(nowhere, 2) < 0 || dup2(frames, 0) < 0 || dup3(image, PROGRAM_FD, O_CLOEXEC) < 0)
		return -errno;
	return close_range(PROGRAM_FD + 1, ~0U, 0) ? -errno : 0;
}

static _Noreturn void become(int fd, int program, const struct identity *to)
{
	char *const arguments[] = { (char *)"op25bd", (char *)OP25B_FOLLOWER_OPTION, NULL };
	char *const environment[] = { NULL };
	struct op25b_error error = { "" };
	struct op25b_follow_frame frame = { .kind = OP25B_FOLLOW_PROBLEM, .problem = error.text };
	uint8_t bytes[OP25B_FOLLOW_FRAME];
	int r = place_descriptors(fd, program);

	if (r == 0)
		fd = 0;
	r = r ? r : give_up_everything(to);
	if (r == 0) {
		fexecve(PROGRAM_FD, arguments, environment);
		r = -errno;
	}
	op25b_error_set(&error, r, "can't become the reader of the session store: %s",
			strerror(-r));
	(void)!write(fd, bytes, op25b_follow_encode(&frame, bytes));
	_exit(1);
}

/* The socket takes a task whole while nobody reads. */
static int send_task(int fd, const struct op25b_follow_task *task)
{
	ssize_t n = write(fd, task, sizeof(*task));

	return n == (ssize_t)sizeof(*task) ? 0 : n < 0 ? -errno : -EIO;
}

int op25b_follower_start(const struct op25b_follow_task *task, const char *user,
			 struct op25b_follower *ret, struct op25b_error *error)
{
	OP25B_AUTO_CLOSE int ours = -1, theirs = -1, program = -1;
	struct identity to = { 0 };
	int fds[2], r = find_user(user, &to, error);
	pid_t pid;

	if (r)
		return r;
	program = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	if (program < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		return op25b_error_set(error, -errno,
				       "can't start the reader of the session store: %s",
				       strerror(errno));
	ours = fds[0];
	theirs = fds[1];
	r = send_task(ours, task);
	if (r == 0 && fcntl(ours, F_SETFL, O_NONBLOCK))
		r = -errno;
	pid = r ? -1 : fork();
	if (pid == 0)
		become(theirs, program, &to);
	if (pid < 0) {
		r = r ? r : -errno;
		return op25b_error_set(error, r, "can't start the reader of the session store: %s",
				       strerror(-r));
	}
	*ret = (struct op25b_follower){ .pid = pid, .uid = to.uid, .fd = OP25B_TAKE_FD(ours) };
	return 0;
}

/*
 * The unit leaves us no CAP_KILL: a signal to another user's process is sent as that user. For the
 * moment of one system call, and with root as the real and saved user, to which the way back is.
 */
static void kill_process(pid_t pid, uid_t uid)
{
	if (!kill(pid, SIGKILL) || errno != EPERM || seteuid(uid))
		return;
	kill(pid, SIGKILL);
	if (seteuid(getuid()))
		abort();
	prctl(PR_SET_DUMPABLE, 1);
}

void op25b_follower_end(struct op25b_follower *follower)
{
	if (follower->pid > 0)
		kill_process(follower->pid, follower->uid);
	op25b_cleanup_close(&follower->fd);
}

int op25b_follower_reap(struct op25b_follower *follower, int *ret_status)
{
	int status = 0;
	pid_t pid = follower->pid ? waitpid(follower->pid, &status, WNOHANG) : -1;

	if (pid == 0)
		return 0;
	follower->pid = 0;
	if (ret_status)
		*ret_status = status;
	return 1;
}

int op25b_follower_main(void)
{
	prctl(PR_SET_NAME, "op25bd-follower");
	signal(SIGPIPE, SIG_IGN);
	return op25b_follow(0) ? EXIT_FAILURE : EXIT_SUCCESS;
}

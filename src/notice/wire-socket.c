/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages and their descriptors on the socket. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/cleanup.h"
#include "notice/wire.h"

/* Room for the descriptors of one message, aligned as the kernel wants it. */
union control {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(sizeof(int) * OP25B_WIRE_FDS)];
};

int op25b_wire_send(int socket, const struct op25b_wire_message *message, const int *fds,
		    struct op25b_error *error)
{
	uint8_t bytes[OP25B_WIRE_SIZE];
	size_t n = op25b_wire_fds(message->kind);
	union control control = { 0 };
	struct iovec part = { bytes, 0 };
	struct msghdr head = { .msg_iov = &part, .msg_iovlen = 1 };
	int size = op25b_wire_encode(message, bytes, error);

	if (size < 0)
		return size;
	part.iov_len = (size_t)size;
	if (n) {
		head.msg_control = control.bytes;
		head.msg_controllen = CMSG_SPACE(sizeof(int) * n);
		control.head = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
						 .cmsg_type = SCM_RIGHTS,
						 .cmsg_len = CMSG_LEN(sizeof(int) * n) };
		memcpy(CMSG_DATA(&control.head), fds, sizeof(int) * n);
	}
	if (sendmsg(socket, &head, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return op25b_error_set(error, -errno, "%s", strerror(errno));
	return 0;
}

/* Puts the first descriptors of a message into @ret_fds and returns how many it had. */
static size_t take_fds(struct msghdr *head, int ret_fds[static OP25B_WIRE_FDS])
{
	size_t taken = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(head); c; c = CMSG_NXTHDR(head, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (taken < OP25B_WIRE_FDS)
				ret_fds[taken++] = fd;
			else
				op25b_cleanup_close(&fd);
		}
	}
	return taken;
}

static int check(const struct msghdr *head, size_t n, size_t wanted, struct op25b_error *error)
{
	if (head->msg_flags & MSG_TRUNC)
		return op25b_error_set(error, -EBADMSG, "a message that is too long");
	/* Cut short of the room there is: this process may have no more. */
	if (head->msg_flags & MSG_CTRUNC && n < OP25B_WIRE_FDS)
		return op25b_error_set(error, -EMFILE,
				       "no descriptors are left for a message's: raise this "
				       "program's limit (LimitNOFILE= of its unit)");
	if (head->msg_flags & MSG_CTRUNC || n > wanted)
		return op25b_error_set(error, -EBADMSG, "a message with descriptors too many");
	if (n < wanted)
		return op25b_error_set(error, -EBADMSG, "a message with %zu of %zu descriptors", n,
				       wanted);
	return 0;
}

int op25b_wire_receive(int socket, uint8_t buffer[static OP25B_WIRE_SIZE],
		       struct op25b_wire_message *ret, int ret_fds[static OP25B_WIRE_FDS],
		       struct op25b_error *error)
{
	union control control = { 0 };
	struct iovec part = { buffer, OP25B_WIRE_SIZE };
	struct msghdr head = { .msg_iov = &part,
			       .msg_iovlen = 1,
			       .msg_control = control.bytes,
			       .msg_controllen = sizeof(control.bytes) };
	struct op25b_wire_message message;
	int fds[OP25B_WIRE_FDS] = { -1, -1 };
	ssize_t size = recvmsg(socket, &head, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	size_t n;
	int r;

	if (size < 0)
		return op25b_error_set(error, -errno, "%s", strerror(errno));
	n = take_fds(&head, fds);
	if (!size && !n)
		return op25b_error_set(error, -EPIPE, "the other end is gone");
	r = op25b_wire_decode(buffer, (size_t)size, &message, error);
	if (!r)
		r = check(&head, n, op25b_wire_fds(message.kind), error);
	if (r) {
		for (size_t i = 0; i < OP25B_WIRE_FDS; i++)
			op25b_cleanup_close(&fds[i]);
		return r;
	}
	*ret = message;
	memcpy(ret_fds, fds, sizeof(fds));
	return 0;
}

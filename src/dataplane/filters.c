/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A dump of filters, counted. Each filter comes as one RTM_NEWTFILTER with its handle, and each
 * chain of a priority once more with handle 0, which is no filter.
 */
#include "dataplane/filters.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/attach.h"

struct dump_request {
	struct nlmsghdr head;
	struct tcmsg tc;
};

/* A dump isn't complete within one message: the callers reads on until it is told the end. */
static int take_messages(const struct nlmsghdr *message, size_t length, unsigned int *n, bool *end)
{
	for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
		const struct tcmsg *tc = NLMSG_DATA(message);

		if (message->nlmsg_type == NLMSG_DONE) {
			*end = true;
		} else if (message->nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *failure = NLMSG_DATA(message);

			return failure->error;
		} else if (message->nlmsg_type == RTM_NEWTFILTER && tc->tcm_handle) {
			if (tc->tcm_info >> 16 != OP25B_TC_PRIORITY ||
			    tc->tcm_handle != OP25B_TC_HANDLE)
				(*n)++;
		}
	}
	return 0;
}

int op25b_filters_count(unsigned int ifindex, int egress, unsigned int *ret_n)
{
	OP25B_AUTO_CLOSE int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct dump_request request = {
		.head = { .nlmsg_len = sizeof(request),
			  .nlmsg_type = RTM_GETTFILTER,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.tc = { .tcm_family = AF_UNSPEC,
			.tcm_ifindex = (int)ifindex,
			.tcm_parent = TC_H_MAKE(TC_H_CLSACT,
						egress ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS) },
	};
	char buffer[32768] __attribute__((aligned(8)));
	unsigned int n = 0;
	bool end = false;
	ssize_t got;
	int code;

	if (fd < 0 || send(fd, &request, sizeof(request), 0) < 0)
		return -errno;
	while (!end) {
		got = recv(fd, buffer, sizeof(buffer), 0);
		if (got < 0)
			return -errno;
		code = take_messages((const struct nlmsghdr *)(const void *)buffer, (size_t)got, &n,
				     &end);
		if (code < 0)
			return code;
	}
	*ret_n = n;
	return 0;
}

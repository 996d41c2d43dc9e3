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

struct tally {
	struct op25b_filters filters;
	uint32_t handle;
	bool ours, end;
};

/* Packets begin in chain 0, which is not always named. */
static bool is_first_chain(const struct nlmsghdr *message)
{
	const struct rtattr *a = TCA_RTA(NLMSG_DATA(message));
	size_t left = TCA_PAYLOAD(message);
	uint32_t chain = 0;

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type == TCA_CHAIN)
			memcpy(&chain, RTA_DATA(a), sizeof(chain));
	}
	return chain == 0;
}

/* Filters come in the order in which they see packets: at one priority, the newest first. */
static void tally_filter(struct tally *tally, const struct nlmsghdr *message)
{
	const struct tcmsg *tc = NLMSG_DATA(message);
	uint32_t priority = tc->tcm_info >> 16;

	if (priority == OP25B_TC_PRIORITY && tc->tcm_handle == tally->handle) {
		tally->ours = true;
		return;
	}
	tally->filters.others++;
	if (!tally->ours && priority <= OP25B_TC_PRIORITY && is_first_chain(message))
		tally->filters.before++;
}

/* A dump isn't complete within one message: the callers reads on until it is told the end. */
static int take_messages(const struct nlmsghdr *message, size_t length, struct tally *tally)
{
	for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
		const struct tcmsg *tc = NLMSG_DATA(message);

		if (message->nlmsg_type == NLMSG_DONE) {
			tally->end = true;
		} else if (message->nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *failure = NLMSG_DATA(message);

			return failure->error;
		} else if (message->nlmsg_type == RTM_NEWTFILTER && tc->tcm_handle) {
			tally_filter(tally, message);
		}
	}
	return 0;
}

int op25b_filters_count(unsigned int ifindex, int egress, uint32_t handle,
			struct op25b_filters *ret)
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
	struct tally tally = { .handle = handle };
	ssize_t got;
	int code;

	if (fd < 0 || send(fd, &request, sizeof(request), 0) < 0)
		return -errno;
	while (!tally.end) {
		got = recv(fd, buffer, sizeof(buffer), 0);
		if (got < 0)
			return -errno;
		code = take_messages((const struct nlmsghdr *)(const void *)buffer, (size_t)got,
				     &tally);
		if (code < 0)
			return code;
	}
	*ret = tally.filters;
	return 0;
}

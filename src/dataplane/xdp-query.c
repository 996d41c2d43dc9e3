/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTM_GETLINK of one interface. With programs in two modes (a hardware and a driver one) the
 * kernel gives a number for each mode and none for the whole; the driver's is told then.
 */
#include "dataplane/xdp-query.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

struct link_request {
	struct nlmsghdr head;
	struct ifinfomsg link;
};

static uint32_t read_number(const struct rtattr *attribute)
{
	uint32_t number;

	memcpy(&number, RTA_DATA(attribute), sizeof(number));
	return number;
}

static void read_xdp(const struct rtattr *nest, struct op25b_xdp_state *state)
{
	const struct rtattr *a = RTA_DATA(nest);
	size_t left = RTA_PAYLOAD(nest);

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type == IFLA_XDP_ATTACHED)
			state->generic = *(const uint8_t *)RTA_DATA(a) == XDP_ATTACHED_SKB;
		else if (a->rta_type == IFLA_XDP_PROG_ID || a->rta_type == IFLA_XDP_DRV_PROG_ID)
			state->prog_id = read_number(a);
	}
}

static int read_answer(const struct nlmsghdr *message, size_t length, struct op25b_xdp_state *state)
{
	const struct rtattr *a;
	size_t left;

	if (!NLMSG_OK(message, length))
		return -EPROTO;
	if (message->nlmsg_type == NLMSG_ERROR)
		return ((const struct nlmsgerr *)NLMSG_DATA(message))->error;
	a = IFLA_RTA((struct ifinfomsg *)NLMSG_DATA(message));
	left = IFLA_PAYLOAD(message);
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if ((a->rta_type & NLA_TYPE_MASK) == IFLA_XDP)
			read_xdp(a, state);
	return 0;
}

int op25b_xdp_query(unsigned int ifindex, struct op25b_xdp_state *ret_state)
{
	OP25B_AUTO_CLOSE int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct link_request request = {
		.head = { .nlmsg_len = sizeof(request),
			  .nlmsg_type = RTM_GETLINK,
			  .nlmsg_flags = NLM_F_REQUEST },
		.link = { .ifi_family = AF_UNSPEC, .ifi_index = (int)ifindex },
	};
	char buffer[32768] __attribute__((aligned(8)));
	struct op25b_xdp_state state = { 0 };
	ssize_t got;
	int code;

	if (fd < 0 || send(fd, &request, sizeof(request), 0) < 0)
		return -errno;
	got = recv(fd, buffer, sizeof(buffer), 0);
	if (got < 0)
		return -errno;
	code = read_answer((const struct nlmsghdr *)(const void *)buffer, (size_t)got, &state);
	if (code == 0)
		*ret_state = state;
	return code;
}

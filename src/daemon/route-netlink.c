/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See route-netlink.h. One socket a request: no answer can be taken for another's. The kernel is
 * asked for one table only (NETLINK_GET_STRICT_CHK), for a border router's main table has a million
 * routes.
 */
#include "daemon/route-netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#define TRIES 5 /* at a dump that changed while it ran */
#define LO    1 /* index of the loopback interface, in every namespace */

static int talk(struct mnl_socket *nl, struct nlmsghdr *request, mnl_cb_t call, void *context)
{
	char buffer[32768] __attribute__((aligned(NLMSG_ALIGNTO)));
	unsigned int port = mnl_socket_get_portid(nl);
	int strict = 1, r;

	mnl_socket_setsockopt(nl, NETLINK_GET_STRICT_CHK, &strict, sizeof(strict));
	if (mnl_socket_sendto(nl, request, request->nlmsg_len) < 0)
		return -errno;
	do {
		ssize_t n = mnl_socket_recvfrom(nl, buffer, sizeof(buffer));

		if (n < 0)
			return -errno;
		r = mnl_cb_run(buffer, (size_t)n, request->nlmsg_seq, port, call, context);
	} while (r > MNL_CB_STOP);
	return r < 0 ? -errno : 0;
}

static int ask(struct nlmsghdr *request, mnl_cb_t call, void *context)
{
	int r = -EINTR;

	request->nlmsg_seq = 1;
	for (int i = 0; i < TRIES && r == -EINTR; i++) {
		struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);

		if (!nl)
			return -errno;
		r = mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 ? -errno : 0;
		r = r ? r : talk(nl, request, call, context);
		mnl_socket_close(nl);
	}
	return r;
}

static struct nlmsghdr *begin(void *buffer, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	return message;
}

/* ---- rules ---------------------------------------------------------------------------------- */

static uint32_t number_of(const struct nlattr *const *attributes, unsigned int type)
{
	return attributes[type] ? mnl_attr_get_u32(attributes[type]) : 0;
}

static int take_attribute(const struct nlattr *attribute, void *context)
{
	const struct nlattr **attributes = context;

	if (mnl_attr_get_type(attribute) <= FRA_MAX)
		attributes[mnl_attr_get_type(attribute)] = attribute;
	return MNL_CB_OK;
}

static bool is_wanted(const struct fib_rule_hdr *rule, const struct nlattr *const *attributes,
		      const struct op25b_route *want)
{
	return want && rule->action == FR_ACT_TO_TBL && !rule->flags && !rule->dst_len &&
	       !rule->src_len && !attributes[FRA_IIFNAME] && !attributes[FRA_OIFNAME] &&
	       number_of(attributes, FRA_FWMARK) == want->mark &&
	       number_of(attributes, FRA_FWMASK) == UINT32_MAX &&
	       number_of(attributes, FRA_TABLE) == want->table &&
	       number_of(attributes, FRA_PRIORITY) == want->priority;
}

/* Whether the rule of somebody else leads some marked packets of lines elsewhere. */
static bool may_take(const struct fib_rule_hdr *rule, const struct nlattr *const *attributes,
		     const struct op25b_route *want)
{
	const uint32_t table = number_of(attributes, FRA_TABLE);

	/* The table `local` takes what is for this host anyway. */
	if (rule->action == FR_ACT_NOP ||
	    (rule->action == FR_ACT_TO_TBL && (table == want->table || table == RT_TABLE_LOCAL)))
		return false;
	if (rule->flags & FIB_RULE_INVERT)
		return true;
	if ((number_of(attributes, FRA_FWMARK) ^ want->mark) & number_of(attributes, FRA_FWMASK))
		return false;
	/* With one, only what the host itself sends. */
	return !attributes[FRA_OIFNAME];
}

static void see_other(struct op25b_rtnl_search *search, const struct fib_rule_hdr *rule,
		      const struct nlattr *const *attributes)
{
	const uint32_t priority = number_of(attributes, FRA_PRIORITY);

	/* They are told in their order, and one that is added comes after those of its priority. */
	if (!search->want || search->have || search->before || priority > search->want->priority ||
	    !may_take(rule, attributes, search->want))
		return;
	search->before = true;
	search->before_priority = priority;
}

static int take_rule(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *attributes[FRA_MAX + 1] = { NULL };
	const struct fib_rule_hdr *rule = mnl_nlmsg_get_payload(message);
	struct op25b_rtnl_search *search = context;

	if (message->nlmsg_type != RTM_NEWRULE || rule->family != search->family)
		return MNL_CB_OK;
	mnl_attr_parse(message, sizeof(*rule), take_attribute, attributes);
	if (!attributes[FRA_PROTOCOL] ||
	    mnl_attr_get_u8(attributes[FRA_PROTOCOL]) != OP25B_ROUTE_PROTOCOL) {
		see_other(search, rule, attributes);
		return MNL_CB_OK;
	}
	if (!search->have && is_wanted(rule, attributes, search->want)) {
		search->have = true;
	} else if (!search->stale && message->nlmsg_len <= sizeof(search->message)) {
		search->stale = true;
		search->table = number_of(attributes, FRA_TABLE);
		memcpy(search->message, message, message->nlmsg_len);
	}
	return MNL_CB_OK;
}

int op25b_rtnl_find_rules(struct op25b_rtnl_search *search)
{
	char buffer[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *message = begin(buffer, RTM_GETRULE, NLM_F_DUMP);
	struct fib_rule_hdr *rule = mnl_nlmsg_put_extra_header(message, sizeof(*rule));

	rule->family = (uint8_t)search->family;
	search->have = search->stale = search->before = false;
	return ask(message, take_rule, search);
}

int op25b_rtnl_add_rule(int family, const struct op25b_route *want)
{
	char buffer[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *message =
		begin(buffer, RTM_NEWRULE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
	struct fib_rule_hdr *rule = mnl_nlmsg_put_extra_header(message, sizeof(*rule));

	rule->family = (uint8_t)family;
	rule->action = FR_ACT_TO_TBL;
	mnl_attr_put_u32(message, FRA_PRIORITY, want->priority);
	mnl_attr_put_u32(message, FRA_FWMARK, want->mark);
	mnl_attr_put_u32(message, FRA_FWMASK, UINT32_MAX);
	mnl_attr_put_u32(message, FRA_TABLE, want->table);
	mnl_attr_put_u8(message, FRA_PROTOCOL, OP25B_ROUTE_PROTOCOL);
	return ask(message, NULL, NULL);
}

int op25b_rtnl_remove_stale(struct op25b_rtnl_search *search)
{
	struct nlmsghdr *message = (struct nlmsghdr *)search->message;

	message->nlmsg_type = RTM_DELRULE;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	return ask(message, NULL, NULL);
}

/* ---- the route ------------------------------------------------------------------------------ */

/* As ours is, but for what is left open where one is looked for. */
static struct nlmsghdr *put_route(void *buffer, int family, uint32_t table, uint16_t type,
				  uint16_t flags)
{
	struct nlmsghdr *message = begin(buffer, type, flags);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(message, sizeof(*route));

	route->rtm_family = (uint8_t)family;
	mnl_attr_put_u32(message, RTA_TABLE, table);
	if (type == RTM_GETROUTE)
		return message;
	route->rtm_protocol = OP25B_ROUTE_PROTOCOL;
	route->rtm_type = RTN_LOCAL;
	route->rtm_scope = family == AF_INET ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
	mnl_attr_put_u32(message, RTA_OIF, LO);
	return message;
}

static int take_route(const struct nlmsghdr *message, void *context)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(message);
	struct op25b_rtnl_search *search = context;

	if (message->nlmsg_type != RTM_NEWROUTE || route->rtm_family != search->family)
		return MNL_CB_OK;
	if (route->rtm_protocol != OP25B_ROUTE_PROTOCOL)
		search->foreign = route->rtm_protocol ? route->rtm_protocol : RTPROT_BOOT;
	else if (route->rtm_type == RTN_LOCAL && !route->rtm_dst_len)
		search->have = true;
	return MNL_CB_OK;
}

int op25b_rtnl_find_routes(struct op25b_rtnl_search *search)
{
	char buffer[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	int r;

	search->have = false;
	search->foreign = 0;
	r = ask(put_route(buffer, search->family, search->table, RTM_GETROUTE, NLM_F_DUMP),
		take_route, search);
	return r == -ENOENT ? 0 : r; /* there is no such table yet */
}

static int change_route(int family, uint32_t table, uint16_t type, uint16_t flags)
{
	char buffer[256] __attribute__((aligned(NLMSG_ALIGNTO)));

	return ask(put_route(buffer, family, table, type, NLM_F_ACK | flags), NULL, NULL);
}

int op25b_rtnl_add_route(int family, uint32_t table)
{
	return change_route(family, table, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
}

/* The kernel compares the protocol too. */
int op25b_rtnl_remove_route(int family, uint32_t table)
{
	int r = change_route(family, table, RTM_DELROUTE, 0);

	return r == -ESRCH || r == -ENOENT ? 0 : r;
}

static int take_type(const struct nlmsghdr *message, void *context)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(message);
	unsigned char *type = context;

	*type = route->rtm_type;
	return MNL_CB_STOP;
}

int op25b_rtnl_probe(int family, uint32_t mark, bool *ret_here)
{
	char buffer[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *message = begin(buffer, RTM_GETROUTE, 0);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(message, sizeof(*route));
	size_t size = family == AF_INET ? 4 : 16;
	unsigned char address[16] = { 0 }, type = RTN_UNSPEC;
	int r;

	inet_pton(family, family == AF_INET ? "203.0.113.25" : "2001:db8::25", address);
	route->rtm_family = (uint8_t)family;
	route->rtm_dst_len = (uint8_t)(size * 8);
	mnl_attr_put(message, RTA_DST, size, address);
	mnl_attr_put_u32(message, RTA_MARK, mark);
	r = ask(message, take_type, &type);
	if (!r)
		*ret_here = type == RTN_LOCAL;
	return r;
}

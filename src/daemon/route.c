/* SPDX-License-Identifier: BSD-2-Clause */
/* See route.h. */
#include "daemon/route.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "daemon/route-netlink.h"

static const char *family_name(int family)
{
	return family == AF_INET ? "IPv4" : "IPv6";
}

static bool is_one(const char *path)
{
	OP25B_AUTO_FCLOSE FILE *file = fopen(path, "re");

	return file && fgetc(file) == '1';
}

/*
 * What would silence the answers: with either, Linux looks up the line itself by the mark, and
 * takes it for an address of this host.
 */
static int check_settings(int family, struct op25b_error *error)
{
	static const char *const names[] = { "net.ipv4.tcp_fwmark_accept",
					     "net.ipv4.conf.all.src_valid_mark" };
	static const char *const paths[] = { "/proc/sys/net/ipv4/tcp_fwmark_accept",
					     "/proc/sys/net/ipv4/conf/all/src_valid_mark" };

	for (size_t i = 0; i < (family == AF_INET ? 2 : 1); i++) {
		if (is_one(paths[i]))
			return op25b_error_set(error, -ENOTSUP,
					       "%s: the host's %s is 1, with which it would answer "
					       "nobody: set it to 0",
					       family_name(family), names[i]);
	}
	return 0;
}

/* IPv6 is not in the kernel, or switched off where our route would be (EACCES). */
static bool is_off(int family, int r)
{
	return r == -EAFNOSUPPORT ||
	       (family == AF_INET6 && is_one("/proc/sys/net/ipv6/conf/lo/disable_ipv6"));
}

/* Rules of ours that are not wanted, each with its route. */
static int remove_others(struct op25b_rtnl_search *search)
{
	const struct op25b_route *want = search->want;
	int r = op25b_rtnl_find_rules(search);

	while (!r && search->stale) {
		r = op25b_rtnl_remove_stale(search);
		if (!r && (!want || search->table != want->table))
			r = op25b_rtnl_remove_route(search->family, search->table);
		if (!r)
			r = op25b_rtnl_find_rules(search);
	}
	return r;
}

/* Somebody else's that is the same does as well. */
static int unless_there(int r)
{
	return r == -EEXIST ? 0 : r;
}

static int set_family(struct op25b_rtnl_search *rules, bool *stands, struct op25b_error *error)
{
	const int family = rules->family;
	const struct op25b_route *want = rules->want;
	struct op25b_rtnl_search routes = { .family = family, .table = want->table };
	bool here = false;
	int r = remove_others(rules);

	if (is_off(family, r)) {
		*stands = false;
		return 0;
	}
	r = r ? r : op25b_rtnl_find_routes(&routes);
	if (!r && routes.foreign) {
		*stands = false;
		return op25b_error_set(
			error, -EEXIST,
			"%s: table %u holds routes of somebody else (protocol %u), and was left "
			"alone: write another 'table' under 'notice' in the gateway file",
			family_name(family), want->table, routes.foreign);
	}
	if (!r && !routes.have)
		r = unless_there(op25b_rtnl_add_route(family, want->table));
	if (!r && !rules->have)
		r = unless_there(op25b_rtnl_add_rule(family, want));
	r = r ? r : op25b_rtnl_probe(family, want->mark, &here);
	if (r)
		return op25b_error_set(
			error, r, "%s: can't route marked packets to this host (table %u): %s%s",
			family_name(family), want->table, strerror(-r),
			r == -ENETDOWN ? "; set the interface lo up" : "");
	*stands = false;
	if (!here)
		return op25b_error_set(
			error, -EBUSY,
			"%s: another rule of this host takes marked packets before "
			"priority %u: write a lower 'priority' under 'notice' in the "
			"gateway file",
			family_name(family), want->priority);
	r = check_settings(family, error);
	*stands = r == 0;
	return r;
}

int op25b_route_set(const struct op25b_route *want, struct op25b_route_stands *stands,
		    struct op25b_route_before *ret_before, struct op25b_error *error)
{
	struct op25b_rtnl_search rules4 = { .family = AF_INET, .want = want };
	struct op25b_rtnl_search rules6 = { .family = AF_INET6, .want = want };
	struct op25b_error second = { "" };
	int v4, v6;

	v4 = set_family(&rules4, &stands->in[OP25B_V4], error);
	v6 = set_family(&rules6, &stands->in[OP25B_V6], &second);
	ret_before->in[OP25B_V4] = stands->in[OP25B_V4] && rules4.before;
	ret_before->in[OP25B_V6] = stands->in[OP25B_V6] && rules6.before;
	ret_before->priority[OP25B_V4] = rules4.before_priority;
	ret_before->priority[OP25B_V6] = rules6.before_priority;
	if (v6)
		op25b_error_add(error, v6, "%s%s", v4 ? "; " : "", second.text);
	return v4 ? v4 : v6;
}

static int clear_family(int family, uint32_t table)
{
	struct op25b_rtnl_search rules = { .family = family };
	int r = remove_others(&rules);

	if (!r && table)
		r = op25b_rtnl_remove_route(family, table);
	return r == -EAFNOSUPPORT ? 0 : r;
}

int op25b_route_clear(uint32_t table, struct op25b_error *error)
{
	int v4 = clear_family(AF_INET, table), v6 = clear_family(AF_INET6, table);
	int r = v4 ? v4 : v6;

	return r ? op25b_error_set(error, r, "can't take out the rule and route of notices: %s",
				   strerror(-r)) :
		   0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules and routes in netlink's words; route.c only. Families are AF_INET and AF_INET6. */
#pragma once

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/route.h"

/* What is looked for, and what was found. */
struct op25b_rtnl_search {
	int family;
	const struct op25b_route *want; /* NULL: no rule */
	uint32_t table;                 /* of routes, or of the stale rule that was found */
	bool have;                      /* what is wanted, of ours */
	unsigned int foreign;           /* protocol of a route of somebody else's; 0: none */
	bool stale;                     /* a rule of ours that isn't wanted: */
	alignas(4) char message[512];   /* as the kernel told it */
	bool before; /* a rule of somebody else that may take marked packets first: */
	uint32_t before_priority;
};

/* Errors of all: -EAFNOSUPPORT where the kernel has no such family, and others of the kernel. */

/* Rules of ours: the wanted one, and one that isn't; of others, the first that comes before. */
int op25b_rtnl_find_rules(struct op25b_rtnl_search *search);
/* Take the one out that isn't. */
int op25b_rtnl_remove_stale(struct op25b_rtnl_search *search);
/* -EEXIST: it is there, perhaps of somebody else. */
int op25b_rtnl_add_rule(int family, const struct op25b_route *want);

/* What is in search->table. */
int op25b_rtnl_find_routes(struct op25b_rtnl_search *search);
int op25b_rtnl_add_route(int family, uint32_t table);
/* Ours only. 0 also if there is none. */
int op25b_rtnl_remove_route(int family, uint32_t table);

/* Whether a marked packet to somewhere else comes to this host, after all rules there are. */
int op25b_rtnl_probe(int family, uint32_t mark, bool *ret_here);

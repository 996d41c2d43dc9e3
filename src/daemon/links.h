/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which interfaces there are, told by the kernel as they come and go (rtnetlink). Says what is;
 * does nothing about it.
 */
#pragma once

#include "base/error.h"

struct op25b_links;

struct op25b_links_calls {
	/*
	 * There is an interface of this name; told again whenever anything about it changes.
	 * @master: ifindex of the bridge, bond, VRF, ... that it is a port of; 0: none
	 */
	void (*seen)(unsigned int ifindex, const char *name, unsigned int master, void *context);
	void (*gone)(unsigned int ifindex, void *context);
	/*
	 * All interfaces will now be told: what isn't seen until `end` is gone. Another `begin` in
	 * between begins anew; where interfaces come and go too fast for a whole list, no `end`
	 * follows.
	 */
	void (*begin)(void *context);
	void (*end)(void *context);
};

/**
 * op25b_links_open() - listen, in the network namespace of the caller; nothing is told yet.
 * @calls: must outlive the handle
 * Returns 0, -ENOMEM, errors of the kernel.
 */
int op25b_links_open(const struct op25b_links_calls *calls, void *context,
		     struct op25b_links **ret_links, struct op25b_error *error);

/* NULL-safe; sets *links to NULL. */
void op25b_links_close(struct op25b_links **links);

/* Polls readable when there is something to tell. */
int op25b_links_fd(const struct op25b_links *links);

/**
 * op25b_links_sync() - tell all interfaces, between `begin` and `end`.
 * Returns 0; -ETIMEDOUT: the kernel said nothing for 5 s; errors of the kernel.
 */
int op25b_links_sync(struct op25b_links *links, struct op25b_error *error);

/**
 * op25b_links_read() - tell what waits, or a part of it; never blocks.
 * Where the kernel lost messages it asks for all again. Returns 0, or errors of the kernel.
 */
int op25b_links_read(struct op25b_links *links, struct op25b_error *error);

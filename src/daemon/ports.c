/* SPDX-License-Identifier: BSD-2-Clause */
/* See ports.h. */
#include "daemon/ports.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "dataplane/notice.h"
#include "serve/clock.h"
#include "serve/log.h"

static struct op25b_port **find_slot(struct op25b_ports *ports, unsigned int ifindex)
{
	struct op25b_port **slot = &ports->buckets[ifindex % OP25B_PORT_BUCKETS];

	while (*slot && (*slot)->ifindex != ifindex)
		slot = &(*slot)->next;
	return slot;
}

/*
 * No notices on a port of a bridge or the like: what is refused there is reset. Where the kernel
 * can't be told, each list of interfaces tries again.
 */
static void bar_port(struct op25b_ports *ports, struct op25b_port *port, bool barred)
{
	struct op25b_error error = { "" };
	int r = op25b_notice_port_set(ports->dp, port->ifindex, barred, &error);

	if (r && !port->bar_failed)
		op25b_log(OP25B_LOG_ERROR,
			  "%s: can't say whether there may be notices: %s; trying again each "
			  "minute",
			  port->name, error.text);
	port->bar_failed = r != 0;
}

static void drop_port(struct op25b_port **slot)
{
	struct op25b_port *port = *slot;

	*slot = port->next;
	free(port);
}

/* The same failure of the same interface is logged once. */
static void note_failure(struct op25b_port *port, const struct op25b_error *error)
{
	if (!strncmp(port->problem, error->text, sizeof(port->problem) - 1))
		return;
	snprintf(port->problem, sizeof(port->problem), "%s", error->text);
	op25b_log(OP25B_LOG_ERROR,
		  port->attached ? "%s is enforced as before, not as the gateway file says: %s" :
				   "%s is not enforced: %s",
		  port->name, error->text);
}

/* It is enforced, but for its half below XDP: logged once, tried again at each comparison. */
static void note_half(const struct op25b_port *port, uint32_t before,
		      const struct op25b_error *error)
{
	if (port->attachment.notes & ~before & OP25B_NOTE_NOTICE_FAILED)
		op25b_log(OP25B_LOG_ERROR, "no notices below XDP: %s", error->text);
}

/* Returns whether it now is as the gateway file says. */
static bool attach_port(struct op25b_ports *ports, struct op25b_port *port)
{
	const uint32_t before = port->attachment.notes;
	struct op25b_error error = { "" };
	int r;

	if (!ports->enforcing)
		return false;
	r = op25b_attach(ports->dp, port->name, port->entry->side, port->entry->hook,
			 &port->attachment, &error);
	if (r) {
		/* What stood there before may stand there still. */
		port->attached =
			!op25b_attach_find(ports->dp, port->ifindex, &port->attachment, NULL) &&
			port->attachment.current;
		if (r != -ENODEV) /* it went while we came: `gone` follows */
			note_failure(port, &error);
		return false;
	}
	if (!port->attached && port->appeared && port->unfiltered_ns < 0)
		port->unfiltered_ns = op25b_clock_boot_ns() - port->seen_ns;
	port->attached = true;
	port->problem[0] = '\0';
	note_half(port, before, &error);
	return true;
}

static void detach_port(struct op25b_ports *ports, unsigned int ifindex, const char *name)
{
	struct op25b_error error = { "" };

	if (op25b_detach(ports->dp, ifindex, &error))
		op25b_log(OP25B_LOG_ERROR, "%s: can't take our program off: %s", name, error.text);
	else
		op25b_log(OP25B_LOG_NOTICE, "%s is not in the gateway file: took our program off",
			  name);
}

/* The interface is gone, or no longer ours to look after. */
static void forget_port(struct op25b_ports *ports, struct op25b_port **slot)
{
	op25b_notice_port_forget(ports->dp, (*slot)->ifindex);
	drop_port(slot);
}

static struct op25b_port *add_port(struct op25b_ports *ports, struct op25b_port **slot,
				   unsigned int ifindex, const char *name, unsigned int master,
				   const struct op25b_gateway_interface *entry)
{
	struct op25b_port *port = calloc(1, sizeof(*port));

	if (!port) {
		op25b_log(OP25B_LOG_ERROR, "%s is not enforced: out of memory", name);
		return NULL;
	}
	port->ifindex = ifindex;
	port->entry = entry;
	port->appeared = ports->started;
	port->seen_ns = op25b_clock_boot_ns();
	port->unfiltered_ns = -1;
	port->master = master;
	snprintf(port->name, sizeof(port->name), "%s", name);
	bar_port(ports, port, master != 0);
	*slot = port;
	return port;
}

void op25b_ports_seen(struct op25b_ports *ports, unsigned int ifindex, const char *name,
		      unsigned int master)
{
	const struct op25b_gateway_interface *entry = op25b_gateway_match(ports->gateway, name);
	struct op25b_port **slot = find_slot(ports, ifindex), *port = *slot;

	if (port && strcmp(port->name, name) != 0) {
		if (!entry && ports->enforcing)
			detach_port(ports, ifindex, name);
		if (!entry || entry != port->entry) {
			forget_port(ports, slot);
			slot = find_slot(ports, ifindex);
			port = NULL;
		} else {
			snprintf(port->name, sizeof(port->name), "%s", name);
		}
	}
	if (!entry)
		return;
	if (!port)
		port = add_port(ports, slot, ifindex, name, master, entry);
	if (!port)
		return;
	if (!port->master != !master || port->bar_failed)
		bar_port(ports, port, master != 0);
	port->master = master;
	port->round = ports->round;
	if (!port->attached)
		attach_port(ports, port);
}

void op25b_ports_gone(struct op25b_ports *ports, unsigned int ifindex)
{
	struct op25b_port **slot = find_slot(ports, ifindex);

	if (*slot)
		forget_port(ports, slot);
}

void op25b_ports_begin(struct op25b_ports *ports)
{
	ports->round++;
}

void op25b_ports_end(struct op25b_ports *ports)
{
	for (size_t i = 0; i < OP25B_PORT_BUCKETS; i++) {
		struct op25b_port **slot = &ports->buckets[i];

		while (*slot) {
			if ((*slot)->round != ports->round)
				forget_port(ports, slot);
			else
				slot = &(*slot)->next;
		}
	}
	ports->started = true;
}

const struct op25b_port *op25b_ports_next(const struct op25b_ports *ports,
					  const struct op25b_port *port)
{
	size_t bucket = 0;

	if (port && port->next)
		return port->next;
	if (port)
		bucket = port->ifindex % OP25B_PORT_BUCKETS + 1;
	for (; bucket < OP25B_PORT_BUCKETS; bucket++) {
		if (ports->buckets[bucket])
			return ports->buckets[bucket];
	}
	return NULL;
}

const struct op25b_port *op25b_ports_find(const struct op25b_ports *ports, unsigned int ifindex)
{
	const struct op25b_port *port = ports->buckets[ifindex % OP25B_PORT_BUCKETS];

	while (port && port->ifindex != ifindex)
		port = port->next;
	return port;
}

unsigned int op25b_ports_failed(const struct op25b_ports *ports)
{
	unsigned int n = 0;

	for (const struct op25b_port *port = NULL; (port = op25b_ports_next(ports, port));)
		n += ports->enforcing && !port->attached;
	return n;
}

unsigned int op25b_ports_enforce(struct op25b_ports *ports)
{
	ports->enforcing = true;
	for (size_t i = 0; i < OP25B_PORT_BUCKETS; i++) {
		for (struct op25b_port *port = ports->buckets[i]; port; port = port->next)
			attach_port(ports, port);
	}
	return op25b_ports_failed(ports);
}

void op25b_ports_follow(struct op25b_ports *ports, const struct op25b_gateway *gateway)
{
	/* With notices XDP has a half at tc beside it. */
	bool other_notices = ports->gateway->notice.configured != gateway->notice.configured;

	ports->gateway = gateway;
	ports->started = false; /* what the dump now tells of was there before */
	for (size_t i = 0; i < OP25B_PORT_BUCKETS; i++) {
		struct op25b_port **slot = &ports->buckets[i], *port;

		while ((port = *slot)) {
			const struct op25b_gateway_interface *old = port->entry;

			port->entry = op25b_gateway_match(gateway, port->name);
			if (!port->entry) {
				if (ports->enforcing)
					detach_port(ports, port->ifindex, port->name);
				forget_port(ports, slot);
				continue;
			}
			if (port->entry->side != old->side || port->entry->hook != old->hook ||
			    (other_notices && port->attached))
				(void)attach_port(ports, port);
			slot = &port->next;
		}
	}
}

int op25b_ports_release(struct op25b_ports *ports, struct op25b_error *error)
{
	OP25B_AUTO_FREE struct op25b_attachment *list = NULL;
	size_t n = 0;
	int r = op25b_attach_list(ports->dp, &list, &n, error), first = r;

	ports->enforcing = false;
	if (r)
		return r;
	for (size_t i = 0; i < n; i++) {
		r = op25b_detach(ports->dp, list[i].ifindex, first ? NULL : error);
		first = first ? first : r;
	}
	for (size_t i = 0; i < OP25B_PORT_BUCKETS; i++) {
		for (struct op25b_port *port = ports->buckets[i]; port; port = port->next) {
			port->attached = false;
			port->problem[0] = '\0';
		}
	}
	return first;
}

/* Whether what the kernel has on an interface is what the gateway file asks for. */
static bool is_as_wanted(const struct op25b_port *port, const struct op25b_attachment *found)
{
	return !*port->problem && found->current && found->side == port->entry->side &&
	       found->hook == port->attachment.hook;
}

/* It stands as it should; who else is there may have changed. */
static void prove(struct op25b_port *port, const struct op25b_attachment *found)
{
	uint32_t chosen = port->attachment.notes & OP25B_NOTE_NATIVE_REFUSED;

	port->proven = true;
	port->attachment.notes = found->notes | chosen;
}

int op25b_ports_reconcile(struct op25b_ports *ports, struct op25b_error *error)
{
	OP25B_AUTO_FREE struct op25b_attachment *list = NULL;
	size_t n = 0;
	int r, n_mended = 0;

	if (!ports->enforcing)
		return 0;
	r = op25b_attach_list(ports->dp, &list, &n, error);
	if (r)
		return r;
	for (size_t i = 0; i < n; i++) {
		struct op25b_port *port = *find_slot(ports, list[i].ifindex);

		if (!port)
			detach_port(ports, list[i].ifindex, list[i].name);
		else if (port->attached && is_as_wanted(port, &list[i]))
			prove(port, &list[i]);
	}
	for (size_t i = 0; i < OP25B_PORT_BUCKETS; i++) {
		for (struct op25b_port *port = ports->buckets[i]; port; port = port->next) {
			bool half = port->attachment.notes & OP25B_NOTE_NOTICE_FAILED;
			bool lost = port->attached && !*port->problem && !half;
			bool proven = port->proven;

			port->proven = false;
			if (!proven && attach_port(ports, port))
				n_mended += lost;
		}
	}
	ports->n_mended += (unsigned int)n_mended;
	return n_mended;
}

void op25b_ports_done(struct op25b_ports *ports)
{
	for (size_t i = 0; i < OP25B_PORT_BUCKETS; i++) {
		while (ports->buckets[i])
			drop_port(&ports->buckets[i]);
	}
}

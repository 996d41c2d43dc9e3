/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A TCP connection that begins without waiting, and why it did not come about: Linux tells of the
 * ICMP error behind an errno (ip(7), IP_RECVERR), which tells a filter that says no from a host
 * that is away, and who sent it.
 */
#pragma once

#include "probe/report.h"

/**
 * op25b_probe_connect() - begin.
 * Returns a descriptor, non-blocking and close-on-exec, whose connection may still be on its way;
 * or -1, and what happened in @row.
 */
int op25b_probe_connect(struct op25b_probe_row *row);

/**
 * op25b_probe_connected() - what became of it, once the descriptor can be written to.
 * Returns whether it is open; else the result is in @row.
 */
bool op25b_probe_connected(int fd, struct op25b_probe_row *row);

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]": how this end is called in EHLO (RFC 5321 4.1.3). */
void op25b_probe_own_name(int fd, char *ret, size_t room);

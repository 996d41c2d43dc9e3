/* SPDX-License-Identifier: BSD-2-Clause */
/* Words to the service manager, by the datagram protocol of sd_notify(3). Nothing if none asked. */
#pragma once

#include <stdint.h>

/**
 * op25b_notify() - send e.g. "READY=1\nSTATUS=...". Failures are the manager's to notice.
 */
void op25b_notify(const char *text);

/**
 * op25b_notify_watchdog_us() - how often the manager wants to hear WATCHDOG=1; 0: never.
 */
uint64_t op25b_notify_watchdog_us(void);

/**
 * op25b_notify_reloading() - a reload begins; READY=1 ends it.
 */
void op25b_notify_reloading(void);

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One-shot timers as descriptors. The wall timer also goes off when somebody sets the clock, so
 * that a date which the step jumped over, or took back, is looked at at once.
 */
#pragma once

#include <stdint.h>

#include "base/error.h"

/* Returns a descriptor, or -errno. Neither is armed. */
int op25b_alarm_open_wall(struct op25b_error *error);
int op25b_alarm_open_boot(struct op25b_error *error);

/**
 * op25b_alarm_set_wall() - go off at @wall (seconds UTC; INT64_MAX: never), and when the clock is
 * set.
 */
int op25b_alarm_set_wall(int fd, int64_t wall);

/**
 * op25b_alarm_set_boot() - go off at @boot_ns on the boot clock; 0: disarm.
 */
int op25b_alarm_set_boot(int fd, int64_t boot_ns);

/* Take note that it went off: the descriptor is no longer readable. */
void op25b_alarm_read(int fd);

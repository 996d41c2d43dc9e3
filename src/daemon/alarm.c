/* SPDX-License-Identifier: BSD-2-Clause */
/* See alarm.h. */
#include "daemon/alarm.h"

#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Year 2262 is the end of the kernel's clock: a timer beyond it would go off at once. */
#define WALL_LAST 9000000000LL

static int open_timer(int clock, struct op25b_error *error)
{
	int fd = timerfd_create(clock, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd < 0)
		return op25b_error_set(error, -errno, "can't make a timer: %s", strerror(errno));
	return fd;
}

int op25b_alarm_open_wall(struct op25b_error *error)
{
	return open_timer(CLOCK_REALTIME, error);
}

int op25b_alarm_open_boot(struct op25b_error *error)
{
	return open_timer(CLOCK_BOOTTIME, error);
}

int op25b_alarm_set_wall(int fd, int64_t wall)
{
	struct itimerspec at = { .it_value.tv_sec = wall < WALL_LAST ? wall : WALL_LAST };

	/* All zero would disarm; instants before 1970 are no dates of a policy. */
	if (at.it_value.tv_sec <= 0)
		at.it_value.tv_sec = 1;
	if (timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &at, NULL) < 0)
		return -errno;
	return 0;
}

int op25b_alarm_set_boot(int fd, int64_t boot_ns)
{
	struct itimerspec at = { .it_value = { .tv_sec = boot_ns / 1000000000,
					       .tv_nsec = boot_ns % 1000000000 } };

	if (timerfd_settime(fd, TFD_TIMER_ABSTIME, &at, NULL) < 0)
		return -errno;
	return 0;
}

void op25b_alarm_read(int fd)
{
	uint64_t times;
	ssize_t n = read(fd, &times, sizeof(times));

	(void)n; /* ECANCELED where the clock was set: that too is what it is for */
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* See clock.h. */
#include "serve/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

int64_t op25b_clock_wall(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

int64_t op25b_clock_boot_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int64_t op25b_clock_wall_at(int64_t boot)
{
	struct timespec wall;
	int64_t ahead;

	clock_gettime(CLOCK_REALTIME, &wall);
	ahead = wall.tv_sec * 1000000000LL + wall.tv_nsec - op25b_clock_boot_ns();
	return boot + ahead / 1000000000LL;
}

uint64_t op25b_clock_monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void op25b_clock_boot_id(char ret_id[static OP25B_BOOT_ID])
{
	OP25B_AUTO_CLOSE int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, ret_id, OP25B_BOOT_ID - 1);

	ret_id[n > 0 ? n : 0] = '\0';
	ret_id[strcspn(ret_id, "\n")] = '\0';
}

char *op25b_clock_stamp(int64_t wall, char buffer[static OP25B_STAMP])
{
	time_t seconds = (time_t)wall;
	struct tm parts;

	if (!gmtime_r(&seconds, &parts) ||
	    !strftime(buffer, OP25B_STAMP, "%Y-%m-%dT%H:%M:%SZ", &parts))
		snprintf(buffer, OP25B_STAMP, "never");
	return buffer;
}

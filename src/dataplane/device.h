/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What attaching must know of an interface, read from the network namespace of the process.
 * Changes nothing on it.
 */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct op25b_device {
	unsigned int ifindex;
	char name[IF_NAMESIZE];
	char driver[32]; /* "" where the driver doesn't say, e.g. ppp */
	uint32_t mtu;
	uint16_t arphrd;     /* ARPHRD_* of if_arp.h */
	bool ethernet;       /* frames begin with an Ethernet header */
	bool vlan_stripping; /* hardware (or veth) takes VLAN tags off before XDP can see them */
};

/**
 * op25b_device_read() - look at an interface.
 * @name: at most IF_NAMESIZE - 1 bytes
 * Returns 0; -ENODEV: no such interface here; other errors of the kernel.
 */
int op25b_device_read(const char *name, struct op25b_device *ret_device, struct op25b_error *error);

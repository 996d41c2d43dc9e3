/* SPDX-License-Identifier: BSD-2-Clause */
/* See bed.h. */
#include "bench/bed.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/tools.h"

/* A namespace without a name; the process is in it afterwards. */
static int netns_make(void)
{
	int fd;

	if (unshare(CLONE_NEWNET))
		bench_die("a network namespace", errno);
	fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		bench_die("/proc/self/ns/net", errno);
	RUN("ip", "link", "set", "lo", "up");
	return fd;
}

void bench_bed_enter(int netns)
{
	if (setns(netns, CLONE_NEWNET))
		bench_die("setns", errno);
}

static void sysctl_set(const char *key, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", key);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		bench_die(path, errno);
	close(fd);
}

/* A veth pair, the other end of which may be moved away. */
static unsigned int pair_make(const char *near, const char *mac, const char *far,
			      const char *far_mac)
{
	RUN("ip", "link", "add", near, "address", mac, "type", "veth", "peer", "name", far,
	    "address", far_mac);
	RUN("ethtool", "-K", near, "gro", "on");
	RUN("ethtool", "-K", far, "gro", "on");
	RUN("ip", "link", "set", near, "up");
	return if_nametoindex(near);
}

static void gateway_make(struct bench_bed *bed)
{
	bed->netns = netns_make();
	bed->line_netns = bed->far_netns = bed->netns;
	sysctl_set("ipv6/conf/all/disable_ipv6", "1");
	sysctl_set("ipv6/conf/default/disable_ipv6", "1");
	sysctl_set("ipv4/ip_forward", "1");
	sysctl_set("ipv4/conf/all/rp_filter", "0");
	sysctl_set("ipv4/conf/default/rp_filter", "0");
	bed->gate = pair_make("gate", "02:00:00:00:00:02", "line", "02:00:00:00:00:01");
	pair_make("out", "02:00:00:00:00:03", "far", "02:00:00:00:00:04");
	RUN("ip", "addr", "add", "192.0.2.1/24", "dev", "gate");
	RUN("ip", "addr", "add", "203.0.113.1/24", "dev", "out");
	RUN("ip", "neigh", "add", "203.0.113.2", "lladdr", "02:00:00:00:00:04", "dev", "out");
	RUN("ip", "route", "add", "default", "via", "203.0.113.2");
}

void bench_bed_make(struct bench_bed *bed, int sink)
{
	gateway_make(bed);
	RUN("ip", "link", "set", "line", "up");
	RUN("ip", "link", "set", "far", "up");
	bed->line = if_nametoindex("line");
	bed->far = if_nametoindex("far");
	if (bpf_xdp_attach((int)bed->far, sink, XDP_FLAGS_DRV_MODE, NULL))
		bench_die("the sink", errno);
}

/* Moves the far end of a pair into a namespace made for it. */
static int end_move(int gateway, const char *device, const char *address, const char *router)
{
	int netns = netns_make();
	char where[32];

	/* The child's descriptors are its own: name the namespace by this process's. */
	snprintf(where, sizeof(where), "/proc/%d/fd/%d", getpid(), netns);
	bench_bed_enter(gateway);
	RUN("ip", "link", "set", device, "netns", where);
	bench_bed_enter(netns);
	RUN("ip", "addr", "add", address, "dev", device);
	RUN("ip", "link", "set", device, "up");
	RUN("ip", "route", "add", "default", "via", router);
	return netns;
}

void bench_bed_make_apart(struct bench_bed *bed)
{
	gateway_make(bed);
	bed->line_netns = end_move(bed->netns, "line", "192.0.2.2/24", "192.0.2.1");
	bed->line = if_nametoindex("line");
	bed->far_netns = end_move(bed->netns, "far", "203.0.113.2/24", "203.0.113.1");
	bed->far = if_nametoindex("far");
}

uint64_t bench_bed_received(const char *device)
{
	FILE *f = fopen("/proc/self/net/dev", "r");
	size_t length = strlen(device);
	uint64_t received = 0;
	char line[512], *at, *end;

	if (!f)
		bench_die("/proc/self/net/dev", errno);
	while (fgets(line, sizeof(line), f)) {
		at = line + strspn(line, " ");
		if (strncmp(at, device, length) || at[length] != ':')
			continue;
		(void)strtoull(at + length + 1, &end, 10); /* bytes come first */
		received = strtoull(end, NULL, 10);
	}
	fclose(f);
	return received;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A wire between two tun devices in two network namespaces: what one side sends, the other
 * receives. It gives a gateway a real device without Ethernet headers, as PPP and VPN access have.
 *
 *   tun-wire NETNS1 DEVICE1 NETNS2 DEVICE2
 *
 * It makes both devices, writes "ready" to standard output and runs until it is killed; the
 * devices go with it. It must not look into the packets. The surprising fact: a tun device
 * belongs to the namespace in which it was attached, not to the one that opened /dev/net/tun.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { FRAME_MAX = 65536 };

static int enter_netns(const char *name)
{
	char path[256];
	int fd, r;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = setns(fd, CLONE_NEWNET);
	r = r < 0 ? -errno : 0;
	close(fd);
	return r;
}

static int open_tun(const char *netns, const char *device)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd, r;

	r = enter_netns(netns);
	if (r < 0)
		return r;
	fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (ioctl(fd, TUNSETIFF, &request) < 0) {
		r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

/* A receiver that is down refuses the packet; a wire loses it then. */
static int carry(int from, int to)
{
	static unsigned char frame[FRAME_MAX];
	ssize_t n = read(from, frame, sizeof(frame));

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (write(to, frame, (size_t)n) < 0 && errno != EIO && errno != EINVAL)
		return -errno;
	return 0;
}

int main(int argc, char **argv)
{
	struct pollfd ends[2] = { { .events = POLLIN }, { .events = POLLIN } };
	int r = 0;

	if (argc != 5) {
		fprintf(stderr, "usage: tun-wire NETNS1 DEVICE1 NETNS2 DEVICE2\n");
		return 2;
	}
	for (int i = 0; i < 2; i++) {
		ends[i].fd = open_tun(argv[1 + 2 * i], argv[2 + 2 * i]);
		if (ends[i].fd < 0) {
			fprintf(stderr, "tun-wire: %s in %s: %s\n", argv[2 + 2 * i],
				argv[1 + 2 * i], strerror(-ends[i].fd));
			return 1;
		}
	}
	puts("ready");
	fflush(stdout);
	while (r == 0 && poll(ends, 2, -1) >= 0) {
		for (int i = 0; i < 2 && r == 0; i++)
			if (ends[i].revents)
				r = carry(ends[i].fd, ends[1 - i].fd);
	}
	fprintf(stderr, "tun-wire: %s\n", strerror(r < 0 ? -r : errno));
	return 1;
}

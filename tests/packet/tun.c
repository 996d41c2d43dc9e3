/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tun devices, as ppp and other interfaces without an Ethernet header: packets begin with IP, there
 * is no least length, and with a virtio header their checksum may be one still to be finished, as
 * virtual machines send them.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dataplane/attach.h"
#include "tests/packet/answers.h"
#include "tests/packet/devices.h"

enum { ETHERNET = 14, VIRTIO = 10, DEADLINE_MS = 5000 };

static int open_tun(bool virtio)
{
	struct ifreq request = { .ifr_name = "tun0" };
	struct op25b_error error = { 0 };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK), code;

	if (fd < 0 && (errno == ENOENT || errno == ENODEV))
		return -1;
	assert_true(fd >= 0);
	net_enter(&net, NET_GATE);
	request.ifr_flags = (short)(IFF_TUN | IFF_NO_PI | (virtio ? IFF_VNET_HDR : 0));
	assert_int_equal(ioctl(fd, TUNSETIFF, &request), 0);
	assert_int_equal(net_run("ip link set tun0 addrgenmode none up"), 0);
	code = op25b_attach(world.dp, "tun0", OP25B_SUBSCRIBER, OP25B_HOOK_AUTO, NULL, &error);
	if (code < 0)
		print_error("%s\n", error.text);
	assert_int_equal(code, 0);
	return fd;
}

size_t make_partial(const struct answer_case *c, struct frame *frame)
{
	size_t tcp = frame_offset(c->in, LAYER_TCP, 0);
	/* The finished sum is that of the pseudo header and of the rest, complemented. */
	uint16_t pseudo = (uint16_t)~frame_sum(0, frame->data + tcp, frame->length - tcp);

	frame->data[tcp + 16] = (uint8_t)(pseudo >> 8);
	frame->data[tcp + 17] = (uint8_t)pseudo;
	return tcp;
}

/* The kernel is told where to go on. */
static void write_virtio(size_t tcp, uint8_t *header)
{
	struct virtio_net_hdr virtio = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
					 .csum_start = (uint16_t)(tcp - ETHERNET),
					 .csum_offset = 16 };

	memcpy(header, &virtio, VIRTIO);
}

/* The packet of the frame through the device, and what comes back, as a frame again. */
static void exchange(int fd, const struct answer_case *c, bool virtio, struct frame *frame)
{
	uint8_t *packet = frame->data + ETHERNET, *start = virtio ? packet - VIRTIO : packet;
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	size_t more = virtio ? VIRTIO : 0;
	ssize_t n;

	frame_build(frame, c->in);
	if (virtio)
		write_virtio(make_partial(c, frame), start);
	n = write(fd, start, frame->length - ETHERNET + more);
	assert_int_equal(n, frame->length - ETHERNET + more);
	do {
		if (poll(&wait, 1, DEADLINE_MS) != 1) {
			print_error("no answer: %s\n", c->name);
			fail();
		}
		n = read(fd, start, FRAME_MAX - ETHERNET);
		assert_true(n > (ssize_t)more);
	} while (packet[0] >> 4 == 6 && (packet[40] & 128)); /* the device's own ICMPv6 */
	frame->length = ETHERNET + (size_t)n - more;
}

static void answer_packets(const struct answer_case *cases, int fd, bool virtio)
{
	static struct frame found, expected;

	for (const struct answer_case *c = cases; c->name; c++) {
		if (c->hooks || c->icmp_source ||
		    (c->in[1].kind != LAYER_V4 && c->in[1].kind != LAYER_V6))
			continue;
		exchange(fd, c, virtio, &found);
		answer_expected(c->out, &found, &expected);
		expected.length = frame_end(c->out);
		memcpy(found.data, expected.data, ETHERNET);
		answer_compare("tun", c, &expected, &found);
	}
}

static void answer_on_tun(bool virtio)
{
	int fd = open_tun(virtio);

	if (fd < 0) {
		print_message("this kernel has no tun devices\n");
		skip();
	}
	world_forget_rates(&world);
	answer_packets(answers_reset, fd, virtio);
	answer_packets(answers_reset_framed, fd, virtio);
	answer_packets(answers_icmp, fd, virtio);
	close(fd);
}

static void packets_are_answered_on_tun(void **state)
{
	(void)state;
	answer_on_tun(false);
}

static void packets_with_unfinished_checksums_are_answered_on_tun(void **state)
{
	(void)state;
	answer_on_tun(true);
}

const struct CMUnitTest tests_tun[] = {
	cmocka_unit_test(packets_are_answered_on_tun),
	cmocka_unit_test(packets_with_unfinished_checksums_are_answered_on_tun),
	{ 0 },
};

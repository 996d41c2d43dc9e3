/* SPDX-License-Identifier: BSD-2-Clause */
/* See notice-bed.h. */
#include "tests/unit/test.h"

#include "tests/packet/notice-bed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

#define DEADLINE_MS 60000
#define PLENTY      1000000U

void wait_readable(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	if (poll(&wait, 1, DEADLINE_MS) != 1)
		fail_msg("nothing came");
}

static int set_up_routes(const struct net *net)
{
	net_enter(net, NET_GATE);
	return net_run("set -e\n"
		       "echo 1 >/proc/sys/net/ipv4/ip_forward\n"
		       "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding\n"
		       "ip link add up0 type veth peer name up1\n"
		       "ip link set up0 up arp off addrgenmode none\n"
		       "ip link set up1 up addrgenmode none\n"
		       "ip route add default dev up0\n"
		       "ip -6 route add default dev up0\n"
		       "ip route add local default dev lo table 2525\n"
		       "ip -6 route add local default dev lo table 2525\n");
}

static int open_up(const struct net *net)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int fd;

	net_enter(net, NET_GATE);
	to.sll_ifindex = (int)if_nametoindex("up1");
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && bind(fd, (const struct sockaddr *)(const void *)&to, sizeof(to)) < 0)
		op25b_cleanup_close(&fd);
	return fd;
}

int notice_bed_open(struct notice_bed *bed)
{
	int code;

	*bed = (struct notice_bed){ .own = -1, .doors = { -1, -1, -1 }, .up = -1 };
	code = world_open(&bed->world);
	if (code < 0)
		return code;
	code = net_open(&bed->net);
	if (code < 0)
		return code;
	if (set_up_routes(&bed->net))
		return -EIO;
	bed->up = open_up(&bed->net);
	bed->own = net_listen(&bed->net, 25);
	bed->page = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED,
			 op25b_notice_page(bed->world.dp), 0);
	return bed->page == MAP_FAILED || bed->up < 0 || fcntl(bed->own, F_SETFL, O_NONBLOCK) < 0 ?
		       -EIO :
		       0;
}

void notice_bed_close(struct notice_bed *bed)
{
	op25b_cleanup_close(&bed->own);
	op25b_cleanup_close(&bed->up);
	world_close(&bed->world);
	net_close(&bed->net);
}

/* As op25bd makes it: transparent, on a port of the loopback device that nobody knows. */
static int make_door(enum op25b_family family)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	bool is_v4 = family == OP25B_V4;
	int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)), 0);
	assert_int_equal(setsockopt(fd, is_v4 ? IPPROTO_IP : IPPROTO_IPV6,
				    is_v4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, &yes, sizeof(yes)),
			 0);
	if (!is_v4)
		assert_int_equal(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes)), 0);
	assert_int_equal(bind(fd,
			      is_v4 ? (const struct sockaddr *)(const void *)&v4 :
				      (const struct sockaddr *)(const void *)&v6,
			      is_v4 ? sizeof(v4) : sizeof(v6)),
			 0);
	assert_int_equal(listen(fd, 16), 0);
	return fd;
}

/* The index that the generation has for the service called notice. */
static uint16_t find_service(const struct op25b_plan *plan)
{
	for (uint32_t i = 1; i <= plan->head.n_services; i++)
		if (!strcmp(plan->policy->services[plan->services[i]].id, "notice"))
			return (uint16_t)i;
	fail_msg("no service called notice");
	return 0;
}

static void open_doors(struct notice_bed *bed)
{
	struct op25b_error error = { "" };

	for (enum op25b_family family = OP25B_V4; family <= OP25B_V6; family++) {
		const struct op25b_plan *plan = &bed->world.tables[0].plan;
		const struct op25b_door_key key = { .digest = plan->head.digest,
						    .service = find_service(plan),
						    .reason = OP25B_FOREIGN_SERVER,
						    .manner = OP25B_LATER,
						    .family = (uint8_t)family };

		op25b_cleanup_close(&bed->doors[family]);
		bed->doors[family] = make_door(family);
		if (op25b_door_put(bed->world.dp, &key, bed->doors[family], true, &error) < 0)
			fail_msg("%s", error.text);
	}
}

void notice_bed_attach(struct notice_bed *bed, enum op25b_hook hook)
{
	struct op25b_attachment attachment;
	struct op25b_error error = { "" };

	net_xdp_at_the_line(&bed->net, hook == OP25B_HOOK_XDP);
	net_enter(&bed->net, NET_GATE);
	if (op25b_attach(bed->world.dp, NET_GATE_DEVICE, OP25B_SUBSCRIBER, hook, &attachment,
			 &error) < 0)
		fail_msg("%s", error.text);
	assert_int_equal(attachment.hook, hook);
	assert_int_equal(attachment.notes & OP25B_NOTE_NOTICE_HELD, 0);
}

void notice_bed_set(struct notice_bed *bed, uint32_t answers, uint32_t notices)
{
	world_set(&bed->world, &(struct op25b_settings){
				       .answer_rate = answers,
				       .answer_burst = answers,
				       .notice_rate = notices,
				       .notice_burst = notices,
				       .notice_mark = (uint32_t)strtoul(BED_MARK, NULL, 0),
			       });
}

void notice_bed_begin(struct notice_bed *bed, enum op25b_hook hook)
{
	notice_bed_set(bed, PLENTY, PLENTY);
	notice_bed_attach(bed, hook);
	net_run("ip rule del prio 25 2>/dev/null; ip -6 rule del prio 25 2>/dev/null");
	assert_int_equal(net_run("ip rule add fwmark " BED_MARK " lookup 2525 prio 25 &&\n"
				 "ip -6 rule add fwmark " BED_MARK " lookup 2525 prio 25"),
			 0);
	open_doors(bed);
	bed->page->full = 0;
	net_drain(&bed->net);
}

void notice_bed_end(struct notice_bed *bed)
{
	for (enum op25b_family family = OP25B_V4; family <= OP25B_V6; family++)
		op25b_cleanup_close(&bed->doors[family]);
	assert_int_equal(accept(bed->own, NULL, NULL), -1);
	assert_int_equal(errno, EAGAIN);
}

static void expect_words(int fd, const char *words)
{
	char text[256];
	size_t n = 0, wanted = strlen(words);

	while (n < wanted) {
		ssize_t got;

		wait_readable(fd);
		got = recv(fd, text + n, sizeof(text) - n, 0);
		if (got <= 0)
			fail_msg("%zd instead of words: %s", got, strerror(errno));
		n += (size_t)got;
	}
	assert_int_equal(n, wanted);
	assert_memory_equal(text, words, wanted);
}

struct talk talk_begin(struct notice_bed *bed, const char *from, uint16_t port, const char *to)
{
	int door = bed->doors[strchr(from, ':') ? OP25B_V6 : OP25B_V4];
	struct talk talk = { -1, -1 };
	int code = net_dial(&bed->net, from, port, to, 25, &talk.line);

	if (code < 0)
		fail_msg("%s to %s: %s", from, to, strerror(-code));
	wait_readable(door);
	talk.door = accept(door, NULL, NULL);
	assert_true(talk.door >= 0);
	assert_int_equal(send(talk.door, WORDS, strlen(WORDS), 0), strlen(WORDS));
	expect_words(talk.line, WORDS);
	return talk;
}

void talk_on(const struct talk *talk)
{
	assert_int_equal(send(talk->line, "NOOP\r\n", 6, 0), 6);
	expect_words(talk->door, "NOOP\r\n");
	assert_int_equal(send(talk->door, "503 no\r\n", 8, 0), 8);
	expect_words(talk->line, "503 no\r\n");
}

void talk_end(struct talk *talk)
{
	char byte;

	assert_int_equal(shutdown(talk->line, SHUT_WR), 0);
	wait_readable(talk->door);
	assert_int_equal(recv(talk->door, &byte, 1, 0), 0);
	op25b_cleanup_close(&talk->door);
	wait_readable(talk->line);
	assert_int_equal(recv(talk->line, &byte, 1, 0), 0);
	op25b_cleanup_close(&talk->line);
}

int try_connect(struct notice_bed *bed, const char *from, const char *to)
{
	int code = net_connect(&bed->net, from, to, 25);

	return code ? code : -EISCONN;
}

/* The destination port of the next TCP segment that is forwarded. */
static uint16_t next_port(int up)
{
	uint8_t frame[2048];
	size_t tcp;

	for (;;) {
		wait_readable(up);
		if (recv(up, frame, sizeof(frame), 0) < 54)
			continue;
		if (frame[14] == 0x45 && frame[23] == IPPROTO_TCP)
			tcp = 34;
		else if (frame[14] >> 4 == 6 && frame[20] == IPPROTO_TCP)
			tcp = 54;
		else
			continue;
		return (uint16_t)(frame[tcp + 2] << 8 | frame[tcp + 3]);
	}
}

bool is_forwarded(struct notice_bed *bed, const struct layer *frame, const struct layer *marker)
{
	static struct frame sent;
	bool seen = false;
	uint16_t port;

	frame_build(&sent, frame);
	net_send(&bed->net, &sent);
	frame_build(&sent, marker);
	net_send(&bed->net, &sent);
	while ((port = next_port(bed->up)) != 587)
		seen |= port == 25;
	return seen;
}

uint64_t tally(struct notice_bed *bed, enum op25b_answer answer)
{
	struct tallies tallies;

	world_tallies(&bed->world, &tallies);
	return tallies.answers[answer];
}

int open_tun(struct notice_bed *bed)
{
	struct ifreq request = { .ifr_name = "tun0", .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		skip();
	net_enter(&bed->net, NET_GATE);
	assert_int_equal(ioctl(fd, TUNSETIFF, &request), 0);
	assert_int_equal(net_run("ip link set tun0 addrgenmode none up &&\n"
				 "ip route add 198.18.7.9 dev tun0"),
			 0);
	assert_int_equal(
		op25b_attach(bed->world.dp, "tun0", OP25B_SUBSCRIBER, OP25B_HOOK_AUTO, NULL, NULL),
		0);
	return fd;
}

void write_packet(int tun, const struct layer *layers)
{
	static struct frame frame;

	frame_build(&frame, layers);
	assert_int_equal(write(tun, frame.data + 14, frame.length - 14), frame.length - 14);
}

void wait_for_time_wait(struct notice_bed *bed, const char *file, uint16_t port)
{
	net_enter(&bed->net, NET_GATE);
	for (int tries = 0; net_run("grep -q ':%04X 06 ' /proc/net/%s", port, file); tries++)
		if (tries == 1000)
			fail_msg("no connection in TIME_WAIT");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notices on real connections: a client on the line, the kernel's own TCP at the gateway, and doors
 * that stand where op25bd puts them. Each test runs on each hook.
 */
#include "tests/unit/test.h"

#include "tests/packet/notice-bed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

static struct notice_bed bed;

#define SYN4    FRAME(ETH(), V4(LINE_N, NOBODY), TCP(40000, 25))
#define SYN6    FRAME(ETH(), V6(LINE_N6, NOBODY6), TCP(40000, 25))
#define MARKER4 FRAME(ETH(), V4(LINE_N, NOBODY), TCP(40000, 587))
#define MARKER6 FRAME(ETH(), V6(LINE_N6, NOBODY6), TCP(40000, 587))

#define ABSENT  "198.18.7.250"
#define ABSENT6 "2001:db8:4000:100::250"

static int begin(void **state)
{
	notice_bed_begin(&bed, *(const enum op25b_hook *)*state);
	return 0;
}

static int end(void **state)
{
	(void)state;
	notice_bed_end(&bed);
	return 0;
}

static void have_a_talk(const char *from, const char *to)
{
	struct talk talk = talk_begin(&bed, from, 0, to);

	talk_on(&talk);
	talk_end(&talk);
}

/* PEER is an address of the gateway itself, where its own server listens on port 25. */
static void a_refused_client_hears_the_words(void **state)
{
	(void)state;
	have_a_talk(LINE_N, NOBODY);
	have_a_talk(LINE_N6, NOBODY6);
	have_a_talk(LINE_N, PEER);
	have_a_talk(LINE_N6, PEER6);
}

static void what_is_not_refused_goes_where_it_went(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(try_connect(&bed, LINE_N, RELAY), -EISCONN);
	assert_int_equal(try_connect(&bed, LINE_N6, RELAY6), -EISCONN);
	for (int i = 0; i < 2; i++) {
		wait_readable(bed.own);
		fd = accept(bed.own, NULL, NULL);
		assert_true(fd >= 0);
		close(fd);
	}
	assert_true(is_forwarded(&bed, FRAME(ETH(), V4(FIXED, NOBODY), TCP(40000, 25)), MARKER4));
	assert_int_equal(try_connect(&bed, LINE, NOBODY), -ECONNREFUSED);
}

static void each_packet_is_counted_once(void **state)
{
	struct tallies before, after;
	uint64_t counted = 0;

	(void)state;
	world_tallies(&bed.world, &before);
	assert_false(is_forwarded(&bed, SYN4, MARKER4));
	world_tallies(&bed.world, &after);
	for (size_t i = 0; i < 16; i++)
		counted += after.services[i].packets[OP25B_V4][0][OP25B_FOREIGN_SERVER] -
			   before.services[i].packets[OP25B_V4][0][OP25B_FOREIGN_SERVER];
	/* The line's kernel, which knows nothing of that SYN, resets what answers it. */
	assert_in_range(counted, 1, 2);
	assert_int_equal(after.answers[OP25B_NOTICED] - before.answers[OP25B_NOTICED], 1);
	assert_int_equal(after.answers[OP25B_NOTICE_UNFIT], before.answers[OP25B_NOTICE_UNFIT]);
}

static void a_closed_door_means_a_reset(void **state)
{
	uint64_t away = tally(&bed, OP25B_NOTICE_AWAY);
	struct talk talk = talk_begin(&bed, LINE_N, 0, NOBODY);

	(void)state;
	op25b_cleanup_close(&bed.doors[OP25B_V4]);
	assert_int_equal(try_connect(&bed, LINE_N, NOBODY), -ECONNREFUSED);
	assert_int_equal(tally(&bed, OP25B_NOTICE_AWAY), away + 1);
	have_a_talk(LINE_N6, NOBODY6);
	/* Whoever was let in talks on. */
	talk_on(&talk);
	talk_end(&talk);
}

static void a_full_responder_means_a_reset(void **state)
{
	uint64_t full = tally(&bed, OP25B_NOTICE_FULL);
	struct talk talk = talk_begin(&bed, LINE_N, 0, NOBODY);

	(void)state;
	bed.page->full = 1;
	assert_int_equal(try_connect(&bed, LINE_N, NOBODY), -ECONNREFUSED);
	assert_int_equal(tally(&bed, OP25B_NOTICE_FULL), full + 1);
	talk_on(&talk);
	talk_end(&talk);
	bed.page->full = 0;
	have_a_talk(LINE_N, NOBODY);
}

static void above_its_limit_a_line_is_reset(void **state)
{
	uint64_t limited = tally(&bed, OP25B_NOTICE_LIMITED);
	struct talk talks[2];

	(void)state;
	notice_bed_set(&bed, 1000, 1);
	talks[0] = talk_begin(&bed, LINE_N, 0, NOBODY);
	talks[1] = talk_begin(&bed, LINE_N6, 0, NOBODY6);
	assert_int_equal(try_connect(&bed, LINE_N, NOBODY), -ECONNREFUSED);
	assert_int_equal(try_connect(&bed, LINE_N6, NOBODY6), -ECONNREFUSED);
	assert_true(tally(&bed, OP25B_NOTICE_LIMITED) >= limited + 2);
	for (int i = 0; i < 2; i++) {
		talk_on(&talks[i]);
		talk_end(&talks[i]);
	}
}

/* Nobody answers the gateway when it asks where this line is. */
static void lines_that_must_be_asked_for_have_a_limit(void **state)
{
	uint64_t limited;

	(void)state;
	have_a_talk(LINE_N, NOBODY);
	have_a_talk(LINE_N6, NOBODY6);
	limited = tally(&bed, OP25B_NOTICE_LIMITED);
	for (uint16_t i = 0; i < 2 * OP25B_UNKNOWN_BURST; i++) {
		static struct frame frame;

		frame_build(&frame, i % 2 ? FRAME(ETH(), V4(ABSENT, NOBODY), TCP(1000 + i, 25)) :
					    FRAME(ETH(), V6(ABSENT6, NOBODY6), TCP(1000 + i, 25)));
		net_send(&bed.net, &frame);
	}
	have_a_talk(LINE_N, NOBODY);
	have_a_talk(LINE_N6, NOBODY6);
	assert_true(tally(&bed, OP25B_NOTICE_LIMITED) > limited);
}

static void a_barred_interface_means_a_reset(void **state)
{
	unsigned int ifindex;

	(void)state;
	net_enter(&bed.net, NET_GATE);
	ifindex = if_nametoindex(NET_GATE_DEVICE);
	assert_int_equal(op25b_notice_port_set(bed.world.dp, ifindex, true, NULL), 0);
	assert_int_equal(try_connect(&bed, LINE_N, NOBODY), -ECONNREFUSED);
	assert_int_equal(try_connect(&bed, LINE_N6, NOBODY6), -ECONNREFUSED);
	assert_int_equal(op25b_notice_port_set(bed.world.dp, ifindex, false, NULL), 0);
	have_a_talk(LINE_N, NOBODY);
}

/* What the gateway would do if somebody had flushed its rules. */
static void without_a_rule_nothing_is_forwarded(void **state)
{
	(void)state;
	net_enter(&bed.net, NET_GATE);
	assert_int_equal(net_run("ip rule del prio 25 && ip -6 rule del prio 25"), 0);
	assert_false(is_forwarded(&bed, SYN4, MARKER4));
	assert_false(is_forwarded(&bed, SYN6, MARKER6));
}

static void without_its_tc_half_xdp_lets_nothing_be_forwarded(void **state)
{
	struct op25b_attachment a;
	struct op25b_error error;

	(void)state;
	net_enter(&bed.net, NET_GATE);
	assert_int_equal(net_run("tc qdisc del dev " NET_GATE_DEVICE " clsact"), 0);
	assert_false(is_forwarded(&bed, SYN4, MARKER4));
	assert_false(is_forwarded(&bed, SYN6, MARKER6));
	net_enter(&bed.net, NET_GATE);
	assert_int_equal(
		op25b_attach_find(bed.world.dp, if_nametoindex(NET_GATE_DEVICE), &a, &error), 0);
	assert_false(a.current);
	notice_bed_attach(&bed, a.hook);
	have_a_talk(LINE_N, NOBODY);
}

/* Sequence number of the next reset that comes to the line. */
static uint32_t next_reset(void)
{
	static struct frame frame;
	uint32_t seq;

	assert_int_equal(net_receive(&bed.net, &frame), 0);
	assert_int_equal(frame.data[14], 0x45);
	assert_true(frame.data[47] & TCP_RST);
	memcpy(&seq, frame.data + 38, sizeof(seq));
	return ntohl(seq);
}

static void send_middle(uint32_t ack)
{
	static struct frame frame;

	frame_build(&frame, FRAME(ETH(), V4(LINE_N, NOBODY),
				  TCP(40001, 25, .flags = TCP_ACK, .seq = 7, .ack = ack), DATA(4)));
	net_send(&bed.net, &frame);
}

/* As on the day when a line's port 25 is closed: by the kernel, and without a door by us. */
static void the_middle_of_a_connection_from_before_is_reset(void **state)
{
	(void)state;
	net_drain(&bed.net);
	send_middle(0x10203040);
	assert_int_equal(next_reset(), 0x10203040);
	op25b_cleanup_close(&bed.doors[OP25B_V4]);
	send_middle(0x11223344);
	assert_int_equal(next_reset(), 0x11223344);
}

/* What the gateway's server has from before; the refusal begins with the attachment. */
static void have_it_ended(const char *from, const char *to, int server, enum op25b_hook hook)
{
	OP25B_AUTO_CLOSE int line = -1, taken = -1;
	char byte;

	net_enter(&bed.net, NET_GATE);
	assert_int_equal(op25b_detach(bed.world.dp, if_nametoindex(NET_GATE_DEVICE), NULL), 0);
	assert_int_equal(net_dial(&bed.net, from, 0, to, 25, &line), 0);
	wait_readable(server);
	taken = accept(server, NULL, NULL);
	assert_true(taken >= 0);
	notice_bed_attach(&bed, hook);
	assert_int_equal(send(line, "DATA\r\n", 6, 0), 6);
	wait_readable(line);
	assert_int_equal(recv(line, &byte, 1, 0), -1);
	assert_int_equal(errno, ECONNRESET);
	assert_int_equal(recv(taken, &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
}

static void a_server_of_the_gateway_loses_the_connections_it_has(void **state)
{
	const enum op25b_hook hook = *(const enum op25b_hook *)*state;

	have_it_ended(LINE_N, PEER, bed.own, hook);
	have_it_ended(LINE_N6, PEER6, bed.own, hook);
	have_a_talk(LINE_N, PEER);
}

/* Transparent, for whatever is routed to this host. */
static int open_proxy(void)
{
	int fd, yes = 1;

	fd = net_listen(&bed.net, 2625);
	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, &yes, sizeof(yes)), 0);
	return fd;
}

/* As docs/bypasses.md has its rules: what is marked is left alone. */
static void a_transparent_proxy_loses_the_connections_it_has(void **state)
{
	const enum op25b_hook hook = *(const enum op25b_hook *)*state;
	OP25B_AUTO_CLOSE int proxy = -1;

	if (net_run("command -v nft >/dev/null"))
		skip();
	proxy = open_proxy();
	net_enter(&bed.net, NET_GATE);
	assert_int_equal(net_run("nft 'table inet proxy { chain p {\n"
				 "type filter hook prerouting priority mangle;\n"
				 "meta mark " BED_MARK " return\n"
				 "tcp dport 25 meta mark set 1 tproxy to :2625 accept\n"
				 "}\n}' && ip rule add fwmark 1 lookup 2525 prio 26 &&\n"
				 "ip -6 rule add fwmark 1 lookup 2525 prio 26"),
			 0);
	have_it_ended(LINE_N, NOBODY, proxy, hook);
	have_it_ended(LINE_N6, NOBODY6, proxy, hook);
	have_a_talk(LINE_N, NOBODY);
	have_a_talk(LINE_N6, NOBODY6);
	net_enter(&bed.net, NET_GATE);
	assert_int_equal(net_run("nft delete table inet proxy && ip rule del prio 26 &&\n"
				 "ip -6 rule del prio 26"),
			 0);
}

static void a_client_that_resets_is_gone_for_the_responder(void **state)
{
	static const char *const lines[] = { LINE_N, LINE_N6 }, *const peers[] = { NOBODY,
										   NOBODY6 };
	const struct linger at_once = { .l_onoff = 1 };
	struct talk talk;
	char byte;

	(void)state;
	for (int i = 0; i < 2; i++) {
		talk = talk_begin(&bed, lines[i], 0, peers[i]);
		assert_int_equal(
			setsockopt(talk.line, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), 0);
		op25b_cleanup_close(&talk.line);
		wait_readable(talk.door);
		assert_int_equal(recv(talk.door, &byte, 1, 0), -1);
		assert_int_equal(errno, ECONNRESET);
		op25b_cleanup_close(&talk.door);
	}
}

/* As the responder ends: the client closes first, or is reset. */
static void the_same_port_connects_again(void **state)
{
	static const struct linger at_once = { .l_onoff = 1 };
	struct talk talk;

	(void)state;
	for (int i = 0; i < 2; i++) {
		talk = talk_begin(&bed, LINE_N6, 40002, NOBODY6);
		assert_int_equal(
			setsockopt(talk.door, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), 0);
		op25b_cleanup_close(&talk.door);
		wait_readable(talk.line);
		op25b_cleanup_close(&talk.line);
	}
}

/* The gateway keeps TIME_WAIT if the responder closes first; its own server must not be found. */
static void a_client_that_comes_back_to_time_wait_is_reset(void **state)
{
	static const char *const lines[] = { LINE_N, LINE_N6 }, *const peers[] = { NOBODY,
										   NOBODY6 };
	static uint16_t port = 41000; /* TIME_WAIT stays for a minute */
	struct talk talk;
	char byte;
	int fd;

	(void)state;
	port++;
	for (int i = 0; i < 2; i++) {
		talk = talk_begin(&bed, lines[i], port, peers[i]);
		op25b_cleanup_close(&talk.door);
		wait_readable(talk.line);
		assert_int_equal(recv(talk.line, &byte, 1, 0), 0);
		op25b_cleanup_close(&talk.line);
		wait_for_time_wait(&bed, i ? "tcp6" : "tcp", port);
		assert_int_equal(net_dial(&bed.net, lines[i], port, peers[i], 25, &fd),
				 -ECONNREFUSED);
	}
}

static void syn_cookies_are_taken_back(void **state)
{
	uint64_t carried;

	(void)state;
	net_enter(&bed.net, NET_GATE);
	assert_int_equal(net_run("echo 2 >/proc/sys/net/ipv4/tcp_syncookies"), 0);
	carried = tally(&bed, OP25B_NOTICE_CARRIED);
	have_a_talk(LINE_N, NOBODY);
	have_a_talk(LINE_N6, NOBODY6);
	have_a_talk(LINE_N, PEER);
	assert_true(tally(&bed, OP25B_NOTICE_CARRIED) > carried);
	net_enter(&bed.net, NET_GATE);
	assert_int_equal(net_run("echo 1 >/proc/sys/net/ipv4/tcp_syncookies"), 0);
}

static void a_server_of_the_gateway_can_begin_while_notices_are_given(void **state)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(25) };
	struct talk talk = talk_begin(&bed, LINE_N, 0, NOBODY);
	int fd, yes = 1;

	(void)state;
	op25b_cleanup_close(&bed.own);
	net_enter(&bed.net, NET_GATE);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)), 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)(const void *)&any, sizeof(any)), 0);
	assert_int_equal(listen(fd, 1), 0);
	talk_on(&talk);
	close(fd);
	talk_end(&talk);
	bed.own = net_listen(&bed.net, 25);
	assert_int_equal(fcntl(bed.own, F_SETFL, O_NONBLOCK), 0);
}

/* As ppp: no Ethernet header, so no address of a station to compare. */
static void a_device_without_ethernet_has_notices(void **state)
{
	OP25B_AUTO_CLOSE int tun = open_tun(&bed);
	uint8_t packet[256];
	uint32_t seq;
	int fd;

	(void)state;
	write_packet(tun, FRAME(ETH(), V4("198.18.7.9", NOBODY), TCP(40003, 25, .seq = 7)));
	do { /* what the device itself says over IPv6 comes first */
		wait_readable(tun);
		assert_true(read(tun, packet, sizeof(packet)) >= 40);
	} while (packet[0] != 0x45);
	assert_int_equal(packet[33], TCP_SYN | TCP_ACK);
	assert_int_equal(inet_addr(NOBODY), *(uint32_t *)(void *)(packet + 12));
	memcpy(&seq, packet + 24, sizeof(seq));
	write_packet(tun, FRAME(ETH(), V4("198.18.7.9", NOBODY),
				TCP(40003, 25, .flags = TCP_ACK, .seq = 8, .ack = ntohl(seq) + 1)));
	wait_readable(bed.doors[OP25B_V4]);
	fd = accept(bed.doors[OP25B_V4], NULL, NULL);
	assert_true(fd >= 0);
	close(fd);
}

static const enum op25b_hook tc = OP25B_HOOK_TC, xdp = OP25B_HOOK_XDP,
			     generic = OP25B_HOOK_XDP_GENERIC;

static size_t add(struct CMUnitTest *tests, size_t n, const char *what, CMUnitTestFunction function,
		  const enum op25b_hook *hook)
{
	static char names[64][100];

	snprintf(names[n], sizeof(names[n]), "%s on %s", what, op25b_hook_name(*hook));
	tests[n] = (struct CMUnitTest){ .name = names[n],
					.test_func = function,
					.setup_func = begin,
					.teardown_func = end,
					.initial_state = (void *)hook };
	return n + 1;
}

static int run_all(void)
{
	static const enum op25b_hook *const hooks[] = { &tc, &xdp, &generic };
	static struct CMUnitTest tests[64];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
#define ADD(function) n = add(tests, n, #function, function, hooks[i])
		ADD(a_refused_client_hears_the_words);
		ADD(what_is_not_refused_goes_where_it_went);
		ADD(each_packet_is_counted_once);
		ADD(a_closed_door_means_a_reset);
		ADD(a_full_responder_means_a_reset);
		ADD(above_its_limit_a_line_is_reset);
		ADD(lines_that_must_be_asked_for_have_a_limit);
		ADD(a_barred_interface_means_a_reset);
		ADD(without_a_rule_nothing_is_forwarded);
		if (hooks[i] != &tc)
			ADD(without_its_tc_half_xdp_lets_nothing_be_forwarded);
		ADD(the_middle_of_a_connection_from_before_is_reset);
		ADD(a_server_of_the_gateway_loses_the_connections_it_has);
		ADD(a_transparent_proxy_loses_the_connections_it_has);
		ADD(a_client_that_resets_is_gone_for_the_responder);
		ADD(the_same_port_connects_again);
		ADD(a_client_that_comes_back_to_time_wait_is_reset);
		ADD(syn_cookies_are_taken_back);
		ADD(a_server_of_the_gateway_can_begin_while_notices_are_given);
	}
	n = add(tests, n, "a_device_without_ethernet_has_notices",
		a_device_without_ethernet_has_notices, &tc);
	return _cmocka_run_group_tests("notice", tests, n, NULL, NULL);
}

int main(void)
{
	int code = notice_bed_open(&bed);

	if (code == -EPERM)
		printf("SKIP needs root: BPF programs, network namespaces\n");
	if (!code)
		code = run_all();
	notice_bed_close(&bed);
	return code == -EPERM ? 77 : code ? EXIT_FAILURE : EXIT_SUCCESS;
}

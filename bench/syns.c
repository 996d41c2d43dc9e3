/* SPDX-License-Identifier: BSD-2-Clause */
/* See syns.h. */
#include "bench/syns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench/tools.h"

#define BATCH 64

struct frame {
	struct ether_header eth;
	struct iphdr ip;
	struct tcphdr tcp;
} __attribute__((packed));

static uint32_t sum_of(const void *octets, size_t n)
{
	const uint8_t *at = octets;
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i += 2)
		sum += (uint32_t)(at[i] << 8 | at[i + 1]);
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static uint32_t draw(const struct bench_range *range)
{
	const struct in6_addr at = bench_range_at(range, (uint32_t)random() % range->n);
	uint32_t ret;

	memcpy(&ret, &at, sizeof(ret));
	return ret;
}

static void frame_write(const struct bench_syns *syns, struct frame *f)
{
	*f = (struct frame){ .eth.ether_shost = { 2 }, .eth.ether_type = htons(ETHERTYPE_IP) };
	memcpy(f->eth.ether_dhost, syns->router, sizeof(syns->router));
	f->ip = (struct iphdr){ .version = 4,
				.ihl = 5,
				.tot_len = htons(sizeof(f->ip) + sizeof(f->tcp)),
				.frag_off = htons(IP_DF),
				.ttl = 64,
				.protocol = IPPROTO_TCP,
				.saddr = draw(&syns->lines),
				.daddr = draw(&syns->peers) };
	f->ip.check = fold(sum_of(&f->ip, sizeof(f->ip)));
	f->tcp.source = htons((uint16_t)(1024 + random() % 60000));
	f->tcp.dest = htons(25);
	f->tcp.seq = (uint32_t)random();
	f->tcp.doff = 5;
	f->tcp.syn = 1;
	f->tcp.window = htons(64240);
	f->tcp.check = fold(sum_of(&f->ip.saddr, 8) + IPPROTO_TCP + (uint32_t)sizeof(f->tcp) +
			    sum_of(&f->tcp, sizeof(f->tcp)));
}

static int device_open(const char *name)
{
	const struct sockaddr_ll at = { .sll_family = AF_PACKET,
					.sll_ifindex = (int)if_nametoindex(name) };
	const int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), yes = 1;

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes)) ||
	    bind(fd, (const struct sockaddr *)&at, sizeof(at)))
		bench_die(name, errno);
	return fd;
}

static uint64_t batch_send(const struct bench_syns *syns, int fd, unsigned int n)
{
	static struct frame frames[BATCH];
	static struct iovec parts[BATCH];
	static struct mmsghdr messages[BATCH];
	int sent;

	for (unsigned int i = 0; i < n; i++) {
		frame_write(syns, &frames[i]);
		parts[i] = (struct iovec){ &frames[i], sizeof(frames[i]) };
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1 };
	}
	sent = sendmmsg(fd, messages, n, 0);
	if (sent < 0 && errno != ENOBUFS)
		bench_die("sending", errno);
	return sent < 0 ? 0 : (uint64_t)sent;
}

double bench_syns_run(const struct bench_syns *syns)
{
	const struct timespec pause = { .tv_nsec = 200000 };
	const int fd = device_open(syns->device);
	const double begin = bench_seconds();
	double spent = 0;
	uint64_t sent = 0;

	srandom((unsigned int)getpid());
	while (spent < syns->seconds) {
		if (spent * syns->rate < (double)sent)
			nanosleep(&pause, NULL);
		else
			sent += batch_send(syns, fd, BATCH);
		spent = bench_seconds() - begin;
	}
	close(fd);
	return (double)sent / spent;
}

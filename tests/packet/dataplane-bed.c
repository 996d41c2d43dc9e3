/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bed, see dataplane-bed.h. bed_passes() proves a refusal without waiting: behind every frame
 * it asks about it sends one to port 587, which nothing may touch; when that has come through, the
 * other one is not coming any more, since a veth pair keeps order.
 */
#include "tests/packet/dataplane-bed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "tests/unit/test.h"

#define DEADLINE_MS 5000

void bed_run(const char *format, ...)
{
	char command[512];
	va_list args;

	va_start(args, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start stands right above */
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	if (system(command) != 0) /* NOLINT(cert-env33-c): a test's own fixed words */
		fail_msg("%s", command);
}

bool bed_says(const char *command, const char *text)
{
	char line[1024];
	bool found = false;
	FILE *out = popen(command, "r"); /* NOLINT(cert-env33-c) */

	assert_non_null(out);
	while (fgets(line, sizeof(line), out))
		found |= strstr(line, text) != NULL;
	pclose(out);
	return found;
}

void bed_enter(struct bed *bed)
{
	char bpffs[80];

	if (geteuid() != 0 || unshare(CLONE_NEWNET | CLONE_NEWNS) < 0) {
		printf("SKIP needs root and network namespaces\n");
		exit(77);
	}
	snprintf(bed->folder, sizeof(bed->folder), "/tmp/op25b-dp-XXXXXX");
	if (!mkdtemp(bed->folder) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		abort();
	snprintf(bpffs, sizeof(bpffs), "%s/bpf", bed->folder);
	if (mkdir(bpffs, 0700) < 0 || mount("bpf", bpffs, "bpf", 0, NULL) < 0)
		abort();
	snprintf(bed->pins, sizeof(bed->pins), "%s/bpf/op25b", bed->folder);
	bed->out = -1;
}

void bed_leave(struct bed *bed)
{
	char bpffs[80], policy[80];

	snprintf(bpffs, sizeof(bpffs), "%s/bpf", bed->folder);
	snprintf(policy, sizeof(policy), "%s/policy.yaml", bed->folder);
	umount(bpffs);
	rmdir(bpffs);
	unlink(policy);
	rmdir(bed->folder);
	op25b_cleanup_close(&bed->out);
}

static int packet_socket(const char *dev, uint16_t protocol)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(protocol),
				  .sll_ifindex = (int)if_nametoindex(dev) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)(const void *)&to, sizeof(to)), 0);
	return fd;
}

void bed_devices(struct bed *bed)
{
	if (if_nametoindex(BED_DEV))
		bed_run("ip link del " BED_DEV);
	bed_run("ip link add " BED_DEV " type veth peer name " BED_PEER);
	bed_run("ip link set " BED_DEV " up addrgenmode none");
	bed_run("ip link set " BED_PEER " up addrgenmode none");
	op25b_cleanup_close(&bed->out);
	bed->out = packet_socket(BED_PEER, 0);
}

static const char policy_text[] =
	"op25b: 1\n"
	"timezone: UTC\n"
	"provider: {name: {en: Test}}\n"
	"mail_servers:\n"
	"  - {id: relay, addresses: [" BED_RELAY "], offers: [relay]}\n"
	"services:\n"
	"  - id: dynamic\n"
	"    addressing: dynamic\n"
	"    pools: [198.51.100.0/24]\n"
	"    port25: [%s]\n"
	"  - {id: free, addressing: fixed, pools: [100.64.0.0/26, 203.0.113.0/25], port25: []}\n"
	"lines:\n"
	"  - {id: L-1, service: free, prefixes: [198.51.100.128/29]}\n";

void bed_tables(struct bed *bed, bool closed, struct op25b_tables *ret_tables)
{
	struct op25b_findings findings = { 0 };
	struct op25b_policy *policy = NULL;
	struct op25b_tables tables = { 0 };
	char path[80];
	FILE *file;

	snprintf(path, sizeof(path), "%s/policy.yaml", bed->folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, policy_text,
		closed ? "{from: 2020-01-01, action: refuse, how: drop, except: [relay]}" : "");
	fclose(file);
	if (op25b_policy_load(path, 1800000000, &policy, &findings) < 0)
		op25b_findings_print(&findings, stderr);
	assert_non_null(policy);
	op25b_findings_free(&findings);
	assert_int_equal(op25b_tables_make(policy, 1800000000, NULL, &tables), 0);
	*ret_tables = tables;
}

void bed_tables_done(struct op25b_tables *tables)
{
	struct op25b_policy *policy = (struct op25b_policy *)(uintptr_t)tables->plan.policy;

	op25b_tables_done(tables);
	op25b_policy_free(&policy);
}

void bed_syn(const char *from, const char *to, uint16_t port, uint8_t frame[BED_FRAME])
{
	struct ethhdr ether = { .h_proto = htons(ETH_P_IP) };
	struct iphdr ip = { .version = 4,
			    .ihl = 5,
			    .tot_len = htons(sizeof(struct iphdr) + sizeof(struct tcphdr)),
			    .ttl = 64,
			    .protocol = IPPROTO_TCP,
			    .saddr = inet_addr(from),
			    .daddr = inet_addr(to) };
	struct tcphdr tcp = { .source = htons(40000), .dest = htons(port), .doff = 5, .syn = 1 };

	memset(frame, 0, BED_FRAME);
	memset(ether.h_dest, 0xff, sizeof(ether.h_dest));
	ether.h_source[0] = 2;
	memcpy(frame, &ether, sizeof(ether));
	memcpy(frame + sizeof(ether), &ip, sizeof(ip));
	memcpy(frame + sizeof(ether) + sizeof(ip), &tcp, sizeof(tcp));
}

int bed_listen(const char *dev)
{
	return packet_socket(dev, ETH_P_IP);
}

void bed_send(struct bed *bed, const char *from, const char *to, uint16_t port)
{
	uint8_t frame[BED_FRAME];

	bed_syn(from, to, port, frame);
	/* A flood beside this one fills the queue now and then. */
	for (int tries = 0; send(bed->out, frame, sizeof(frame), 0) < 0; tries++)
		if (errno != ENOBUFS || tries == 1000000)
			fail_msg("a frame could not be sent: %s", strerror(errno));
}

/* The destination port of the next TCP frame. */
static uint16_t next_port(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	uint8_t frame[2048];
	struct tcphdr tcp;

	if (poll(&wait, 1, DEADLINE_MS) != 1)
		fail_msg("a frame to port 587 did not come through");
	assert_true(recv(fd, frame, sizeof(frame), 0) >= 54);
	memcpy(&tcp, frame + sizeof(struct ethhdr) + sizeof(struct iphdr), sizeof(tcp));
	return ntohs(tcp.dest);
}

bool bed_passes(struct bed *bed, const char *from, const char *to, uint16_t port)
{
	OP25B_AUTO_CLOSE int in = bed_listen(BED_DEV);
	bool passed = false;
	uint16_t seen;

	bed_send(bed, from, to, port);
	bed_send(bed, from, to, 587);
	while ((seen = next_port(in)) != 587)
		passed |= seen == port;
	return passed;
}

void bed_ok(int code, const struct op25b_error *error)
{
	if (code < 0)
		fail_msg("%d: %s", code, error->text);
}

struct op25b_dataplane *bed_open(struct bed *bed)
{
	const struct op25b_load_options options = {
		.pins = bed->pins,
		.programs = OP25B_LOAD_HOOKS | OP25B_LOAD_EXPLAIN,
	};
	struct op25b_error error = { "" };
	struct op25b_dataplane *dp = NULL;

	bed_ok(op25b_dataplane_open(&options, &dp, &error), &error);
	return dp;
}

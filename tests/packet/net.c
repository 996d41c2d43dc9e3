/* SPDX-License-Identifier: BSD-2-Clause */
/* See net.h. */
#include "tests/unit/test.h"

#include "tests/packet/net.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/packet/cases.h"

enum { DEADLINE_MS = 5000 };

int net_run(const char *format, ...)
{
	char command[512];
	va_list arguments;
	int status;
	pid_t pid;

	va_start(arguments, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start stands right above */
	vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid ? status : -1;
}

void net_enter(const struct net *net, enum net_place place)
{
	assert_int_equal(setns(net->namespaces[place], CLONE_NEWNET), 0);
}

static int make_namespace(struct net *net, enum net_place place, const char *word)
{
	char path[64];

	snprintf(net->names[place], sizeof(net->names[place]), "op25b-p-%s-%d", word, getpid());
	if (net_run("ip netns add %s", net->names[place]))
		return -1;
	snprintf(path, sizeof(path), "/run/netns/%s", net->names[place]);
	net->namespaces[place] = open(path, O_RDONLY | O_CLOEXEC);
	return net->namespaces[place] < 0 ? -1 : 0;
}

static int set_up_gate(const struct net *net)
{
	return net_run("ip -n %s -batch - <<-'EOF'\n"
		       "addr add 198.51.100.1/24 dev gate0\n"
		       "addr add 198.18.1.1/24 dev gate0\n"
		       "addr add 198.18.7.1/24 dev gate0\n"
		       "addr add 2001:db8:1000:100::1/64 dev gate0 nodad\n"
		       "addr add 2001:db8:2000:100::1/64 dev gate0 nodad\n"
		       "addr add 2001:db8:4000:100::1/64 dev gate0 nodad\n"
		       "link set lo up\n"
		       "link set gate0 up\n"
		       "addr add " PEER " dev lo\n"
		       "addr add " RELAY " dev lo\n"
		       "addr add " PEER6 " dev lo nodad\n"
		       "addr add " RELAY6 " dev lo nodad\n"
		       "EOF",
		       net->names[NET_GATE]);
}

static int set_up_line(const struct net *net)
{
	return net_run("ip -n %s -batch - <<-'EOF'\n"
		       "addr add " LINE "/24 dev line0\n"
		       "addr add " LINE_U "/24 dev line0\n"
		       "addr add " LINE_N "/24 dev line0\n"
		       "addr add " LINE6 "/64 dev line0 nodad\n"
		       "addr add " LINE_U6 "/64 dev line0 nodad\n"
		       "addr add " LINE_N6 "/64 dev line0 nodad\n"
		       "link set lo up\n"
		       "link set line0 up\n"
		       "route add default via 198.51.100.1\n"
		       "route add default via 2001:db8:1000:100::1\n"
		       "EOF",
		       net->names[NET_LINE]);
}

/* NAPI at the line's end (GRO) is what native XDP_TX on veth needs. */
static int make_links(const struct net *net)
{
	if (net_run("ip -n %s link add line0 address 02:00:00:00:00:01 type veth peer name gate0 "
		    "address 02:00:00:00:00:02 netns %s",
		    net->names[NET_LINE], net->names[NET_GATE]))
		return -1;
	if (set_up_gate(net) || set_up_line(net))
		return -1;
	return net_run("ip netns exec %s ethtool -K line0 gro on", net->names[NET_LINE]);
}

static int open_wire(struct net *net)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int yes = 1;

	net_enter(net, NET_LINE);
	address.sll_ifindex = (int)if_nametoindex(NET_LINE_DEVICE);
	net->wire = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
	if (net->wire < 0 ||
	    setsockopt(net->wire, SOL_PACKET, PACKET_AUXDATA, &yes, sizeof(yes)) < 0 ||
	    bind(net->wire, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return 0;
}

int net_open(struct net *net)
{
	*net = (struct net){ .namespaces = { -1, -1 }, .home = -1, .wire = -1 };
	if (geteuid() != 0)
		return -EPERM;
	net->home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (net->home < 0 || make_namespace(net, NET_LINE, "line") ||
	    make_namespace(net, NET_GATE, "gate") || make_links(net) || open_wire(net)) {
		fprintf(stderr, "making the namespaces failed\n");
		return -EIO;
	}
	return 0;
}

void net_close(struct net *net)
{
	if (net->home >= 0)
		(void)setns(net->home, CLONE_NEWNET);
	for (int place = 0; place < NET_PLACES; place++) {
		if (net->namespaces[place] < 0)
			continue;
		close(net->namespaces[place]);
		net_run("ip netns del %s", net->names[place]);
	}
	if (net->wire >= 0)
		close(net->wire);
	if (net->home >= 0)
		close(net->home);
}

int net_listen(const struct net *net, uint16_t port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd, yes = 1;

	net_enter(net, NET_GATE);
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	assert_int_equal(listen(fd, 16), 0);
	return fd;
}

static socklen_t make_address(const char *text, uint16_t port, struct sockaddr_storage *ret_address)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret_address;
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret_address;

	*ret_address = (struct sockaddr_storage){ 0 };
	if (strchr(text, ':')) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		assert_int_equal(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
		return sizeof(*v6);
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons(port);
	assert_int_equal(inet_pton(AF_INET, text, &v4->sin_addr), 1);
	return sizeof(*v4);
}

int net_dial(const struct net *net, const char *source, uint16_t source_port, const char *target,
	     uint16_t port, int *ret_fd)
{
	struct sockaddr_storage from, to;
	socklen_t from_size = make_address(source, source_port, &from);
	socklen_t to_size = make_address(target, port, &to), size = sizeof(int);
	struct pollfd wait = { .events = POLLOUT };
	int error = 0, yes = 1;

	net_enter(net, NET_LINE);
	wait.fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(wait.fd >= 0);
	assert_int_equal(setsockopt(wait.fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)), 0);
	assert_int_equal(bind(wait.fd, (struct sockaddr *)&from, from_size), 0);
	if (connect(wait.fd, (struct sockaddr *)&to, to_size) < 0)
		error = errno;
	if (error == EINPROGRESS) {
		if (poll(&wait, 1, DEADLINE_MS) != 1)
			error = ETIMEDOUT;
		else
			getsockopt(wait.fd, SOL_SOCKET, SO_ERROR, &error, &size);
	}
	if (error)
		close(wait.fd);
	else
		*ret_fd = wait.fd;
	return -error;
}

int net_connect(const struct net *net, const char *source, const char *target, uint16_t port)
{
	int fd = -1, error = net_dial(net, source, 0, target, port, &fd);

	if (!error)
		close(fd);
	return error;
}

void net_xdp_at_the_line(const struct net *net, bool run)
{
	const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = run ? bpf_prog_load(BPF_PROG_TYPE_XDP, "pass", "GPL", pass, 2, NULL) : -1;

	net_enter(net, NET_LINE);
	assert_true(!run || fd >= 0);
	assert_int_equal(
		bpf_xdp_attach((int)if_nametoindex(NET_LINE_DEVICE), fd, XDP_FLAGS_DRV_MODE, NULL),
		0);
	if (fd >= 0)
		close(fd);
}

void net_send(const struct net *net, const struct frame *frame)
{
	assert_int_equal(send(net->wire, frame->data, frame->length, 0), frame->length);
}

/* Through a socket of its own: with this option every frame of a socket has the header. */
void net_send_partial(const struct net *net, const struct frame *frame, size_t start, size_t offset)
{
	struct virtio_net_hdr virtio = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
					 .csum_start = (uint16_t)start,
					 .csum_offset = (uint16_t)offset };
	struct iovec parts[] = { { &virtio, sizeof(virtio) },
				 { (void *)frame->data, frame->length } };
	struct sockaddr_ll address = { .sll_family = AF_PACKET };
	int fd, on = 1;

	net_enter(net, NET_LINE);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	address.sll_ifindex = (int)if_nametoindex(NET_LINE_DEVICE);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)), 0);
	assert_int_equal(writev(fd, parts, 2), sizeof(virtio) + frame->length);
	close(fd);
	net_enter(net, NET_GATE);
}

/* Put back the tag that the kernel keeps beside the frame. */
static void put_tag_back(struct msghdr *message, struct frame *frame)
{
	struct tpacket_auxdata aux = { 0 };

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c))
		if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA)
			memcpy(&aux, CMSG_DATA(c), sizeof(aux));
	if (!(aux.tp_status & TP_STATUS_VLAN_VALID) || frame->length < 12)
		return;
	memmove(frame->data + 16, frame->data + 12, frame->length - 12);
	frame->length += 4;
	frame->data[12] = (uint8_t)(aux.tp_vlan_tpid >> 8);
	frame->data[13] = (uint8_t)aux.tp_vlan_tpid;
	frame->data[14] = (uint8_t)(aux.tp_vlan_tci >> 8);
	frame->data[15] = (uint8_t)aux.tp_vlan_tci;
}

/* 1: a frame that came in; 0: one that went out; -1: none waits. */
static int receive_one(int wire, struct frame *frame)
{
	_Alignas(struct cmsghdr) uint8_t control[256];
	struct sockaddr_ll from = { 0 };
	struct iovec data = { .iov_base = frame->data, .iov_len = sizeof(frame->data) - 4 };
	struct msghdr message = { .msg_name = &from,
				  .msg_namelen = sizeof(from),
				  .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = control,
				  .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(wire, &message, MSG_DONTWAIT);

	if (n < 0)
		return -1;
	frame->length = (size_t)n;
	put_tag_back(&message, frame);
	return from.sll_pkttype != PACKET_OUTGOING;
}

void net_drain(const struct net *net)
{
	static struct frame frame;

	while (receive_one(net->wire, &frame) >= 0)
		;
}

/* A reset, or an ICMP error, wherever in the frame IP begins. */
static int is_answer(const struct frame *frame)
{
	static const uint8_t starts[] = { 14, 18, 22, 26, 30, 34 };

	for (size_t i = 0; i < sizeof(starts); i++) {
		const uint8_t *ip = frame->data + starts[i];

		if (starts[i] + 40U > frame->length)
			return 0;
		if (ip[0] == 0x45 && ip[9] == 6)
			return (ip[33] & TCP_RST) != 0;
		if (ip[0] == 0x45 && ip[9] == 1)
			return ip[20] == 3;
		if (ip[0] == 0x60 && ip[6] == 6)
			return starts[i] + 60U <= frame->length && (ip[53] & TCP_RST);
		if (ip[0] == 0x60 && ip[6] == 58)
			return ip[40] == 1;
		if (ip[0] == 0x60 && (ip[6] == 4 || ip[6] == 41))
			return 1;
	}
	return 0;
}

int net_receive(const struct net *net, struct frame *ret_frame)
{
	struct pollfd wait = { .fd = net->wire, .events = POLLIN };
	int code;

	for (;;) {
		code = receive_one(net->wire, ret_frame);
		if (code > 0 && is_answer(ret_frame))
			return 0;
		if (code < 0 && poll(&wait, 1, DEADLINE_MS) != 1)
			return -ETIMEDOUT;
	}
}

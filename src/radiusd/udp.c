/* SPDX-License-Identifier: BSD-2-Clause */
/* See udp.h. */
#include "radiusd/udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "policy/prefix.h"
#include "radiusd/collector.h"

/* What is asked for a queue; net.core.rmem_max is the most that is given. */
#define QUEUE_OCTETS (2 << 20)

/* Room for one struct in6_pktinfo and the count of drops. */
union ancillary {
	char octets[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint32_t))];
	struct cmsghdr aligned;
};

static socklen_t fill_address(const struct op25b_endpoint *listen, struct sockaddr_storage *to)
{
	memset(to, 0, sizeof(*to));
	if (listen->address.family == OP25B_V4) {
		struct sockaddr_in *v4 = (struct sockaddr_in *)to;

		v4->sin_family = AF_INET;
		v4->sin_port = htons(listen->port);
		memcpy(&v4->sin_addr, listen->address.addr, 4);
		return sizeof(*v4);
	}
	((struct sockaddr_in6 *)to)->sin6_family = AF_INET6;
	((struct sockaddr_in6 *)to)->sin6_port = htons(listen->port);
	memcpy(&((struct sockaddr_in6 *)to)->sin6_addr, listen->address.addr, 16);
	return sizeof(struct sockaddr_in6);
}

static int set_options(int fd, bool v6)
{
	const int on = 1, octets = QUEUE_OCTETS;
	int r = setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));

	if (v6)
		r = r ? r : setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	r = r  ? r :
	    v6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) :
		 setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	r = r ? r : setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof(octets));
	return r ? r : setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &octets, sizeof(octets));
}

static int open_socket(const struct op25b_endpoint *listen, bool shared)
{
	bool v6 = listen->address.family == OP25B_V6;
	OP25B_AUTO_CLOSE int fd =
		socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int on = 1;
	struct sockaddr_storage address;
	socklen_t n_address = fill_address(listen, &address);

	if (fd < 0 || set_options(fd, v6) ||
	    (shared && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on))) ||
	    bind(fd, (struct sockaddr *)&address, n_address))
		return -errno;
	return OP25B_TAKE_FD(fd);
}

/* Which of the sockets: by the four octets or the last twelve of the sender's address. */
static int spread(int fd, bool v6)
{
	struct sock_filter v4_code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 12),
		BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 0x9e3779b1),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 16),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, OP25B_UDP_QUEUES - 1),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_filter v6_code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 12),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 16),
		BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 20),
		BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0),
		BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 0x9e3779b1),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 16),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, OP25B_UDP_QUEUES - 1),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_fprog program = {
		.len = v6 ? sizeof(v6_code) / sizeof(v6_code[0]) :
			    sizeof(v4_code) / sizeof(v4_code[0]),
		.filter = v6 ? v6_code : v4_code,
	};

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program)))
		return -errno;
	return 0;
}

/*
 * Sockets that share a port also share it with those of another process of the same user, which is
 * what a second collector would be: one that does not share finds out.
 */
static int open_all(const struct op25b_endpoint *listen, struct op25b_udp *udp)
{
	int r = open_socket(listen, false);

	if (r >= 0) {
		close(r);
		r = 0;
	}
	for (unsigned int i = 0; r >= 0 && i < OP25B_UDP_QUEUES; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.u32 = i };

		r = udp->fds[i] = open_socket(listen, true);
		if (r >= 0 && epoll_ctl(udp->ready_fd, EPOLL_CTL_ADD, r, &event))
			r = -errno;
	}
	return r < 0 ? r : spread(udp->fds[0], listen->address.family == OP25B_V6);
}

int op25b_udp_open(const struct op25b_endpoint *listen, struct op25b_udp *ret_udp,
		   struct op25b_error *error)
{
	socklen_t n_room = sizeof(ret_udp->room);
	char text[OP25B_PREFIX_TEXT];
	int r;

	*ret_udp = (struct op25b_udp){ .ready_fd = epoll_create1(EPOLL_CLOEXEC) };
	memset(ret_udp->fds, -1, sizeof(ret_udp->fds));
	ret_udp->out = calloc(OP25B_UDP_BATCH, sizeof(*ret_udp->out));
	r = !ret_udp->out ? -ENOMEM : ret_udp->ready_fd < 0 ? -errno : open_all(listen, ret_udp);
	if (!r) {
		(void)getsockopt(ret_udp->fds[0], SOL_SOCKET, SO_RCVBUF, &ret_udp->room, &n_room);
		return 0;
	}
	op25b_address_format(listen->address.family, listen->address.addr, text);
	return op25b_error_set(
		error, r, "listening on %s, port %u: %s; %s", text, listen->port, strerror(-r),
		r == -EADDRINUSE ?
			"another program has it (ss -lunp), stop that or choose another" :
		r == -EADDRNOTAVAIL ? "no interface here has this address, correct 'listen'" :
				      "correct 'listen' in the collector file");
}

void op25b_udp_close(struct op25b_udp *udp)
{
	for (unsigned int i = 0; i < OP25B_UDP_QUEUES; i++)
		op25b_cleanup_close(&udp->fds[i]);
	op25b_cleanup_close(&udp->ready_fd);
	free(udp->out);
	udp->out = NULL;
}

size_t op25b_udp_ready(const struct op25b_udp *udp, unsigned int ret[static OP25B_UDP_QUEUES])
{
	struct epoll_event events[OP25B_UDP_QUEUES];
	int n = epoll_wait(udp->ready_fd, events, OP25B_UDP_QUEUES, 0);

	for (int i = 0; i < n; i++)
		ret[i] = events[i].data.u32;
	return n < 0 ? 0 : (size_t)n;
}

uint64_t op25b_udp_dropped(const struct op25b_udp *udp)
{
	uint64_t all = 0;

	for (unsigned int i = 0; i < OP25B_UDP_QUEUES; i++)
		all += udp->dropped[i];
	return all;
}

static void read_ancillary(struct msghdr *head, struct op25b_datagram *d, uint32_t *dropped)
{
	memset(&d->to, 0, sizeof(d->to));
	for (struct cmsghdr *c = CMSG_FIRSTHDR(head); c; c = CMSG_NXTHDR(head, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
			memcpy(&d->to.v4, CMSG_DATA(c), sizeof(d->to.v4));
		else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO)
			memcpy(&d->to.v6, CMSG_DATA(c), sizeof(d->to.v6));
		else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL)
			memcpy(dropped, CMSG_DATA(c), sizeof(*dropped));
	}
}

static void read_sender(struct op25b_datagram *d)
{
	d->address = (struct op25b_prefix){ .family = OP25B_V4, .len = 32 };
	if (d->from.any.sa_family == AF_INET) {
		memcpy(d->address.addr, &d->from.v4.sin_addr, 4);
		d->port = ntohs(d->from.v4.sin_port);
		return;
	}
	d->address.family = OP25B_V6;
	d->address.len = 128;
	memcpy(d->address.addr, &d->from.v6.sin6_addr, 16);
	d->port = ntohs(d->from.v6.sin6_port);
}

size_t op25b_udp_receive(struct op25b_udp *udp, unsigned int queue,
			 struct op25b_datagram *const into[static OP25B_UDP_BATCH])
{
	union ancillary ancillary[OP25B_UDP_BATCH];
	struct mmsghdr heads[OP25B_UDP_BATCH];
	struct iovec parts[OP25B_UDP_BATCH];
	int got;

	for (size_t i = 0; i < OP25B_UDP_BATCH; i++) {
		parts[i] = (struct iovec){ into[i]->octets, sizeof(into[i]->octets) };
		heads[i].msg_hdr = (struct msghdr){ .msg_name = &into[i]->from,
						    .msg_namelen = sizeof(into[i]->from),
						    .msg_iov = &parts[i],
						    .msg_iovlen = 1,
						    .msg_control = &ancillary[i],
						    .msg_controllen = sizeof(ancillary[i]) };
	}
	got = recvmmsg(udp->fds[queue], heads, OP25B_UDP_BATCH, 0, NULL);
	for (int i = 0; i < got; i++) {
		into[i]->udp = udp;
		into[i]->size = heads[i].msg_len;
		read_ancillary(&heads[i].msg_hdr, into[i], &udp->dropped[queue]);
		read_sender(into[i]);
	}
	return got < 0 ? 0 : (size_t)got;
}

/* From the address it came to; only a link-local one needs its interface. */
static void fill_ancillary(const struct op25b_datagram *d, union ancillary *room,
			   struct msghdr *head)
{
	struct cmsghdr *c = &room->aligned;

	memset(room, 0, sizeof(*room));
	head->msg_control = room;
	if (d->from.any.sa_family == AF_INET) {
		struct in_pktinfo info = { .ipi_spec_dst = d->to.v4.ipi_spec_dst };

		*c = (struct cmsghdr){ CMSG_LEN(sizeof(info)), IPPROTO_IP, IP_PKTINFO };
		memcpy(CMSG_DATA(c), &info, sizeof(info));
		head->msg_controllen = CMSG_SPACE(sizeof(info));
	} else {
		struct in6_pktinfo info = { .ipi6_addr = d->to.v6.ipi6_addr };

		if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr))
			info.ipi6_ifindex = d->to.v6.ipi6_ifindex;
		*c = (struct cmsghdr){ CMSG_LEN(sizeof(info)), IPPROTO_IPV6, IPV6_PKTINFO };
		memcpy(CMSG_DATA(c), &info, sizeof(info));
		head->msg_controllen = CMSG_SPACE(sizeof(info));
	}
}

size_t op25b_udp_flush(struct op25b_udp *udp)
{
	union ancillary ancillary[OP25B_UDP_BATCH];
	struct mmsghdr heads[OP25B_UDP_BATCH];
	struct iovec parts[OP25B_UDP_BATCH];
	size_t n = udp->n_out, sent = 0;

	for (size_t i = 0; i < n; i++) {
		const struct op25b_datagram *d = udp->out[i].to;

		parts[i] = (struct iovec){ udp->out[i].octets, udp->out[i].size };
		heads[i].msg_hdr =
			(struct msghdr){ .msg_name = (void *)&d->from,
					 .msg_namelen = d->from.any.sa_family == AF_INET ?
								sizeof(d->from.v4) :
								sizeof(d->from.v6),
					 .msg_iov = &parts[i],
					 .msg_iovlen = 1 };
		fill_ancillary(d, &ancillary[i], &heads[i].msg_hdr);
	}
	udp->n_out = 0;
	for (size_t i = 0; i < n;) {
		int done = sendmmsg(udp->fds[0], heads + i, (unsigned int)(n - i), 0);

		/* The first of them can't be sent: no route, a full queue. The rest may be. */
		if (done > 0)
			sent += (size_t)done;
		i += done > 0 ? (size_t)done : 1;
	}
	return n - sent;
}

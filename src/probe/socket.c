/* SPDX-License-Identifier: BSD-2-Clause */
/* See socket.h. */
#include "probe/socket.h"

/* Before linux/errqueue.h, which wants its types. */
#include <time.h>

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"

static socklen_t length_of(const struct sockaddr_storage *address)
{
	return address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
						sizeof(struct sockaddr_in);
}

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
	if (address->ss_family == AF_INET6)
		((struct sockaddr_in6 *)address)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)address)->sin_port = htons(port);
}

static void fail(struct op25b_probe_row *row, enum op25b_probe_result result, const char *detail)
{
	row->result = result;
	row->stage = OP25B_PROBE_CONNECT_STAGE;
	row->steps[OP25B_PROBE_CONNECT_STAGE].state = OP25B_PROBE_BAD;
	snprintf(row->detail, sizeof(row->detail), "%s", detail);
}

/* RFC 792, RFC 1812 5.2.7.1; RFC 4443 3.1. */
static bool is_prohibited(const struct sock_extended_err *error)
{
	if (error->ee_origin == SO_EE_ORIGIN_ICMP)
		return error->ee_type == ICMP_DEST_UNREACH &&
		       (error->ee_code == ICMP_NET_ANO || error->ee_code == ICMP_HOST_ANO ||
			error->ee_code == ICMP_PKT_FILTERED);
	return error->ee_type == ICMPV6_DEST_UNREACH &&
	       (error->ee_code == ICMPV6_ADM_PROHIBITED || error->ee_code == ICMPV6_POLICY_FAIL ||
		error->ee_code == ICMPV6_REJECT_ROUTE);
}

static void note_icmp(struct op25b_probe_row *row, const struct sock_extended_err *error)
{
	const struct sockaddr *offender = SO_EE_OFFENDER(error);
	struct sockaddr_storage from = { 0 };
	char text[INET6_ADDRSTRLEN], detail[128];

	if (offender->sa_family == AF_INET || offender->sa_family == AF_INET6) {
		from.ss_family = offender->sa_family;
		memcpy(&from, offender, length_of(&from));
	}
	op25b_probe_address(&from, text);
	snprintf(detail, sizeof(detail), "%s %u/%u%s%s",
		 error->ee_origin == SO_EE_ORIGIN_ICMP ? "ICMP" : "ICMPv6", error->ee_type,
		 error->ee_code, text[0] ? " from " : "", text);
	fail(row, is_prohibited(error) ? OP25B_PROBE_PROHIBITED : OP25B_PROBE_UNREACHABLE, detail);
}

/* The ICMP error that ended a connection. False: there was none. */
static bool take_icmp(int fd, struct op25b_probe_row *row)
{
	/* Room for the error and its sender, aligned as a header of control data wants it. */
	union {
		struct cmsghdr header;
		char bytes[512];
	} control;
	char data[64];
	struct iovec part = { data, sizeof(data) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };

	if (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return false;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
		const struct sock_extended_err *error = (const void *)CMSG_DATA(c);

		if ((c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_RECVERR) &&
		    (c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_RECVERR))
			continue;
		if (error->ee_origin != SO_EE_ORIGIN_ICMP && error->ee_origin != SO_EE_ORIGIN_ICMP6)
			continue;
		note_icmp(row, error);
		return true;
	}
	return false;
}

/* A connection that was begun, and failed. */
static void note_error(int fd, int error, struct op25b_probe_row *row)
{
	if (take_icmp(fd, row))
		return;
	switch (error) {
	case ECONNREFUSED:
	case ECONNRESET:
		fail(row, OP25B_PROBE_RESET, "");
		break;
	case ETIMEDOUT:
		fail(row, OP25B_PROBE_TIMEOUT, "");
		break;
	case EACCES:
	case EPERM:
		fail(row, OP25B_PROBE_PROHIBITED, strerror(error));
		break;
	case EHOSTUNREACH:
	case ENETUNREACH:
		/* Without ICMP it is this machine that knows no way, or no neighbour. */
		fail(row, OP25B_PROBE_UNREACHABLE, strerror(error));
		break;
	default:
		fail(row, OP25B_PROBE_UNREACHABLE, strerror(error));
	}
}

static void want_icmp(int fd, int family)
{
	const int on = 1;

	if (family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
	else
		(void)setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
}

int op25b_probe_connect(struct op25b_probe_row *row)
{
	struct sockaddr_storage to = row->address;
	OP25B_AUTO_CLOSE int fd =
		socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		fail(row, OP25B_PROBE_NO_ROUTE, strerror(errno));
		return -1;
	}
	want_icmp(fd, to.ss_family);
	if (row->source.ss_family &&
	    bind(fd, (const struct sockaddr *)&row->source, length_of(&row->source)) < 0) {
		fail(row, OP25B_PROBE_NO_SOURCE, strerror(errno));
		return -1;
	}
	set_port(&to, row->port);
	if (!connect(fd, (const struct sockaddr *)&to, length_of(&to)) || errno == EINPROGRESS)
		return OP25B_TAKE_FD(fd);
	/* Here nothing was sent: the routing table says so. */
	if (errno == ENETUNREACH || errno == EHOSTUNREACH || errno == EADDRNOTAVAIL)
		fail(row, OP25B_PROBE_NO_ROUTE, strerror(errno));
	else
		note_error(fd, errno, row);
	return -1;
}

bool op25b_probe_connected(int fd, struct op25b_probe_row *row)
{
	socklen_t size = sizeof(int);
	int error = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	if (error)
		note_error(fd, error, row);
	return !error;
}

void op25b_probe_own_name(int fd, char *ret, size_t room)
{
	struct sockaddr_storage own = { 0 };
	socklen_t size = sizeof(own);
	char text[INET6_ADDRSTRLEN];

	(void)getsockname(fd, (struct sockaddr *)&own, &size);
	snprintf(ret, room, "[%s%s]", own.ss_family == AF_INET6 ? "IPv6:" : "",
		 op25b_probe_address(&own, text));
}

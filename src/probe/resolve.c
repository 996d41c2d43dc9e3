/* SPDX-License-Identifier: BSD-2-Clause */
/* See resolve.h. */
#include "probe/resolve.h"

#include <ares.h>
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "probe/escape.h"
#include "probe/tick.h"

#define TRY_MS   2000 /* until a question is asked again */
#define TRIES    3
#define MX       15 /* type of a record, RFC 1035 3.2.2 */
#define INTERNET 1  /* class */

struct lookup {
	ares_channel channel;
	int64_t begun;
	int pending;
};

/* What a callback of one host needs. */
struct query {
	struct lookup *lookup;
	struct op25b_probe_host *host;
	struct op25b_probe_host *exchange;
};

static void end_query(struct query *query, int status)
{
	struct op25b_probe_host *host = query->host;

	query->lookup->pending--;
	host->ms = (int)(op25b_probe_tick() - query->lookup->begun);
	if (status == ARES_SUCCESS || status == ARES_ENODATA)
		return;
	if (status == ARES_ENOTFOUND && host->dns != OP25B_PROBE_DNS_FAILED)
		host->dns = OP25B_PROBE_DNS_NO_NAME;
	if (status == ARES_ENOTFOUND)
		return;
	host->dns = OP25B_PROBE_DNS_FAILED;
	snprintf(host->detail, sizeof(host->detail), "%s",
		 status == ARES_ECANCELLED ? ares_strerror(ARES_ETIMEOUT) : ares_strerror(status));
}

static void take_v4(struct op25b_probe_host *host, const void *address)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };

	memcpy(&v4.sin_addr, address, sizeof(v4.sin_addr));
	if (!host->n_v4++)
		memcpy(&host->v4, &v4, sizeof(v4));
}

static void take_v6(struct op25b_probe_host *host, const void *address)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	memcpy(&v6.sin6_addr, address, sizeof(v6.sin6_addr));
	if (!host->n_v6++)
		memcpy(&host->v6, &v6, sizeof(v6));
}

static void have_addresses(void *context, int status, int timeouts, struct hostent *found)
{
	struct query *query = context;

	(void)timeouts;
	for (char **address = found ? found->h_addr_list : NULL; address && *address; address++) {
		if (found->h_addrtype == AF_INET6)
			take_v6(query->host, *address);
		else
			take_v4(query->host, *address);
	}
	end_query(query, status);
}

int op25b_probe_mx(const unsigned char *answer, size_t size, char ret[static OP25B_PROBE_NAME])
{
	struct ares_mx_reply *list = NULL, *best = NULL;
	int status = ares_parse_mx_reply(answer, (int)size, &list);

	for (struct ares_mx_reply *mx = list; mx; mx = mx->next) {
		if (!best || mx->priority < best->priority ||
		    (mx->priority == best->priority && strcasecmp(mx->host, best->host) < 0))
			best = mx;
	}
	if (best) {
		op25b_probe_escape(best->host, strlen(best->host), ret, OP25B_PROBE_NAME);
		for (char *c = ret; *c; c++)
			*c = (char)tolower((unsigned char)*c);
	}
	ares_free_data(list);
	if (status == ARES_ENODATA || (status == ARES_SUCCESS && !best))
		return -ENODATA;
	return status == ARES_SUCCESS ? 0 : -EBADMSG;
}

static void have_mx(void *context, int status, int timeouts, unsigned char *answer, int size)
{
	struct query *query = context;
	struct op25b_probe_host *host = query->host;
	char name[OP25B_PROBE_NAME] = "";

	(void)timeouts;
	if (status == ARES_SUCCESS && !op25b_probe_mx(answer, (size_t)size, name)) {
		host->takes_no_mail = !name[0] || !strcmp(name, ".");
		if (!host->takes_no_mail && strcasecmp(name, host->name) != 0)
			memcpy(query->exchange->name, name, sizeof(name));
	}
	end_query(query, status);
}

/* Answers come in, or the time is over. */
static void wait_all(struct lookup *lookup, int timeout)
{
	const int64_t end = lookup->begun + timeout;
	ares_socket_t fds[ARES_GETSOCK_MAXNUM];

	while (lookup->pending) {
		struct pollfd polled[ARES_GETSOCK_MAXNUM];
		unsigned int bits =
			(unsigned int)ares_getsock(lookup->channel, fds, ARES_GETSOCK_MAXNUM);
		const int64_t left = end - op25b_probe_tick();
		struct timeval most = { .tv_sec = left / 1000, .tv_usec = left % 1000 * 1000 };
		struct timeval room, *next;
		nfds_t n = 0;

		if (left <= 0) {
			ares_cancel(lookup->channel);
			break;
		}
		for (unsigned int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
			/* Not c-ares' macros, which shift a 1 into the sign. */
			short events = (short)((bits >> i & 1 ? POLLIN : 0) |
					       (bits >> (i + 16) & 1 ? POLLOUT : 0));

			if (events)
				polled[n++] = (struct pollfd){ .fd = fds[i], .events = events };
		}
		next = ares_timeout(lookup->channel, &most, &room);
		if (poll(polled, n, (int)(next->tv_sec * 1000 + next->tv_usec / 1000 + 1)) <= 0)
			ares_process_fd(lookup->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
		for (nfds_t i = 0; i < n; i++) {
			int fd = polled[i].fd;

			if (polled[i].revents)
				ares_process_fd(
					lookup->channel,
					(polled[i].revents & ~POLLOUT) ? fd : ARES_SOCKET_BAD,
					(polled[i].revents & POLLOUT) ? fd : ARES_SOCKET_BAD);
		}
	}
}

/* Whether the name stands for an address without DNS, which is taken. */
static bool is_literal(struct op25b_probe_host *host)
{
	const struct in_addr local = { htonl(INADDR_LOOPBACK) };
	struct in_addr v4;
	struct in6_addr v6;

	/* RFC 6761 6.3: nobody is asked for it, and c-ares 1.18 leaks memory over it. */
	if (!strcasecmp(host->name, "localhost")) {
		take_v4(host, &local);
		take_v6(host, &in6addr_loopback);
	} else if (inet_pton(AF_INET, host->name, &v4) == 1)
		take_v4(host, &v4);
	else if (inet_pton(AF_INET6, host->name, &v6) == 1)
		take_v6(host, &v6);
	else
		return false;
	host->dns = OP25B_PROBE_DNS_LITERAL;
	return true;
}

static void ask(struct query *query)
{
	struct lookup *lookup = query->lookup;

	if (is_literal(query->host))
		return;
	query->host->dns = OP25B_PROBE_DNS_FOUND;
	lookup->pending += 2 + (query->exchange != NULL);
	ares_gethostbyname(lookup->channel, query->host->name, AF_INET, have_addresses, query);
	ares_gethostbyname(lookup->channel, query->host->name, AF_INET6, have_addresses, query);
	if (query->exchange)
		ares_query(lookup->channel, query->host->name, INTERNET, MX, have_mx, query);
}

static void settle(struct op25b_probe_host *host)
{
	if (host->n_v4 + host->n_v6)
		host->dns = host->dns == OP25B_PROBE_DNS_LITERAL ? host->dns :
								   OP25B_PROBE_DNS_FOUND;
	else if (host->dns == OP25B_PROBE_DNS_FOUND)
		host->dns = OP25B_PROBE_DNS_NO_ADDRESS;
}

static int channel_open(const struct op25b_probe_resolver *resolver, ares_channel *ret_channel,
			struct op25b_error *error)
{
	/* No search list: the name that was given is the one that is tested. */
	struct ares_options options = { .timeout = TRY_MS, .tries = TRIES };
	int status = ares_init_options(ret_channel, &options,
				       ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_DOMAINS);

	if (status != ARES_SUCCESS)
		return op25b_error_set(error, -ENOMEM, "resolver: %s", ares_strerror(status));
	if (resolver->server &&
	    ares_set_servers_ports_csv(*ret_channel, resolver->server) != ARES_SUCCESS) {
		ares_destroy(*ret_channel);
		return op25b_error_set(error, -EINVAL,
				       "%s is no address of a resolver: give "
				       "ADDRESS or ADDRESS:PORT",
				       resolver->server);
	}
	return 0;
}

int op25b_probe_resolve(const struct op25b_probe_resolver *resolver, struct op25b_probe_host *hosts,
			size_t n, struct op25b_probe_host *exchange, struct op25b_error *error)
{
	struct lookup lookup = { .begun = op25b_probe_tick() };
	struct query queries[OP25B_PROBE_HOSTS];
	int r = channel_open(resolver, &lookup.channel, error);

	if (r)
		return r;
	for (size_t i = 0; i < n; i++) {
		queries[i] = (struct query){ &lookup, &hosts[i], i ? NULL : exchange };
		ask(&queries[i]);
	}
	wait_all(&lookup, resolver->timeout);
	if (exchange && exchange->name[0]) {
		lookup.begun = op25b_probe_tick();
		queries[0] = (struct query){ &lookup, exchange, NULL };
		ask(&queries[0]);
		wait_all(&lookup, resolver->timeout);
		settle(exchange);
	}
	ares_destroy(lookup.channel);
	for (size_t i = 0; i < n; i++)
		settle(&hosts[i]);
	return 0;
}

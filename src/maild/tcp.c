/* SPDX-License-Identifier: BSD-2-Clause */
/* See tcp.h. */
#include "maild/tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/crypto.h>
#include <string.h>

#include "base/cleanup.h"
#include "policy/prefix.h"

static int bind_socket(const struct op25b_endpoint *endpoint, int *ret_fd)
{
	struct sockaddr_storage address;
	socklen_t size = op25b_endpoint_fill(endpoint, &address);
	OP25B_AUTO_CLOSE int fd =
		socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	const int on = 1;

	/* Accepted connections have NODELAY from it, too. */
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
	    (address.ss_family == AF_INET6 &&
	     setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0) ||
	    bind(fd, (const struct sockaddr *)&address, size) < 0)
		return -errno;
	*ret_fd = OP25B_TAKE_FD(fd);
	return 0;
}

int op25b_tcp_listen(const struct op25b_endpoint *endpoint, int *ret_fd, struct op25b_error *error)
{
	char text[OP25B_PREFIX_TEXT];
	int r = bind_socket(endpoint, ret_fd);

	if (r)
		return op25b_error_set(error, r, "can't listen on %s port %u: %s",
				       op25b_address_format(endpoint->address.family,
							    endpoint->address.addr, text),
				       endpoint->port, strerror(-r));
	return 0;
}

bool op25b_tcp_may(const struct op25b_maild_file *file, const struct sockaddr *address)
{
	struct op25b_prefix from = { 0 };

	if (address->sa_family == AF_INET) {
		from = (struct op25b_prefix){ .family = OP25B_V4, .len = 32 };
		memcpy(from.addr, &((const struct sockaddr_in *)address)->sin_addr, 4);
	} else if (address->sa_family == AF_INET6) {
		from = (struct op25b_prefix){ .family = OP25B_V6, .len = 128 };
		memcpy(from.addr, &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
	}
	return from.family && op25b_maild_may(file, &from);
}

bool op25b_tcp_has_key(const struct op25b_maild_file *file, const char *said, size_t size)
{
	return said && size && file->auth_key && strlen(file->auth_key) == size &&
	       !CRYPTO_memcmp(said, file->auth_key, size);
}

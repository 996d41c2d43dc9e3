/* SPDX-License-Identifier: BSD-2-Clause */
/* See accounting.h. RFC 2866, RFC 3162, RFC 4818. */
#include "bench/accounting.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/tools.h"

enum { REQUEST = 4, RESPONSE = 5, HEADER = 20, DIGEST = 16 };

struct bench_accounting {
	const char *secret, *line_class;
	EVP_MD *md5;
	EVP_MD_CTX *digest;
};

struct writer {
	uint8_t *octets;
	size_t n;
};

struct bench_accounting *bench_accounting_new(const char *secret, const char *line_class)
{
	struct bench_accounting *accounting = calloc(1, sizeof(*accounting));

	if (!accounting)
		bench_die("accounting", ENOMEM);
	*accounting = (struct bench_accounting){ .secret = secret,
						 .line_class = line_class,
						 .md5 = EVP_MD_fetch(NULL, "MD5", NULL),
						 .digest = EVP_MD_CTX_new() };
	if (!accounting->md5 || !accounting->digest)
		bench_die("MD5", ENOTSUP);
	return accounting;
}

/* Customers come in no order: neighbours by number are far apart in names and addresses. */
static uint32_t customer(uint32_t line)
{
	return line * 0x9e3779b1U % BENCH_LINES;
}

void bench_accounting_address(uint32_t line, bool moved, uint8_t ret[static 4])
{
	const uint32_t at = customer(line);

	ret[0] = moved ? 11 : 10;
	ret[1] = (uint8_t)(at >> 16);
	ret[2] = (uint8_t)(at >> 8);
	ret[3] = (uint8_t)at;
}

static void add(struct writer *w, uint8_t type, const void *value, size_t n)
{
	w->octets[w->n] = type;
	w->octets[w->n + 1] = (uint8_t)(n + 2);
	memcpy(w->octets + w->n + 2, value, n);
	w->n += n + 2;
}

static void add_number(struct writer *w, uint8_t type, uint32_t value)
{
	const uint8_t octets[4] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16),
				    (uint8_t)(value >> 8), (uint8_t)value };

	add(w, type, octets, sizeof(octets));
}

__attribute__((format(printf, 3, 4))) static void add_text(struct writer *w, uint8_t type,
							   const char *format, ...)
{
	char text[64];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	add(w, type, text, (size_t)n);
}

static void add_addresses(struct writer *w, const struct bench_event *event)
{
	const uint32_t at = customer(event->line);
	const uint8_t high = (uint8_t)(at >> 16), mid = (uint8_t)(at >> 8), low = (uint8_t)at;
	const uint8_t framed[10] = { 0, 64, 0x20, 0x01, 0x0d, 0xb8, 0, high, mid, low };
	const uint8_t delegated[9] = { 0, 56, 0x3f, 0xff, 0, 0, high, mid, low };
	uint8_t address[4];

	bench_accounting_address(event->line, event->moved, address);
	add(w, 8, address, sizeof(address));
	if (event->dual) {
		add(w, 97, framed, sizeof(framed));
		add(w, 123, delegated, sizeof(delegated));
	}
}

/* What is of no use to the gateway, but is in every packet of the field. */
static void add_rest(struct writer *w, const struct bench_event *event)
{
	const uint32_t line = event->line;

	add_number(w, 6, 2); /* Service-Type Framed, Framed-Protocol PPP */
	add_number(w, 7, 1);
	add_number(w, 5, line);
	add_number(w, 61, 15); /* NAS-Port-Type Ethernet */
	add_text(w, 87, "xe-0/0/%u:%u-%u", line % 8, line >> 12, line & 0xfff);
	add_text(w, 30, "bng%u.example.net", line % BENCH_NASES);
	add_text(w, 31, "02:00:%02x:%02x:%02x:%02x", line >> 24, line >> 16 & 0xff,
		 line >> 8 & 0xff, line & 0xff);
	add_text(w, 77, "1000/1000");
	add_number(w, 45, 1); /* Acct-Authentic RADIUS */
	add_number(w, 41, 0);
	if (event->status == BENCH_START)
		return;
	add_number(w, 46, 1800);
	add_number(w, 42, line * 7);
	add_number(w, 43, line * 77);
	add_number(w, 47, line);
	add_number(w, 48, line);
	if (event->status == BENCH_STOP)
		add_number(w, 49, 1); /* Acct-Terminate-Cause User-Request */
}

/* MD5 over octets and the secret. */
static void digest(struct bench_accounting *a, const uint8_t *octets, size_t n,
		   uint8_t ret[static DIGEST])
{
	if (!EVP_DigestInit_ex2(a->digest, a->md5, NULL) ||
	    !EVP_DigestUpdate(a->digest, octets, n) ||
	    !EVP_DigestUpdate(a->digest, a->secret, strlen(a->secret)) ||
	    !EVP_DigestFinal_ex(a->digest, ret, NULL))
		bench_die("MD5", EIO);
}

size_t bench_accounting_packet(struct bench_accounting *accounting, const struct bench_event *event,
			       uint8_t identifier, int64_t now, uint8_t packet[static BENCH_PACKET])
{
	struct writer w = { .octets = packet, .n = HEADER };
	const uint32_t line = event->line;

	memset(packet, 0, HEADER);
	packet[0] = REQUEST;
	packet[1] = identifier;
	add_number(&w, 40, (uint32_t)event->status);
	add_text(&w, 44, "%08x-%04x", line, line % 0xfff1);
	add_text(&w, 1, "line%08u@example.net", customer(line));
	add_text(&w, 32, "bng%u", line % BENCH_NASES);
	add_number(&w, 4, 0xc0000201 + line % BENCH_NASES); /* 192.0.2.1 and so on */
	add_text(&w, 25, "%s", accounting->line_class);
	add_addresses(&w, event);
	add_number(&w, 55, (uint32_t)now);
	add_rest(&w, event);
	packet[2] = (uint8_t)(w.n >> 8);
	packet[3] = (uint8_t)w.n;
	digest(accounting, packet, w.n, packet + 4);
	return w.n;
}

bool bench_accounting_answers(struct bench_accounting *accounting, const uint8_t *packet,
			      const uint8_t *answer, size_t size)
{
	uint8_t expected[BENCH_PACKET], authenticator[DIGEST];

	if (size < HEADER || size > BENCH_PACKET || answer[0] != RESPONSE ||
	    answer[1] != packet[1] || (size_t)(answer[2] << 8 | answer[3]) != size)
		return false;
	memcpy(expected, answer, size);
	memcpy(expected + 4, packet + 4, DIGEST);
	digest(accounting, expected, size, authenticator);
	return memcmp(authenticator, answer + 4, DIGEST) == 0;
}

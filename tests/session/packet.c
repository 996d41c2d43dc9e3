/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets as RFC 2866, 3 and RFC 2869, 5.14 say; OpenSSL's functions of one call over copies. */
#include "tests/session/packet.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { REQUEST = 4, PROBE = 12, HEADER = 20, DIGEST = 16 };

void packet_begin(struct packet *packet, uint8_t code)
{
	memset(packet, 0, sizeof(*packet));
	packet->octets[0] = code;
	packet->octets[1] = 7;
	memset(packet->octets + 4, 0xa5, DIGEST);
	packet->n = HEADER;
}

void packet_add(struct packet *packet, uint8_t type, const void *value, size_t n)
{
	assert(n <= 253 && packet->n + n + 2 <= sizeof(packet->octets));
	packet->octets[packet->n] = type;
	packet->octets[packet->n + 1] = (uint8_t)(n + 2);
	memcpy(packet->octets + packet->n + 2, value, n);
	packet->n += n + 2;
}

void packet_add_number(struct packet *packet, uint8_t type, uint32_t value)
{
	uint8_t octets[4] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
			      (uint8_t)value };

	packet_add(packet, type, octets, sizeof(octets));
}

void packet_add_signature(struct packet *packet)
{
	static const uint8_t zero[DIGEST];

	packet->signature = packet->n + 2;
	packet_add(packet, 80, zero, sizeof(zero));
}

void packet_add_list(struct packet *packet, const char *list)
{
	while (*list) {
		uint8_t value[253];
		size_t n = 0;
		char *at;
		uint8_t type = (uint8_t)strtoul(list, &at, 10);

		assert(*at == ':');
		at++;
		if (*at == '=') {
			n = strcspn(++at, "|");
			memcpy(value, at, n);
			at += n;
			at += *at == '|';
		}
		for (; *at && *at != ' '; at += 2) {
			char octet[3] = { at[0], at[1], '\0' };

			assert(strspn(octet, "0123456789abcdef") == 2 && n < sizeof(value));
			value[n++] = (uint8_t)strtoul(octet, NULL, 16);
		}
		packet_add(packet, type, value, n);
		list = at + (*at == ' ');
	}
}

static void digest(const uint8_t *octets, size_t n, const char *secret, uint8_t ret[DIGEST])
{
	uint8_t copy[sizeof(((struct packet *)NULL)->octets) + 256];

	memcpy(copy, octets, n);
	while (*secret) {
		assert(n < sizeof(copy));
		copy[n++] = (uint8_t)*secret++;
	}
	assert(EVP_Q_digest(NULL, "MD5", NULL, copy, n, ret, NULL));
}

void packet_seal(struct packet *packet, const char *secret)
{
	packet->octets[2] = (uint8_t)(packet->n >> 8);
	packet->octets[3] = (uint8_t)packet->n;
	if (packet->octets[0] == REQUEST)
		memset(packet->octets + 4, 0, DIGEST);
	if (packet->signature) {
		uint8_t *signature = packet->octets + packet->signature;

		memset(signature, 0, DIGEST);
		assert(EVP_Q_mac(NULL, "HMAC", NULL, "MD5", NULL, secret, strlen(secret),
				 packet->octets, packet->n, signature, DIGEST, NULL));
	}
	if (packet->octets[0] == REQUEST)
		digest(packet->octets, packet->n, secret, packet->octets + 4);
}

bool packet_is_answered(const struct packet *request, const uint8_t *answer, size_t n,
			const char *secret)
{
	struct packet expected = { .n = n };
	uint8_t authenticator[DIGEST];

	if (n < HEADER || n > request->n || answer[0] != 5 || answer[1] != request->octets[1] ||
	    answer[2] != n >> 8 || answer[3] != (uint8_t)n)
		return false;
	memcpy(expected.octets, answer, n);
	memcpy(expected.octets + 4, request->octets + 4, DIGEST);
	digest(expected.octets, n, secret, authenticator);
	return !memcmp(authenticator, answer + 4, DIGEST);
}

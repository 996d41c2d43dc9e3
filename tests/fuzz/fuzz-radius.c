/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any datagram, from any kind of client. The first octet says the client's habits, and whether the
 * rest gets a true length and true authenticators: no fuzzer guesses MD5, and what lies behind it
 * is where the parsing is. What must hold: a forged packet is never taken, a record is whole and
 * printable, its prefixes are prefixes, and the answer is one.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prefix.h"
#include "session/radius-wire.h"
#include "session/radius.h"
#include "tests/session/packet.h"

#define SECRET "secret"
#define NOW    1800000000

enum { SEAL = 1, STRICT = 2, RELEASED = 4, NETMASK = 8, ROUTE = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct op25b_radius *radius;

/* Returns whether the packet is now genuine. */
static bool seal(struct packet *packet)
{
	struct op25b_wire wire;

	packet->octets[2] = (uint8_t)(packet->n >> 8);
	packet->octets[3] = (uint8_t)packet->n;
	if (op25b_wire_read(packet->octets, packet->n, &wire) != OP25B_RADIUS_RECORD)
		return false;
	packet->signature = wire.signature;
	packet_seal(packet, SECRET);
	return true;
}

static void check_text(const char *text, size_t size)
{
	size_t n = strnlen(text, size);

	assert(n < size);
	for (size_t i = 0; i < n; i++)
		assert(text[i] >= 0x20 && text[i] <= 0x7e);
}

static void check_record(const struct op25b_acct *acct)
{
	bool of_nas = acct->status == OP25B_ACCT_ON || acct->status == OP25B_ACCT_OFF;

	assert(of_nas || (acct->status >= OP25B_ACCT_START && acct->status <= OP25B_ACCT_INTERIM));
	assert(*acct->nas && (of_nas || *acct->session));
	check_text(acct->nas, sizeof(acct->nas));
	check_text(acct->session, sizeof(acct->session));
	check_text(acct->user_name, sizeof(acct->user_name));
	check_text(acct->class_, sizeof(acct->class_));
	check_text(acct->filter_id, sizeof(acct->filter_id));
	check_text(acct->framed_pool, sizeof(acct->framed_pool));
	assert(acct->event_time <= NOW && acct->event_time >= NOW - 30LL * 86400);
	assert(acct->n_prefixes <= OP25B_ACCT_PREFIXES);
	assert(!acct->n_left_out || !(acct->has_v4 || acct->has_v6));
	for (size_t i = 0; i < acct->n_prefixes; i++) {
		struct op25b_prefix cut = acct->prefixes[i];

		assert(cut.len && cut.len <= op25b_prefix_whole(cut.family));
		op25b_prefix_cut(&cut, cut.len);
		assert(!op25b_prefix_compare(&cut, &acct->prefixes[i]));
		for (size_t j = 0; j < acct->n_prefixes; j++)
			assert(i == j ||
			       !op25b_prefix_holds(&acct->prefixes[i], &acct->prefixes[j]));
		assert(!i || op25b_prefix_compare(&acct->prefixes[i - 1], &cut) < 0);
	}
}

static void check_answer(const struct op25b_radius_client *client, const struct packet *packet)
{
	uint8_t answer[OP25B_RADIUS_PACKET];
	struct packet request = *packet;
	size_t n = op25b_radius_answer(radius, client, packet->octets, packet->n, answer);

	request.n = (size_t)(packet->octets[2] << 8 | packet->octets[3]);
	assert(packet_is_answered(&request, answer, n, SECRET));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct packet packet;
	static struct op25b_acct acct;
	struct op25b_radius_client client = { .name = "client",
					      .secret = (const uint8_t *)SECRET,
					      .n_secret = sizeof(SECRET) - 1 };
	enum op25b_radius_result result;
	bool genuine;

	if ((!radius && op25b_radius_new(&radius, NULL)) || !size || size > sizeof(packet.octets))
		return 0;
	client.needs_message_authenticator = data[0] & STRICT;
	client.missing_is_released = data[0] & RELEASED;
	client.netmask_is_line = data[0] & NETMASK;
	client.ipv6_route_is_delegated = data[0] & ROUTE;
	packet.n = size - 1;
	memcpy(packet.octets, data + 1, packet.n);
	genuine = (data[0] & SEAL) && seal(&packet);
	result = op25b_radius_decode(radius, &client, packet.octets, packet.n, NOW, &acct);
	assert(result < OP25B_RADIUS_RESULT_COUNT && *op25b_radius_result_name(result));
	if (!genuine) {
		assert(result > OP25B_RADIUS_PROBE);
		return 0;
	}
	if (result == OP25B_RADIUS_RECORD)
		check_record(&acct);
	if (result <= OP25B_RADIUS_PROBE)
		check_answer(&client, &packet);
	else
		assert(result == OP25B_RADIUS_UNSIGNED || packet.octets[0] == OP25B_STATUS_SERVER);
	return 0;
}

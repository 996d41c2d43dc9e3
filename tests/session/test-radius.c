/* SPDX-License-Identifier: BSD-2-Clause */
/* Which datagrams are taken, which are not and why, and what the answer to one is. */
#include "tests/unit/test.h"

#include <string.h>

#include "session/radius.h"
#include "tests/session/packet.h"

#define SECRET "xyzzy5461" /* that of the examples of RFC 5997 */
#define NOW    1800000000

static struct op25b_radius *radius;
static const struct op25b_radius_client client = { .name = "bng",
						   .secret = (const uint8_t *)SECRET,
						   .n_secret = sizeof(SECRET) - 1 };

static enum op25b_radius_result decode(const struct packet *packet)
{
	static struct op25b_acct acct;

	return op25b_radius_decode(radius, &client, packet->octets, packet->n, NOW, &acct);
}

static void make_start(struct packet *packet)
{
	packet_begin(packet, 4);
	packet_add_number(packet, 40, OP25B_ACCT_START);
	packet_add_list(packet, "44:=s-1| 8:cb007107");
}

static void assert_result(const struct packet *packet, enum op25b_radius_result expected,
			  const char *what)
{
	const char *found = op25b_radius_result_name(decode(packet));

	if (strcmp(found, op25b_radius_result_name(expected)) != 0)
		fail_msg("%s: %s", what, found);
}

/* One octet of a sealed Accounting-Request changed. At is from the end where negative. */
static const struct {
	const char *what;
	int at;
	uint8_t octet;
	enum op25b_radius_result result;
} changes[] = {
	{ "nothing changed", 1, 7, OP25B_RADIUS_RECORD },
	{ "another identifier", 1, 8, OP25B_RADIUS_FORGED },
	{ "another authenticator", 4, 0, OP25B_RADIUS_FORGED },
	{ "another address", -1, 8, OP25B_RADIUS_FORGED },
	{ "an Access-Request", 0, 1, OP25B_RADIUS_CODE },
	{ "an Accounting-Response", 0, 5, OP25B_RADIUS_CODE },
	{ "a length of more than came", 3, 255, OP25B_RADIUS_LENGTH },
	{ "a length of more than 4096", 2, 16, OP25B_RADIUS_LENGTH },
	{ "a length of less than a header", 3, 19, OP25B_RADIUS_LENGTH },
	{ "a length that cuts the last attribute", 3, 36, OP25B_RADIUS_ATTRIBUTE },
	{ "a length that leaves one octet of an attribute", 3, 32, OP25B_RADIUS_ATTRIBUTE },
	{ "an attribute of length 0", 21, 0, OP25B_RADIUS_ATTRIBUTE },
	{ "an attribute of length 1", 21, 1, OP25B_RADIUS_ATTRIBUTE },
	{ "an attribute beyond the packet", -5, 7, OP25B_RADIUS_ATTRIBUTE },
	{ "an attribute that ends before the packet", -5, 5, OP25B_RADIUS_ATTRIBUTE },
	{ "an attribute of type 0", 20, 0, OP25B_RADIUS_ATTRIBUTE },
	{ "a Message-Authenticator of 4 octets", -6, 80, OP25B_RADIUS_ATTRIBUTE },
};

static void one_changed_octet_is_seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct packet packet;
		size_t at;

		make_start(&packet);
		packet_seal(&packet, SECRET);
		assert_int_equal(packet.n, 37);
		at = changes[i].at < 0 ? packet.n - (size_t)-changes[i].at : (size_t)changes[i].at;
		packet.octets[at] = changes[i].octet;
		assert_result(&packet, changes[i].result, changes[i].what);
	}
}

static void a_datagram_cut_anywhere_is_refused(void **state)
{
	struct packet packet;

	(void)state;
	make_start(&packet);
	packet_seal(&packet, SECRET);
	while (packet.n-- > 0)
		assert_result(&packet, OP25B_RADIUS_LENGTH, "cut");
}

static void another_secret_and_no_authenticator_are_forgeries(void **state)
{
	static const char *const secrets[] = { "xyzzy5462", "xyzzy546", "xyzzy5461 ", "" };
	struct packet packet;

	(void)state;
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		make_start(&packet);
		packet_seal(&packet, secrets[i]);
		assert_result(&packet, OP25B_RADIUS_FORGED, secrets[i]);
	}
	memset(packet.octets + 4, 0, 16);
	assert_result(&packet, OP25B_RADIUS_FORGED, "zero");
}

static void octets_beyond_the_length_are_padding(void **state)
{
	struct packet packet;

	(void)state;
	make_start(&packet);
	packet_seal(&packet, SECRET);
	memset(packet.octets + packet.n, 0xff, 1000);
	packet.n += 1000;
	assert_result(&packet, OP25B_RADIUS_RECORD, "padded");
}

static void a_packet_of_4096_octets_is_read(void **state)
{
	static const uint8_t filling[253];
	struct packet packet;

	(void)state;
	make_start(&packet);
	while (packet.n < 4096) {
		size_t n = 4096 - packet.n - 2;

		packet_add(&packet, 224, filling, n > 253 ? 200 : n);
	}
	packet_seal(&packet, SECRET);
	assert_int_equal(packet.n, 4096);
	assert_result(&packet, OP25B_RADIUS_RECORD, "4096 octets");
	packet_add(&packet, 224, filling, 0);
	packet_seal(&packet, SECRET);
	assert_result(&packet, OP25B_RADIUS_LENGTH, "4098 octets");
}

static void a_message_authenticator_is_checked(void **state)
{
	struct packet packet;

	(void)state;
	for (int last = 0; last < 2; last++) {
		packet_begin(&packet, 4);
		if (!last)
			packet_add_signature(&packet);
		packet_add_number(&packet, 40, OP25B_ACCT_START);
		packet_add_list(&packet, "44:=s-1|");
		if (last)
			packet_add_signature(&packet);
		packet_seal(&packet, SECRET);
		assert_result(&packet, OP25B_RADIUS_RECORD, "signed");
		/* The Request Authenticator right, Message-Authenticator alone wrong. */
		packet.octets[packet.signature] ^= 1;
		packet.signature = 0;
		packet_seal(&packet, SECRET);
		assert_result(&packet, OP25B_RADIUS_FORGED, "wrongly signed");
	}
	packet_add_signature(&packet);
	packet_seal(&packet, SECRET);
	assert_result(&packet, OP25B_RADIUS_ATTRIBUTE, "signed twice");
}

static void a_client_may_have_to_sign(void **state)
{
	struct op25b_radius_client strict = client;
	struct op25b_acct acct;
	struct packet packet;

	(void)state;
	strict.needs_message_authenticator = true;
	make_start(&packet);
	packet_seal(&packet, SECRET);
	assert_int_equal(op25b_radius_decode(radius, &strict, packet.octets, packet.n, NOW, &acct),
			 OP25B_RADIUS_UNSIGNED);
	packet_add_signature(&packet);
	packet_seal(&packet, SECRET);
	assert_int_equal(op25b_radius_decode(radius, &strict, packet.octets, packet.n, NOW, &acct),
			 OP25B_RADIUS_RECORD);
}

/* RFC 5997, 6.2: what a server is asked. */
static void the_probe_of_the_rfc_is_one(void **state)
{
	static const uint8_t probe[] = { 0x0c, 0xb3, 0x00, 0x26, 0x92, 0x5f, 0x6b, 0x66, 0xdd, 0x5f,
					 0xed, 0x57, 0x1f, 0xcb, 0x1d, 0xb7, 0xad, 0x38, 0x82, 0x60,
					 0x50, 0x12, 0xe8, 0xd6, 0xea, 0xbd, 0xa9, 0x10, 0x87, 0x5c,
					 0xd9, 0x1f, 0xda, 0xde, 0x26, 0x36, 0x78, 0x58 };
	struct packet packet = { .n = sizeof(probe) };

	(void)state;
	memcpy(packet.octets, probe, sizeof(probe));
	assert_result(&packet, OP25B_RADIUS_PROBE, "as in the RFC");
	packet.octets[37] ^= 1;
	assert_result(&packet, OP25B_RADIUS_FORGED, "changed");
	packet_begin(&packet, 12);
	packet_seal(&packet, SECRET);
	assert_result(&packet, OP25B_RADIUS_UNSIGNED, "unsigned");
	memset(packet.octets + 4, 0, 16);
	packet_add_signature(&packet);
	packet_seal(&packet, SECRET);
	assert_result(&packet, OP25B_RADIUS_FORGED, "zero authenticator");
}

/* RFC 5997, 6.2 shows an answer without attributes; it is that of an Accounting-Request too. */
static void the_answer_has_the_authenticator_of_the_rfc(void **state)
{
	static const uint8_t request[16] = { 0x92, 0x5f, 0x6b, 0x66, 0xdd, 0x5f, 0xed, 0x57,
					     0x1f, 0xcb, 0x1d, 0xb7, 0xad, 0x38, 0x82, 0x60 };
	static const uint8_t expected[] = { 0x05, 0xb3, 0x00, 0x14, 0x0f, 0x6f, 0x92,
					    0x14, 0x5f, 0x10, 0x7e, 0x2f, 0x50, 0x4e,
					    0x86, 0x0a, 0x48, 0x60, 0x66, 0x9c };
	uint8_t answer[OP25B_RADIUS_PACKET];
	struct packet packet;

	(void)state;
	make_start(&packet);
	packet_seal(&packet, SECRET);
	packet.octets[1] = 0xb3;
	memcpy(packet.octets + 4, request, sizeof(request));
	assert_int_equal(op25b_radius_answer(radius, &client, packet.octets, packet.n, answer),
			 sizeof(expected));
	assert_memory_equal(answer, expected, sizeof(expected));
}

static void proxy_states_come_back_in_their_order(void **state)
{
	static const char states[] = "33:0102 33: 33:ff 33:0102";
	struct packet packet, expected;
	uint8_t answer[OP25B_RADIUS_PACKET];
	size_t n;

	(void)state;
	packet_begin(&expected, 5);
	packet_add_list(&expected, states);
	packet_begin(&packet, 4);
	packet_add_list(&packet, "33:0102 44:=s| 33: 33:ff 25:07");
	packet_add_number(&packet, 40, OP25B_ACCT_STOP);
	packet_add_list(&packet, "33:0102");
	packet_seal(&packet, SECRET);
	assert_result(&packet, OP25B_RADIUS_RECORD, "proxied");
	n = op25b_radius_answer(radius, &client, packet.octets, packet.n, answer);
	assert_true(packet_is_answered(&packet, answer, n, SECRET));
	assert_int_equal(n, expected.n);
	assert_memory_equal(answer + 20, expected.octets + 20, n - 20);
}

static void the_answer_to_a_probe_is_signed(void **state)
{
	struct packet packet, expected;
	uint8_t answer[OP25B_RADIUS_PACKET];
	size_t n;

	(void)state;
	packet_begin(&packet, 12);
	packet_add_list(&packet, "33:07");
	packet_add_signature(&packet);
	packet_seal(&packet, SECRET);
	n = op25b_radius_answer(radius, &client, packet.octets, packet.n, answer);
	assert_true(packet_is_answered(&packet, answer, n, SECRET));
	/* Its HMAC is over the answer with the request's authenticator. */
	packet_begin(&expected, 5);
	packet_add_signature(&expected);
	packet_add_list(&expected, "33:07");
	memcpy(expected.octets + 4, packet.octets + 4, 16);
	packet_seal(&expected, SECRET);
	assert_int_equal(n, expected.n);
	assert_memory_equal(answer + 20, expected.octets + 20, n - 20);
}

static void a_full_packet_of_proxy_states_fits_into_its_answer(void **state)
{
	static const uint8_t filling[253];
	struct packet packet;
	uint8_t answer[OP25B_RADIUS_PACKET];

	(void)state;
	packet_begin(&packet, 4);
	while (packet.n < 4096) {
		size_t n = 4096 - packet.n - 2;

		packet_add(&packet, 33, filling, n > 253 ? 200 : n);
	}
	packet_seal(&packet, SECRET);
	assert_result(&packet, OP25B_RADIUS_NO_USE, "nothing but Proxy-State");
	assert_int_equal(op25b_radius_answer(radius, &client, packet.octets, packet.n, answer),
			 4096);
	assert_true(packet_is_answered(&packet, answer, 4096, SECRET));
}

static int set_up(void **state)
{
	(void)state;
	return op25b_radius_new(&radius, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	op25b_radius_free(&radius);
	op25b_radius_free(&radius);
	return radius != NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_changed_octet_is_seen),
		cmocka_unit_test(a_datagram_cut_anywhere_is_refused),
		cmocka_unit_test(another_secret_and_no_authenticator_are_forgeries),
		cmocka_unit_test(octets_beyond_the_length_are_padding),
		cmocka_unit_test(a_packet_of_4096_octets_is_read),
		cmocka_unit_test(a_message_authenticator_is_checked),
		cmocka_unit_test(a_client_may_have_to_sign),
		cmocka_unit_test(the_probe_of_the_rfc_is_one),
		cmocka_unit_test(the_answer_has_the_authenticator_of_the_rfc),
		cmocka_unit_test(proxy_states_come_back_in_their_order),
		cmocka_unit_test(the_answer_to_a_probe_is_signed),
		cmocka_unit_test(a_full_packet_of_proxy_states_fits_into_its_answer),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

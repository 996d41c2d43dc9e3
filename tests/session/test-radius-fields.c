/* SPDX-License-Identifier: BSD-2-Clause */
/* From attributes to the fields of a record, with the habits a client may have. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#include "policy/prefix.h"
#include "session/radius.h"
#include "tests/session/packet.h"

#define SECRET "secret"
#define NOW    1800000000 /* 0x6b49d200 */
#define DAY    86400

enum { RELEASED = 1, NETMASK = 2, ROUTE = 4 }; /* habits */

static struct op25b_radius *radius;
static struct op25b_acct acct;

static enum op25b_radius_result decode(int habits, const char *list)
{
	struct op25b_radius_client client = {
		.name = "client",
		.secret = (const uint8_t *)SECRET,
		.n_secret = sizeof(SECRET) - 1,
		.missing_is_released = habits & RELEASED,
		.netmask_is_line = habits & NETMASK,
		.ipv6_route_is_delegated = habits & ROUTE,
	};
	struct packet packet;

	packet_begin(&packet, 4);
	packet_add_list(&packet, list);
	packet_seal(&packet, SECRET);
	memset(&acct, 0xee, sizeof(acct));
	return op25b_radius_decode(radius, &client, packet.octets, packet.n, NOW, &acct);
}

#define START "40:00000001 44:=s| "

/* What a Start or interim says of addresses: the prefixes, then which families it tells. */
static const struct {
	const char *list;
	int habits;
	const char *said;
	size_t n_unread;
} addresses[] = {
	{ "8:cb007107", 0, "203.0.113.7/32 v4", 0 },
	{ "97:004020010db8000000010000000000000000", 0, "2001:db8:0:1::/64 v6", 0 },
	{ "8:cb007107 97:004020010db800000001 123:003820010db80001", 0,
	  "203.0.113.7/32 2001:db8:0:1::/64 2001:db8:1::/56 v4 v6", 0 },
	{ "168:20010db8000000000000000000000001", 0, "2001:db8::1/128 v6", 0 },
	{ "26:0000197f631220010db8000000000000000000000002", 0, "2001:db8::2/128 v6", 0 },
	/* Two of a vendor's in one attribute; another vendor's of that number; one cut short. */
	{ "26:0000197f0103aa631220010db8000000000000000000000002", 0, "2001:db8::2/128 v6", 0 },
	{ "26:00001980631220010db8000000000000000000000002", 0, "", 0 },
	{ "26:0000197f63122001", 0, "", 0 },
	{ "26:0000197f63042001", 0, "", 1 },
	{ "26:0000", 0, "", 0 },
	{ "26:0000130aa40600000001", 0, "v4", 0 },
	{ "8:cb007107 26:0000130aa40600000001", 0, "203.0.113.7/32 v4", 0 },
	/* A prefix of no octets, of all 16, of too few for its length, with host bits. */
	{ "123:0000", 0, "", 0 },
	{ "123:0038", 0, "", 0 },
	{ "123:003820010db8", 0, "2001:db8::/56 v6", 0 },
	{ "123:003820010db8000102ff0000000000000001", 0, "2001:db8:1:200::/56 v6", 0 },
	{ "123:ff3820010db8", 0, "2001:db8::/56 v6", 0 },
	{ "123:008020010db8000000000000000000000007", 0, "2001:db8::7/128 v6", 0 },
	{ "123:003920010db80001ffff", 0, "2001:db8:1:ff80::/57 v6", 0 },
	/* Malformed: longer than addresses are, too long, too short. */
	{ "123:008120010db8000000000000000000000007", 0, "", 1 },
	{ "97:00ff20010db8", 0, "", 1 },
	{ "97:004020010db800000001000000000000000000", 0, "", 1 },
	{ "97:00", 0, "", 1 },
	{ "97:", 0, "", 0 },
	{ "168:20010db80000000000000000000001", 0, "", 1 },
	{ "8:cb0071 168:20010db8000000000000000000000001", 0, "2001:db8::1/128 v6", 1 },
	{ "8:cb00710700", RELEASED, "v6", 1 },
	{ "8:cb007107 97:", RELEASED, "203.0.113.7/32 v4 v6", 0 },
	{ "8:cb007107 97:00", RELEASED, "203.0.113.7/32 v4", 1 },
	{ "123:007820010db8 97:00ff", 0, "2001:db8::/120", 1 },
	/* Several, sorted; twice the same; one inside another, in both orders. */
	{ "123:003820010db80002 123:003820010db80001", 0, "2001:db8:1::/56 2001:db8:2::/56 v6", 0 },
	{ "123:003820010db80001 97:003820010db80001", 0, "2001:db8:1::/56 v6", 0 },
	{ "168:20010db8000100000000000000000001 123:003820010db80001", 0, "2001:db8:1::/56 v6", 0 },
	{ "123:003820010db80001 168:20010db8000100000000000000000001", 0, "2001:db8:1::/56 v6", 0 },
	{ "8:cb007107 8:cb007108", 0, "203.0.113.7/32 v4", 0 },
	/* What is no address. */
	{ "8:00000000", 0, "", 0 },
	{ "8:ffffffff", 0, "", 0 },
	{ "8:fffffffe", 0, "", 0 },
	{ "168:00000000000000000000000000000000", 0, "", 0 },
	{ "168:00000000000000000000ffffcb007107", 0, "", 1 },
	/* Silence. */
	{ "", 0, "", 0 },
	{ "", RELEASED, "v4 v6", 0 },
	{ "8:cb007107", RELEASED, "203.0.113.7/32 v4 v6", 0 },
	/* Netmask, by habit only. */
	{ "9:fffffff8 8:cb007109", 0, "203.0.113.9/32 v4", 0 },
	{ "9:fffffff8 8:cb007109", NETMASK, "203.0.113.8/29 v4", 0 },
	{ "8:cb007109 9:fffffff0", NETMASK, "203.0.113.0/28 v4", 0 },
	{ "8:cb007109 9:ffffffff", NETMASK, "203.0.113.9/32 v4", 0 },
	{ "8:cb007109 9:00000000", NETMASK, "203.0.113.9/32 v4", 0 },
	{ "8:cb007109 9:ffff00ff", NETMASK, "203.0.113.9/32", 1 },
	{ "8:cb007109 9:ffff", NETMASK, "203.0.113.9/32", 1 },
	{ "9:fffffff8", NETMASK, "", 0 },
	/* Routes, by habit only. */
	{ "99:=2001:db8:7::/48 :: 0 type pd-host|", 0, "", 0 },
	{ "99:=2001:db8:7::/48 :: 0 type pd-host|", ROUTE, "2001:db8:7::/48 v6", 0 },
	{ "99:=2001:db8:7:1::/48|", ROUTE, "2001:db8:7::/48 v6", 0 },
	{ "99:=2001:db8:7::/129 ::|", ROUTE, "", 1 },
	{ "99:=203.0.113.0/24 ::|", ROUTE, "", 1 },
	{ "99:=|", ROUTE, "", 0 },
	{ "99:= 2001:db8:7::/48|", ROUTE, "", 1 },
	{ "99:=2001:db8:7::/48|00", ROUTE, "", 1 },
	{ "99:=2001:0db8:0007:0000:0000:0000:0000:0000:0000:0000/48|", ROUTE, "", 1 },
};

static void assert_addresses(const char *list, int habits, const char *said)
{
	char text[OP25B_PREFIX_TEXT], whole[1024], found[1024] = "";
	size_t n = 0;

	snprintf(whole, sizeof(whole), START "%s", list);
	assert_int_equal(decode(habits, whole), OP25B_RADIUS_RECORD);
	for (size_t i = 0; i < acct.n_prefixes; i++)
		n += (size_t)snprintf(found + n, sizeof(found) - n, "%s ",
				      op25b_prefix_format(&acct.prefixes[i], text));
	n += (size_t)snprintf(found + n, sizeof(found) - n, "%s%s", acct.has_v4 ? "v4 " : "",
			      acct.has_v6 ? "v6 " : "");
	if (n)
		found[n - 1] = '\0';
	if (strcmp(found, said) != 0)
		fail_msg("%s: %s", list, found);
}

static void addresses_of_each_kind_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		assert_addresses(addresses[i].list, addresses[i].habits, addresses[i].said);
		if (acct.n_unread != addresses[i].n_unread)
			fail_msg("%s: %zu unread", addresses[i].list, acct.n_unread);
	}
}

static void prefixes_beyond_sixteen_are_counted(void **state)
{
	char list[1024] = START;

	(void)state;
	for (int i = 20; i-- > 0;)
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "123:003820010db8%04x ",
			 i);
	list[strlen(list) - 1] = '\0';
	assert_int_equal(decode(RELEASED, list), OP25B_RADIUS_RECORD);
	assert_int_equal(acct.n_prefixes, OP25B_ACCT_PREFIXES);
	assert_int_equal(acct.n_left_out, 4);
	assert_false(acct.has_v4 || acct.has_v6);
	for (size_t i = 1; i < acct.n_prefixes; i++)
		assert_true(op25b_prefix_compare(&acct.prefixes[i - 1], &acct.prefixes[i]) < 0);
}

static void texts_are_kept_as_they_are(void **state)
{
	(void)state;
	assert_int_equal(decode(0, START "1:=ann@example.net| 25:=gold| 11:=port25| 88:=dyn| "
					 "100:=dyn6| 32:=bng1| 4:c0000201"),
			 OP25B_RADIUS_RECORD);
	assert_int_equal(acct.status, OP25B_ACCT_START);
	assert_string_equal(acct.session, "s");
	assert_string_equal(acct.user_name, "ann@example.net");
	assert_string_equal(acct.class_, "gold");
	assert_string_equal(acct.filter_id, "port25");
	assert_string_equal(acct.framed_pool, "dyn");
	assert_string_equal(acct.nas, "bng1");
}

static void absent_texts_are_empty(void **state)
{
	(void)state;
	assert_int_equal(decode(0, START "1: 25:"), OP25B_RADIUS_RECORD);
	assert_string_equal(acct.user_name, "");
	assert_string_equal(acct.class_, "");
	assert_string_equal(acct.filter_id, "");
	assert_string_equal(acct.framed_pool, "");
	assert_string_equal(acct.nas, "client");
}

static void the_first_of_two_counts(void **state)
{
	(void)state;
	assert_int_equal(decode(0, START "25: 25:=a| 25:=b| 44:=t| 40:00000002 100:=p6| 100:=q6|"),
			 OP25B_RADIUS_RECORD);
	assert_string_equal(acct.class_, "a");
	assert_string_equal(acct.session, "s");
	assert_int_equal(acct.status, OP25B_ACCT_START);
	assert_string_equal(acct.framed_pool, "p6");
}

static void octets_become_hex(void **state)
{
	char list[600] = "40:00000002 44:=caf|c3a9 25:";

	(void)state;
	memset(list + strlen(list), 'f', 2 * 253UL);
	assert_int_equal(decode(0, list), OP25B_RADIUS_RECORD);
	assert_string_equal(acct.session, "0x636166c3a9");
	assert_int_equal(strlen(acct.class_), 2 + 2 * 253);
	assert_int_equal(strspn(acct.class_ + 2, "f"), 2 * 253);
	assert_int_equal(decode(0, "40:00000002 44:=a|0000 25:=a|00"), OP25B_RADIUS_RECORD);
	assert_string_equal(acct.session, "0x6100");
	assert_string_equal(acct.class_, "0x6100");
}

static void a_nul_at_the_end_of_a_text_is_dropped(void **state)
{
	(void)state;
	assert_int_equal(decode(0, "40:00000002 44:=a|00 1:00 1:=b|00"), OP25B_RADIUS_RECORD);
	assert_string_equal(acct.session, "a");
	assert_string_equal(acct.user_name, "b");
}

static void a_nas_without_name_is_its_address(void **state)
{
	(void)state;
	assert_int_equal(decode(0, START "95:20010db8000000000000000000000009"), 0);
	assert_string_equal(acct.nas, "2001:db8::9");
	assert_int_equal(decode(0, START "95:20010db8000000000000000000000009 4:c0000201"), 0);
	assert_string_equal(acct.nas, "192.0.2.1");
	assert_int_equal(decode(0, START "4:c00002 95:2001"), 0);
	assert_string_equal(acct.nas, "client");
}

static void what_says_nothing_of_a_session_is_of_no_use(void **state)
{
	static const char *const lists[] = { "",
					     "44:=s|",
					     "40:00000001",
					     "40:00000001 44:",
					     "40:00000003",
					     "40:00000004 44:=s|",
					     "40:0000000f 44:=s|",
					     "40:01 44:=s|",
					     "40:00000000 44:=s|",
					     "40:ffffffff 44:=s|" };

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		assert_int_equal(decode(0, lists[i]), OP25B_RADIUS_NO_USE);
	assert_int_equal(decode(0, "40:00000007"), OP25B_RADIUS_RECORD);
	assert_int_equal(acct.status, OP25B_ACCT_ON);
	assert_string_equal(acct.session, "");
	assert_int_equal(decode(0, "40:00000008"), OP25B_RADIUS_RECORD);
	assert_int_equal(acct.status, OP25B_ACCT_OFF);
}

static const struct {
	const char *list;
	int64_t expected;
} times[] = {
	{ "", NOW },
	{ "41:0000000a", NOW - 10 },
	{ "55:6b49d1f0", NOW - 16 },
	{ "41:0000000a 55:6b49d1f0", NOW - 16 },
	{ "55:6b49d200", NOW },
	{ "55:6b49d201", NOW },                       /* ahead */
	{ "55:6b49d201 41:00000005", NOW - 5 },       /* ahead, and told late */
	{ "55:00000000", NOW },                       /* no clock at all */
	{ "55:386d4380 41:00000003", NOW - 3 },       /* 2000-01-01 */
	{ "55:6b224500", (int64_t)NOW - 30LL * DAY }, /* the oldest that is believed */
	{ "55:6b2244ff", NOW },                       /* a second older */
	{ "55:ffffffff", NOW },                       /* 2106 */
	{ "41:00278d00", (int64_t)NOW - 30LL * DAY }, /* waited 30 days */
	{ "41:00278d01", NOW },                       /* nobody waits that long */
	{ "41:ffffffff", NOW },                       /* a negative number, or garbage */
	{ "41:0a 55:6b49d1", NOW },                   /* malformed */
	{ "41:0a 41:00000004", NOW - 4 },             /* the first that is a number */
};

static void an_event_has_its_own_time_if_it_can_be(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char list[200];

		snprintf(list, sizeof(list), START "%s", times[i].list);
		assert_int_equal(decode(0, list), OP25B_RADIUS_RECORD);
		if (acct.event_time != times[i].expected)
			fail_msg("%s: %lld", times[i].list, (long long)acct.event_time);
	}
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
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_of_each_kind_are_told),
		cmocka_unit_test(prefixes_beyond_sixteen_are_counted),
		cmocka_unit_test(texts_are_kept_as_they_are),
		cmocka_unit_test(absent_texts_are_empty),
		cmocka_unit_test(the_first_of_two_counts),
		cmocka_unit_test(octets_become_hex),
		cmocka_unit_test(a_nul_at_the_end_of_a_text_is_dropped),
		cmocka_unit_test(a_nas_without_name_is_its_address),
		cmocka_unit_test(what_says_nothing_of_a_session_is_of_no_use),
		cmocka_unit_test(an_event_has_its_own_time_if_it_can_be),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Prefixes as text, both ways; and which holds which. */
#include "tests/unit/test.h"

#include <string.h>

#include "policy/prefix.h"

static struct op25b_prefix parse(const char *text)
{
	struct op25b_prefix prefix;

	assert_int_equal(op25b_prefix_parse(text, &prefix), OP25B_PREFIX_FINE);
	return prefix;
}

static void prefixes_are_written_as_rfc_5952_wants(void **state)
{
	static const char *const samples[][2] = {
		{ "192.0.2.1", "192.0.2.1/32" },
		{ "0.0.0.0/0", "0.0.0.0/0" },
		{ "255.255.255.255", "255.255.255.255/32" },
		{ "198.51.100.128/25", "198.51.100.128/25" },
		{ "::/0", "::/0" },
		{ "::1", "::1/128" },
		{ "2001:DB8::1", "2001:db8::1/128" },
		{ "2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1/128" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1/128" },
		{ "2001:db8:0:0:1:0:0:0/80", "2001:db8:0:0:1::/80" },
		{ "1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0/128" },
		{ "0:0:3:4:5:6:7:8", "::3:4:5:6:7:8/128" },
		{ "::192.0.2.1", "::c000:201/128" },
		{ "64:ff9b::192.0.2.33", "64:ff9b::c000:221/128" },
		{ "2001:db8:1000::/40", "2001:db8:1000::/40" },
	};
	char text[OP25B_PREFIX_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct op25b_prefix prefix = parse(samples[i][0]);

		assert_string_equal(op25b_prefix_format(&prefix, text), samples[i][1]);
	}
}

static void what_is_no_prefix_is_refused_with_its_fault(void **state)
{
	static const struct {
		const char *text;
		enum op25b_prefix_fault fault;
	} samples[] = {
		{ "", OP25B_PREFIX_NOT_AN_ADDRESS },
		{ "192.0.2", OP25B_PREFIX_NOT_AN_ADDRESS },
		{ "192.0.2.256", OP25B_PREFIX_NOT_AN_ADDRESS },
		{ "192.0.2.1000", OP25B_PREFIX_NOT_AN_ADDRESS },
		{ "192.0.02.1", OP25B_PREFIX_NOT_AN_ADDRESS },
		{ "192.0.2.1.1", OP25B_PREFIX_NOT_AN_ADDRESS },
		{ "192.0.2.1 ", OP25B_PREFIX_NOT_AN_ADDRESS },
		{ "2001:db8:::1", OP25B_PREFIX_NOT_AN_ADDRESS },
		{ "2001:db8::g", OP25B_PREFIX_NOT_AN_ADDRESS },
		{ "fe80::1%eth0", OP25B_PREFIX_NOT_AN_ADDRESS },
		{ "mail.example.net", OP25B_PREFIX_NOT_AN_ADDRESS },
		{ "192.0.2.0/", OP25B_PREFIX_BAD_LENGTH },
		{ "192.0.2.0/33", OP25B_PREFIX_BAD_LENGTH },
		{ "192.0.2.0/024", OP25B_PREFIX_BAD_LENGTH },
		{ "192.0.2.0/-1", OP25B_PREFIX_BAD_LENGTH },
		{ "192.0.2.0/24x", OP25B_PREFIX_BAD_LENGTH },
		{ "192.0.2.0/4294967320", OP25B_PREFIX_BAD_LENGTH },
		{ "2001:db8::/129", OP25B_PREFIX_BAD_LENGTH },
		{ "::ffff:192.0.2.1", OP25B_PREFIX_MAPPED },
		{ "::ffff:0:0/96", OP25B_PREFIX_MAPPED },
	};
	struct op25b_prefix prefix;

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		assert_int_equal(op25b_prefix_parse(samples[i].text, &prefix), samples[i].fault);
}

/* Each length against each single host bit: only bits beyond the length may be faults. */
static void every_host_bit_is_found_and_cleared(void **state)
{
	char text[OP25B_PREFIX_TEXT], wanted[OP25B_PREFIX_TEXT];

	(void)state;
	for (unsigned int f = OP25B_V4; f <= OP25B_V6; f++) {
		uint8_t family = (uint8_t)f, whole = op25b_prefix_whole(family);

		for (unsigned int i = 0; i < (unsigned int)whole * (whole + 1U); i++) {
			unsigned int bit = i % whole;
			uint8_t len = (uint8_t)(i / whole);
			struct op25b_prefix prefix = { .family = family, .len = len }, found;
			struct op25b_prefix cleared = prefix;
			enum op25b_prefix_fault fault;

			prefix.addr[bit / 8] = (uint8_t)(0x80U >> bit % 8);
			fault = op25b_prefix_parse(op25b_prefix_format(&prefix, text), &found);
			assert_int_equal(fault,
					 bit < len ? OP25B_PREFIX_FINE : OP25B_PREFIX_HOST_BITS);
			op25b_prefix_format(bit < len ? &prefix : &cleared, wanted);
			assert_string_equal(op25b_prefix_format(&found, text), wanted);
		}
	}
}

static void the_mapped_prefix_that_was_meant_is_given(void **state)
{
	char text[OP25B_PREFIX_TEXT];
	struct op25b_prefix prefix;

	(void)state;
	assert_int_equal(op25b_prefix_parse("::ffff:198.51.100.0/120", &prefix),
			 OP25B_PREFIX_MAPPED);
	assert_string_equal(op25b_prefix_format(&prefix, text), "198.51.100.0/24");
}

static void a_prefix_holds_what_lies_in_it(void **state)
{
	struct op25b_prefix outer = parse("198.51.100.0/22"), v6 = parse("2001:db8:1000::/36");
	struct op25b_prefix all = parse("0.0.0.0/0"), inner = parse("198.51.103.255");
	struct op25b_prefix beside = parse("198.51.104.0/24"), around = parse("198.51.0.0/16");
	struct op25b_prefix inner6 = parse("2001:db8:1fff::/48");
	struct op25b_prefix beside6 = parse("2001:db8:2000::/48");

	(void)state;
	assert_true(op25b_prefix_holds(&outer, &outer));
	assert_true(op25b_prefix_holds(&outer, &inner));
	assert_false(op25b_prefix_holds(&outer, &beside));
	assert_false(op25b_prefix_holds(&outer, &around));
	assert_true(op25b_prefix_holds(&all, &inner));
	assert_false(op25b_prefix_holds(&all, &v6));
	assert_true(op25b_prefix_holds(&v6, &inner6));
	assert_false(op25b_prefix_holds(&v6, &beside6));
}

static void what_holds_another_sorts_before_it(void **state)
{
	static const char *const sorted[] = { "0.0.0.0/0",     "198.51.0.0/16",   "198.51.0.0/24",
					      "198.51.0.0",    "198.51.100.0/24", "::/0",
					      "2001:db8::/32", "2001:db8::/48" };

	(void)state;
	for (size_t i = 1; i < sizeof(sorted) / sizeof(sorted[0]); i++) {
		struct op25b_prefix a = parse(sorted[i - 1]), b = parse(sorted[i]);

		assert_true(op25b_prefix_compare(&a, &b) < 0);
		assert_true(op25b_prefix_compare(&b, &a) > 0);
		assert_int_equal(op25b_prefix_compare(&a, &a), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_are_written_as_rfc_5952_wants),
		cmocka_unit_test(what_is_no_prefix_is_refused_with_its_fault),
		cmocka_unit_test(every_host_bit_is_found_and_cleared),
		cmocka_unit_test(the_mapped_prefix_that_was_meant_is_given),
		cmocka_unit_test(a_prefix_holds_what_lies_in_it),
		cmocka_unit_test(what_holds_another_sorts_before_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

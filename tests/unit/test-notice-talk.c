/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said to which client, whatever it sends and however the bytes arrive. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#include "notice/talk.h"

#define HEARD 400 /* bytes of replies, written as letters */

static const char letters[OP25B_WIRE_N_REPLIES] = {
	[OP25B_WIRE_FIRST] = 'F', [OP25B_WIRE_HELO] = 'H', [OP25B_WIRE_OTHER] = 'o',
	[OP25B_WIRE_BYE] = 'B',   [OP25B_WIRE_LATE] = 'L',
};

/* A conversation: what was said so far, a letter a reply. */
struct conversation {
	struct op25b_talk talk;
	int64_t now;
	char said[HEARD];
};

static void note(struct conversation *c, const struct op25b_talk_says *says)
{
	size_t n = strlen(c->said);

	for (size_t i = 0; i < says->n; i++)
		c->said[n++] = letters[says->replies[i]];
	c->said[n] = '\0';
}

static void begin(struct conversation *c, enum op25b_manner manner)
{
	struct op25b_talk_says says;

	memset(c, 0, sizeof(*c));
	c->now = 1000000;
	op25b_talk_begin(&c->talk, manner, c->now, &says);
	note(c, &says);
}

static void hear(struct conversation *c, const char *data, size_t size)
{
	struct op25b_talk_says says;

	op25b_talk_hear(&c->talk, data, size, c->now, &says);
	note(c, &says);
}

/* The replies to a whole session, in one piece. */
static const char *replies_to(struct conversation *c, enum op25b_manner manner, const char *text,
			      size_t size)
{
	begin(c, manner);
	hear(c, text, size);
	return c->said;
}

#define ASSERT_SAYS(manner, text, wanted)                                                     \
	do {                                                                                  \
		struct conversation c_;                                                       \
		assert_string_equal(replies_to(&c_, manner, text, sizeof(text) - 1), wanted); \
	} while (0)

static void a_greeting_refuses_and_waits_for_quit(void **state)
{
	(void)state;
	ASSERT_SAYS(OP25B_GREETING, "", "F");
	ASSERT_SAYS(OP25B_GREETING, "QUIT\r\n", "FB");
	ASSERT_SAYS(OP25B_GREETING, "EHLO a\r\nHELO a\r\nMAIL FROM:<>\r\nQUIT\r\n", "FoooB");
	ASSERT_SAYS(OP25B_GREETING, "AUTH PLAIN x\r\nSTARTTLS\r\nNOOP\r\n\r\nDATA\r\n", "Fooooo");
}

static void helo_refuses_the_greeting_of_the_client(void **state)
{
	(void)state;
	ASSERT_SAYS(OP25B_HELO, "EHLO a\r\nHELO a\r\nQUIT\r\n", "FHHB");
	ASSERT_SAYS(OP25B_HELO, "MAIL FROM:<>\r\nEHLO a\r\nRCPT TO:<x>\r\nDATA\r\n", "FoHoo");
	ASSERT_SAYS(OP25B_HELO, "ehlo\n", "FH");
}

/* RFC 5321 4.2.1: 421 announces the end of the connection. */
static void later_ends_and_answers_quit_alone(void **state)
{
	struct conversation c;
	struct op25b_talk_says says;

	(void)state;
	ASSERT_SAYS(OP25B_LATER, "EHLO a\r\nMAIL FROM:<>\r\n", "F");
	ASSERT_SAYS(OP25B_LATER, "EHLO a\r\nQUIT\r\nQUIT\r\n", "FB");
	begin(&c, OP25B_LATER);
	assert_true(op25b_talk_late(&c.talk, c.now + OP25B_TALK_GRACE, &says));
	assert_int_equal(says.n, 0);
}

static void what_follows_quit_is_passed_over(void **state)
{
	(void)state;
	ASSERT_SAYS(OP25B_GREETING, "QUIT\r\nEHLO a\r\nQUIT\r\n", "FB");
	ASSERT_SAYS(OP25B_HELO, "EHLO a\r\nQUIT\r\nMAIL FROM:<>\r\n", "FHB");
}

static void a_verb_is_read_in_any_case_and_ends_at_a_blank_or_the_line(void **state)
{
	(void)state;
	ASSERT_SAYS(OP25B_GREETING, "quit\n", "FB");
	ASSERT_SAYS(OP25B_GREETING, "qUiT now\r\n", "FB");
	ASSERT_SAYS(OP25B_GREETING, "QUIT\t\r\n", "FB");
	ASSERT_SAYS(OP25B_GREETING, "QUITE\r\n", "Fo");
	ASSERT_SAYS(OP25B_GREETING, "QUI\r\nT\r\n", "Foo");
	ASSERT_SAYS(OP25B_GREETING, " QUIT\r\n", "Fo");
	ASSERT_SAYS(OP25B_GREETING, "QUIT-\r\n", "Fo");
	ASSERT_SAYS(OP25B_GREETING, "\x11\x15\x09\x14\r\n", "Fo");
	ASSERT_SAYS(OP25B_HELO, "EHLOX\r\nHELOX\r\nehlo x\r\n", "FooH");
	/* Each letter of another verb, and one verb that goes on as another. */
	ASSERT_SAYS(OP25B_HELO, "EUIT\r\nQHLO\r\nEELO\r\nHHLO\r\n", "Foooo");
}

/* Nothing can be smuggled by them: there is nothing behind this server. Still, one command a LF. */
static void a_line_ends_at_lf_alone(void **state)
{
	(void)state;
	ASSERT_SAYS(OP25B_GREETING, "NOOP\rQUIT\r\n", "Fo");
	ASSERT_SAYS(OP25B_GREETING, "QUIT\rX\n", "Fo");
	ASSERT_SAYS(OP25B_GREETING, "QUIT\r\r\n", "Fo");
	ASSERT_SAYS(OP25B_GREETING, "QUIT\r", "F");
	ASSERT_SAYS(OP25B_GREETING, "QUIT", "F");
	ASSERT_SAYS(OP25B_GREETING, "\n\n", "Foo");
	ASSERT_SAYS(OP25B_GREETING, "NOOP\0QUIT\r\nQUIT\0\r\n\0QUIT\r\nQUIT\r\n", "FoooB");
	ASSERT_SAYS(OP25B_GREETING, "\xff\xfb\x01QUIT\r\n\xd1UIT\r\n", "Foo");
}

static void a_long_line_is_one_command(void **state)
{
	static char block[5000];
	struct conversation c;

	(void)state;
	memset(block, 'Q', sizeof(block));
	begin(&c, OP25B_GREETING);
	for (int i = 0; i < 2000; i++)
		hear(&c, block, sizeof(block));
	assert_string_equal(c.said, "F");
	hear(&c, "\r\nQUIT\r\n", 8);
	assert_string_equal(c.said, "FoB");
}

/* Every way to cut a session in two, and each byte alone. */
static void pieces_change_nothing(void **state)
{
	static const char session[] = "EHLO a.example\r\nMAIL FROM:<a@b.example>\r\nehlo\n"
				      "NOOP\rQUIT\r\n\0\r\nquitx\r\nHELO\r\nQUIT \r\nDATA\r\n";
	const size_t size = sizeof(session) - 1;

	(void)state;
	for (enum op25b_manner manner = OP25B_GREETING; manner <= OP25B_HELO; manner++) {
		struct conversation whole, cut;

		replies_to(&whole, manner, session, size);
		for (size_t at = 0; at <= size; at++) {
			begin(&cut, manner);
			hear(&cut, session, at);
			hear(&cut, session + at, size - at);
			assert_string_equal(cut.said, whole.said);
			assert_memory_equal(&cut.talk, &whole.talk, sizeof(cut.talk));
		}
		begin(&cut, manner);
		for (size_t at = 0; at < size; at++)
			hear(&cut, session + at, 1);
		assert_string_equal(cut.said, whole.said);
	}
}

static void after_ten_commands_it_is_over(void **state)
{
	(void)state;
	ASSERT_SAYS(OP25B_GREETING, "\n\n\n\n\n\n\n\n\n\nQUIT\n", "FooooooooooLB");
	ASSERT_SAYS(OP25B_GREETING, "\n\n\n\n\n\n\n\n\nQUIT\n", "FoooooooooB");
	ASSERT_SAYS(OP25B_HELO, "\n\n\n\n\n\n\n\n\n\nEHLO\nEHLO\nQUIT\n", "FooooooooooLB");
}

/* As many as one call can give; more would be written behind the array. */
static void one_call_says_no_more_than_there_is_room_for(void **state)
{
	static const char quit[] = { 'Q', 'U', 'I', 'T', '\n' };
	static char text[4096];
	struct op25b_talk talk;
	struct op25b_talk_says says;

	(void)state;
	memset(text, '\n', sizeof(text));
	memcpy(text + 2000, quit, sizeof(quit));
	op25b_talk_begin(&talk, OP25B_GREETING, 0, &says);
	op25b_talk_hear(&talk, text, sizeof(text), 0, &says);
	assert_int_equal(says.n, OP25B_TALK_SAYS);
}

static bool late(struct conversation *c, int64_t after)
{
	struct op25b_talk_says says;
	bool ends;

	c->now += after;
	ends = op25b_talk_late(&c->talk, c->now, &says);
	note(c, &says);
	return ends;
}

static void who_says_nothing_is_told_so_and_ended(void **state)
{
	struct conversation c;

	(void)state;
	begin(&c, OP25B_GREETING);
	assert_false(late(&c, OP25B_TALK_PATIENCE - 1));
	assert_string_equal(c.said, "F");
	assert_false(late(&c, 1));
	assert_string_equal(c.said, "FL");
	assert_false(late(&c, OP25B_TALK_GRACE - 1));
	assert_true(late(&c, 1));
	assert_string_equal(c.said, "FL");
}

/* Bytes are no command: a line without an end doesn't hold the connection. */
static void a_command_gives_more_time_and_a_part_of_one_does_not(void **state)
{
	struct conversation c;

	(void)state;
	begin(&c, OP25B_HELO);
	assert_false(late(&c, OP25B_TALK_PATIENCE - 1));
	hear(&c, "EHLO a\r\n", 8);
	assert_false(late(&c, OP25B_TALK_PATIENCE - 1));
	hear(&c, "NOOP", 4);
	assert_false(late(&c, 1));
	assert_string_equal(c.said, "FHL");
}

static void no_conversation_lasts_longer_than_the_whole(void **state)
{
	struct conversation c;
	int64_t rest = OP25B_TALK_WHOLE;

	(void)state;
	begin(&c, OP25B_GREETING);
	for (; rest > 4000; rest -= 4000) {
		assert_false(late(&c, 4000));
		hear(&c, "NOOP\r\n", 6);
	}
	assert_false(late(&c, rest));
	assert_string_equal(c.said, "FoooooooL");
	/* Who quits now has the grace once more, and no more. */
	c.now += OP25B_TALK_GRACE - 1;
	hear(&c, "QUIT\r\n", 6);
	assert_false(late(&c, OP25B_TALK_GRACE - 1));
	hear(&c, "QUIT\r\n", 6);
	assert_true(late(&c, 1));
	assert_string_equal(c.said, "FoooooooLB");
}

/* Two sessions that differ in what is secret leave the same record behind. */
static void nothing_of_what_was_sent_is_kept(void **state)
{
	static const char a[] = "EHLO a\r\nMAIL FROM:<alice@a.example>\r\nxyz";
	static const char b[] = "EHLO b\r\nMAIL FROM:<robert@bbbbbb.example>\r\n+++";
	struct conversation one, other;

	(void)state;
	replies_to(&one, OP25B_HELO, a, sizeof(a) - 1);
	replies_to(&other, OP25B_HELO, b, sizeof(b) - 1);
	assert_memory_equal(&one.talk, &other.talk, sizeof(one.talk));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_greeting_refuses_and_waits_for_quit),
		cmocka_unit_test(helo_refuses_the_greeting_of_the_client),
		cmocka_unit_test(later_ends_and_answers_quit_alone),
		cmocka_unit_test(what_follows_quit_is_passed_over),
		cmocka_unit_test(a_verb_is_read_in_any_case_and_ends_at_a_blank_or_the_line),
		cmocka_unit_test(a_line_ends_at_lf_alone),
		cmocka_unit_test(a_long_line_is_one_command),
		cmocka_unit_test(pieces_change_nothing),
		cmocka_unit_test(after_ten_commands_it_is_over),
		cmocka_unit_test(one_call_says_no_more_than_there_is_room_for),
		cmocka_unit_test(who_says_nothing_is_told_so_and_ended),
		cmocka_unit_test(a_command_gives_more_time_and_a_part_of_one_does_not),
		cmocka_unit_test(no_conversation_lasts_longer_than_the_whole),
		cmocka_unit_test(nothing_of_what_was_sent_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

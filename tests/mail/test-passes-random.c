/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two mail hosts whose smtpds have the same process ids, clients that have the same port at both, a
 * log that tells of hang-ups whenever it likes, a sweep, kills: in no order does a mail that was
 * let in go out without a charge of all that it was let in with, and mail for our own mailboxes
 * that is in no hurry always comes in.
 */
#include "tests/mail/brain-lab.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CALLS 12000
#define PIDS  3
#define SLOTS (2 * PIDS) /* of each host, an smtpd of each process id */

/* A mail as its smtpd has it. */
struct mail {
	int64_t began, quiet_since; /* the latest call of it that was answered */
	uint32_t granted, recipients;
	bool at_text;
	char instance[40], queue_id[40];
};

static struct mail mails[SLOTS];
static uint32_t out, own, unanswered;
static uint64_t seed = 7;

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(seed >> 33) % below;
}

/* A line each: its limits are not what this is about. */
static const char *client_of(uint32_t slot)
{
	static char text[32];

	snprintf(text, sizeof(text), "198.51.100.%u", 20 + slot % PIDS);
	return text;
}

static void begin_mail(const struct brain_lab *lab, uint32_t slot)
{
	static uint32_t number;

	mails[slot] = (struct mail){ .began = lab->now };
	snprintf(mails[slot].instance, sizeof(mails[slot].instance), "%x.%llx.%x.0",
		 slot % PIDS + 1, (unsigned long long)lab->now, ++number);
	snprintf(mails[slot].queue_id, sizeof(mails[slot].queue_id), "Q%u", number);
}

static struct brain_lab_ask question(uint32_t slot, enum op25b_postfix_state state)
{
	return (struct brain_lab_ask){
		.socket = state == OP25B_POSTFIX_RCPT ? OP25B_BRAIN_GRANT : OP25B_BRAIN_RESTRICT,
		.state = state,
		.client = client_of(slot),
		.port = 1025,
		.from = "x@far.example",
		.server = slot < PIDS ? "192.0.2.25" : "192.0.2.26",
		.instance = mails[slot].instance,
		.queue_id = state == OP25B_POSTFIX_END_OF_MESSAGE ? mails[slot].queue_id : "",
		.recipients = mails[slot].recipients,
	};
}

static void offer(struct brain_lab *lab, uint32_t slot)
{
	const struct brain_lab_ask asked = question(slot, OP25B_POSTFIX_RCPT);
	const bool ours = any(3) == 0; /* which is never asked for */

	if (!ours && strcmp(brain_lab_ask(lab, &asked), "OK") != 0)
		return;
	mails[slot].granted += !ours;
	mails[slot].recipients++;
}

/* Returns whether the mail may go on. */
static bool ask(struct brain_lab *lab, uint32_t slot, enum op25b_postfix_state state)
{
	const struct brain_lab_ask question_of = question(slot, state);
	const int r = brain_lab_try(lab, &question_of);

	if (r) {
		assert_int_equal(r, -EAGAIN);
		unanswered++;
		/* Nobody hurried the log, nor was slow before DATA. */
		assert_true(mails[slot].granted || lab->now - mails[slot].began >= 540);
	}
	return !r && !strcmp(lab->action, "DUNNO");
}

static void end(struct brain_lab *lab, uint32_t slot)
{
	const struct mail *mail = &mails[slot];

	if (ask(lab, slot, OP25B_POSTFIX_END_OF_MESSAGE)) {
		if (mail->granted) {
			assert_true(brain_lab_charged(lab, mail->queue_id) >= mail->granted);
			out++;
		} else {
			assert_int_equal(brain_lab_charged(lab, mail->queue_id), -1);
			own++;
		}
	}
	begin_mail(lab, slot);
}

static void hang_up(struct brain_lab *lab, uint32_t slot)
{
	const struct op25b_maillog_event event = { .kind = OP25B_MAILLOG_HUNG_UP,
						   .pid = slot % PIDS + 1,
						   .client = brain_lab_prefix(client_of(slot)),
						   .client_port = any(2) ? 1025 : 0 };

	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	assert_int_equal(op25b_brain_log(&lab->brain, &event, lab->now, &lab->error), 0);
	assert_int_equal(op25b_state_commit(lab->brain.state, NULL), 0);
}

/* Mostly seconds, now and then minutes, hours or days. */
static void let_time_pass(struct brain_lab *lab)
{
	static const uint32_t spans[] = { 1, 2, 20, 400, 700, 20000, 100000 };

	lab->now += any(spans[any(sizeof(spans) / sizeof(spans[0]))]);
	assert_int_equal(op25b_state_begin(lab->brain.state, NULL), 0);
	assert_int_equal(op25b_brain_sweep(&lab->brain, lab->now, &lab->error), 0);
	assert_int_equal(op25b_state_commit(lab->brain.state, NULL), 0);
}

static void step(struct brain_lab *lab, uint32_t slot)
{
	struct mail *mail = &mails[slot];

	if (mail->at_text)
		end(lab, slot);
	else if (mail->recipients > any(3))
		mail->at_text = ask(lab, slot, OP25B_POSTFIX_DATA);
	else
		offer(lab, slot);
	/* RSET, a hang-up, or what was refused */
	if (any(20) == 0 || (!mail->at_text && mail->recipients > 2))
		begin_mail(lab, slot);
}

static void no_order_of_calls_lets_a_mail_out_for_nothing(void **state)
{
	struct brain_lab *lab = *state;

	for (uint32_t slot = 0; slot < SLOTS; slot++)
		begin_mail(lab, slot);
	for (int i = 0; i < CALLS; i++) {
		step(lab, any(SLOTS));
		if (any(12) == 0)
			hang_up(lab, any(SLOTS));
		if (any(12) == 0)
			let_time_pass(lab);
		if (any(500) == 0)
			brain_lab_restart(lab);
	}
	print_message("%u went out, %u were our own, %u were not answered\n", out, own, unanswered);
	assert_true(out > 300 && own > 100 && unanswered > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_order_of_calls_lets_a_mail_out_for_nothing,
						brain_lab_setup, brain_lab_teardown),
	};

	return cmocka_run_group_tests_name("passes-random", tests, brain_lab_group,
					   brain_lab_group_done);
}

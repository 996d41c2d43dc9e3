/* SPDX-License-Identifier: BSD-2-Clause */
/* Accounts: their addresses; new ones, those of servers, stolen ones; first passwords. */
#include "policy/mail-reader.h"
#include "policy/mail-words.h"

/* Less than op25b-maild remembers a mail for (mail/pass.c), by the time it needs to go back. */
#define HOLD_MOST ((int64_t)28 * 86400)

static void read_own(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail *mail = object;
	int word = op25b_walk_word(r, value, "own", &op25b_words_mail_own);

	if (word >= 0)
		mail->own = (enum op25b_mail_own)word;
}

static void read_foreign(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail *mail = object;
	int word = op25b_walk_word(r, value, "foreign", &op25b_words_mail_foreign);

	mail->foreign_place = value->place;
	if (word >= 0)
		mail->foreign = (enum op25b_mail_foreign)word;
}

void op25b_read_mail_senders(struct op25b_reader *r, const struct op25b_node *node,
			     struct op25b_mail *mail)
{
	static const struct op25b_field fields[] = {
		{ "own", read_own, NULL },
		{ "foreign", read_foreign, NULL },
	};

	op25b_walk_map(r, node, "'senders'", fields, 2, mail);
}

static void read_for(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail *mail = object;

	op25b_read_duration(r, value, &mail->new_for);
}

static void read_new_limits(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail *mail = object;

	op25b_read_mail_limits_of(r, value, &mail->new_limits);
}

void op25b_read_mail_new_account(struct op25b_reader *r, const struct op25b_node *node,
				 struct op25b_mail *mail)
{
	static const struct op25b_field fields[] = {
		{ "for", read_for, "add for how long an account is new, such as 'for: 7d'" },
		{ "limits", read_new_limits, "add the set of limits that holds meanwhile" },
	};

	op25b_walk_map(r, node, "'new_account'", fields, 2, mail);
}

static void read_server_limits(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail *mail = object;

	op25b_read_mail_limits_of(r, value, &mail->server_limits);
}

static void read_server_senders(struct op25b_reader *r, const struct op25b_node *value,
				void *object)
{
	static const char *const list[] = { "owner", "any" };
	static const struct op25b_words words = { .words = list, .n = 2 };
	struct op25b_mail *mail = object;

	mail->server_any = op25b_walk_word(r, value, "senders", &words) == 1;
}

void op25b_read_mail_server_accounts(struct op25b_reader *r, const struct op25b_node *node,
				     struct op25b_mail *mail)
{
	static const struct op25b_field fields[] = {
		{ "limits", read_server_limits, NULL },
		{ "senders", read_server_senders, NULL },
	};

	mail->server_accounts = op25b_walk_map(r, node, "'server_accounts'", fields, 2, mail);
}

static void read_send_from(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail *mail = object;
	int word = op25b_walk_word(r, value, "send_from", &op25b_words_mail_first_password);

	if (word >= 0)
		mail->first_password = (enum op25b_mail_first_password)word;
}

void op25b_read_mail_first_password(struct op25b_reader *r, const struct op25b_node *node,
				    struct op25b_mail *mail)
{
	static const struct op25b_field fields[] = {
		{ "send_from", read_send_from, "add 'send_from: own-line' or 'nowhere'" },
	};

	op25b_walk_map(r, node, "'first_password'", fields, 1, mail);
}

static void read_steps(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_stolen *stolen = object;
	const struct op25b_node *item = op25b_walk_list(r, value, "steps");

	stolen->n_steps = 0;
	for (; item; item = item->next) {
		int step = op25b_walk_word(r, item, "step", &op25b_words_mail_step);
		enum op25b_mail_step last;

		if (step < 0)
			continue;
		last = stolen->n_steps ? stolen->steps[stolen->n_steps - 1] : OP25B_MAIL_STEPS;
		if (stolen->n_steps && step <= (int)last)
			op25b_find_error(r->finder, &item->place,
					 "'%s' after '%s': steps get harder; write them in the "
					 "order slow, hold, refuse, each once",
					 item->text,
					 op25b_words_name(&op25b_words_mail_step, last));
		else
			stolen->steps[stolen->n_steps++] = (enum op25b_mail_step)step;
	}
}

static void read_slow_factor(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_stolen *stolen = object;

	op25b_walk_number(r, value, "slow_factor", 2, 1000, &stolen->slow_factor);
}

static void read_hold_for(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_stolen *stolen = object;
	int64_t seconds = stolen->hold_for;

	op25b_read_duration(r, value, &seconds);
	if (seconds > HOLD_MOST)
		op25b_find_error(r->finder, &value->place,
				 "hold_for '%s' is more than 28d; write less: whose a held mail is "
				 "op25b-maild knows for 30 days, and then it would never go back",
				 value->text);
	else
		stolen->hold_for = seconds;
}

void op25b_read_mail_stolen(struct op25b_reader *r, const struct op25b_node *node,
			    struct op25b_mail *mail)
{
	static const struct op25b_field fields[] = {
		{ "steps", read_steps, NULL },
		{ "slow_factor", read_slow_factor, NULL },
		{ "hold_for", read_hold_for, NULL },
	};

	op25b_walk_map(r, node, "'stolen'", fields, 3, &mail->stolen);
}

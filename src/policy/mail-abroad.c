/* SPDX-License-Identifier: BSD-2-Clause */
/* What accounts may do from other countries, and which one is home. */
#include <string.h>

#include "policy/mail-reader.h"

static void read_action(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	static const char *const list[] = { [OP25B_PASS] = "allow", [OP25B_REFUSE] = "refuse" };
	static const struct op25b_words words = { .words = list,
						  .n = sizeof(list) / sizeof(list[0]) };
	struct op25b_mail_abroad *abroad = object;
	int action = op25b_walk_word(r, value, "action", &words);

	if (action >= 0)
		abroad->action = (enum op25b_verdict)action;
}

static void read_limits(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_abroad *abroad = object;

	op25b_read_mail_limits_of(r, value, &abroad->limits);
}

static void read_customer_opens(struct op25b_reader *r, const struct op25b_node *value,
				void *object)
{
	struct op25b_mail_abroad *abroad = object;

	op25b_read_duration(r, value, &abroad->customer_opens);
}

void op25b_read_mail_abroad(struct op25b_reader *r, const struct op25b_node *node,
			    struct op25b_mail *mail)
{
	static const struct op25b_field fields[] = {
		{ "action", read_action, "add 'action: allow' or 'refuse'" },
		{ "limits", read_limits, NULL },
		{ "customer_opens", read_customer_opens, NULL },
	};

	mail->abroad.given = true;
	mail->abroad.place = node->place;
	op25b_walk_map(r, node, "'abroad'", fields, 3, &mail->abroad);
}

bool op25b_mail_is_country(const char *text, size_t len)
{
	return len == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

void op25b_read_mail_home(struct op25b_reader *r, const struct op25b_node *node,
			  struct op25b_mail *mail)
{
	const struct op25b_node *item = op25b_walk_list(r, node, "home");

	mail->home = op25b_arena_alloc(r->arena, node->n * sizeof(*mail->home));
	for (; item; item = item->next) {
		const char *text = op25b_walk_text(r, item, "a country");
		bool twice = false;

		if (!text)
			continue;
		for (size_t i = 0; i < mail->n_home; i++)
			twice |= !strncmp(mail->home[i], text, 2);
		if (!op25b_mail_is_country(text, strlen(text)))
			op25b_find_error(r->finder, &item->place,
					 "'%s' is no country; write two capital letters, such as "
					 "JP",
					 text);
		else if (twice)
			op25b_find_error(r->finder, &item->place, "'%s' is here twice; remove one",
					 text);
		else
			memcpy(mail->home[mail->n_home++], text, 2);
	}
}

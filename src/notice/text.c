/* SPDX-License-Identifier: BSD-2-Clause */
/* Which texts a plan can ask for, and sentences to replies. See text.h. */
#include "notice/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "notice/saying.h"

_Static_assert(sizeof("554-5.7.1 ") - 1 + OP25B_SENTENCE_TEXT - 1 == OP25B_NOTICE_LINE,
	       "a sentence fits into its line");
_Static_assert(OP25B_SAYING_LINES *(OP25B_NOTICE_LINE + 2) < OP25B_NOTICE_REPLY,
	       "a refusal fits into its reply");

/* ---- sentences to replies -------------------------------------------------------------- */

struct replies {
	char text[OP25B_WIRE_N_REPLIES][OP25B_NOTICE_REPLY];
	size_t size[OP25B_WIRE_N_REPLIES]; /* the final NUL included */
};

/* RFC 5321 4.2.1: "554-5.7.1 text", and "554 5.7.1 text" last. */
static void reply_write(struct replies *replies, enum op25b_wire_reply which, const char *code,
			const char *status, const struct op25b_said *lines)
{
	char *out = replies->text[which];
	size_t n = 0;

	for (size_t i = 0; i < lines->n; i++)
		n += (size_t)snprintf(out + n, OP25B_NOTICE_REPLY - n, "%s%c%s%s\r\n", code,
				      i + 1 < lines->n ? '-' : ' ', status, lines->text[i]);
	replies->size[which] = n + 1;
}

static void reply_say(struct replies *replies, enum op25b_wire_reply which, const char *code,
		      const char *status, const struct op25b_subject *subject,
		      enum op25b_sentence sentence)
{
	struct op25b_said lines = { 0 };

	op25b_saying_add(&lines, subject, sentence);
	reply_write(replies, which, code, status, &lines);
}

/* Codes are RFC 5321 4.2.2's, what comes after a 554 is 3.1's, statuses are RFC 3463's. */
static void replies_write(struct replies *replies, enum op25b_manner manner,
			  const struct op25b_subject *subject)
{
	const bool all = subject->everywhere;
	const enum op25b_sentence refused = all ? OP25B_SAY_REFUSED : OP25B_SAY_REFUSED_THERE;
	const enum op25b_sentence greeting = all ? OP25B_SAY_GREETING : OP25B_SAY_GREETING_THERE;
	struct op25b_said refusal = { 0 };

	op25b_saying_refusal(&refusal, subject);
	reply_say(replies, OP25B_WIRE_HELO, "503", "5.5.1 ", subject, refused);
	reply_say(replies, OP25B_WIRE_OTHER, "503", "5.5.1 ", subject, refused);
	reply_say(replies, OP25B_WIRE_BYE, "221", "2.0.0 ", subject, OP25B_SAY_BYE);
	reply_say(replies, OP25B_WIRE_LATE, "421", "4.4.2 ", subject, OP25B_SAY_LATE);
	switch (manner) {
	case OP25B_GREETING:
		reply_write(replies, OP25B_WIRE_FIRST, "554", "5.7.1 ", &refusal);
		break;
	case OP25B_LATER:
		reply_write(replies, OP25B_WIRE_FIRST, "421", "4.7.1 ", &refusal);
		break;
	case OP25B_HELO:
		reply_say(replies, OP25B_WIRE_FIRST, "220", "", subject, greeting);
		reply_write(replies, OP25B_WIRE_HELO, "550", "5.7.1 ", &refusal);
		break;
	}
}

/* The text's replies in one piece of memory, which the first begins. */
static int replies_keep(const struct replies *replies, struct op25b_notice_text *text)
{
	size_t all = 0;
	char *memory;

	for (size_t i = 0; i < OP25B_WIRE_N_REPLIES; i++)
		all += replies->size[i];
	memory = malloc(all);
	if (!memory)
		return -ENOMEM;
	for (size_t i = 0; i < OP25B_WIRE_N_REPLIES; i++) {
		text->replies[i] = memcpy(memory, replies->text[i], replies->size[i]);
		memory += replies->size[i];
	}
	return 0;
}

/* ---- which texts there are ------------------------------------------------------------- */

#define BIT(manner) (1U << (manner))

/* What is looked at for a list. */
struct making {
	const struct op25b_plan *plan;
	struct op25b_notice_codes codes;
	uint8_t *line6;    /* by service of the policy */
	unsigned int held; /* manners of holds in force */
	struct op25b_notice_texts texts;
};

/* Manners of a service's cells with one reason. */
static unsigned int manners_of(const struct op25b_plan *plan, uint32_t service, uint8_t reason)
{
	const struct op25b_cell *cells = &plan->cells[(size_t)service * plan->head.n_classes];
	unsigned int manners = 0;

	for (size_t c = 0; c < plan->head.n_classes; c++) {
		if (cells[c].action == OP25B_REFUSE && cells[c].how == OP25B_NOTICE &&
		    cells[c].reason == reason)
			manners |= BIT(cells[c].manner);
	}
	return manners;
}

/* Whether visible packets to some of the provider's own servers pass. */
static bool is_own_open(const struct op25b_plan *plan, uint32_t service)
{
	const struct op25b_cell *cells = &plan->cells[(size_t)service * plan->head.n_classes];

	for (size_t c = 0; c < plan->head.n_classes; c++) {
		if (cells[c].reason == OP25B_DESIGNATED_SERVER)
			return true;
	}
	return false;
}

static unsigned int manners_of_holds(const struct op25b_plan *plan)
{
	const struct op25b_policy *policy = plan->policy;
	unsigned int manners = 0;

	for (size_t i = 0; i < policy->n_holds; i++) {
		const struct op25b_grant *hold = &policy->holds[i];

		if (hold->how == OP25B_NOTICE && hold->from <= plan->now && plan->now < hold->until)
			manners |= BIT(hold->manner);
	}
	return manners;
}

/* How long a line's IPv6 prefix is: the longest there is, so that no two lines are one. */
static uint8_t *lengths_make(const struct op25b_policy *policy)
{
	uint8_t *len = calloc(policy->n_services + 1, 1);

	for (size_t i = 0; len && i < policy->n_services; i++) {
		for (size_t k = 0; k < policy->services[i].n_pools; k++) {
			const struct op25b_pool_prefix *pool = &policy->services[i].pools[k];

			if (pool->prefix.family == OP25B_V6 && pool->line > len[i])
				len[i] = pool->line;
		}
	}
	for (size_t i = 0; len && i < policy->n_lines; i++) {
		const struct op25b_line_prefix *line = &policy->lines[i];

		if (line->prefix.family == OP25B_V6 && line->prefix.len > len[line->service])
			len[line->service] = line->prefix.len;
	}
	return len;
}

static int text_add(struct making *making, struct op25b_subject *subject,
		    const struct op25b_notice_text *text)
{
	struct op25b_notice_texts *texts = &making->texts;
	struct op25b_notice_text *list = texts->list;
	size_t max = texts->max ? texts->max * 2 : 16;
	struct replies replies;
	int r;

	if (texts->n == OP25B_NOTICE_TEXTS) {
		texts->beyond++;
		return 0;
	}
	if (texts->n == texts->max) {
		list = reallocarray(list, max, sizeof(*list));
		if (!list)
			return -ENOMEM;
		texts->list = list;
		texts->max = max;
	}
	list[texts->n] = *text;
	subject->reason = text->reason;
	subject->code = text->code;
	op25b_saying_begin(subject);
	replies_write(&replies, text->manner, subject);
	r = replies_keep(&replies, &list[texts->n]);
	texts->n += !r;
	return r;
}

static int service_add(struct making *making, uint16_t index)
{
	static const uint8_t reasons[] = { OP25B_HOLD, OP25B_DESIGNATED_SERVER_CLOSED,
					   OP25B_FOREIGN_SERVER };
	const struct op25b_plan *plan = making->plan;
	const uint32_t service = plan->services[index];
	const uint8_t line6 = making->line6[service];
	const bool foreign_closed = plan->cells[(size_t)index * plan->head.n_classes].action ==
				    OP25B_REFUSE;
	struct op25b_subject subject = {
		.policy = plan->policy,
		.service = &plan->policy->services[service],
		.own_open = is_own_open(plan, index),
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(reasons); i++) {
		unsigned int manners = reasons[i] == OP25B_HOLD ?
					       making->held :
					       manners_of(plan, index, reasons[i]);

		subject.everywhere = foreign_closed || reasons[i] == OP25B_HOLD;
		for (uint8_t manner = 0; manner <= OP25B_HELO && !r; manner++) {
			struct op25b_notice_meaning of = { service, reasons[i], manner };
			struct op25b_notice_text text = { .service = index,
							  .reason = reasons[i],
							  .manner = manner,
							  .line6 = line6 ? line6 : 64 };

			if (!(manners & BIT(manner)))
				continue;
			op25b_code_format(op25b_notice_code(&making->codes, &of), text.code);
			r = text_add(making, &subject, &text);
		}
	}
	return r;
}

int op25b_notice_texts_make(const struct op25b_plan *plan, struct op25b_notice_texts *ret_texts)
{
	struct making making = { .plan = plan };
	OP25B_AUTO_FREE uint8_t *line6 = NULL;
	int r;

	if (!plan->policy->uses_notice) {
		*ret_texts = (struct op25b_notice_texts){ 0 };
		return 0;
	}
	line6 = lengths_make(plan->policy);
	if (!line6)
		return -ENOMEM;
	r = op25b_notice_codes_make(plan->policy, &making.codes);
	if (r)
		return r;
	making.line6 = line6;
	making.held = manners_of_holds(plan);
	for (uint32_t i = 1; !r && i <= plan->head.n_services; i++)
		r = service_add(&making, (uint16_t)i);
	op25b_notice_codes_done(&making.codes);
	if (r)
		op25b_notice_texts_done(&making.texts);
	else
		*ret_texts = making.texts;
	return r;
}

void op25b_notice_texts_done(struct op25b_notice_texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		free((void *)(uintptr_t)texts->list[i].replies[0]);
	free(texts->list);
	*texts = (struct op25b_notice_texts){ 0 };
}

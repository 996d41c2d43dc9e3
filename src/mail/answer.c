/* SPDX-License-Identifier: BSD-2-Clause */
/* See answer.h. */
#include "mail/answer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "base/fill.h"
#include "mail-sentences.h"
#include "policy/contact.h"

enum tell {
#define TELL(tail, id, text) OP25B_TELL_##tail,
	OP25B_MAIL_SENTENCES(TELL)
#undef TELL
};

static const char *const sentences[] = {
#define SENTENCE(tail, id, text) (text),
	OP25B_MAIL_SENTENCES(SENTENCE)
#undef SENTENCE
};

enum {
#define MOST(tail, name, most) MOST_##tail = (most),
	OP25B_MAIL_VALUES(MOST)
#undef MOST
};
_Static_assert(MOST_SERVER == OP25B_CONTACT_HOST && MOST_LINK == OP25B_CONTACT_LINK &&
		       MOST_CODE == OP25B_CODE_TEXT - 1 && MOST_TIME == OP25B_WALL_STAMP - 1,
	       "words/compile and the texts agree");

#define VALUES 8
#define NUMBER 11 /* digits of a uint32_t and the NUL */

/* A text that grows. */
struct writing {
	const struct op25b_people *people;
	const struct op25b_answer_facts *answer;
	struct op25b_fill_value values[VALUES];
	char link[OP25B_CONTACT_LINK + 1], time[OP25B_WALL_STAMP], count[NUMBER], most[NUMBER];
	char help[OP25B_ANSWER_TEXT]; /* the last sentence, for which room is kept */
	size_t n_help;
	char *text;
	size_t n;
};

static const char *plain(const char *text, size_t most)
{
	return op25b_contact_is_plain(text, most) ? text : NULL;
}

/* Of the server that is named; of none that can be, what every way with a login has. */
static const char *ports_of(uint32_t offers)
{
	if (offers == OP25B_OFFER_SUBMISSION)
		return "587";
	return offers == OP25B_OFFER_SUBMISSIONS ? "465" : "587 or 465";
}

static void find_values(struct writing *w)
{
	const struct op25b_policy *policy = op25b_people_of(w->people);
	const struct op25b_tenant *tenant = &policy->tenants[op25b_people_tenant(w->people)];
	const struct op25b_answer_facts *answer = w->answer;
	const char *outcome = op25b_mail_answer(answer->reason, answer->at_limit).outcome;
	const char *contact = op25b_contact_person(tenant);
	uint32_t offers = 0;
	const char *server =
		op25b_contact_submission(policy, op25b_people_tenant(w->people), &offers);
	bool linked = outcome && op25b_contact_link(tenant, outcome, answer->code, w->link);
	bool timed = answer->until > 0 && answer->until < INT64_MAX;

	if (timed)
		op25b_wall_stamp(op25b_people_wall(w->people), answer->until, w->time);
	snprintf(w->count, sizeof(w->count), "%" PRIu32, answer->recipients);
	snprintf(w->most, sizeof(w->most), "%" PRIu32, answer->most);
	w->values[0] = (struct op25b_fill_value){ "server", server };
	w->values[1] = (struct op25b_fill_value){ "ports", ports_of(offers) };
	w->values[2] = (struct op25b_fill_value){ "link", linked ? w->link : NULL };
	w->values[3] = (struct op25b_fill_value){ "code", answer->code };
	w->values[4] = (struct op25b_fill_value){ "contact", plain(contact, MOST_CONTACT) };
	w->values[5] = (struct op25b_fill_value){ "time", timed ? w->time : NULL };
	w->values[6] = (struct op25b_fill_value){ "count", w->count };
	w->values[7] = (struct op25b_fill_value){ "most", w->most };
}

/* Whether it was said: it names nothing that is not known, and there is room. */
static bool say(struct writing *w, enum tell tell)
{
	const size_t gap = w->n ? 1 : 0, kept = w->n_help ? w->n_help + 1 : 0;
	const size_t from = w->n + gap;
	size_t n;

	if (from + kept >= OP25B_ANSWER_TEXT)
		return false;
	n = op25b_fill(sentences[tell], w->values, VALUES, w->text + from,
		       OP25B_ANSWER_TEXT - from - kept);
	if (!n) {
		w->text[w->n] = '\0';
		return false;
	}
	if (gap)
		w->text[w->n] = ' ';
	w->n = from + n;
	return true;
}

static void say_way(struct writing *w, enum tell first)
{
	say(w, first);
	if (!say(w, OP25B_TELL_WAY))
		say(w, OP25B_TELL_WAY_PORT);
}

static void say_limit(struct writing *w, enum tell first)
{
	if (w->answer->at_limit == OP25B_MAIL_HOLD_AT_LIMIT) {
		say(w, OP25B_TELL_HELD_LIMIT);
		return;
	}
	say(w, first);
	say(w, OP25B_TELL_AGAIN);
}

static void say_first_password(struct writing *w)
{
	const struct op25b_mail *mail = op25b_people_mail(w->people);

	say(w, OP25B_TELL_FIRST_PASSWORD);
	say(w, mail && mail->first_password == OP25B_MAIL_FROM_OWN_LINE ?
		       OP25B_TELL_FIRST_OWN_LINE :
		       OP25B_TELL_FIRST_CHANGE);
}

/* By the page that the link leads to, or in the portal that it names; else somebody has to be
 * asked. */
static void say_abroad(struct writing *w)
{
	const struct op25b_mail *mail = op25b_people_mail(w->people);
	const struct op25b_tenant *tenant =
		&op25b_people_of(w->people)->tenants[op25b_people_tenant(w->people)];
	const bool linked = w->values[2].value;

	say(w, OP25B_TELL_ABROAD);
	if (op25b_mail_customer_opens(mail))
		say(w, tenant->portal || (linked && op25b_people_has_desk(w->people)) ?
			       OP25B_TELL_ABROAD_OPEN :
			       OP25B_TELL_CONTACT);
	if (mail && mail->settings && mail->settings->webmail)
		say(w, OP25B_TELL_WEBMAIL);
}

static void say_two(struct writing *w, enum tell first, enum tell second)
{
	say(w, first);
	say(w, second);
}

static void say_reason(struct writing *w)
{
	switch (w->answer->reason) {
	case OP25B_MAIL_NOT_THIS_LINE:
		say_way(w, OP25B_TELL_NOT_THIS_LINE);
		break;
	case OP25B_MAIL_CLOSED_25:
		say_way(w, OP25B_TELL_CLOSED_25);
		break;
	case OP25B_MAIL_POP_EXPIRED:
		say_way(w, OP25B_TELL_POP_EXPIRED);
		break;
	case OP25B_MAIL_NOT_YOURS:
		say_two(w, OP25B_TELL_NOT_YOURS, OP25B_TELL_SET_SENDER);
		break;
	case OP25B_MAIL_NOT_CONFIRMED:
		say_two(w, OP25B_TELL_NOT_CONFIRMED, OP25B_TELL_CONFIRM);
		break;
	case OP25B_MAIL_LIMIT_ACCOUNT:
		say_limit(w, OP25B_TELL_LIMIT_ACCOUNT);
		break;
	case OP25B_MAIL_LIMIT_LINE:
		say_limit(w, OP25B_TELL_LIMIT_LINE);
		break;
	case OP25B_MAIL_ACCOUNT_SLOW:
		say_limit(w, OP25B_TELL_SLOW);
		say(w, OP25B_TELL_CHANGE_PASSWORD);
		break;
	case OP25B_MAIL_LIMIT_MESSAGE:
		say_two(w, OP25B_TELL_LIMIT_MESSAGE, OP25B_TELL_IN_PARTS);
		break;
	case OP25B_MAIL_ACCOUNT_HELD:
		say(w, OP25B_TELL_HELD);
		break;
	case OP25B_MAIL_ACCOUNT_STOPPED:
		say_two(w, OP25B_TELL_STOPPED, OP25B_TELL_CONTACT);
		break;
	case OP25B_MAIL_FIRST_PASSWORD:
		say_first_password(w);
		break;
	case OP25B_MAIL_ABROAD_CLOSED:
		say_abroad(w);
		break;
	default:
		say_way(w, OP25B_TELL_NEED_AUTH);
		break;
	}
}

/* The end is worked out first, so that it always has room. A link with the code in it says it. */
static void find_help(struct writing *w)
{
	const char *code = w->answer->code;
	const bool linked = w->values[2].value;
	size_t n = 0;

	if (code && !(linked && strstr(w->link, code)))
		n = op25b_fill(sentences[OP25B_TELL_CODE], w->values, VALUES, w->help,
			       sizeof(w->help));
	if (n && linked)
		w->help[n++] = ' ';
	w->n_help = n + op25b_fill(sentences[OP25B_TELL_HELP], w->values, VALUES, w->help + n,
				   sizeof(w->help) - n);
	w->help[w->n_help] = '\0'; /* a sentence that can't be said may have begun */
}

size_t op25b_answer_text(const struct op25b_people *people, const struct op25b_answer_facts *answer,
			 char ret[static OP25B_ANSWER_TEXT])
{
	struct writing w = { .people = people, .answer = answer, .text = ret };

	ret[0] = '\0';
	find_values(&w);
	find_help(&w);
	say_reason(&w);
	if (w.n_help) {
		ret[w.n++] = ' ';
		memcpy(ret + w.n, w.help, w.n_help + 1);
		w.n += w.n_help;
	}
	return w.n;
}

void op25b_answer_action(const struct op25b_people *people, const struct op25b_answer_facts *answer,
			 char ret[static OP25B_POSTFIX_ACTION])
{
	const struct op25b_mail_answer said = op25b_mail_answer(answer->reason, answer->at_limit);
	const bool held = said.moment == OP25B_MAIL_AT_END;
	char text[OP25B_ANSWER_TEXT];

	assert(held || *said.code == '4' || *said.code == '5');
	op25b_answer_text(people, answer, text);
	snprintf(ret, OP25B_POSTFIX_ACTION, "%s %s", held ? "HOLD" : said.code, text);
}

size_t op25b_answer_guard(char ret[static OP25B_ANSWER_TEXT])
{
	return op25b_fill(sentences[OP25B_TELL_AUTH_LATER], NULL, 0, ret, OP25B_ANSWER_TEXT);
}

void op25b_answer_again(char ret[static OP25B_POSTFIX_ACTION])
{
	static const char code[] = "421 4.7.0 "; /* after which Postfix hangs up: access(5) */

	memcpy(ret, code, sizeof(code));
	op25b_fill(sentences[OP25B_TELL_AUTH_AGAIN], NULL, 0, ret + sizeof(code) - 1,
		   OP25B_POSTFIX_ACTION - sizeof(code) + 1);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* See errors.h: matching. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/damm.h"
#include "web/errors-data.h"
#include "web/page.h"

/* Steps of one pattern from one place in the text, then it does not match: patterns that are
 * shipped need far fewer (a test), and none of an operator's can hang the program. */
#define STEPS 5000U
#define DEPTH 500U

struct search {
	const struct op25b_errors_data *errors;
	const char *text;
	size_t n;
	bool names_25, names_submission;
	pcre2_match_context *limits;
	pcre2_match_data *groups;
};

op25b_phrase op25b_cause_title(const struct op25b_cause *cause)
{
	/* A text that is known, but is of none of the causes that an outcome stands for. */
	if (cause->outcome == OP25B_O_UNKNOWN && cause->pattern)
		return OP25B_PAGE_ERROR_OTHER;
	return op25b_outcome_title(cause->outcome);
}

const char *op25b_cause_why(const struct op25b_phrases_own *own, const struct op25b_cause *cause,
			    enum op25b_lang lang)
{
	if (!cause->pattern)
		return op25b_phrase_text(own, OP25B_PAGE_ERRORS_WHY_LINK, lang);
	return op25b_data_text_in(own, &cause->pattern->why, lang);
}

static bool finds(const struct search *s, const pcre2_code *code)
{
	return pcre2_match(code, (PCRE2_SPTR)s->text, s->n, 0, PCRE2_NO_UTF_CHECK, s->groups,
			   s->limits) > 0;
}

static bool port_fits(const struct search *s, enum op25b_errors_port port)
{
	switch (port) {
	case OP25B_PORT_25:
		return s->names_25;
	case OP25B_PORT_SUBMISSION:
		return s->names_submission && !s->names_25;
	case OP25B_PORT_NOT_25:
		return !s->names_25;
	default:
		return true;
	}
}

static bool holds(const struct search *s, const struct op25b_error_pattern *p)
{
	return port_fits(s, p->port) && finds(s, p->match) && (!p->and || finds(s, p->and)) &&
	       (!p->not || !finds(s, p->not ));
}

/*
 * What a pattern means on this line. A sign of a closed port 25 is more than that where the line is
 * refused in just that way, less where it is refused in another, and nothing where it is open.
 */
static bool weigh(const struct op25b_error_pattern *p, const struct op25b_errors_seen *seen,
		  struct op25b_cause *ret)
{
	*ret = (struct op25b_cause){ p->outcome, p->confidence, p };
	if (!p->block)
		return true;
	switch (seen->line) {
	case OP25B_ERRORS_OPEN:
		return false;
	case OP25B_ERRORS_ELSEWHERE:
		ret->outcome = OP25B_O_ELSEWHERE_BLOCKED;
		return true;
	case OP25B_ERRORS_REFUSED:
		if (p->how != OP25B_HOW_NONE && p->how != seen->how)
			ret->confidence = OP25B_LOW;
		else if (p->how == seen->how && ret->confidence < OP25B_HIGH)
			ret->confidence++;
		return true;
	default:
		return true;
	}
}

/* Keeps the likeliest, each outcome once; of equals the earlier pattern. */
static void keep(struct op25b_causes *causes, const struct op25b_cause *cause)
{
	size_t at = 0;

	while (at < causes->n && causes->list[at].confidence >= cause->confidence) {
		if (causes->list[at++].outcome == cause->outcome)
			return;
	}
	for (size_t i = at; i < causes->n; i++) {
		if (causes->list[i].outcome != cause->outcome)
			continue;
		memmove(&causes->list[i], &causes->list[i + 1],
			(causes->n - i - 1) * sizeof(*causes->list));
		causes->n--;
		break;
	}
	if (at == OP25B_ERRORS_CAUSES)
		return;
	if (causes->n == OP25B_ERRORS_CAUSES)
		causes->n--;
	memmove(&causes->list[at + 1], &causes->list[at], (causes->n - at) * sizeof(*causes->list));
	causes->list[at] = *cause;
	causes->n++;
}

/* "4123-456-789" of ten digits with or without dashes, if their check digit is right. */
static void take_code(struct op25b_causes *causes, const char *at, size_t n)
{
	char digits[10];
	size_t count = 0;

	for (size_t i = 0; i < n && count < sizeof(digits); i++) {
		if (isdigit((unsigned char)at[i]))
			digits[count++] = at[i];
	}
	if (count != sizeof(digits) || op25b_damm(digits, count))
		return;
	for (size_t i = 0, to = 0; i < count; i++) {
		if (i == 4 || i == 7)
			causes->code[to++] = '-';
		causes->code[to++] = digits[i];
		causes->code[to] = '\0';
	}
}

/* Our own answers end with a link that names their outcome: nothing is surer. */
static void find_link(const struct search *s, struct op25b_causes *causes)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(s->groups);
	int n = pcre2_match(s->errors->link, (PCRE2_SPTR)s->text, s->n, 0, PCRE2_NO_UTF_CHECK,
			    s->groups, s->limits);
	char id[48];
	int outcome;

	if (n < 2 || at[3] - at[2] >= sizeof(id))
		return;
	memcpy(id, s->text + at[2], at[3] - at[2]);
	id[at[3] - at[2]] = '\0';
	for (char *c = id; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	outcome = op25b_outcome_find(id);
	if (outcome >= 0)
		keep(causes,
		     &(struct op25b_cause){ (enum op25b_outcome)outcome, OP25B_HIGH, NULL });
	if (n > 2)
		take_code(causes, s->text + at[4], at[5] - at[4]);
}

static void find_code(const struct search *s, struct op25b_causes *causes)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(s->groups);

	if (!*causes->code && finds(s, s->errors->code))
		take_code(causes, s->text + at[0], at[1] - at[0]);
}

static void search(struct search *s, const struct op25b_errors_seen *seen, struct op25b_causes *ret)
{
	pcre2_set_match_limit(s->limits, STEPS);
	pcre2_set_depth_limit(s->limits, DEPTH);
	find_link(s, ret);
	find_code(s, ret);
	s->names_25 = finds(s, s->errors->port25);
	s->names_submission = finds(s, s->errors->submission);
	for (size_t i = 0; i < s->errors->n; i++) {
		struct op25b_cause cause;

		if (holds(s, &s->errors->list[i]) && weigh(&s->errors->list[i], seen, &cause))
			keep(ret, &cause);
	}
}

/* Leaves the ends of a long text, as lines of their own; no letter is cut. */
static void cut_middle(char *text)
{
	const size_t n = strlen(text);
	size_t head = OP25B_ERRORS_END, tail = n - OP25B_ERRORS_END;

	if (n <= 2 * OP25B_ERRORS_END)
		return;
	while ((text[head] & 0xc0) == 0x80)
		head--;
	while ((text[tail] & 0xc0) == 0x80)
		tail++;
	text[head] = '\n';
	memmove(text + head + 1, text + tail, n - tail + 1);
}

int op25b_errors_find(const struct op25b_errors_data *errors, const char *text, size_t n,
		      const struct op25b_errors_seen *seen, struct op25b_causes *ret)
{
	struct search s = { .errors = errors };
	char *plain = NULL;
	int r = n > OP25B_ERRORS_TEXT ? -E2BIG : op25b_errors_plain(text, n, &plain);

	if (r)
		return r;
	*ret = (struct op25b_causes){ .n = 0 };
	cut_middle(plain);
	s.text = plain;
	s.n = strlen(plain);
	s.limits = pcre2_match_context_create(NULL);
	s.groups = pcre2_match_data_create(4, NULL);
	if (s.limits && s.groups)
		search(&s, seen, ret);
	else
		r = -ENOMEM;
	pcre2_match_data_free(s.groups);
	pcre2_match_context_free(s.limits);
	free(plain);
	return r;
}

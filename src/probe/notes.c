/* SPDX-License-Identifier: BSD-2-Clause */
/* See notes.h. */
#include "probe/notes.h"

#include <string.h>
#include <strings.h>

#define NAME(tail, name) name,
#define SMTP             25

static const char *const names[] = { OP25B_PROBE_NOTES(NAME) };

const char *op25b_probe_note_name(enum op25b_probe_note note)
{
	return names[note];
}

/* ---- whose greeting -------------------------------------------------------------------- */

static bool is_below(const char *name, const char *domain)
{
	size_t n = strlen(name), m = strlen(domain);

	return n > m && name[n - m - 1] == '.' && !strcasecmp(name + n - m, domain);
}

/* What is behind the first label, if that is a domain of somebody: it has a dot. */
static const char *parent_of(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot && strchr(dot + 1, '.') ? dot + 1 : NULL;
}

/* Whether two hosts may well be of one owner. */
static bool is_same_domain(const char *a, const char *b)
{
	const char *parent = parent_of(a), *other = parent_of(b);

	return !strcasecmp(a, b) || is_below(a, b) || is_below(b, a) ||
	       (parent && other && !strcasecmp(parent, other));
}

static bool is_same_address(const struct op25b_probe_row *a, const struct op25b_probe_row *b)
{
	char one[INET6_ADDRSTRLEN], other[INET6_ADDRSTRLEN];

	return !strcmp(op25b_probe_address(&a->address, one),
		       op25b_probe_address(&b->address, other));
}

void op25b_probe_find_between(struct op25b_probe_report *report)
{
	for (size_t i = 0; i < report->n_rows * report->n_rows; i++) {
		struct op25b_probe_row *row = &report->rows[i / report->n_rows];
		const struct op25b_probe_row *control = &report->rows[i % report->n_rows];

		if (row->control || !control->control || row->port != SMTP ||
		    control->port != SMTP || !row->names_itself[0] ||
		    strcmp(row->names_itself, control->names_itself) != 0 ||
		    row->result == OP25B_PROBE_NOTICE || is_same_address(row, control) ||
		    is_same_domain(report->hosts[row->host].name, row->names_itself))
			continue;
		row->result = OP25B_PROBE_PROXY;
		row->stage = OP25B_PROBE_GREETING_STAGE;
		row->steps[OP25B_PROBE_GREETING_STAGE].state = OP25B_PROBE_BAD;
	}
}

/* Another port of the same address is greeted by another owner's name. */
static bool greets_otherwise(const struct op25b_probe_report *report,
			     const struct op25b_probe_row *row)
{
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct op25b_probe_row *other = &report->rows[i];

		if (row->port == SMTP && other->port != SMTP && row->result != OP25B_PROBE_NOTICE &&
		    row->names_itself[0] && other->names_itself[0] && is_same_address(row, other) &&
		    !is_same_domain(row->names_itself, other->names_itself) &&
		    !is_same_domain(row->names_itself, report->hosts[row->host].name))
			return true;
	}
	return false;
}

/* ---- notes ----------------------------------------------------------------------------- */

static void add(struct op25b_probe_judgement *j, enum op25b_probe_note note,
		const struct op25b_probe_row *row)
{
	if (j->n_notes < OP25B_PROBE_MOST_NOTES)
		j->notes[j->n_notes++] = (struct op25b_probe_noted){ note, row };
}

static bool is_noted(const struct op25b_probe_judgement *j, enum op25b_probe_note note)
{
	for (size_t i = 0; i < j->n_notes; i++) {
		if (j->notes[i].note == note)
			return true;
	}
	return false;
}

/* What to do about a closed port 25. */
static void advise_closed(struct op25b_probe_judgement *j)
{
	if (j->n_open)
		add(j, OP25B_PROBE_USE_SUBMISSION_NOTE, j->row);
	add(j, OP25B_PROBE_OWN_SERVER_NOTE, j->row);
	if (j->row->refusal.code[0])
		add(j, OP25B_PROBE_SAY_CODE_NOTE, j->row);
	if (j->row->refusal.link[0])
		add(j, OP25B_PROBE_READ_LINK_NOTE, j->row);
}

static void advise(struct op25b_probe_judgement *j)
{
	switch (j->verdict) {
	case OP25B_PROBE_CLOSED_VERDICT:
		advise_closed(j);
		add(j, OP25B_PROBE_GIVE_CONTROL_NOTE, NULL);
		break;
	case OP25B_PROBE_CLOSED_THERE_VERDICT:
	case OP25B_PROBE_NOTICE_VERDICT:
		advise_closed(j);
		break;
	case OP25B_PROBE_CLOSED_EVERYWHERE_VERDICT:
		advise_closed(j);
		add(j, OP25B_PROBE_ASK_NETWORK_NOTE, NULL);
		break;
	case OP25B_PROBE_NO_ANSWER_VERDICT:
		add(j, OP25B_PROBE_GIVE_CONTROL_NOTE, NULL);
		break;
	case OP25B_PROBE_BETWEEN_VERDICT:
	case OP25B_PROBE_NO_WAY_VERDICT:
		add(j, OP25B_PROBE_ASK_NETWORK_NOTE, NULL);
		break;
	case OP25B_PROBE_REFUSES_VERDICT:
	case OP25B_PROBE_FAILS_25_VERDICT:
	case OP25B_PROBE_FAILS_SUBMISSION_VERDICT:
	case OP25B_PROBE_NO_SUBMISSION_VERDICT:
	case OP25B_PROBE_DOWN_VERDICT:
		add(j, OP25B_PROBE_ASK_SERVER_NOTE, j->row);
		break;
	case OP25B_PROBE_NO_NAME_VERDICT:
	case OP25B_PROBE_NO_ADDRESS_VERDICT:
		add(j, OP25B_PROBE_CHECK_NAME_NOTE, NULL);
		break;
	default:
		break;
	}
}

/* A row that fails where another of the same port does not: one family, one source. */
static bool differs(const struct op25b_probe_report *report, const struct op25b_probe_row *row)
{
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct op25b_probe_row *other = &report->rows[i];

		if (!op25b_probe_works(row) && op25b_probe_works(other) > 0 &&
		    other->host == row->host && other->port == row->port)
			return true;
	}
	return false;
}

static void note_certificate(struct op25b_probe_judgement *j, const struct op25b_probe_row *row)
{
	static const struct {
		unsigned int bit;
		enum op25b_probe_note note;
	} kinds[] = {
		{ OP25B_PROBE_SELF_SIGNED, OP25B_PROBE_SELF_SIGNED_NOTE },
		{ OP25B_PROBE_UNTRUSTED, OP25B_PROBE_UNTRUSTED_NOTE },
		{ OP25B_PROBE_EXPIRED, OP25B_PROBE_EXPIRED_NOTE },
		{ OP25B_PROBE_TOO_EARLY, OP25B_PROBE_TOO_EARLY_NOTE },
		{ OP25B_PROBE_OTHER_NAME, OP25B_PROBE_OTHER_NAME_NOTE },
		{ OP25B_PROBE_ENDS_SOON, OP25B_PROBE_ENDS_SOON_NOTE },
	};
	unsigned int bits = row->certificate;

	if (bits & OP25B_PROBE_SELF_SIGNED)
		bits &= ~(unsigned int)OP25B_PROBE_UNTRUSTED;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		/* Once: as a rule all rows of a server have the same. */
		if (bits & kinds[i].bit && !is_noted(j, kinds[i].note))
			add(j, kinds[i].note, row);
	}
}

void op25b_probe_note(const struct op25b_probe_report *report,
		      struct op25b_probe_judgement *judgement)
{
	const struct op25b_probe_host *last = &report->hosts[report->n_hosts - 1];

	advise(judgement);
	if (last->is_exchange)
		add(judgement,
		    last->n_v4 || last->n_v6 ? OP25B_PROBE_EXCHANGE_NOTE :
					       OP25B_PROBE_NO_EXCHANGE_NOTE,
		    NULL);
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct op25b_probe_row *row = &report->rows[i];

		if (differs(report, row))
			add(judgement, OP25B_PROBE_DIFFERS_NOTE, row);
		if (op25b_probe_works(row) < 0 && !is_noted(judgement, OP25B_PROBE_NOT_HERE_NOTE))
			add(judgement, OP25B_PROBE_NOT_HERE_NOTE, row);
		if (row->control)
			continue;
		note_certificate(judgement, row);
		if (row->auth_early && !is_noted(judgement, OP25B_PROBE_AUTH_EARLY_NOTE))
			add(judgement, OP25B_PROBE_AUTH_EARLY_NOTE, row);
		if (row->steps[OP25B_PROBE_STARTTLS_STAGE].state == OP25B_PROBE_DOUBTFUL &&
		    !is_noted(judgement, OP25B_PROBE_NO_ENCRYPTION_NOTE))
			add(judgement, OP25B_PROBE_NO_ENCRYPTION_NOTE, row);
		if (row->masked && !is_noted(judgement, OP25B_PROBE_MASKED_NOTE))
			add(judgement, OP25B_PROBE_MASKED_NOTE, row);
		if (greets_otherwise(report, row))
			add(judgement, OP25B_PROBE_OTHER_GREETING_NOTE, row);
	}
}

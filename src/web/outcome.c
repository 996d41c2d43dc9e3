/* SPDX-License-Identifier: BSD-2-Clause */
/* See outcome.h. */
#include "web/outcome.h"

#include <string.h>

static const struct {
	const char *id;
	enum op25b_verdict_word verdict;
	int situation;
	enum op25b_contact contact;
} outcomes[] = {
#define OP25B_OUTCOME_ROW(tail, id, verdict, situation, contact) \
	[OP25B_O_##tail] = { (id), (verdict), (situation), OP25B_CONTACT_##contact },
	OP25B_OUTCOMES(OP25B_OUTCOME_ROW)
#undef OP25B_OUTCOME_ROW
};

const char *op25b_outcome_id(enum op25b_outcome outcome)
{
	return outcomes[outcome].id;
}

int op25b_outcome_find(const char *id)
{
	for (int i = 0; i < OP25B_OUTCOME_COUNT; i++) {
		if (!strcmp(outcomes[i].id, id))
			return i;
	}
	return -1;
}

enum op25b_verdict_word op25b_outcome_verdict(enum op25b_outcome outcome)
{
	return outcomes[outcome].verdict;
}

const char *op25b_outcome_verdict_word(enum op25b_verdict_word verdict)
{
	static const char *const words[] = { [OP25B_AFFECTED] = "affected",
					     [OP25B_NOT_AFFECTED] = "not-affected",
					     [OP25B_CANNOT_TELL] = "cannot-tell" };

	return words[verdict];
}

bool op25b_outcome_receives(enum op25b_outcome outcome)
{
	return outcome != OP25B_O_ACCOUNT_STOPPED && outcome != OP25B_O_OUTAGE &&
	       outcome != OP25B_O_SETTINGS_PASSWORD && outcome != OP25B_O_SETTINGS_HOST &&
	       outcome != OP25B_O_SECURITY_SOFTWARE && outcome != OP25B_O_UNKNOWN;
}

int op25b_outcome_situation(enum op25b_outcome outcome)
{
	return outcomes[outcome].situation;
}

enum op25b_contact op25b_outcome_contact(enum op25b_outcome outcome)
{
	return outcomes[outcome].contact;
}

int op25b_outcome_of_mail(enum op25b_mail_reason reason)
{
	const char *id = op25b_mail_answer(reason, OP25B_MAIL_DEFER).outcome;

	return id ? op25b_outcome_find(id) : -1;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* See help.h. */
#include "web/help.h"

#include <string.h>

static const char *const asks[] = {
#define ASK_NAME(tail, name) name,
	OP25B_HELP_ASKS(ASK_NAME)
#undef ASK_NAME
};

static const struct {
	enum op25b_help_ask ask;
	const char *name;
} answers[] = {
#define ANSWER_ROW(ask, tail, name) { OP25B_HELP_##ask, name },
	OP25B_HELP_ANSWERS(ANSWER_ROW)
#undef ANSWER_ROW
};

const char *op25b_help_ask_name(enum op25b_help_ask ask)
{
	return asks[ask];
}

const char *op25b_help_answer_name(enum op25b_help_answer answer)
{
	return answers[answer].name;
}

enum op25b_help_ask op25b_help_answer_of(enum op25b_help_answer answer)
{
	return answers[answer].ask;
}

int op25b_help_answer_find(enum op25b_help_ask ask, const char *name)
{
	for (int i = 0; i < OP25B_HELP_ANSWER_COUNT; i++) {
		if (answers[i].ask == ask && !strcmp(answers[i].name, name))
			return i;
	}
	return OP25B_HELP_NO_ANSWER;
}

struct decision {
	const struct op25b_help_known *known;
	const struct op25b_help_said *said;
	struct op25b_help_result *ret;
};

/*
 * The answer to a question: what was said, else what a fact says; -1: it has to be asked.
 * Whatever answers, it is kept as a step of the way.
 */
static int answer_to(struct decision *d, enum op25b_help_ask ask, int fact)
{
	int answer = d->said->list[ask];

	if (answer < 0 || answers[answer].ask != ask) {
		answer = fact;
		d->ret->by_fact[ask] = fact >= 0;
	}
	d->ret->answers[ask] = answer;
	if (answer < 0) {
		d->ret->asks = true;
		d->ret->question = ask;
	}
	return answer;
}

static bool end(struct decision *d, enum op25b_outcome outcome)
{
	d->ret->outcome = outcome;
	return true;
}

/* What is known for certain, and not asked for. "no": the visitor says that it is not that. */
static bool ends_by_facts(struct decision *d)
{
	const struct op25b_help_known *known = d->known;

	if (known->outage &&
	    answer_to(d, OP25B_HELP_OUTAGE, OP25B_HELP_OUTAGE_YES) == OP25B_HELP_OUTAGE_YES)
		return end(d, OP25B_O_OUTAGE);
	if (known->mail >= 0 &&
	    answer_to(d, OP25B_HELP_MAIL, OP25B_HELP_MAIL_YES) == OP25B_HELP_MAIL_YES)
		return end(d, (enum op25b_outcome)known->mail);
	if (known->suspect &&
	    answer_to(d, OP25B_HELP_SUSPECT, OP25B_HELP_SUSPECT_YES) == OP25B_HELP_SUSPECT_YES)
		return end(d, OP25B_O_SUSPECT);
	return false;
}

enum op25b_use op25b_help_use(int server)
{
	switch (server) {
	case OP25B_HELP_SERVER_OWN:
		return OP25B_USE_OWN_SERVER;
	case OP25B_HELP_SERVER_HOSTING:
		return OP25B_USE_HOSTING_SERVER;
	case OP25B_HELP_SERVER_HOME:
		return OP25B_USE_HOME_SERVER;
	case OP25B_HELP_SERVER_DEVICE:
		return OP25B_USE_DEVICE;
	default:
		return OP25B_USE_OTHER_SERVER;
	}
}

/* Case 1: port 25 of the provider's own line, by the decision that packets get. */
static bool is_our_block(struct decision *d, int server)
{
	const struct op25b_finding_of_use *of;

	if (!d->known->uses)
		return false;
	of = &d->known->uses[op25b_help_use(server)];
	if (of->outcome == OP25B_O_CANNOT_TELL_FAMILY)
		return end(d, of->outcome);
	if (op25b_outcome_verdict(of->outcome) != OP25B_AFFECTED)
		return false;
	d->ret->of = of;
	return end(d, of->outcome);
}

/* Port 25 where one is: another provider may close it (case 2), ours may (case 1). */
static bool ends_by_port_25(struct decision *d, int where, int server)
{
	if (where != OP25B_HELP_WHERE_LINE)
		return end(d, OP25B_O_ELSEWHERE_BLOCKED);
	if (d->known->untold) {
		d->ret->untold = true;
		return true;
	}
	if (d->known->cannot_tell)
		return end(d, OP25B_O_CANNOT_TELL_SHARED);
	if (!d->known->ours)
		return end(d, OP25B_O_CANNOT_TELL_ELSEWHERE);
	return is_our_block(d, server);
}

/* Case 4, with what goes wrong today. */
static enum op25b_outcome outcome_of_trouble(int trouble)
{
	switch (trouble) {
	case OP25B_HELP_TROUBLE_PASSWORD:
		return OP25B_O_SETTINGS_PASSWORD;
	case OP25B_HELP_TROUBLE_TLS:
	case OP25B_HELP_TROUBLE_PAIR:
		return OP25B_O_SETTINGS_TLS;
	case OP25B_HELP_TROUBLE_HOST:
		return OP25B_O_SETTINGS_HOST;
	case OP25B_HELP_TROUBLE_SENDER:
		return OP25B_O_SETTINGS_SENDER;
	case OP25B_HELP_TROUBLE_CONFIRM:
		return OP25B_O_SENDER_CONFIRM;
	case OP25B_HELP_TROUBLE_PORT:
		return OP25B_O_SETTINGS_PORT;
	case OP25B_HELP_TROUBLE_OLD:
		return OP25B_O_SOFTWARE_CANNOT;
	case OP25B_HELP_TROUBLE_SECURITY:
		return OP25B_O_SECURITY_SOFTWARE;
	case OP25B_HELP_TROUBLE_RECIPIENTS:
		return OP25B_O_LIMIT_MESSAGE;
	case OP25B_HELP_TROUBLE_PROVIDER:
		return OP25B_O_PROVIDER_NO_SUBMISSION;
	case OP25B_HELP_TROUBLE_ACCOUNT:
		return OP25B_O_NO_MAIL_ACCOUNT;
	default:
		return OP25B_O_UNKNOWN;
	}
}

/* Whether port 25 to other companies' servers is open on the line: then a server that takes mail
 * there alone is no cause. */
static bool is_open(const struct decision *d, int where)
{
	const struct op25b_finding_of_use *uses = d->known->uses;

	return where == OP25B_HELP_WHERE_LINE && uses &&
	       op25b_outcome_verdict(uses[OP25B_USE_OTHER_SERVER].outcome) == OP25B_NOT_AFFECTED;
}

/* What is left when no port is closed: logging in (case 3), then the settings (case 4). */
static void ask_for_settings(struct decision *d, int where, int server)
{
	int auth, trouble;

	auth = answer_to(d, OP25B_HELP_AUTH, OP25B_HELP_NO_ANSWER);
	if (auth < 0)
		return;
	if (auth == OP25B_HELP_AUTH_OFF) {
		bool away = where != OP25B_HELP_WHERE_LINE && server == OP25B_HELP_SERVER_OWN;

		end(d, away ? OP25B_O_AUTH_NEEDED : OP25B_O_SETTINGS_NO_AUTH);
		return;
	}
	trouble = answer_to(d, OP25B_HELP_TROUBLE, OP25B_HELP_NO_ANSWER);
	if (trouble == OP25B_HELP_TROUBLE_PROVIDER && is_open(d, where))
		end(d, OP25B_O_UNKNOWN);
	else if (trouble >= 0)
		end(d, outcome_of_trouble(trouble));
}

static void decide(struct decision *d)
{
	int where, server, port = OP25B_HELP_PORT_25;

	if (ends_by_facts(d))
		return;
	where = answer_to(d, OP25B_HELP_WHERE,
			  d->known->ours || d->known->cannot_tell ? OP25B_HELP_WHERE_LINE :
								    OP25B_HELP_NO_ANSWER);
	if (where < 0)
		return;
	server = answer_to(d, OP25B_HELP_SERVER, OP25B_HELP_NO_ANSWER);
	if (server < 0)
		return;
	if (server == OP25B_HELP_SERVER_BROWSER) {
		end(d, OP25B_O_OK_BROWSER);
		return;
	}
	/* A server at home delivers to port 25, whatever is set. */
	if (server != OP25B_HELP_SERVER_HOME) {
		port = answer_to(d, OP25B_HELP_PORT,
				 d->known->tried_25 && where == OP25B_HELP_WHERE_LINE ?
					 OP25B_HELP_PORT_25 :
					 OP25B_HELP_NO_ANSWER);
		if (port < 0)
			return;
	}
	if (port != OP25B_HELP_PORT_SUBMISSION && ends_by_port_25(d, where, server))
		return;
	ask_for_settings(d, where, server);
}

void op25b_help_decide(const struct op25b_help_known *known, const struct op25b_help_said *said,
		       struct op25b_help_result *ret)
{
	struct decision d = { known, said, ret };

	*ret = (struct op25b_help_result){ .outcome = OP25B_O_UNKNOWN };
	for (int i = 0; i < OP25B_HELP_ASK_COUNT; i++)
		ret->answers[i] = OP25B_HELP_NO_ANSWER;
	decide(&d);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* See facts.h. The address asked for is the caller's own, whatever a query
 * says; what staff may name, it names in a form. */
#include "webd/facts.h"

#include <string.h>

#include "base/code.h"
#include "policy/prefix.h"
#include "webd/forms.h"
#include "webd/status.h"
#include "webd/webd.h"

#define DAYS_SHOWN 62

enum { LINE, CALLER, ECHO, GATEWAY, COUNTERS, DAYS, MAILD, LOOKED_UP, CODE, SELF, DESK };

_Static_assert(DESK + 1 == OP25B_FACTS_ASKS, "each question has its place");

/* One answer less is on its way. */
static void settle(struct op25b_facts *facts, int which)
{
	facts->asks[which] = NULL;
	for (size_t i = 0; i < OP25B_FACTS_ASKS; i++) {
		if (facts->asks[i])
			return;
	}
	facts->done(facts->arg);
}

static void on_line(void *arg, const json_t *answer)
{
	struct op25b_facts *facts = arg;

	op25b_facts_read_line(answer, &facts->known.line);
	settle(facts, LINE);
}

static void on_caller(void *arg, const json_t *answer)
{
	struct op25b_facts *facts = arg;

	op25b_facts_read_caller(answer, &facts->known.mail);
	settle(facts, CALLER);
}

static void on_echo(void *arg, const json_t *answer)
{
	struct op25b_facts *facts = arg;

	op25b_facts_read_echo(answer, &facts->known.echo);
	settle(facts, ECHO);
}

static void on_desk(void *arg, const json_t *answer)
{
	struct op25b_facts *facts = arg;

	op25b_facts_read_desk(answer, &facts->known.desk);
	settle(facts, DESK);
}

static const json_t *hold(struct op25b_facts *facts, int which, const json_t *answer)
{
	facts->held[which] = json_incref((json_t *)answer);
	return answer;
}

static void on_gateway(void *arg, const json_t *answer)
{
	struct op25b_facts *facts = arg;

	facts->known.status.gateway = hold(facts, GATEWAY, answer);
	settle(facts, GATEWAY);
}

static void on_counters(void *arg, const json_t *answer)
{
	struct op25b_facts *facts = arg;

	facts->known.status.counters = hold(facts, COUNTERS, answer);
	settle(facts, COUNTERS);
}

static void on_days(void *arg, const json_t *answer)
{
	struct op25b_facts *facts = arg;

	facts->known.status.days = hold(facts, DAYS, answer);
	settle(facts, DAYS);
}

static void on_maild(void *arg, const json_t *answer)
{
	struct op25b_facts *facts = arg;

	facts->known.status.maild = hold(facts, MAILD, answer);
	settle(facts, MAILD);
}

static void on_looked_up(void *arg, const json_t *answer)
{
	struct op25b_facts *facts = arg;

	op25b_facts_read_line(answer, &facts->known.lookup.line);
	settle(facts, LOOKED_UP);
}

static void on_code(void *arg, const json_t *answer)
{
	struct op25b_facts *facts = arg;

	facts->known.lookup.code = hold(facts, CODE, answer);
	settle(facts, CODE);
}

json_t *op25b_facts_about_caller(const char *op, const struct op25b_web_request *request)
{
	char text[OP25B_PREFIX_TEXT];
	json_t *question =
		json_pack("{s:s, s:s}", "op", op, "address",
			  op25b_address_format(request->caller.family, request->caller.addr, text));

	if (question && request->caller_port)
		json_object_set_new(question, "port", json_integer(request->caller_port));
	return question;
}

/* The code that a path ends with, or NULL. */
static json_t *about_code(const struct op25b_web_request *request)
{
	const char *slash = strrchr(request->path, '/');
	char text[OP25B_CODE_TEXT];
	uint64_t code;

	if (!slash || op25b_code_parse(slash + 1, &code))
		return NULL;
	return json_pack("{s:s, s:s}", "op", "echo", "code", op25b_code_format(code, text));
}

static void ask(struct op25b_facts *facts, int which, struct op25b_teller *teller, json_t *question,
		op25b_ask_fn fn)
{
	if (question)
		facts->asks[which] = op25b_teller_ask(teller, question, fn, facts);
}

static json_t *op(const char *name)
{
	return json_pack("{s:s}", "op", name);
}

/* {"op":..., KEY: the form's field}, or NULL without one. */
static json_t *about_field(const char *name, const struct op25b_web_request *request,
			   const char *key)
{
	const char *value = op25b_web_field(&request->form, key);

	return value && *value ? json_pack("{s:s, s:s}", "op", name, key, value) : NULL;
}

/* What a code that staff name stands for is op25b-maild's to know, of two of the kinds. */
static void ask_about_code(struct op25b_facts *facts, struct op25b_webd *d,
			   const struct op25b_web_request *request)
{
	const char *text = op25b_web_field(&request->form, "code");
	uint64_t code;

	if (!text || op25b_code_parse(text, &code))
		return;
	if (op25b_code_kind(code) == OP25B_CODE_MAIL)
		ask(facts, CODE, &d->maild, about_field("code", request, "code"), on_code);
	else if (op25b_code_kind(code) == OP25B_CODE_ECHO)
		ask(facts, ECHO, &d->maild, about_field("echo", request, "code"), on_echo);
}

static void ask_of_caller(struct op25b_facts *facts, struct op25b_webd *d,
			  const struct op25b_web_request *request, unsigned int wants)
{
	if (request->caller.family == OP25B_NO_FAMILY)
		return;
	if (wants & OP25B_WANT_LINE)
		ask(facts, LINE, &d->gateway, op25b_facts_about_caller("facts", request), on_line);
	if (wants & OP25B_WANT_MAIL)
		ask(facts, CALLER, &d->maild, op25b_facts_about_caller("caller", request),
		    on_caller);
}

/* On the second listener only: an address that a form names. */
static void ask_for_staff(struct op25b_facts *facts, struct op25b_webd *d,
			  const struct op25b_web_request *request, unsigned int wants)
{
	json_t *line;

	if (wants & OP25B_WANT_STATUS) {
		facts->known.status.samples = &d->samples;
		facts->known.status.self = facts->held[SELF] = op25b_webd_status(d);
		ask(facts, GATEWAY, &d->gateway, op("status"), on_gateway);
		ask(facts, COUNTERS, &d->gateway, op("counters"), on_counters);
		ask(facts, MAILD, &d->maild, op("status"), on_maild);
	}
	if (wants & OP25B_WANT_DAYS)
		ask(facts, DAYS, &d->gateway,
		    json_pack("{s:s, s:i, s:b}", "op", "days", "days", DAYS_SHOWN, "services", 0),
		    on_days);
	if (!(wants & OP25B_WANT_LOOKUP))
		return;
	line = about_field("facts", request, "line");
	line = line ? line : about_field("facts", request, "address");
	ask(facts, LOOKED_UP, &d->gateway, line, on_looked_up);
	ask_about_code(facts, d, request);
}

bool op25b_facts_ask(struct op25b_facts *facts, struct op25b_webd *d,
		     const struct op25b_web_request *request)
{
	const unsigned int wants = op25b_web_wants(request);

	facts->known.probe = d->probe;
	facts->known.line.digest = d->enforced;
	ask_of_caller(facts, d, request, wants);
	if (wants & OP25B_WANT_ECHO_NEW &&
	    op25b_draws_take(&d->draws, &request->caller, request->now))
		ask(facts, ECHO, &d->maild, op("echo-new"), on_echo);
	else if (wants & OP25B_WANT_ECHO)
		ask(facts, ECHO, &d->maild, about_code(request), on_echo);
	ask(facts, DESK, &d->desk, op25b_desk_question(request, wants), on_desk);
	if (wants & OP25B_WANT_ABROAD)
		op25b_desk_send_letter(d, request, &facts->known.desk);
	if (request->staff)
		ask_for_staff(facts, d, request, wants);
	for (size_t i = 0; i < OP25B_FACTS_ASKS; i++) {
		if (facts->asks[i])
			return true;
	}
	return false;
}

bool op25b_facts_is_form(const struct op25b_facts *facts)
{
	return facts->asks[DESK];
}

void op25b_facts_done(struct op25b_facts *facts)
{
	for (size_t i = 0; i < OP25B_FACTS_ASKS; i++) {
		op25b_ask_forget(facts->asks[i]);
		json_decref(facts->held[i]);
	}
}

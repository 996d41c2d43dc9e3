/* SPDX-License-Identifier: BSD-2-Clause */
/* See judge.h. What else was noticed stands in notes.c. */
#include "probe/judge.h"

#include <string.h>
#include <strings.h>

#include "probe/notes.h"

#define NAME(tail, name) name,
#define SMTP             25

static const char *const verdicts[] = { OP25B_PROBE_VERDICTS(NAME) };

const char *op25b_probe_verdict_name(enum op25b_probe_verdict verdict)
{
	return verdicts[verdict];
}

/* What the rows of one kind come to. */
struct port_state {
	bool tested;                       /* from here it could be */
	bool works;                        /* one of them */
	bool alive;                        /* a connection came about */
	const struct op25b_probe_row *row; /* the first that does not work, or one that does */
	enum op25b_probe_result how;       /* of @row */
};

enum which { PORT_25, SUBMISSION };

static bool is_of(const struct op25b_probe_row *row, bool control, enum which which)
{
	return row->control == control && (row->port == SMTP) == (which == PORT_25);
}

/*
 * Whether port 25 of a row fares worse than its neighbours by the same way. One family that is
 * refused is a refusal, though the other may be open: most servers have but one.
 */
static bool is_singled_out(const struct op25b_probe_report *report,
			   const struct op25b_probe_row *row)
{
	if (row->port != SMTP || op25b_probe_works(row))
		return false;
	if (row->result == OP25B_PROBE_NOTICE || row->result == OP25B_PROBE_PROXY)
		return true;
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct op25b_probe_row *other = &report->rows[i];

		if (other->port != SMTP && other->host == row->host &&
		    other->stage > OP25B_PROBE_CONNECT_STAGE &&
		    !memcmp(&other->address, &row->address, sizeof(row->address)) &&
		    !memcmp(&other->source, &row->source, sizeof(row->source)))
			return true;
	}
	return false;
}

static struct port_state look(const struct op25b_probe_report *report, bool control,
			      enum which which)
{
	struct port_state state = { .works = false };

	for (size_t i = 0; i < report->n_rows; i++) {
		const struct op25b_probe_row *row = &report->rows[i];
		int works = op25b_probe_works(row);

		if (!is_of(row, control, which) || works < 0)
			continue;
		state.tested = true;
		state.alive |= row->stage > OP25B_PROBE_CONNECT_STAGE;
		if (!state.row || (works && !state.works) ||
		    (!state.works && row->stage > state.row->stage)) {
			state.row = row;
			state.how = row->result;
		}
		state.works |= works > 0;
	}
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct op25b_probe_row *row = &report->rows[i];

		if (!is_of(row, control, which) || !is_singled_out(report, row))
			continue;
		state.row = row;
		state.how = row->result;
		state.alive = row->stage > OP25B_PROBE_CONNECT_STAGE;
		state.works = false;
		break;
	}
	return state;
}

/* Everything that is compared. */
struct view {
	const struct op25b_probe_report *report;
	struct port_state p25, sub, control25, control_sub;
	bool control; /* one was tested */
	bool control_runs;
};

static void rest_on(struct op25b_probe_judgement *j, enum op25b_probe_verdict verdict,
		    const struct op25b_probe_row *row, const char *outcome)
{
	j->verdict = verdict;
	j->row = row;
	j->outcome = outcome;
	j->exit = verdict == OP25B_PROBE_WORKS_VERDICT || !row ? 0 : op25b_probe_exit(row);
}

static bool is_closed(const struct port_state *state)
{
	return state->tested && !state->alive;
}

/* Nothing of the host answers. */
static void judge_silence(struct op25b_probe_judgement *j, const struct view *v,
			  const struct op25b_probe_row *row)
{
	if (!v->control)
		rest_on(j, OP25B_PROBE_NO_ANSWER_VERDICT, row, NULL);
	else if (v->control_runs)
		rest_on(j, OP25B_PROBE_DOWN_VERDICT, row, NULL);
	else
		rest_on(j, OP25B_PROBE_NO_WAY_VERDICT, row, NULL);
}

/* Port 25 is closed; is it port 25, or the server? */
static void judge_closed(struct op25b_probe_judgement *j, const struct view *v)
{
	/* What treats port 25 otherwise than its neighbours means port 25. */
	const bool apart = v->sub.tested && (v->sub.alive || v->sub.how != v->p25.how);
	const bool at_control = is_closed(&v->control25) || v->control25.how == OP25B_PROBE_NOTICE;
	const struct op25b_probe_row *row = v->p25.row;

	if ((v->sub.tested && !apart) || (at_control && !apart && !v->control_sub.alive))
		judge_silence(j, v, row);
	else if (at_control)
		rest_on(j, OP25B_PROBE_CLOSED_EVERYWHERE_VERDICT, row, "elsewhere-blocked");
	else if (v->control25.works)
		rest_on(j, OP25B_PROBE_CLOSED_THERE_VERDICT, row, "affected-other-server");
	else
		rest_on(j, OP25B_PROBE_CLOSED_VERDICT, row, NULL);
}

/* The page that a notice's link names, or the usual one. */
static const char *notice_outcome(const struct op25b_probe_row *row)
{
	static const char *const outcomes[] = { "affected-own-server", "suspect" };

	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		const char *at = strstr(row->refusal.link, outcomes[i]);

		if (at && at > row->refusal.link && at[-1] == '/')
			return outcomes[i];
	}
	return "affected-other-server";
}

static const char *submission_outcome(const struct op25b_probe_row *row)
{
	switch (row->result) {
	case OP25B_PROBE_CERTIFICATE:
		return row->certificate & OP25B_PROBE_OTHER_NAME ? "settings-host" : "settings-tls";
	case OP25B_PROBE_TLS_FAILED:
	case OP25B_PROBE_NO_STARTTLS:
		return "settings-tls";
	case OP25B_PROBE_NO_AUTH:
		return "provider-no-submission";
	case OP25B_PROBE_PROXY:
		return "security-software";
	default:
		return NULL;
	}
}

static void judge_submission(struct op25b_probe_judgement *j, const struct view *v)
{
	const struct port_state *sub = &v->sub;

	if (sub->works || !sub->tested)
		rest_on(j, OP25B_PROBE_WORKS_VERDICT, sub->tested ? sub->row : v->p25.row, NULL);
	else if (sub->alive)
		rest_on(j, OP25B_PROBE_FAILS_SUBMISSION_VERDICT, sub->row,
			submission_outcome(sub->row));
	else if (v->p25.works || (v->control_runs && sub->how == OP25B_PROBE_RESET))
		rest_on(j, OP25B_PROBE_NO_SUBMISSION_VERDICT, sub->row, "provider-no-submission");
	else
		judge_silence(j, v, sub->row);
}

static void judge_rows(struct op25b_probe_judgement *j, const struct view *v)
{
	const struct port_state *p25 = &v->p25;

	if (!p25->tested && !v->sub.tested) {
		rest_on(j, OP25B_PROBE_UNTESTED_VERDICT, v->report->rows, NULL);
	} else if (!p25->tested || p25->works) {
		judge_submission(j, v);
	} else if (!p25->alive) {
		judge_closed(j, v);
	} else if (p25->how == OP25B_PROBE_NOTICE) {
		rest_on(j, OP25B_PROBE_NOTICE_VERDICT, p25->row, notice_outcome(p25->row));
	} else if (p25->how == OP25B_PROBE_PROXY) {
		rest_on(j, OP25B_PROBE_BETWEEN_VERDICT, p25->row, "security-software");
	} else if (p25->how == OP25B_PROBE_REFUSED || p25->how == OP25B_PROBE_EHLO_REFUSED) {
		rest_on(j, OP25B_PROBE_REFUSES_VERDICT, p25->row, NULL);
	} else {
		rest_on(j, OP25B_PROBE_FAILS_25_VERDICT, p25->row, NULL);
	}
}

/* Where DNS leaves nothing to test. */
static bool judge_dns(const struct op25b_probe_report *report, struct op25b_probe_judgement *j)
{
	const struct op25b_probe_host *host = &report->hosts[0], *last;

	last = &report->hosts[report->n_hosts - 1];
	for (size_t i = 0; i < report->n_rows; i++) {
		if (!report->rows[i].control)
			return false;
	}
	/* With an address of its own, and a MX that leads nowhere. */
	if (host->n_v4 + host->n_v6 && last->is_exchange)
		host = last;
	j->host = (size_t)(host - report->hosts);
	j->exit = OP25B_PROBE_EXIT_DNS;
	if (host->takes_no_mail)
		j->verdict = OP25B_PROBE_NO_MAIL_VERDICT;
	else if (host->dns == OP25B_PROBE_DNS_NO_NAME)
		j->verdict = OP25B_PROBE_NO_NAME_VERDICT;
	else if (host->dns == OP25B_PROBE_DNS_FAILED)
		j->verdict = OP25B_PROBE_NO_DNS_VERDICT;
	else if (host->n_v4 + host->n_v6 == 0)
		j->verdict = OP25B_PROBE_NO_ADDRESS_VERDICT;
	else
		rest_on(j, OP25B_PROBE_UNTESTED_VERDICT, NULL, NULL);
	if (j->verdict == OP25B_PROBE_UNTESTED_VERDICT)
		j->exit = OP25B_PROBE_EXIT_ROUTE;
	if (j->verdict == OP25B_PROBE_NO_NAME_VERDICT)
		j->outcome = "settings-host";
	return true;
}

static void collect_open(const struct op25b_probe_report *report, struct op25b_probe_judgement *j)
{
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct op25b_probe_row *row = &report->rows[i];
		bool known = !is_of(row, false, SUBMISSION) || op25b_probe_works(row) <= 0;

		for (size_t k = 0; k < j->n_open; k++)
			known |= j->open[k] == row->port;
		if (!known && j->n_open < sizeof(j->open) / sizeof(j->open[0]))
			j->open[j->n_open++] = row->port;
	}
}

void op25b_probe_judge(struct op25b_probe_report *report, struct op25b_probe_judgement *ret)
{
	struct view view = { .report = report };

	*ret = (struct op25b_probe_judgement){ 0 };
	op25b_probe_find_between(report);
	collect_open(report, ret);
	if (!judge_dns(report, ret)) {
		view.p25 = look(report, false, PORT_25);
		view.sub = look(report, false, SUBMISSION);
		view.control25 = look(report, true, PORT_25);
		view.control_sub = look(report, true, SUBMISSION);
		view.control = view.control25.tested || view.control_sub.tested;
		view.control_runs = view.control25.alive || view.control_sub.alive;
		judge_rows(ret, &view);
	}
	op25b_probe_note(report, ret);
}

/* ---- for a status page ----------------------------------------------------------------- */

int op25b_probe_host_works(const struct op25b_probe_report *report, size_t host)
{
	const enum op25b_probe_dns dns = report->hosts[host].dns;
	int works[2] = { -1, -1 }; /* by enum which */

	for (size_t i = 0; i < report->n_rows; i++) {
		const struct op25b_probe_row *row = &report->rows[i];
		int one = row->host == host ? op25b_probe_works(row) : -1;

		if (one > works[row->port != SMTP])
			works[row->port != SMTP] = one;
	}
	if (works[SUBMISSION] >= 0)
		return works[SUBMISSION];
	if (works[PORT_25] < 0 &&
	    (dns == OP25B_PROBE_DNS_NO_NAME || dns == OP25B_PROBE_DNS_NO_ADDRESS))
		return 0;
	return works[PORT_25];
}

void op25b_probe_judge_status(const struct op25b_probe_report *report,
			      struct op25b_probe_judgement *ret)
{
	bool tested = false;

	*ret = (struct op25b_probe_judgement){ .verdict = OP25B_PROBE_WORKS_VERDICT };
	for (size_t i = 0; i < report->n_hosts && !ret->exit; i++) {
		int works = op25b_probe_host_works(report, i);

		tested |= works >= 0;
		if (works)
			continue;
		ret->verdict = OP25B_PROBE_FAILING_VERDICT;
		ret->exit = OP25B_PROBE_EXIT_DNS;
		for (size_t k = report->n_rows; k > 0; k--) {
			const struct op25b_probe_row *row = &report->rows[k - 1];

			if (row->host == i && !op25b_probe_works(row))
				rest_on(ret, OP25B_PROBE_FAILING_VERDICT, row, NULL);
		}
	}
	if (!tested && !ret->exit) {
		ret->verdict = OP25B_PROBE_UNTESTED_VERDICT;
		ret->exit = OP25B_PROBE_EXIT_ROUTE;
	}
	op25b_probe_note(report, ret);
}

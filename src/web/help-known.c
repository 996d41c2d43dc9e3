/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of a visitor before anything is asked; see help.h. */
#include "web/help-parts.h"

/* A refusal says why mail can't be sent now for an hour. */
#define RECENT 3600

/* What the mail server knows for certain, in the order of design-words 6b.1; -1: nothing. */
static int mail_outcome(const struct op25b_caller_facts *mail, int64_t now)
{
	if (!mail->known)
		return -1;
	if (mail->stopped)
		return OP25B_O_ACCOUNT_STOPPED;
	if (mail->held)
		return OP25B_O_ACCOUNT_HELD;
	if (mail->limit_until > now)
		return OP25B_O_LIMIT_REACHED;
	if (mail->refused_at && mail->refused_at <= now && now - mail->refused_at <= RECENT)
		return op25b_outcome_of_mail(mail->refused);
	if (mail->abroad_closed)
		return OP25B_O_ABROAD_CLOSED;
	return mail->first_password ? OP25B_O_FIRST_PASSWORD : -1;
}

void op25b_help_know(const struct op25b_page *page, struct op25b_help_known *ret,
		     struct op25b_finding_of_use uses[OP25B_USE_COUNT])
{
	const struct op25b_web_facts *facts = page->facts;
	const struct op25b_line *line = &page->line;
	const struct op25b_service *service = line->waiting ? NULL : line->service;
	const int64_t now = page->request->now;

	*ret = (struct op25b_help_known){
		.outage = op25b_status_outage(page->site->data->status,
					      op25b_status_ways(page->site->judge.policy,
								page->speaker.tenant, now),
					      service, now) ||
			  op25b_status_sending(&facts->probe, now) == OP25B_PROBE_BAD,
		.mail = mail_outcome(&facts->mail, now),
		.suspect = facts->line.known && facts->line.suspect,
		.cannot_tell = service && line->shared,
		.ours = service && !line->shared,
		.untold = line->waiting,
		.tried_25 = facts->line.known && facts->line.last,
	};
	if (!ret->ours)
		return;
	for (int use = 0; use < OP25B_USE_COUNT; use++)
		op25b_judge_said(&page->site->judge, line, (enum op25b_use)use, now, &uses[use]);
	ret->uses = uses;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes into the decision for relaying, and what is made of it; see mail-decide.h. */
#include "policy/mail-decide.h"

#include <string.h>

static bool is_abroad(const struct op25b_mail *mail, const struct op25b_network *network)
{
	static const char unknown[2] = { 0 };

	if (!network || !memcmp(network->country, unknown, sizeof(unknown)))
		return false;
	for (size_t i = 0; i < mail->n_home; i++) {
		if (!memcmp(mail->home[i], network->country, sizeof(network->country)))
			return false;
	}
	return true;
}

void op25b_mail_peer_of(const struct op25b_policy *policy, uint32_t tenant,
			const struct op25b_service *service, bool told,
			const struct op25b_prefix *address, struct op25b_mail_peer *ret_peer)
{
	const struct op25b_mail *mail = op25b_mail_of(policy, tenant);
	const struct op25b_network *network;

	*ret_peer = (struct op25b_mail_peer){ .service = OP25B_MAIL_ELSEWHERE };
	if (service && (!tenant || !service->tenant || service->tenant == tenant)) {
		ret_peer->service = (uint32_t)(service - policy->services);
		ret_peer->untold = service->addressing == OP25B_SHARED && !told;
		return;
	}
	if (!mail || !mail->networks)
		return;
	network = op25b_network_find(mail->networks, address);
	ret_peer->abroad = is_abroad(mail, network);
	ret_peer->kind = network ? network->kind : OP25B_NETWORK_PLAIN;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void join_bucket(struct op25b_mail_bucket *to, const struct op25b_mail_bucket *from)
{
	if (!from->burst)
		return;
	if (!to->burst) {
		*to = *from;
		return;
	}
	to->burst = least(to->burst, from->burst);
	to->hour = least(to->hour, from->hour);
	to->day = least(to->day, from->day);
}

/* At least one: who is slow still sends. */
static uint32_t divide(uint32_t n, uint32_t factor)
{
	return n < factor ? n != 0 : n / factor;
}

bool op25b_mail_limit_of(const struct op25b_policy *policy, const struct op25b_mail *mail,
			 const struct op25b_mail_decision *decision,
			 struct op25b_mail_limit *ret_limit)
{
	struct op25b_mail_limit limit = { .message = UINT32_MAX };

	if (!decision->n_limits)
		return false;
	for (uint8_t i = decision->n_limits; i-- > 0;) {
		const struct op25b_mail_limit *set = &policy->mail_limits[decision->limits[i]];

		join_bucket(&limit.account, &set->account);
		join_bucket(&limit.line, &set->line);
		limit.message = least(limit.message, set->message);
		limit.at_limit = set->at_limit;
	}
	if (limit.account.burst)
		limit.message = least(limit.message, least(limit.account.burst, limit.account.day));
	if (limit.line.burst)
		limit.message = least(limit.message, least(limit.line.burst, limit.line.day));
	/* Not the recipients of one message: what is larger comes later, and is no fault of its. */
	if (decision->slow && mail->stolen.slow_factor)
		limit.account = (struct op25b_mail_bucket){
			.burst = divide(limit.account.burst, mail->stolen.slow_factor),
			.hour = divide(limit.account.hour, mail->stolen.slow_factor),
			.day = divide(limit.account.day, mail->stolen.slow_factor),
		};
	*ret_limit = limit;
	return true;
}

struct op25b_mail_answer op25b_mail_answer(enum op25b_mail_reason reason,
					   enum op25b_mail_at_limit at_limit)
{
#define ANSWER(tail, word, code_, moment_, outcome_)               \
	[OP25B_MAIL_##tail] = { .code = (code_),                   \
				.moment = OP25B_MAIL_AT_##moment_, \
				.outcome = (outcome_) },
	static const struct op25b_mail_answer answers[] = { OP25B_MAIL_REASONS(ANSWER) };
	struct op25b_mail_answer answer = answers[reason];

	if (reason != OP25B_MAIL_LIMIT_ACCOUNT && reason != OP25B_MAIL_LIMIT_LINE &&
	    reason != OP25B_MAIL_ACCOUNT_SLOW)
		return answer;
	if (at_limit == OP25B_MAIL_REFUSE_AT_LIMIT)
		answer.code = "550 5.7.1";
	if (at_limit == OP25B_MAIL_HOLD_AT_LIMIT) {
		answer.code = "250";
		answer.moment = OP25B_MAIL_AT_END;
	}
	return answer;
}

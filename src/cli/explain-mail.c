/* SPDX-License-Identifier: BSD-2-Clause */
/* See explain-mail.h. */
#include "cli/explain-mail.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "policy/mail-words.h"
#include "policy/owner.h"
#include "policy/prefix.h"

static const char *const sentences[OP25B_MAIL_REASON_COUNT] = {
	[OP25B_MAIL_RELAY_LINE] = "the line may relay without a password",
	[OP25B_MAIL_RELAY_AUTH] = "an account logged in over TLS, by a way that is open",
	[OP25B_MAIL_RELAY_POP] = "an account fetched its mail from this address lately",
	[OP25B_MAIL_NOT_THIS_LINE] = "this line has no right to relay without a password",
	[OP25B_MAIL_NEED_AUTH] = "who may relay by no other right has to log in, over TLS",
	[OP25B_MAIL_CLOSED_25] = "this way over port 25 is closed; ports 587 and 465 are open",
	[OP25B_MAIL_POP_EXPIRED] = "no account fetched its mail from this address lately",
	[OP25B_MAIL_NOT_YOURS] = "the sender's address is not one that may be used here",
	[OP25B_MAIL_NOT_CONFIRMED] = "the account has not confirmed that this address is its own",
	[OP25B_MAIL_ACCOUNT_HELD] = "mail of this account is taken, and kept back until it is seen",
	[OP25B_MAIL_ACCOUNT_STOPPED] = "the account is stopped",
	[OP25B_MAIL_FIRST_PASSWORD] = "the account still has the password it was given",
	[OP25B_MAIL_ABROAD_CLOSED] = "sending from other countries is closed for this account",
};

/* A question with its answer. */
struct answer {
	const struct op25b_policy *policy;
	const struct op25b_mail *mail; /* NULL: no section */
	struct op25b_mail_facts facts;
	struct op25b_mail_decision decision;
	struct op25b_mail_limit limit;
	bool limited;
	int64_t window;
};

static void find_answer(const struct op25b_policy *policy, int64_t at,
			const struct op25b_mail_question *question, struct answer *ret)
{
	struct op25b_owner owner;

	*ret = (struct answer){ .policy = policy,
				.mail = op25b_mail_of(policy, question->tenant),
				.facts = question->facts };
	op25b_owner_find(policy, NULL, &question->peer, question->peer_port, &owner);
	op25b_mail_peer_of(policy, question->tenant, owner.service, owner.line, &question->peer,
			   &ret->facts.peer);
	ret->decision = op25b_mail_decide(ret->mail, at, &ret->facts);
	ret->limited = ret->mail &&
		       op25b_mail_limit_of(policy, ret->mail, &ret->decision, &ret->limit);
	ret->window = op25b_mail_window(ret->mail, at, &ret->facts.peer, &ret->facts.account);
}

static const char *peer_word(const struct op25b_mail_peer *peer)
{
	return peer->service != OP25B_MAIL_ELSEWHERE ? "line" :
	       peer->abroad                          ? "abroad" :
						       "elsewhere";
}

static const char *service_id(const struct answer *answer)
{
	uint32_t service = answer->facts.peer.service;

	return service == OP25B_MAIL_ELSEWHERE ? NULL : answer->policy->services[service].id;
}

static json_t *bucket_json(const struct op25b_mail_bucket *bucket)
{
	if (!bucket->burst)
		return json_null();
	return json_pack("{s:i, s:i, s:i}", "burst", (int)bucket->burst, "hour", (int)bucket->hour,
			 "day", (int)bucket->day);
}

static json_t *limits_json(const struct answer *answer)
{
	json_t *sets;

	if (!answer->limited)
		return json_null();
	sets = json_array();
	for (uint8_t i = 0; i < answer->decision.n_limits; i++) {
		uint32_t set = answer->decision.limits[i];

		json_array_append_new(sets, json_string(answer->policy->mail_limits[set].id));
	}
	return json_pack("{s:o, s:o, s:o, s:i, s:s, s:b}", "sets", sets, "account",
			 bucket_json(&answer->limit.account), "line",
			 bucket_json(&answer->limit.line), "message", (int)answer->limit.message,
			 "at_limit",
			 op25b_words_name(&op25b_words_mail_at_limit, answer->limit.at_limit),
			 "slow", answer->decision.slow);
}

static int print_json(const struct answer *answer)
{
	const struct op25b_mail_decision *d = &answer->decision;
	struct op25b_mail_answer said = op25b_mail_answer(d->reason, OP25B_MAIL_DEFER);
	json_t *object = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s?, s:s, s:s, s:s?, s:o, s:I}", "schema",
		"op25b.mail/1", "verdict", op25b_words_name(&op25b_words_mail_verdict, d->verdict),
		"reason", op25b_words_name(&op25b_words_mail_reason, d->reason), "way",
		op25b_words_name(&op25b_words_mail_way, d->way), "peer",
		peer_word(&answer->facts.peer), "service", service_id(answer), "code", said.code,
		"moment", op25b_words_name(&op25b_words_mail_moment, said.moment), "outcome",
		said.outcome, "limits", limits_json(answer), "window", (json_int_t)answer->window);

	if (!object)
		return -ENOMEM;
	if (json_dumpf(object, stdout, JSON_COMPACT))
		clearerr(stdout);
	putchar('\n');
	json_decref(object);
	return 0;
}

static void print_place(const struct answer *answer, const struct op25b_place *place)
{
	printf("%s:%u:%u\n", answer->policy->files[place->file], place->line, place->column);
}

static void print_peer(const struct answer *answer, const struct op25b_prefix *address)
{
	const struct op25b_mail_peer *peer = &answer->facts.peer;
	const struct op25b_network *network;

	if (peer->service != OP25B_MAIL_ELSEWHERE) {
		printf("  peer     a line of service %s%s, ", service_id(answer),
		       peer->untold ? ", which one can't be told" : "");
		print_place(answer, &answer->policy->services[peer->service].place);
		return;
	}
	network = answer->mail && answer->mail->networks ?
			  op25b_network_find(answer->mail->networks, address) :
			  NULL;
	printf("  peer     %s", peer->abroad ? "abroad" : "elsewhere");
	if (network && *network->country)
		printf(", in %.2s", network->country);
	if (peer->kind != OP25B_NETWORK_PLAIN)
		printf(", a %s network", op25b_words_name(&op25b_words_network_kind, peer->kind));
	printf("\n");
}

static void print_stage(const struct answer *answer)
{
	const struct op25b_mail_stage *stage = answer->decision.stage;
	char date[OP25B_INPUT_DATE];

	if (!answer->mail) {
		printf("  stage    none: the policy says nothing of mail\n");
		return;
	}
	if (!stage) {
		printf("  stage    none of %s is in force for this peer%s\n",
		       op25b_words_name(&op25b_words_mail_way, answer->decision.way),
		       answer->decision.way == OP25B_MAIL_AUTH587 ? ", and it is open by itself" :
								    "");
		return;
	}
	printf("  stage    from %s: %s, ", op25b_input_date(stage->from, date),
	       op25b_words_name(&op25b_words_action, stage->action));
	print_place(answer, &stage->place);
}

static void print_bucket(const char *key, const struct op25b_mail_bucket *bucket)
{
	if (bucket->burst)
		printf("; %s: %u at once, %u an hour, %u a day", key, bucket->burst, bucket->hour,
		       bucket->day);
}

static void print_limits(const struct answer *answer)
{
	if (!answer->limited) {
		printf("  limits   none\n");
		return;
	}
	printf("  limits   ");
	for (uint8_t i = 0; i < answer->decision.n_limits; i++) {
		uint32_t set = answer->decision.limits[i];

		printf("%s%s", i ? ", " : "", answer->policy->mail_limits[set].id);
	}
	if (answer->decision.slow)
		printf(", divided by %u", answer->mail->stolen.slow_factor);
	print_bucket("account", &answer->limit.account);
	print_bucket("line", &answer->limit.line);
	printf("; %u a message; then %s\n", answer->limit.message,
	       op25b_words_name(&op25b_words_mail_at_limit, answer->limit.at_limit));
}

static void print_text(const struct answer *answer, int64_t at,
		       const struct op25b_mail_question *question)
{
	static const char *const said[] = {
		[OP25B_MAIL_TAKE] = "taken",
		[OP25B_MAIL_COUNTED] = "taken, and counted as one who must still move",
		[OP25B_MAIL_HELD] = "taken, and held",
		[OP25B_MAIL_REFUSED] = "refused",
	};
	const struct op25b_mail_decision *d = &answer->decision;
	struct op25b_mail_answer reply = op25b_mail_answer(d->reason, OP25B_MAIL_DEFER);
	char address[OP25B_PREFIX_TEXT], date[OP25B_INPUT_DATE];

	op25b_address_format(question->peer.family, question->peer.addr, address);
	printf("%s: mail to others from %s to port %u, by %s (%s)\n", said[d->verdict], address,
	       question->facts.port, op25b_words_name(&op25b_words_mail_way, d->way),
	       op25b_words_name(&op25b_words_mail_reason, d->reason));
	printf("  because  %s\n", sentences[d->reason]);
	if (d->verdict == OP25B_MAIL_REFUSED)
		printf("  answer   %s at %s\n", reply.code,
		       op25b_words_name(&op25b_words_mail_moment, reply.moment));
	print_peer(answer, &question->peer);
	print_stage(answer);
	if (d->verdict != OP25B_MAIL_REFUSED)
		print_limits(answer);
	if (answer->window)
		printf("  window   a POP or IMAP login opens port 25 for %" PRId64 " s\n",
		       answer->window);
	printf("  asked    for %s\n", op25b_input_date(at, date));
}

int op25b_explain_mail(const struct op25b_command *command, const struct op25b_input *input,
		       const struct op25b_mail_question *question, bool json)
{
	struct answer answer;

	find_answer(input->policy, input->at, question, &answer);
	if (json && print_json(&answer)) {
		op25b_say(command, "cannot answer: %s", strerror(ENOMEM));
		return OP25B_EXIT_PARTLY;
	}
	if (!json)
		print_text(&answer, input->at, question);
	return answer.decision.verdict == OP25B_MAIL_REFUSED ? OP25B_EXIT_NO : OP25B_EXIT_YES;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy reader on any bytes. An input is the root file; a line "#file NAME" begins a further
 * one, so that include and lines_from are reached without a disk. What loads must keep the
 * promises of policy.h.
 */
#include <assert.h>
#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/mail-decide.h"
#include "policy/prefix.h"
#include "policy/session.h"

#define NOW      1800000000
#define FILES    8
#define NAME_MAX 64

static const char mark[] = "\n#file ";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Cuts the input; the names are copied to @names. */
static size_t cut_files(const uint8_t *data, size_t size, struct op25b_policy_file *files,
			char names[][NAME_MAX])
{
	size_t n = 1;

	files[0] = (struct op25b_policy_file){ "root.yaml", data, size };
	for (; n < FILES; n++) {
		struct op25b_policy_file *last = &files[n - 1];
		const char *at = memmem(last->data, last->size, mark, sizeof(mark) - 1);
		const char *end = (const char *)last->data + last->size;
		const char *name, *stop;

		if (!at)
			break;
		name = at + sizeof(mark) - 1;
		stop = memchr(name, '\n', (size_t)(end - name));
		if (!stop || stop - name >= NAME_MAX)
			break;
		memcpy(names[n], name, (size_t)(stop - name));
		names[n][stop - name] = '\0';
		last->size = (size_t)(at - (const char *)last->data);
		files[n] =
			(struct op25b_policy_file){ names[n], stop + 1, (size_t)(end - stop - 1) };
	}
	return n;
}

static void check_prefix(const struct op25b_prefix *prefix)
{
	char text[OP25B_PREFIX_TEXT];
	struct op25b_prefix again;

	assert(prefix->len <= op25b_prefix_whole(prefix->family));
	assert(!op25b_prefix_parse(op25b_prefix_format(prefix, text), &again));
	assert(!op25b_prefix_compare(prefix, &again));
}

static void check_indices(const uint32_t *list, size_t n, size_t bound)
{
	for (size_t i = 0; i < n; i++)
		assert(list[i] < bound && (!i || list[i - 1] < list[i]));
}

static void check_service(const struct op25b_policy *p, const struct op25b_service *service)
{
	assert(service->id && service->tenant < p->n_tenants);
	for (size_t i = 0; i < service->n_pools; i++) {
		const struct op25b_pool_prefix *pool = &service->pools[i];

		check_prefix(&pool->prefix);
		assert(pool->line >= pool->prefix.len);
		assert(pool->line <= op25b_prefix_whole(pool->prefix.family));
	}
	for (size_t i = 0; i < service->n_rules; i++) {
		const struct op25b_rule *rule = &service->rules[i];

		check_indices(rule->except, rule->n_except, p->n_servers);
		check_indices(rule->to, rule->n_to, p->n_destinations);
		assert((rule->action == OP25B_REFUSE) == (rule->how != OP25B_HOW_NONE));
	}
}

static void check_grants(const struct op25b_policy *p, const struct op25b_grant *grants, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert(grants[i].from < grants[i].until);
		for (size_t j = 0; j < grants[i].n_prefixes; j++)
			check_prefix(&grants[i].prefixes[j]);
		for (size_t j = 0; j < grants[i].n_lines; j++)
			assert(grants[i].line_indices[j] == UINT32_MAX ||
			       !strcmp(p->line_ids[grants[i].line_indices[j]], grants[i].lines[j]));
	}
}

static void check_patterns(const struct op25b_session_patterns *patterns)
{
	for (size_t i = 0; i < patterns->n; i++) {
		const struct op25b_session_pattern *pattern = &patterns->list[i];
		const struct op25b_session_pattern *last = i ? pattern - 1 : NULL;

		assert(*pattern->text || pattern->open);
		assert(!last || strcmp(last->text, pattern->text) < 0);
		assert(!last || !last->open ||
		       strncmp(last->text, pattern->text, strlen(last->text)) != 0);
	}
}

/* A session that is what a rule names meets that rule, or one before it. */
static void check_sessions(const struct op25b_policy *p)
{
	for (size_t i = 0; i < p->n_session_rules; i++) {
		const struct op25b_session_rule *rule = &p->session_rules[i];
		struct op25b_session_facts facts = { "", "", "", "", "", { 0 }, NULL, 0 };
		const char **members[OP25B_SESSION_TEXTS] = {
			[OP25B_SESSION_USER_NAME] = &facts.user_name,
			[OP25B_SESSION_CLASS] = &facts.class_,
			[OP25B_SESSION_FILTER_ID] = &facts.filter_id,
			[OP25B_SESSION_FRAMED_POOL] = &facts.framed_pool,
			[OP25B_SESSION_NAS] = &facts.nas,
		};
		bool askable = !rule->texts[OP25B_SESSION_REALM].n;

		assert(rule->service < p->n_services && op25b_session_covers(rule, rule));
		for (enum op25b_session_key key = 0; key < OP25B_SESSION_TEXTS; key++) {
			check_patterns(&rule->texts[key]);
			if (!members[key] || !rule->texts[key].n)
				continue;
			*members[key] = rule->texts[key].list[0].text;
			askable &= **members[key] != '\0';
		}
		for (size_t j = 0; j < rule->n_prefixes; j++)
			check_prefix(&rule->prefixes[j]);
		if (rule->n_prefixes)
			facts.prefix = rule->prefixes[rule->n_prefixes - 1];
		assert(!askable ||
		       (op25b_session_match(p, &facts) && op25b_session_match(p, &facts) <= rule));
	}
	assert(p->n_line_id && p->retention.lines > 0);
}

static void check_limits(const struct op25b_policy *p, uint32_t index)
{
	assert(index == OP25B_MAIL_UNLIMITED || index < p->n_mail_limits);
}

/* Each prefix is the one that is found for its first address, unless a longer one begins there. */
static void check_networks(const struct op25b_networks *networks, uint8_t family)
{
	const struct op25b_network_table *table = family == OP25B_V4 ? &networks->v4 :
								       &networks->v6;
	size_t width = op25b_prefix_whole(family) / 8;

	for (size_t i = 0; i < table->n; i++) {
		struct op25b_prefix first = { .family = family, .len = op25b_prefix_whole(family) };
		const struct op25b_network *found;

		memcpy(first.addr, table->addresses + i * width, width);
		found = op25b_network_find(networks, &first);
		assert(found == &table->list[i] ||
		       (found > &table->list[i] && found->len > table->list[i].len));
	}
}

/* Nobody gets in without an account, a window or a line; what gets in has limits that exist. */
static void check_decision(const struct op25b_policy *p, const struct op25b_mail *mail,
			   const struct op25b_mail_facts *facts)
{
	struct op25b_mail_decision d = op25b_mail_decide(mail, NOW, facts);
	struct op25b_mail_limit limit;

	assert(d.reason < OP25B_MAIL_REASON_COUNT);
	assert(op25b_mail_answer(d.reason, OP25B_MAIL_DEFER).code);
	if (d.verdict == OP25B_MAIL_REFUSED) {
		assert(!d.n_limits);
		return;
	}
	assert((facts->auth && facts->tls) || facts->window ||
	       (facts->peer.service != OP25B_MAIL_ELSEWHERE && d.way == OP25B_MAIL_LINE25));
	assert(!d.stage || d.stage->action != OP25B_REFUSE);
	if (op25b_mail_limit_of(p, mail, &d, &limit))
		assert(limit.message && (limit.account.burst || limit.line.burst));
}

/* Every combination of what is said of a connection from one peer. */
static void check_decisions(const struct op25b_policy *p, const struct op25b_mail *mail,
			    const struct op25b_mail_peer *peer)
{
	for (unsigned int bits = 0; bits < 1 << 12; bits++) {
		struct op25b_mail_facts facts = {
			.port = bits & 1 ? 25 : 587,
			.auth = bits & 2,
			.tls = bits & 4,
			.window = bits & 8,
			.peer = *peer,
			.sender = bits & 16 ? OP25B_MAIL_FROM_FOREIGN : OP25B_MAIL_FROM_OWN,
			.sender_owned = bits & 32,
			.account = { .state = bits >> 6 & 3,
				     .is_new = bits & 256,
				     .server = bits & 512,
				     .first_password = bits & 1024,
				     .opened_abroad = bits & 2048 },
		};

		check_decision(p, mail, &facts);
	}
}

static void check_mail(const struct op25b_policy *p, const struct op25b_mail *mail)
{
	static const struct op25b_mail_peer strangers[] = {
		{ .service = OP25B_MAIL_ELSEWHERE },
		{ .service = OP25B_MAIL_ELSEWHERE, .abroad = true },
		{ .service = OP25B_MAIL_ELSEWHERE, .kind = OP25B_NETWORK_SHARED },
	};
	const struct op25b_mail_peer line = { .service = 0 };
	regex_t pattern;

	assert(mail->n_domains && !op25b_mail_is_own(mail, ""));
	for (enum op25b_mail_way way = 0; way < OP25B_MAIL_WAYS; way++) {
		check_limits(p, mail->ways[way].limits);
		for (size_t i = 0; i < mail->ways[way].n; i++) {
			const struct op25b_mail_stage *stage = &mail->ways[way].list[i];

			check_indices(stage->services, stage->n_services, p->n_services);
			check_limits(p, stage->limits);
			assert(stage->any || stage->elsewhere || stage->n_services);
			assert(stage->window >= 0 && stage->window <= 1800);
		}
	}
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
		check_decisions(p, mail, &strangers[i]);
	if (p->n_services)
		check_decisions(p, mail, &line);
	check_limits(p, mail->new_limits);
	check_limits(p, mail->server_limits);
	check_limits(p, mail->abroad.limits);
	if (mail->networks) {
		check_networks(mail->networks, OP25B_V4);
		check_networks(mail->networks, OP25B_V6);
	}
	if (mail->mailbox) {
		assert(op25b_mail_is_own(mail, mail->mailbox->domain));
		assert(!regcomp(&pattern, mail->mailbox->login, REG_EXTENDED));
		regfree(&pattern);
	}
}

static void check_policy(const struct op25b_policy *p)
{
	for (uint32_t i = 0; i < p->n_tenants; i++) {
		if (op25b_mail_of(p, i))
			check_mail(p, op25b_mail_of(p, i));
	}
	for (size_t i = 0; i < p->n_services; i++)
		check_service(p, &p->services[i]);
	for (size_t i = 0; i < p->n_lines; i++) {
		check_prefix(&p->lines[i].prefix);
		assert(p->lines[i].service < p->n_services && p->lines[i].line < p->n_line_ids);
	}
	check_grants(p, p->exemptions, p->n_exemptions);
	check_grants(p, p->holds, p->n_holds);
	check_sessions(p);
	assert(op25b_policy_next_change(p, NOW) > NOW);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct op25b_policy_file files[FILES];
	char names[FILES][NAME_MAX];
	size_t n = cut_files(data, size, files, names);
	struct op25b_findings findings;
	struct op25b_policy *policy = NULL;
	int r = op25b_policy_load_files(files, n, NOW, &policy, &findings);

	assert((r == 0) == (policy != NULL));
	assert((r != 0) == (findings.n_errors > 0));
	for (size_t i = 0; i < findings.n; i++)
		assert(findings.list[i].line && findings.list[i].column && *findings.list[i].text);
	if (policy)
		check_policy(policy);
	op25b_policy_free(&policy);
	op25b_findings_free(&findings);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* See show-mail.h. */
#include "tests/policy/show-mail.h"

#include <inttypes.h>
#include <stdio.h>

#include "policy/mail-words.h"
#include "policy/mail.h"
#include "policy/prefix.h"

static const char *or_none(const char *text)
{
	return text ? text : "-";
}

static const char *limits_of(const struct op25b_policy *p, uint32_t index)
{
	return index == OP25B_MAIL_UNLIMITED ? "-" : p->mail_limits[index].id;
}

static void print_time(const char *label, int64_t t)
{
	if (t == INT64_MIN)
		printf(" %s=-", label);
	else
		printf(" %s=%" PRId64, label, t);
}

static void print_bucket(const char *key, const struct op25b_mail_bucket *bucket)
{
	if (bucket->burst)
		printf(" %s=%u,%u,%u", key, bucket->burst, bucket->hour, bucket->day);
}

static void print_stages(const struct op25b_policy *p, const struct op25b_mail *mail,
			 enum op25b_mail_way way)
{
	const struct op25b_mail_stages *stages = &mail->ways[way];

	for (size_t i = 0; i < stages->n; i++) {
		const struct op25b_mail_stage *stage = &stages->list[i];

		printf("  %s %s", op25b_words_name(&op25b_words_mail_way, way),
		       op25b_words_name(&op25b_words_action, stage->action));
		print_time("from", stage->from);
		printf("%s%s", stage->any ? " any" : "", stage->elsewhere ? " elsewhere" : "");
		for (size_t k = 0; k < stage->n_services; k++)
			printf(" %s", p->services[stage->services[k]].id);
		printf(" limits=%s", limits_of(p, stage->limits));
		if (stage->window)
			printf(" window=%" PRId64, stage->window);
		printf("\n");
	}
	if (way == OP25B_MAIL_AUTH587 && !stages->n)
		printf("  auth587 by itself limits=%s\n", limits_of(p, stages->limits));
}

static void print_accounts(const struct op25b_policy *p, const struct op25b_mail *mail)
{
	printf("  senders own=%s foreign=%s\n", op25b_words_name(&op25b_words_mail_own, mail->own),
	       op25b_words_name(&op25b_words_mail_foreign, mail->foreign));
	printf("  new for=%" PRId64 " limits=%s\n", mail->new_for, limits_of(p, mail->new_limits));
	if (mail->server_accounts)
		printf("  servers limits=%s%s\n", limits_of(p, mail->server_limits),
		       mail->server_any ? " any" : "");
	printf("  first password from=%s\n",
	       op25b_words_name(&op25b_words_mail_first_password, mail->first_password));
	printf("  stolen");
	for (size_t i = 0; i < mail->stolen.n_steps; i++)
		printf(" %s", op25b_words_name(&op25b_words_mail_step, mail->stolen.steps[i]));
	printf(" factor=%u hold=%" PRId64 "\n", mail->stolen.slow_factor, mail->stolen.hold_for);
}

static void print_table(const struct op25b_network_table *table, uint8_t family)
{
	size_t width = op25b_prefix_whole(family) / 8;
	char text[OP25B_PREFIX_TEXT];

	for (size_t i = 0; i < table->n; i++) {
		const struct op25b_network *network = &table->list[i];

		printf("  network %s/%u in=%d '%.2s' %u '%s'\n",
		       op25b_address_format(family, table->addresses + i * width, text),
		       network->len, (int)network->outer, network->country, network->asn,
		       op25b_words_name(&op25b_words_network_kind, network->kind));
	}
}

static void print_abroad(const struct op25b_policy *p, const struct op25b_mail *mail)
{
	if (mail->abroad.given)
		printf("  abroad %s limits=%s opens=%" PRId64 "\n",
		       op25b_words_name(&op25b_words_action, mail->abroad.action),
		       limits_of(p, mail->abroad.limits), mail->abroad.customer_opens);
	for (size_t i = 0; i < mail->n_home; i++)
		printf("  home %.2s\n", mail->home[i]);
	if (mail->networks) {
		print_table(&mail->networks->v4, OP25B_V4);
		print_table(&mail->networks->v6, OP25B_V6);
	}
}

static void print_servers(const char *what, const struct op25b_mail_server *servers, size_t n,
			  bool incoming)
{
	for (size_t i = 0; i < n; i++) {
		printf("  %s %s:%u %s", what, servers[i].host, servers[i].port,
		       op25b_words_name(&op25b_words_mail_tls, servers[i].tls));
		if (incoming)
			printf(" %s", op25b_words_name(&op25b_words_mail_kind, servers[i].kind));
		print_time("since", servers[i].since);
		printf("\n");
	}
}

static void print_settings(const struct op25b_mail_settings *settings)
{
	printf("  settings username=%s webmail=%s\n",
	       op25b_words_name(&op25b_words_mail_username, settings->username),
	       or_none(settings->webmail));
	print_servers("outgoing", settings->outgoing, settings->n_outgoing, /* incoming= */ false);
	print_servers("incoming", settings->incoming, settings->n_incoming, /* incoming= */ true);
}

static void print_mail(const struct op25b_policy *p, const struct op25b_mail *mail)
{
	printf("mail tenant=%u", mail->tenant);
	for (size_t i = 0; i < mail->n_domains; i++)
		printf(" %s", mail->domains[i]);
	printf("\n");
	for (enum op25b_mail_way way = 0; way < OP25B_MAIL_WAYS; way++)
		print_stages(p, mail, way);
	print_accounts(p, mail);
	print_abroad(p, mail);
	if (mail->mailbox) {
		printf("  mailbox login=%s per_line=%u domain=%s ready=%" PRId64,
		       mail->mailbox->login, mail->mailbox->per_line, mail->mailbox->domain,
		       mail->mailbox->ready);
		for (size_t i = 0; i < mail->mailbox->n_services; i++)
			printf(" %s", p->services[mail->mailbox->services[i]].id);
		printf("\n");
	}
	if (mail->settings)
		print_settings(mail->settings);
}

void show_mail(const struct op25b_policy *p)
{
	for (size_t i = 0; i < p->n_mail_limits; i++) {
		const struct op25b_mail_limit *limit = &p->mail_limits[i];

		printf("limits %s", limit->id);
		print_bucket("account", &limit->account);
		print_bucket("line", &limit->line);
		printf(" message=%u %s\n", limit->message,
		       op25b_words_name(&op25b_words_mail_at_limit, limit->at_limit));
	}
	for (uint32_t i = 0; i < p->n_tenants; i++) {
		if (op25b_mail_of(p, i))
			print_mail(p, op25b_mail_of(p, i));
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* See explain-mail.h: the text of --mail. */
#include <errno.h>
#include <string.h>

#include "cli/explain-mail.h"
#include "policy/near.h"

#define KEYS_TEXT                                                                        \
	"auth, auth-without-tls, window, owned, new, server, first-password, own-line, " \
	"opened-abroad, slow, held, stopped, sender=ADDRESS, tenant=ID"

struct reading {
	const struct op25b_command *command;
	const struct op25b_policy *policy;
	struct op25b_mail_question *question;
	const char *sender;
	int exit;
};

static int wrong_word(struct reading *r, const char *word)
{
	static const char *const words[] = {
		"auth",   "auth-without-tls", "window",         "owned",         "new",
		"server", "own-line",         "first-password", "opened-abroad", "slow",
		"held",   "stopped",          "sender=",        "tenant="
	};
	const char *near = op25b_near_word(word, words, sizeof(words) / sizeof(words[0]));

	if (near)
		r->exit = op25b_usage_error(
			r->command, "--mail: there is no '%s'; did you mean %s?", word, near);
	else
		r->exit = op25b_usage_error(
			r->command, "--mail: there is no '%s'; give some of " KEYS_TEXT, word);
	return -EINVAL;
}

static int read_tenant(struct reading *r, const char *id)
{
	for (uint32_t i = 1; i < r->policy->n_tenants; i++) {
		if (strcmp(r->policy->tenants[i].id, id) != 0)
			continue;
		r->question->tenant = i;
		return 0;
	}
	r->exit = op25b_usage_error(r->command, "--mail: the policy has no tenant '%s'", id);
	return -EINVAL;
}

static bool read_state(const char *word, enum op25b_mail_state *ret)
{
	static const char *const states[] = { [OP25B_MAIL_STATE_SLOW] = "slow",
					      [OP25B_MAIL_STATE_HELD] = "held",
					      [OP25B_MAIL_STATE_STOPPED] = "stopped" };

	for (size_t i = OP25B_MAIL_STATE_SLOW; i < sizeof(states) / sizeof(states[0]); i++) {
		if (strcmp(states[i], word) != 0)
			continue;
		*ret = (enum op25b_mail_state)i;
		return true;
	}
	return false;
}

static int read_word(struct reading *r, const char *word)
{
	struct op25b_mail_facts *facts = &r->question->facts;
	const struct {
		const char *word;
		bool *flag;
	} flags[] = {
		{ "auth-without-tls", &facts->auth },
		{ "window", &facts->window },
		{ "owned", &facts->sender_owned },
		{ "new", &facts->account.is_new },
		{ "server", &facts->account.server },
		{ "first-password", &facts->account.first_password },
		{ "own-line", &facts->account.own_line },
		{ "opened-abroad", &facts->account.opened_abroad },
	};

	if (!strncmp(word, "sender=", 7)) {
		r->sender = word + 7;
		return 0;
	}
	if (!strncmp(word, "tenant=", 7))
		return read_tenant(r, word + 7);
	if (!strcmp(word, "auth")) {
		facts->auth = facts->tls = true;
		return 0;
	}
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (strcmp(flags[i].word, word) != 0)
			continue;
		*flags[i].flag = true;
		return 0;
	}
	return read_state(word, &facts->account.state) ? 0 : wrong_word(r, word);
}

/* Without a sender: one of the provider's own addresses. */
static int read_sender(struct reading *r)
{
	const struct op25b_mail *mail = op25b_mail_of(r->policy, r->question->tenant);
	enum op25b_mail_sender *kind = &r->question->facts.sender;
	const char *at = r->sender ? strrchr(r->sender, '@') : NULL;

	if (!r->sender) {
		*kind = OP25B_MAIL_FROM_OWN;
	} else if (!*r->sender || !strcmp(r->sender, "<>")) {
		*kind = OP25B_MAIL_FROM_NULL;
	} else if (!at || !at[1]) {
		r->exit = op25b_usage_error(r->command,
					    "--mail: '%s' is no address; give one like "
					    "sender=a@example.net, or sender=<> for a bounce",
					    r->sender);
		return -EINVAL;
	} else {
		*kind = mail && op25b_mail_is_own(mail, at + 1) ? OP25B_MAIL_FROM_OWN :
								  OP25B_MAIL_FROM_FOREIGN;
	}
	return 0;
}

int op25b_mail_question_read(const struct op25b_command *command, const struct op25b_policy *policy,
			     const char *text, struct op25b_mail_question *ret_question,
			     int *ret_exit)
{
	struct reading reading = { .command = command, .policy = policy, .question = ret_question };
	size_t size = strlen(text) + 1;
	char *rest = ret_question->text;
	int r = 0;

	if (size > sizeof(ret_question->text)) {
		*ret_exit = op25b_usage_error(command, "--mail: longer than %d bytes",
					      OP25B_MAIL_ARGUMENT - 1);
		return -EINVAL;
	}
	memcpy(rest, text, size);
	for (char *word; !r && (word = strsep(&rest, ","));)
		r = *word ? read_word(&reading, word) : 0;
	if (!r)
		r = read_sender(&reading);
	*ret_exit = reading.exit;
	return r;
}

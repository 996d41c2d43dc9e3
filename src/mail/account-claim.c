/* SPDX-License-Identifier: BSD-2-Clause */
/* See account-claim.h. */
#include "mail/account-claim.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "policy/prefix.h"

static const char *const words[OP25B_CLAIM_COUNT] = {
#define OP25B_CLAIM_WORD(tail, word) [OP25B_CLAIM_##tail] = (word),
	OP25B_CLAIMS(OP25B_CLAIM_WORD)
#undef OP25B_CLAIM_WORD
};

static const char *const texts[OP25B_CLAIM_COUNT] = {
	[OP25B_CLAIM_DONE] = "the mailbox is yours",
	[OP25B_CLAIM_MALFORMED] =
		"this is not a code of our letters: look at its digits once more; "
		"no try was lost",
	[OP25B_CLAIM_NOT_HERE] = "there is no code for the line that you are connected by: a code "
				 "works only from the line that its letter went to",
	[OP25B_CLAIM_WRONG] = "the code is not the one of the letter",
	[OP25B_CLAIM_SPENT] = "five tries were made: this letter's code is over; ask for a new "
			      "letter",
	[OP25B_CLAIM_EXPIRED] = "the 14 days of this letter's code are over; ask for a new letter",
	[OP25B_CLAIM_USED] = "this letter's code was used already",
	[OP25B_CLAIM_FULL] = "this line has its mailbox already",
	[OP25B_CLAIM_TAKEN] = "the code is right, but this name is taken; choose another",
};

/* What nobody gets by himself: RFC 2142, and names that people take for the provider's. */
static const char *const reserved[] = {
	"abuse",   "admin",      "administrator", "check",     "contact", "daemon",
	"ftp",     "help",       "hostmaster",    "info",      "mail",    "mailer-daemon",
	"news",    "no-reply",   "nobody",        "noc",       "noreply", "op25b",
	"postfix", "postmaster", "privacy",       "root",      "sales",   "security",
	"support", "system",     "usenet",        "uucp",      "vmail",   "webmaster",
	"www",     "autoconfig", "autodiscover",  "marketing",
};

static bool is_reserved(const char *name)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (!strcasecmp(name, reserved[i]))
			return true;
	}
	return false;
}

static json_t *bad_request(const char *code, const char *text)
{
	return json_pack("{s:{s:s, s:s}}", "error", "code", code, "text", text);
}

/* What our side failed with: told to the operator's client, who says less to a customer. */
static json_t *failed(int r, const struct op25b_error *error)
{
	return bad_request("failed", *error->text ? error->text : strerror(-r));
}

static const char *text_of(const json_t *request, const char *key)
{
	return json_string_value(json_object_get(request, key));
}

static json_t *outcome(const char *word, const char *text)
{
	return json_pack("{s:s, s:s, s:s}", "schema", "op25b.account-claim/1", "outcome", word,
			 "text", text);
}

static bool matches(const char *pattern, const char *text)
{
	regex_t regex;
	bool fits;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
		return false;
	fits = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return fits;
}

bool op25b_account_may_have_mailbox(const struct op25b_mail_mailbox *mailbox, const char *line,
				    uint32_t service)
{
	if (!*line || !matches(mailbox->login, line))
		return false;
	for (size_t i = 0; i < mailbox->n_services; i++) {
		if (mailbox->services[i] == service)
			return true;
	}
	return false;
}

static json_t *claim_done(const struct op25b_mail *mail, const char *account, const char *address)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "schema", "op25b.account-claim/1",
			 "outcome", words[OP25B_CLAIM_DONE], "text", texts[OP25B_CLAIM_DONE],
			 "account", account, "address", address, "ready",
			 (json_int_t)mail->mailbox->ready);
}

/* @fault: "name" or "password", for who says it in other words. */
static json_t *unusable(const char *fault, const char *text)
{
	json_t *answer = outcome("unusable", text);

	if (answer)
		json_object_set_new(answer, "fault", json_string(fault));
	return answer;
}

/* Whether a name may stand before the @ of a claimed mailbox; else @error says why not. */
static bool is_claimable(const char *name, const char *address, struct op25b_error *error)
{
	char kept[OP25B_ACCOUNT_NAME];

	if (is_reserved(name) || strpbrk(name, "@+")) {
		op25b_error_set(error, -EINVAL, "this name can't be had; choose another");
		return false;
	}
	return op25b_account_name(name, kept, error) == 0 &&
	       op25b_account_address(address, kept, error) == 0;
}

/* The claimer is on this line. */
static json_t *claim_here(const struct op25b_account_desk *desk, int64_t now, const char *line,
			  const json_t *request)
{
	const struct op25b_mail *mail = desk->mail;
	const bool by_address = !mail->settings ||
				mail->settings->username == OP25B_MAIL_USER_ADDRESS;
	const char *name = text_of(request, "name"), *code = text_of(request, "code");
	char text[2 * OP25B_ACCOUNT_NAME];
	const char *const addresses[] = { text };
	const struct op25b_account_new account = {
		.name = by_address ? text : name,
		.password = text_of(request, "password"),
		.line = line,
		.addresses = addresses,
		.n_addresses = 1,
	};
	enum op25b_claim came = OP25B_CLAIM_MALFORMED;
	struct op25b_error error = { "" };
	char kept[OP25B_ACCOUNT_NAME];
	json_t *answer;
	int left = 0, r;

	snprintf(text, sizeof(text), "%s@%s", name, mail->mailbox->domain);
	if (!is_claimable(name, text, &error))
		return unusable("name", error.text);
	r = op25b_accounts_claim(desk->accounts, now, &account, code, mail->mailbox->per_line,
				 &came, &left, &error);
	if (r == -EINVAL)
		return unusable("password", error.text);
	if (r < 0)
		return failed(r, &error);
	if (came == OP25B_CLAIM_DONE && op25b_account_address(text, kept, &error) == 0)
		return claim_done(mail, by_address ? kept : name, kept);
	answer = outcome(words[came], texts[came]);
	if ((came == OP25B_CLAIM_WRONG || came == OP25B_CLAIM_TAKEN) && answer)
		json_object_set_new(answer, "left", json_integer(left));
	return answer;
}

static json_t *claim(const struct op25b_account_desk *desk, int64_t now, const json_t *request)
{
	const char *from = text_of(request, "address");
	const json_int_t port = json_integer_value(json_object_get(request, "port"));
	struct op25b_person person = { .line = "" };
	struct op25b_prefix address;

	if (!from || !text_of(request, "code") || !text_of(request, "name") ||
	    !text_of(request, "password") || port < 0 || port > 65535 || strchr(from, '/') ||
	    op25b_prefix_parse(from, &address) != OP25B_PREFIX_FINE)
		return bad_request("bad-request", "account-claim takes code, name, password and "
						  "the claimer's address");
	if (!desk->mail || !desk->mail->mailbox)
		return outcome("unknown-line", "no mailbox goes with a line of this provider");
	desk->find(desk->arg, &address, (uint16_t)port, &person);
	if (!op25b_account_may_have_mailbox(desk->mail->mailbox, person.line, person.peer.service))
		return outcome("unknown-line",
			       "you are not connected by a line that a mailbox goes "
			       "with; connect by the line that the letter went to");
	return claim_here(desk, now, person.line, request);
}

static json_t *sent(bool sent)
{
	return json_pack("{s:s, s:b}", "schema", "op25b.account-address/1", "sent", (int)sent);
}

static json_t *ask(const struct op25b_account_desk *desk, int64_t now, const json_t *request)
{
	const char *name = text_of(request, "name"), *address = text_of(request, "address");
	char kept[OP25B_ACCOUNT_NAME], lower[OP25B_ACCOUNT_NAME], token[OP25B_CONFIRM_TOKEN];
	struct op25b_error error = { "" };
	struct op25b_letter letter = { .kind = OP25B_LETTER_CONFIRM };
	int r;

	if (!name || !address || !desk->mail)
		return bad_request("bad-request", "account-address takes name and address");
	if (op25b_account_name(name, kept, &error) < 0 ||
	    op25b_account_address(address, lower, &error) < 0)
		return bad_request("bad-request", error.text);
	if (op25b_mail_is_own(desk->mail, strchr(lower, '@') + 1))
		return bad_request("bad-request", "this address is in one of the provider's own "
						  "domains: the operator gives it to its owner");
	if (desk->mail->foreign == OP25B_MAIL_FOREIGN_REFUSE)
		return bad_request("bad-request", "the policy's mail.senders.foreign refuses "
						  "addresses of other providers");
	letter.account = kept;
	letter.address = lower;
	/* A new token ends the one before, whose letter may be under way. */
	r = desk->posted(desk->arg, &letter, OP25B_CONFIRM_EVERY);
	if (r)
		return r < 0 ? failed(r, &error) : sent(false);
	r = op25b_accounts_confirm_ask(desk->accounts, now, kept, lower, token, &error);
	if (r == -ENOENT || r == -EALREADY || r == -E2BIG)
		return bad_request("bad-request", error.text);
	if (r < 0)
		return failed(r, &error);
	letter.why = token;
	r = desk->post(desk->arg, &letter, OP25B_CONFIRM_EVERY);
	return r < 0 ? failed(r, &error) : sent(r > 0);
}

static json_t *confirm(const struct op25b_account_desk *desk, int64_t now, const json_t *request)
{
	const char *token = text_of(request, "token");
	char name[OP25B_ACCOUNT_NAME], address[OP25B_ACCOUNT_NAME];
	struct op25b_error error = { "" };
	int r;

	if (!token)
		return bad_request("bad-request", "account-confirm takes a token");
	r = op25b_accounts_confirm(desk->accounts, now, token, name, address, &error);
	if (r == -EKEYREJECTED)
		return json_pack("{s:s, s:b, s:s}", "schema", "op25b.account-confirm/1",
				 "confirmed", 0, "text", error.text);
	if (r < 0)
		return failed(r, &error);
	return json_pack("{s:s, s:b, s:s, s:s}", "schema", "op25b.account-confirm/1", "confirmed",
			 1, "account", name, "address", address);
}

/* Returns 0, though there may be no such account; -errno. */
static int send_link(const struct op25b_account_desk *desk, int64_t now, const char *login,
		     struct op25b_error *error)
{
	char name[OP25B_ACCOUNT_NAME], mailbox[OP25B_ACCOUNT_NAME], token[OP25B_CONFIRM_TOKEN];
	struct op25b_letter letter = { .kind = OP25B_LETTER_ABROAD };
	int r = op25b_accounts_abroad_who(desk->accounts, login, name, mailbox, error);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	letter.account = name;
	letter.address = mailbox;
	/* The link before stays, while its letter may be under way. */
	r = desk->posted(desk->arg, &letter, OP25B_ABROAD_EVERY);
	if (r)
		return r < 0 ? r : 0;
	r = op25b_accounts_abroad_ask(desk->accounts, now, name, token, error);
	if (r < 0)
		return r;
	letter.why = token;
	r = desk->post(desk->arg, &letter, OP25B_ABROAD_EVERY);
	return r < 0 ? r : 0;
}

static json_t *abroad(const struct op25b_account_desk *desk, int64_t now, const json_t *request)
{
	const char *login = text_of(request, "login");
	struct op25b_error error = { "" };
	int r;

	if (!login)
		return bad_request("bad-request", "account-abroad takes login");
	r = op25b_mail_customer_opens(desk->mail) ? send_link(desk, now, login, &error) : 0;
	if (r < 0)
		return failed(r, &error);
	return json_pack("{s:s, s:b}", "schema", "op25b.account-abroad/1", "taken", 1);
}

static json_t *abroad_open(const struct op25b_account_desk *desk, int64_t now,
			   const json_t *request)
{
	const int64_t opens = op25b_mail_customer_opens(desk->mail), until = now + opens;
	const char *token = text_of(request, "token");
	struct op25b_error error = { "" };
	char name[OP25B_ACCOUNT_NAME];
	int r;

	if (!token)
		return bad_request("bad-request", "account-abroad-open takes a token");
	if (!opens)
		return json_pack("{s:s, s:b, s:s}", "schema", "op25b.account-abroad-open/1",
				 "opened", 0, "text", "customers open nothing by themselves");
	r = op25b_accounts_abroad_open(desk->accounts, now, token, until, name, &error);
	if (r == -EKEYREJECTED)
		return json_pack("{s:s, s:b, s:s}", "schema", "op25b.account-abroad-open/1",
				 "opened", 0, "text", error.text);
	if (r < 0)
		return failed(r, &error);
	return json_pack("{s:s, s:b, s:s, s:I}", "schema", "op25b.account-abroad-open/1", "opened",
			 1, "account", name, "until", (json_int_t)until);
}

int op25b_account_desk_answer(const struct op25b_account_desk *desk, int64_t now,
			      const json_t *request, json_t **ret)
{
	static const struct {
		const char *op;
		json_t *(*answer)(const struct op25b_account_desk *desk, int64_t now,
				  const json_t *request);
	} requests[] = {
		{ "account-claim", claim },
		{ "account-address", ask },
		{ "account-confirm", confirm },
		{ "account-abroad", abroad },
		{ "account-abroad-open", abroad_open },
	};
	const char *op = text_of(request, "op");
	json_t *answer;

	for (size_t i = 0; op && i < sizeof(requests) / sizeof(requests[0]); i++) {
		if (strcmp(op, requests[i].op) != 0)
			continue;
		answer = requests[i].answer(desk, now, request);
		if (!answer)
			return -ENOMEM;
		*ret = answer;
		return 1;
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* From what Postfix says to the facts of the mail decision. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mail/brain-inside.h"
#include "mail/guard.h"
#include "mail/window.h"
#include "policy/prefix.h"

#define WINDOWS 16U /* at one address; of more the newest count */

static void lower(const char *text, char *ret, size_t size)
{
	size_t n = 0;

	for (; text[n] && n + 1 < size; n++)
		ret[n] = (char)tolower((unsigned char)text[n]);
	ret[n] = '\0';
}

static int take_account(void *arg, const struct op25b_account *account)
{
	struct op25b_brain_account *ret = arg;

	*ret = (struct op25b_brain_account){ .state = account->state,
					     .state_since = account->state_since,
					     .created = account->created,
					     .serial = account->serial,
					     .abroad_until = account->abroad_until,
					     .server = account->server,
					     .first_password = account->first_password };
	snprintf(ret->name, sizeof(ret->name), "%s", account->name);
	snprintf(ret->why, sizeof(ret->why), "%s", account->why);
	snprintf(ret->line, sizeof(ret->line), "%s", account->line);
	return 0;
}

int op25b_brain_account(struct op25b_brain *brain, const char *name,
			struct op25b_brain_account *ret)
{
	char key[OP25B_ACCOUNT_NAME];

	if (!*name || strlen(name) >= sizeof(key))
		return -ENOENT;
	lower(name, key, sizeof(key));
	return op25b_accounts_find(brain->accounts, key, take_account, ret);
}

/* The first owner: an own address has one. */
static int take_owner(void *arg, const struct op25b_account *account)
{
	(void)take_account(arg, account);
	return 1;
}

int op25b_brain_login(struct op25b_brain *brain, const char *login, struct op25b_brain_account *ret)
{
	const struct op25b_mail *mail = op25b_people_mail(brain->people);
	char key[OP25B_ACCOUNT_NAME];
	int r = op25b_brain_account(brain, login, ret);

	if (r != -ENOENT || !strchr(login, '@') || strlen(login) >= sizeof(key) ||
	    op25b_brain_sender_kind(mail, login) != OP25B_MAIL_FROM_OWN)
		return r;
	lower(login, key, sizeof(key));
	r = op25b_accounts_owners(brain->accounts, key, take_owner, ret);
	return r < 0 ? r : r ? 0 : -ENOENT;
}

enum op25b_mail_sender op25b_brain_sender_kind(const struct op25b_mail *mail, const char *address)
{
	const char *at = strrchr(address, '@');
	char domain[OP25B_ACCOUNT_NAME];
	size_t len;

	if (!*address || !strcmp(address, "<>"))
		return OP25B_MAIL_FROM_NULL;
	if (!at || !at[1])
		return OP25B_MAIL_FROM_OWN;
	snprintf(domain, sizeof(domain), "%s", at + 1);
	len = strlen(domain);
	if (domain[len - 1] == '.')
		domain[len - 1] = '\0';
	return mail && op25b_mail_is_own(mail, domain) ? OP25B_MAIL_FROM_OWN :
							 OP25B_MAIL_FROM_FOREIGN;
}

/* "alice@example.net" of "alice+shop@example.net". False: there is no '+' in it. */
static bool without_extension(char address[static OP25B_ACCOUNT_NAME])
{
	char *at = strrchr(address, '@'), *plus = strchr(address, '+');

	if (!at || !plus || plus == address || plus > at)
		return false;
	memmove(plus, at, strlen(at) + 1);
	return true;
}

struct owner_walk {
	op25b_account_fn fn;
	void *arg;
	bool any;
};

static int see_owner(void *arg, const struct op25b_account *account)
{
	struct owner_walk *walk = arg;

	walk->any = true;
	return walk->fn(walk->arg, account);
}

int op25b_brain_owners(struct op25b_brain *brain, const char *address, op25b_account_fn fn,
		       void *arg)
{
	const struct op25b_mail *mail = op25b_people_mail(brain->people);
	struct owner_walk walk = { fn, arg, false };
	char key[OP25B_ACCOUNT_NAME];
	int r;

	if (strlen(address) >= sizeof(key))
		return 0;
	lower(address, key, sizeof(key));
	r = op25b_accounts_owners(brain->accounts, key, see_owner, &walk);
	if (r || walk.any || op25b_brain_sender_kind(mail, key) != OP25B_MAIL_FROM_OWN ||
	    !without_extension(key))
		return r;
	return op25b_accounts_owners(brain->accounts, key, see_owner, &walk);
}

static int is_named(void *arg, const struct op25b_account *account)
{
	return !strcmp(arg, account->name);
}

int op25b_brain_owns(struct op25b_brain *brain, const char *account, const char *address)
{
	char name[OP25B_ACCOUNT_NAME];

	/* A name that is an address is the account's own for good (account-edit.h): no question. */
	if (strchr(account, '@') && !strcasecmp(account, address))
		return 1;
	lower(account, name, sizeof(name));
	return op25b_brain_owners(brain, address, is_named, name);
}

struct op25b_mail_account op25b_brain_facts_of(const struct op25b_mail *mail, int64_t now,
					       const struct op25b_brain_account *account,
					       const struct op25b_person *person)
{
	return (struct op25b_mail_account){
		.state = account->state,
		.is_new = mail && mail->new_for && account->created + mail->new_for > now,
		.server = account->server,
		.first_password = account->first_password,
		.own_line = *account->line && !strcmp(account->line, person->line),
		.opened_abroad = account->abroad_until > now,
	};
}

bool op25b_brain_is_our_host(const struct op25b_brain *brain, const struct op25b_prefix *address)
{
	const struct op25b_policy *policy = op25b_people_of(brain->people);

	if (op25b_guard_is_our_host(address))
		return true;
	for (size_t i = 0; i < policy->n_servers; i++) {
		const struct op25b_peer_group *server = &policy->servers[i];

		for (size_t j = 0; j < server->n_prefixes; j++) {
			if (op25b_prefix_holds(&server->prefixes[j], address))
				return true;
		}
	}
	return false;
}

/* Windows at an address, as texts that outlive the statement. */
struct windows {
	struct {
		char account[OP25B_ACCOUNT_NAME], line[OP25B_SESSION_LINE_ID];
		int64_t serial;
	} list[WINDOWS];
	size_t n;
};

static int take_window(void *arg, const struct op25b_window *window)
{
	struct windows *windows = arg;

	snprintf(windows->list[windows->n].account, OP25B_ACCOUNT_NAME, "%s", window->account);
	snprintf(windows->list[windows->n].line, OP25B_SESSION_LINE_ID, "%s", window->line);
	windows->list[windows->n++].serial = window->serial;
	return windows->n == WINDOWS;
}

/* The account whose window it is, as long as nothing changed since it was opened. */
static int use_window(struct op25b_brain_asked *asked, const struct windows *windows, size_t at)
{
	struct op25b_brain_account account;
	int r;

	if (strcmp(windows->list[at].line, asked->person.line) != 0)
		return 0;
	r = op25b_brain_account(asked->brain, windows->list[at].account, &account);
	if (r)
		return r == -ENOENT ? 0 : r;
	if ((int64_t)op25b_brain_version(&account) != windows->list[at].serial ||
	    account.state >= OP25B_MAIL_STATE_HELD)
		return 0;
	r = op25b_brain_owns(asked->brain, account.name, asked->request->sender);
	if (r < 0 || (!r && asked->facts.window))
		return r;
	asked->facts.window = true;
	asked->facts.sender_owned = r;
	asked->facts.account =
		op25b_brain_facts_of(asked->mail, asked->now, &account, &asked->person);
	snprintf(asked->account, sizeof(asked->account), "%s", account.name);
	asked->created = account.created;
	return r;
}

/* The newest window whose account owns the sender; else the newest. */
static int find_window(struct op25b_brain_asked *asked)
{
	struct windows windows = { .n = 0 };
	int r;

	if (asked->request->client.family == OP25B_NO_FAMILY ||
	    op25b_brain_is_our_host(asked->brain, &asked->request->client))
		return 0;
	r = op25b_window_find(asked->brain->state, asked->now, &asked->request->client, take_window,
			      &windows);
	if (r < 0)
		return r;
	for (size_t i = 0; i < windows.n; i++) {
		r = use_window(asked, &windows, i);
		if (r)
			return r < 0 ? r : 0;
	}
	return 0;
}

static int find_login(struct op25b_brain_asked *asked)
{
	struct op25b_brain_account account = { 0 };
	int r = op25b_brain_account(asked->brain, asked->request->sasl_username, &account);

	lower(asked->request->sasl_username, asked->account, sizeof(asked->account));
	if (r < 0 && r != -ENOENT)
		return r;
	asked->facts.account =
		op25b_brain_facts_of(asked->mail, asked->now, &account, &asked->person);
	asked->created = account.created;
	asked->over = op25b_guard_is_over(asked->brain->guard, &asked->request->client,
					  asked->account, op25b_brain_version(&account));
	if (asked->facts.sender == OP25B_MAIL_FROM_NULL || r == -ENOENT)
		return 0;
	r = op25b_brain_owns(asked->brain, account.name, asked->request->sender);
	asked->facts.sender_owned = r > 0;
	return r < 0 ? r : 0;
}

static int find_line(struct op25b_brain_asked *asked)
{
	char sender[OP25B_ACCOUNT_NAME];
	int r;

	if (!asked->mail || asked->mail->own != OP25B_MAIL_OWN_LINE || !*asked->person.line ||
	    strlen(asked->request->sender) >= sizeof(sender))
		return 0;
	lower(asked->request->sender, sender, sizeof(sender));
	r = op25b_accounts_line_owns(asked->brain->accounts, asked->person.line, sender);
	if (!r && without_extension(sender))
		r = op25b_accounts_line_owns(asked->brain->accounts, asked->person.line, sender);
	asked->facts.sender_owned = r > 0;
	return r < 0 ? r : 0;
}

/* The service that Postfix asks for; who does not say is at port 25, which has least rights. */
static uint16_t port_of(const struct op25b_postfix_request *request)
{
	if (!strncmp(request->context, "submissions/", 12))
		return 465;
	if (!strncmp(request->context, "submission/", 11))
		return 587;
	if (!*request->context && (request->server_port == 587 || request->server_port == 465))
		return request->server_port;
	return 25;
}

/* Whether a line pays of which only the sessions will tell the name: by its prefix it had two. */
static bool needs_name(const struct op25b_brain_asked *asked)
{
	const struct op25b_policy *policy = op25b_people_of(asked->brain->people);
	struct op25b_mail_limit limit;

	return asked->person.unnamed && asked->decision.verdict != OP25B_MAIL_REFUSED &&
	       op25b_mail_limit_of(policy, asked->mail, &asked->decision, &limit) &&
	       limit.line.burst;
}

int op25b_brain_judge(struct op25b_brain_asked *ret)
{
	const struct op25b_postfix_request *request = ret->request;
	struct op25b_mail_facts *facts = &ret->facts;
	int r;

	ret->mail = op25b_people_mail(ret->brain->people);
	op25b_people_find(ret->brain->people, &request->client, request->client_port, &ret->person);
	*facts = (struct op25b_mail_facts){
		.port = port_of(request),
		.tls = request->tls,
		.auth = *request->sasl_username,
		.peer = ret->person.peer,
		.sender = op25b_brain_sender_kind(ret->mail, request->sender),
	};
	*ret->account = '\0';
	ret->created = 0;
	if (facts->auth)
		r = find_login(ret);
	else if (op25b_mail_way_of(ret->mail, ret->now, facts) == OP25B_MAIL_LINE25)
		r = find_line(ret);
	else
		r = facts->port == 25 ? find_window(ret) : 0;
	if (r < 0)
		return r;
	/* A right of a line, and the lack of one, is only known with the sessions. */
	if (!op25b_people_known(ret->brain->people) &&
	    (facts->port == 25 || facts->account.first_password))
		return -EAGAIN;
	ret->decision = op25b_mail_decide(ret->mail, ret->now, facts);
	return !op25b_people_known(ret->brain->people) && needs_name(ret) ? -EAGAIN : 0;
}

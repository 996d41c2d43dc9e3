/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mail section as it was read: how mail to other domains may enter a provider's relay servers,
 * within what limits, and what its customers type in. A tenant has its own. Everything belongs to
 * the policy's arena; mail-decide.h says what it means.
 */
#pragma once

#include "policy/networks.h"
#include "policy/policy.h"

/* The ways in: port 587 or 465 with AUTH; port 25 by line, with AUTH, after a POP login. */
enum op25b_mail_way {
	OP25B_MAIL_AUTH587,
	OP25B_MAIL_LINE25,
	OP25B_MAIL_AUTH25,
	OP25B_MAIL_POP25,
	OP25B_MAIL_WAYS, /* how many there are */
};

#define OP25B_MAIL_UNLIMITED UINT32_MAX /* instead of an index into op25b_policy.mail_limits */

/* One dated stage of a way. It holds for these services, and for whom the flags name. */
struct op25b_mail_stage {
	int64_t from;              /* INT64_MIN: always */
	enum op25b_verdict action; /* allow is OP25B_PASS */
	bool any, elsewhere;
	uint32_t *services; /* sorted indices of op25b_policy.services */
	size_t n_services;
	uint32_t limits; /* index into op25b_policy.mail_limits */
	int64_t window;  /* pop25: seconds that a login opens it for; else 0 */
	struct op25b_place place;
};

struct op25b_mail_stages {
	struct op25b_mail_stage *list; /* in the order of the file */
	size_t n;
	uint32_t limits; /* where no stage is in force: of auth587 only */
	struct op25b_place place;
};

/* Accepted recipients: the bucket's size, its refill, and the most in 24 hours. */
struct op25b_mail_bucket {
	uint32_t burst, hour, day; /* burst 0: there is none */
};

enum op25b_mail_at_limit { OP25B_MAIL_DEFER, OP25B_MAIL_REFUSE_AT_LIMIT, OP25B_MAIL_HOLD_AT_LIMIT };

struct op25b_mail_limit {
	const char *id; /* "tenant/id" inside a tenant */
	struct op25b_mail_bucket account, line;
	uint32_t message; /* recipients of one message */
	enum op25b_mail_at_limit at_limit;
	struct op25b_place place;
};

/* Which MAIL FROM in `domains` may be used on line25, where nobody logs in. */
enum op25b_mail_own { OP25B_MAIL_OWNER, OP25B_MAIL_OWN_LINE, OP25B_MAIL_OWN_ANY };

/* Which MAIL FROM elsewhere, on the ways with an account. */
enum op25b_mail_foreign {
	OP25B_MAIL_FOREIGN_REFUSE,
	OP25B_MAIL_FOREIGN_CONFIRMED,
	OP25B_MAIL_FOREIGN_ANY
};

enum op25b_mail_first_password { OP25B_MAIL_FROM_OWN_LINE, OP25B_MAIL_FROM_NOWHERE };

enum op25b_mail_step { OP25B_MAIL_SLOW, OP25B_MAIL_HOLD, OP25B_MAIL_STOP, OP25B_MAIL_STEPS };

struct op25b_mail_stolen {
	enum op25b_mail_step steps[OP25B_MAIL_STEPS]; /* in order */
	size_t n_steps;
	uint32_t slow_factor;
	int64_t hold_for; /* seconds */
};

struct op25b_mail_abroad {
	bool given;
	enum op25b_verdict action; /* allow or refuse */
	uint32_t limits;
	int64_t customer_opens; /* for so many seconds; 0: customers can't */
	struct op25b_place place;
};

/* A mailbox for lines whose login is a number that nobody chose. */
struct op25b_mail_mailbox {
	uint32_t *services; /* sorted */
	size_t n_services;
	const char *login; /* an extended regular expression that compiles */
	uint32_t per_line;
	const char *domain;
	int64_t ready; /* seconds */
	struct op25b_place place;
};

enum op25b_mail_username {
	OP25B_MAIL_USER_ADDRESS,
	OP25B_MAIL_USER_LOCAL_PART,
	OP25B_MAIL_USER_LOGIN
};

enum op25b_mail_tls { OP25B_MAIL_IMPLICIT, OP25B_MAIL_STARTTLS };

enum op25b_mail_kind { OP25B_MAIL_IMAP, OP25B_MAIL_POP3 };

/* A server that customers type in. */
struct op25b_mail_server {
	const char *host; /* may hold one {domain} */
	uint16_t port;
	enum op25b_mail_tls tls;
	enum op25b_mail_kind kind; /* incoming only */
	int64_t since;             /* INT64_MIN: not said */
	struct op25b_place place;
};

/* The next of a list, from *at on, which moves behind it, that takes mail at an instant; NULL. */
static inline const struct op25b_mail_server *
op25b_mail_server_next(const struct op25b_mail_server *list, size_t n, int64_t now, size_t *at)
{
	while (*at < n) {
		const struct op25b_mail_server *one = &list[(*at)++];

		if (one->since <= now)
			return one;
	}
	return NULL;
}

struct op25b_mail_settings {
	enum op25b_mail_username username;
	struct op25b_mail_server *outgoing, *incoming; /* the best first */
	size_t n_outgoing, n_incoming;
	const char *webmail; /* NULL: none */
	struct op25b_place place;
};

/* Of outgoing servers. @settings: may be NULL */
static inline const struct op25b_mail_server *
op25b_mail_outgoing_next(const struct op25b_mail_settings *settings, int64_t now, size_t *at)
{
	return settings ?
		       op25b_mail_server_next(settings->outgoing, settings->n_outgoing, now, at) :
		       NULL;
}

struct op25b_mail {
	uint32_t tenant;
	const char **domains; /* lower case; "*" may be the first label */
	size_t n_domains;
	struct op25b_mail_stages ways[OP25B_MAIL_WAYS];
	enum op25b_mail_own own;
	enum op25b_mail_foreign foreign;
	struct op25b_place foreign_place;
	int64_t new_for; /* an account is new for so many seconds; 0: never */
	uint32_t new_limits;
	bool server_accounts, server_any; /* accounts may be servers'; from any address */
	uint32_t server_limits;
	enum op25b_mail_first_password first_password;
	struct op25b_mail_abroad abroad;
	char (*home)[2]; /* country codes */
	size_t n_home;
	const struct op25b_networks *networks; /* NULL: none given, by the root neither */
	struct op25b_mail_stolen stolen;
	const struct op25b_mail_mailbox *mailbox;   /* NULL: none */
	const struct op25b_mail_settings *settings; /* NULL: none */
	struct op25b_place place;
};

/**
 * op25b_mail_of() - the mail section of a tenant, 0 being the root.
 * Returns NULL if it has none: then there is no way in.
 */
static inline const struct op25b_mail *op25b_mail_of(const struct op25b_policy *policy,
						     uint32_t tenant)
{
	return policy->tenants[tenant].mail;
}

/* For how many seconds customers open sending from abroad by themselves; 0: nobody does, for the
 * policy closes nothing there, or gives no such span. @mail: may be NULL */
static inline int64_t op25b_mail_customer_opens(const struct op25b_mail *mail)
{
	return mail && mail->abroad.given && mail->abroad.action == OP25B_REFUSE ?
		       mail->abroad.customer_opens :
		       0;
}

/**
 * op25b_mail_is_own() - whether a domain is one of the provider's own mailboxes.
 * @domain: any case
 *
 * "*.example.net" stands for one label before example.net. Cost: linear in `domains`.
 */
bool op25b_mail_is_own(const struct op25b_mail *mail, const char *domain);

/**
 * op25b_mail_covers() - whether every name that @name stands for is one that @pattern stands for.
 * A "*" in place of a label stands for any one label, in both. Case counts nothing.
 */
bool op25b_mail_covers(const char *pattern, const char *name);

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Outcomes: what a customer can be told, a closed list (design-words 6b.1). Each has its sentences
 * in words/pages-outcome.*.po under its id: "o-ID-title", "o-ID-verdict" (one sentence),
 * "o-ID-why". A test walks all.
 */
#pragma once

#include <stdbool.h>

#include "policy/mail-decide.h"
#include "policy/policy.h"
#include "web/phrases.h"

enum op25b_verdict_word { OP25B_AFFECTED, OP25B_NOT_AFFECTED, OP25B_CANNOT_TELL };

/* X(TAIL, id, verdict, situation or -1, contact) */
#define OP25B_OUTCOMES(X)                                                                        \
	X(OK_LINE, "ok-line", OP25B_NOT_AFFECTED, -1, SUPPORT)                                   \
	X(OK_EXEMPT, "ok-exempt", OP25B_NOT_AFFECTED, -1, SUPPORT)                               \
	X(OK_UNTIL_START, "ok-until-start", OP25B_NOT_AFFECTED, -1, SUPPORT)                     \
	X(OK_COUNTED, "ok-counted", OP25B_NOT_AFFECTED, -1, SUPPORT)                             \
	X(OK_BROWSER, "ok-browser", OP25B_NOT_AFFECTED, -1, SUPPORT)                             \
	X(OK_DESIGNATED, "ok-designated", OP25B_NOT_AFFECTED, -1, SUPPORT)                       \
	X(OK_ALREADY_SUBMISSION, "ok-already-submission", OP25B_NOT_AFFECTED, -1, SUPPORT)       \
	X(AFFECTED_OWN_SERVER, "affected-own-server", OP25B_AFFECTED, OP25B_OWN_SERVER, SUPPORT) \
	X(AFFECTED_HOSTING_SERVER, "affected-hosting-server", OP25B_AFFECTED,                    \
	  OP25B_HOSTING_SERVER, SUPPORT)                                                         \
	X(AFFECTED_OTHER_SERVER, "affected-other-server", OP25B_AFFECTED, OP25B_OTHER_SERVER,    \
	  SUPPORT)                                                                               \
	X(AFFECTED_HOME_SERVER, "affected-home-server", OP25B_AFFECTED, OP25B_HOME_SERVER,       \
	  SUPPORT)                                                                               \
	X(AFFECTED_DEVICE, "affected-device", OP25B_AFFECTED, OP25B_DEVICE, SUPPORT)             \
	X(AFFECTED_SOME_DESTINATIONS, "affected-some-destinations", OP25B_AFFECTED,              \
	  OP25B_OTHER_SERVER, SUPPORT)                                                           \
	X(CANNOT_TELL_ELSEWHERE, "cannot-tell-elsewhere", OP25B_CANNOT_TELL, -1, SUPPORT)        \
	X(CANNOT_TELL_SHARED, "cannot-tell-shared", OP25B_CANNOT_TELL, -1, SUPPORT)              \
	X(CANNOT_TELL_FAMILY, "cannot-tell-family", OP25B_CANNOT_TELL, -1, SUPPORT)              \
	X(OUTAGE, "outage", OP25B_CANNOT_TELL, -1, SUPPORT)                                      \
	X(ACCOUNT_STOPPED, "account-stopped", OP25B_AFFECTED, -1, SUPPORT)                       \
	X(ACCOUNT_HELD, "account-held", OP25B_AFFECTED, -1, SUPPORT)                             \
	X(LIMIT_REACHED, "limit-reached", OP25B_AFFECTED, -1, SUPPORT)                           \
	X(LIMIT_MESSAGE, "limit-message", OP25B_AFFECTED, -1, SUPPORT)                           \
	X(ABROAD_CLOSED, "abroad-closed", OP25B_AFFECTED, -1, SUPPORT)                           \
	X(FIRST_PASSWORD, "first-password", OP25B_AFFECTED, -1, SUPPORT)                         \
	X(ELSEWHERE_BLOCKED, "elsewhere-blocked", OP25B_AFFECTED, -1, SUPPORT)                   \
	X(AUTH_NEEDED, "auth-needed", OP25B_AFFECTED, -1, SUPPORT)                               \
	X(SENDER_CONFIRM, "sender-confirm", OP25B_AFFECTED, -1, SUPPORT)                         \
	X(SETTINGS_PORT, "settings-port", OP25B_AFFECTED, -1, SUPPORT)                           \
	X(SETTINGS_TLS, "settings-tls", OP25B_AFFECTED, -1, SUPPORT)                             \
	X(SETTINGS_PASSWORD, "settings-password", OP25B_AFFECTED, -1, SUPPORT)                   \
	X(SETTINGS_HOST, "settings-host", OP25B_AFFECTED, -1, SUPPORT)                           \
	X(SETTINGS_SENDER, "settings-sender", OP25B_AFFECTED, -1, SUPPORT)                       \
	X(SETTINGS_NO_AUTH, "settings-no-auth", OP25B_AFFECTED, -1, SUPPORT)                     \
	X(SOFTWARE_CANNOT, "software-cannot", OP25B_AFFECTED, OP25B_DEVICE, SUPPORT)             \
	X(SECURITY_SOFTWARE, "security-software", OP25B_AFFECTED, -1, SUPPORT)                   \
	X(PROVIDER_NO_SUBMISSION, "provider-no-submission", OP25B_AFFECTED, OP25B_NO_SUBMISSION, \
	  SUPPORT)                                                                               \
	X(NO_MAIL_ACCOUNT, "no-mail-account", OP25B_AFFECTED, -1, SUPPORT)                       \
	X(SUSPECT, "suspect", OP25B_AFFECTED, -1, ABUSE)                                         \
	X(UNKNOWN, "unknown", OP25B_CANNOT_TELL, -1, SUPPORT)

enum op25b_outcome {
#define OP25B_OUTCOME_ENUM(tail, id, verdict, situation, contact) OP25B_O_##tail,
	OP25B_OUTCOMES(OP25B_OUTCOME_ENUM)
#undef OP25B_OUTCOME_ENUM
		OP25B_OUTCOME_COUNT
};

/* "ok-line", ... Static storage. */
const char *op25b_outcome_id(enum op25b_outcome outcome);

/* The outcome of that id; -1: there is none. */
int op25b_outcome_find(const char *id);

/* What it says of sending. */
enum op25b_verdict_word op25b_outcome_verdict(enum op25b_outcome outcome);

/* "affected", "not-affected", "cannot-tell": for attributes and JSON. Static storage. */
const char *op25b_outcome_verdict_word(enum op25b_verdict_word verdict);

/* Whether receiving is as ever: not with a mailbox that is stopped, or where nobody knows. */
bool op25b_outcome_receives(enum op25b_outcome outcome);

/* The situation whose remedies help; -1: none of the policy's. */
int op25b_outcome_situation(enum op25b_outcome outcome);

/* Whom to ask where no remedy says otherwise. */
enum op25b_contact op25b_outcome_contact(enum op25b_outcome outcome);

/* The answer of relaying mail (design-mail 4b.11) as an outcome; -1: there is nothing to tell. */
int op25b_outcome_of_mail(enum op25b_mail_reason reason);

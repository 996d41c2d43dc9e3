/* SPDX-License-Identifier: BSD-2-Clause */
/* The lists themselves. */
#include "policy/mail-words.h"

#include "policy/mail-decide.h"

#define LIST(name, ...)                                                           \
	static const char *const name##_words[] = { __VA_ARGS__ };                \
	const struct op25b_words op25b_words_##name = {                           \
		.words = name##_words, .n = sizeof(name##_words) / sizeof(char *) \
	}

LIST(mail_way, [OP25B_MAIL_AUTH587] = "auth587", [OP25B_MAIL_LINE25] = "line25",
     [OP25B_MAIL_AUTH25] = "auth25", [OP25B_MAIL_POP25] = "pop25");
LIST(mail_own, [OP25B_MAIL_OWNER] = "owner", [OP25B_MAIL_OWN_LINE] = "line",
     [OP25B_MAIL_OWN_ANY] = "any");
LIST(mail_foreign, [OP25B_MAIL_FOREIGN_REFUSE] = "refuse",
     [OP25B_MAIL_FOREIGN_CONFIRMED] = "confirmed", [OP25B_MAIL_FOREIGN_ANY] = "any");
LIST(mail_at_limit, [OP25B_MAIL_DEFER] = "defer", [OP25B_MAIL_REFUSE_AT_LIMIT] = "refuse",
     [OP25B_MAIL_HOLD_AT_LIMIT] = "hold");
LIST(mail_first_password, [OP25B_MAIL_FROM_OWN_LINE] = "own-line",
     [OP25B_MAIL_FROM_NOWHERE] = "nowhere");
LIST(mail_step, [OP25B_MAIL_SLOW] = "slow", [OP25B_MAIL_HOLD] = "hold",
     [OP25B_MAIL_STOP] = "refuse");
LIST(mail_username, [OP25B_MAIL_USER_ADDRESS] = "address",
     [OP25B_MAIL_USER_LOCAL_PART] = "local_part", [OP25B_MAIL_USER_LOGIN] = "login");
LIST(mail_tls, [OP25B_MAIL_IMPLICIT] = "implicit", [OP25B_MAIL_STARTTLS] = "starttls");
LIST(mail_kind, [OP25B_MAIL_IMAP] = "imap", [OP25B_MAIL_POP3] = "pop3");
LIST(network_kind, [OP25B_NETWORK_PLAIN] = "", [OP25B_NETWORK_SHARED] = "shared",
     [OP25B_NETWORK_HOSTING] = "hosting");
LIST(mail_verdict, [OP25B_MAIL_TAKE] = "allow", [OP25B_MAIL_COUNTED] = "count",
     [OP25B_MAIL_HELD] = "hold", [OP25B_MAIL_REFUSED] = "refuse");
LIST(mail_moment, [OP25B_MAIL_AT_AUTH] = "AUTH", [OP25B_MAIL_AT_RCPT] = "RCPT",
     [OP25B_MAIL_AT_DATA] = "DATA", [OP25B_MAIL_AT_END] = "EOM");

#define REASON_WORD(tail, word, code, moment, outcome) [OP25B_MAIL_##tail] = (word),
LIST(mail_reason, OP25B_MAIL_REASONS(REASON_WORD));

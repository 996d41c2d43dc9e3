/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "I suddenly cannot send": the order in which causes are looked at (design-words 6b.1). What is
 * known for certain comes first and is not asked for; every way ends in an outcome. Pure: facts and
 * answers in, the next question or an outcome out. A test walks all of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/judge.h"
#include "web/outcome.h"

/* Questions, in the order in which they may be asked. X(TAIL, name in links) */
#define OP25B_HELP_ASKS(X)    \
	X(OUTAGE, "outage")   \
	X(MAIL, "mail")       \
	X(SUSPECT, "suspect") \
	X(WHERE, "where")     \
	X(SERVER, "server")   \
	X(PORT, "port")       \
	X(AUTH, "auth")       \
	X(TROUBLE, "trouble")

enum op25b_help_ask {
#define OP25B_HELP_ASK_ENUM(tail, name) OP25B_HELP_##tail,
	OP25B_HELP_ASKS(OP25B_HELP_ASK_ENUM)
#undef OP25B_HELP_ASK_ENUM
		OP25B_HELP_ASK_COUNT
};

/*
 * Answers of all questions. X(QUESTION, TAIL, name). "no" of the first three: that is not it, go
 * on. Of `where` "line" is one of the provider's own lines.
 */
#define OP25B_HELP_ANSWERS(X)                \
	X(OUTAGE, YES, "yes")                \
	X(OUTAGE, NO, "no")                  \
	X(MAIL, YES, "yes")                  \
	X(MAIL, NO, "no")                    \
	X(SUSPECT, YES, "yes")               \
	X(SUSPECT, NO, "no")                 \
	X(WHERE, LINE, "line")               \
	X(WHERE, HOME, "home")               \
	X(WHERE, OFFICE, "office")           \
	X(WHERE, SCHOOL, "school")           \
	X(WHERE, MOBILE, "mobile")           \
	X(WHERE, HOTEL, "hotel")             \
	X(WHERE, ABROAD, "abroad")           \
	X(SERVER, OWN, "own-server")         \
	X(SERVER, HOSTING, "hosting-server") \
	X(SERVER, OTHER, "other-server")     \
	X(SERVER, HOME, "home-server")       \
	X(SERVER, DEVICE, "device")          \
	X(SERVER, BROWSER, "browser")        \
	X(PORT, 25, "25")                    \
	X(PORT, SUBMISSION, "submission")    \
	X(PORT, UNKNOWN, "unknown")          \
	X(AUTH, ON, "on")                    \
	X(AUTH, OFF, "off")                  \
	X(AUTH, UNKNOWN, "unknown")          \
	X(TROUBLE, PASSWORD, "password")     \
	X(TROUBLE, TLS, "tls")               \
	X(TROUBLE, PAIR, "pair")             \
	X(TROUBLE, HOST, "host")             \
	X(TROUBLE, SENDER, "sender")         \
	X(TROUBLE, CONFIRM, "confirm")       \
	X(TROUBLE, PORT, "port")             \
	X(TROUBLE, OLD, "old")               \
	X(TROUBLE, SECURITY, "security")     \
	X(TROUBLE, RECIPIENTS, "recipients") \
	X(TROUBLE, PROVIDER, "provider")     \
	X(TROUBLE, ACCOUNT, "account")       \
	X(TROUBLE, OTHER, "other")

enum op25b_help_answer {
#define OP25B_HELP_ANSWER_ENUM(ask, tail, name) OP25B_HELP_##ask##_##tail,
	OP25B_HELP_ANSWERS(OP25B_HELP_ANSWER_ENUM)
#undef OP25B_HELP_ANSWER_ENUM
		OP25B_HELP_ANSWER_COUNT
};

#define OP25B_HELP_NO_ANSWER (-1)

/* Names as they stand in links. Static. */
const char *op25b_help_ask_name(enum op25b_help_ask ask);
const char *op25b_help_answer_name(enum op25b_help_answer answer);

/* The question that an answer is of. */
enum op25b_help_ask op25b_help_answer_of(enum op25b_help_answer answer);

/* The answer of that name to a question, or OP25B_HELP_NO_ANSWER. */
int op25b_help_answer_find(enum op25b_help_ask ask, const char *name);

/* The use of mail of an answer to OP25B_HELP_SERVER; of none that of another company's server. */
enum op25b_use op25b_help_use(int server);

/* What is known without asking. */
struct op25b_help_known {
	bool outage;      /* the status files or the probes say so */
	int mail;         /* enum op25b_outcome that the mail server knows; -1: nothing */
	bool suspect;     /* the line tried many servers */
	bool ours;        /* the caller's address is one of the provider's lines */
	bool cannot_tell; /* many lines share it, and none can be told */
	bool untold;      /* nobody can tell yet: sessions are not known */
	bool tried_25;    /* an attempt of this line to port 25 was refused lately */
	/* OP25B_USE_COUNT, by op25b_judge_said() of the line; NULL: not ours */
	const struct op25b_finding_of_use *uses;
};

/* What was said: enum op25b_help_answer by question, or OP25B_HELP_NO_ANSWER. */
struct op25b_help_said {
	int list[OP25B_HELP_ASK_COUNT];
};

struct op25b_help_result {
	bool asks;   /* `question`; else `outcome` */
	bool untold; /* neither: it takes the line, which can't be told yet */
	enum op25b_help_ask question;
	enum op25b_outcome outcome;
	const struct op25b_finding_of_use *of; /* of the outcome; NULL */
	int answers[OP25B_HELP_ASK_COUNT];     /* that led here; OP25B_HELP_NO_ANSWER: not used */
	bool by_fact[OP25B_HELP_ASK_COUNT];    /* nobody said it: a fact did */
};

/* Never fails; whatever was said comes to a question or to an outcome. */
void op25b_help_decide(const struct op25b_help_known *known, const struct op25b_help_said *said,
		       struct op25b_help_result *ret);

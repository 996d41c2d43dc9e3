/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What other programs know of the caller's line, fetched before a page is made. `known` false:
 * nobody could be asked, or nobody answered in time; then the page says nothing of it.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "op25b/abi.h"
#include "policy/mail-decide.h"
#include "policy/prefix.h"

/* Of op25bd (design-words 6b.8): about one line, at most 60 minutes old. */
struct op25b_line_facts {
	bool known;
	int64_t last;             /* the last refused attempt; 0: none */
	enum op25b_reason reason; /* of it */
	int64_t since;            /* seconds until now that these are of; `last` may be older: */
	uint32_t attempts;        /* at least so many: beyond the rate of events none is counted */
	uint32_t destinations;    /* different ones */
	bool suspect;
	uint64_t digest; /* of the policy that is enforced; 0: not said */
};

/* Of op25b-maild: about the mail accounts of the caller's line, without any name. */
struct op25b_caller_facts {
	bool known;
	bool line_known;          /* whose line it is; false: no account could be looked at */
	bool stopped, held, slow; /* one of the line's accounts is */
	bool first_password;      /* one can't send from its own line before that is changed */
	bool abroad_closed;       /* from where the caller is */
	int64_t limit_until;      /* a limit is reached until then; 0: none */
	int64_t refused_at;       /* the last refusal; 0: none */
	enum op25b_mail_reason refused; /* of it */
};

/* What a code of kind 1, 3 or 4 stands for, where a page asked. */
struct op25b_echo_facts {
	bool known;   /* maild answered */
	bool arrived; /* then the rest holds */
	int64_t at;
	bool told; /* our hosts wrote down how it came: the three, port and family hold */
	bool tls, auth, own;
	uint16_t port;     /* 0: not known */
	uint8_t family;    /* enum op25b_family */
	char address[128]; /* of a new test: where to write to; "" */
	char code[13];
};

/* What op25b-maild's desk made of a customer's form. */
struct op25b_desk_facts {
	bool known; /* it said; false: nobody can tell whether anything was done */
	/* "done"; "over": a link's time or use is; "sent": a letter may be on its way; "many": the
	 * visitor asked for too many; else a word of account-claim */
	char outcome[16], fault[16];
	char account[256], address[256]; /* of what was done; "" */
	int left;                        /* tries */
	int64_t seconds;                 /* until a mailbox is ready */
	int64_t until;                   /* sending from abroad is open */
};

/* What the provider's own probes saw (op25b probe, run by a timer) of one server and port. */
enum op25b_probed {
	OP25B_PROBE_UNKNOWN,
	OP25B_PROBE_GOOD,
	OP25B_PROBE_BAD,
	OP25B_PROBE_PARTLY, /* of 465 and 587 together: one works, the other doesn't */
};

#define OP25B_PROBE_FROM 4U

struct op25b_probe_facts {
	int64_t at; /* of the last run; 0: none. Older than 5 minutes is unknown */
	enum op25b_probed port465, port587, port25;
	struct op25b_prefix from[OP25B_PROBE_FROM]; /* whence 465 and 587 were tried */
	size_t n_from; /* 0: not said of each try, or of more addresses than these */
};

struct op25b_samples; /* samples.h */

/* What the daemons say of themselves: for staff's pages only. Borrowed; NULL: not known. */
struct op25b_status_facts {
	const json_t *gateway;               /* op25bd's answer to status */
	const json_t *counters;              /* and to counters */
	const json_t *days;                  /* and to days, without services of each day */
	const json_t *maild;                 /* op25b-maild's to status */
	const json_t *self;                  /* op25b-webd's: op25b.webd/1, see src/webd/status.c */
	const struct op25b_samples *samples; /* of the counters, once a minute */
};

/* What staff looked up. */
struct op25b_lookup_facts {
	struct op25b_line_facts line; /* of the form's `line`, else `address` */
	const json_t *code; /* op25b-maild's answer to the form's `code`; NULL: not known */
};

struct op25b_web_facts {
	struct op25b_line_facts line;
	struct op25b_caller_facts mail;
	struct op25b_echo_facts echo;
	struct op25b_desk_facts desk;
	struct op25b_probe_facts probe;
	struct op25b_status_facts status;
	struct op25b_lookup_facts lookup;
};

/* What a page wants to know before it is made; bits. */
enum op25b_web_want {
	OP25B_WANT_LINE = 1 << 0,
	OP25B_WANT_MAIL = 1 << 1,
	OP25B_WANT_ECHO_NEW = 1 << 2,
	OP25B_WANT_ECHO = 1 << 3,   /* of the code at the end of the path */
	OP25B_WANT_STATUS = 1 << 4, /* of every daemon: /ops, /metrics */
	OP25B_WANT_LOOKUP = 1 << 5, /* of staff's form: its line, address, code */
	OP25B_WANT_DAYS = 1 << 6,   /* attempts by day: /ops */
	/* Forms of customers, at op25b-maild's desk. */
	OP25B_WANT_CONFIRM = 1 << 7, /* of the token at the end of the path */
	OP25B_WANT_CLAIM = 1 << 8,   /* of the caller, and the form's code, name, password */
	OP25B_WANT_ABROAD = 1 << 9,  /* a letter to the form's address */
	OP25B_WANT_OPEN = 1 << 10,   /* of the token at the end of the path */
};

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that pages are made of: settings, policy, sessions, words, data. The program fills it and
 * changes it between requests only; pages read it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "web/data.h"
#include "web/facts.h"
#include "web/judge.h"
#include "web/request.h"
#include "web/settings.h"
#include "web/phrases.h"

struct op25b_wall; /* base or policy: civil time of the policy's zone */

struct op25b_site {
	const struct op25b_web_file *file;
	struct op25b_judge judge;      /* policy, tables, live */
	const struct op25b_wall *wall; /* clocks of the policy's zone */
	const struct op25b_web_data *data;
	const struct op25b_phrases_own *own; /* of the root; tenants have their own in `data` */
};

/* Who speaks on a page: the tenant of the caller's line, else of the host name (6b.2). */
struct op25b_speaker {
	uint32_t tenant;
	bool not_hosts; /* the line is another tenant's than the host name: the page says so */
};

/* What a code of kind 2 stands for. Borrowed. */
struct op25b_page_code {
	const char *line; /* its id, else its prefix; "": it can't be told, or is not ours */
	bool ours;        /* it is one of ours; of a code that is found always false */
	enum op25b_outcome outcome;
	const char *answers; /* as the pages have them; "" */
	const char *probe;   /* "" */
	enum op25b_lang lang;
	int64_t at; /* when it was drawn */
};

/* What a code of kind 1 stands for. Borrowed. */
struct op25b_notice_of {
	const char *service; /* its id */
	enum op25b_reason reason;
	const char *outcome; /* static */
	int64_t until;       /* when another policy took the place of this one; 0: none did */
};

/* A line of the staff log. Borrowed. */
struct op25b_staff_note {
	int64_t at;
	const char *user, *what, *reason;
};

/* Where the state of webd is asked: codes for support. Given by the program; may be NULL. */
struct op25b_site_calls {
	/* Draws a K=2 code for what was seen, or gives that of the line and hour; 0 or -errno.
	 * What the probes say (.probe) is added. */
	int (*draw_code)(void *arg, const struct op25b_page_code *of, char ret[static 13]);
	/* What a code of ours stands for; 0, -ENOENT: forgotten or never drawn, or -errno. */
	int (*find_code)(void *arg, const char *code,
			 void (*fn)(void *fn_arg, const struct op25b_page_code *code),
			 void *fn_arg);
	/* What a code of a notice stands for (src/notice/code.h), by this policy or one before it;
	 * 0, -ENOENT or -errno. */
	int (*find_notice)(void *arg, const struct op25b_policy *policy, uint64_t code,
			   void (*fn)(void *fn_arg, const struct op25b_notice_of *of),
			   void *fn_arg);
	/* A line of the staff log, before what was looked up is shown; 0 or -errno. */
	int (*note_staff)(void *arg, int64_t now, const char *user, const char *what,
			  const char *reason);
	/* The newest lines of the staff log, at most @n, the newest first; 0 or -errno. */
	int (*read_staff)(void *arg, int64_t n,
			  void (*fn)(void *fn_arg, const struct op25b_staff_note *note),
			  void *fn_arg);
	void *arg;
};

/**
 * op25b_web_wants() - what has to be known before a request is answered.
 * Returns bits of enum op25b_web_want. Pure.
 */
unsigned int op25b_web_wants(const struct op25b_web_request *request);

/**
 * op25b_web_answer() - make the response.
 * @facts:    what came of what was wanted
 * @response: zeroed; op25b_web_response_done()
 *
 * Never fails: what can't be made is a page that says so (status 500, 503).
 */
void op25b_web_answer(const struct op25b_site *site, const struct op25b_web_request *request,
		      const struct op25b_web_facts *facts, const struct op25b_site_calls *calls,
		      struct op25b_web_response *response);

/**
 * op25b_web_refuse() - the page of a request that is none: nothing of it is looked at.
 * @status:   400, 403, 405, 411, 413, 414, 415, 431, 500, 505
 * @response: zeroed; op25b_web_response_done()
 */
void op25b_web_refuse(const struct op25b_site *site, enum op25b_lang lang, int status,
		      struct op25b_web_response *response);

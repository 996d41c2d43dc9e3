/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a page is made: the route table finds its function, layout.c puts head and foot around what
 * it writes. A page is a row in route.c and a function in a file of its own: page-SUBJECT.c.
 */
#pragma once

#include "web/keys.h"
#include "web/site.h"

struct op25b_page;

/* What a page's head says of it; all zero: a page right below the first, about no outcome. */
struct op25b_page_head {
	const char *parent;       /* "/settings": the page above in the crumbs; NULL: the first */
	op25b_phrase parent_word; /* its name */
	bool own_title; /* the page writes its <h1> itself: a question, which is a legend */
	/* Writes what was seen, from <h2>, behind what an outcome says to do; NULL: nothing. */
	void (*evidence)(struct op25b_page *page, const void *arg);
	const void *evidence_arg;
	/* That the outcome was judged for, if it holds for several; OP25B_USE_BROWSER: not said. */
	enum op25b_use use;
	bool has_outcome;
	enum op25b_outcome outcome; /* that the page leads with: data-outcome, data-verdict */
	const struct op25b_finding_of_use *of; /* from which it comes; NULL: nobody asked */
};

/* One page in the making. */
struct op25b_page {
	const struct op25b_site *site;
	const struct op25b_web_request *request;
	const struct op25b_web_facts *facts;
	const struct op25b_site_calls *calls; /* NULL: no state */
	struct op25b_web_response *response;
	struct op25b_html *html; /* of the response */
	enum op25b_lang lang;
	const char *rest; /* of the path behind the route's, e.g. the outcome's id; "" */
	struct op25b_speaker speaker;
	struct op25b_line line;      /* whose the caller's address is */
	struct op25b_page_head head; /* set before op25b_page_begin() */
};

typedef void (*op25b_page_fn)(struct op25b_page *page);

/* Part of the layout: title (<title>, the last crumb and <h1>), all up to <main>. */
void op25b_page_begin(struct op25b_page *page, op25b_phrase title,
		      const struct op25b_value *values);
/* </main>, contact in its fixed place, foot. */
void op25b_page_end(struct op25b_page *page);

/* A whole page of an error: 400, 404, 405, 413, 500, 503. */
void op25b_page_error(struct op25b_page *page, int status);

/* 302; @to is a path of ours or a link of the operator's. */
void op25b_page_redirect(struct op25b_page *page, const char *to);

/* Writes "/ja/PATH" escaped for an attribute; PATH begins with '/'. */
void op25b_page_href(struct op25b_page *page, const char *path);

/* False: on the second listener, and the web file has no `host` whose pages it could name. */
bool op25b_page_can_link(const struct op25b_page *page);

/* <a href="/ja/PATH">sentence</a>; the sentence alone where pages can't be linked to. */
void op25b_page_link(struct op25b_page *page, const char *path, op25b_phrase word,
		     const struct op25b_value *values);

/* Of the speaker. Its name in the page's language, or NULL: the policy has none; and the same for
 * sentences: "your provider" then. */
const struct op25b_tenant *op25b_page_tenant(const struct op25b_page *page);
const char *op25b_page_provider(const struct op25b_page *page);
const char *op25b_page_provider_said(const struct op25b_page *page);

/* In the page's language, else in the other; its id where it has no name. */
const char *op25b_page_service_name(const struct op25b_page *page,
				    const struct op25b_service *service);

/* Text of the policy in the page's language, else in the other; NULL: neither. */
const char *op25b_page_text(const struct op25b_page *page, const struct op25b_text *text);

#define OP25B_PAGE_TIME 48U /* bytes of a day, an instant or a span in words, its NUL included */

/* A day ("2027年4月1日", "1 April 2027") or an instant, on the clocks of the policy's zone. */
const char *op25b_page_day(const struct op25b_page *page, int64_t instant,
			   char ret[static OP25B_PAGE_TIME]);
const char *op25b_page_time(const struct op25b_page *page, int64_t instant,
			    char ret[static OP25B_PAGE_TIME]);

/* The day that is written "2027-04-01"; "-" of what is none. */
const char *op25b_page_date(const struct op25b_page *page, const char *iso,
			    char ret[static OP25B_PAGE_TIME]);
/* Its midnight if clocks were UTC, for what is drawn by day. 0, or -EINVAL. */
int op25b_page_date_read(const char *iso, int64_t *ret);

/* "10 minutes", "14 days": rounded up to the largest unit that it fills. */
const char *op25b_page_span(const struct op25b_page *page, int64_t seconds,
			    char ret[static OP25B_PAGE_TIME]);

/* The blocks that pages share; each in a block-SUBJECT.c. */

/**
 * op25b_block_remedies() - ways out of a situation, in order, with time, cost, whom to ask and what
 * changes, and what support helps with.
 * @service: NULL: of nobody's; then only contact
 *
 * <ol data-situation="..."> of <li data-remedy="...">, each under an <h3>; then data-help.
 */
void op25b_block_remedies(struct op25b_page *page, const struct op25b_service *service,
			  enum op25b_situation situation);

/* What support helps with there, where the policy says it: data-help. */
void op25b_block_help(struct op25b_page *page, const struct op25b_service *service,
		      enum op25b_situation situation);

/* The same where no policy says it: what holds of the outcome; of who is not affected nothing.
 * @situation: whose remedies were shown; -1: none's */
void op25b_block_help_of(struct op25b_page *page, enum op25b_outcome outcome, int situation);

/* Which ways out those are, and the name of one. */
void op25b_remedies_shown(const struct op25b_page *page, const struct op25b_service *service,
			  enum op25b_situation situation, struct op25b_remedies *ret);
op25b_phrase op25b_remedy_title(enum op25b_remedy remedy);

/* "Receiving mail keeps working."; nothing where something is known that says otherwise. */
void op25b_block_receiving(struct op25b_page *page);

/* A paragraph: whom of the speaker's to ask, with the link; its contact page where it has none. */
void op25b_block_contact(struct op25b_page *page, enum op25b_contact contact);

/* The same as words of a sentence: the link alone. False, and nothing written: there is none. */
bool op25b_block_contact_link(struct op25b_page *page, enum op25b_contact contact);

/* The customer portal, if the speaker has one, in an @element: "li". */
void op25b_block_portal(struct op25b_page *page, const char *element);

/* How a test mail came (6b.6); for one that did. */
void op25b_block_arrived(struct op25b_page *page);

/* The form "code for support" of an outcome (POST /l/code), with what the query says as answers. */
void op25b_block_code(struct op25b_page *page, enum op25b_outcome outcome);

/* Verdict sentence of an outcome, with its mark, in the right tense. @of may be NULL. */
void op25b_block_verdict(struct op25b_page *page, enum op25b_outcome outcome,
			 const struct op25b_finding_of_use *of);

/* All of an outcome but its title: verdict, receiving, what to do, why, whom to ask, code, where to
 * go next; headings from h2. @of may be NULL. */
void op25b_block_outcome(struct op25b_page *page, enum op25b_outcome outcome,
			 const struct op25b_finding_of_use *of);

/* The same without the verdict. */
void op25b_block_outcome_rest(struct op25b_page *page, enum op25b_outcome outcome);

/* Two parts of it: what to do (steps, remedies), and where to go next. */
void op25b_block_do(struct op25b_page *page, enum op25b_outcome outcome);
void op25b_block_next(struct op25b_page *page, enum op25b_outcome outcome);

/* What holds now of what an outcome says: of a service, else of the line that asks. */
struct op25b_page_now {
	bool holds;     /* `of` has the outcome itself */
	bool otherwise; /* `of` has another, and the outcome's sentences are not true of it */
	struct op25b_finding_of_use of;
};

/**
 * op25b_page_now() - whether an outcome is that of who reads of it.
 * @service: that was asked for; NULL: none, the visitor's line counts
 *
 * Neither holds nor otherwise: nobody can say, or the outcome is not about a line. What says how a
 * line is as a whole is compared with what leads on /line; what is about one use, with that.
 */
void op25b_page_now(const struct op25b_page *page, enum op25b_outcome outcome,
		    const struct op25b_service *service, struct op25b_page_now *ret);

/* Tells the reader what is, where it is otherwise: data-now. */
void op25b_block_now(struct op25b_page *page, const struct op25b_service *service,
		     const struct op25b_page_now *now);

/* The mark alone, as inside of a list: a drawing and its word. */
void op25b_block_mark(struct op25b_page *page, enum op25b_verdict_word verdict);

/* The service whose remedies are shown: that of ?service=, else the visitor's, else the first of
 * the speaker's or the root's that refuses at any time; NULL: there is none. */
const struct op25b_service *op25b_page_service(const struct op25b_page *page);

/* Whether our servers for a situation take mail on port 465 or 587: one of them offers it, the
 * policy says what to type in, or the service's `remedies` say so. @service: may be NULL */
bool op25b_page_submits(const struct op25b_page *page, const struct op25b_service *service,
			enum op25b_situation situation);

/* The same of a provider at an instant. @service: one of its; may be NULL */
bool op25b_submits(const struct op25b_policy *policy, uint32_t tenant,
		   const struct op25b_service *service, enum op25b_situation situation,
		   int64_t now);

/* <p>: why an outcome is what it is. */
void op25b_block_why(struct op25b_page *page, enum op25b_outcome outcome);

/* Sentences of an outcome (outcome.h): its name, its verdict, why. */
op25b_phrase op25b_outcome_title(enum op25b_outcome outcome);
op25b_phrase op25b_outcome_sentence(enum op25b_outcome outcome);
op25b_phrase op25b_outcome_why(enum op25b_outcome outcome);

/* The name of a way of using mail: "Webmail in the browser". */
op25b_phrase op25b_use_name(enum op25b_use use);

/* The situation of who uses mail that way and is refused; -1: nobody is. */
int op25b_use_situation(enum op25b_use use);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of pages that ask one question at a time; each answer is a field of the query string. */
#pragma once

#include "web/page.h"

/* "There is a problem", on top of a page: what, with a link to the field of id @field. */
void op25b_form_problem(struct op25b_page *page, const char *field, op25b_phrase what);

/* A field that goes along unseen. */
void op25b_form_hidden(struct op25b_page *page, const char *name, const char *value);

/* One of the answers; the first has the id "answer". */
void op25b_form_radio(struct op25b_page *page, const char *name, const char *value,
		      const char *text, bool first);

/* An answer that was given, as an item of a list; the link to change it follows from the caller:
 * <li>QUESTION <strong>ANSWER</strong>. */
void op25b_form_answer(struct op25b_page *page, const char *question, const char *answer);

/* Where to go on: a path of ours and its words. A list ends with a NULL path. */
struct op25b_form_link {
	const char *path;
	op25b_phrase phrase;
};

/* <ul class="next"> of links; @tag: "ul" or "ol". */
void op25b_form_links(struct op25b_page *page, const char *tag,
		      const struct op25b_form_link *links);

/* A form that is one button: POST to @path, which ends with @rest. */
void op25b_form_button(struct op25b_page *page, const char *path, const char *rest,
		       op25b_phrase word);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the making of texts: the sentences of one. Not for users of text.h. */
#pragma once

#include <stdbool.h>

#include "notice/sentence.h"
#include "policy/compile.h"
#include "policy/contact.h"

#define OP25B_SAYING_LINES 9 /* of a refusal at most */

/* Whose text it is, and what is known of it. */
struct op25b_subject {
	const struct op25b_policy *policy;
	const struct op25b_service *service;
	enum op25b_reason reason;
	bool everywhere;  /* closed towards every foreign server, not some only */
	bool own_open;    /* some of the provider's own servers are open */
	const char *code; /* as it is shown; borrowed */
	struct op25b_values values;
	char host[OP25B_CONTACT_HOST + 1], link[OP25B_CONTACT_LINK + 1];
};

struct op25b_said {
	char text[OP25B_SAYING_LINES][OP25B_SENTENCE_TEXT];
	size_t n;
};

/* Works out the values, all else being set. They point into the subject and the policy. */
void op25b_saying_begin(struct op25b_subject *subject);

/* Adds a sentence; none if it names what is not known. */
void op25b_saying_add(struct op25b_said *lines, const struct op25b_subject *subject,
		      enum op25b_sentence sentence);

/* Adds the whole refusal: what is closed, the ways out, the code, the link. */
void op25b_saying_refusal(struct op25b_said *lines, const struct op25b_subject *subject);

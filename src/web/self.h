/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What customers do by themselves through op25b-maild's desk: a form, a button, and what came of
 * it. Here is what such pages share, and what of a form can be told without asking.
 */
#pragma once

#include "policy/mail.h"
#include "web/page.h"

/* Whether a text is like the token of a link in a letter: 26 letters and digits. */
bool op25b_self_is_token(const char *text);

/* What is wrong with the form of a claim before anybody is asked. */
enum op25b_claim_fault {
	OP25B_CLAIM_FAULTLESS,
	OP25B_CLAIM_NO_CODE,
	OP25B_CLAIM_BAD_CODE, /* no code is so long */
	OP25B_CLAIM_NO_NAME,
	OP25B_CLAIM_BAD_NAME,
	OP25B_CLAIM_BAD_PASSWORD,
	OP25B_CLAIM_OTHER_PASSWORD, /* the second one differs */
};
enum op25b_claim_fault op25b_self_claim_fault(const struct op25b_web_fields *form);

/* Whether there is a desk that forms can be brought to. */
bool op25b_self_has_desk(const struct op25b_page *page);

/* The mailbox that goes with some lines and can be claimed on a page; NULL: none. */
const struct op25b_mail_mailbox *op25b_self_mailbox(const struct op25b_page *page);

/* For how long customers open sending from abroad by a letter's link, in seconds; 0: they can't. */
int64_t op25b_self_abroad(const struct op25b_page *page);

/* Whether a text may be a mail address or a user name. */
bool op25b_self_is_login(const char *text);

/* That nobody can say whether it was done; the page's status is 503. Within a page. */
void op25b_self_away(struct op25b_page *page);

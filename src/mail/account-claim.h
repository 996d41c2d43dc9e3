/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What customers ask of the account base through op25b-maild: requests and answers as
 * op25b/control.h has them. `op25b account` and a portal bring them to the control socket, our own
 * pages to the desk, where all but account-address are taken: they carry their own right.
 *
 *   {"op":"account-claim","code":"5012-...","name":"taro","password":"...","address":"192.0.2.7",
 *    "port":40000}
 *       Make the mailbox that goes with a line, by the code of the letter (account-edit.h).
 *       address: the claimer's, who must be on that line now; port may be absent.
 *       {"schema":"op25b.account-claim/1","outcome":"done","account":...,"address":...,
 *       "ready":3600}, or the outcome of another word of OP25B_CLAIMS, "unknown-line" (the address
 *       is on no line that has such a mailbox) or "unusable" (with "fault": "name" or "password"),
 *       with "text" for the claimer and, where it is "wrong" or "taken", "left": tries.
 *   {"op":"account-address","name":"alice@example.net","address":"me@gol.example"}
 *       Send a letter to a foreign address: whoever reads it may confirm that the account may use
 *       it. {"schema":"op25b.account-address/1","sent":true}; false: one was sent there for this
 *       account in the last ten minutes, and its link stays.
 *   {"op":"account-confirm","token":"..."}
 *       {"schema":"op25b.account-confirm/1","confirmed":true,"account":...,"address":...}; false:
 *       no such token, or it is over.
 *
 *   {"op":"account-abroad","login":"alice@example.net"}
 *       Send a letter to that account's own mailbox, whose link opens sending from abroad; one an
 *       hour at most. {"schema":"op25b.account-abroad/1","taken":true}, whether there is such an
 *       account or not.
 *   {"op":"account-abroad-open","token":"..."}
 *       {"schema":"op25b.account-abroad-open/1","opened":true,"account":...,"until":S}; false: no
 *       such token, it is over, or the policy lets customers open nothing.
 *
 * Who may connect to either socket is trusted to tell the claimer's address as it is.
 */
#pragma once

#include <jansson.h>

#include "mail/account-edit.h"
#include "mail/letter.h"
#include "mail/people.h"
#include "policy/mail.h"

/* Seconds in which an account has one letter sent to the same foreign address. */
#define OP25B_CONFIRM_EVERY 600

/* Seconds in which an account has one letter sent that opens sending from abroad. */
#define OP25B_ABROAD_EVERY 3600

/* What answering takes; the functions are called within the call only. */
struct op25b_account_desk {
	struct op25b_accounts *accounts;
	const struct op25b_mail *mail;
	/* As op25b_people_find(). */
	void (*find)(void *arg, const struct op25b_prefix *address, uint16_t port,
		     struct op25b_person *ret);
	/* As op25b_letter_posted() and op25b_letter_post(). */
	int (*posted)(void *arg, const struct op25b_letter *letter, int64_t every);
	int (*post)(void *arg, const struct op25b_letter *letter, int64_t every);
	void *arg;
};

/* Whether a line of a service is one that a mailbox goes with. */
bool op25b_account_may_have_mailbox(const struct op25b_mail_mailbox *mailbox, const char *line,
				    uint32_t service);

/**
 * op25b_account_desk_answer() - answer a request.
 * @ret: written where 1 is returned: the answer, or {"error":…}
 *
 * Returns 1: it was one of these; 0: it was not; -ENOMEM. Cost: of a claim as
 * op25b_accounts_claim(), of an address up to eight hashes of a password, some hundredths of a
 * second each.
 */
int op25b_account_desk_answer(const struct op25b_account_desk *desk, int64_t now,
			      const json_t *request, json_t **ret);

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The account base's tables, for both engines.
 *
 *   account      who may log in. `state` fine, slow, held or stopped; `password` as crypt(5)
 *   address      whose an address is: `own` 1 in the provider's domains (one owner), 0 elsewhere
 *                (any number); `confirmed` when it was, 0: not yet
 *   invite       of a line: the code of its letter, hashed as a password; `used` when it was
 *   confirmation of a foreign address: SHA-256 of a token that was sent to it; `address` '': of one
 *                that was sent to the account's own mailbox, and opens sending from abroad
 *
 * Times are seconds UTC. Names and own addresses are one space: no name is another's address.
 */
#pragma once

#define OP25B_ACCOUNT_VERSION 1

#define OP25B_ACCOUNT_TABLES(text, number, end)                                                 \
	"CREATE TABLE account (name " text " PRIMARY KEY, password " text " NOT NULL,"          \
	" password_set " number " NOT NULL, first_password " number " NOT NULL,"                \
	" state " text " NOT NULL CHECK (state IN ('fine', 'slow', 'held', 'stopped')),"        \
	" why " text " NOT NULL, state_since " number " NOT NULL,"                              \
	" created " number " NOT NULL, serial " number " NOT NULL, server " number " NOT NULL," \
	" line " text " NOT NULL, abroad_until " number " NOT NULL)" end ";"                    \
	"CREATE INDEX account_line ON account (line) WHERE line <> '';"                         \
	"CREATE INDEX account_server ON account (name) WHERE server = 1;"                       \
	"CREATE TABLE address (address " text " NOT NULL, account " text " NOT NULL,"           \
	" own " number " NOT NULL, added " number " NOT NULL, confirmed " number " NOT NULL,"   \
	" PRIMARY KEY (address, account))" end ";"                                              \
	"CREATE UNIQUE INDEX address_own ON address (address) WHERE own = 1;"                   \
	"CREATE INDEX address_account ON address (account);"                                    \
	"CREATE TABLE invite (line " text " PRIMARY KEY, code " text " NOT NULL,"               \
	" made " number " NOT NULL, until " number " NOT NULL, tries " number " NOT NULL,"      \
	" used " number " NOT NULL)" end ";"                                                    \
	"CREATE TABLE confirmation (token " text " PRIMARY KEY, account " text " NOT NULL,"     \
	" address " text " NOT NULL, until " number " NOT NULL)" end ";"                        \
	"CREATE INDEX confirmation_of ON confirmation (account, address);"

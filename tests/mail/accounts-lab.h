/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An account base of a test's own: a file in a folder of its own, or, with OP25B_TEST_POSTGRESQL,
 * that database emptied first.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/account-edit.h"

struct lab {
	char folder[64], location[256];
	struct op25b_accounts *accounts;
	struct op25b_error error;
	/* What keep() was told last. */
	struct op25b_account last;
	char name[OP25B_ACCOUNT_NAME], line[OP25B_ACCOUNT_LINE], why[64];
	char list[1024]; /* names of all, a blank after each */
};

/* For cmocka's tables: the base is open and empty. */
int lab_setup(void **state);
int lab_teardown(void **state);

bool lab_is_server(void);

void lab_close(struct lab *lab);
int lab_open(struct lab *lab, bool make);

/* Add an account with the password "correct horse" and at most one address (NULL: none). */
void lab_add(struct lab *lab, const char *name, const char *line, const char *address);

/* An op25b_account_fn with a struct lab. */
int lab_keep(void *arg, const struct op25b_account *account);

/* Find it, or fail. */
const struct op25b_account *lab_find(struct lab *lab, const char *name);

/* Who owns an address, a blank after each name. */
const char *lab_owners(struct lab *lab, const char *address);

/* Run SQL by another connection of this engine, which must succeed. */
void lab_sql(struct lab *lab, const char *sql);

/* The one text that a query gives. */
void lab_ask(struct lab *lab, const char *sql, char *ret, size_t size);

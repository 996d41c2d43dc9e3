/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a mail server of the customer's own sends through the provider's: the recipes of
 * docs/smarthost.md, which e2e.mail-recipes runs as they stand, for a card each.
 */
#pragma once

#include "web/phrases.h"

enum op25b_recipe {
	OP25B_RECIPE_NONE,
	OP25B_RECIPE_POSTFIX,
	OP25B_RECIPE_EXIM,
	OP25B_RECIPE_OPENSMTPD,
	OP25B_RECIPE_SENDMAIL,
	OP25B_RECIPES, /* how many there are */
};

enum op25b_recipe_manner {
	OP25B_RECIPE_LINE,    /* by the line, on port 25 */
	OP25B_RECIPE_ACCOUNT, /* by an account for servers, on port 587 */
	OP25B_RECIPE_MANNERS, /* how many there are */
};

/* A paragraph, with code in it as `code`; or what is to be pasted, lines with their ends. */
struct op25b_recipe_row {
	enum op25b_recipe program;
	enum op25b_recipe_manner manner;
	bool pasted;
	const char *texts[OP25B_LANGS];
};

/* What stands for the provider's server in them. */
#define OP25B_RECIPE_HOST "mail.example.net"

struct op25b_page;
struct op25b_mail_client;

/* Static; @n of them, those of a program and a manner in order. */
const struct op25b_recipe_row *op25b_recipe_rows(size_t *n);

/* Whether the policy lets any server of the caller's own send through the provider's now. */
bool op25b_recipes_any(const struct op25b_page *page);

/* The card of a program that has a recipe: a whole page. */
void op25b_page_recipe(struct op25b_page *page, const struct op25b_mail_client *client);

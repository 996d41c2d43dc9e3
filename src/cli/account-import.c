/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b account import`: many accounts from a table, all or none. The first row names the columns;
 * fields stand between commas, without quotes. Every fault is told with its row.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "cli/account.h"

#define ADDRESSES 8U      /* of a row */
#define FAULTS    20U     /* that are told */
#define ROWS      100000U /* that are taken at once */

enum column { NAME, PASSWORD, ADDRESS, LINE, SERVER, COLUMNS };

static const char *const columns[COLUMNS] = { "name", "password", "address", "line", "server" };

struct row {
	char *text; /* owns the fields */
	unsigned int number;
	char *fields[COLUMNS];
	char name[OP25B_ACCOUNT_NAME], made[OP25B_ACCOUNT_GENERATED];
	const char *addresses[ADDRESSES];
};

struct table {
	struct op25b_account_place *place;
	const char *path;
	enum column order[COLUMNS]; /* of the columns that there are */
	size_t n_columns;
	struct row *rows;
	size_t n, room;
	unsigned int faults;
	bool first; /* the passwords in it were chosen for the customers */
};

static void table_done(struct table *table)
{
	for (size_t i = 0; i < table->n; i++) {
		if (table->rows[i].text)
			explicit_bzero(table->rows[i].text, strlen(table->rows[i].text));
		free(table->rows[i].text);
	}
	free(table->rows);
}

static void complain(struct table *table, unsigned int row, size_t column, const char *text)
{
	if (++table->faults <= FAULTS)
		fprintf(stderr, "%s:%u:%zu: error: %s\n", table->path, row, column, text);
}

/* Of a field, counted in bytes from 1. */
static void complain_of(struct table *table, const struct row *row, const char *field,
			const char *text)
{
	complain(table, row->number, (size_t)(field - row->text) + 1, text);
}

/* Cut at commas, without the blanks around; how many there are, @most + 1 for more. */
static size_t cut(char *text, char **fields, size_t most)
{
	size_t n = 0;

	for (char *at = text; at; n++) {
		char *next = strchr(at, ','), *end;

		if (n == most)
			return most + 1;
		if (next)
			*next++ = '\0';
		at += strspn(at, " \t");
		end = at + strlen(at);
		while (end > at && strchr(" \t\r\n", end[-1]))
			*--end = '\0';
		fields[n] = at;
		at = next;
	}
	return n;
}

static bool read_head(struct table *table, char *text, unsigned int row)
{
	char *fields[COLUMNS], said[200];
	bool seen[COLUMNS] = { false };

	table->n_columns = cut(text, fields, COLUMNS);
	if (table->n_columns > COLUMNS) {
		complain(table, row, 1,
			 "more columns than there are: name, password, address, line, "
			 "server");
		return false;
	}
	for (size_t i = 0; i < table->n_columns; i++) {
		size_t which = 0;

		while (which < COLUMNS && strcmp(columns[which], fields[i]) != 0)
			which++;
		if (which == COLUMNS || seen[which]) {
			snprintf(said, sizeof(said),
				 "column '%.40s': the first row names each of name, password, "
				 "address, line, server once at most",
				 fields[i]);
			complain(table, row, (size_t)(fields[i] - text) + 1, said);
			return false;
		}
		seen[which] = true;
		table->order[i] = (enum column)which;
	}
	if (!seen[NAME])
		complain(table, row, 1, "no column 'name'; the first row names the columns");
	return seen[NAME];
}

static struct row *new_row(struct table *table)
{
	if (table->n == table->room) {
		const size_t room = table->room ? 2 * table->room : 64;
		struct row *grown = reallocarray(table->rows, room, sizeof(*grown));

		if (!grown)
			return NULL;
		table->rows = grown;
		table->room = room;
	}
	table->rows[table->n] = (struct row){ .text = NULL };
	return &table->rows[table->n++];
}

static bool is_own(const struct table *table, const char *address)
{
	return op25b_mail_is_own(table->place->mail, strchr(address, '@') + 1);
}

/* Name and addresses: such as can be, and the provider's. */
static void check_row(struct table *table, struct row *row)
{
	struct op25b_error *error = &table->place->error;
	char *save = NULL, *word = strtok_r(row->fields[ADDRESS], " ", &save);
	char lower[OP25B_ACCOUNT_NAME];
	size_t n = 0;

	if (op25b_account_name(row->fields[NAME], row->name, error) < 0)
		complain_of(table, row, row->fields[NAME], error->text);
	else if (strchr(row->name, '@') &&
		 (op25b_account_address(row->name, lower, error) < 0 || !is_own(table, row->name)))
		complain_of(table, row, row->fields[NAME],
			    "the name is in none of the policy's mail domains");
	for (; word; word = strtok_r(NULL, " ", &save)) {
		if (n == ADDRESSES)
			complain_of(table, row, word,
				    "more than 8 addresses; add the others later");
		else if (op25b_account_address(word, lower, error) < 0)
			complain_of(table, row, word, error->text);
		else if (!is_own(table, lower))
			complain_of(table, row, word,
				    "an address is in none of the policy's mail domains");
		if (n == ADDRESSES)
			return;
		row->addresses[n++] = word;
	}
	if (*row->fields[SERVER] && strcmp(row->fields[SERVER], "yes") != 0)
		complain_of(table, row, row->fields[SERVER], "server: yes, or nothing");
	else if (*row->fields[SERVER] && !table->place->mail->server_accounts)
		complain_of(table, row, row->fields[SERVER], "the policy has no server_accounts");
}

static int read_row(struct table *table, const char *text, unsigned int number)
{
	static char none[1] = "";
	char *fields[COLUMNS];
	struct row *row = table->n < ROWS ? new_row(table) : NULL;
	size_t n;

	if (!row)
		return table->n < ROWS ? -ENOMEM : -E2BIG;
	row->text = strdup(text);
	if (!row->text)
		return -ENOMEM;
	row->number = number;
	for (size_t i = 0; i < COLUMNS; i++)
		row->fields[i] = none;
	n = cut(row->text, fields, table->n_columns);
	if (n != table->n_columns) {
		complain(table, number, 1, "not as many fields as the first row has columns");
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		row->fields[table->order[i]] = fields[i];
	check_row(table, row);
	return *row->fields[PASSWORD] ? 0 : op25b_account_generate(row->made, &table->place->error);
}

static int read_table(struct table *table)
{
	OP25B_AUTO_FCLOSE FILE *file = fopen(table->path, "re");
	OP25B_AUTO_FREE char *text = NULL;
	size_t room = 0;
	bool headed = false;
	ssize_t size;
	int r = 0;

	if (!file)
		return op25b_error_set(&table->place->error, -EINVAL, "%s: %s", table->path,
				       strerror(errno));
	for (unsigned int row = 1; r == 0 && (size = getline(&text, &room, file)) >= 0; row++) {
		if (memchr(text, '\0', (size_t)size)) {
			complain(table, row, 1, "a NUL character; save the file as text");
		} else if (!text[strspn(text, " \t\r\n")] || *text == '#') {
			continue;
		} else if (headed) {
			r = read_row(table, text, row);
		} else {
			headed = true;
			r = read_head(table, text, row) ? 0 : -ECANCELED;
		}
	}
	if (text)
		explicit_bzero(text, room);
	if (r == -E2BIG)
		return op25b_error_set(&table->place->error, -EINVAL,
				       "%s: more than %u rows; take it in pieces", table->path,
				       ROWS);
	if (r == -ECANCELED)
		return 0;
	if (r == 0 && !table->n && !table->faults)
		complain(table, 1, 1,
			 "no accounts; the first row names the columns, one of them "
			 "'name'");
	return r;
}

/* All of them, and what was made is shown. */
static int put(struct table *table)
{
	struct op25b_account_place *place = table->place;
	OP25B_AUTO_FREE struct op25b_account_new *list = calloc(table->n + 1, sizeof(*list));
	size_t at = 0;
	int r;

	if (!list)
		return op25b_account_fail(place, -ENOMEM);
	for (size_t i = 0; i < table->n; i++) {
		struct row *row = &table->rows[i];

		list[i] = (struct op25b_account_new){
			.name = row->name,
			.password = *row->made ? row->made : row->fields[PASSWORD],
			.line = row->fields[LINE],
			.addresses = row->addresses,
			.server = *row->fields[SERVER],
			.first_password = *row->made || table->first,
		};
		while (list[i].n_addresses < ADDRESSES && row->addresses[list[i].n_addresses])
			list[i].n_addresses++;
	}
	r = op25b_accounts_add_all(place->accounts, time(NULL), list, table->n, &at, &place->error);
	if ((r == -EINVAL || r == -EEXIST) && at < table->n) {
		complain(table, table->rows[at].number, 1, place->error.text);
		op25b_say(place->command, "nothing was changed");
		return OP25B_EXIT_NO;
	}
	if (r < 0)
		return op25b_account_fail(place, r);
	for (size_t i = 0; i < table->n; i++)
		printf("%s,%s\n", table->rows[i].name, table->rows[i].made);
	return op25b_finish(place->command, OP25B_EXIT_YES);
}

enum { FIRST, MAILD };

static const struct op25b_option options[] = {
	[FIRST] = { "first-password", NULL,
		    "passwords in the file were chosen for the customers, who are to change them" },
	[MAILD] = OP25B_ACCOUNT_MAILD,
	{ 0 },
};

static int run(int argc, char **argv)
{
	const struct op25b_command *self = &op25b_command_account_import;
	struct op25b_account_place place = { .command = self };
	OP25B_CLEANUP(table_done) struct table table = { .place = &place };
	struct op25b_args args;
	int code, r;

	if (op25b_args_parse(self, argc, argv, 1, &args, &code))
		return code;
	if (!args.n_operands)
		return op25b_usage_error(self, "which file?");
	table.path = args.operands[0];
	table.first = args.values[FIRST];
	if (op25b_account_place_open(&place, self, args.values[MAILD], true, &code) &&
	    op25b_account_place_policy(&place, &code)) {
		r = read_table(&table);
		if (r < 0) {
			code = op25b_account_fail(&place, r);
		} else if (table.faults) {
			op25b_say(self, "%u error%s; nothing was changed", table.faults,
				  table.faults == 1 ? "" : "s");
			code = OP25B_EXIT_NO;
		} else {
			code = put(&table);
		}
	}
	op25b_account_place_done(&place);
	return code;
}

const struct op25b_command op25b_command_account_import = {
	.name = "account import",
	.run = run,
	.usage = "FILE [--first-password]",
	.help = "Make the accounts of a table, all or none, and first passwords where it has none",
	.options = options,
	.more = "The first row names the columns: name, and of password, address, line and\n"
		"server what there is. Fields stand between commas, without quotes; several\n"
		"addresses have blanks between them; server is yes or nothing. Prints\n"
		"name,password of each, the password where it was made.",
};

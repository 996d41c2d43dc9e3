/* SPDX-License-Identifier: BSD-2-Clause */
/* The free mailbox of lines whose login nobody chose. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "policy/mail-reader.h"

#define PATTERN_MAX 200
#define REPEATS_MAX 1000U

static void read_services(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_mailbox *mailbox = object;

	op25b_name_list(r, value, "services", &r->services, /* star= */ false, &mailbox->services,
			&mailbox->n_services);
}

/*
 * What glibc would take long or much memory for: braces within braces multiply, and a reference
 * back is tried every way there is.
 */
static bool is_heavy(const char *pattern)
{
	unsigned long repeats = 1;

	for (const char *at = pattern; *at; at++) {
		if (at[0] == '\\' && at[1] >= '1' && at[1] <= '9')
			return true;
		if (*at != '{')
			continue;
		for (const char *c = at + 1; *c && *c != '}'; c++) {
			unsigned long n = strtoul(c, NULL, 10);

			if (*c < '0' || *c > '9')
				continue;
			if (n > REPEATS_MAX)
				return true;
			/* The larger of "{2,5}" counts; both do, which errs to the safe side. */
			repeats *= n ? n : 1;
			if (repeats > REPEATS_MAX)
				return true;
			c += strspn(c, "0123456789") - 1;
		}
	}
	return strlen(pattern) > PATTERN_MAX;
}

static void read_login(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_mailbox *mailbox = object;
	const char *text = op25b_walk_text(r, value, "login");
	char fault[100];
	regex_t pattern;
	int error;

	if (!text)
		return;
	if (is_heavy(text)) {
		op25b_find_error(r->finder, &value->place,
				 "'%.100s' is too heavy a pattern; write a simpler one, such as "
				 "\"^ip[0-9]{10}$\"",
				 text);
		return;
	}
	error = regcomp(&pattern, text, REG_EXTENDED | REG_NOSUB);
	if (error == REG_ESPACE)
		op25b_arena_exhaust(r->scratch);
	if (error) {
		regerror(error, &pattern, fault, sizeof(fault));
		op25b_find_error(r->finder, &value->place,
				 "'%.100s' is no extended regular expression (%s); write one, such "
				 "as \"^ip[0-9]{10}$\"",
				 text, fault);
		return;
	}
	regfree(&pattern);
	mailbox->login = op25b_walk_keep(r, text);
}

static void read_per_line(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_mailbox *mailbox = object;

	op25b_walk_number(r, value, "per_line", 1, 100, &mailbox->per_line);
}

static void read_domain(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_mailbox *mailbox = object;
	const char *text = op25b_walk_text(r, value, "domain");

	if (!text)
		return;
	mailbox->domain = op25b_walk_keep(r, text);
	mailbox->place = value->place;
}

static void read_ready(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_mail_mailbox *mailbox = object;

	op25b_read_duration(r, value, &mailbox->ready);
}

void op25b_read_mail_free_mailbox(struct op25b_reader *r, const struct op25b_node *node,
				  struct op25b_mail *mail)
{
	static const struct op25b_field fields[] = {
		{ "services", read_services, "add the services whose lines may have one" },
		{ "login", read_login, "add what their logins look like, a regular expression" },
		{ "per_line", read_per_line, NULL },
		{ "domain", read_domain, "add the domain of its address, one of 'domains'" },
		{ "ready", read_ready, NULL },
	};
	struct op25b_mail_mailbox *mailbox = op25b_arena_alloc(r->arena, sizeof(*mailbox));

	mailbox->per_line = 1;
	mail->mailbox = mailbox;
	op25b_walk_map(r, node, "'free_mailbox'", fields, sizeof(fields) / sizeof(fields[0]),
		       mailbox);
	if (mailbox->domain && mail->n_domains &&
	    (!op25b_mail_is_name(mailbox->domain, /* star= */ false) ||
	     !op25b_mail_is_own(mail, mailbox->domain)))
		op25b_find_error(r->finder, &mailbox->place,
				 "'%s' is none of 'domains'; name one of them", mailbox->domain);
}

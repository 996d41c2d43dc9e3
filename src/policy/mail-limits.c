/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets of limits. They are read over all files before anything else of `mail`, which names them; a
 * tenant may name the root's.
 */
#include <string.h>

#include "policy/mail-reader.h"
#include "policy/mail-words.h"

#define MOST 100000000U

#define NUMBER(name)                                                                    \
	static void read_##name(struct op25b_reader *r, const struct op25b_node *value, \
				void *object)                                           \
	{                                                                               \
		struct op25b_mail_bucket *bucket = object;                              \
                                                                                        \
		op25b_walk_number(r, value, #name, 1, MOST, &bucket->name);             \
	}

NUMBER(burst)
NUMBER(hour)
NUMBER(day)

struct entry {
	struct op25b_mail_limit limit;
	bool has_key;
};

static void read_bucket(struct op25b_reader *r, const struct op25b_node *value, const char *what,
			struct op25b_mail_bucket *bucket)
{
	static const struct op25b_field fields[] = {
		{ "burst", read_burst, "add how many recipients may come at once" },
		{ "hour", read_hour, "add how many come back an hour" },
		{ "day", read_day, "add the most in 24 hours" },
	};

	op25b_walk_map(r, value, what, fields, 3, bucket);
}

static void read_account(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->has_key = true;
	read_bucket(r, value, "'account'", &entry->limit.account);
}

static void read_line(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	entry->has_key = true;
	read_bucket(r, value, "'line'", &entry->limit.line);
}

static void read_message(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;

	op25b_walk_number(r, value, "message", 1, MOST, &entry->limit.message);
}

static void read_at_limit(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct entry *entry = object;
	int word = op25b_walk_word(r, value, "at_limit", &op25b_words_mail_at_limit);

	if (word >= 0)
		entry->limit.at_limit = (enum op25b_mail_at_limit)word;
}

/* A message of more recipients than a key ever has room for would wait for ever. */
static void check_bucket(struct op25b_reader *r, const struct entry *entry, const char *key,
			 const struct op25b_mail_bucket *bucket)
{
	const struct op25b_mail_limit *limit = &entry->limit;
	bool burst = limit->message > bucket->burst;

	if (!bucket->burst || !bucket->day || (!burst && limit->message <= bucket->day))
		return;
	op25b_find_error(r->finder, &limit->place,
			 "'message: %u' is more than '%s: %u' of '%s': such a message never had "
			 "room; lower 'message', or raise the other",
			 limit->message, burst ? "burst" : "day",
			 burst ? bucket->burst : bucket->day, key);
}

static const struct op25b_place *place_of_limit(const struct op25b_reader *r, uint32_t index)
{
	return &r->policy->mail_limits[index].place;
}

static void read_set(struct op25b_reader *r, const struct op25b_node *key)
{
	static const struct op25b_field fields[] = {
		{ "account", read_account, NULL },
		{ "line", read_line, NULL },
		{ "message", read_message, "add the most recipients of one message" },
		{ "at_limit", read_at_limit, NULL },
	};
	struct entry entry = { .limit = { .place = key->place } };
	struct op25b_policy *p = r->policy;

	entry.limit.id =
		op25b_name_define(r, key, &r->limits, (uint32_t)p->n_mail_limits, place_of_limit);
	if (!op25b_walk_map(r, key->value, "a set of limits", fields, 4, &entry))
		entry.has_key = true;
	if (!entry.has_key)
		op25b_find_error(r->finder, &key->place,
				 "'%s' limits nothing; add 'account', 'line' or both", key->text);
	check_bucket(r, &entry, "account", &entry.limit.account);
	check_bucket(r, &entry, "line", &entry.limit.line);
	if (entry.limit.id)
		*OP25B_PUSH(r->arena, p->mail_limits, p->n_mail_limits) = entry.limit;
}

void op25b_read_mail_limits(struct op25b_reader *r, const struct op25b_node *node)
{
	const struct op25b_node *key = node->kind == OP25B_MAP ? node->first : NULL;

	while (key && strcmp(key->text, "limits") != 0)
		key = key->next;
	if (!key)
		return;
	if (key->value->kind != OP25B_MAP) {
		op25b_find_error(r->finder, &key->value->place,
				 "'limits' is a map of sets by name; write 'NAME: {...}' pairs");
		return;
	}
	for (key = key->value->first; key; key = key->next)
		read_set(r, key);
}

void op25b_read_mail_limits_of(struct op25b_reader *r, const struct op25b_node *node, uint32_t *ret)
{
	op25b_name_find(r, node, &r->limits, ret);
}

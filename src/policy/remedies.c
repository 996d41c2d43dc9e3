/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ways out that a service has for those whom it refuses, by their situation, and what its
 * provider helps with.
 */
#include "policy/reader.h"

/* Both maps have one reader for all their keys, which are the words. */
#define SITUATIONS(read)                                                                     \
	{                                                                                    \
		{ "other-server", (read), NULL }, { "own-server", (read), NULL },            \
			{ "hosting-server", (read), NULL }, { "home-server", (read), NULL }, \
			{ "device", (read), NULL }, { "no-submission", (read), NULL },       \
	}

static enum op25b_situation situation_of(const struct op25b_reader *r)
{
	return (enum op25b_situation)op25b_words_find(&op25b_words_situation, r->key->text);
}

static void read_list(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_service *service = object;
	struct op25b_remedies *remedies = &service->remedies[situation_of(r)];
	const struct op25b_node *item = op25b_walk_list(r, value, r->key->text);
	unsigned int seen = 0;

	for (; item; item = item->next) {
		int remedy = op25b_walk_word(r, item, "remedy", &op25b_words_remedy);

		if (remedy < 0)
			continue;
		if (seen & 1U << remedy) {
			op25b_find_error(r->finder, &item->place, "'%s' is here twice; remove one",
					 item->text);
			continue;
		}
		seen |= 1U << remedy;
		remedies->list[remedies->n++] = (uint8_t)remedy;
	}
}

void op25b_read_remedies(struct op25b_reader *r, const struct op25b_node *node,
			 struct op25b_service *service)
{
	static const struct op25b_field fields[] = SITUATIONS(read_list);

	service->has_remedies = op25b_walk_map(r, node, "'remedies'", fields,
					       sizeof(fields) / sizeof(fields[0]), service);
}

static void read_help(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_service *service = object;
	enum op25b_situation situation = situation_of(r);
	int help = op25b_walk_word(r, value, "help", &op25b_words_help);

	if (help >= 0)
		service->help[situation] = (uint8_t)help;
}

void op25b_read_help(struct op25b_reader *r, const struct op25b_node *node,
		     struct op25b_service *service)
{
	static const struct op25b_field fields[] = SITUATIONS(read_help);

	op25b_walk_map(r, node, "'support'", fields, sizeof(fields) / sizeof(fields[0]), service);
}

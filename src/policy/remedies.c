/* SPDX-License-Identifier: BSD-2-Clause */
/* The ways out that a service has for those whom it refuses, by their situation. */
#include "policy/reader.h"

static void read_list(struct op25b_reader *r, const struct op25b_node *value,
		      struct op25b_remedies *remedies)
{
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

#define SITUATION(name, which)                                                          \
	static void read_##name(struct op25b_reader *r, const struct op25b_node *value, \
				void *object)                                           \
	{                                                                               \
		struct op25b_service *service = object;                                 \
                                                                                        \
		read_list(r, value, &service->remedies[which]);                         \
	}

SITUATION(other_server, OP25B_OTHER_SERVER)
SITUATION(own_server, OP25B_OWN_SERVER)
SITUATION(hosting_server, OP25B_HOSTING_SERVER)
SITUATION(home_server, OP25B_HOME_SERVER)
SITUATION(device, OP25B_DEVICE)
SITUATION(no_submission, OP25B_NO_SUBMISSION)

void op25b_read_remedies(struct op25b_reader *r, const struct op25b_node *node,
			 struct op25b_service *service)
{
	static const struct op25b_field fields[] = {
		{ "other-server", read_other_server, NULL },
		{ "own-server", read_own_server, NULL },
		{ "hosting-server", read_hosting_server, NULL },
		{ "home-server", read_home_server, NULL },
		{ "device", read_device, NULL },
		{ "no-submission", read_no_submission, NULL },
	};

	service->has_remedies = op25b_walk_map(r, node, "'remedies'", fields,
					       sizeof(fields) / sizeof(fields[0]), service);
}

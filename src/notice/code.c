/* SPDX-License-Identifier: BSD-2-Clause */
/* See code.h. */
#include "notice/code.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "policy/policy.h"
#include "policy/table.h"

#define MANNERS 3U

static const uint8_t reasons[] = { OP25B_DESIGNATED_SERVER_CLOSED, OP25B_FOREIGN_SERVER,
				   OP25B_HOLD };
#define REASONS     (sizeof(reasons))
#define PER_SERVICE (REASONS * MANNERS)

_Static_assert(OP25B_HELO + 1U == MANNERS, "every manner has its codes");

static struct op25b_notice_meaning meaning_at(size_t at)
{
	return (struct op25b_notice_meaning){
		.service = (uint32_t)(at / PER_SERVICE),
		.reason = reasons[at % PER_SERVICE / MANNERS],
		.manner = (uint8_t)(at % MANNERS),
	};
}

/* Numbers in use: open addressing in a table of at least twice as many, UINT32_MAX is empty. */
struct taken {
	uint32_t *slots;
	size_t mask;
};

static bool taken_put(struct taken *taken, uint32_t number)
{
	size_t at = op25b_table_hash(&number, sizeof(number), 0) & taken->mask;

	while (taken->slots[at] != UINT32_MAX) {
		if (taken->slots[at] == number)
			return false;
		at = (at + 1) & taken->mask;
	}
	taken->slots[at] = number;
	return true;
}

static uint64_t derive(const struct op25b_policy *policy, size_t at, struct taken *taken)
{
	struct op25b_notice_meaning of = meaning_at(at);
	const char *id = policy->services[of.service].id;
	uint64_t seed = op25b_table_hash(id, strlen(id), policy->digest);

	for (uint8_t attempt = 0;; attempt++) {
		uint8_t rest[] = { of.reason, of.manner, attempt };
		uint32_t number;

		seed = op25b_table_hash(rest, sizeof(rest), seed);
		number = (uint32_t)(seed % OP25B_CODE_NUMBERS);
		if (taken_put(taken, number))
			return op25b_code_of(OP25B_CODE_NOTICE, number);
	}
}

int op25b_notice_codes_make(const struct op25b_policy *policy, struct op25b_notice_codes *ret_codes)
{
	OP25B_AUTO_FREE uint32_t *slots = NULL;
	OP25B_AUTO_FREE uint64_t *list = NULL;
	size_t n = policy->n_services * PER_SERVICE, room = 1;
	struct taken taken;

	while (room < 2 * n)
		room *= 2;
	slots = malloc(room * sizeof(*slots));
	list = malloc((n ? n : 1) * sizeof(*list));
	if (!slots || !list)
		return -ENOMEM;
	memset(slots, 0xff, room * sizeof(*slots));
	taken = (struct taken){ .slots = slots, .mask = room - 1 };
	for (size_t i = 0; i < n; i++)
		list[i] = derive(policy, i, &taken);
	ret_codes->list = OP25B_TAKE_PTR(list);
	ret_codes->n = n;
	return 0;
}

void op25b_notice_codes_done(struct op25b_notice_codes *codes)
{
	free(codes->list);
	*codes = (struct op25b_notice_codes){ 0 };
}

uint64_t op25b_notice_code(const struct op25b_notice_codes *codes,
			   const struct op25b_notice_meaning *of)
{
	size_t reason = 0;

	while (reason + 1 < REASONS && reasons[reason] != of->reason)
		reason++;
	return codes->list[of->service * PER_SERVICE + reason * MANNERS + of->manner];
}

bool op25b_notice_code_find(const struct op25b_notice_codes *codes, uint64_t code,
			    struct op25b_notice_meaning *ret)
{
	for (size_t i = 0; i < codes->n; i++) {
		if (codes->list[i] == code) {
			*ret = meaning_at(i);
			return true;
		}
	}
	return false;
}

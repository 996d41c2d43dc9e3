/* SPDX-License-Identifier: BSD-2-Clause */
/* The requests of customers for their accounts: what they mean is mail/account-claim.h's. */
#include <errno.h>
#include <string.h>

#include "mail/account-claim.h"
#include "maild/maild.h"
#include "maild/requests.h"

struct desk {
	struct op25b_maild *d;
	int64_t now;
};

static void find(void *arg, const struct op25b_prefix *address, uint16_t port,
		 struct op25b_person *ret)
{
	op25b_people_find(((struct desk *)arg)->d->people, address, port, ret);
}

static int posted(void *arg, const struct op25b_letter *letter, int64_t every)
{
	const struct desk *desk = arg;

	return op25b_letter_posted(desk->d->state, desk->now, letter, every);
}

static int post(void *arg, const struct op25b_letter *letter, int64_t every)
{
	const struct desk *desk = arg;

	return op25b_letter_post(desk->d->state, desk->now, letter, every);
}

int op25b_maild_account(struct op25b_maild *d, const json_t *request, int64_t now, json_t **ret,
			struct op25b_error *error)
{
	struct desk own = { d, now };
	const struct op25b_account_desk desk = { .accounts = d->accounts,
						 .mail = op25b_people_mail(d->people),
						 .find = find,
						 .posted = posted,
						 .post = post,
						 .arg = &own };
	const char *op = json_string_value(json_object_get(request, "op"));
	int r;

	/* Of a claim who is on a line is what counts. */
	if (!strcmp(op, "account-claim") && !op25b_people_known(d->people))
		return op25b_error_set(error, -EAGAIN, "sessions are not known yet; try again");
	r = op25b_account_desk_answer(&desk, now, request, ret);
	return r > 0 ? 0 : r ? r : -EINVAL;
}

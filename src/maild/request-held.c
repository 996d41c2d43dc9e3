/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request "held": {"op":"held","ids":["...",...]} tells of these queue ids those that we held,
 * {"op":"held","account":"..."} those of an account, which is looked over at once: it may have been
 * released just now. What became of them only Postfix knows, and who let them go or sent them back:
 * {"op":"let-go","ids":[...]} tells it. Postfix gives a mail that is let go another id, and what
 * becomes of one that somebody looked at says nothing new of its account.
 */
#include <errno.h>
#include <string.h>

#include "mail/ledger.h"
#include "mail/pass.h"
#include "maild/maild.h"
#include "maild/requests.h"

struct list {
	json_t *mails;
	int64_t hold_for;
};

static int add(void *arg, const char *queue_id, const struct op25b_pass_mail *mail)
{
	const struct list *list = arg;
	const json_int_t since = mail->at, due = since + list->hold_for;

	return json_array_append_new(
		       list->mails,
		       json_pack("{s:s, s:s, s:I, s:I, s:s}", "queue_id", queue_id, "account",
				 mail->account, "since", since, "due", due, "why",
				 mail->held == OP25B_PASS_HELD_LIMIT ? "limit" : "account-held")) ?
		       -ENOMEM :
		       0;
}

/* NULL: it is no queue id. */
static const char *read_id(const json_t *id)
{
	const char *text = json_string_value(id);

	return text && strlen(text) < OP25B_MAILLOG_QUEUE ? text : NULL;
}

/* Of ids that aren't ours nothing is said. */
static int add_ids(struct op25b_maild *d, const json_t *ids, struct list *list)
{
	const json_t *id;
	size_t i;

	json_array_foreach(ids, i, id)
	{
		struct op25b_pass_mail mail;
		const char *text = read_id(id);
		int r;

		if (!text)
			return -EINVAL;
		r = op25b_pass_mail(d->state, text, &mail);
		if (!r && mail.held != OP25B_PASS_FREE)
			r = add(list, text, &mail);
		if (r && r != -ENOENT)
			return r;
	}
	return 0;
}

int op25b_maild_held(struct op25b_maild *d, const json_t *request, int64_t now, json_t **ret,
		     struct op25b_error *error)
{
	const struct op25b_mail *mail = op25b_people_mail(d->people);
	const json_t *ids = json_object_get(request, "ids");
	const char *account = json_string_value(json_object_get(request, "account"));
	struct list list = { json_array(), mail ? mail->stolen.hold_for : 0 };
	int r = -EINVAL;

	if (json_is_array(ids))
		r = add_ids(d, ids, &list);
	else if (account)
		r = op25b_brain_look(&d->brain, account, now, error);
	if (!r && account)
		r = op25b_pass_held(d->state, account, add, &list);
	if (r) {
		json_decref(list.mails);
		return op25b_error_set(error, r,
				       r == -EINVAL ?
					       "held: give ids, a list of queue ids, or account" :
					       "reading what is held: %s",
				       strerror(-r));
	}
	*ret = json_pack("{s:s, s:I, s:o}", "schema", "op25b.maild-held/1", "hold_for",
			 (json_int_t)list.hold_for, "mails", list.mails);
	return *ret ? 0 : -ENOMEM;
}

int op25b_maild_let_go(struct op25b_maild *d, const json_t *request, int64_t now, json_t **ret,
		       struct op25b_error *error)
{
	const json_t *ids = json_object_get(request, "ids"), *id;
	int r = json_is_array(ids) ? 0 : -EINVAL;
	size_t i;

	(void)now;
	json_array_foreach(ids, i, id)
	{
		const char *text = read_id(id);

		r = r ? r : text ? op25b_pass_gone(d->state, text) : -EINVAL;
		r = r ? r : op25b_ledger_gone(d->state, text);
	}
	if (r)
		return op25b_error_set(error, r, "let-go: %s",
				       r == -EINVAL ? "give ids, a list of queue ids" :
						      strerror(-r));
	*ret = json_pack("{s:s}", "schema", "op25b.maild-let-go/1");
	return *ret ? 0 : -ENOMEM;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which logins may use a sender address, for Postfix's own check behind ours: its owners. It does
 * not know who asks, and must name nobody less than the decision lets through, or Postfix would
 * refuse what was taken. So of foreign addresses that all may use (`foreign: any`) nobody is named,
 * as reject_known_sender_login_mismatch wants; and where server accounts may use any address
 * (`senders: any`) mailconf writes no check of Postfix's. The answer never grows with the accounts.
 */
#include <errno.h>
#include <string.h>

#include "mail/brain-inside.h"

struct list {
	char *text;
	size_t n, size;
};

/* A name that would be read as two, or end the list, is none of ours. */
static int add(void *arg, const struct op25b_account *account)
{
	struct list *list = arg;
	const size_t len = strlen(account->name), gap = list->n ? 1 : 0;

	if (strpbrk(account->name, ", \t\r\n"))
		return 0;
	if (list->n + gap + len >= list->size)
		return -ENOBUFS;
	if (gap)
		list->text[list->n] = ',';
	memcpy(list->text + list->n + gap, account->name, len + 1);
	list->n += gap + len;
	return 0;
}

int op25b_brain_sender(struct op25b_brain *brain, const char *key, int64_t now, char *ret,
		       size_t size, struct op25b_error *error)
{
	const struct op25b_mail *mail = op25b_people_mail(brain->people);
	struct list list = { ret, 0, size };
	int r;

	(void)now;
	*ret = '\0';
	/* Postfix asks for the whole address first, which is all that anybody can own. */
	if (!mail || !strchr(key, '@') || *key == '@')
		return 0;
	if (mail->foreign == OP25B_MAIL_FOREIGN_ANY &&
	    op25b_brain_sender_kind(mail, key) == OP25B_MAIL_FROM_FOREIGN)
		return 0;
	r = op25b_brain_owners(brain, key, add, &list);
	return r ? op25b_error_set(error, r, "the owners of a sender address: %s", strerror(-r)) :
		   0;
}

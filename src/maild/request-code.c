/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request "code": {"op":"code","code":"3123-456-780"}, what a customer reads out to support. Of
 * a code that is not known, or no longer, "reason" is null.
 */
#include <errno.h>
#include <string.h>

#include "mail/code.h"
#include "maild/maild.h"
#include "maild/requests.h"
#include "policy/mail-words.h"

static json_t *known(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

static json_t *describe(const char *text, const struct op25b_mail_code *of)
{
	const char *outcome = of ? op25b_mail_answer(of->reason, OP25B_MAIL_DEFER).outcome : NULL;
	const char *reason = of ? op25b_words_name(&op25b_words_mail_reason, of->reason) : NULL;

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "schema", "op25b.mail-code/1",
			 "code", text, "reason", known(reason), "outcome", known(outcome),
			 "account", known(of ? of->account : NULL), "line",
			 known(of ? of->line : NULL), "at", of ? json_integer(of->at) : json_null(),
			 "until", of && of->until ? json_integer(of->until) : json_null());
}

struct found {
	const char *text;
	json_t *json;
};

static int keep(void *arg, const struct op25b_mail_code *of)
{
	struct found *found = arg;

	found->json = describe(found->text, of);
	return found->json ? 0 : -ENOMEM;
}

int op25b_maild_code(struct op25b_maild *d, const json_t *request, int64_t now, json_t **ret,
		     struct op25b_error *error)
{
	const char *given = json_string_value(json_object_get(request, "code"));
	char text[OP25B_CODE_TEXT];
	struct found found = { .text = text };
	uint64_t code = 0;
	int r = given ? op25b_code_parse(given, &code) : -EINVAL;

	(void)now;
	if (r)
		return op25b_error_set(error, -EINVAL,
				       r == -EBADMSG ?
					       "code: a digit is wrong, or two are swapped" :
					       "code: give ten digits, as 3123-456-780");
	op25b_code_format(code, text);
	r = op25b_mail_code_find(d->state, code, keep, &found);
	if (r == -ENOENT)
		r = (found.json = describe(text, NULL)) ? 0 : -ENOMEM;
	if (r)
		return op25b_error_set(error, r, "code: %s", strerror(-r));
	*ret = found.json;
	return 0;
}

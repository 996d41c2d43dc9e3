/* SPDX-License-Identifier: BSD-2-Clause */
/* See forms.h. Whose line a claim is for is the caller's address to say, and no form's. */
#include "webd/forms.h"

#include <stdio.h>
#include <string.h>

#include "web/self.h"
#include "webd/facts.h"
#include "webd/webd.h"

static json_t *about_token(const char *op, const struct op25b_web_request *request)
{
	const char *slash = strrchr(request->path, '/');

	if (!slash || !op25b_self_is_token(slash + 1))
		return NULL;
	return json_pack("{s:s, s:s}", "op", op, "token", slash + 1);
}

static json_t *about_claim(const struct op25b_web_request *request)
{
	static const char *const keys[] = { "code", "name", "password" };
	json_t *question;

	if (request->caller.family == OP25B_NO_FAMILY ||
	    op25b_self_claim_fault(&request->form) != OP25B_CLAIM_FAULTLESS)
		return NULL;
	question = op25b_facts_about_caller("account-claim", request);
	for (size_t i = 0; question && i < sizeof(keys) / sizeof(keys[0]); i++)
		json_object_set_new(question, keys[i],
				    json_string(op25b_web_field(&request->form, keys[i])));
	return question;
}

json_t *op25b_desk_question(const struct op25b_web_request *request, unsigned int wants)
{
	if (wants & OP25B_WANT_CONFIRM)
		return about_token("account-confirm", request);
	if (wants & OP25B_WANT_OPEN)
		return about_token("account-abroad-open", request);
	return wants & OP25B_WANT_CLAIM ? about_claim(request) : NULL;
}

/* No answer is waited for: how long one takes would tell whether there is such an account. So who
 * is not there now is not asked. */
void op25b_desk_send_letter(struct op25b_webd *d, const struct op25b_web_request *request,
			    struct op25b_desk_facts *ret)
{
	const char *login = op25b_web_field(&request->form, "login"), *word = "sent";

	if (!login || !op25b_self_is_login(login) || !d->desk.connected)
		return;
	if (!op25b_draws_take(&d->letters, &request->caller, request->now))
		word = "many";
	else if (!op25b_teller_ask(&d->desk,
				   json_pack("{s:s, s:s}", "op", "account-abroad", "login", login),
				   NULL, NULL))
		return;
	ret->known = true;
	snprintf(ret->outcome, sizeof(ret->outcome), "%s", word);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* See self.h. */
#include "web/self.h"

#include <string.h>

#define TOKEN         26U /* as op25b-maild draws them */
#define LONGEST_CODE  40U /* bytes, with whatever people write between the digits */
#define LONGEST_NAME  64U
#define LONGEST_LOGIN 255U
#define LONGEST_WORDS 256U /* more than any password has: what is refused is op25b-maild's to say */

bool op25b_self_is_token(const char *text)
{
	return strlen(text) == TOKEN && strspn(text, "abcdefghjkmnpqrstuvwxyz23456789") == TOKEN;
}

static const char *field(const struct op25b_web_fields *form, const char *name)
{
	const char *value = op25b_web_field(form, name);

	return value ? value : "";
}

enum op25b_claim_fault op25b_self_claim_fault(const struct op25b_web_fields *form)
{
	const char *code = field(form, "code"), *name = field(form, "name");
	const char *password = field(form, "password");

	if (!*code)
		return OP25B_CLAIM_NO_CODE;
	if (strlen(code) > LONGEST_CODE)
		return OP25B_CLAIM_BAD_CODE;
	if (!*name)
		return OP25B_CLAIM_NO_NAME;
	if (strlen(name) > LONGEST_NAME)
		return OP25B_CLAIM_BAD_NAME;
	if (!*password || strlen(password) > LONGEST_WORDS)
		return OP25B_CLAIM_BAD_PASSWORD;
	return strcmp(password, field(form, "again")) ? OP25B_CLAIM_OTHER_PASSWORD :
							OP25B_CLAIM_FAULTLESS;
}

bool op25b_self_has_desk(const struct op25b_page *page)
{
	return page->site->file && page->site->file->desk;
}

const struct op25b_mail_mailbox *op25b_self_mailbox(const struct op25b_page *page)
{
	const struct op25b_mail *mail =
		op25b_mail_of(page->site->judge.policy, page->speaker.tenant);

	return op25b_self_has_desk(page) && mail ? mail->mailbox : NULL;
}

int64_t op25b_self_abroad(const struct op25b_page *page)
{
	const struct op25b_mail *mail =
		op25b_mail_of(page->site->judge.policy, page->speaker.tenant);

	/* Without help_url a letter has no link. */
	return op25b_self_has_desk(page) && op25b_page_tenant(page)->help_url ?
		       op25b_mail_customer_opens(mail) :
		       0;
}

bool op25b_self_is_login(const char *text)
{
	const size_t n = strlen(text);

	for (size_t i = 0; i < n; i++) {
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	}
	return n && n < LONGEST_LOGIN;
}

void op25b_self_away(struct op25b_page *page)
{
	op25b_html_element(page->html, "p class=\"lead\" role=\"alert\"", OP25B_PAGE_SELF_AWAY,
			   NULL);
}

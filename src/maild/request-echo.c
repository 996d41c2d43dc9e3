/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The requests "echo-new" and "echo", of op25b-webd for whoever wants to know whether his mail
 * arrives: the address to write to, and what came there.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mail/echo.h"
#include "maild/maild.h"
#include "maild/requests.h"
#include "policy/words.h"

/* The domain that test mails go to: the first own one without a '*'. */
static const char *domain_of(const struct op25b_mail *mail)
{
	for (size_t i = 0; mail && i < mail->n_domains; i++) {
		if (*mail->domains[i] != '*')
			return mail->domains[i];
	}
	return NULL;
}

int op25b_maild_echo_new(struct op25b_maild *d, const json_t *request, int64_t now, json_t **ret,
			 struct op25b_error *error)
{
	const char *domain = domain_of(op25b_people_mail(d->people));
	char text[OP25B_CODE_TEXT], address[300];
	json_int_t until = now;
	uint64_t code = 0;
	int r;

	(void)request;
	if (!d->first->echo.socket || !domain)
		return op25b_error_set(error, -EOPNOTSUPP,
				       "echo-new: this host takes no test mails: the maild file "
				       "has no 'echo', or the policy no domain");
	r = op25b_echo_new(d->state, now, &code);
	if (r)
		return op25b_error_set(error, r, "echo-new: %s", strerror(-r));
	snprintf(address, sizeof(address), "check+%010" PRIu64 "@%s", code, domain);
	until += op25b_people_keep_codes(d->people);
	*ret = json_pack("{s:s, s:s, s:s, s:I}", "schema", "op25b.echo-new/1", "code",
			 op25b_code_format(code, text), "address", address, "until", until);
	return *ret ? 0 : -ENOMEM;
}

static json_t *truth(bool known, bool value)
{
	return known ? json_boolean(value) : json_null();
}

static json_t *number(bool known, int64_t value)
{
	return known && value ? json_integer(value) : json_null();
}

/* @echo: zero where the code is not known */
static json_t *describe(const struct op25b_echo *echo, int64_t keep)
{
	const bool known = echo->made != 0, told = echo->at && echo->told;

	return json_pack("{s:s, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:b, s:s?}", "schema",
			 "op25b.echo/1", "known", (int)known, "arrived", (int)(echo->at != 0),
			 "until", number(known, echo->made + keep), "at", number(known, echo->at),
			 "tls", truth(told, echo->tls), "auth", truth(told, echo->auth), "port",
			 number(told, echo->port), "own", (int)(told && echo->own), "family",
			 told ? op25b_words_name(&op25b_words_family, echo->family) : NULL);
}

int op25b_maild_echo(struct op25b_maild *d, const json_t *request, int64_t now, json_t **ret,
		     struct op25b_error *error)
{
	const char *text = json_string_value(json_object_get(request, "code"));
	const int64_t keep = op25b_people_keep_codes(d->people);
	struct op25b_echo echo = { 0 };
	uint64_t code = 0;
	int r = text ? op25b_code_parse(text, &code) : -EINVAL;

	if (r)
		return op25b_error_set(error, -EINVAL,
				       r == -EBADMSG ?
					       "echo: a digit is wrong, or two are swapped" :
					       "echo: give ten digits, as 4123-456-780");
	r = op25b_echo_find(d->state, code, now - keep, &echo);
	if (r && r != -ENOENT)
		return op25b_error_set(error, r, "echo: %s", strerror(-r));
	*ret = describe(&echo, keep);
	return *ret ? 0 : -ENOMEM;
}

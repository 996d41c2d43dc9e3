/* SPDX-License-Identifier: BSD-2-Clause */
/* Which names and addresses an account may have. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "mail/account-edit.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"
#define ATOM    LETTERS DIGITS "!#$%&'*+-/=?^_`{|}~" /* RFC 5321 4.1.2 */

/* ASCII alone, whatever the locale; false where there is no room. */
static bool lower(const char *text, char ret[static OP25B_ACCOUNT_NAME])
{
	size_t i = 0;

	for (; i < OP25B_ACCOUNT_NAME - 1 && text[i]; i++)
		ret[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
	ret[i] = '\0';
	return !text[i];
}

int op25b_account_name(const char *text, char ret[static OP25B_ACCOUNT_NAME],
		       struct op25b_error *error)
{
	if (!*text)
		return op25b_error_set(error, -EINVAL, "the account's name is empty");
	if (!lower(text, ret))
		return op25b_error_set(error, -EINVAL,
				       "the name %.40s... is too long: 254 characters at most",
				       text);
	if (ret[strspn(ret, LETTERS DIGITS ".-_@")])
		return op25b_error_set(error, -EINVAL,
				       "%s can't be an account's name: letters, digits and . - _ @ "
				       "alone can log in",
				       ret);
	if (!isalnum((unsigned char)*ret) || strstr(ret, ".."))
		return op25b_error_set(error, -EINVAL,
				       "%s can't be an account's name: it begins with a letter or "
				       "digit, and has no two dots together",
				       ret);
	return 0;
}

/* Dots stand between atoms of these characters. */
static bool is_dotted(const char *text, size_t size, const char *characters)
{
	size_t atom = 0;

	for (size_t i = 0; i < size; i++) {
		if (text[i] == '.' && !atom)
			return false;
		if (text[i] != '.' && !strchr(characters, text[i]))
			return false;
		atom = text[i] == '.' ? 0 : atom + 1;
	}
	return atom > 0;
}

int op25b_account_address(const char *text, char ret[static OP25B_ACCOUNT_NAME],
			  struct op25b_error *error)
{
	const bool fits = lower(text, ret);
	const char *at = strrchr(ret, '@'), *domain = at ? at + 1 : "";

	if (fits && at && at - ret <= 64 && is_dotted(ret, (size_t)(at - ret), ATOM) &&
	    is_dotted(domain, strlen(domain), LETTERS DIGITS "-") && strchr(domain, '.') &&
	    *domain != '-')
		return 0;
	return op25b_error_set(error, -EINVAL,
			       "%.80s is not an address such as name@example.net (nothing quoted, "
			       "no address literal)",
			       text);
}

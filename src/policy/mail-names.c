/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of domains and hosts, in which "*" stands for one label. */
#include <string.h>
#include <strings.h>

#include "policy/mail-reader.h"

#define NAME_MAX_LENGTH  253 /* RFC 1035 2.3.4, without the last dot */
#define LABEL_MAX_LENGTH 63

static bool is_label(const char *label, size_t len)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-";

	return len > 0 && len <= LABEL_MAX_LENGTH && strspn(label, letters) >= len &&
	       label[0] != '-' && label[len - 1] != '-';
}

bool op25b_mail_is_name(const char *text, bool star)
{
	if (strlen(text) > NAME_MAX_LENGTH)
		return false;
	if (star && !strncmp(text, "*.", 2))
		text += 2;
	for (;;) {
		size_t len = strcspn(text, ".");

		if (!is_label(text, len))
			return false;
		if (!text[len])
			return true;
		text += len + 1;
	}
}

bool op25b_mail_covers(const char *pattern, const char *name)
{
	for (;;) {
		size_t wide = strcspn(pattern, "."), len = strcspn(name, ".");

		if (!(wide == 1 && *pattern == '*') &&
		    (wide != len || strncasecmp(pattern, name, len) != 0))
			return false;
		if (!pattern[wide] || !name[len])
			return pattern[wide] == name[len];
		pattern += wide + 1;
		name += len + 1;
	}
}

bool op25b_mail_is_own(const struct op25b_mail *mail, const char *domain)
{
	for (size_t i = 0; i < mail->n_domains; i++) {
		if (op25b_mail_covers(mail->domains[i], domain))
			return true;
	}
	return false;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The values of Dovecot's templates. */
#include <errno.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "mail/conf-accounts.h"
#include "mail/conf-files.h"
#include "op25b-mailconf-templates.h"
#include "policy/prefix.h"

#define NONCE_BYTES 16

/* The port that customers are told; @standard where nothing is said of such servers. */
static unsigned int port_of(const struct op25b_mail_settings *settings, enum op25b_mail_kind kind,
			    enum op25b_mail_tls tls, unsigned int standard)
{
	bool said = false;

	for (size_t i = 0; settings && i < settings->n_incoming; i++) {
		if (settings->incoming[i].kind != kind)
			continue;
		if (settings->incoming[i].tls == tls)
			return settings->incoming[i].port;
		said = true;
	}
	return said || tls != OP25B_MAIL_IMPLICIT ? 0 : standard;
}

static void set_listeners(struct op25b_mailconf_values *values,
			  const struct op25b_mailconf_host *host)
{
	const struct op25b_mail_settings *settings = host->mail->settings;
	struct op25b_mailconf_addresses all = host->roles[OP25B_MAILCONF_POP];
	const struct op25b_mailconf_addresses *imap = &host->roles[OP25B_MAILCONF_IMAP];

	for (size_t i = 0; i < imap->n && all.n < OP25B_MAILCONF_ADDRESSES; i++) {
		bool known = false;

		for (size_t k = 0; k < all.n; k++)
			known |= !op25b_prefix_compare(&all.list[k], &imap->list[i]);
		if (!known)
			all.list[all.n++] = imap->list[i];
	}
	op25b_mailconf_set_addresses(values, "LISTEN", &all, ", ", "", "");
	op25b_mailconf_set(values, "POP", host->roles[OP25B_MAILCONF_POP].n ? " pop3" : "");
	op25b_mailconf_set(values, "IMAP", imap->n ? " imap" : "");
	op25b_mailconf_setf(values, "POP_PORT", "%u",
			    port_of(settings, OP25B_MAIL_POP3, OP25B_MAIL_STARTTLS, 110));
	op25b_mailconf_setf(values, "POPS_PORT", "%u",
			    port_of(settings, OP25B_MAIL_POP3, OP25B_MAIL_IMPLICIT, 995));
	op25b_mailconf_setf(values, "IMAP_PORT", "%u",
			    port_of(settings, OP25B_MAIL_IMAP, OP25B_MAIL_STARTTLS, 143));
	op25b_mailconf_setf(values, "IMAPS_PORT", "%u",
			    port_of(settings, OP25B_MAIL_IMAP, OP25B_MAIL_IMPLICIT, 993));
}

/* All mail hosts of one op25b-maild hash alike: the nonce comes of the key that they share. */
static int set_nonce(struct op25b_mailconf_values *values, const struct op25b_mailconf_ask *ask,
		     struct op25b_error *error)
{
	const char *key = ask->maild ? ask->maild->auth_key : NULL;
	unsigned char bytes[SHA256_DIGEST_LENGTH];
	OP25B_AUTO_FREE char *seed = NULL;
	char text[2 * NONCE_BYTES + 1];

	if (!key && getrandom(bytes, NONCE_BYTES, 0) != NONCE_BYTES)
		return op25b_error_set(error, -EIO, "no random numbers: %s", strerror(errno));
	if (key && asprintf(&seed, "op25b auth_policy_hash_nonce %s", key) < 0)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	if (key)
		SHA256((const unsigned char *)seed, strlen(seed), bytes);
	for (size_t i = 0; i < NONCE_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	op25b_mailconf_set(values, "NONCE", text);
	return 0;
}

/* A text in quotes as Dovecot reads it, which ends at the first quote or backslash of another's. */
static int check_key(const struct op25b_mailconf_ask *ask, struct op25b_error *error)
{
	const char *key = ask->maild ? ask->maild->auth_key : NULL;

	if (!key || !strpbrk(key, "\"\\"))
		return 0;
	return op25b_error_set(error, -EINVAL,
			       "the key that auth_key_file holds has a \" or \\ in it, which "
			       "Dovecot would not read: take another");
}

int op25b_mailconf_dovecot(const struct op25b_mailconf_ask *ask,
			   struct op25b_mailconf_files *ret_files, struct op25b_error *error)
{
	OP25B_CLEANUP(op25b_mailconf_done) struct op25b_mailconf_values values = { 0 };
	struct op25b_mailconf_host host;
	struct op25b_mailconf_files files = { 0 };
	int r = op25b_mailconf_host_read(ask, /* mailboxes= */ true, &host, error);

	if (!r)
		r = op25b_mailconf_begin(&values, &host, error);
	if (!r)
		r = check_key(ask, error);
	if (!r)
		r = set_nonce(&values, ask, error);
	if (!r)
		r = op25b_mailconf_set_accounts(&values, ask, error);
	if (r)
		return r;
	set_listeners(&values, &host);
	op25b_mailconf_set_filled(&values, "AUTH_POLICY", auth_policy);
	if (ask->fragment) {
		op25b_mailconf_add(&files, "op25b.conf", 0644, fragment_dovecot_conf, &values);
	} else {
		op25b_mailconf_add(&files, "dovecot.conf", 0644, dovecot_conf, &values);
		op25b_mailconf_add(&files, "op25b-sql.conf.ext", 0600, sql_conf_ext, &values);
	}
	op25b_mailconf_add(&files, "op25b-secret.conf", 0600, secret_conf, &values);
	return op25b_mailconf_end(&files, ret_files, error);
}

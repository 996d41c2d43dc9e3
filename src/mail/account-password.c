/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Passwords: which ones are taken, how they are hashed, and those that we make up. yescrypt by
 * libcrypt, whose hashes glibc's crypt() checks, so Dovecot's scheme CRYPT does too; the cost is
 * the one that Debian gives its own users (YESCRYPT_COST_FACTOR 5 of login.defs: 16 MiB).
 */
#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "mail/account-parts.h"

#define COST 5

_Static_assert(OP25B_ACCOUNT_HASH >= CRYPT_OUTPUT_SIZE, "room for every hash");

/* No i, l, o, 0, 1: they are taken for one another, on paper most of all. */
static const char alphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";

int op25b_account_draw(const char *letters, char *ret, size_t n, struct op25b_error *error)
{
	const size_t count = strlen(letters);
	/* Bytes of the last, incomplete round would favour the first letters. */
	const unsigned int limit = (unsigned int)(256 - 256 % count);

	for (size_t i = 0; i < n;) {
		unsigned char byte;

		if (getrandom(&byte, 1, 0) != 1) {
			if (errno == EINTR)
				continue;
			return op25b_error_set(error, -errno, "no random numbers: %s",
					       strerror(errno));
		}
		if (byte < limit)
			ret[i++] = letters[byte % count];
	}
	return 0;
}

int op25b_account_generate(char ret[static OP25B_ACCOUNT_GENERATED], struct op25b_error *error)
{
	int r = op25b_account_draw(alphabet, ret, OP25B_ACCOUNT_GENERATED - 1, error);

	ret[4] = ret[9] = ret[14] = '-';
	ret[OP25B_ACCOUNT_GENERATED - 1] = '\0';
	return r;
}

/* Whether @password is @id, or what stands before its '@'. */
static bool is_id(const char *password, const char *id)
{
	const size_t size = strlen(password);

	return *id && strncasecmp(password, id, size) == 0 && (!id[size] || id[size] == '@');
}

int op25b_account_password_check(const char *password, const struct op25b_account_ids *ids,
				 struct op25b_error *error)
{
	const size_t size = strlen(password);

	if (size < OP25B_ACCOUNT_SHORTEST)
		return op25b_error_set(error, -EINVAL,
				       "the password is too short: %zu characters, and it takes %u",
				       size, OP25B_ACCOUNT_SHORTEST);
	if (size >= OP25B_ACCOUNT_PASSWORD)
		return op25b_error_set(error, -EINVAL,
				       "the password is too long: %u characters at most",
				       OP25B_ACCOUNT_PASSWORD - 1);
	for (const char *at = password; *at; at++) {
		if (*at < 0x20 || *at > 0x7e)
			return op25b_error_set(error, -EINVAL,
					       "the password has characters beyond ASCII's, which "
					       "mail programs send in different ways; leave them "
					       "out");
	}
	if (is_id(password, ids->name))
		return op25b_error_set(error, -EINVAL,
				       "the password is the account's name, which others know; "
				       "choose another");
	if (is_id(password, ids->line))
		return op25b_error_set(error, -EINVAL,
				       "the password is the line's id, which others know; choose "
				       "another");
	for (size_t i = 0; i < ids->n_addresses; i++) {
		if (is_id(password, ids->addresses[i]))
			return op25b_error_set(error, -EINVAL,
					       "the password is an address of the account, which "
					       "others know; choose another");
	}
	return 0;
}

int op25b_account_hash(const char *text, char ret[static OP25B_ACCOUNT_HASH],
		       struct op25b_error *error)
{
	OP25B_AUTO_FREE struct crypt_data *data = calloc(1, sizeof(*data));
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *hash;

	if (!data)
		return op25b_error_set(error, -ENOMEM, "hashing a password: out of memory");
	if (!crypt_gensalt_rn("$y$", COST, NULL, 0, salt, sizeof(salt)))
		return op25b_error_set(error, -errno, "hashing a password: %s", strerror(errno));
	hash = crypt_r(text, salt, data);
	if (!hash || *hash == '*' || !op25b_account_copy(ret, OP25B_ACCOUNT_HASH, hash))
		return op25b_error_set(error, -EIO, "hashing a password: libcrypt refuses");
	explicit_bzero(data, sizeof(*data));
	return 0;
}

int op25b_account_hash_is(const char *text, const char *hash, struct op25b_error *error)
{
	OP25B_AUTO_FREE struct crypt_data *data = calloc(1, sizeof(*data));
	const size_t size = strlen(hash);
	unsigned char differs = 0;
	const char *made;

	if (!data)
		return op25b_error_set(error, -ENOMEM, "checking a password: out of memory");
	made = crypt_r(text, hash, data);
	if (!made || *made == '*')
		return op25b_error_set(error, -EBADMSG, "checking a password: %s",
				       strerror(errno ? errno : EINVAL));
	differs = strlen(made) != size;
	for (size_t i = 0; i < size && made[i]; i++)
		differs |= (unsigned char)(made[i] ^ hash[i]);
	explicit_bzero(data, sizeof(*data));
	return !differs;
}

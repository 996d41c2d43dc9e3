/* SPDX-License-Identifier: BSD-2-Clause */
/* See numbers-key.h. */
#include "mail/numbers-key.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

static int make_key(struct op25b_state *state, struct op25b_numbers_key *key)
{
	sqlite3_stmt *put;

	if (RAND_bytes(key->bytes, sizeof(key->bytes)) != 1)
		return -EIO;
	put = op25b_state_statement(state, "INSERT OR REPLACE INTO numbers_key VALUES (1, ?1, ?2)");
	sqlite3_bind_int64(put, 1, key->day);
	sqlite3_bind_blob(put, 2, key->bytes, sizeof(key->bytes), SQLITE_STATIC);
	return op25b_state_step(put);
}

int op25b_numbers_key(struct op25b_state *state, int64_t now, struct op25b_numbers_key *ret)
{
	struct op25b_numbers_key key = { .day = now / OP25B_NUMBERS_DAY };
	sqlite3_stmt *get = op25b_state_statement(state, "SELECT day, key FROM numbers_key");
	int r = op25b_state_step(get);

	if (r < 0)
		return r;
	if (r == 1 && sqlite3_column_int64(get, 0) == key.day &&
	    sqlite3_column_bytes(get, 1) == OP25B_NUMBERS_KEY)
		memcpy(key.bytes, sqlite3_column_blob(get, 1), OP25B_NUMBERS_KEY);
	else
		r = 0;
	sqlite3_reset(get);
	if (r == 0) {
		r = make_key(state, &key);
		if (r < 0)
			return r;
	}
	*ret = key;
	return 0;
}

int op25b_numbers_hash(const struct op25b_numbers_key *key, const char *account,
		       enum op25b_numbers_kind kind, const void *data, size_t size, int64_t *ret)
{
	const uint8_t kind_byte = (uint8_t)kind;
	unsigned char text[640], out[EVP_MAX_MD_SIZE];
	const size_t name = strlen(account) + 1;
	size_t n = 0;

	if (name + size + 1 > sizeof(text))
		return -EINVAL;
	text[n++] = kind_byte;
	memcpy(text + n, account, name);
	n += name;
	memcpy(text + n, data, size);
	n += size;
	if (!HMAC(EVP_sha256(), key->bytes, sizeof(key->bytes), text, n, out, NULL))
		return -EIO;
	memcpy(ret, out, sizeof(*ret));
	return 0;
}

struct op25b_prefix op25b_numbers_cut(const struct op25b_prefix *address, uint8_t v4, uint8_t v6)
{
	struct op25b_prefix cut = { .family = address->family };

	cut.len = address->family == OP25B_V4 ? v4 : v6;
	for (size_t i = 0; i < cut.len / 8U; i++) /* whole bytes are all that is asked for */
		cut.addr[i] = address->addr[i];
	return cut;
}

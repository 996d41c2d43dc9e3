/* SPDX-License-Identifier: BSD-2-Clause */
/* See peerhash.h. OpenSSL's context is kept between addresses: making one costs a microsecond. */
#include "daemon/peerhash.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct op25b_peerhash {
	EVP_MAC *mac;
	EVP_MAC_CTX *context;
	bool keyed;
	unsigned char key[16];
};

static int begin(struct op25b_peerhash *hash)
{
	size_t length = sizeof(uint64_t);
	const OSSL_PARAM params[] = { OSSL_PARAM_construct_size_t("size", &length),
				      OSSL_PARAM_construct_end() };

	return EVP_MAC_init(hash->context, hash->key, sizeof(hash->key), params) == 1 ? 0 : -EIO;
}

/* The context holds what the key can be worked out from, and freeing it wipes nothing. */
static void forget_key(struct op25b_peerhash *hash)
{
	hash->keyed = false;
	OPENSSL_cleanse(hash->key, sizeof(hash->key));
	if (hash->context)
		(void)begin(hash);
}

int op25b_peerhash_renew(struct op25b_peerhash *hash)
{
	forget_key(hash);
	hash->keyed = RAND_bytes(hash->key, sizeof(hash->key)) == 1;
	return hash->keyed ? 0 : -EIO;
}

int op25b_peerhash_open(struct op25b_peerhash **ret_hash, struct op25b_error *error)
{
	struct op25b_peerhash *hash = calloc(1, sizeof(*hash));

	if (!hash)
		return -ENOMEM;
	hash->mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
	hash->context = hash->mac ? EVP_MAC_CTX_new(hash->mac) : NULL;
	if (!hash->context || op25b_peerhash_renew(hash)) {
		op25b_peerhash_close(&hash);
		return op25b_error_set(error, -EIO, "OpenSSL has no SipHash or no random bytes");
	}
	*ret_hash = hash;
	return 0;
}

void op25b_peerhash_close(struct op25b_peerhash **hash)
{
	if (!*hash)
		return;
	forget_key(*hash);
	EVP_MAC_CTX_free((*hash)->context);
	EVP_MAC_free((*hash)->mac);
	free(*hash);
	*hash = NULL;
}

int op25b_peerhash_number(struct op25b_peerhash *hash, const void *data, size_t size, uint64_t *ret)
{
	unsigned char out[sizeof(*ret)];
	size_t length = sizeof(out);

	if (!hash->keyed || begin(hash) || EVP_MAC_update(hash->context, data, size) != 1 ||
	    EVP_MAC_final(hash->context, out, &length, sizeof(out)) != 1)
		return -EIO;
	memcpy(ret, out, sizeof(out));
	return 0;
}

int op25b_peerhash_address(struct op25b_peerhash *hash, uint8_t family,
			   const uint8_t addr[static 16], uint64_t *ret)
{
	unsigned char data[17] = { family };

	memcpy(data + 1, addr, 16);
	return op25b_peerhash_number(hash, data, sizeof(data), ret);
}

int op25b_peerhash_text(struct op25b_peerhash *hash, uint8_t family, const uint8_t addr[static 16],
			char ret_text[static OP25B_PEERHASH_TEXT])
{
	uint64_t number;
	int r = op25b_peerhash_address(hash, family, addr, &number);

	if (!r)
		snprintf(ret_text, OP25B_PEERHASH_TEXT, "%016" PRIx64, number);
	return r;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* See peerhash.h. OpenSSL's context is kept between addresses: making one costs a microsecond. */
#include "daemon/peerhash.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

struct op25b_peerhash {
	EVP_MAC *mac;
	EVP_MAC_CTX *context;
	unsigned char key[16];
};

int op25b_peerhash_open(struct op25b_peerhash **ret_hash, struct op25b_error *error)
{
	struct op25b_peerhash *hash = calloc(1, sizeof(*hash));

	if (!hash)
		return -ENOMEM;
	hash->mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
	hash->context = hash->mac ? EVP_MAC_CTX_new(hash->mac) : NULL;
	if (!hash->context || RAND_bytes(hash->key, sizeof(hash->key)) != 1) {
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
	EVP_MAC_CTX_free((*hash)->context);
	EVP_MAC_free((*hash)->mac);
	OPENSSL_cleanse((*hash)->key, sizeof((*hash)->key));
	free(*hash);
	*hash = NULL;
}

int op25b_peerhash_text(struct op25b_peerhash *hash, uint8_t family, const uint8_t addr[static 16],
			char ret_text[static OP25B_PEERHASH_TEXT])
{
	size_t length = 8;
	const OSSL_PARAM params[] = { OSSL_PARAM_construct_size_t("size", &length),
				      OSSL_PARAM_construct_end() };
	unsigned char out[8];

	if (EVP_MAC_init(hash->context, hash->key, sizeof(hash->key), params) != 1 ||
	    EVP_MAC_update(hash->context, &family, 1) != 1 ||
	    EVP_MAC_update(hash->context, addr, 16) != 1 ||
	    EVP_MAC_final(hash->context, out, &length, sizeof(out)) != 1)
		return -EIO;
	for (size_t i = 0; i < sizeof(out); i++)
		snprintf(ret_text + 2 * i, 3, "%02x", out[i]);
	return 0;
}

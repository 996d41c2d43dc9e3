/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MD5 and HMAC-MD5 over packets in pieces, since each is computed with other octets in place of
 * some of the packet's own. Both are fetched once: OpenSSL 3 looks them up at every use else.
 */
#include "session/radius-keyed.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

struct op25b_radius {
	EVP_MD *md5;
	EVP_MD_CTX *digest;
	EVP_MAC *hmac;
	EVP_MAC_CTX *mac;
};

static const uint8_t zero[OP25B_RADIUS_DIGEST];

int op25b_radius_new(struct op25b_radius **ret, struct op25b_error *error)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char[]){ "MD5" }, 0),
		OSSL_PARAM_construct_end(),
	};
	OP25B_CLEANUP(op25b_radius_free) struct op25b_radius *radius = calloc(1, sizeof(*radius));

	if (!radius)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	radius->md5 = EVP_MD_fetch(NULL, "MD5", NULL);
	radius->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	if (!radius->md5 || !radius->hmac)
		return op25b_error_set(error, -ENOTSUP,
				       "OpenSSL refuses MD5, without which there is no RADIUS: "
				       "turn its FIPS mode off for this program");
	radius->digest = EVP_MD_CTX_new();
	radius->mac = EVP_MAC_CTX_new(radius->hmac);
	if (!radius->digest || !radius->mac || !EVP_MAC_CTX_set_params(radius->mac, params))
		return op25b_error_set(error, -ENOMEM, "out of memory");
	*ret = OP25B_TAKE_PTR(radius);
	return 0;
}

void op25b_radius_free(struct op25b_radius **radius)
{
	struct op25b_radius *owned = *radius;

	if (!owned)
		return;
	EVP_MAC_CTX_free(owned->mac);
	EVP_MAC_free(owned->hmac);
	EVP_MD_CTX_free(owned->digest);
	EVP_MD_free(owned->md5);
	op25b_cleanup_free(radius);
}

/* MD5 over a packet, with @authenticator in its field, and the secret. */
static bool digest_packet(struct op25b_radius *radius, const struct op25b_radius_client *client,
			  const uint8_t *packet, size_t size, const uint8_t *authenticator,
			  uint8_t ret[static OP25B_RADIUS_DIGEST])
{
	EVP_MD_CTX *digest = radius->digest;

	return EVP_DigestInit_ex(digest, radius->md5, NULL) &&
	       EVP_DigestUpdate(digest, packet, OP25B_RADIUS_AUTHENTICATOR) &&
	       EVP_DigestUpdate(digest, authenticator, OP25B_RADIUS_DIGEST) &&
	       EVP_DigestUpdate(digest, packet + OP25B_RADIUS_HEADER, size - OP25B_RADIUS_HEADER) &&
	       EVP_DigestUpdate(digest, client->secret, client->n_secret) &&
	       EVP_DigestFinal_ex(digest, ret, NULL);
}

/* HMAC over a packet, with @authenticator in its field and zero at @signature. */
static bool mac_packet(struct op25b_radius *radius, const struct op25b_radius_client *client,
		       const uint8_t *packet, size_t size, size_t signature,
		       const uint8_t *authenticator, uint8_t ret[static OP25B_RADIUS_DIGEST])
{
	size_t after = signature + OP25B_RADIUS_DIGEST, n;
	EVP_MAC_CTX *mac = radius->mac;

	return EVP_MAC_init(mac, client->secret, client->n_secret, NULL) &&
	       EVP_MAC_update(mac, packet, OP25B_RADIUS_AUTHENTICATOR) &&
	       EVP_MAC_update(mac, authenticator, OP25B_RADIUS_DIGEST) &&
	       EVP_MAC_update(mac, packet + OP25B_RADIUS_HEADER, signature - OP25B_RADIUS_HEADER) &&
	       EVP_MAC_update(mac, zero, OP25B_RADIUS_DIGEST) &&
	       EVP_MAC_update(mac, packet + after, size - after) &&
	       EVP_MAC_final(mac, ret, &n, OP25B_RADIUS_DIGEST);
}

static bool is_same(const uint8_t *a, const uint8_t *b)
{
	return !CRYPTO_memcmp(a, b, OP25B_RADIUS_DIGEST);
}

enum op25b_radius_result op25b_keyed_verify(struct op25b_radius *radius,
					    const struct op25b_radius_client *client,
					    const struct op25b_wire *request)
{
	const uint8_t *packet = request->packet, *own = packet + OP25B_RADIUS_AUTHENTICATOR;
	bool is_probe = packet[0] == OP25B_STATUS_SERVER;
	uint8_t computed[OP25B_RADIUS_DIGEST];

	if (!request->signature && (is_probe || client->needs_message_authenticator))
		return OP25B_RADIUS_UNSIGNED;
	/* Old NASes send zero and prove nothing; of a probe, it would make answers guessable. */
	if (is_same(own, zero))
		return OP25B_RADIUS_FORGED;
	if (!is_probe && (!digest_packet(radius, client, packet, request->size, zero, computed) ||
			  !is_same(own, computed)))
		return OP25B_RADIUS_FORGED;
	if (request->signature &&
	    (!mac_packet(radius, client, packet, request->size, request->signature,
			 is_probe ? own : zero, computed) ||
	     !is_same(packet + request->signature, computed)))
		return OP25B_RADIUS_FORGED;
	return OP25B_RADIUS_RECORD;
}

bool op25b_keyed_sign(struct op25b_radius *radius, const struct op25b_radius_client *client,
		      uint8_t *packet, size_t size, size_t signature, const uint8_t *request)
{
	if (signature &&
	    !mac_packet(radius, client, packet, size, signature, request, packet + signature))
		return false;
	return digest_packet(radius, client, packet, size, request,
			     packet + OP25B_RADIUS_AUTHENTICATOR);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* See known.h. */
#include "session/known.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS (1U << 19)
#define WAYS    2
#define DIGEST  16 /* octets */

struct said {
	uint8_t digest[DIGEST]; /* zero: nothing is known */
	int64_t order;          /* of the session's last written packet: time and rank */
	int64_t seen;
};

struct named_nas {
	char *name;
	struct op25b_nas nas;
};

struct op25b_known {
	struct said (*buckets)[WAYS];
	struct named_nas *nases; /* by name */
	size_t n_nases;
	EVP_MAC *mac;
	EVP_MAC_CTX *context;
	uint8_t key[16];
};

int op25b_known_new(struct op25b_known **ret)
{
	struct op25b_known *known = calloc(1, sizeof(*known));
	int r = 0;

	if (!known)
		return -ENOMEM;
	known->buckets = calloc(BUCKETS, sizeof(*known->buckets));
	known->mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
	known->context = known->mac ? EVP_MAC_CTX_new(known->mac) : NULL;
	if (!known->buckets)
		r = -ENOMEM;
	else if (!known->context || RAND_bytes(known->key, sizeof(known->key)) != 1)
		r = -ENOTSUP;
	if (r < 0)
		op25b_known_free(&known);
	else
		*ret = known;
	return r;
}

static void clear_nases(struct op25b_known *known)
{
	for (size_t i = 0; i < known->n_nases; i++)
		free(known->nases[i].name);
	free(known->nases);
	known->nases = NULL;
	known->n_nases = 0;
}

/* Fresh memory instead of writing zeroes all over the old. */
static void clear_sessions(struct op25b_known *known)
{
	free(known->buckets);
	known->buckets = calloc(BUCKETS, sizeof(*known->buckets));
}

void op25b_known_free(struct op25b_known **known)
{
	if (!*known)
		return;
	clear_nases(*known);
	free((*known)->buckets);
	EVP_MAC_CTX_free((*known)->context);
	EVP_MAC_free((*known)->mac);
	OPENSSL_cleanse((*known)->key, sizeof((*known)->key));
	free(*known);
	*known = NULL;
}

void op25b_known_clear(struct op25b_known *known)
{
	clear_nases(known);
	clear_sessions(known);
}

/* ---- NASes ------------------------------------------------------------------------------- */

/* Where the name stands, or would; false if it doesn't. */
static bool find_nas(const struct op25b_known *known, const char *name, size_t *ret)
{
	size_t low = 0, high = known->n_nases;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(known->nases[middle].name, name);

		if (order == 0) {
			*ret = middle;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret = low;
	return false;
}

bool op25b_known_nas(const struct op25b_known *known, const char *name, struct op25b_nas *ret)
{
	size_t at;

	if (!find_nas(known, name, &at))
		return false;
	*ret = known->nases[at].nas;
	return true;
}

/* Without memory it stays unknown. */
static void insert_nas(struct op25b_known *known, size_t at, const char *name,
		       const struct op25b_nas *nas)
{
	char *copy = strdup(name);
	struct named_nas *grown =
		reallocarray(known->nases, known->n_nases + 1, sizeof(*known->nases));

	if (grown)
		known->nases = grown;
	if (!grown || !copy) {
		free(copy);
		return;
	}
	memmove(&grown[at + 1], &grown[at], (known->n_nases - at) * sizeof(*grown));
	grown[at] = (struct named_nas){ .name = copy, .nas = *nas };
	known->n_nases++;
}

void op25b_known_put_nas(struct op25b_known *known, const char *name, const struct op25b_nas *nas)
{
	size_t at;

	if (name) {
		if (!find_nas(known, name, &at))
			insert_nas(known, at, name, nas);
		return;
	}
	for (at = 0; at < known->n_nases; at++) {
		struct op25b_nas *kept = &known->nases[at].nas;

		if (kept->id != nas->id)
			continue;
		if (kept->epoch != nas->epoch)
			clear_sessions(known);
		*kept = *nas;
		return;
	}
	clear_sessions(known);
}

/* ---- sessions ---------------------------------------------------------------------------- */

/* FNV-1a: whoever makes sessions meet in one bucket gains that they are looked up. */
static struct said *bucket_of(const struct op25b_known *known, int64_t nas, const char *session)
{
	uint64_t hash = 0xcbf29ce484222325 ^ (uint64_t)nas;

	for (; *session; session++)
		hash = (hash ^ (uint8_t)*session) * 0x100000001b3;
	return known->buckets[(hash ^ hash >> 32) % BUCKETS];
}

void op25b_known_forget(struct op25b_known *known, int64_t nas, const char *session)
{
	if (known->buckets)
		memset(bucket_of(known, nas, session), 0, sizeof(*known->buckets));
}

static int64_t order_of(int64_t time, enum op25b_acct_status status)
{
	static const int64_t rank[] = {
		[OP25B_ACCT_START] = 0, [OP25B_ACCT_INTERIM] = 1, [OP25B_ACCT_STOP] = 2
	};

	return time * 4 + rank[status];
}

/* All that the packet says but when and as what; false without OpenSSL's help. */
static bool digest(struct op25b_known *known, const struct op25b_acct *acct, int64_t nas,
		   uint8_t ret[static DIGEST])
{
	const char *const texts[] = { acct->session, acct->user_name, acct->class_, acct->filter_id,
				      acct->framed_pool };
	const size_t prefixes = acct->n_prefixes * sizeof(acct->prefixes[0]);
	char said[sizeof(nas) + 1 + sizeof(texts) / sizeof(texts[0]) * OP25B_ACCT_TEXT +
		  sizeof(acct->prefixes)];
	size_t size;
	char *end = said;

	memcpy(end, &nas, sizeof(nas));
	end += sizeof(nas);
	*end++ = (char)(acct->has_v4 | acct->has_v6 << 1);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		end = stpcpy(end, texts[i]) + 1;
	memcpy(end, acct->prefixes, prefixes);
	end += prefixes;
	return EVP_MAC_init(known->context, known->key, sizeof(known->key), NULL) == 1 &&
	       EVP_MAC_update(known->context, (uint8_t *)said, (size_t)(end - said)) == 1 &&
	       EVP_MAC_final(known->context, ret, &size, DIGEST) == 1 && size == DIGEST;
}

void op25b_known_settle(struct op25b_known *known, const struct op25b_acct *acct,
			const struct op25b_session *session)
{
	struct said said = { .order = order_of(session->event, session->by),
			     .seen = session->seen };
	struct said *bucket, *way;

	if (!known->buckets || !digest(known, acct, session->nas, said.digest))
		return;
	bucket = bucket_of(known, session->nas, acct->session);
	way = &bucket[0];
	for (size_t i = 0; i < WAYS; i++) {
		if (memcmp(bucket[i].digest, said.digest, sizeof(said.digest)) == 0) {
			way = &bucket[i];
			break;
		}
		if (bucket[i].seen < way->seen)
			way = &bucket[i];
	}
	*way = said;
}

bool op25b_known_repeats(struct op25b_known *known, const struct op25b_sessions_settings *settings,
			 const struct op25b_acct *acct, int64_t now)
{
	uint8_t said[DIGEST];
	const struct said *bucket;
	struct op25b_nas nas;

	if (!known->buckets ||
	    (acct->status != OP25B_ACCT_START && acct->status != OP25B_ACCT_INTERIM) ||
	    !*acct->session || !op25b_known_nas(known, acct->nas, &nas) ||
	    now - nas.last >= OP25B_MERGE_NAS_EVERY || !digest(known, acct, nas.id, said))
		return false;
	bucket = bucket_of(known, nas.id, acct->session);
	for (size_t i = 0; i < WAYS; i++) {
		if (memcmp(bucket[i].digest, said, sizeof(said)) == 0)
			return order_of(acct->event_time, acct->status) >= bucket[i].order &&
			       now - bucket[i].seen < settings->seen_every;
	}
	return false;
}

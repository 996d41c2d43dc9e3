/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See guard.h. Two tables of sets of eight entries: a key belongs to one set, and of a full one the
 * least recently seen goes.
 */
#include "mail/guard.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "policy/prefix.h"
#include "policy/table.h"

#define SETS  2048U
#define WAYS  8U
#define MARKS 32U
#define SLOT  600 /* seconds; six of them count */
#define SLOTS 6

/* Different wrong passwords from which on one waits, and at which one is refused. */
#define PAIR_WAITS      5U
#define PAIR_REFUSED    12U
#define ADDRESS_WAITS   15U
#define ADDRESS_REFUSED MARKS
/* Seconds: Postfix gives Dovecot's auth server 10, and that waits 2 by itself after a failure. */
#define WAIT_MOST 6

struct mark {
	uint32_t what; /* hash of login and password hash; never 0 */
	uint32_t slot; /* the last in which it came */
};

struct entry {
	uint64_t key; /* 0: empty */
	int64_t seen;
	struct mark marks[MARKS];
};

struct table {
	struct entry entries[SETS * WAYS];
};

struct login {
	uint64_t key; /* 0: empty */
	uint64_t version;
	int64_t seen;
};

struct op25b_guard {
	uint64_t seed;
	struct table addresses, pairs;
	struct login logins[SETS * WAYS];
};

int op25b_guard_make(struct op25b_guard **ret)
{
	OP25B_AUTO_FREE struct op25b_guard *guard = calloc(1, sizeof(*guard));

	if (!guard)
		return -ENOMEM;
	if (getrandom(&guard->seed, sizeof(guard->seed), 0) != (ssize_t)sizeof(guard->seed))
		return -EIO;
	*ret = OP25B_TAKE_PTR(guard);
	return 0;
}

void op25b_guard_free(struct op25b_guard **guard)
{
	free(*guard);
	*guard = NULL;
}

bool op25b_guard_is_our_host(const struct op25b_prefix *remote)
{
	static const uint8_t v6[16] = { [15] = 1 };

	return remote->family == OP25B_V4 ? remote->addr[0] == 127 :
					    !memcmp(remote->addr, v6, sizeof(v6));
}

static uint64_t hash_address(const struct op25b_guard *guard, const struct op25b_prefix *remote)
{
	struct op25b_prefix place = *remote;

	if (place.family == OP25B_V6)
		op25b_prefix_cut(&place, 64);
	return op25b_table_hash(place.addr, sizeof(place.addr), guard->seed ^ place.family) | 1;
}

static uint64_t hash_text(const char *text, uint64_t seed)
{
	return op25b_table_hash(text, strlen(text), seed) | 1;
}

/* In lower case, as accounts are: "Alice" is no other login. */
static uint64_t hash_login(const char *login, uint64_t seed)
{
	char key[256];
	size_t n = 0;

	for (; login[n] && n + 1 < sizeof(key); n++)
		key[n] = (char)tolower((unsigned char)login[n]);
	key[n] = '\0';
	return hash_text(key, seed);
}

static struct entry *find(struct table *table, uint64_t key)
{
	struct entry *set = &table->entries[(key >> 1) % SETS * WAYS];

	for (unsigned int i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
	}
	return NULL;
}

static struct entry *find_or_make(struct table *table, uint64_t key)
{
	struct entry *set = &table->entries[(key >> 1) % SETS * WAYS], *oldest = set;
	struct entry *entry = find(table, key);

	if (entry)
		return entry;
	for (unsigned int i = 1; i < WAYS; i++) {
		if (!set[i].key || (oldest->key && set[i].seen < oldest->seen))
			oldest = &set[i];
	}
	*oldest = (struct entry){ .key = key };
	return oldest;
}

static uint32_t slot_of(int64_t now)
{
	return (uint32_t)(now / SLOT);
}

static bool is_live(const struct mark *mark, uint32_t slot)
{
	return mark->what && mark->slot + SLOTS > slot;
}

static unsigned int count(const struct entry *entry, int64_t now)
{
	const uint32_t slot = slot_of(now);
	unsigned int n = 0;

	for (unsigned int i = 0; entry && i < MARKS; i++)
		n += is_live(&entry->marks[i], slot);
	return n;
}

static void put(struct entry *entry, int64_t now, uint32_t what)
{
	struct mark *place = &entry->marks[0];

	entry->seen = now;
	for (unsigned int i = 0; i < MARKS; i++) {
		struct mark *mark = &entry->marks[i];

		if (mark->what == what) {
			place = mark;
			break;
		}
		if (mark->slot < place->slot)
			place = mark;
	}
	*place = (struct mark){ .what = what, .slot = slot_of(now) };
}

static int judge(unsigned int n, unsigned int waits, unsigned int refused)
{
	if (n >= refused)
		return -1;
	if (n < waits)
		return 0;
	n = 2 * (n - waits + 1);
	return n < WAIT_MOST ? (int)n : WAIT_MOST;
}

int op25b_guard_ask(struct op25b_guard *guard, int64_t now, const struct op25b_guard_place *place,
		    const char *login)
{
	int by_address = 0, by_pair;
	uint64_t key;

	if (place->address.family == OP25B_NO_FAMILY)
		return 0;
	key = hash_address(guard, &place->address);
	by_pair = judge(count(find(&guard->pairs, hash_login(login, key)), now), PAIR_WAITS,
			PAIR_REFUSED);
	if (!place->many)
		by_address = judge(count(find(&guard->addresses, key), now), ADDRESS_WAITS,
				   ADDRESS_REFUSED);
	if (by_pair < 0 || by_address < 0)
		return -1;
	return by_pair > by_address ? by_pair : by_address;
}

void op25b_guard_failed(struct op25b_guard *guard, int64_t now,
			const struct op25b_guard_place *place, const char *login,
			const char *pwhash)
{
	uint64_t key, pair;
	uint32_t what;

	if (place->address.family == OP25B_NO_FAMILY)
		return;
	key = hash_address(guard, &place->address);
	pair = hash_login(login, key);
	what = (uint32_t)(hash_text(pwhash, pair) >> 32) | 1;
	put(find_or_make(&guard->pairs, pair), now, what);
	if (!place->many)
		put(find_or_make(&guard->addresses, key), now, what);
}

void op25b_guard_passed(struct op25b_guard *guard, const struct op25b_prefix *remote,
			const char *login)
{
	struct entry *entry;

	if (remote->family == OP25B_NO_FAMILY)
		return;
	entry = find(&guard->pairs, hash_login(login, hash_address(guard, remote)));
	if (entry)
		*entry = (struct entry){ 0 };
}

/* The exact address here: who logs in knows it. */
static struct login *login_set(struct op25b_guard *guard, const struct op25b_prefix *remote,
			       const char *account, uint64_t *ret_key)
{
	uint64_t place =
		op25b_table_hash(remote->addr, sizeof(remote->addr), guard->seed ^ remote->family);

	*ret_key = hash_login(account, place);
	return &guard->logins[(*ret_key >> 1) % SETS * WAYS];
}

void op25b_guard_begin(struct op25b_guard *guard, int64_t now, const struct op25b_prefix *remote,
		       const char *account, uint64_t version)
{
	uint64_t key;
	struct login *set = login_set(guard, remote, account, &key), *place = set;

	for (unsigned int i = 0; i < WAYS; i++) {
		if (set[i].key == key) {
			place = &set[i];
			break;
		}
		if (set[i].seen < place->seen)
			place = &set[i];
	}
	*place = (struct login){ .key = key, .version = version, .seen = now };
}

bool op25b_guard_is_over(struct op25b_guard *guard, const struct op25b_prefix *remote,
			 const char *account, uint64_t version)
{
	uint64_t key;
	const struct login *set = login_set(guard, remote, account, &key);

	for (unsigned int i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return set[i].version != version;
	}
	return false;
}

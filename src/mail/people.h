/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who connects: the policy, the live sessions and the networks of the world joined to the peer of
 * the mail decision, and to the line's id.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/wall.h"
#include "policy/mail-decide.h"
#include "policy/owner.h"
#include "session/watch.h"

struct op25b_people;

/* Borrowed until the next change of policy or sessions. */
struct op25b_person {
	struct op25b_mail_peer peer;
	/* id; where no session tells one, its prefix; "" elsewhere and where many share it */
	char line[OP25B_SESSION_LINE_ID];
	bool unnamed; /* `line` is a prefix of the pool's, for no session is known */
	uint32_t asn;
	char country[2];
};

/**
 * op25b_people_open() - begin with a policy.
 * @policy: taken, and freed with it
 * @tenant: whose mail this is
 *
 * Enters the policy's zone for a moment (base/zone.h), as reading a policy does.
 */
int op25b_people_open(struct op25b_policy *policy, uint32_t tenant, struct op25b_people **ret,
		      struct op25b_error *error);

/* NULL-safe. Waits for the follower's thread, which may be inside a call of the store's. */
void op25b_people_close(struct op25b_people **people);

/* Another policy; what is known of sessions stays. After an error the old one stays. */
int op25b_people_policy(struct op25b_people *people, struct op25b_policy *policy, uint32_t tenant,
			struct op25b_error *error);

/* Whether a first snapshot was taken in, where a session store is followed; else true. */
bool op25b_people_known(const struct op25b_people *people);

/* The sessions: whose store to follow is the caller's to say. Borrowed. */
struct op25b_watch *op25b_people_watch(const struct op25b_people *people);

/* @port: of the client, 0: not known. */
void op25b_people_find(const struct op25b_people *people, const struct op25b_prefix *address,
		       uint16_t port, struct op25b_person *ret);

/* The policy in force, and of it the mail section (NULL: none) and whose it is. Borrowed. */
const struct op25b_policy *op25b_people_of(const struct op25b_people *people);
const struct op25b_mail *op25b_people_mail(const struct op25b_people *people);
uint32_t op25b_people_tenant(const struct op25b_people *people);

/* Seconds that a code is kept: the policy's word, or a day (design-words 6b.5). */
int64_t op25b_people_keep_codes(const struct op25b_people *people);

/* Whether customers have pages where they do things by themselves; at first they have none. */
void op25b_people_set_desk(struct op25b_people *people, bool desk);
bool op25b_people_has_desk(const struct op25b_people *people);

/* The clock of the policy's zone. */
const struct op25b_wall *op25b_people_wall(const struct op25b_people *people);

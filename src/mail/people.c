/* SPDX-License-Identifier: BSD-2-Clause */
/* See people.h. */
#include "mail/people.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "policy/evidence.h"
#include "policy/prefix.h"

struct op25b_people {
	struct op25b_policy *policy;
	uint32_t tenant;
	struct op25b_owner_index *index;
	struct op25b_wall *wall;
	struct op25b_watch *watch;
	bool desk;
};

int op25b_people_policy(struct op25b_people *people, struct op25b_policy *policy, uint32_t tenant,
			struct op25b_error *error)
{
	struct op25b_owner_index *index = NULL;
	OP25B_AUTO_FREE struct op25b_wall *wall = malloc(sizeof(*wall));
	int r = wall ? op25b_owner_index_make(policy, &index) : -ENOMEM;

	if (r)
		return op25b_error_set(error, r, "out of memory for the policy");
	r = op25b_wall_make(policy->timezone, wall);
	if (r) {
		op25b_owner_index_done(&index);
		return op25b_error_set(error, r, "can't use the policy's timezone '%s': %s",
				       policy->timezone, strerror(-r));
	}
	op25b_owner_index_done(&people->index);
	op25b_policy_free(&people->policy);
	free(people->wall);
	people->policy = policy;
	people->tenant = tenant;
	people->index = index;
	people->wall = OP25B_TAKE_PTR(wall);
	return 0;
}

int op25b_people_open(struct op25b_policy *policy, uint32_t tenant, struct op25b_people **ret,
		      struct op25b_error *error)
{
	struct op25b_people *people = calloc(1, sizeof(*people));
	int r = people ? op25b_watch_make(&people->watch) : -ENOMEM;

	if (r) {
		free(people);
		return op25b_error_set(error, r, "out of memory");
	}
	r = op25b_people_policy(people, policy, tenant, error);
	if (r) {
		op25b_people_close(&people);
		return r;
	}
	*ret = people;
	return 0;
}

void op25b_people_close(struct op25b_people **people)
{
	struct op25b_people *old = OP25B_TAKE_PTR(*people);

	if (!old)
		return;
	op25b_owner_index_done(&old->index);
	op25b_policy_free(&old->policy);
	op25b_watch_close(&old->watch);
	free(old->wall);
	free(old);
}

bool op25b_people_known(const struct op25b_people *people)
{
	return op25b_watch_known(people->watch);
}

struct op25b_watch *op25b_people_watch(const struct op25b_people *people)
{
	return people->watch;
}

const struct op25b_policy *op25b_people_of(const struct op25b_people *people)
{
	return people->policy;
}

const struct op25b_mail *op25b_people_mail(const struct op25b_people *people)
{
	return op25b_mail_of(people->policy, people->tenant);
}

uint32_t op25b_people_tenant(const struct op25b_people *people)
{
	return people->tenant;
}

const struct op25b_wall *op25b_people_wall(const struct op25b_people *people)
{
	return people->wall;
}

int64_t op25b_people_keep_codes(const struct op25b_people *people)
{
	const int64_t codes = people->policy->retention.codes;

	return codes ? codes : 86400;
}

/* What stands for a line of which nobody tells the name. */
static void name_by_prefix(const struct op25b_evidence *e, char line[static OP25B_SESSION_LINE_ID])
{
	struct op25b_prefix prefix = e->owner.address;

	if (e->has_session)
		prefix = e->session.prefix;
	else if (e->owner.pool)
		op25b_prefix_cut(&prefix, e->owner.pool->line);
	op25b_prefix_format(&prefix, line);
}

void op25b_people_find(const struct op25b_people *people, const struct op25b_prefix *address,
		       uint16_t port, struct op25b_person *ret)
{
	const struct op25b_policy *policy = people->policy;
	const struct op25b_mail *mail = op25b_people_mail(people);
	const struct op25b_evidence_sessions sessions =
		op25b_live_evidence(op25b_watch_live(people->watch));
	const struct op25b_network *network = NULL;
	struct op25b_evidence e;

	*ret = (struct op25b_person){ .peer.service = OP25B_MAIL_ELSEWHERE };
	if (address->family == OP25B_NO_FAMILY)
		return;
	op25b_evidence_whose(policy, people->index, address, port, &sessions, &e);
	snprintf(ret->line, sizeof(ret->line), "%s",
		 e.owner.line ? op25b_owner_line(policy, &e.owner) : e.session_line);
	op25b_mail_peer_of(policy, people->tenant, e.owner.service, e.owner.line || e.has_session,
			   address, &ret->peer);
	if (ret->peer.service == OP25B_MAIL_ELSEWHERE || ret->peer.untold) {
		*ret->line = '\0';
	} else if (!*ret->line) {
		name_by_prefix(&e, ret->line);
		ret->unnamed = !e.has_session;
	}
	if (mail && mail->networks)
		network = op25b_network_find(mail->networks, address);
	if (network) {
		ret->asn = network->asn;
		memcpy(ret->country, network->country, sizeof(ret->country));
	}
}

void op25b_people_set_desk(struct op25b_people *people, bool desk)
{
	people->desk = desk;
}

bool op25b_people_has_desk(const struct op25b_people *people)
{
	return people->desk;
}

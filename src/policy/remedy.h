/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a provider says of a way out: how long it takes, what it costs, whom to ask, what changes.
 * Which ways out there are, and for whom, is a service's `remedies` (policy.h).
 */
#pragma once

#include "policy/policy.h"

/* How one gets it, where that is more than a setting. */
enum op25b_process {
	OP25B_PROCESS_NONE,
	OP25B_PROCESS_NEW_CONTRACT, /* the present one ends */
	OP25B_PROCESS_CHANGE_PLAN,
	OP25B_PROCESS_APPLICATION,
};

/* What is not as before with it. */
enum op25b_changes {
	OP25B_CHANGES_ACCOUNT = 1 << 0, /* of the connection */
	OP25B_CHANGES_SERVICES = 1 << 1,
	OP25B_CHANGES_FEE = 1 << 2,
	OP25B_CHANGES_ADDRESS = 1 << 3,
};

/* All zero where nobody describes it: then nothing is said of time, cost and changes. */
struct op25b_remedy_terms {
	bool described;
	bool needs_account;     /* of mail, at the provider */
	int64_t takes;          /* seconds; 0: not said */
	struct op25b_text cost; /* both NULL: not said */
	const char *url;        /* http or https; NULL: none */
	enum op25b_contact contact;
	enum op25b_process process;
	uint32_t changes; /* enum op25b_changes bits */
	struct op25b_place place;
};

/**
 * op25b_remedy_terms() - what a service's provider says of a remedy.
 *
 * Of the service's own tenant only: the root's prices and links are not its customers'. Never NULL.
 */
static inline const struct op25b_remedy_terms *
op25b_remedy_terms(const struct op25b_policy *policy, const struct op25b_service *service,
		   enum op25b_remedy remedy)
{
	return &policy->tenants[service->tenant].terms[remedy];
}

/**
 * op25b_remedy_fixed_is_open() - whether a tenant or the root has a service with fixed addresses
 * that no rule refuses, now or later. Without one nobody should be sent to `fixed_ip`.
 */
bool op25b_remedy_fixed_is_open(const struct op25b_policy *policy, uint32_t tenant);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Exemptions and holds by prefix: inside a dynamic pool the next holder would inherit them. */
#include "policy/prefix.h"
#include "policy/reader.h"
#include "policy/spans.h"

static void check_list(struct op25b_reader *r, struct op25b_spans *dynamic, const char *what,
		       const struct op25b_grant *grants, size_t n)
{
	char text[OP25B_PREFIX_TEXT], pool_text[OP25B_PREFIX_TEXT];

	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < grants[i].n_prefixes; j++) {
			const struct op25b_prefix *prefix = &grants[i].prefixes[j];
			const struct op25b_span *pool = op25b_spans_touch(dynamic, prefix);

			if (!pool)
				continue;
			op25b_find_error(r->finder, &grants[i].place,
					 "%s '%s' has %s, which overlaps "
					 "dynamic pool %s of service '%s': the next holder of the "
					 "address would inherit it; name the line in 'lines'",
					 what, grants[i].id, op25b_prefix_format(prefix, text),
					 op25b_prefix_format(&pool->prefix, pool_text),
					 pool->service->id);
		}
	}
}

void op25b_check_grants(struct op25b_reader *r)
{
	struct op25b_spans dynamic = op25b_spans_of_pools(r, /* dynamic_only= */ true);

	check_list(r, &dynamic, "exemption", r->policy->exemptions, r->policy->n_exemptions);
	check_list(r, &dynamic, "hold", r->policy->holds, r->policy->n_holds);
}

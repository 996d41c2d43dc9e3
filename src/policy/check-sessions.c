/* SPDX-License-Identifier: BSD-2-Clause */
/* Session rules that never come into play, since an earlier one takes all they could. */
#include "policy/reader.h"
#include "policy/session.h"

void op25b_check_sessions(struct op25b_reader *r)
{
	const struct op25b_policy *p = r->policy;

	/* A rule with a fault in it looks as if it held for more than was meant. */
	if (r->finder->kept[OP25B_ERROR])
		return;
	for (size_t i = 1; i < p->n_session_rules; i++) {
		for (size_t j = 0; j < i; j++) {
			const struct op25b_session_rule *first = &p->session_rules[j];

			if (!op25b_session_covers(first, &p->session_rules[i]))
				continue;
			op25b_find_warning(r->finder, &p->session_rules[i].place,
					   "this session rule never counts: an earlier one (%s:%u) "
					   "holds for all that it could; move it before that one, "
					   "or remove it",
					   p->files[first->place.file], first->place.line);
			break;
		}
	}
}

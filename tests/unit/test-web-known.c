/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "I suddenly cannot send": what is made of facts that nobody has to be asked for, as the page says
 * it. The order of asking: test-web-help.c.
 */
#include "tests/unit/web-world.h"

#define NOON (START + DAY)

/* Who is slow sends, of what is left; and what is less does not grow by itself. */
static void a_slow_account_has_not_reached_a_limit(void **state)
{
	struct web_world *w = *state;
	const char *page;

	w->facts.mail = (struct op25b_caller_facts){ .known = true, .slow = true };
	page_has(web_world_get(w, "/en/help", POOL, "", NOON), "<legend><h1>How do you send?");
	w->facts.mail.refused = OP25B_MAIL_ACCOUNT_SLOW;
	w->facts.mail.refused_at = NOON - 60;
	page = web_world_get(w, "/en/help", POOL, "", NOON);
	page_has(page, "data-outcome=\"limit-reached\"");
	page_has(page, "can send only a little at a time");
	page_has_not(page, "again by itself");
	page = web_world_get(w, "/ja/help", POOL, "", NOON);
	page_has(page, "少しずつしか送れません");
	page_has_not(page, "自動的に");
	w->facts.mail = (struct op25b_caller_facts){ .known = true, .limit_until = NOON + 600 };
	page_has(web_world_get(w, "/en/help", POOL, "", NOON), "again by itself");
}

/* Our server has IPv4 alone, and the visitor came by IPv6: it is ours all the same. */
static void our_server_of_the_other_family_is_nobody_elses(void **state)
{
	static const char help[] = "/en/help?server=own-server&port=25";
	const char *page = web_world_get(*state, help, SIX, "", NOON);

	page_has(page, "data-outcome=\"cannot-tell-family\"");
	page_has_not(page, "other companies");
	page_has(web_world_get(*state, "/en/help?server=other-server&port=25", SIX, "", NOON),
		 "data-outcome=\"affected-other-server\"");
	/* Where the line's other address is known, its answer holds: our server stays open. */
	page_has(web_world_get(*state, help, "2001:db8:a000:100::1", "", NOON),
		 "<legend><h1>Does the mail program log in");
	page = web_world_get(*state, "/en/flow?use=own-server&port=25&service=fibre", SIX, "",
			     NOON);
	page_has_not(page, "other companies");
	/* The provider has no hosting server: whatever is meant is somebody else's. */
	page_has(web_world_get(*state, "/en/help?server=hosting-server&port=25", SIX, "", NOON),
		 "data-outcome=\"affected-other-server\"");
}

int main(void)
{
#define HERE(test) cmocka_unit_test_setup_teardown(test, web_world_setup, web_world_teardown)
	const struct CMUnitTest tests[] = {
		HERE(a_slow_account_has_not_reached_a_limit),
		HERE(our_server_of_the_other_family_is_nobody_elses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

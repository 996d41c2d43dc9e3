/* SPDX-License-Identifier: BSD-2-Clause */
/* What members of staff are shown of a line, and of the staff log (design-words 6b.5). */
#include "tests/unit/web-world.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/code.h"

#define NOW (START + DAY)

static char noted[256];
static int log_fault;

static int note(void *arg, int64_t now, const char *user, const char *what, const char *reason)
{
	(void)arg;
	(void)now;
	snprintf(noted, sizeof(noted), "%s %s %s", user, what, reason);
	return 0;
}

static int read_notes(void *arg, int64_t n,
		      void (*fn)(void *fn_arg, const struct op25b_staff_note *note), void *fn_arg)
{
	(void)arg;
	assert_true(n > 0);
	if (log_fault)
		return log_fault;
	fn(fn_arg, &(struct op25b_staff_note){ NOW, "mei", "<b>", "ticket 7" });
	return 0;
}

static int setup(void **state)
{
	int r = web_world_setup(state);
	struct web_world *w = *state;

	w->calls = (struct op25b_site_calls){ .note_staff = note, .read_staff = read_notes };
	*noted = '\0';
	log_fault = 0;
	return r;
}

static const char *look_up(struct web_world *w, const char *form)
{
	return web_world_staff_post(w, "/staff/?lang=en", form, NOW);
}

static int find_code(void *arg, const char *code,
		     void (*fn)(void *fn_arg, const struct op25b_page_code *code), void *fn_arg)
{
	(void)arg;
	(void)code;
	fn(fn_arg,
	   &(struct op25b_page_code){ .line = "L-1",
				      .outcome = OP25B_O_AFFECTED_OTHER_SERVER,
				      .answers = "where=home&use=device&service=fibre&code=7",
				      .probe = "",
				      .at = NOW });
	return 0;
}

/* The sentence that the customer read, and the answers as they were chosen. */
static void a_code_says_what_the_customer_read(void **state)
{
	struct web_world *w = *state;
	char shown[OP25B_CODE_TEXT], form[64];
	const char *page;

	w->calls.find_code = find_code;
	snprintf(form, sizeof(form), "reason=x&code=%s",
		 op25b_code_format(op25b_code_of(OP25B_CODE_PAGE, 0), shown));
	page = look_up(w, form);
	page_has(page, "From this line you cannot send through other companies&#39; mail servers");
	page_has(page, "<li>Where are you now? <strong>");
	page_has(page, "<strong>Fibre &lt;dynamic&gt;</strong></li>");
	page_has(page, "<li>code: <strong>7</strong></li>");
	page_has_not(page, "where: ");
}

/* There is no page for customers behind the second listener. */
static void no_link_leads_nowhere(void **state)
{
	struct web_world *w = *state;
	const char *page = look_up(w, "reason=x&address=" POOL);

	page_has(page, "data-use=\"other-server\" data-outcome=\"affected-other-server\"");
	page_has_not(page, "href=\"/en/");
	w->file.host = "help.root.example";
	page = look_up(w, "reason=x&address=" POOL);
	page_has(page, "<a href=\"https://help.root.example/en/o/affected-other-server\">");
	page_has_not(page, "href=\"/en/");
}

static void a_line_is_shown_as_its_address_is(void **state)
{
	const char *page = look_up(*state, "reason=x&line=L-3");

	page_has(page, "<td>" HELD "</td>");
	page_has(page, "<td>fibre</td>");
	page_has(page, "<td>H-1</td>");
	page_has(page, "data-use=\"other-server\" data-outcome=\"suspect\"");
	page_has_not(look_up(*state, "reason=x&line=L-1"), "<td>H-1</td>");
}

static void a_line_that_is_none_is_said_so(void **state)
{
	page_has(look_up(*state, "reason=x&line=nosuch"), "has no line of this id");
	page_has_not(look_up(*state, "reason=x&line=L-1"), "has no line of this id");
}

static void who_reads_the_log_is_in_it(void **state)
{
	struct web_world *w = *state;
	const char *page = web_world_staff_post(w, "/staff/log?lang=en", "reason=audit", NOW);

	page_has(page, "<td>mei</td><td>&lt;b&gt;</td><td>ticket 7</td>");
	assert_string_equal(noted, "aoi /staff/log audit");
	*noted = '\0';
	page_has_not(web_world_staff_post(w, "/staff/log?lang=en", "reason=+", NOW), "<td>mei");
	assert_int_equal(w->response.status, 403);
	page_has_not(web_world_staff(w, "/staff/log?lang=en", NOW), "<td>mei");
	assert_string_equal(noted, "");
	log_fault = -EIO;
	page = web_world_staff_post(w, "/staff/log?lang=en", "reason=audit", NOW);
	assert_int_equal(w->response.status, 503);
	page_has(page, "be read");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, web_world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_code_says_what_the_customer_read), TEST(no_link_leads_nowhere),
		TEST(a_line_is_shown_as_its_address_is),  TEST(a_line_that_is_none_is_said_so),
		TEST(who_reads_the_log_is_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

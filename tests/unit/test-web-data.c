/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An operator's mail programs, imported settings of other companies and webmail: what is wrong is
 * said with its place and the remedy, and nothing of it is taken (002-26, 003-12).
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/clients.h"
#include "web/providers.h"

#define NOW 1811808000

#define ISPDB(server)                                                                           \
	"<clientConfig version=\"1.1\"><emailProvider id=\"a\"><domain> Good.Example </domain>" \
	"<outgoingServer type=\"smtp\">" server "</outgoingServer></emailProvider></clientConfig>"

static const char policy_text[] =
	"op25b: 1\ntimezone: Asia/Tokyo\nservices:\n"
	"  - {id: fibre, addressing: dynamic, pools: [198.51.100.0/24], port25: []}\n";

static struct op25b_policy *policy;

static int make(void **state)
{
	struct op25b_findings findings;

	(void)state;
	assert_int_equal(op25b_policy_load_buffer("p", policy_text, strlen(policy_text), NOW,
						  &policy, &findings),
			 0);
	op25b_findings_free(&findings);
	return 0;
}

static int done(void **state)
{
	(void)state;
	op25b_policy_free(&policy);
	return 0;
}

/* What is said of one file; "" if it is taken. */
static void parse(const char *name, const char *text, char *says, size_t room,
		  struct op25b_web_data **data)
{
	struct op25b_findings findings;
	FILE *out = fmemopen(says, room, "w");
	int r = op25b_web_data_parse(name, (const unsigned char *)text, strlen(text), policy, data,
				     &findings);

	assert_non_null(out);
	*says = '\0';
	op25b_findings_print(&findings, out);
	fclose(out);
	assert_int_equal(r, *says ? -EINVAL : 0);
	assert_int_equal(*data != NULL, r == 0);
	op25b_findings_free(&findings);
}

static void faults_are_said_with_place_and_remedy(void **state)
{
	static const struct {
		const char *name, *text, *place, *says;
	} cases[] = {
		{ "clients/x.yaml", "id: mine\nplatform: pager\n", ":2:11: ", "pager" },
		{ "clients/x.yaml", "id: My Program\n", ":1:5: ", "lower case letters" },
		{ "clients/x.yaml", "- id\n", ":1:1: ", "a mail program is a map" },
		{ "clients/x.yaml", "id: x\nname: {en: X, ja: X}\nplatform: device\n",
		  ":1:1: ", "add 'steps: [...]'" },
		{ "clients/x.yaml",
		  "id: x\nname: {en: X, ja: X}\nplatform: server\nrecipe: qmail\n",
		  ":4:9: ", "qmail" },
		{ "clients/x.yaml",
		  "id: x\nname: {en: X}\nplatform: device\nsteps: [{en: a, ja: b}]\n",
		  ":2:7: ", "ja" },
		{ "clients/x.yaml", "id: x\nname: {en: X, ja: X}\nplatform: device\nsteps: word\n",
		  ":4:8: ", "write '- {en: ..., ja: ...}'" },
		{ "ispdb/x.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]>\n<clientConfig/>",
		  ":1:", "DOCTYPE" },
		{ "ispdb/x.xml", "<clientConfig>\n<emailProvider>\n</clientConfig>",
		  ":3:", "import the file again" },
		{ "ispdb/x.xml", "", ":1:1: ", "import the file again" },
		{ "ispdb/x.xml", "<html><body>not found</body>", ":1:", "import the file again" },
		{ "ispdb/x.xml", "<clientConfig/>", ":1:1: ", "names no <domain>" },
		{ "ispdb/x.xml", ISPDB("<hostname>m.example</hostname><port>465x</port>"),
		  ":1:", "a port is no number of 1 to 65535" },
		{ "ispdb/x.xml", ISPDB("<hostname>m.example</hostname><port>0</port>"),
		  ":1:", "a port is no number of 1 to 65535" },
		{ "clients/x.yaml", "steps: click\n",
		  ":1:8: ", "'steps' is a list; write '- {en:" },
		{ "announcements/x.yaml", "service: fibre\ntext: {en: A, ja: A}\n",
		  ":2:7: ", "'text' is a list; write '- {en:" },
		{ "glossary.yaml", "terms: port25\n",
		  ":1:8: ", "'terms' is a list; write '- {id:" },
		{ "links.yaml", "links: https://a.example/\n", ":1:8: ", "write '- {name: " },
		{ "faq.yaml", "questions: []\n", ":1:12: ", "a list of at least one; begin each" },
		{ "faq.yaml", "questions: [{answers: [{text: A}]}]\n",
		  ":1:31: ", "'text' is a list of at least one; write '- {en:" },
		{ "status/x.yaml", "affects: sending\n", ":1:10: ", "is a list; write [A, B]" },
		{ "webmail.csv", "a.example,https://a.example/\nb.example,http://b.example/\n",
		  ":2:1: ", "does not begin with https://" },
		{ "webmail.csv", "# what\n\nb.example\n", ":3:1: ", "write as in example.com," },
		{ "webmail.csv", ",https://b.example/\n", ":1:1: ", "write as in example.com," },
		{ "webmail.csv", " \t,https://b.example/\n", ":1:1: ", "write as in example.com," },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct op25b_web_data *data = NULL;
		char says[2048], place[64];

		parse(cases[i].name, cases[i].text, says, sizeof(says), &data);
		snprintf(place, sizeof(place), "%s%s", cases[i].name, cases[i].place);
		if (!strstr(says, place) || !strstr(says, cases[i].says))
			fail_msg("%s: %s: not %s ... %s", cases[i].text, says, place,
				 cases[i].says);
	}
}

/* Neither depth nor length of an imported file is without a bound. */
static void what_is_too_deep_or_too_long_is_refused(void **state)
{
	struct op25b_web_data *data = NULL;
	char text[4096], says[2048];
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "<a>");
	for (int i = 0; i < 100; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "</a>");
	parse("ispdb/x.xml", text, says, sizeof(says), &data);
	assert_non_null(strstr(says, "too deep"));
	n = (size_t)snprintf(text, sizeof(text), "<clientConfig><domain>");
	memset(text + n, 'a', 1000);
	snprintf(text + n + 1000, sizeof(text) - n - 1000, "</domain></clientConfig>");
	parse("ispdb/x.xml", text, says, sizeof(says), &data);
	assert_non_null(strstr(says, "longer than 255 bytes"));
}

static void what_is_right_is_found_by_its_domain(void **state)
{
	const struct op25b_outside_provider *provider;
	struct op25b_web_data *data = NULL;
	char says[2048];

	(void)state;
	parse("ispdb/x.xml",
	      ISPDB("<hostname>m.example</hostname><port>465</port><socketType>SSL</socketType>"),
	      says, sizeof(says), &data);
	assert_string_equal(says, "");
	provider = op25b_providers_find(data->providers, "good.example");
	assert_non_null(provider);
	assert_int_equal(provider->n_outgoing, 1);
	assert_int_equal(provider->outgoing[0].port, 465);
	assert_true(provider->outgoing[0].tls);
	assert_null(op25b_providers_find(data->providers, "m.example"));
	op25b_web_data_free(&data);
	parse("webmail.csv", "# comment\r\na.example,https://a.example/\r\n", says, sizeof(says),
	      &data);
	assert_string_equal(says, "");
	assert_string_equal(op25b_webmail_find(data->webmail, "a.example"), "https://a.example/");
	assert_null(op25b_webmail_find(data->webmail, "b.example"));
	op25b_web_data_free(&data);
}

/* As a spreadsheet saves it, or somebody writes it who likes blanks; a web address has commas. */
static void lines_of_webmail_are_read_as_rows_of_the_policy_are(void **state)
{
	struct op25b_web_data *data = NULL;
	char says[1024];

	(void)state;
	parse("webmail.csv",
	      "\xef\xbb\xbf"
	      "a.example , https://a.example/in,1.html \r\n \r\n",
	      says, sizeof(says), &data);
	assert_string_equal(says, "");
	assert_string_equal(op25b_webmail_find(data->webmail, "a.example"),
			    "https://a.example/in,1.html");
	op25b_web_data_free(&data);
}

/* Two files may not be the same program; one of a built in file's name takes its place. */
static void a_program_is_one_file(void **state)
{
	static const char text[] = "id: thunderbird\nname: {en: Ours, ja: Ours}\n"
				   "platform: computer\nsteps: [{en: a, ja: b}]\n";
	static const struct {
		const char *name, *says;
	} cases[] = { { "99-again.yaml", "99-again.yaml:1:1: " }, { "30-thunderbird.yaml", "" } };

	(void)state;
	for (int i = 0; i < 2; i++) {
		char folder[] = "/tmp/op25b-data-XXXXXX", path[128], says[2048] = "";
		struct op25b_web_data *data = NULL;
		struct op25b_findings findings;
		FILE *out;

		assert_non_null(mkdtemp(folder));
		snprintf(path, sizeof(path), "%s/clients", folder);
		assert_int_equal(mkdir(path, 0700), 0);
		snprintf(path, sizeof(path), "%s/clients/%s", folder, cases[i].name);
		out = fopen(path, "w");
		assert_non_null(out);
		fputs(text, out);
		fclose(out);
		op25b_web_data_load(folder, policy, &data, &findings);
		out = fmemopen(says, sizeof(says), "w");
		op25b_findings_print(&findings, out);
		fclose(out);
		op25b_findings_free(&findings);
		unlink(path);
		snprintf(path, sizeof(path), "%s/clients", folder);
		rmdir(path);
		rmdir(folder);
		assert_int_equal(data != NULL, !*cases[i].says);
		assert_non_null(strstr(says, cases[i].says));
		if (data)
			assert_string_equal(op25b_clients_find(data->clients, "thunderbird")
						    ->name.own[OP25B_EN],
					    "Ours");
		else
			assert_non_null(strstr(says, "'thunderbird' already"));
		op25b_web_data_free(&data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_are_said_with_place_and_remedy),
		cmocka_unit_test(what_is_too_deep_or_too_long_is_refused),
		cmocka_unit_test(what_is_right_is_found_by_its_domain),
		cmocka_unit_test(lines_of_webmail_are_read_as_rows_of_the_policy_are),
		cmocka_unit_test(a_program_is_one_file),
	};

	return cmocka_run_group_tests(tests, make, done);
}

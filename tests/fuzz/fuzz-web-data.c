/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as one of an operator's data files, whose name is the first line: findings or data,
 * never both, never a crash; and the pages that it is about can be made of what was taken.
 */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/live-tables.h"
#include "web/route.h"

#define NOW 1811862000 /* 2027-06-01 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
	"op25b: 1\n"
	"timezone: Asia/Tokyo\n"
	"provider: {name: {en: A, ja: B}, contact: {support: \"tel:+81-3-0000-0001\"}}\n"
	"services:\n"
	"  - {id: fibre, addressing: dynamic, pools: [198.51.100.0/24],"
	" port25: [{from: 2027-04-01, action: refuse, how: reset, except: []}]}\n";

static struct op25b_policy *policy;
static struct op25b_live_tables tables;
static struct op25b_web_data *built_in;

/* Once: the policy is not what is fuzzed here. */
static void prepare(void)
{
	struct op25b_findings findings;
	int r;

	if (policy)
		return;
	r = op25b_policy_load_buffer("policy", text, strlen(text), NOW, &policy, &findings);
	assert(!r);
	op25b_findings_free(&findings);
	r = op25b_live_tables_make(policy, NOW, NULL, NULL, &tables);
	assert(!r);
	r = op25b_web_data_load(NULL, policy, &built_in, &findings);
	assert(!r);
	op25b_findings_free(&findings);
	(void)r;
}

/* What is built in, but for the kind that was made: each is a pointer, behind the arena. */
static struct op25b_web_data put_over(const struct op25b_web_data *made)
{
	void *both[sizeof(*made) / sizeof(void *)], *own[sizeof(*made) / sizeof(void *)];
	struct op25b_web_data data;

	_Static_assert(sizeof(both) == sizeof(data), "pointers and nothing else");
	memcpy(both, built_in, sizeof(both));
	memcpy(own, made, sizeof(own));
	for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++)
		both[i] = own[i] ? own[i] : both[i];
	memcpy(&data, both, sizeof(data));
	return data;
}

/* Every page without a last part, of the public listener. */
static void make_pages(const struct op25b_web_data *made)
{
	const struct op25b_web_data data = put_over(made);
	const struct op25b_site site = {
		.judge = { .policy = policy, .tables = &tables.tables, .sessions_known = true },
		.data = &data
	};
	const struct op25b_web_facts facts = { .line = { .known = false } };
	size_t n;
	const struct op25b_route *routes = op25b_routes(&n);

	for (size_t i = 0; i < n; i++) {
		struct op25b_web_response response = { .status = 0 };
		struct op25b_web_request request = { .host = "",
						     .accept_language = "",
						     .accept = "",
						     .user = "",
						     .origin = "",
						     .now = NOW };
		char path[OP25B_WEB_PATH];

		if (routes[i].post || routes[i].staff || routes[i].has_rest)
			continue;
		snprintf(path, sizeof(path), "%s%s", routes[i].in_language ? "/ja" : "",
			 routes[i].path);
		request.path = path;
		op25b_web_answer(&site, &request, &facts, NULL, &response);
		assert(response.status);
		op25b_web_response_done(&response);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = memchr(data, '\n', size);
	const size_t n = line ? (size_t)(line - data) : size;
	struct op25b_web_data *made = NULL;
	struct op25b_findings findings;
	char name[64] = "";
	unsigned char *bytes;
	int r;

	if (!line || n >= sizeof(name) || memchr(data, '\0', n))
		return 0;
	prepare();
	memcpy(name, data, n);
	bytes = calloc(1, size - n);
	assert(bytes);
	memcpy(bytes, line + 1, size - n - 1);
	r = op25b_web_data_parse(name, bytes, size - n - 1, policy, &made, &findings);
	assert((r == 0) == (made != NULL));
	assert(r == -ENOENT || !r == !findings.n_errors);
	if (made)
		make_pages(made);
	op25b_findings_free(&findings);
	op25b_web_data_free(&made);
	free(bytes);
	return 0;
}

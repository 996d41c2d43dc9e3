/* SPDX-License-Identifier: BSD-2-Clause */
/* A site made of a policy in memory, and pages of it as text: for tests of src/web/. */
#pragma once

#include "tests/unit/test.h"

#include "base/wall.h"
#include "session/live-tables.h"
#include "web/site.h"

struct web_world {
	struct op25b_policy *policy;
	struct op25b_live_tables tables;
	struct op25b_wall wall;
	struct op25b_web_data *data;
	struct op25b_web_file file;
	struct op25b_site site;
	struct op25b_web_facts facts;
	struct op25b_site_calls calls;
	struct op25b_web_fields form;
	struct op25b_web_response response; /* of the last page */
};

#define DAY      86400
#define POOL     "198.51.100.7"
#define SIX      "2001:db8:a000:700::1"
#define NAMED    "198.51.100.9"
#define EXEMPT   "198.51.100.10"
#define HELD     "198.51.100.11"
#define DIALUP   "198.51.100.130"
#define SHARED   "203.0.113.241"
#define STRANGER "192.0.2.200"

#define START 1806505200 /* 2027-04-01 00:00 in Tokyo */

/* Fails the test unless the text is in the page, or is not. */
void page_has(const char *page, const char *text);
void page_has_not(const char *page, const char *text);

/* A root and a tenant: a day after the start of their limit, and a day before it. For cmocka. */
int web_world_setup(void **state);
int web_world_setup_before(void **state);
int web_world_teardown(void **state);

/* @tenant: a file "tenant.yaml" that the policy includes; NULL: none. An error fails the test. */
void web_world_make(struct web_world *w, const char *policy, const char *tenant, int64_t now);
void web_world_done(struct web_world *w);

/**
 * web_world_get() - a page as the caller at @address gets it.
 * @path: may have a query
 * @host: "": the root's
 * Returns its bytes with a NUL behind them, until the next page; w->response has the rest.
 */
const char *web_world_get(struct web_world *w, const char *path, const char *address,
			  const char *host, int64_t now);

/* A page of the second listener, for nobody whom a proxy named. */
const char *web_world_staff(struct web_world *w, const char *path, int64_t now);

/* A form that the proxy brings from a member of staff, "aoi". */
const char *web_world_staff_post(struct web_world *w, const char *path, const char *form,
				 int64_t now);

/* The same of a POST of a form. */
const char *web_world_post(struct web_world *w, const char *path, const char *form,
			   const char *address, int64_t now);

/* SPDX-License-Identifier: BSD-2-Clause */
/* See policies.h. Ids are kept one a line, in the order of the policy. */
#include "webd/policies.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "notice/code.h"
#include "policy/contact.h"
#include "policy/policy.h"
#include "webd/codes-file.h"

/* "a\ntenant/b\n"; NULL: no memory. */
static char *join_ids(const struct op25b_policy *policy)
{
	OP25B_AUTO_FREE char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < policy->n_services; i++)
		fprintf(out, "%s\n", policy->services[i].id);
	return fclose(out) ? NULL : OP25B_TAKE_PTR(text);
}

static int put(struct op25b_codes *codes, const struct op25b_policy *policy, const char *ids,
	       int64_t now, struct op25b_error *error)
{
	const int64_t digest = (int64_t)policy->digest;
	int r = op25b_codes_run(codes, "UPDATE policy SET until = ?1 WHERE until = 0", "i",
				OP25B_CODES_WITH(&now), NULL, error);

	r = r ? r :
		op25b_codes_run(codes, "DELETE FROM policy WHERE digest = ?1", "i",
				OP25B_CODES_WITH(&digest), NULL, error);
	r = r ? r :
		op25b_codes_run(codes,
				"INSERT INTO policy (digest, services, until)"
				" VALUES (?1, ?2, 0)",
				"is", OP25B_CODES_WITH(&digest, ids), NULL, error);
	return r ? r :
		   op25b_codes_run(codes,
				   "DELETE FROM policy WHERE id NOT IN (SELECT id FROM policy"
				   " ORDER BY id DESC LIMIT " OP25B_POLICIES_KEPT ")",
				   "", NULL, NULL, error);
}

int op25b_policies_keep(struct op25b_codes *codes, const struct op25b_policy *policy, int64_t now,
			struct op25b_error *error)
{
	OP25B_AUTO_FREE char *ids = join_ids(policy);
	int64_t newest = 0;
	int r = op25b_codes_run(codes, "SELECT digest FROM policy WHERE until = 0", "", NULL,
				&newest, error);

	if (r < 0 || (r && newest == (int64_t)policy->digest))
		return r < 0 ? r : 0;
	if (!ids)
		return op25b_error_set(error, -ENOMEM, "%s: out of memory", codes->path);
	r = op25b_codes_run(codes, "BEGIN", "", NULL, NULL, error);
	r = r ? r : put(codes, policy, ids, now, error);
	r = r ? r : op25b_codes_run(codes, "COMMIT", "", NULL, NULL, error);
	if (r)
		sqlite3_exec(codes->db, "ROLLBACK", NULL, NULL, NULL);
	return r;
}

int op25b_policies_find_in(const struct op25b_policy *policy, int64_t until, uint64_t code,
			   op25b_notice_of_fn fn, void *arg)
{
	struct op25b_notice_codes codes = { NULL, 0 };
	struct op25b_notice_meaning meaning;
	int r = op25b_notice_codes_make(policy, &codes);

	if (r)
		return r;
	r = op25b_notice_code_find(&codes, code, &meaning) ? 0 : -ENOENT;
	op25b_notice_codes_done(&codes);
	if (!r)
		fn(arg, &(struct op25b_notice_of){
				.service = policy->services[meaning.service].id,
				.reason = (enum op25b_reason)meaning.reason,
				.outcome = op25b_contact_outcome((enum op25b_reason)meaning.reason),
				.until = until,
			});
	return r;
}

/* A kept policy, as much of it as codes are derived of. */
static int find_in_row(sqlite3_stmt *row, uint64_t code, op25b_notice_of_fn fn, void *arg)
{
	OP25B_AUTO_FREE char *ids = strdup(op25b_codes_text(row, 1));
	struct op25b_policy policy = { .digest = (uint64_t)sqlite3_column_int64(row, 0) };
	size_t lines = 0;
	int r = -ENOMEM;

	for (const char *at = ids; at && *at; at++)
		lines += *at == '\n';
	policy.services = ids ? calloc(lines + 1, sizeof(*policy.services)) : NULL;
	if (!policy.services)
		return r;
	for (char *rest = ids, *id; (id = strsep(&rest, "\n")) && policy.n_services < lines;)
		policy.services[policy.n_services++].id = id;
	r = op25b_policies_find_in(&policy, sqlite3_column_int64(row, 2), code, fn, arg);
	free(policy.services);
	return r;
}

int op25b_policies_find(struct op25b_codes *codes, uint64_t code, op25b_notice_of_fn fn, void *arg,
			struct op25b_error *error)
{
	sqlite3_stmt *rows = op25b_codes_prepare(
		codes, "SELECT digest, services, until FROM policy ORDER BY id DESC", "", NULL,
		error);
	int step = SQLITE_DONE, r = -ENOENT;

	if (!rows)
		return -EIO;
	while (r == -ENOENT && (step = sqlite3_step(rows)) == SQLITE_ROW)
		r = find_in_row(rows, code, fn, arg);
	sqlite3_finalize(rows);
	if (r == -ENOMEM)
		return op25b_error_set(error, r, "%s: out of memory", codes->path);
	return step == SQLITE_ROW || step == SQLITE_DONE ?
		       r :
		       op25b_codes_fail(codes, "reading", error);
}

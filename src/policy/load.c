/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of reading a policy, and what is left when one fails. */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "policy/reader.h"

#define DAY 86400

typedef void read_section(struct op25b_reader *r, const struct op25b_node *node);

static void enter_zone(struct op25b_reader *r, const char *name)
{
	if (name == r->zone_name)
		return;
	op25b_zone_leave(&r->zone);
	/* It was there a moment ago; if not, its dates are errors. */
	if (name && op25b_zone_enter(&r->zone, name) == -ENOMEM)
		op25b_arena_exhaust(r->scratch);
	r->zone_name = name;
}

static void read_everywhere(struct op25b_reader *r, enum op25b_section section, read_section *read)
{
	for (size_t i = 0; i < r->n_docs; i++) {
		const struct op25b_doc *doc = &r->docs[i];

		if (!doc->section[section])
			continue;
		enter_zone(r, doc->timezone);
		r->doc = doc;
		read(r, doc->section[section]);
	}
}

static void read_policy(struct op25b_reader *r, const char *path, const void *data, size_t size)
{
	*OP25B_PUSH(r->arena, r->policy->tenants, r->policy->n_tenants) =
		op25b_read_new_tenant(r, "", &(struct op25b_place){ 0 });
	op25b_read_documents(r, path, data, size);
	read_everywhere(r, OP25B_SECTION_PROVIDER, op25b_read_provider);
	read_everywhere(r, OP25B_SECTION_REMEDIES, op25b_read_remedy_terms);
	read_everywhere(r, OP25B_SECTION_SERVERS, op25b_read_servers);
	read_everywhere(r, OP25B_SECTION_DESTINATIONS, op25b_read_destinations);
	read_everywhere(r, OP25B_SECTION_TUNNELS, op25b_read_tunnels);
	read_everywhere(r, OP25B_SECTION_SERVICES, op25b_read_services);
	read_everywhere(r, OP25B_SECTION_LINES, op25b_read_lines);
	read_everywhere(r, OP25B_SECTION_LINES_FROM, op25b_read_lines_from);
	read_everywhere(r, OP25B_SECTION_EXEMPTIONS, op25b_read_exemptions);
	read_everywhere(r, OP25B_SECTION_HOLDS, op25b_read_holds);
	read_everywhere(r, OP25B_SECTION_SESSIONS, op25b_read_sessions);
	read_everywhere(r, OP25B_SECTION_RETENTION, op25b_read_retention);
	read_everywhere(r, OP25B_SECTION_MAIL, op25b_read_mail_limits);
	read_everywhere(r, OP25B_SECTION_MAIL, op25b_read_mail);
	op25b_mail_inherit(r);
	op25b_check_servers(r);
	op25b_check_pools(r);
	op25b_check_maps(r);
	op25b_check_lines(r);
	op25b_check_grants(r);
	op25b_check_sessions(r);
	op25b_check_notice(r);
	op25b_check_tenants(r);
	op25b_check_mail(r);
	op25b_check_remedies(r);
}

static struct op25b_reader *new_reader(int64_t now)
{
	struct op25b_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->arena = op25b_arena_new();
	r->scratch = op25b_arena_new();
	r->finder = calloc(1, sizeof(*r->finder));
	r->now = now;
	r->fd = -1;
	r->servers.what = "mail server";
	r->destinations.what = "destination";
	r->services.what = "service";
	r->lines.what = "line";
	r->exemptions.what = "exemption";
	r->holds.what = "hold";
	r->tenants.what = "tenant";
	r->limits.what = "set of limits";
	return r;
}

static void free_reader(struct op25b_reader *r)
{
	/* What was open when memory ran out. */
	op25b_cleanup_close(&r->fd);
	globfree(&r->found);
	op25b_zone_leave(&r->zone);
	op25b_arena_free(&r->arena);
	op25b_arena_free(&r->scratch);
	free(r->finder);
	free(r);
}

static int run_reader(struct op25b_reader *r, const char *path, const void *data, size_t size)
{
	jmp_buf exhausted;

	if (!r->arena || !r->scratch || !r->finder || setjmp(exhausted))
		return -ENOMEM;
	op25b_arena_on_exhaustion(r->arena, &exhausted);
	op25b_arena_on_exhaustion(r->scratch, &exhausted);
	r->finder->arena = r->scratch;
	r->policy = op25b_arena_alloc(r->arena, sizeof(*r->policy));
	r->policy->reverse_path = true;
	r->policy->line_id[0] = OP25B_SESSION_USER_NAME;
	r->policy->n_line_id = 1;
	r->policy->retention.lines = 180 * DAY;
	read_policy(r, path, data, size);
	op25b_arena_on_exhaustion(r->arena, NULL);
	return 0;
}

/* Frees @r; NULL: there was no memory for it. */
static int load(struct op25b_reader *r, const char *path, const void *data, size_t size,
		struct op25b_policy **ret_policy, struct op25b_findings *ret_findings)
{
	int error = -ENOMEM;

	*ret_findings = (struct op25b_findings){ 0 };
	if (!r)
		return error;
	error = run_reader(r, path, data, size);
	if (!error)
		error = op25b_find_finish(r->finder, r->policy->files, ret_findings);
	if (!error && ret_findings->n_errors)
		error = -EINVAL;
	if (!error) {
		r->policy->arena = r->arena;
		r->arena = NULL;
		*ret_policy = r->policy;
	}
	free_reader(r);
	return error;
}

int op25b_policy_load(const char *path, int64_t now, struct op25b_policy **ret_policy,
		      struct op25b_findings *ret_findings)
{
	return load(new_reader(now), path, NULL, 0, ret_policy, ret_findings);
}

int op25b_policy_load_buffer(const char *name, const void *data, size_t size, int64_t now,
			     struct op25b_policy **ret_policy, struct op25b_findings *ret_findings)
{
	struct op25b_reader *r = new_reader(now);

	if (r)
		r->from_buffer = true;
	return load(r, name, data, size, ret_policy, ret_findings);
}

int op25b_policy_load_files(const struct op25b_policy_file *files, size_t n, int64_t now,
			    struct op25b_policy **ret_policy, struct op25b_findings *ret_findings)
{
	struct op25b_reader *r = new_reader(now);

	if (r) {
		r->given = files;
		r->n_given = n;
	}
	return load(r, files[0].name, NULL, 0, ret_policy, ret_findings);
}

void op25b_policy_free(struct op25b_policy **policy)
{
	struct op25b_arena *arena;

	if (!policy || !*policy)
		return;
	arena = (*policy)->arena;
	*policy = NULL;
	op25b_arena_free(&arena);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The top of a file. Sections are only noted here, in the order of writing, and read later in the
 * order of enum op25b_section, when all that they may name is known.
 */
#include <errno.h>
#include <string.h>

#include "policy/reader.h"

#define LANGUAGE "1"

#define NOTE(name, which)                                                               \
	static void note_##name(struct op25b_reader *r, const struct op25b_node *value, \
				void *object)                                           \
	{                                                                               \
		struct op25b_doc *doc = object;                                         \
                                                                                        \
		(void)r;                                                                \
		doc->section[which] = value;                                            \
	}

NOTE(version, OP25B_SECTION_VERSION)
NOTE(tenant, OP25B_SECTION_TENANT)
NOTE(timezone, OP25B_SECTION_TIMEZONE)
NOTE(include, OP25B_SECTION_INCLUDE)
NOTE(provider, OP25B_SECTION_PROVIDER)
NOTE(reverse_path, OP25B_SECTION_REVERSE_PATH)
NOTE(servers, OP25B_SECTION_SERVERS)
NOTE(destinations, OP25B_SECTION_DESTINATIONS)
NOTE(tunnels, OP25B_SECTION_TUNNELS)
NOTE(services, OP25B_SECTION_SERVICES)
NOTE(lines, OP25B_SECTION_LINES)
NOTE(lines_from, OP25B_SECTION_LINES_FROM)
NOTE(exemptions, OP25B_SECTION_EXEMPTIONS)
NOTE(holds, OP25B_SECTION_HOLDS)
NOTE(sessions, OP25B_SECTION_SESSIONS)
NOTE(mail, OP25B_SECTION_MAIL)
NOTE(remedies, OP25B_SECTION_REMEDIES)
NOTE(retention, OP25B_SECTION_RETENTION)

static const struct op25b_field fields[] = {
	{ "op25b", note_version, NULL },         { "tenant", note_tenant, NULL },
	{ "timezone", note_timezone, NULL },     { "include", note_include, NULL },
	{ "provider", note_provider, NULL },     { "reverse_path", note_reverse_path, NULL },
	{ "mail_servers", note_servers, NULL },  { "destinations", note_destinations, NULL },
	{ "tunnels", note_tunnels, NULL },       { "services", note_services, NULL },
	{ "lines", note_lines, NULL },           { "lines_from", note_lines_from, NULL },
	{ "exemptions", note_exemptions, NULL }, { "holds", note_holds, NULL },
	{ "sessions", note_sessions, NULL },     { "mail", note_mail, NULL },
	{ "remedies", note_remedies, NULL },     { "retention", note_retention, NULL },
};

static void read_version(struct op25b_reader *r, const struct op25b_node *root,
			 const struct op25b_doc *doc)
{
	const struct op25b_node *node = doc->section[OP25B_SECTION_VERSION];
	const char *text;

	if (!node) {
		if (!doc->file && root->kind == OP25B_MAP)
			op25b_find_error(r->finder, &root->place,
					 "the policy needs 'op25b'; "
					 "begin it with 'op25b: " LANGUAGE "'");
		return;
	}
	text = node->kind == OP25B_SCALAR && *node->text ? node->text : "nothing";
	if (strcmp(text, LANGUAGE) != 0)
		op25b_find_error(r->finder, &node->place,
				 "version '%.100s' of the policy language is not known; this op25b "
				 "reads version " LANGUAGE ": write 'op25b: " LANGUAGE "'",
				 text);
}

static const struct op25b_place *place_of_tenant(const struct op25b_reader *r, uint32_t index)
{
	return &r->policy->tenants[index].place;
}

static void read_tenant(struct op25b_reader *r, const struct op25b_node *root,
			struct op25b_doc *doc)
{
	const struct op25b_node *node = doc->section[OP25B_SECTION_TENANT];
	struct op25b_tenant *tenant;
	uint32_t index = (uint32_t)r->policy->n_tenants;
	const char *id;

	if (!node)
		return;
	if (!doc->file || doc->tenant) {
		op25b_find_error(
			r->finder, &node->place,
			doc->file ?
				"a tenant's file can't include another tenant; include it in the "
				"root file" :
				"the root file is no tenant's; move 'tenant' to a file that it "
				"includes");
		return;
	}
	if (root->first->value != node)
		op25b_find_error(r->finder, &node->place,
				 "'tenant' is not the first key; begin the file with it");
	id = op25b_name_define(r, node, &r->tenants, index, place_of_tenant);
	if (!id)
		return;
	tenant = OP25B_PUSH(r->arena, r->policy->tenants, r->policy->n_tenants);
	*tenant = op25b_read_new_tenant(r, id, &node->place);
	doc->tenant = index;
}

/* A wrong zone is entered as none, but dates without offset are not reported again for it. */
static void read_timezone(struct op25b_reader *r, struct op25b_doc *doc)
{
	const struct op25b_node *node = doc->section[OP25B_SECTION_TIMEZONE];
	struct op25b_zone zone = { 0 };
	const char *text;
	int fault;

	if (!node)
		return;
	doc->timezone = "UTC";
	text = op25b_walk_text(r, node, "'timezone'");
	if (!text)
		return;
	fault = op25b_zone_enter(&zone, text);
	if (fault == -ENOMEM)
		op25b_arena_exhaust(r->scratch);
	if (fault) {
		op25b_find_error(r->finder, &node->place,
				 "time zone '%s' is not in the zone "
				 "database; write a name like Asia/Tokyo (is tzdata installed?)",
				 text);
		return;
	}
	op25b_zone_leave(&zone);
	doc->timezone = op25b_walk_keep(r, text);
	if (!doc->file)
		r->policy->timezone = doc->timezone;
}

static void read_reverse_path(struct op25b_reader *r, const struct op25b_doc *doc)
{
	const struct op25b_node *node = doc->section[OP25B_SECTION_REVERSE_PATH];
	int value;

	if (!node)
		return;
	value = op25b_walk_word(r, node, "'reverse_path'", &op25b_words_reverse_path);
	if (value >= 0)
		r->policy->reverse_path = value;
}

/* What speaks for the whole gateway stands in the root file. */
static void refuse_root_keys(struct op25b_reader *r, const struct op25b_doc *doc)
{
	static const struct {
		enum op25b_section section;
		const char *key;
		bool tenants_only;
	} rooted[] = {
		{ OP25B_SECTION_REVERSE_PATH, "reverse_path", false },
		{ OP25B_SECTION_TUNNELS, "tunnels", true },
		{ OP25B_SECTION_SESSIONS, "sessions", true },
		{ OP25B_SECTION_RETENTION, "retention", false },
	};

	for (size_t i = 0; doc->file && i < sizeof(rooted) / sizeof(rooted[0]); i++) {
		const struct op25b_node *node = doc->section[rooted[i].section];

		if (node && (doc->tenant || !rooted[i].tenants_only))
			op25b_find_error(r->finder, &node->place,
					 "'%s' is for the whole gateway; "
					 "move it to the root file",
					 rooted[i].key);
	}
}

void op25b_read_top(struct op25b_reader *r, const struct op25b_node *root, struct op25b_doc *doc)
{
	if (!op25b_walk_map(r, root, doc->file ? "an included file" : "a policy", fields,
			    sizeof(fields) / sizeof(fields[0]), doc))
		return;
	read_version(r, root, doc);
	read_tenant(r, root, doc);
	read_timezone(r, doc);
	refuse_root_keys(r, doc);
	read_reverse_path(r, doc);
	if (doc->section[OP25B_SECTION_INCLUDE])
		op25b_read_includes(r, doc->section[OP25B_SECTION_INCLUDE], doc->file);
}

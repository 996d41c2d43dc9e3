/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parts of the policy reader share; nobody outside src/policy includes it.
 *
 * Reading goes in steps, over all files each: documents (include.c), then the sections in the
 * order of what names what: servers and destinations, services, lines, exemptions and holds;
 * then the checks that need the whole (check-*.c). The node trees and tables live in `scratch`
 * until the end, the policy in `arena`.
 */
#pragma once

#include <glob.h>

#include "policy/arena.h"
#include "policy/date.h"
#include "policy/find.h"
#include "policy/node.h"
#include "policy/policy.h"
#include "policy/table.h"
#include "policy/words.h"

/* Keys of the top of a file; the order is the order of reading. */
enum op25b_section {
	OP25B_SECTION_VERSION,
	OP25B_SECTION_TENANT,
	OP25B_SECTION_TIMEZONE,
	OP25B_SECTION_INCLUDE,
	OP25B_SECTION_PROVIDER,
	OP25B_SECTION_REMEDIES,
	OP25B_SECTION_REVERSE_PATH,
	OP25B_SECTION_SERVERS,
	OP25B_SECTION_DESTINATIONS,
	OP25B_SECTION_TUNNELS,
	OP25B_SECTION_SERVICES,
	OP25B_SECTION_LINES,
	OP25B_SECTION_LINES_FROM,
	OP25B_SECTION_EXEMPTIONS,
	OP25B_SECTION_HOLDS,
	OP25B_SECTION_SESSIONS,
	OP25B_SECTION_MAIL,
	OP25B_SECTION_RETENTION,
	OP25B_SECTION_COUNT
};

/* One file of YAML. */
struct op25b_doc {
	uint32_t file;
	uint32_t tenant;
	const char *timezone; /* NULL: none */
	const struct op25b_node *section[OP25B_SECTION_COUNT];
};

/* One file of lines_from. */
struct op25b_csv_file {
	uint32_t file, tenant;
};

/* The ids of one kind of thing, as seen from the root ("relay", "tenant/relay"), to indices. */
struct op25b_ids {
	struct op25b_table table;
	const char *what; /* "mail server" */
};

struct op25b_reader {
	struct op25b_arena *arena, *scratch;
	struct op25b_policy *policy;
	struct op25b_finder *finder;
	int64_t now;
	bool from_buffer;                      /* no file may be opened */
	const struct op25b_policy_file *given; /* if not NULL, the only files there are */
	size_t n_given;
	bool incomplete; /* a file or entry is missing: don't report names that name nothing */
	const struct op25b_node *line_id; /* of sessions, once it was read */
	struct op25b_doc *docs;
	size_t n_docs;
	const struct op25b_doc *doc;  /* being walked */
	const struct op25b_node *key; /* whose value is being read */
	struct op25b_zone zone;
	const char *zone_name; /* entered, or NULL */
	struct op25b_ids servers, destinations, services, lines, exemptions, holds, tenants;
	struct op25b_ids limits; /* of mail */
	struct op25b_table tunnels;
	size_t lines_room, line_ids_room;
	struct op25b_place *line_places; /* of the ids that `lines` defines */
	size_t n_lines_defined;          /* ids from `lines`; later ones are from files */
	uint32_t *line_services;         /* by line id, of those from files */
	struct op25b_csv_file *csv_files;
	size_t n_csv_files;
	int fd;       /* being read, or -1 */
	glob_t found; /* by a pattern, until it was copied */
	void *files_seen;
	size_t n_files_seen;
};

/* ---- walk.c: nodes to values -------------------------------------------------------------- */

/*
 * One key a map may have. `read` gets the value and the caller's object. `need`, if not NULL,
 * makes the key required and says how to mend its absence.
 */
struct op25b_field {
	const char *key;
	void (*read)(struct op25b_reader *r, const struct op25b_node *value, void *object);
	const char *need;
};

/* Read @node as a map of @fields into @object; @what as in "a service". False if it is no map. */
bool op25b_walk_map(struct op25b_reader *r, const struct op25b_node *node, const char *what,
		    const struct op25b_field *fields, size_t n, void *object);

/* The value's items; NULL and an error if it is no list. @what as in "pools". */
const struct op25b_node *op25b_walk_list(struct op25b_reader *r, const struct op25b_node *node,
					 const char *what);

/* A scalar that is not null, else NULL and an error. @what as in "an id". Lives in scratch. */
const char *op25b_walk_text(struct op25b_reader *r, const struct op25b_node *node,
			    const char *what);

/* One of @words; -EINVAL and an error if it is none. */
int op25b_walk_word(struct op25b_reader *r, const struct op25b_node *node, const char *what,
		    const struct op25b_words *words);

/* Decimal @least..@most; false and an error if it is not. */
bool op25b_walk_number(struct op25b_reader *r, const struct op25b_node *node, const char *what,
		       unsigned int least, unsigned int most, unsigned int *ret);

/* Copy to the policy's arena. */
const char *op25b_walk_keep(struct op25b_reader *r, const char *text);

/* ---- values.c: what several sections hold ------------------------------------------------- */

/* A text in one language or {en, ja}. */
void op25b_read_text(struct op25b_reader *r, const struct op25b_node *node, struct op25b_text *ret);

/* One prefix; false and an error if it is none. */
bool op25b_read_prefix(struct op25b_reader *r, const struct op25b_node *node,
		       struct op25b_prefix *ret);

/* A list of prefixes, none twice. */
void op25b_read_prefixes(struct op25b_reader *r, const struct op25b_node *node, const char *what,
			 struct op25b_prefix **ret, size_t *ret_n);

/* A date in the zone of the file; false and an error if it is none. @until: see date.h. */
bool op25b_read_date(struct op25b_reader *r, const struct op25b_node *node, bool until,
		     int64_t *ret);

/* A web address, kept; NULL and an error if it is none. @what as in "'url'". */
const char *op25b_read_url(struct op25b_reader *r, const struct op25b_node *node, const char *what);

/* A length of time in seconds; false and an error if it is none. */
bool op25b_read_duration(struct op25b_reader *r, const struct op25b_node *node, int64_t *ret);

/* Adds the error for @text at @place, if @fault is one. */
bool op25b_read_prefix_fault(struct op25b_reader *r, const struct op25b_place *place,
			     const char *text, int fault, const struct op25b_prefix *meant);

/* ---- names.c: ids and what names them ----------------------------------------------------- */

/*
 * Read an id at its definition and enter it as @index. Returns it as seen from the root, in the
 * policy's arena, or NULL and an error. @places gives the place of an earlier one.
 */
const char *op25b_name_define(struct op25b_reader *r, const struct op25b_node *node,
			      struct op25b_ids *ids, uint32_t index,
			      const struct op25b_place *(*place_of)(const struct op25b_reader *r,
								    uint32_t index));

/* The index that @node names in the scope of the file being walked; false and an error if none. */
bool op25b_name_find(struct op25b_reader *r, const struct op25b_node *node, struct op25b_ids *ids,
		     uint32_t *ret);

/* The same for a text that stands at @place. */
bool op25b_name_resolve(struct op25b_reader *r, const struct op25b_place *place, const char *text,
			const struct op25b_ids *ids, uint32_t *ret);

/* The same for a text, without errors: 0, -ENOENT, or -EACCES for what is another tenant's. */
int op25b_name_lookup(struct op25b_reader *r, const char *text, const struct op25b_ids *ids,
		      uint32_t *ret);

/* The error for -EACCES of it. */
void op25b_name_refuse(struct op25b_reader *r, const struct op25b_place *place, const char *text);

/* A list of names to sorted indices, none twice. @star: `*`/name may stand for every tenant's. */
void op25b_name_list(struct op25b_reader *r, const struct op25b_node *node, const char *what,
		     struct op25b_ids *ids, bool star, uint32_t **ret, size_t *ret_n);

/* Line ids: longer, and may hold what RADIUS puts there. NULL if fine, else what is wrong. */
const char *op25b_name_line_fault(const char *text, size_t len);

/* ---- the sections ------------------------------------------------------------------------- */

/* Read the root file and all it includes into r->docs; the root's doc is the first. */
void op25b_read_documents(struct op25b_reader *r, const char *path, const void *data, size_t size);

/* The top of one file: into doc->section; reads version, tenant, timezone, includes. */
void op25b_read_top(struct op25b_reader *r, const struct op25b_node *root, struct op25b_doc *doc);
void op25b_read_includes(struct op25b_reader *r, const struct op25b_node *node, uint32_t from);
/* A tenant of which nothing is known yet. */
struct op25b_tenant op25b_read_new_tenant(struct op25b_reader *r, const char *id,
					  const struct op25b_place *place);
void op25b_read_provider(struct op25b_reader *r, const struct op25b_node *node);
/* What the file's `remedies` says of each. */
void op25b_read_remedy_terms(struct op25b_reader *r, const struct op25b_node *node);
void op25b_read_servers(struct op25b_reader *r, const struct op25b_node *node);
void op25b_read_destinations(struct op25b_reader *r, const struct op25b_node *node);
void op25b_read_tunnels(struct op25b_reader *r, const struct op25b_node *node);
void op25b_read_services(struct op25b_reader *r, const struct op25b_node *node);
void op25b_read_rules(struct op25b_reader *r, const struct op25b_node *node,
		      struct op25b_service *service);
/* What a service's `remedies` says, by situation. */
void op25b_read_remedies(struct op25b_reader *r, const struct op25b_node *node,
			 struct op25b_service *service);
/* What its `support` says, likewise. */
void op25b_read_help(struct op25b_reader *r, const struct op25b_node *node,
		     struct op25b_service *service);
/* `map` of a pool with that prefix; *ret is left alone where there is a fault in it. */
void op25b_read_map_rule(struct op25b_reader *r, const struct op25b_node *node,
			 const struct op25b_prefix *pool, struct op25b_map_rule *ret);
void op25b_read_lines(struct op25b_reader *r, const struct op25b_node *node);
void op25b_read_lines_from(struct op25b_reader *r, const struct op25b_node *node);
void op25b_read_exemptions(struct op25b_reader *r, const struct op25b_node *node);
void op25b_read_holds(struct op25b_reader *r, const struct op25b_node *node);
void op25b_read_sessions(struct op25b_reader *r, const struct op25b_node *node);
void op25b_read_retention(struct op25b_reader *r, const struct op25b_node *node);
/* Sets of limits, over all files before the mail sections, which name them. */
void op25b_read_mail_limits(struct op25b_reader *r, const struct op25b_node *node);
void op25b_read_mail(struct op25b_reader *r, const struct op25b_node *node);
/* What tenants have of the root's, once all were read. */
void op25b_mail_inherit(struct op25b_reader *r);

/* Adds a line's prefix; the index of a new or known line id is @line. */
void op25b_lines_reserve(struct op25b_reader *r, size_t more);
void op25b_lines_add(struct op25b_reader *r, const struct op25b_prefix *prefix, uint32_t service,
		     uint32_t line, const struct op25b_place *place);

/* ---- files.c ------------------------------------------------------------------------------ */

/*
 * Read a whole file, name it in policy->files and put it into the digest.
 * Returns its NUL-terminated bytes, writable, in @arena, or NULL and an error at @named (NULL: at
 * the file itself). @without: what holds if there is no such file, which then is a warning; NULL:
 * there has to be one.
 */
char *op25b_file_read(struct op25b_reader *r, struct op25b_arena *arena, const char *path,
		      const struct op25b_place *named, const char *without, uint32_t *ret_file,
		      size_t *ret_size);

/* The same for bytes that are already in memory. */
uint32_t op25b_file_add(struct op25b_reader *r, const char *path, const void *data, size_t size);

/* @name as the file @from means it: relative to the folder of that file. In r->scratch. */
const char *op25b_file_beside(struct op25b_reader *r, uint32_t from, const char *name);

/* ---- checks over the whole ---------------------------------------------------------------- */

/* Pools that overlap or come twice, or have too many lines for the flat cost. */
void op25b_check_pools(struct op25b_reader *r);

/* Mapping rules that overlap, and those that tell no line. */
void op25b_check_maps(struct op25b_reader *r);

/* Prefixes of lines that come twice, and lines outside every pool. */
void op25b_check_lines(struct op25b_reader *r);

/* Exemptions and holds by prefix inside dynamic pools. */
void op25b_check_grants(struct op25b_reader *r);

/* What a tenant says of addresses that are another's. */
void op25b_check_tenants(struct op25b_reader *r);

/* Servers that are also mx. */
void op25b_check_servers(struct op25b_reader *r);

/* What is said of refused mail where `how: notice` is used: names, links, `manner: helo`. */
void op25b_check_notice(struct op25b_reader *r);

/* Session rules that an earlier one leaves nothing to. */
void op25b_check_sessions(struct op25b_reader *r);

/* Mail against packets, servers and hosts. */
void op25b_check_mail(struct op25b_reader *r);

/* Remedies that services name against what there is. */
void op25b_check_remedies(struct op25b_reader *r);

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The layout in PostgreSQL, and the refusal of any other. All of it stands in the schema op25b of
 * the database; the tables are those of store-sqlite-schema.c, and besides:
 *
 *   meta      also the last ids given to a NAS and a holder, and `place`: where the store was when
 *             it was last written (cluster, timeline, table), see store-postgresql-fetch.c
 *   migration each version of this layout, and when it came to be
 *
 * Texts compare as octets (COLLATE "C"). A table with a trigger, rule, policy, index or column more
 * isn't taken: it would do what somebody else wrote.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/store-postgresql.h"

static const char *const migrations[] = {
	"CREATE TABLE op25b.migration (version bigint PRIMARY KEY,"
	" at timestamp with time zone NOT NULL DEFAULT now());"
	"CREATE TABLE op25b.meta (origin bigint NOT NULL, place text COLLATE \"C\" NOT NULL,"
	" seq bigint NOT NULL, trimmed bigint NOT NULL, nas bigint NOT NULL,"
	" holder bigint NOT NULL, kept_from bigint NOT NULL);"
	"CREATE UNIQUE INDEX meta_one ON op25b.meta ((true));"
	"CREATE TABLE op25b.nas (id bigint PRIMARY KEY, name text COLLATE \"C\" NOT NULL UNIQUE,"
	" last bigint NOT NULL, alive_since bigint NOT NULL, epoch bigint NOT NULL,"
	" epoch_time bigint NOT NULL, unswept boolean NOT NULL);"
	"CREATE INDEX nas_unswept ON op25b.nas (id) WHERE unswept;"
	"CREATE TABLE op25b.holder (id bigint PRIMARY KEY, nas bigint NOT NULL,"
	" session text COLLATE \"C\" NOT NULL, user_name text COLLATE \"C\" NOT NULL,"
	" class text COLLATE \"C\" NOT NULL, filter_id text COLLATE \"C\" NOT NULL,"
	" framed_pool text COLLATE \"C\" NOT NULL, first bigint NOT NULL);"
	"CREATE INDEX holder_user ON op25b.holder (user_name) WHERE user_name <> '';"
	"CREATE INDEX holder_class ON op25b.holder (class) WHERE class <> '';"
	"CREATE TABLE op25b.session (nas bigint, session text COLLATE \"C\","
	" holder bigint NOT NULL, event bigint NOT NULL, by smallint NOT NULL,"
	" epoch bigint NOT NULL, seen bigint NOT NULL, ended bigint NOT NULL,"
	" lost boolean NOT NULL, claims bytea NOT NULL, PRIMARY KEY (nas, session));"
	"CREATE TABLE op25b.binding (prefix bytea PRIMARY KEY, holder bigint NOT NULL,"
	" since bigint NOT NULL);"
	"CREATE TABLE op25b.history (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
	" prefix bytea NOT NULL, holder bigint NOT NULL, since bigint NOT NULL,"
	" until bigint NOT NULL);"
	"CREATE INDEX history_prefix ON op25b.history (prefix, until);"
	"CREATE INDEX history_holder ON op25b.history (holder);"
	"CREATE INDEX history_until ON op25b.history (until);"
	"CREATE TABLE op25b.change (seq bigint PRIMARY KEY, op smallint NOT NULL,"
	" prefix bytea NOT NULL, holder bigint NOT NULL, at bigint NOT NULL);"
	"INSERT INTO op25b.meta VALUES (('x' || left(replace(gen_random_uuid()::text, '-', ''),"
	" 16))::bit(64)::bigint, '', 0, 0, 0, 0, 0);"
	"UPDATE op25b.meta SET place = " OP25B_PG_PLACE ";",
};
#define VERSION ((int)(sizeof(migrations) / sizeof(migrations[0])))

/* Everything in the schema, a line each, in the order of their octets. */
static const char describe[] =
	"WITH c AS (SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
	" WHERE nspname = 'op25b') SELECT line FROM ("
	"SELECT format('%s %s%s%s: ', relname, relkind, relpersistence,"
	" CASE WHEN relrowsecurity THEN ' secured' END) || (SELECT string_agg(format('%s %s%s%s',"
	" attname, format_type(atttypid, atttypmod), CASE WHEN collname <> 'default' THEN"
	" ' ' || collname END, CASE WHEN NOT attnotnull THEN ' null' END), ', '"
	" ORDER BY attnum) FROM pg_attribute LEFT JOIN pg_collation l ON l.oid = attcollation"
	" WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped)"
	" FROM c WHERE relkind NOT IN ('i', 't') UNION ALL "
	"SELECT pg_get_indexdef(indexrelid) FROM c JOIN pg_index ON indrelid = c.oid UNION ALL "
	"SELECT relname || ' ' || pg_get_constraintdef(o.oid) FROM c JOIN pg_constraint o ON"
	" conrelid = c.oid WHERE contype NOT IN ('p', 'u', 'n') UNION ALL "
	"SELECT relname || ' trigger ' || tgname FROM c JOIN pg_trigger ON tgrelid = c.oid"
	" WHERE NOT tgisinternal UNION ALL "
	"SELECT relname || ' rule ' || rulename FROM c JOIN pg_rewrite ON ev_class = c.oid"
	") AS all_lines (line) ORDER BY line COLLATE \"C\"";

/* What it says of ours. */
static const char *const layout[] = {
	"CREATE INDEX history_holder ON op25b.history USING btree (holder)",
	"CREATE INDEX history_prefix ON op25b.history USING btree (prefix, until)",
	"CREATE INDEX history_until ON op25b.history USING btree (until)",
	"CREATE INDEX holder_class ON op25b.holder USING btree (class) WHERE (class <> ''::text)",
	"CREATE INDEX holder_user ON op25b.holder USING btree (user_name) WHERE (user_name <> "
	"''::text)",
	"CREATE INDEX nas_unswept ON op25b.nas USING btree (id) WHERE unswept",
	"CREATE UNIQUE INDEX binding_pkey ON op25b.binding USING btree (prefix)",
	"CREATE UNIQUE INDEX change_pkey ON op25b.change USING btree (seq)",
	"CREATE UNIQUE INDEX history_pkey ON op25b.history USING btree (id)",
	"CREATE UNIQUE INDEX holder_pkey ON op25b.holder USING btree (id)",
	"CREATE UNIQUE INDEX meta_one ON op25b.meta USING btree ((true))",
	"CREATE UNIQUE INDEX migration_pkey ON op25b.migration USING btree (version)",
	"CREATE UNIQUE INDEX nas_name_key ON op25b.nas USING btree (name)",
	"CREATE UNIQUE INDEX nas_pkey ON op25b.nas USING btree (id)",
	"CREATE UNIQUE INDEX session_pkey ON op25b.session USING btree (nas, session)",
	"binding rp: prefix bytea, holder bigint, since bigint",
	"change rp: seq bigint, op smallint, prefix bytea, holder bigint, at bigint",
	"history rp: id bigint, prefix bytea, holder bigint, since bigint, until bigint",
	"history_id_seq Sp: last_value bigint, log_cnt bigint, is_called boolean",
	"holder rp: id bigint, nas bigint, session text C, user_name text C, class text C, "
	"filter_id text C, framed_pool text C, first bigint",
	"meta rp: origin bigint, place text C, seq bigint, trimmed bigint, nas bigint, holder "
	"bigint, kept_from bigint",
	"migration rp: version bigint, at timestamp with time zone",
	"nas rp: id bigint, name text C, last bigint, alive_since bigint, epoch bigint, "
	"epoch_time bigint, unswept boolean",
	"session rp: nas bigint, session text C, holder bigint, event bigint, by smallint, "
	"epoch bigint, seen bigint, ended bigint, lost boolean, claims bytea",
};

static const char identify_sql[] =
	"SELECT to_regclass('op25b.migration') IS NOT NULL, EXISTS (SELECT FROM pg_namespace"
	" WHERE nspname = 'op25b'), EXISTS (SELECT FROM pg_class c JOIN pg_namespace n"
	" ON n.oid = relnamespace WHERE nspname = 'op25b')";

static bool is_true(const PGresult *rows, int column)
{
	return PQntuples(rows) == 1 && *PQgetvalue(rows, 0, column) == 't';
}

static int refuse(struct op25b_pg *store, const char *why)
{
	return op25b_error_set(&store->said, -EMEDIUMTYPE, "%s: %s", store->shown, why);
}

static int check_version(struct op25b_pg *store, int64_t version)
{
	if (version >= 1 && version <= VERSION)
		return 0;
	return op25b_error_set(&store->said, -EMEDIUMTYPE,
			       "%s: layout version %lld, this op25b knows 1 to %d; use the op25b "
			       "that made it, or a newer one",
			       store->shown, (long long)version, VERSION);
}

/* @ret_version: 0 for none yet. */
static int identify(struct op25b_pg *store, int64_t *ret_version, bool *ret_schema)
{
	PGresult *rows = NULL;
	int r = op25b_pg_script(store, identify_sql, &rows);
	bool ours = r == 0 && is_true(rows, 0), other = r == 0 && is_true(rows, 2);

	if (r == 0)
		*ret_schema = is_true(rows, 1);
	PQclear(rows);
	*ret_version = 0;
	if (r < 0)
		return r;
	if (!ours)
		return other ? refuse(store, "its schema op25b is another program's; name another "
					     "database") :
			       0;
	r = op25b_pg_script(store, "SELECT coalesce(max(version), 0) FROM op25b.migration", &rows);
	if (r == -EBADMSG)
		return refuse(store, "its schema op25b is another program's; name another "
				     "database");
	if (r < 0)
		return r;
	*ret_version = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
	PQclear(rows);
	return check_version(store, *ret_version);
}

/* In our turn, since two collectors may meet an empty database at once. */
static int migrate(struct op25b_pg *store)
{
	int64_t version = 0;
	bool schema = false;
	char note[64];
	int r = op25b_pg_script(store, "BEGIN; SELECT pg_advisory_xact_lock(" OP25B_PG_TURN ")",
				NULL);

	if (r == 0)
		r = identify(store, &version, &schema);
	if (r == 0 && !schema)
		r = op25b_pg_script(store, "CREATE SCHEMA op25b", NULL);
	for (; r == 0 && version < VERSION; version++) {
		snprintf(note, sizeof(note), "INSERT INTO op25b.migration VALUES (%lld)",
			 (long long)version + 1);
		r = op25b_pg_script(store, migrations[version], NULL);
		if (r == 0)
			r = op25b_pg_script(store, note, NULL);
	}
	/* After an error the connection is dropped, and this with it. */
	return r < 0 ? r : op25b_pg_script(store, "COMMIT", NULL);
}

static int compare_with_ours(struct op25b_pg *store)
{
	const int n = sizeof(layout) / sizeof(layout[0]);
	PGresult *rows = NULL;
	int r = op25b_pg_script(store, describe, &rows), i = 0;

	if (r < 0)
		return r;
	while (i < n && i < PQntuples(rows) && strcmp(layout[i], PQgetvalue(rows, i, 0)) == 0)
		i++;
	if (i < n || i < PQntuples(rows))
		r = op25b_error_set(&store->said, -EMEDIUMTYPE,
				    "%s: its tables are not those of op25b's session store (where "
				    "it has \"%s\"); it was changed by another program: restore a "
				    "copy, or name another database",
				    store->shown,
				    i < PQntuples(rows) ? PQgetvalue(rows, i, 0) : "nothing");
	PQclear(rows);
	return r;
}

int op25b_pg_check_schema(struct op25b_pg *store)
{
	int64_t version = 0;
	bool schema;
	int r = identify(store, &version, &schema);

	if (r < 0)
		return r;
	if (version < VERSION && store->base.mode != OP25B_SESSIONS_WRITE)
		return refuse(store, version ? "of an older op25b; op25b-radiusd migrates it when "
					       "it starts" :
					       "no tables there yet; op25b-radiusd makes them when "
					       "it starts");
	if (version < VERSION)
		r = migrate(store);
	return r < 0 ? r : compare_with_ours(store);
}

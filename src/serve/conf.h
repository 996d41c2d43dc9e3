/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Settings files of the daemons, op25b-gateway(5) and its like: one YAML document, read as the
 * policy's YAML is, with findings of the same form. Each daemon brings its keys; what a map, a
 * word, a number and a path are is the same for all.
 *
 * Every fault of a file is reported: a reader goes on after an error and leaves its value as it
 * was.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "policy/find.h"
#include "policy/node.h"
#include "policy/words.h"

/* Bytes of the longest path: of sun_path, without its NUL. */
#define OP25B_CONF_PATH_MAX 107

/* One file on its way. */
struct op25b_conf {
	struct op25b_arena *arena; /* owns what is read */
	struct op25b_finder finder;
	void *file; /* what op25b_conf_kind.make gave */
};

/* One key a map may have; `need`, if not NULL, makes it required and says how to mend that. */
struct op25b_conf_field {
	const char *key; /* NULL ends a table */
	void (*read)(struct op25b_conf *c, const struct op25b_node *value, void *to);
	const char *need;
};

struct op25b_conf_kind {
	const char *hint;                         /* of a file without a map */
	void *(*make)(struct op25b_arena *arena); /* the defaults; keeps the arena to free it */
	void (*read)(struct op25b_conf *c, const struct op25b_node *root);
};

/**
 * op25b_conf_load() - read a file.
 * @ret_file:     what @kind->make gave, filled; written only if there is no error. It lives in the
 *                arena that make was given: op25b_arena_free() ends both
 * @ret_findings: always written; op25b_findings_free()
 *
 * Returns 0; -EINVAL: errors in the file or while reading it, see the findings; -ENOMEM.
 */
int op25b_conf_load(const struct op25b_conf_kind *kind, const char *path, void **ret_file,
		    struct op25b_findings *ret_findings);

/**
 * op25b_conf_parse() - the same for bytes in memory, named @name in findings.
 */
int op25b_conf_parse(const struct op25b_conf_kind *kind, const char *name, const void *data,
		     size_t size, void **ret_file, struct op25b_findings *ret_findings);

#define OP25B_CONF_FIELDS 32 /* of one map; more are a fault of the program, which ends */

/**
 * op25b_conf_map() - read a node as a map of fields into @to; @what as in "an interface".
 */
void op25b_conf_map(struct op25b_conf *c, const struct op25b_node *node, const char *what,
		    const struct op25b_conf_field *fields, void *to);

/**
 * op25b_conf_text() - a scalar that isn't null, in the arena; else NULL and an error.
 */
const char *op25b_conf_text(struct op25b_conf *c, const struct op25b_node *node, const char *key);

/**
 * op25b_conf_word() - the value of one of @words; -EINVAL and an error if it is none.
 */
int op25b_conf_word(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		    const struct op25b_words *words);

/**
 * op25b_conf_number() - decimal @least..@most into *ret; an error if it isn't.
 */
void op25b_conf_number(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		       uint32_t least, uint32_t most, uint32_t *ret);

/**
 * op25b_conf_path() - an absolute path that fits a socket's address into *ret, or an error.
 */
void op25b_conf_path(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		     const char **ret);

/**
 * op25b_conf_store() - the location of a session store, as it is and as it may be shown.
 * @ret_shown: without a password
 */
void op25b_conf_store(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		      const char **ret_location, const char **ret_shown);

/**
 * op25b_conf_group() - the name of a group that exists into *ret, or an error.
 */
void op25b_conf_group(struct op25b_conf *c, const struct op25b_node *node, const char *key,
		      const char **ret);

/**
 * op25b_conf_prefixes() - a list of addresses and prefixes, appended to *list of *n; an error for
 * each that is none.
 */
void op25b_conf_prefixes(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			 struct op25b_prefix **list, size_t *n);

/* A section that is a socket and who may connect. */
struct op25b_conf_socket {
	const char *socket; /* path; NULL: there is none */
	const char *group;  /* who may connect besides root; NULL: nobody */
};

/**
 * op25b_conf_socket() - read such a section.
 * @what: as in "'reader'"
 * @need: what to write where the path is missing
 */
void op25b_conf_socket(struct op25b_conf *c, const struct op25b_node *node, const char *what,
		       const char *need, struct op25b_conf_socket *ret);

/**
 * op25b_conf_say() - what came of a load, as lines: the findings, or why there are none.
 * @r: what the load returned
 */
void op25b_conf_say(const char *path, int r, const struct op25b_findings *findings, FILE *out);

/* A key whose value is taken at the start, and whether a file read again has the same. */
struct op25b_conf_fixed {
	const char *key;
	bool same;
};

/**
 * op25b_conf_differs() - the keys of @fixed that need a restart of @program, as a sentence.
 * @file: as in "gateway"
 * Returns @buffer of @size bytes, "" if all are the same.
 */
const char *op25b_conf_differs(const char *file, const char *program,
			       const struct op25b_conf_fixed *fixed, size_t n, char *buffer,
			       size_t size);

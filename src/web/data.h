/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The data files that pages are made of (design-words 6b.7): those under words/, built in, and the
 * operator's, which take the place of one of the same name or add to them. Each kind has its header
 * and its reader; here they are found and kept.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"
#include "serve/conf.h"
#include "web/phrases.h"

/* A text of a data file: a key of the catalogues, or the file's own in both languages. */
struct op25b_data_text {
	op25b_phrase word; /* OP25B_NO_PHRASE: its own */
	const char *own[OP25B_LANGS];
};

struct op25b_flow_data;          /* flow.yaml: flow.h */
struct op25b_errors_data;        /* errors.yaml: errors.h */
struct op25b_faq_data;           /* faq.yaml: faq.h */
struct op25b_glossary_data;      /* glossary.yaml: glossary.h */
struct op25b_clients_data;       /* clients/NAME.yaml: clients.h */
struct op25b_links_data;         /* links.yaml: links.h */
struct op25b_announcements_data; /* announcements/NAME.yaml: announcements.h */
struct op25b_status_data;        /* status/NAME.yaml: status.h */
struct op25b_webmail_data;       /* webmail.csv: providers.h */
struct op25b_providers_data;     /* ispdb/ (imported XML): providers.h */
struct op25b_brands_data;        /* brand.yaml, words.yaml, of tenants too: brand.h */

/* Each NULL where there is none. Everything is in one arena. */
struct op25b_web_data {
	void *arena;
	struct op25b_flow_data *flow;
	struct op25b_errors_data *errors;
	struct op25b_faq_data *faq;
	struct op25b_glossary_data *glossary;
	struct op25b_clients_data *clients;
	struct op25b_links_data *links;
	struct op25b_announcements_data *announcements;
	struct op25b_status_data *status;
	struct op25b_webmail_data *webmail;
	struct op25b_providers_data *providers;
	struct op25b_brands_data *brands;
};

/* A file that was read, below the operator's folder. */
struct op25b_data_read {
	const char *name;
	struct op25b_data_read *next;
};

/* What a reader of one file has. */
struct op25b_data_load {
	struct op25b_conf c; /* arena of all data, findings; c.file is nothing */
	const struct op25b_policy *policy;
	struct op25b_web_data *data;  /* where a reader puts what it made */
	const char *folder;           /* the operator's; NULL: of what is built in */
	const char *name;             /* below the folder: "flow.yaml", "clients/ios-mail.yaml" */
	uint32_t tenant;              /* whose file it is, of a kind that tenants have */
	uint32_t file;                /* for places of findings */
	struct op25b_data_read *read; /* files of the operator's that were; the last first */
	const unsigned char *bytes;   /* the file, with a NUL behind it */
	size_t size;
};

/*
 * A kind of data file: a row of data-kinds.c. Of YAML `read` gets the root, of others NULL; it says
 * what is wrong by the functions of serve/conf.h on &load->c and policy/find.h, and goes on. What
 * it makes is in the arena.
 */
struct op25b_data_kind {
	const char *name; /* "flow.yaml"; "clients/" or "ispdb/": every file in that folder */
	const char *hint; /* of YAML: what a file without a map should be; NULL: it is no YAML */
	bool adds;        /* an operator's file is read after the built in one, not instead */
	bool of_tenants;  /* each tenant may have one too: "tenants/ID/" and the name */
	void (*read)(struct op25b_data_load *load, const struct op25b_node *root);
	/* After all files were read: what they say of each other. May be NULL. */
	void (*check)(struct op25b_data_load *load);
};

extern const struct op25b_data_kind op25b_data_kinds[];
extern const size_t op25b_data_n_kinds;

/**
 * op25b_data_beside() - the bytes of a file in the folder of the one that names it, for readers.
 * @name:      of the file alone
 * @ret_bytes: in the arena, with a NUL behind them
 * Returns 0; -1 after a finding at @place: there is none, or it is larger than @limit.
 */
int op25b_data_beside(struct op25b_data_load *load, const struct op25b_place *place,
		      const char *name, size_t limit, const unsigned char **ret_bytes,
		      size_t *ret_size);

/* What is built in under that name, with a NUL behind it; NULL: nothing. Static. */
const unsigned char *op25b_web_built_in(const char *name, size_t *ret_size);

/**
 * op25b_web_data_load() - read what is built in and what is in a folder.
 * @folder:       NULL: what is built in
 * @policy:       services, tenants and dates that files may name
 * @ret_data:     written only if there is no error; op25b_web_data_free()
 * @ret_findings: always written
 * Returns 0; -EINVAL: see the findings; -ENOMEM.
 */
int op25b_web_data_load(const char *folder, const struct op25b_policy *policy,
			struct op25b_web_data **ret_data, struct op25b_findings *ret_findings);

/**
 * op25b_web_data_parse() - the same of one file in memory and nothing else.
 * @name: as it would have in a folder: "faq.yaml", "status/now.yaml"
 * @bytes: @size of them, and a NUL behind them; must outlive the data
 * Returns -ENOENT too: no kind of file has that name.
 */
int op25b_web_data_parse(const char *name, const unsigned char *bytes, size_t size,
			 const struct op25b_policy *policy, struct op25b_web_data **ret_data,
			 struct op25b_findings *ret_findings);

/* NULL-safe; sets *data to NULL. */
void op25b_web_data_free(struct op25b_web_data **data);

/* A node as a text: a key that exists, or {en: ..., ja: ...} with both. For readers. */
void op25b_data_text_read(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			  struct op25b_data_text *ret);

/* The same of each in a list, appended to *list of *n. */
void op25b_data_texts_read(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			   struct op25b_data_text **list, size_t *n);

/*
 * Whether a node is a list; of at least one. Else an error, which ends with @mend: "write [A, B]".
 * For readers.
 */
bool op25b_data_is_list(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			const char *mend);
bool op25b_data_is_filled(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			  const char *mend);

/* The text in a language. */
const char *op25b_data_text_in(const struct op25b_phrases_own *own,
			       const struct op25b_data_text *text, enum op25b_lang lang);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading words/errors.yaml; see errors.h. */
#include <errno.h>
#include <string.h>

#include "web/errors-data.h"

static const char *const confidences[] = { "low", "medium", "high" };
static const struct op25b_words confidence_words = { confidences, 3 };

static const char *const ports[] = { "any", "25", "submission", "not-25" };
static const struct op25b_words port_words = { ports, 4 };

/* What a port is written like: "ports: 25", ":25" or ", 25" behind a host, "25番ポート". */
#define PORT_NAMED(number)                                                                      \
	"(?:ports?|ポート)(?: ?番号| number| no\\.?)?[ :=(#'\"、は]{0,4}" number "(?![0-9])"    \
	"|(?<![0-9])" number " ?番|(?:[a-z\\])]|[0-9]\\.[0-9]{1,3}):" number "(?![0-9]|:[0-9])" \
	"|:[0-9a-f]{1,4}:" number "(?![0-9:])|\\.[a-z]{2,8},? " number "(?![0-9.:-])"           \
	"|port: [a-z0-9.-]+, " number "(?![0-9])|tcp/" number "(?![0-9])|: ?" number " ?\\)"

#define PORT25     PORT_NAMED("25")
#define SUBMISSION PORT_NAMED("(?:465|587)")
#define CODE       "(?<![0-9-])[13][0-9]{3}-[0-9]{3}-[0-9]{3}(?![0-9-])"
#define LINK       "/e/([a-z0-9-]{2,40})(?:/([13][0-9]{3}-?[0-9]{3}-?[0-9]{3}))?(?![a-z0-9-])"

const char *op25b_confidence_word(enum op25b_confidence confidence)
{
	return confidences[confidence];
}

static void *arena_malloc(PCRE2_SIZE size, void *arena)
{
	return op25b_arena_alloc(arena, size);
}

static void arena_free(void *block, void *arena)
{
	(void)block;
	(void)arena; /* ends as a whole */
}

/* Caseless, and of characters; \w and \b stay ASCII, so that "25番" ends a number. */
static pcre2_code *compile(struct op25b_arena *arena, const char *text, int *ret_error,
			   size_t *ret_offset)
{
	pcre2_general_context *general =
		pcre2_general_context_create(arena_malloc, arena_free, arena);
	pcre2_compile_context *context = pcre2_compile_context_create(general);

	return pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
			     PCRE2_UTF | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C, ret_error,
			     ret_offset, context);
}

static pcre2_code *read_regex(struct op25b_conf *c, const struct op25b_node *node, const char *key,
			      const char **ret_text)
{
	const char *text = op25b_conf_text(c, node, key);
	PCRE2_UCHAR why[128] = "";
	pcre2_code *code;
	size_t at = 0;
	int error = 0;

	if (!text)
		return NULL;
	*ret_text = text;
	code = compile(c->arena, text, &error, &at);
	if (code)
		return code;
	pcre2_get_error_message(error, why, sizeof(why));
	op25b_find_error(
		&c->finder, &node->place,
		"'%s' is no regular expression: %s, at its byte %zu; correct it (pcre2pattern(3))",
		key, (const char *)why, at);
	return NULL;
}

static void read_pattern(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_error_pattern *p = to;

	p->match = read_regex(c, value, "pattern", &p->text);
}

static void read_and(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	const char *text;

	((struct op25b_error_pattern *)to)->and = read_regex(c, value, "and", &text);
}

static void read_not(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	const char *text;

	((struct op25b_error_pattern *)to)->not = read_regex(c, value, "not", &text);
}

static void read_port(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	int port = op25b_conf_word(c, value, "port", &port_words);

	if (port >= 0)
		((struct op25b_error_pattern *)to)->port = (enum op25b_errors_port)port;
}

static void read_outcome(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	const char *id = op25b_conf_text(c, value, "outcome");
	int outcome = id ? op25b_outcome_find(id) : -1;

	if (id && outcome < 0)
		op25b_find_error(&c->finder, &value->place,
				 "'%s' is no outcome; see op25b-web-data(5)", id);
	if (outcome >= 0)
		((struct op25b_error_pattern *)to)->outcome = (enum op25b_outcome)outcome;
}

static void read_confidence(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	int confidence = op25b_conf_word(c, value, "confidence", &confidence_words);

	if (confidence >= 0)
		((struct op25b_error_pattern *)to)->confidence = (enum op25b_confidence)confidence;
}

/* "any": a closed port 25 looks so whatever the way; absent: it has nothing to do with that. */
static void read_how(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_error_pattern *p = to;
	const char *text = op25b_conf_text(c, value, "how");
	int how;

	if (!text)
		return;
	p->block = true;
	if (!strcmp(text, "any"))
		return;
	how = op25b_conf_word(c, value, "how", &op25b_words_how);
	if (how >= 0)
		p->how = (enum op25b_how)how;
}

static void read_why(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	op25b_data_text_read(c, value, "why", &((struct op25b_error_pattern *)to)->why);
}

static void read_client(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	((struct op25b_error_pattern *)to)->client = op25b_conf_text(c, value, "client");
}

static void read_source(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	(void)to;
	op25b_conf_text(c, value, "source"); /* for who reads the file */
}

static const struct op25b_conf_field pattern_fields[] = {
	{ "pattern", read_pattern, "write the regular expression that finds the text" },
	{ "and", read_and, NULL },
	{ "not", read_not, NULL },
	{ "port", read_port, NULL },
	{ "outcome", read_outcome, "say what the text means" },
	{ "confidence", read_confidence, "say how sure that is: low, medium or high" },
	{ "how", read_how, NULL },
	{ "why", read_why, "say why the text means that" },
	{ "client", read_client, NULL },
	{ "source", read_source, NULL },
	{ NULL, NULL, NULL },
};

static void read_patterns(struct op25b_conf *c, const struct op25b_node *value, void *to)
{
	struct op25b_errors_data *errors = to;

	if (!op25b_data_is_list(c, value, "patterns", "begin each pattern with '- '"))
		return;
	for (const struct op25b_node *item = value->first; item; item = item->next) {
		struct op25b_error_pattern *p = OP25B_PUSH(c->arena, errors->list, errors->n);

		p->why.word = OP25B_NO_PHRASE;
		op25b_conf_map(c, item, "a pattern", pattern_fields, p);
	}
}

static const struct op25b_conf_field root_fields[] = {
	{ "patterns", read_patterns, "list the texts that are known" },
	{ NULL, NULL, NULL },
};

static void read_errors(struct op25b_conf *c, const struct op25b_node *root,
			struct op25b_errors_data *errors)
{
	size_t at;
	int error;

	errors->port25 = compile(c->arena, PORT25, &error, &at);
	errors->submission = compile(c->arena, SUBMISSION, &error, &at);
	errors->code = compile(c->arena, CODE, &error, &at);
	errors->link = compile(c->arena, LINK, &error, &at);
	op25b_conf_map(c, root, "errors.yaml", root_fields, errors);
}

void op25b_errors_read(struct op25b_data_load *load, const struct op25b_node *root)
{
	struct op25b_errors_data *errors = op25b_arena_alloc(load->c.arena, sizeof(*errors));

	errors->arena = load->c.arena;
	read_errors(&load->c, root, errors);
	load->data->errors = errors;
}

static void *make_errors(struct op25b_arena *arena)
{
	struct op25b_errors_data *errors = op25b_arena_alloc(arena, sizeof(*errors));

	errors->arena = arena;
	return errors;
}

static void read_alone(struct op25b_conf *c, const struct op25b_node *root)
{
	read_errors(c, root, c->file);
}

int op25b_errors_built_in(struct op25b_errors_data **ret)
{
	static const struct op25b_conf_kind kind = {
		.hint = "errors.yaml begins with 'patterns:'",
		.make = make_errors,
		.read = read_alone,
	};
	struct op25b_findings findings;
	void *file = NULL;
	size_t size = 0;
	const unsigned char *bytes = op25b_web_built_in("errors.yaml", &size);
	int r = bytes ? op25b_conf_parse(&kind, "errors.yaml", bytes, size, &file, &findings) :
			-ENOENT;

	if (bytes)
		op25b_findings_free(&findings);
	if (!r)
		*ret = file;
	return r;
}

void op25b_errors_free(struct op25b_errors_data **errors)
{
	struct op25b_arena *arena;

	if (!errors || !*errors)
		return;
	arena = (*errors)->arena;
	op25b_arena_free(&arena);
	*errors = NULL;
}

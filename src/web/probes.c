/* SPDX-License-Identifier: BSD-2-Clause */
/* See probes.h. */
#include "web/probes.h"

#include <errno.h>
#include <string.h>

#include "policy/prefix.h"

static enum op25b_probed *port_of(struct op25b_probe_facts *facts, json_int_t port)
{
	switch (port) {
	case 25:
		return &facts->port25;
	case 465:
		return &facts->port465;
	case 587:
		return &facts->port587;
	default:
		return NULL;
	}
}

/* Whence a row was tried, each address once. False: not said, or there are too many. */
static bool take_from(struct op25b_probe_facts *facts, const json_t *row)
{
	const char *text = json_string_value(json_object_get(row, "from"));
	struct op25b_prefix from;

	if (!text || op25b_prefix_parse(text, &from))
		return false;
	for (size_t i = 0; i < facts->n_from; i++) {
		if (!memcmp(&facts->from[i], &from, sizeof(from)))
			return true;
	}
	if (facts->n_from == OP25B_PROBE_FROM)
		return false;
	facts->from[facts->n_from++] = from;
	return true;
}

static bool is_tried(const json_t *row)
{
	const json_int_t port = json_integer_value(json_object_get(row, "port"));

	return (port == 465 || port == 587) && json_is_boolean(json_object_get(row, "works")) &&
	       !json_is_true(json_object_get(row, "control"));
}

static void take_row(struct op25b_probe_facts *facts, const json_t *row)
{
	const json_t *works = json_object_get(row, "works");
	enum op25b_probed *port = port_of(facts, json_integer_value(json_object_get(row, "port")));

	/* A control host is not the provider's. */
	if (!port || json_is_true(json_object_get(row, "control")))
		return;
	if (json_is_true(works))
		*port = OP25B_PROBE_GOOD;
	else if (json_is_false(works) && *port == OP25B_PROBE_UNKNOWN)
		*port = OP25B_PROBE_BAD;
}

int op25b_probes_parse(const json_t *report, struct op25b_probe_facts *ret)
{
	const json_t *rows = json_object_get(report, "rows");
	const char *schema = json_string_value(json_object_get(report, "schema"));
	const json_int_t at = json_integer_value(json_object_get(report, "at"));
	bool whole = true;

	*ret = (struct op25b_probe_facts){ .at = 0 };
	if (!schema || strcmp(schema, "op25b.probe/1") || at <= 0 || !json_is_array(rows))
		return -EINVAL;
	ret->at = at;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		take_row(ret, row);
		whole = whole && (!is_tried(row) || take_from(ret, row));
	}
	if (!whole)
		ret->n_from = 0;
	return 0;
}

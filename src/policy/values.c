/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that several sections have: texts in two languages, prefixes, dates. */
#include <stdlib.h>
#include <string.h>

#include "policy/duration.h"
#include "policy/prefix.h"
#include "policy/reader.h"

#define MOST_DAYS 36500

static void read_en(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_text *text = object;
	const char *words = op25b_walk_text(r, value, "'en'");

	if (words)
		text->en = op25b_walk_keep(r, words);
}

static void read_ja(struct op25b_reader *r, const struct op25b_node *value, void *object)
{
	struct op25b_text *text = object;
	const char *words = op25b_walk_text(r, value, "'ja'");

	if (words)
		text->ja = op25b_walk_keep(r, words);
}

void op25b_read_text(struct op25b_reader *r, const struct op25b_node *node, struct op25b_text *ret)
{
	static const struct op25b_field fields[] = { { "en", read_en, NULL },
						     { "ja", read_ja, NULL } };

	if (node->kind == OP25B_SCALAR) {
		const char *words = op25b_walk_text(r, node, "a text");

		if (words)
			ret->en = ret->ja = op25b_walk_keep(r, words);
		return;
	}
	op25b_walk_map(r, node, "a text in two languages", fields, 2, ret);
}

bool op25b_read_prefix_fault(struct op25b_reader *r, const struct op25b_place *place,
			     const char *text, int fault, const struct op25b_prefix *meant)
{
	char buffer[OP25B_PREFIX_TEXT];

	switch (fault) {
	case OP25B_PREFIX_FINE:
		return false;
	case OP25B_PREFIX_BAD_LENGTH:
		op25b_find_error(r->finder, place,
				 "'%s' has no valid length after the '/'; "
				 "write 0 to 32 for IPv4, 0 to 128 for IPv6",
				 text);
		return true;
	case OP25B_PREFIX_HOST_BITS:
		op25b_find_error(r->finder, place, "'%s' has host bits set; write %s", text,
				 op25b_prefix_format(meant, buffer));
		return true;
	case OP25B_PREFIX_MAPPED:
		op25b_find_error(r->finder, place,
				 "'%s' is an IPv4 address in IPv6 form, which no "
				 "packet has; write %s",
				 text, op25b_prefix_format(meant, buffer));
		return true;
	default:
		op25b_find_error(r->finder, place,
				 "'%s' is not an address or prefix; "
				 "write one like 192.0.2.0/24 or \"2001:db8::/32\"",
				 text);
		return true;
	}
}

bool op25b_read_prefix(struct op25b_reader *r, const struct op25b_node *node,
		       struct op25b_prefix *ret)
{
	const char *text = op25b_walk_text(r, node, "a prefix");
	struct op25b_prefix prefix = { 0 };
	enum op25b_prefix_fault fault;

	if (!text)
		return false;
	fault = op25b_prefix_parse(text, &prefix);
	if (op25b_read_prefix_fault(r, &node->place, text, (int)fault, &prefix))
		return false;
	*ret = prefix;
	return true;
}

struct placed_prefix {
	struct op25b_prefix prefix;
	const struct op25b_node *node;
};

static int compare_placed(const void *left, const void *right)
{
	const struct placed_prefix *a = left, *b = right;
	int order = op25b_prefix_compare(&a->prefix, &b->prefix);

	if (order)
		return order;
	return a->node->place.line != b->node->place.line ?
		       (a->node->place.line < b->node->place.line ? -1 : 1) :
		       (int)a->node->place.column - (int)b->node->place.column;
}

static void refuse_twins(struct op25b_reader *r, struct placed_prefix *list, size_t n)
{
	char buffer[OP25B_PREFIX_TEXT];

	qsort(list, n, sizeof(*list), compare_placed);
	for (size_t i = 1; i < n; i++) {
		if (!op25b_prefix_compare(&list[i - 1].prefix, &list[i].prefix))
			op25b_find_error(r->finder, &list[i].node->place,
					 "%s is here twice, first at line %u; remove one",
					 op25b_prefix_format(&list[i].prefix, buffer),
					 list[i - 1].node->place.line);
	}
}

void op25b_read_prefixes(struct op25b_reader *r, const struct op25b_node *node, const char *what,
			 struct op25b_prefix **ret, size_t *ret_n)
{
	const struct op25b_node *item = op25b_walk_list(r, node, what);
	struct placed_prefix *placed;
	struct op25b_prefix *list;
	size_t n = 0;

	if (!item)
		return;
	list = op25b_arena_alloc(r->arena, node->n * sizeof(*list));
	placed = op25b_arena_alloc(r->scratch, node->n * sizeof(*placed));
	for (; item; item = item->next) {
		if (!op25b_read_prefix(r, item, &list[n]))
			continue;
		placed[n] = (struct placed_prefix){ .prefix = list[n], .node = item };
		n++;
	}
	refuse_twins(r, placed, n);
	*ret = list;
	*ret_n = n;
}

bool op25b_read_date(struct op25b_reader *r, const struct op25b_node *node, bool until,
		     int64_t *ret)
{
	static const char *const faults[] = {
		[OP25B_DATE_MALFORMED] = "is not a date; write one like 2027-04-01 or "
					 "2027-04-01T09:00+09:00",
		[OP25B_DATE_NO_SUCH_DAY] = "does not exist in the calendar; write a day that does",
		[OP25B_DATE_NO_SUCH_TIME] = "is no time of day; write 00:00:00 to 23:59:59",
		[OP25B_DATE_NO_ZONE] = "has no offset, and no 'timezone' is set; write "
				       "'timezone: Asia/Tokyo' above, or an offset like +09:00",
		[OP25B_DATE_SKIPPED] = "is jumped over by the clocks of this time zone; write a "
				       "time that exists, or an offset like +09:00",
		[OP25B_DATE_OUT_OF_RANGE] = "is too long ago; write a year from 1970 to 9999",
	};
	const char *text = op25b_walk_text(r, node, "a date");
	enum op25b_date_fault fault;

	if (!text)
		return false;
	fault = op25b_date_parse(text, &r->zone, until, ret);
	if (fault)
		op25b_find_error(r->finder, &node->place, "'%s' %s", text, faults[fault]);
	return !fault;
}

const char *op25b_read_url(struct op25b_reader *r, const struct op25b_node *node, const char *what)
{
	const char *text = op25b_walk_text(r, node, what);

	if (!text)
		return NULL;
	if ((strncmp(text, "https://", 8) != 0 && strncmp(text, "http://", 7) != 0) ||
	    strpbrk(text, " \t\r\n\"<>")) {
		op25b_find_error(r->finder, &node->place,
				 "'%s' is no web address; write one that begins with https://",
				 text);
		return NULL;
	}
	return op25b_walk_keep(r, text);
}

bool op25b_read_duration(struct op25b_reader *r, const struct op25b_node *node, int64_t *ret)
{
	const char *text = op25b_walk_text(r, node, "a length of time");
	int64_t seconds = 0;

	if (!text)
		return false;
	if (op25b_duration_parse(text, &seconds) || seconds > (int64_t)MOST_DAYS * 86400) {
		op25b_find_error(r->finder, &node->place,
				 "'%s' is no length of time from 1s to %dd; write one like 180d, "
				 "12h, 10m or 90s",
				 text, MOST_DAYS);
		return false;
	}
	*ret = seconds;
	return true;
}

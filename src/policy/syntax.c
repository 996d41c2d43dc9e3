/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libyaml says what it expected, which seldom says what to do. Its reader counts bytes, not
 * lines: the place of a broken character is worked out here.
 */
#include "policy/syntax.h"

#include <string.h>

static const struct {
	const char *problem, *remedy;
} remedies[] = {
	{ "mapping values are not allowed",
	  "check the indent, or put text that contains ': ' in quotes" },
	{ "did not find expected ',' or '}'", "close the '{' or separate its keys with ','" },
	{ "did not find expected ',' or ']'", "close the '[' or separate its items with ','" },
	{ "did not find expected key", "let all keys of a map begin in one column" },
	{ "did not find expected '-' indicator", "let all '-' of a list begin in one column" },
	{ "did not find expected <document start>",
	  "remove what stands before or after the policy" },
	{ "did not find expected node content", "remove the extra ',' or write a value" },
	{ "could not find expected ':'", "write 'key: value', with a blank after the ':'" },
	{ "found unexpected end of stream", "close the quote" },
	{ "found unknown escape character", "use single quotes, or double the '\\'" },
	{ "block sequence entries are not allowed", "begin the list on a line of its own" },
	{ "invalid leading UTF-8", "save the file as UTF-8" },
	{ "invalid trailing UTF-8", "save the file as UTF-8" },
	{ "incomplete UTF-8", "save the file as UTF-8" },
	{ "control characters are not allowed",
	  "remove the character, or write it as '\\x..' in double quotes" },
	{ "found undefined tag handle",
	  "remove the tag, or put text that begins with '!' in quotes" },
};

static const char *find_remedy(const char *problem)
{
	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++) {
		if (!strncmp(problem, remedies[i].problem, strlen(remedies[i].problem)))
			return remedies[i].remedy;
	}
	return "check the quotes, brackets and indent before this place";
}

/* Line and column of a byte; columns count characters. */
static void locate(const unsigned char *data, size_t size, size_t offset, struct op25b_place *place)
{
	place->line = 1;
	place->column = 1;
	for (size_t i = 0; i < offset && i < size; i++) {
		if (data[i] == '\n') {
			place->line++;
			place->column = 1;
		} else if ((data[i] & 0xc0) != 0x80) {
			place->column++;
		}
	}
}

/* libyaml's marks count characters. Returns 0 past the end. */
static unsigned char character_at(const unsigned char *data, size_t size, size_t index)
{
	for (size_t i = 0; i < size; i++) {
		if ((data[i] & 0xc0) == 0x80)
			continue;
		if (!index--)
			return data[i];
	}
	return 0;
}

static void report_reader(struct op25b_finder *finder, struct op25b_place *place,
			  const yaml_parser_t *parser, const void *data, size_t size)
{
	locate(data, size, parser->problem_offset, place);
	if (parser->problem_value >= 0)
		op25b_find_error(finder, place, "%s (0x%02X); %s", parser->problem,
				 (unsigned int)parser->problem_value, find_remedy(parser->problem));
	else
		op25b_find_error(finder, place, "%s; %s", parser->problem,
				 find_remedy(parser->problem));
}

void op25b_syntax_error(struct op25b_finder *finder, uint32_t file, const yaml_parser_t *parser,
			const void *data, size_t size)
{
	struct op25b_place place = { .file = file,
				     .line = (uint32_t)parser->problem_mark.line + 1,
				     .column = (uint32_t)parser->problem_mark.column + 1 };
	const char *problem = parser->problem ? parser->problem : "not readable as YAML";
	char begun[64] = "";

	if (parser->error == YAML_MEMORY_ERROR)
		op25b_arena_exhaust(finder->arena);
	if (parser->error == YAML_READER_ERROR && parser->problem) {
		report_reader(finder, &place, parser, data, size);
		return;
	}
	if (!strcmp(problem, "found character that cannot start any token")) {
		unsigned char c = character_at(data, size, parser->problem_mark.index);

		if (c == '\t')
			op25b_find_error(finder, &place, "a tab can't indent; use spaces");
		else
			op25b_find_error(finder, &place,
					 "'%c' can't begin a value; put it in quotes", c);
		return;
	}
	if (parser->context && parser->context_mark.line + 1 < place.line)
		snprintf(begun, sizeof(begun), " (in what begins at line %zu)",
			 parser->context_mark.line + 1);
	op25b_find_error(finder, &place, "%s%s; %s", problem, begun, find_remedy(problem));
}

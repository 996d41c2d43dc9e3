/* SPDX-License-Identifier: BSD-2-Clause */
/* See probe-says.h. That each verdict, note and so on has its sentence is seen by the compiler. */
#include "cli/probe-says.h"

#include <stdlib.h>
#include <string.h>

#define TEXTS(tail, id, en, ja) { en, ja },
#define VERDICT(tail, name)     OP25B_PROBE_SAYS_VERDICT_##tail,
#define NOTE(tail, name)        OP25B_PROBE_SAYS_NOTE_##tail,
#define HOW(tail, name)         OP25B_PROBE_SAYS_HOW_##tail,
#define CELL(tail, name)        OP25B_PROBE_SAYS_CELL_##tail,
#define HEAD(tail, name)        OP25B_PROBE_SAYS_HEAD_##tail,

static const char *const texts[][2] = { OP25B_PROBE_WORDS(TEXTS) };

const char *op25b_probe_word(enum op25b_probe_word word, enum op25b_probe_lang lang)
{
	return texts[word][lang];
}

enum op25b_probe_word op25b_probe_verdict_word(enum op25b_probe_verdict verdict)
{
	static const enum op25b_probe_word words[] = { OP25B_PROBE_VERDICTS(VERDICT) };

	return words[verdict];
}

enum op25b_probe_word op25b_probe_note_word(enum op25b_probe_note note)
{
	static const enum op25b_probe_word words[] = { OP25B_PROBE_NOTES(NOTE) };

	return words[note];
}

enum op25b_probe_word op25b_probe_how_word(enum op25b_probe_result result)
{
	static const enum op25b_probe_word words[] = { OP25B_PROBE_RESULTS(HOW) };

	return words[result];
}

enum op25b_probe_word op25b_probe_cell_word(enum op25b_probe_result result)
{
	static const enum op25b_probe_word words[] = { OP25B_PROBE_RESULTS(CELL) };

	return words[result];
}

enum op25b_probe_word op25b_probe_stage_word(enum op25b_probe_stage stage)
{
	static const enum op25b_probe_word words[] = { OP25B_PROBE_STAGES(HEAD) };

	return words[stage];
}

bool op25b_probe_lang_of(const char *given, enum op25b_probe_lang *ret)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *value = given;

	for (size_t i = 0; !value && i < 3; i++) {
		value = getenv(names[i]);
		value = value && value[0] ? value : NULL;
	}
	*ret = value && !strncmp(value, "ja", 2) ? OP25B_PROBE_JA : OP25B_PROBE_EN;
	return !given || !strcmp(given, "ja") || !strcmp(given, "en");
}

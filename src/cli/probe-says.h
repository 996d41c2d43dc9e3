/* SPDX-License-Identifier: BSD-2-Clause */
/* The sentences of words/probe.{en,ja}.po. */
#pragma once

#include "probe-words.h"
#include "probe/judge.h"

#define OP25B_PROBE_SAID(tail, id, en, ja) OP25B_PROBE_SAYS_##tail,

enum op25b_probe_word { OP25B_PROBE_WORDS(OP25B_PROBE_SAID) OP25B_PROBE_N_WORDS };

enum op25b_probe_lang { OP25B_PROBE_EN, OP25B_PROBE_JA };

/* A sentence, as the catalogue has it: with its values in braces. */
const char *op25b_probe_word(enum op25b_probe_word word, enum op25b_probe_lang lang);

/* A whole sentence, with values in braces. */
enum op25b_probe_word op25b_probe_verdict_word(enum op25b_probe_verdict verdict);

/* The same. */
enum op25b_probe_word op25b_probe_note_word(enum op25b_probe_note note);

/* A result as it stands inside a sentence. */
enum op25b_probe_word op25b_probe_how_word(enum op25b_probe_result result);

/* A result in the table. */
enum op25b_probe_word op25b_probe_cell_word(enum op25b_probe_result result);

/* A stage as a heading of the table. */
enum op25b_probe_word op25b_probe_stage_word(enum op25b_probe_stage stage);

/**
 * op25b_probe_lang_of() - the language of --lang, else of the environment's LC_ALL, LC_MESSAGES,
 * LANG, the first that is set.
 * @given: NULL: not given
 * Returns false if @given names none.
 */
bool op25b_probe_lang_of(const char *given, enum op25b_probe_lang *ret);

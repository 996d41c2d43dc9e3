/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a probe's report goes: the terminal, or a file that takes another's place at once. */
#pragma once

#include "cli/command.h"
#include "cli/probe-text.h"

/**
 * op25b_probe_show() - the report as text; on a terminal that is too low for it, and with @said,
 * the verdict comes once more at its end.
 */
void op25b_probe_show(const struct op25b_probe_report *report,
		      const struct op25b_probe_judgement *judgement, enum op25b_probe_lang lang,
		      bool said);

/**
 * op25b_probe_file() - write a text into a file beside @path, then give it that name: who reads
 * @path reads all of one report.
 * Returns 0 or -errno; the file of before stays then.
 */
int op25b_probe_file(const char *path, const char *text);

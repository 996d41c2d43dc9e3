/* SPDX-License-Identifier: BSD-2-Clause */
/* See conf.h: what is said of a settings file that was read. */
#include <string.h>

#include "serve/conf.h"

void op25b_conf_say(const char *path, int r, const struct op25b_findings *findings, FILE *out)
{
	op25b_findings_print(findings, out);
	if (r && !findings->n_errors)
		fprintf(out, "%s: %s\n", path, strerror(-r));
}

const char *op25b_conf_differs(const char *file, const char *program,
			       const struct op25b_conf_fixed *fixed, size_t n, char *buffer,
			       size_t size)
{
	const char *comma = "";

	snprintf(buffer, size, "the %s file has another", file);
	for (size_t i = 0; i < n; i++) {
		size_t used = strlen(buffer);

		if (fixed[i].same)
			continue;
		snprintf(buffer + used, size - used, "%s '%s'", comma, fixed[i].key);
		comma = ",";
	}
	if (*comma)
		snprintf(buffer + strlen(buffer), size - strlen(buffer),
			 ": restart %s to follow that; all else of it is in force", program);
	else
		*buffer = '\0';
	return buffer;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* See probes.h. */
#include "webd/probes.h"

#include <jansson.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/regular.h"
#include "web/probes.h"
#include "web/status.h"

#define REPORT (64U << 10) /* bytes; some hundred servers */

/* Another user writes it: whatever it makes of it, nobody waits and little is read. */
static json_t *load(const char *path)
{
	char text[REPORT];
	struct stat info;
	OP25B_AUTO_CLOSE int fd = op25b_regular_open(path, &info);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text)) : -1;

	return n > 0 && (size_t)n < sizeof(text) ?
		       json_loadb(text, (size_t)n, JSON_REJECT_DUPLICATES, NULL) :
		       NULL;
}

void op25b_probes_read(const char *path, int64_t now, struct op25b_probe_facts *ret)
{
	json_t *report = path ? load(path) : NULL;

	op25b_probes_parse(report, ret);
	json_decref(report);
	if (ret->at > now + OP25B_PROBE_FRESH || now - ret->at > OP25B_PROBE_FRESH)
		*ret = (struct op25b_probe_facts){ .at = 0 };
}

const char *op25b_probes_word(const struct op25b_probe_facts *probe, int64_t now)
{
	static const char *const words[3][3] = {
		[OP25B_PROBE_UNKNOWN] = { "", "587 good", "587 bad" },
		[OP25B_PROBE_GOOD] = { "465 good", "465 good, 587 good", "465 good, 587 bad" },
		[OP25B_PROBE_BAD] = { "465 bad", "465 bad, 587 good", "465 bad, 587 bad" },
	};

	return probe->at && now - probe->at <= OP25B_PROBE_FRESH ?
		       words[probe->port465][probe->port587] :
		       "";
}

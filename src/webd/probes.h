/* SPDX-License-Identifier: BSD-2-Clause */
/* What the provider's own probes saw: the file that op25b probe --for-status writes by a timer. */
#pragma once

#include <stdint.h>

#include "web/facts.h"

/* Read the file; what is missing, odd or older than 5 minutes is not known. @path: NULL: none. */
void op25b_probes_read(const char *path, int64_t now, struct op25b_probe_facts *ret);

/* What a code keeps of it: "", "465 good, 587 bad". Static. */
const char *op25b_probes_word(const struct op25b_probe_facts *probe, int64_t now);

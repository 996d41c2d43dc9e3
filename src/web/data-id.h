/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of things in data files, which links and query strings hold. */
#pragma once

#include "serve/conf.h"

/* Lower case letters, digits and '-', in the arena; else NULL and an error. */
const char *op25b_data_id(struct op25b_conf *c, const struct op25b_node *node);

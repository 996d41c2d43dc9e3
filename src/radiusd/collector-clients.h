/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of clients in a collector file; collector.c only. */
#pragma once

#include "radiusd/collector.h"
#include "serve/conf.h"

/* The value of 'clients', into the file on its way. */
void op25b_collector_read_clients(struct op25b_conf *c, const struct op25b_node *node, void *to);

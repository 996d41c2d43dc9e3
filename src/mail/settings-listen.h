/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of the maild file that say where to listen, and to whom; settings.c only. */
#pragma once

#include "mail/settings.h"
#include "serve/conf.h"

/* The reader of `listen`, for op25b_conf_map(). */
void op25b_maild_read_listen(struct op25b_conf *c, const struct op25b_node *node, void *to);
/* The same of `clients`. */
void op25b_maild_read_clients(struct op25b_conf *c, const struct op25b_node *node, void *to);

/* Once all keys of @root were read: the default of auth, and what does not go together. */
void op25b_maild_check_listen(struct op25b_conf *c, const struct op25b_node *root);

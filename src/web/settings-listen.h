/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of the web file that hold addresses; settings.c only. */
#pragma once

#include "serve/conf.h"

/* Fields: `listen`, `staff`, `proxies`. */
void op25b_web_read_listen(struct op25b_conf *c, const struct op25b_node *node, void *to);
void op25b_web_read_staff(struct op25b_conf *c, const struct op25b_node *node, void *to);
void op25b_web_read_proxies(struct op25b_conf *c, const struct op25b_node *node, void *to);

/* What the three come to together; gives the defaults. */
void op25b_web_check_listen(struct op25b_conf *c, const struct op25b_node *root);

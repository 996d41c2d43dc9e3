/* SPDX-License-Identifier: BSD-2-Clause */
/* The sections of the gateway file, a reader for each; gateway*.c only. */
#pragma once

#include "daemon/gateway.h"
#include "serve/conf.h"

#define OP25B_GATEWAY_WORDS(list) \
	((const struct op25b_words){ list, sizeof(list) / sizeof((list)[0]) })

/* The file on its way. */
static inline struct op25b_gateway *op25b_gateway_of(struct op25b_conf *c)
{
	return c->file;
}

/* As struct op25b_conf_field has them; @to is not used. */
void op25b_gateway_read_interfaces(struct op25b_conf *c, const struct op25b_node *node, void *to);
void op25b_gateway_read_icmp(struct op25b_conf *c, const struct op25b_node *node, void *to);
void op25b_gateway_read_answers(struct op25b_conf *c, const struct op25b_node *node, void *to);
void op25b_gateway_read_events(struct op25b_conf *c, const struct op25b_node *node, void *to);
void op25b_gateway_read_sessions(struct op25b_conf *c, const struct op25b_node *node, void *to);
void op25b_gateway_read_notice(struct op25b_conf *c, const struct op25b_node *node, void *to);
void op25b_gateway_read_facts(struct op25b_conf *c, const struct op25b_node *node, void *to);
void op25b_gateway_read_reader(struct op25b_conf *c, const struct op25b_node *node, void *to);

/* What of `notice` rests on other keys: when all are read. @root is a map. */
void op25b_gateway_finish_notice(struct op25b_conf *c, const struct op25b_node *root);

/* An error unless there is such a user other than root: "to read the store as", "a user that". */
void op25b_gateway_check_user(struct op25b_conf *c, const struct op25b_node *node, const char *user,
			      const char *purpose, const char *remedy);

/* Whether two paths are one, but for slashes at their ends. */
bool op25b_gateway_same_path(const char *a, const char *b);

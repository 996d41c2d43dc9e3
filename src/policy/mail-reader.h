/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the mail section's reader share; nobody outside src/policy includes it. */
#pragma once

#include "policy/mail.h"
#include "policy/reader.h"

/* Which set of limits @node names, own or the root's; *ret is left alone where there is none. */
void op25b_read_mail_limits_of(struct op25b_reader *r, const struct op25b_node *node,
			       uint32_t *ret);

/* The sets of limits that the ways have where a stage names none. */
void op25b_mail_ways_init(struct op25b_reader *r, struct op25b_mail *mail);

/* The value of the key of that name, into @mail. Sets of limits are known. */
void op25b_read_mail_ways(struct op25b_reader *r, const struct op25b_node *node,
			  struct op25b_mail *mail);
void op25b_read_mail_senders(struct op25b_reader *r, const struct op25b_node *node,
			     struct op25b_mail *mail);
void op25b_read_mail_new_account(struct op25b_reader *r, const struct op25b_node *node,
				 struct op25b_mail *mail);
void op25b_read_mail_server_accounts(struct op25b_reader *r, const struct op25b_node *node,
				     struct op25b_mail *mail);
void op25b_read_mail_first_password(struct op25b_reader *r, const struct op25b_node *node,
				    struct op25b_mail *mail);
void op25b_read_mail_stolen(struct op25b_reader *r, const struct op25b_node *node,
			    struct op25b_mail *mail);
void op25b_read_mail_abroad(struct op25b_reader *r, const struct op25b_node *node,
			    struct op25b_mail *mail);
void op25b_read_mail_home(struct op25b_reader *r, const struct op25b_node *node,
			  struct op25b_mail *mail);
void op25b_read_mail_settings(struct op25b_reader *r, const struct op25b_node *node,
			      struct op25b_mail *mail);

/* The same; mail->domains is known. */
void op25b_read_mail_free_mailbox(struct op25b_reader *r, const struct op25b_node *node,
				  struct op25b_mail *mail);

/* `networks_from`: *ret is the table, empty where there is a fault. */
void op25b_read_networks(struct op25b_reader *r, const struct op25b_node *node,
			 const struct op25b_networks **ret);

/* Whether @len bytes are a country code: two capital letters. */
bool op25b_mail_is_country(const char *text, size_t len);

/* Whether @text is a name of dots and labels; with @star, "*" may be the first label. */
bool op25b_mail_is_name(const char *text, bool star);

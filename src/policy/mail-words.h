/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of the mail section and of its decision; see words.h. */
#pragma once

#include "policy/words.h"

extern const struct op25b_words op25b_words_mail_way;            /* enum op25b_mail_way */
extern const struct op25b_words op25b_words_mail_own;            /* enum op25b_mail_own */
extern const struct op25b_words op25b_words_mail_foreign;        /* enum op25b_mail_foreign */
extern const struct op25b_words op25b_words_mail_at_limit;       /* enum op25b_mail_at_limit */
extern const struct op25b_words op25b_words_mail_first_password; /* of that enum */
extern const struct op25b_words op25b_words_mail_step;           /* enum op25b_mail_step */
extern const struct op25b_words op25b_words_mail_username;       /* enum op25b_mail_username */
extern const struct op25b_words op25b_words_mail_tls;            /* enum op25b_mail_tls */
extern const struct op25b_words op25b_words_mail_kind;           /* enum op25b_mail_kind */
extern const struct op25b_words op25b_words_network_kind; /* enum op25b_network_kind; plain: "" */
extern const struct op25b_words op25b_words_mail_verdict; /* enum op25b_mail_verdict */
extern const struct op25b_words op25b_words_mail_reason;  /* enum op25b_mail_reason */
extern const struct op25b_words op25b_words_mail_moment;  /* enum op25b_mail_moment */

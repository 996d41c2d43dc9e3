/* SPDX-License-Identifier: BSD-2-Clause */
/* What a test mail is to op25b-maild; echo.c and echo-take.c only. */
#pragma once

#include "mail/lmtp.h"

/* As struct op25b_lmtp_calls and struct op25b_trace_own have them; @arg: struct op25b_maild. */
int op25b_echo_take_known(void *arg, uint64_t code);
int op25b_echo_take_mail(void *arg, const struct op25b_lmtp_mail *mail);
bool op25b_echo_take_domain(void *arg, const char *domain);
bool op25b_echo_take_host(void *arg, const char *name);
bool op25b_echo_take_address(void *arg, const struct op25b_prefix *address);

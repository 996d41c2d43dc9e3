/* SPDX-License-Identifier: BSD-2-Clause */
/* The mail sections of a policy for show-policy: every field of them, in the structs' order. */
#pragma once

#include "policy/policy.h"

/* Print what a policy says of mail; nothing if it says nothing. */
void show_mail(const struct op25b_policy *policy);

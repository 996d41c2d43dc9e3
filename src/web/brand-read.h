/* SPDX-License-Identifier: BSD-2-Clause */
/* What the readers of brand.yaml and words.yaml have in common. */
#pragma once

#include "web/brand.h"

/* Grounds of style.css on which links and headings stand, the worst of the light and of the dark
 * ones (unit.web-brand compares them with the sheet). */
#define OP25B_BRAND_LIGHT 0xeef2f6U
#define OP25B_BRAND_DARK  0x1f262eU

/* Of the tenant whose file is read, made where it is the first. Never NULL. */
struct op25b_brand *op25b_brand_make(struct op25b_data_load *load);

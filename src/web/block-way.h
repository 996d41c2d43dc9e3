/* SPDX-License-Identifier: BSD-2-Clause */
/* One way out of a situation, for block-remedies.c. */
#pragma once

#include "web/page.h"

/* <li data-remedy="...">; @service: whose provider describes it. */
void op25b_block_way(struct op25b_page *page, const struct op25b_service *service,
		     enum op25b_situation situation, enum op25b_remedy remedy);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the page of a line, and of the table of services. */
#pragma once

#include "web/page.h"

/* Services that answer alike, for a table of them. */
struct op25b_line_services {
	const struct op25b_service **list;
	size_t n, number; /* of the table on its page */
};

/* One way of sending of the visitor's line: <li data-use data-outcome data-verdict>; its name as
 * the link to the outcome, mark, date. */
void op25b_line_use(struct op25b_page *page, enum op25b_use use,
		    const struct op25b_finding_of_use *of);

/* The same of services as a row of a table, with data-service (ids with blanks between them), and
 * the names of the ways out. */
void op25b_line_use_row(struct op25b_page *page, enum op25b_use use,
			const struct op25b_finding_of_use *of,
			const struct op25b_line_services *services);

/* Both conditions, whether they hold and why; what was seen of the line (004-15). */
void op25b_line_why(struct op25b_page *page, enum op25b_use use,
		    const struct op25b_finding_of_use *of);

/* What a member of staff needs, of the caller's own address only. */
void op25b_line_details(struct op25b_page *page, const struct op25b_finding_of_use *of);

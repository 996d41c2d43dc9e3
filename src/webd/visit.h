/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One request from its arrival to its answer: checked, waits for what the page wants to know, page
 * made and sent. What has not come after OP25B_VISIT_PATIENCE is not known.
 */
#pragma once

#include <event2/event.h>
#include <stdint.h>

#define OP25B_VISIT_PATIENCE 300  /* ms */
#define OP25B_VISIT_FORM     8000 /* where a form is being done; docs/web/nginx.conf waits 10 s */

struct op25b_conn;
struct op25b_visit;

struct op25b_visits {
	uint64_t answered, refused; /* refused: no request of a page */
	uint64_t late;              /* answered without something that did not come */
};

/**
 * op25b_visit_begin() - answer the request of a connection, now or after the patience.
 * @refused: 0, or the status to refuse it with: then there is no request
 */
void op25b_visit_begin(struct op25b_conn *conn, int refused);

/* NULL-safe. Its connection is about to be freed: nobody is there to be answered. */
void op25b_visit_abandon(struct op25b_visit *visit);

/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of Postfix's log, as they stand in a file. What they mean is checked for sense. */
#include <stdlib.h>
#include <string.h>

#include "mail/maillog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct op25b_maillog_event *event)
{
	const bool queue_id = event->kind != OP25B_MAILLOG_NOTHING &&
			      event->kind != OP25B_MAILLOG_HUNG_UP;

	if (!memchr(event->queue_id, '\0', sizeof(event->queue_id)) ||
	    queue_id != (event->queue_id[0] != '\0'))
		abort();
	if (event->kind != OP25B_MAILLOG_RESULT && (event->bounced || event->dsn[0] != 0))
		abort();
	if (event->kind == OP25B_MAILLOG_RESULT && event->dsn[0] != 2 && event->dsn[0] != 4 &&
	    event->dsn[0] != 5)
		abort();
	if (event->client.family >= OP25B_FAMILY_COUNT)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *const end = p + size;

	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const size_t length = (size_t)((newline ? newline : end) - p);
		struct op25b_maillog_event event;
		/* Memory that ends with the line. */
		char *line = malloc(length ? length : 1);

		if (!line)
			abort();
		memcpy(line, p, length);
		op25b_maillog_read(line, length, &event);
		free(line);
		check(&event);
		p += length + 1;
	}
	return 0;
}

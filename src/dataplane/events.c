/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of the ring buffer. Records of another size than struct op25b_event are of another
 * ABI's program that has not been replaced yet, and are left out.
 */
#include "dataplane/events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dataplane/log.h"
#include "dataplane/state.h"

struct op25b_events {
	struct ring_buffer *ring;
	int taken; /* by this op25b_events_consume(), of whatever size */
	op25b_events_fn *fn;
	void *context;
};

/* Not 0 ends ring_buffer__consume(), which goes on for as long as producers do. */
static int take_record(void *context, void *data, size_t size)
{
	struct op25b_events *events = context;
	struct op25b_event event;

	if (size == sizeof(event)) {
		memcpy(&event, data, sizeof(event));
		events->fn(&event, events->context);
	}
	return ++events->taken < OP25B_EVENTS_AT_ONCE ? 0 : -ECANCELED;
}

int op25b_events_open(const struct op25b_dataplane *dp, op25b_events_fn *fn, void *context,
		      struct op25b_events **ret_events, struct op25b_error *error)
{
	struct op25b_events *events = calloc(1, sizeof(*events));
	int code;

	op25b_log_begin();
	if (!events)
		return op25b_error_set(error, -ENOMEM, "out of memory");
	events->fn = fn;
	events->context = context;
	events->ring =
		ring_buffer__new(op25b_dataplane_map_fd(dp, "events"), take_record, events, NULL);
	if (!events->ring) {
		code = -errno;
		free(events);
		return op25b_log_error(error, code, "ring of events: %s", strerror(-code));
	}
	*ret_events = events;
	return 0;
}

int op25b_events_fd(const struct op25b_events *events)
{
	return ring_buffer__epoll_fd(events->ring);
}

int op25b_events_consume(struct op25b_events *events)
{
	int r;

	events->taken = 0;
	r = ring_buffer__consume(events->ring);
	return r == -ECANCELED ? events->taken : r;
}

void op25b_events_close(struct op25b_events **slot)
{
	struct op25b_events *events = *slot;
	int saved = errno;

	*slot = NULL;
	if (!events)
		return;
	ring_buffer__free(events->ring);
	free(events);
	errno = saved;
}

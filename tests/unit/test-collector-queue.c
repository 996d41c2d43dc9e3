/* SPDX-License-Identifier: BSD-2-Clause */
/* What waits in the collector: everybody's turn, everybody's share; and requests sent again. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "radiusd/queue.h"
#include "radiusd/seen.h"

#define PLACES 64U

/* A request of sender @who, told from others by its port; NULL: there was no place for it. */
static struct op25b_request *push(struct op25b_queue *queue, uint32_t who, uint16_t port)
{
	struct op25b_request *request = op25b_queue_take(queue);

	if (!request)
		return NULL;
	request->datagram.address = (struct op25b_prefix){ .family = OP25B_V4, .len = 32 };
	memcpy(request->datagram.address.addr, &who, sizeof(who));
	request->datagram.port = port;
	if (op25b_queue_push(queue, request))
		return request;
	op25b_queue_give(queue, request);
	return NULL;
}

static uint32_t pop(struct op25b_queue *queue, uint16_t *ret_port)
{
	struct op25b_request *request = op25b_queue_pop(queue);
	uint32_t who;

	assert_non_null(request);
	memcpy(&who, request->datagram.address.addr, sizeof(who));
	*ret_port = request->datagram.port;
	op25b_queue_give(queue, request);
	return who;
}

static void senders_are_served_in_turn_and_each_in_its_order(void **state)
{
	static const struct {
		uint32_t who;
		uint16_t port;
	} order[] = { { 1, 0 }, { 2, 0 }, { 3, 0 }, { 1, 1 }, { 2, 1 }, { 1, 2 }, { 1, 3 } };
	struct op25b_queue *queue = op25b_queue_new(PLACES);
	uint16_t port;

	(void)state;
	for (uint16_t i = 0; i < 4; i++)
		assert_non_null(push(queue, 1, i));
	for (uint16_t i = 0; i < 2; i++)
		assert_non_null(push(queue, 2, i));
	assert_non_null(push(queue, 3, 0));
	assert_int_equal(op25b_queue_waiting(queue), 7);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		assert_int_equal(pop(queue, &port), order[i].who);
		assert_int_equal(port, order[i].port);
	}
	assert_null(op25b_queue_pop(queue));
	op25b_queue_free(&queue);
	assert_null(queue);
}

/* One that floods gets half; what is left is there for others, also for those who flood too. */
static void a_flood_leaves_room_for_others(void **state)
{
	struct op25b_queue *queue = op25b_queue_new(PLACES);
	unsigned int taken[4] = { 0 };
	uint16_t port;

	(void)state;
	while (push(queue, 0, 0))
		taken[0]++;
	assert_in_range(taken[0], PLACES / 2 - 1, PLACES / 2);
	for (uint32_t who = 1; who < 4; who++) {
		while (push(queue, who, 0))
			taken[who]++;
		assert_true(taken[who] > 0);
	}
	/* The other's one request is the next but one, whatever waits before it. */
	assert_non_null(push(queue, 99, 7));
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(pop(queue, &port), i);
	assert_int_equal(pop(queue, &port), 99);
	assert_int_equal(port, 7);
	op25b_queue_free(&queue);
}

/* Against an array for each sender: every request comes out once, in its sender's order. */
static void whatever_comes_in_goes_out(void **state)
{
	enum { SENDERS = 40 };
	struct op25b_queue *queue = op25b_queue_new(PLACES);
	uint16_t in[SENDERS] = { 0 }, out[SENDERS] = { 0 };
	size_t waiting = 0;
	uint16_t port;

	(void)state;
	srandom(25);
	for (unsigned int i = 0; i < 100000; i++) {
		/* Now mostly full, now mostly empty. */
		if (random() % 100 < (i / 1000 % 2 ? 70 : 30)) {
			uint32_t who = (uint32_t)random() % SENDERS;

			if (push(queue, who, in[who])) {
				in[who]++;
				waiting++;
			}
		} else if (waiting) {
			uint32_t who = pop(queue, &port);

			assert_in_range(who, 0, SENDERS - 1);
			assert_int_equal(port, out[who]++);
			waiting--;
		}
		assert_int_equal(op25b_queue_waiting(queue), waiting);
	}
	while (waiting--) {
		uint32_t who = pop(queue, &port);

		assert_int_equal(port, out[who]++);
	}
	assert_null(op25b_queue_pop(queue));
	assert_memory_equal(in, out, sizeof(in));
	op25b_queue_free(&queue);
}

static struct op25b_datagram request_of(uint8_t address, uint16_t port, uint8_t id, uint32_t digest)
{
	struct op25b_datagram request = {
		.address = { .family = OP25B_V4, .len = 32, .addr = { 10, 0, 0, address } },
		.port = port,
	};

	request.octets[1] = id;
	memcpy(request.octets + 4, &digest, sizeof(digest));
	return request;
}

static void a_request_sent_again_is_known(void **state)
{
	struct op25b_seen *seen = op25b_seen_new();
	struct op25b_datagram request = request_of(1, 1000, 7, 42);
	const struct op25b_datagram others[] = { request_of(2, 1000, 7, 42),
						 request_of(1, 1001, 7, 42),
						 request_of(1, 1000, 8, 42),
						 request_of(1, 1000, 7, 43) };
	struct op25b_seen_place place, other;

	(void)state;
	assert_int_equal(op25b_seen_ask(seen, &request, 100, &place), OP25B_SEEN_NEW);
	assert_int_equal(op25b_seen_ask(seen, &request, 100, &other), OP25B_SEEN_WAITS);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(op25b_seen_ask(seen, &others[i], 100, &other), OP25B_SEEN_NEW);
	assert_int_equal(op25b_seen_ask(seen, &others[3], 100, &other), OP25B_SEEN_NEW);
	op25b_seen_settle(seen, place, true);
	assert_int_equal(op25b_seen_ask(seen, &request, 101, &other), OP25B_SEEN_ANSWERED);
	assert_int_equal(op25b_seen_ask(seen, &others[3], 101, &other), OP25B_SEEN_WAITS);
	op25b_seen_free(&seen);
}

static void a_request_that_came_to_nothing_may_come_again(void **state)
{
	struct op25b_seen *seen = op25b_seen_new();
	struct op25b_datagram request = request_of(1, 1000, 7, 42);
	struct op25b_seen_place place;

	(void)state;
	assert_int_equal(op25b_seen_ask(seen, &request, 100, &place), OP25B_SEEN_NEW);
	op25b_seen_settle(seen, place, false);
	assert_int_equal(op25b_seen_ask(seen, &request, 100, &place), OP25B_SEEN_NEW);
	op25b_seen_free(&seen);
}

static void what_is_old_is_forgotten(void **state)
{
	struct op25b_seen *seen = op25b_seen_new();
	struct op25b_datagram request = request_of(1, 1000, 7, 42);
	struct op25b_seen_place place;

	(void)state;
	assert_int_equal(op25b_seen_ask(seen, &request, 100, &place), OP25B_SEEN_NEW);
	op25b_seen_settle(seen, place, true);
	assert_int_equal(op25b_seen_ask(seen, &request, 100 + OP25B_SEEN_SECONDS, &place),
			 OP25B_SEEN_ANSWERED);
	assert_int_equal(op25b_seen_ask(seen, &request, 101 + OP25B_SEEN_SECONDS, &place),
			 OP25B_SEEN_NEW);
	op25b_seen_free(&seen);
}

/* Five of one set, where four have room: the oldest gives way, and its word comes too late. */
static void the_oldest_gives_way(void **state)
{
	struct op25b_seen *seen = op25b_seen_new();
	struct op25b_seen_place places[5], again;
	struct op25b_datagram requests[5];

	(void)state;
	for (uint16_t i = 0; i < 5; i++) {
		requests[i] = request_of(1, i, 7, 42);
		assert_int_equal(op25b_seen_ask(seen, &requests[i], 100 + i, &places[i]),
				 OP25B_SEEN_NEW);
	}
	op25b_seen_settle(seen, places[0], true);
	assert_int_equal(op25b_seen_ask(seen, &requests[4], 105, &again), OP25B_SEEN_WAITS);
	for (uint16_t i = 1; i < 5; i++) {
		op25b_seen_settle(seen, places[i], true);
		assert_int_equal(op25b_seen_ask(seen, &requests[i], 105, &again),
				 OP25B_SEEN_ANSWERED);
	}
	assert_int_equal(op25b_seen_ask(seen, &requests[0], 105, &again), OP25B_SEEN_NEW);
	op25b_seen_free(&seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(senders_are_served_in_turn_and_each_in_its_order),
		cmocka_unit_test(a_flood_leaves_room_for_others),
		cmocka_unit_test(whatever_comes_in_goes_out),
		cmocka_unit_test(a_request_sent_again_is_known),
		cmocka_unit_test(a_request_that_came_to_nothing_may_come_again),
		cmocka_unit_test(what_is_old_is_forgotten),
		cmocka_unit_test(the_oldest_gives_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

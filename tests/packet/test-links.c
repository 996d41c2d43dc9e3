/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of interfaces stays whole where the kernel has to drop its messages. In a network
 * namespace that ends with the test.
 */
#include "tests/unit/test.h"

#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/links.h"

#define PAIRS       100
#define DEADLINE_MS 20000
#define MAX_INDEX   4096

struct told {
	bool is_there[MAX_INDEX], begun[MAX_INDEX];
	unsigned int master[MAX_INDEX];
	int n_begun, n_ended;
	const char *then; /* a command for the first `seen` that comes inside a dump */
	bool inside;
};

static void run(const char *command)
{
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a test's own fixed words */
}

static void seen(unsigned int ifindex, const char *name, unsigned int master, void *context)
{
	struct told *told = context;
	const char *then = told->then;

	assert_true(ifindex < MAX_INDEX && *name);
	told->is_there[ifindex] = told->begun[ifindex] = true;
	told->master[ifindex] = master;
	if (!then || !told->inside)
		return;
	told->then = NULL;
	run(then);
}

static void gone(unsigned int ifindex, void *context)
{
	struct told *told = context;

	assert_true(ifindex < MAX_INDEX);
	told->is_there[ifindex] = false;
}

static void begin(void *context)
{
	struct told *told = context;

	told->n_begun++;
	told->inside = true;
	memset(told->begun, 0, sizeof(told->begun));
}

static void end(void *context)
{
	struct told *told = context;

	told->n_ended++;
	told->inside = false;
	memcpy(told->is_there, told->begun, sizeof(told->is_there));
}

static const struct op25b_links_calls calls = { seen, gone, begin, end };

/* Whether what was told is what there is. */
static bool is_right(const struct told *told)
{
	char name[IF_NAMESIZE];

	for (unsigned int i = 1; i < MAX_INDEX; i++) {
		if (told->is_there[i] != (if_indextoname(i, name) != NULL))
			return false;
	}
	return true;
}

static void make_pairs(const char *letter)
{
	char command[200];

	snprintf(command, sizeof(command),
		 "for i in $(seq %d); do echo link add %s$i type veth peer name %s${i}p; done | "
		 "ip -batch -",
		 PAIRS, letter, letter);
	run(command);
}

#define MAKE_MORE                                                                          \
	"for i in $(seq 100); do echo link add n$i type veth peer name n${i}p; done | ip " \
	"-batch -"
#define REMOVE_SOME "for i in $(seq 50); do echo link del o$i; done | ip -batch -"

static struct op25b_links *open_with_little_room(struct told *told)
{
	const int room = 16 << 10;
	struct op25b_links *links = NULL;
	struct op25b_error error = { "" };

	assert_int_equal(op25b_links_open(&calls, told, &links, &error), 0);
	assert_int_equal(
		setsockopt(op25b_links_fd(links), SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)), 0);
	return links;
}

static void read_until_right(struct op25b_links *links, const struct told *told)
{
	struct pollfd wait = { .fd = op25b_links_fd(links), .events = POLLIN };
	struct op25b_error error = { "" };

	while (!is_right(told)) {
		assert_int_equal(poll(&wait, 1, DEADLINE_MS), 1);
		if (op25b_links_read(links, &error))
			fail_msg("%s", error.text);
	}
}

static int enter(void **state)
{
	(void)state;
	if (unshare(CLONE_NEWNET) < 0) {
		printf("SKIP needs root and network namespaces\n");
		exit(77);
	}
	make_pairs("o");
	return 0;
}

static void what_was_lost_while_a_list_came_is_asked_for_again(void **state)
{
	struct told told = { .then = MAKE_MORE };
	struct op25b_links *links = open_with_little_room(&told);
	struct op25b_error error = { "" };

	(void)state;
	if (op25b_links_sync(links, &error))
		fail_msg("%s", error.text);
	assert_null(told.then);
	assert_true(told.n_begun > 1);
	read_until_right(links, &told);
	op25b_links_close(&links);
}

static void what_was_lost_between_lists_is_asked_for_again(void **state)
{
	struct told told = { .then = NULL };
	struct op25b_links *links = open_with_little_room(&told);
	struct op25b_error error = { "" };

	(void)state;
	assert_int_equal(op25b_links_sync(links, &error), 0);
	assert_true(is_right(&told));
	make_pairs("m");
	told.then = REMOVE_SOME;
	read_until_right(links, &told);
	assert_null(told.then);
	op25b_links_close(&links);
}

static void what_an_interface_is_a_port_of_is_told_as_it_changes(void **state)
{
	struct told told = { .then = NULL };
	struct op25b_links *links = open_with_little_room(&told);
	struct op25b_error error = { "" };
	unsigned int port = if_nametoindex("o1"), bridge;

	(void)state;
	run("ip link add bridge type bridge && ip link set o1 master bridge");
	bridge = if_nametoindex("bridge");
	assert_int_equal(op25b_links_sync(links, &error), 0);
	assert_int_equal(told.master[port], bridge);
	assert_int_equal(told.master[bridge], 0);
	run("ip link set o1 nomaster");
	while (told.master[port]) {
		struct pollfd wait = { .fd = op25b_links_fd(links), .events = POLLIN };

		assert_int_equal(poll(&wait, 1, DEADLINE_MS), 1);
		assert_int_equal(op25b_links_read(links, &error), 0);
	}
	op25b_links_close(&links);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_was_lost_while_a_list_came_is_asked_for_again, enter),
		cmocka_unit_test_setup(what_was_lost_between_lists_is_asked_for_again, enter),
		cmocka_unit_test_setup(what_an_interface_is_a_port_of_is_told_as_it_changes, enter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

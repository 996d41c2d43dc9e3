/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The doors of notices: what src/dataplane/notice.h promises, in a namespace of its own.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/notice.h"
#include "tests/packet/dataplane-bed.h"

static struct bed bed;
static struct op25b_dataplane *dp;
static struct op25b_error error;

static int set_up(void **state)
{
	(void)state;
	bed_devices(&bed);
	dp = bed_open(&bed);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bed_ok(op25b_dataplane_remove(dp, &error), &error);
	op25b_dataplane_close(&dp);
	return 0;
}

static int listener(void)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)(const void *)&here, sizeof(here)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static size_t count_doors(void)
{
	size_t n = ~0UL;

	bed_ok(op25b_door_count(dp, &n, &error), &error);
	return n;
}

static void put_door(uint64_t digest, uint16_t service, int fd)
{
	const struct op25b_door_key key = { .digest = digest,
					    .service = service,
					    .reason = OP25B_FOREIGN_SERVER,
					    .family = OP25B_V4 };

	bed_ok(op25b_door_put(dp, &key, fd, true, &error), &error);
}

static void doors_of_other_generations_are_taken_out(void **state)
{
	static const uint64_t kept[] = { 7, 9 };
	int fds[3] = { listener(), listener(), listener() };

	(void)state;
	bed_run("ip link set lo up");
	for (uint16_t service = 1; service <= 100; service++)
		for (size_t i = 0; i < 3; i++)
			put_door(7 + i, service, fds[i]);
	put_door(7, 1, fds[2]); /* in the place of another */
	assert_int_equal(count_doors(), 300);
	bed_ok(op25b_door_keep(dp, kept, 2, &error), &error);
	assert_int_equal(count_doors(), 200);
	bed_ok(op25b_door_keep(dp, kept, 1, &error), &error);
	assert_int_equal(count_doors(), 100);
	bed_ok(op25b_door_keep(dp, NULL, 0, &error), &error);
	assert_int_equal(count_doors(), 0);
	for (size_t i = 0; i < 3; i++)
		close(fds[i]);
}

static void a_door_goes_with_the_last_descriptor_of_its_socket(void **state)
{
	int fd = listener();
	pid_t holder;

	(void)state;
	put_door(7, 1, fd);
	put_door(7, 2, fd);
	holder = fork();
	if (!holder) {
		pause();
		_exit(0);
	}
	close(fd);
	assert_int_equal(count_doors(), 2);
	assert_int_equal(kill(holder, SIGKILL), 0);
	assert_int_equal(waitpid(holder, NULL, 0), holder);
	assert_int_equal(count_doors(), 0);
}

static void doors_outlive_the_handle_and_are_found_again(void **state)
{
	OP25B_AUTO_CLOSE int fd = listener();

	(void)state;
	put_door(7, 1, fd);
	op25b_dataplane_close(&dp);
	dp = bed_open(&bed);
	assert_int_equal(op25b_dataplane_state(dp), OP25B_LOAD_TAKEN_OVER);
	assert_int_equal(count_doors(), 1);
}

static void only_a_tcp_socket_is_a_door(void **state)
{
	OP25B_AUTO_CLOSE int plain = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct op25b_door_key key = { .digest = 7, .service = 1, .family = OP25B_V4 };

	(void)state;
	assert_int_equal(op25b_door_put(dp, &key, plain, true, &error), -EOPNOTSUPP);
	assert_true(op25b_door_put(dp, &key, bed.out, true, &error) < 0);
	assert_true(op25b_door_put(dp, &key, op25b_notice_page(dp), true, &error) < 0);
	assert_int_equal(count_doors(), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(doors_of_other_generations_are_taken_out),
		TEST(a_door_goes_with_the_last_descriptor_of_its_socket),
		TEST(doors_outlive_the_handle_and_are_found_again),
		TEST(only_a_tcp_socket_is_a_door),
	};
	int failed;

	bed_enter(&bed);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bed_leave(&bed);
	return failed;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages between op25bd and the responder: as bytes, and on a socket with their descriptors. */
#include "tests/unit/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "notice/wire.h"

static struct op25b_wire_message a_door(enum op25b_manner manner)
{
	struct op25b_wire_message m = {
		.kind = OP25B_WIRE_DOOR,
		.door = { .id = 0x1122334455667788, .manner = manner, .v6_len = 56 },
	};

	m.door.replies[OP25B_WIRE_FIRST] = manner == OP25B_GREETING ? "554-5.7.1 a\r\n554 b\r\n" :
					   manner == OP25B_LATER    ? "421 4.7.1 a\r\n" :
								      "220 a\r\n";
	m.door.replies[OP25B_WIRE_HELO] = manner == OP25B_HELO ? "550 5.7.1 a\r\n" : "";
	m.door.replies[OP25B_WIRE_OTHER] = "503 5.5.1 a\r\n";
	m.door.replies[OP25B_WIRE_BYE] = "221 2.0.0 a\r\n";
	m.door.replies[OP25B_WIRE_LATE] = "421 4.4.2 a\r\n";
	return m;
}

static void assert_same_door(const struct op25b_wire_door *a, const struct op25b_wire_door *b)
{
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->manner, b->manner);
	assert_int_equal(a->v6_len, b->v6_len);
	for (size_t i = 0; i < OP25B_WIRE_N_REPLIES; i++)
		assert_string_equal(a->replies[i], b->replies[i]);
}

static void every_kind_comes_back_as_it_was(void **state)
{
	static const struct op25b_wire_message messages[] = {
		{ .kind = OP25B_WIRE_HELLO, .hello = { .connections = 4096, .per_line = 20 } },
		{ .kind = OP25B_WIRE_ALL },
		{ .kind = OP25B_WIRE_SHUT, .shut = 7 },
		{ .kind = OP25B_WIRE_COUNTS, .counts = { 1, 2, 3, 4, 5, 6, 7, 8, 9 } },
	};
	uint8_t bytes[OP25B_WIRE_SIZE];
	struct op25b_wire_message got;

	(void)state;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		int n = op25b_wire_encode(&messages[i], bytes, NULL);

		assert_true(n > 0);
		assert_int_equal(op25b_wire_decode(bytes, (size_t)n, &got, NULL), 0);
		assert_memory_equal(&got, &messages[i], sizeof(got));
	}
	for (enum op25b_manner manner = OP25B_GREETING; manner <= OP25B_HELO; manner++) {
		const struct op25b_wire_message m = a_door(manner);
		int n = op25b_wire_encode(&m, bytes, NULL);

		assert_true(n > 0);
		assert_int_equal(op25b_wire_decode(bytes, (size_t)n, &got, NULL), 0);
		assert_int_equal(got.kind, OP25B_WIRE_DOOR);
		assert_same_door(&got.door, &m.door);
	}
}

/* Cut anywhere, or longer than it is. */
static void what_is_not_whole_is_no_message(void **state)
{
	const struct op25b_wire_message m = a_door(OP25B_HELO);
	uint8_t bytes[OP25B_WIRE_SIZE] = { 0 };
	struct op25b_wire_message got;
	struct op25b_error error;
	int n = op25b_wire_encode(&m, bytes, NULL);

	(void)state;
	for (int size = 0; size <= n + 8; size++) {
		uint8_t *copy = malloc((size_t)size + 1); /* so that a read beyond is seen */
		int r;

		assert_non_null(copy);
		memcpy(copy, bytes, (size_t)size);
		error.text[0] = '\0';
		r = op25b_wire_decode(copy, (size_t)size, &got, &error);
		assert_int_equal(r, size == n ? 0 : -EBADMSG);
		assert_true(!r || *error.text);
		free(copy);
	}
}

static void another_version_is_told_as_that(void **state)
{
	static const uint32_t theirs[] = { OP25B_WIRE_HELLO, OP25B_WIRE_VERSION + 1, 0, 0, 0, 0 };
	struct op25b_error error = { "" };
	struct op25b_wire_message got;

	(void)state;
	for (size_t size = 8; size <= sizeof(theirs); size += 4)
		assert_int_equal(op25b_wire_decode(theirs, size, &got, &error), -EPROTONOSUPPORT);
	assert_non_null(strstr(error.text, "speaks version 2, this program 1"));
}

struct fault {
	enum op25b_manner manner;
	enum op25b_wire_reply reply;
	const char *text;
};

/* Texts that promise something, or that are no reply of SMTP. */
static void a_door_can_only_refuse(void **state)
{
	static const struct fault faults[] = {
		{ OP25B_GREETING, OP25B_WIRE_FIRST, "220 a\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_FIRST, "" },
		{ OP25B_LATER, OP25B_WIRE_FIRST, "554 a\r\n" },
		{ OP25B_LATER, OP25B_WIRE_FIRST, "450 a\r\n" },
		{ OP25B_HELO, OP25B_WIRE_FIRST, "250 a\r\n" },
		{ OP25B_HELO, OP25B_WIRE_HELO, "250-a\r\n250 AUTH PLAIN\r\n" },
		{ OP25B_HELO, OP25B_WIRE_HELO, "" },
		{ OP25B_GREETING, OP25B_WIRE_HELO, "250 a\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "354 a\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "235 a\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "" },
		{ OP25B_GREETING, OP25B_WIRE_BYE, "250 a\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_LATE, "554 a\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "5" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "503" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "503 " },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "503 a" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "503 a\n" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "503 a\r" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "503a\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "5a3 a\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "503 \xc3\xa4\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "503 a\tb\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "503-a\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "503-a\r\n502 b\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "503 a\r\n503 b\r\n" },
		{ OP25B_GREETING, OP25B_WIRE_OTHER, "503 a\r\n250 b\r\n" },
	};
	uint8_t bytes[OP25B_WIRE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct op25b_wire_message m = a_door(faults[i].manner);
		struct op25b_error error = { "" };

		m.door.replies[faults[i].reply] = faults[i].text;
		assert_int_equal(op25b_wire_encode(&m, bytes, &error), -EINVAL);
		assert_true(*error.text);
	}
}

static void a_reply_line_has_512_octets_at_most(void **state)
{
	struct op25b_wire_message m = a_door(OP25B_GREETING);
	uint8_t bytes[OP25B_WIRE_SIZE];
	char line[600];

	(void)state;
	m.door.replies[OP25B_WIRE_OTHER] = line;
	snprintf(line, sizeof(line), "503 %0*d\r\n", 506, 0);
	assert_true(op25b_wire_encode(&m, bytes, NULL) > 0);
	snprintf(line, sizeof(line), "503 %0*d\r\n", 507, 0);
	assert_int_equal(op25b_wire_encode(&m, bytes, NULL), -EINVAL);
}

static void what_does_not_fit_is_told(void **state)
{
	static char text[OP25B_WIRE_SIZE];
	struct op25b_wire_message m = a_door(OP25B_GREETING);
	uint8_t bytes[OP25B_WIRE_SIZE];
	size_t n = 0;

	(void)state;
	for (; n + 20 < sizeof(text); n += 10)
		memcpy(text + n, "503-aaaa\r\n", 11);
	memcpy(text + n, "503 aaaa\r\n", 11);
	m.door.replies[OP25B_WIRE_OTHER] = text;
	assert_int_equal(op25b_wire_encode(&m, bytes, NULL), -EMSGSIZE);
}

static void numbers_of_no_meaning_are_refused(void **state)
{
	struct op25b_wire_message m = a_door(OP25B_GREETING);
	struct op25b_wire_message hello = { .kind = OP25B_WIRE_HELLO };
	uint8_t bytes[OP25B_WIRE_SIZE];

	(void)state;
	m.door.v6_len = 0;
	assert_int_equal(op25b_wire_encode(&m, bytes, NULL), -EINVAL);
	m.door.v6_len = 129;
	assert_int_equal(op25b_wire_encode(&m, bytes, NULL), -EINVAL);
	m.door.v6_len = 128;
	m.door.manner = OP25B_HELO + 1;
	assert_int_equal(op25b_wire_encode(&m, bytes, NULL), -EINVAL);
	assert_int_equal(op25b_wire_encode(&hello, bytes, NULL), -EINVAL);
	hello.hello = (struct op25b_wire_hello){ OP25B_WIRE_CONNECTIONS_MAX + 1, 1 };
	assert_int_equal(op25b_wire_encode(&hello, bytes, NULL), -EINVAL);
	hello.kind = 0;
	assert_int_equal(op25b_wire_encode(&hello, bytes, NULL), -EINVAL);
}

static unsigned int next_random(unsigned int *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16;
}

/* Any bytes, most of them beginning as a message does. */
static void any_bytes_are_a_message_or_an_error(void **state)
{
	uint8_t bytes[300];
	struct op25b_wire_message got;
	unsigned int seed = 25;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		size_t size = next_random(&seed) % sizeof(bytes);
		struct op25b_error error = { "" };
		int r;

		for (size_t at = 0; at < size; at++)
			bytes[at] = (uint8_t)next_random(&seed);
		if (size > 4)
			memcpy(bytes, (uint32_t[]){ 1 + (uint32_t)i % 6 }, 4);
		r = op25b_wire_decode(bytes, size, &got, &error);
		assert_true(!r || ((r == -EBADMSG || r == -EPROTONOSUPPORT) && *error.text));
	}
}

struct pair {
	int ends[2];
};

static void pair_done(struct pair *pair)
{
	op25b_cleanup_close(&pair->ends[0]);
	op25b_cleanup_close(&pair->ends[1]);
}

static void pair_new(struct pair *ret)
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret->ends), 0);
}

static int count_fds(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(folder);
	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

static void descriptors_come_with_their_message(void **state)
{
	OP25B_CLEANUP(pair_done) struct pair pair = { { -1, -1 } };
	const struct op25b_wire_message m = a_door(OP25B_HELO);
	const struct op25b_wire_message all = { .kind = OP25B_WIRE_ALL };
	const int fds[] = { STDIN_FILENO, STDOUT_FILENO };
	uint8_t buffer[OP25B_WIRE_SIZE];
	struct op25b_wire_message got;
	int got_fds[OP25B_WIRE_FDS];

	(void)state;
	pair_new(&pair);
	assert_int_equal(op25b_wire_receive(pair.ends[1], buffer, &got, got_fds, NULL), -EAGAIN);
	assert_int_equal(op25b_wire_send(pair.ends[0], &m, fds, NULL), 0);
	assert_int_equal(op25b_wire_send(pair.ends[0], &all, NULL, NULL), 0);
	assert_int_equal(op25b_wire_receive(pair.ends[1], buffer, &got, got_fds, NULL), 0);
	assert_same_door(&got.door, &m.door);
	for (size_t i = 0; i < OP25B_WIRE_FDS; i++) {
		assert_int_equal(fcntl(got_fds[i], F_GETFD), FD_CLOEXEC);
		close(got_fds[i]);
	}
	assert_int_equal(op25b_wire_receive(pair.ends[1], buffer, &got, got_fds, NULL), 0);
	assert_int_equal(got.kind, OP25B_WIRE_ALL);
	assert_int_equal(got_fds[0], -1);
	op25b_cleanup_close(&pair.ends[0]);
	assert_int_equal(op25b_wire_receive(pair.ends[1], buffer, &got, got_fds, NULL), -EPIPE);
}

/* What somebody else than wire.c would send. */
static void send_raw(int socket, const void *data, size_t size, size_t n_fds)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int) * 8)];
	} control = { .bytes = { 0 } };
	struct iovec part = { (void *)(uintptr_t)data, size };
	struct msghdr head = { .msg_iov = &part, .msg_iovlen = 1 };

	if (n_fds) {
		head.msg_control = control.bytes;
		head.msg_controllen = CMSG_SPACE(sizeof(int) * n_fds);
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof(int) * n_fds);
		memset(CMSG_DATA(&control.head), 0, sizeof(int) * n_fds); /* standard input */
	}
	assert_int_equal(sendmsg(socket, &head, 0), size);
}

static void descriptors_of_what_is_refused_are_closed(void **state)
{
	OP25B_CLEANUP(pair_done) struct pair pair = { { -1, -1 } };
	const struct op25b_wire_message m = a_door(OP25B_GREETING);
	static uint8_t bytes[OP25B_WIRE_SIZE + 100];
	uint8_t buffer[OP25B_WIRE_SIZE];
	struct op25b_wire_message got;
	int got_fds[OP25B_WIRE_FDS], before;
	size_t n;

	(void)state;
	pair_new(&pair);
	before = count_fds();
	n = (size_t)op25b_wire_encode(&m, bytes, NULL);
	for (size_t n_fds = 0; n_fds <= 8; n_fds++) {
		if (n_fds == 2)
			continue;
		send_raw(pair.ends[0], bytes, n, n_fds);
		assert_int_equal(op25b_wire_receive(pair.ends[1], buffer, &got, got_fds, NULL),
				 -EBADMSG);
		assert_int_equal(count_fds(), before);
	}
	/* A message too long, one of no kind, and none but descriptors. */
	send_raw(pair.ends[0], bytes, sizeof(bytes), 2);
	assert_int_equal(op25b_wire_receive(pair.ends[1], buffer, &got, got_fds, NULL), -EBADMSG);
	send_raw(pair.ends[0], "\xff\xff\xff\xff", 4, 1);
	assert_int_equal(op25b_wire_receive(pair.ends[1], buffer, &got, got_fds, NULL), -EBADMSG);
	send_raw(pair.ends[0], "", 0, 2);
	assert_int_equal(op25b_wire_receive(pair.ends[1], buffer, &got, got_fds, NULL), -EBADMSG);
	assert_int_equal(count_fds(), before);
}

/* Descriptors that this process may not have are told as that, and the rest is closed. */
static void too_many_descriptors_for_this_process_are_told(void **state)
{
	OP25B_CLEANUP(pair_done) struct pair pair = { { -1, -1 } };
	const struct op25b_wire_message m = a_door(OP25B_GREETING);
	const int fds[] = { STDIN_FILENO, STDOUT_FILENO };
	uint8_t buffer[OP25B_WIRE_SIZE];
	struct op25b_wire_message got;
	struct rlimit limit, less;
	int got_fds[OP25B_WIRE_FDS];

	(void)state;
	pair_new(&pair);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	less = limit;
	less.rlim_cur = (rlim_t)pair.ends[1] + 2; /* one more fits */
	assert_int_equal(op25b_wire_send(pair.ends[0], &m, fds, NULL), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &less), 0);
	assert_int_equal(op25b_wire_receive(pair.ends[1], buffer, &got, got_fds, NULL), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(fcntl(pair.ends[1] + 1, F_GETFD), -1);
}

static void who_does_not_read_is_not_waited_for(void **state)
{
	OP25B_CLEANUP(pair_done) struct pair pair = { { -1, -1 } };
	const struct op25b_wire_message m = { .kind = OP25B_WIRE_COUNTS };
	int r = 0;

	(void)state;
	pair_new(&pair);
	for (int i = 0; !r && i < 1000000; i++)
		r = op25b_wire_send(pair.ends[0], &m, NULL, NULL);
	assert_int_equal(r, -EAGAIN);
	op25b_cleanup_close(&pair.ends[1]);
	r = op25b_wire_send(pair.ends[0], &m, NULL, NULL);
	assert_true(r == -EPIPE || r == -ECONNRESET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_comes_back_as_it_was),
		cmocka_unit_test(what_is_not_whole_is_no_message),
		cmocka_unit_test(another_version_is_told_as_that),
		cmocka_unit_test(a_door_can_only_refuse),
		cmocka_unit_test(a_reply_line_has_512_octets_at_most),
		cmocka_unit_test(what_does_not_fit_is_told),
		cmocka_unit_test(numbers_of_no_meaning_are_refused),
		cmocka_unit_test(any_bytes_are_a_message_or_an_error),
		cmocka_unit_test(descriptors_come_with_their_message),
		cmocka_unit_test(descriptors_of_what_is_refused_are_closed),
		cmocka_unit_test(too_many_descriptors_for_this_process_are_told),
		cmocka_unit_test(who_does_not_read_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

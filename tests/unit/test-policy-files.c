/* SPDX-License-Identifier: BSD-2-Clause */
/* A policy that came as a whole reads as it does from disk; dates around an instant. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/policy.h"

#define NOW 1800000000

static const char root_text[] =
	"op25b: 1\n"
	"services:\n"
	"- {id: a, addressing: dynamic, pools: [198.51.100.0/24], port25: [\n"
	"   {from: 2027-01-01T00:00Z, action: count},\n"
	"   {from: 2027-03-01T00:00Z, action: refuse, how: drop}]}\n"
	"include: [\"more/*.yaml\"]\n";
static const char more_text[] =
	"op25b: 1\n"
	"services:\n"
	"- {id: b, addressing: fixed, pools: [203.0.113.0/24], port25: []}\n"
	"lines_from: [../lines.csv]\n";
static const char lines_text[] = "L-1,b,198.51.100.8/29\n";

static const struct op25b_policy_file whole[] = {
	{ "p/root.yaml", root_text, sizeof(root_text) - 1 },
	{ "p/more/b.yaml", more_text, sizeof(more_text) - 1 },
	{ "p/more/../lines.csv", lines_text, sizeof(lines_text) - 1 },
};

static struct op25b_policy *load_given(size_t n)
{
	struct op25b_findings findings;
	struct op25b_policy *policy = NULL;
	int error = op25b_policy_load_files(whole, n, NOW, &policy, &findings);

	if (error)
		op25b_findings_print(&findings, stderr);
	op25b_findings_free(&findings);
	assert_int_equal(error, 0);
	return policy;
}

static void write_file(const char *name, const void *data, size_t size)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static struct op25b_policy *load_disk(void)
{
	char folder[] = "/tmp/op25b-files-XXXXXX";
	struct op25b_findings findings;
	struct op25b_policy *policy = NULL;

	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(mkdir("p", 0700), 0);
	assert_int_equal(mkdir("p/more", 0700), 0);
	for (size_t i = 0; i < 3; i++)
		write_file(whole[i].name, whole[i].data, whole[i].size);
	assert_int_equal(op25b_policy_load("p/root.yaml", NOW, &policy, &findings), 0);
	op25b_findings_free(&findings);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(unlink(whole[i].name), 0);
	assert_int_equal(rmdir("p/more"), 0);
	assert_int_equal(rmdir("p"), 0);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(folder), 0);
	return policy;
}

static void files_in_memory_read_as_those_on_disk(void **state)
{
	struct op25b_policy *disk = load_disk(), *given = load_given(3);

	(void)state;
	assert_int_equal(disk->digest, given->digest);
	assert_int_equal(disk->n_files, 3);
	assert_int_equal(given->n_files, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(disk->files[i], whole[i].name);
		assert_string_equal(given->files[i], whole[i].name);
	}
	assert_int_equal(given->n_services, 2);
	assert_int_equal(given->n_lines, 1);
	op25b_policy_free(&disk);
	op25b_policy_free(&given);
}

static void a_file_that_was_not_given_is_a_finding_and_is_not_opened(void **state)
{
	static const char text[] = "op25b: 1\nservices: []\nlines_from: [/etc/passwd]\n";
	const struct op25b_policy_file file = { "root.yaml", text, sizeof(text) - 1 };
	struct op25b_findings findings;
	struct op25b_policy *policy = NULL;

	(void)state;
	assert_int_equal(op25b_policy_load_files(&file, 1, NOW, &policy, &findings), -EINVAL);
	assert_null(policy);
	assert_int_equal(findings.n_errors, 1);
	assert_string_equal(findings.list[0].file, "root.yaml");
	assert_int_equal(findings.list[0].line, 3);
	assert_non_null(strstr(findings.list[0].text, "No such file"));
	op25b_findings_free(&findings);
}

static void load_with_fifo(const char *root, const char *named)
{
	char folder[] = "/tmp/op25b-files-XXXXXX";
	struct op25b_findings findings;
	struct op25b_policy *policy = NULL;

	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(mkfifo("fifo.yaml", 0600), 0);
	write_file("root.yaml", root, strlen(root));
	assert_int_equal(op25b_policy_load(named, NOW, &policy, &findings), -EINVAL);
	assert_int_equal(findings.n_errors, 1);
	assert_non_null(strstr(findings.list[0].text, "'fifo.yaml': not a regular file"));
	op25b_findings_free(&findings);
	assert_int_equal(unlink("fifo.yaml"), 0);
	assert_int_equal(unlink("root.yaml"), 0);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void a_fifo_is_a_finding_wherever_it_is_named(void **state)
{
	(void)state;
	load_with_fifo("", "fifo.yaml");
	load_with_fifo("op25b: 1\nservices: []\ninclude: [fifo.yaml]\n", "root.yaml");
	load_with_fifo("op25b: 1\nservices: []\ninclude: [\"fi*.yaml\"]\n", "root.yaml");
	load_with_fifo("op25b: 1\nservices: []\nlines_from: [fifo.yaml]\n", "root.yaml");
}

static void a_pipe_that_the_caller_holds_is_read(void **state)
{
	struct op25b_findings findings;
	struct op25b_policy *policy = NULL;
	static const char text[] = "op25b: 1\nservices: []\n";
	char name[32];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	snprintf(name, sizeof(name), "/dev/fd/%d", ends[0]);
	(void)op25b_policy_load(name, NOW, &policy, &findings);
	for (size_t i = 0; i < findings.n; i++)
		assert_null(strstr(findings.list[i].text, "can't read"));
	op25b_findings_free(&findings);
	op25b_policy_free(&policy);
	close(ends[0]);
}

static void the_stage_is_named_by_the_last_change_and_ends_at_the_next(void **state)
{
	struct op25b_policy *policy = load_given(3);
	const int64_t january = 1798761600, march = 1803859200;

	(void)state;
	assert_true(op25b_policy_last_change(policy, january - 1) == INT64_MIN);
	assert_true(op25b_policy_next_change(policy, january - 1) == january);
	assert_true(op25b_policy_last_change(policy, january) == january);
	assert_true(op25b_policy_next_change(policy, january) == march);
	assert_true(op25b_policy_last_change(policy, march + 5) == march);
	assert_true(op25b_policy_next_change(policy, march) == INT64_MAX);
	op25b_policy_free(&policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_in_memory_read_as_those_on_disk),
		cmocka_unit_test(a_file_that_was_not_given_is_a_finding_and_is_not_opened),
		cmocka_unit_test(a_fifo_is_a_finding_wherever_it_is_named),
		cmocka_unit_test(a_pipe_that_the_caller_holds_is_read),
		cmocka_unit_test(the_stage_is_named_by_the_last_change_and_ends_at_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

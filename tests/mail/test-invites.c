/* SPDX-License-Identifier: BSD-2-Clause */
/* Codes of letters: what they make, how often one may be wrong, and what a death leaves. */
#include "tests/mail/accounts-lab.h"

#include <crypt.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/damm.h"

#define LINE "ip0123456789"
#define DAY  86400

static int hashes; /* that were made */

char *__real_crypt_r(const char *text, const char *setting, struct crypt_data *data);
char *__wrap_crypt_r(const char *text, const char *setting, struct crypt_data *data);

char *__wrap_crypt_r(const char *text, const char *setting, struct crypt_data *data)
{
	hashes++;
	return __real_crypt_r(text, setting, data);
}

static enum op25b_claim claim(struct lab *lab, int64_t now, const char *code, const char *name,
			      int *ret_left)
{
	const struct op25b_account_new account = {
		.name = name,
		.password = "correct horse",
		.line = LINE,
	};
	enum op25b_claim came = OP25B_CLAIM_COUNT;
	int left = 0;

	if (op25b_accounts_claim(lab->accounts, now, &account, code, 1, &came, &left, &lab->error))
		fail_msg("%s", lab->error.text);
	if (ret_left)
		*ret_left = left;
	return came;
}

static void invite(struct lab *lab, const char *line, char code[static OP25B_INVITE_CODE])
{
	if (op25b_accounts_invite(lab->accounts, 1000, line, 1, code, &lab->error))
		fail_msg("%s", lab->error.text);
}

/* Another code that could be one. */
static void another(const char *code, char ret[static OP25B_INVITE_CODE], unsigned int by)
{
	char digits[13] = "";
	size_t n = 0;

	for (const char *at = code; *at && n < 12; at++) {
		if (*at != '-')
			digits[n++] = *at;
	}
	digits[1] = (char)('0' + (digits[1] - '0' + (int)by) % 10);
	digits[11] = (char)('0' + op25b_damm(digits, 11));
	digits[12] = '\0';
	snprintf(ret, OP25B_INVITE_CODE, "%.4s %.4s %.4s", digits, digits + 4, digits + 8);
}

static void a_code_makes_one_account_on_its_line(void **state)
{
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE], plain[OP25B_INVITE_CODE] = "";

	invite(lab, LINE, code);
	assert_int_equal(strlen(code), 14);
	assert_int_equal(*code, '5');
	for (const char *at = code; *at; at++) {
		if (*at != '-')
			plain[strlen(plain)] = *at;
	}
	assert_int_equal(claim(lab, 2000, plain, "taro@example.net", NULL), OP25B_CLAIM_DONE);
	assert_string_equal(lab_find(lab, "taro@example.net")->line, LINE);
	assert_string_equal(lab_owners(lab, "taro@example.net"), "taro@example.net ");
	assert_int_equal(claim(lab, 2001, code, "jiro@example.net", NULL), OP25B_CLAIM_USED);
	assert_int_equal(op25b_accounts_find(lab->accounts, "jiro@example.net", lab_keep, lab),
			 -ENOENT);
	/* One of a line. */
	assert_int_equal(op25b_accounts_invite(lab->accounts, 3000, LINE, 1, code, &lab->error),
			 -EEXIST);
	assert_non_null(strstr(lab->error.text, "has 1 of the 1 mailboxes"));
}

static void a_mistyped_code_costs_no_try(void **state)
{
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE], typed[OP25B_INVITE_CODE];

	invite(lab, LINE, code);
	for (size_t i = 0; i < OP25B_INVITE_CODE - 1; i++) {
		memcpy(typed, code, sizeof(typed));
		if (typed[i] == '-')
			continue;
		typed[i] = typed[i] == '9' ? '0' : (char)(typed[i] + 1);
		assert_int_equal(claim(lab, 2000, typed, "taro", NULL), OP25B_CLAIM_MALFORMED);
	}
	assert_int_equal(claim(lab, 2000, "", "taro", NULL), OP25B_CLAIM_MALFORMED);
	assert_int_equal(claim(lab, 2000, "5123-4567-890", "taro", NULL), OP25B_CLAIM_MALFORMED);
	assert_int_equal(claim(lab, 2000, "sesame open!", "taro", NULL), OP25B_CLAIM_MALFORMED);
	assert_int_equal(claim(lab, 2000, code, "taro", NULL), OP25B_CLAIM_DONE);
}

static void five_wrong_codes_end_it(void **state)
{
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE], wrong[OP25B_INVITE_CODE];
	int left;

	invite(lab, LINE, code);
	for (int i = 1; i <= 5; i++) {
		another(code, wrong, (unsigned int)i);
		assert_int_equal(claim(lab, 2000, wrong, "taro", &left), OP25B_CLAIM_WRONG);
		assert_int_equal(left, 5 - i);
	}
	assert_int_equal(claim(lab, 2000, code, "taro", NULL), OP25B_CLAIM_SPENT);
	/* A new letter begins anew, and its predecessor is over. */
	memcpy(wrong, code, sizeof(wrong));
	invite(lab, LINE, code);
	assert_int_equal(claim(lab, 2000, wrong, "taro", &left), OP25B_CLAIM_WRONG);
	assert_int_equal(left, 4);
	assert_int_equal(claim(lab, 2000, code, "taro", NULL), OP25B_CLAIM_DONE);
}

static void after_fourteen_days_it_is_over(void **state)
{
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE];

	invite(lab, LINE, code);
	assert_int_equal(claim(lab, 1000 + 14 * DAY, code, "taro", NULL), OP25B_CLAIM_EXPIRED);
	assert_int_equal(claim(lab, 1000 + 14 * DAY - 1, code, "taro", NULL), OP25B_CLAIM_DONE);
}

static void what_is_long_over_is_forgotten(void **state)
{
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE], next[OP25B_INVITE_CODE];

	invite(lab, LINE, code);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(op25b_accounts_invite(lab->accounts,
						       1000 + (14 + 90) * (int64_t)DAY - 1 + i,
						       "ip9999999999", 1, next, &lab->error),
				 0);
		assert_int_equal(claim(lab, 1000 + (14 + 90) * (int64_t)DAY, code, "taro", NULL),
				 i ? OP25B_CLAIM_NOT_HERE : OP25B_CLAIM_EXPIRED);
	}
}

static void a_code_of_another_line_is_none_here(void **state)
{
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE];

	invite(lab, "ip9999999999", code);
	assert_int_equal(claim(lab, 2000, code, "taro", NULL), OP25B_CLAIM_NOT_HERE);
	assert_int_equal(op25b_accounts_find(lab->accounts, "taro", lab_keep, lab), -ENOENT);
}

static void a_taken_name_costs_a_try(void **state)
{
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE], wrong[OP25B_INVITE_CODE];
	int left;

	lab_add(lab, "taro", "", NULL);
	lab_add(lab, "hanako", "", "saburo@example.net");
	invite(lab, LINE, code);
	for (int i = 1; i <= 2; i++) {
		assert_int_equal(
			claim(lab, 2000, code, i == 1 ? "taro" : "saburo@example.net", &left),
			OP25B_CLAIM_TAKEN);
		assert_int_equal(left, 5 - i);
	}
	another(code, wrong, 3);
	/* With a wrong code nobody hears whether a name is taken. */
	assert_int_equal(claim(lab, 2000, wrong, "taro", &left), OP25B_CLAIM_WRONG);
	assert_int_equal(left, 2);
	assert_int_equal(claim(lab, 2000, code, "jiro", NULL), OP25B_CLAIM_DONE);
}

static void names_are_not_looked_up_without_end(void **state)
{
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE];

	lab_add(lab, "taro", "", NULL);
	invite(lab, LINE, code);
	for (int i = 0; i < 5; i++)
		assert_int_equal(claim(lab, 2000, code, "taro", NULL), OP25B_CLAIM_TAKEN);
	assert_int_equal(claim(lab, 2000, code, "jiro", NULL), OP25B_CLAIM_SPENT);
}

/* Each hash keeps whoever waits for op25b-maild waiting. */
static void only_who_gets_the_account_has_a_password_hashed(void **state)
{
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE], wrong[OP25B_INVITE_CODE];

	lab_add(lab, "taro", "", NULL);
	invite(lab, LINE, code);
	another(code, wrong, 3);
	hashes = 0;
	assert_int_equal(claim(lab, 2000, wrong, "jiro", NULL), OP25B_CLAIM_WRONG);
	assert_int_equal(claim(lab, 2000, code, "taro", NULL), OP25B_CLAIM_TAKEN);
	assert_int_equal(hashes, 2);
	assert_int_equal(claim(lab, 2000, code, "jiro", NULL), OP25B_CLAIM_DONE);
	assert_int_equal(hashes, 4);
	assert_int_equal(claim(lab, 2000, code, "saburo", NULL), OP25B_CLAIM_USED);
	assert_int_equal(hashes, 4);
}

static void a_code_is_kept_as_a_hash_alone(void **state)
{
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE], kept[400];

	invite(lab, LINE, code);
	lab_ask(lab,
		lab_is_server() ? "SELECT code FROM op25b_mail.invite" : "SELECT code FROM invite",
		kept, sizeof(kept));
	assert_int_equal(strncmp(kept, "$y$", 3), 0);
}

/* A process that claims without end, and tells of each answer that a code was wrong. */
static pid_t start_claimer(const char *location, const char *wrong, int *ret_answers)
{
	struct op25b_accounts *accounts = NULL;
	const struct op25b_account_new account = { .name = "taro",
						   .password = "correct horse",
						   .line = LINE };
	enum op25b_claim came = OP25B_CLAIM_WRONG;
	int pipes[2], left;
	pid_t child;

	assert_int_equal(pipe(pipes), 0);
	child = fork();
	if (child) {
		close(pipes[1]);
		*ret_answers = pipes[0];
		return child;
	}
	if (op25b_accounts_open(location, false, &accounts, NULL))
		_exit(1);
	while (op25b_accounts_claim(accounts, 2000, &account, wrong, 1, &came, &left, NULL) == 0 &&
	       came == OP25B_CLAIM_WRONG && write(pipes[1], "w", 1) == 1)
		;
	_exit(0);
}

static int64_t tries(struct lab *lab)
{
	char text[24];

	lab_ask(lab,
		lab_is_server() ? "SELECT tries FROM op25b_mail.invite" :
				  "SELECT tries FROM invite",
		text, sizeof(text));
	return strtoll(text, NULL, 10);
}

/* Kill it after so many answers; how many it gave in all. */
static int kill_a_claimer(struct lab *lab, const char *wrong, int after)
{
	int answers, n = 0;
	pid_t child = start_claimer(lab->location, wrong, &answers);
	char answer;

	while (n < after && read(answers, &answer, 1) == 1)
		n++;
	kill(child, SIGKILL);
	while (read(answers, &answer, 1) == 1)
		n++;
	waitpid(child, NULL, 0);
	close(answers);
	return n;
}

static void a_death_gives_no_try_back(void **state)
{
	struct lab *lab = *state;
	char code[OP25B_INVITE_CODE], wrong[OP25B_INVITE_CODE];

	for (int after = 0; after < 5; after++) {
		int64_t before = 0;
		int told = 0;

		invite(lab, LINE, code);
		another(code, wrong, 1);
		for (int i = 0; i < 3; i++) {
			told += kill_a_claimer(lab, wrong, after);
			assert_true(tries(lab) >= before);
			before = tries(lab);
			/* Counted first: who heard an answer has paid for it. */
			assert_true(before >= told && before <= OP25B_INVITE_TRIES);
		}
		if (before == OP25B_INVITE_TRIES)
			assert_int_equal(claim(lab, 2000, code, "taro", NULL), OP25B_CLAIM_SPENT);
	}
	assert_int_equal(tries(lab), OP25B_INVITE_TRIES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, lab_setup, lab_teardown)
		T(a_code_makes_one_account_on_its_line),
		T(a_mistyped_code_costs_no_try),
		T(five_wrong_codes_end_it),
		T(after_fourteen_days_it_is_over),
		T(what_is_long_over_is_forgotten),
		T(a_code_of_another_line_is_none_here),
		T(a_taken_name_costs_a_try),
		T(names_are_not_looked_up_without_end),
		T(only_who_gets_the_account_has_a_password_hashed),
		T(a_code_is_kept_as_a_hash_alone),
		T(a_death_gives_no_try_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What letters say. */
#include "tests/unit/test.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/letter.h"

#define NOW INT64_C(1795705200) /* 2026-11-26 15:00 UTC */

/* The best takes no mail yet when letters are posted: the next is named. */
static struct op25b_mail_server outgoing[] = {
	{ .host = "later.{domain}", .port = 465, .since = NOW + 1 },
	{ .host = "mail.{domain}", .port = 465 }
};
static const struct op25b_mail_settings settings = { .outgoing = outgoing, .n_outgoing = 2 };
static struct op25b_mail mail = { .stolen = { .hold_for = INT64_C(72) * 3600 },
				  .settings = &settings };
static struct op25b_tenant full = { .id = "",
				    .mail = &mail,
				    .provider = { .en = "Example Net", .ja = "例示ネット" },
				    .help_url = "https://www.example.net/port25/",
				    .support = "support@example.net" };
static struct op25b_tenant bare = { .id = "" };

static struct op25b_letter_facts facts_of(struct op25b_policy *policy, struct op25b_tenant *tenant)
{
	*policy = (struct op25b_policy){ .tenants = tenant, .n_tenants = 1 };
	return (struct op25b_letter_facts){ .policy = policy, .from = "mail-help@example.net" };
}

static char *write_letter(enum op25b_letter_kind kind, struct op25b_tenant *tenant)
{
	struct op25b_policy policy;
	const struct op25b_letter_facts facts = facts_of(&policy, tenant);
	struct op25b_letter_due due = { .at = NOW,
					.kind = kind,
					.account = "taro@a.example.net",
					.address = "taro@a.example.net",
					.why = "networks",
					.id = "0123456789abcdef0123456789abcdef" };
	char *text = NULL;

	if (kind == OP25B_LETTER_CONFIRM)
		strcpy(due.address, "taro@example.org");
	if (kind == OP25B_LETTER_CONFIRM || kind == OP25B_LETTER_ABROAD)
		strcpy(due.why, "k7TOKEN");
	assert_int_equal(op25b_letter_write(&due, &facts, &text), 0);
	return text;
}

/* The text of base64 from @from up to @end. */
static char *decode(const char *from, const char *end)
{
	unsigned char *out = calloc((size_t)(end - from) + 4, 1);
	EVP_ENCODE_CTX *context = EVP_ENCODE_CTX_new();
	int n = 0, last = 0;

	assert_non_null(out);
	EVP_DecodeInit(context);
	assert_true(EVP_DecodeUpdate(context, out, &n, (const unsigned char *)from,
				     (int)(end - from)) >= 0);
	assert_int_equal(EVP_DecodeFinal(context, out + n, &last), 1);
	EVP_ENCODE_CTX_free(context);
	return (char *)out;
}

static char *body_of(const char *message)
{
	const char *body = strstr(message, "\r\n\r\n");

	assert_non_null(body);
	return decode(body + 4, message + strlen(message));
}

/* A header's encoded words as one text. */
static char *header_of(const char *message, const char *name)
{
	const size_t room = strlen(message) + 1;
	char *text = calloc(room, 1);
	size_t n = 0;
	const char *at = strstr(message, name), *end;

	assert_non_null(text);
	assert_non_null(at);
	end = at;
	do {
		end = strstr(end + 1, "\r\n");
	} while (end[2] == ' ');
	while ((at = strstr(at, "?B?")) && at < end) {
		char *part = decode(at + 3, strstr(at + 3, "?="));

		n += (size_t)snprintf(text + n, room - n, "%s", part);
		free(part);
		at += 3;
	}
	return text;
}

static void check_form(const char *message)
{
	const char *line = message;

	while (*line) {
		const char *end = strstr(line, "\r\n");

		assert_non_null(end);
		assert_in_range(end - line, 0, 76);
		for (const char *c = line; c < end; c++)
			assert_in_range(*c, ' ', '~');
		line = end + 2;
	}
	assert_non_null(strstr(message, "\r\n <mail-help@example.net>\r\n"));
	assert_non_null(strstr(message, "\r\nDate: Thu, 26 Nov 2026 15:00:00 +0000\r\n"));
	assert_non_null(strstr(
		message, "\r\nMessage-ID: <0123456789abcdef0123456789abcdef@example.net>\r\n"));
	assert_non_null(strstr(message, "\r\nAuto-Submitted: auto-generated\r\n"));
	assert_non_null(strstr(message, "\r\nMIME-Version: 1.0\r\n"));
}

static void check_body(const char *body)
{
	assert_null(strpbrk(body, "{}"));
	assert_null(strstr(body, "\r\n\r\n\r\n"));
	for (const char *c = strchr(body, '\n'); c; c = strchr(c + 1, '\n'))
		assert_int_equal(c[-1], '\r');
}

static void every_letter_is_whole_with_and_without_facts(void **data)
{
	(void)data;
	for (enum op25b_letter_kind kind = 0; kind < OP25B_LETTER_KINDS; kind++) {
		struct op25b_tenant *const tenants[] = { &full, &bare };

		for (size_t i = 0; i < 2; i++) {
			char *message = write_letter(kind, tenants[i]);
			char *body = body_of(message);

			check_form(message);
			check_body(body);
			assert_non_null(strstr(body, "taro@a.example.net"));
			assert_ptr_equal(strstr(body, "(English text follows.)"), body);
			assert_non_null(strstr(body, "--- English ---"));
			assert_int_equal(i == 0, strstr(body, "support@example.net") != NULL);
			free(body);
			free(message);
		}
	}
}

static void both_languages_are_in_the_subject(void **data)
{
	char *message = write_letter(OP25B_LETTER_HELD, &full);
	char *subject = header_of(message, "\r\nSubject: "), *from = header_of(message, "From: ");

	(void)data;
	assert_string_equal(subject, "【例示ネット】送信メールを一時的にお預かりしています / "
				     "Mail you send is being held");
	assert_string_equal(from, "例示ネット");
	free(subject);
	free(from);
	free(message);
}

/* Only pages can make something of "tel:" and "mailto:". */
static void a_contact_stands_as_people_read_it(void **data)
{
	static const char *const contacts[][2] = {
		{ "tel:+81-3-0000-0001", "   +81-3-0000-0001\r\n" },
		{ "mailto:help@example.net", "   help@example.net\r\n" },
		{ "https://www.example.net/ask", "   https://www.example.net/ask\r\n" },
	};

	(void)data;
	for (size_t i = 0; i < sizeof(contacts) / sizeof(contacts[0]); i++) {
		struct op25b_tenant tenant = full;
		char *message, *body;

		tenant.support = contacts[i][0];
		message = write_letter(OP25B_LETTER_RELEASED, &tenant);
		body = body_of(message);
		assert_non_null(strstr(body, contacts[i][1]));
		free(body);
		free(message);
	}
}

static void a_provider_without_a_name_is_its_domain(void **data)
{
	char *message = write_letter(OP25B_LETTER_RELEASED, &bare);
	char *subject = header_of(message, "\r\nSubject: ");

	(void)data;
	assert_non_null(strstr(subject, "【example.net】"));
	free(subject);
	free(message);
}

static void check_holds(enum op25b_letter_kind kind, const char *const *texts, size_t n)
{
	char *message = write_letter(kind, &full), *body = body_of(message);

	for (size_t i = 0; i < n; i++) {
		if (!strstr(body, texts[i]))
			fail_msg("the letter does not say '%s':\n%s", texts[i], body);
	}
	free(body);
	free(message);
}

#define HOLDS(kind, ...)                                                     \
	do {                                                                 \
		const char *const texts_[] = { __VA_ARGS__ };                \
		check_holds(kind, texts_, sizeof(texts_) / sizeof(*texts_)); \
	} while (0)

static void letters_say_what_to_do(void **data)
{
	(void)data;
	HOLDS(OP25B_LETTER_HELD, "https://www.example.net/port25/ja/o/account-held\r\n",
	      "https://www.example.net/port25/en/o/account-held\r\n", "72時間", "72 hours",
	      "多くの異なる場所から", "from many different places", "スマートフォンや携帯電話に",
	      "Receiving mail works as before", "受信は、これまでどおり");
	HOLDS(OP25B_LETTER_LIMIT, "/ja/o/limit-reached\r\n", "72 hours", "above the limit");
	HOLDS(OP25B_LETTER_STOPPED, "/ja/o/account-stopped\r\n", "/en/o/account-stopped\r\n",
	      "by webmail", "ウェブメールでも", "after it was opened again", "解除後に");
	HOLDS(OP25B_LETTER_RELEASED, "/ja/settings\r\n", "/en/settings\r\n");
	HOLDS(OP25B_LETTER_POP, "Outgoing server (SMTP): mail.a.example.net\r\n", "Port: 465\r\n",
	      "Encryption: SSL/TLS\r\n", "ポート番号: 465\r\n", "may travel unencrypted",
	      "暗号化されずに送信されることがあり", "/ja/settings\r\n");
	HOLDS(OP25B_LETTER_CONFIRM, "taro@example.org", "/e/sender-confirm/k7TOKEN\r\n",
	      "Confirmation code: k7TOKEN\r\n", "DMARC");
	HOLDS(OP25B_LETTER_ABROAD, "taro@a.example.net", "/e/abroad-closed/k7TOKEN\r\n",
	      "within 24 hours", "24時間以内に");
}

/* The body of a letter of @kind to taro@a.example.net. */
static char *body_for(enum op25b_letter_kind kind, const char *account, const char *why)
{
	struct op25b_policy policy;
	const struct op25b_letter_facts facts = facts_of(&policy, &full);
	struct op25b_letter_due due = {
		.kind = kind, .at = NOW, .address = "taro@a.example.net", .id = "x"
	};
	char *message = NULL, *body;

	snprintf(due.account, sizeof(due.account), "%s", account);
	snprintf(due.why, sizeof(due.why), "%s", why);
	assert_int_equal(op25b_letter_write(&due, &facts, &message), 0);
	body = body_of(message);
	free(message);
	return body;
}

/* Where accounts are called by their login, as the policy's settings.username may say. */
static void the_server_is_that_of_the_address_not_of_the_login(void **data)
{
	char *body = body_for(OP25B_LETTER_POP, "taro", "");

	(void)data;
	assert_non_null(strstr(body, "Outgoing server (SMTP): mail.a.example.net\r\n"));
	assert_non_null(strstr(body, "送信サーバー（SMTP）: mail.a.example.net\r\n"));
	free(body);
}

/* Who was held or stopped by hand may owe money: that his password was stolen would not be true. */
static void an_operators_word_says_nothing_of_passwords(void **data)
{
	static const enum op25b_letter_kind stated[] = { OP25B_LETTER_HELD, OP25B_LETTER_STOPPED };
	static const char *const words[] = { "operator", "unpaid" };

	(void)data;
	for (size_t i = 0; i < 4; i++) {
		char *body = body_for(stated[i / 2], "taro@a.example.net", words[i % 2]);

		assert_null(strstr(body, "unusual"));
		assert_null(strstr(body, "password"));
		assert_null(strstr(body, "パスワード"));
		assert_non_null(strstr(body, "Please contact us.\r\n   support@example.net\r\n"));
		assert_non_null(strstr(body, "窓口へご連絡ください。\r\n   support@example.net"));
		free(body);
	}
}

/* Each word that numbers.h gives has its sentence. */
static void a_first_use_elsewhere_is_told_in_general(void **data)
{
	char *body = body_for(OP25B_LETTER_HELD, "taro@a.example.net", "first-away");

	(void)data;
	assert_non_null(strstr(body, "used in an unusual way"));
	assert_non_null(strstr(body, "Change your password"));
	free(body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_letter_is_whole_with_and_without_facts),
		cmocka_unit_test(both_languages_are_in_the_subject),
		cmocka_unit_test(a_contact_stands_as_people_read_it),
		cmocka_unit_test(a_provider_without_a_name_is_its_domain),
		cmocka_unit_test(letters_say_what_to_do),
		cmocka_unit_test(the_server_is_that_of_the_address_not_of_the_login),
		cmocka_unit_test(an_operators_word_says_nothing_of_passwords),
		cmocka_unit_test(a_first_use_elsewhere_is_told_in_general),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What Postfix asks op25b-maild: whole, byte by byte, several at once, torn, and hostile. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/postfix.h"
#include "mail/socketmap.h"
#include "policy/prefix.h"

/* As Postfix 3.7.11 sends it at DATA, with other names. */
static const char at_data[] =
	"request=smtpd_access_policy\nprotocol_state=DATA\nprotocol_name=ESMTP\n"
	"client_address=198.51.100.7\nclient_name=unknown\nclient_port=57257\n"
	"reverse_client_name=unknown\nserver_address=192.0.2.25\nserver_port=587\n"
	"helo_name=client.example\nsender=alice@example.net\nrecipient=x@example.org\n"
	"recipient_count=1\nqueue_id=61CF3A72B02\ninstance=56e1.6b020bcd.5ef8d.0\nsize=0\n"
	"etrn_domain=\nstress=\nsasl_method=PLAIN\nsasl_username=alice\nsasl_sender=\n"
	"ccert_subject=\nccert_issuer=\nccert_fingerprint=\nccert_pubkey_fingerprint=\n"
	"encryption_protocol=TLSv1.3\nencryption_cipher=TLS_AES_256_GCM_SHA384\n"
	"encryption_keysize=256\npolicy_context=submission/data\n\n";

static char buffer[OP25B_POSTFIX_REQUEST + 100];

static int read_postfix(const char *text, struct op25b_postfix_request *ret)
{
	/* No NUL at its end: nothing may look for one. */
	const int size = snprintf(buffer, sizeof(buffer), "%sx", text) - 1;

	return op25b_postfix_read(buffer, (size_t)size, ret, NULL);
}

static void check_at_data(const struct op25b_postfix_request *request)
{
	char text[OP25B_PREFIX_TEXT];

	assert_int_equal(request->state, OP25B_POSTFIX_DATA);
	assert_string_equal(op25b_prefix_format(&request->client, text), "198.51.100.7/32");
	assert_string_equal(op25b_prefix_format(&request->server, text), "192.0.2.25/32");
	assert_int_equal(request->client_port, 57257);
	assert_int_equal(request->server_port, 587);
	assert_string_equal(request->instance, "56e1.6b020bcd.5ef8d.0");
	assert_string_equal(request->queue_id, "61CF3A72B02");
	assert_string_equal(request->context, "submission/data");
	assert_string_equal(request->sender, "alice@example.net");
	assert_string_equal(request->recipient, "x@example.org");
	assert_string_equal(request->sasl_username, "alice");
	assert_int_equal(request->recipients, 1);
	assert_int_equal(request->size, 0);
	assert_true(request->tls);
}

static void a_request_of_postfix_is_read(void **state)
{
	struct op25b_postfix_request request;

	(void)state;
	assert_int_equal(read_postfix(at_data, &request), sizeof(at_data) - 1);
	check_at_data(&request);
}

static void a_request_is_read_when_its_last_byte_is_there(void **state)
{
	struct op25b_postfix_request request;

	(void)state;
	for (size_t size = 0; size < sizeof(at_data) - 1; size++) {
		memcpy(buffer, at_data, sizeof(at_data));
		assert_int_equal(op25b_postfix_read(buffer, size, &request, NULL), 0);
		assert_memory_equal(buffer, at_data, sizeof(at_data));
	}
}

static void requests_follow_one_another(void **state)
{
	struct op25b_postfix_request request;
	const size_t size = sizeof(at_data) - 1;

	(void)state;
	memcpy(buffer, at_data, size);
	memcpy(buffer + size, at_data, size);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
			op25b_postfix_read(buffer + i * size, (2 - i) * size, &request, NULL),
			size);
		check_at_data(&request);
	}
}

static void what_is_absent_is_empty(void **state)
{
	struct op25b_postfix_request request;

	(void)state;
	assert_int_equal(read_postfix("request=smtpd_access_policy\n\n", &request), 29);
	assert_int_equal(request.state, OP25B_POSTFIX_OTHER);
	assert_int_equal(request.client.family, OP25B_NO_FAMILY);
	assert_string_equal(request.instance, "");
	assert_string_equal(request.sender, "");
	assert_string_equal(request.recipient, "");
	assert_string_equal(request.sasl_username, "");
	assert_string_equal(request.queue_id, "");
	assert_string_equal(request.context, "");
	assert_int_equal(request.recipients, 0);
	assert_int_equal(request.size, 0);
	assert_false(request.tls);
}

static void states_and_addresses_are_told_apart(void **state)
{
	static const struct {
		const char *line;
		enum op25b_postfix_state state;
		const char *client; /* NULL: none */
	} cases[] = {
		{ "protocol_state=RCPT\nclient_address=2001:db8::7", OP25B_POSTFIX_RCPT,
		  "2001:db8::7/128" },
		{ "protocol_state=END-OF-MESSAGE\nclient_address=::ffff:192.0.2.7",
		  OP25B_POSTFIX_END_OF_MESSAGE, "192.0.2.7/32" },
		{ "protocol_state=VRFY\nclient_address=unknown", OP25B_POSTFIX_OTHER, NULL },
		{ "protocol_state=rcpt\nclient_address=192.0.2.0/24", OP25B_POSTFIX_OTHER, NULL },
		{ "protocol_state=RCPT\nprotocol_state=DATA\nclient_address=fe80::1%eth0",
		  OP25B_POSTFIX_DATA, NULL },
		{ "protocol_state=DATA\nprotocol_state=\nclient_address=192.0.2.1\n"
		  "client_address=",
		  OP25B_POSTFIX_OTHER, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct op25b_postfix_request request;
		char text[300], client[OP25B_PREFIX_TEXT];

		snprintf(text, sizeof(text), "request=smtpd_access_policy\n%s\n\n", cases[i].line);
		assert_int_equal(read_postfix(text, &request), strlen(text));
		assert_int_equal(request.state, cases[i].state);
		if (cases[i].client)
			assert_string_equal(op25b_prefix_format(&request.client, client),
					    cases[i].client);
		else
			assert_int_equal(request.client.family, OP25B_NO_FAMILY);
	}
}

static void strangers_words_are_handed_on_as_they_are(void **state)
{
	struct op25b_postfix_request request;

	(void)state;
	assert_true(read_postfix("request=smtpd_access_policy\nsender=\"a=b\\\" action=OK\"@x\n"
				 "recipient=\303\251\001=@=\nhelo_name=sasl_username=bob\n"
				 "sasl_username=\nx\377y=1\nclient_port=70000\n\n",
				 &request) > 0);
	assert_string_equal(request.sender, "\"a=b\\\" action=OK\"@x");
	assert_string_equal(request.recipient, "\303\251\001=@=");
	assert_string_equal(request.sasl_username, "");
	assert_int_equal(request.client_port, 0);
}

static void what_is_no_request_is_refused(void **state)
{
	static const char *const bad[] = {
		"\n",
		"\n\n",
		"protocol_state=RCPT\n\n",
		"request=junk\n\n",
		"request=smtpd_access_policy\nx\n\n",
		"request=smtpd_access_policy\n \n\n",
		"request=smtpd_access_policy\nrecipient_count=\n\n",
		"request=smtpd_access_policy\nrecipient_count=-1\n\n",
		"request=smtpd_access_policy\nrecipient_count=4294967296\n\n",
		"request=smtpd_access_policy\nsize=99999999999999999999\n\n",
		"request=smtpd_access_policy\nsize=1k\n\n",
		"GET / HTTP/1.0\n\n",
	};
	struct op25b_postfix_request request;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(read_postfix(bad[i], &request), -EBADMSG);
	memcpy(buffer, "request=smtpd_access_policy\nsender=a\0b\n\n", 41);
	assert_int_equal(op25b_postfix_read(buffer, 40, &request, NULL), -EBADMSG);
}

static void a_request_without_end_is_refused_in_time(void **state)
{
	struct op25b_postfix_request request;

	(void)state;
	memset(buffer, 'a', sizeof(buffer));
	assert_int_equal(op25b_postfix_read(buffer, OP25B_POSTFIX_REQUEST - 1, &request, NULL), 0);
	assert_int_equal(op25b_postfix_read(buffer, OP25B_POSTFIX_REQUEST, &request, NULL),
			 -EBADMSG);
	/* An end behind the limit is none. */
	buffer[OP25B_POSTFIX_REQUEST + 1] = buffer[OP25B_POSTFIX_REQUEST + 2] = '\n';
	assert_int_equal(op25b_postfix_read(buffer, sizeof(buffer), &request, NULL), -EBADMSG);
}

static void an_answer_that_may_not_be_given_is_not(void **state)
{
	static const struct {
		const char *action;
		bool grant, restricts; /* whether each socket may say it */
	} cases[] = {
		{ "OK", true, false },
		{ "DUNNO", true, true },
		{ "HOLD looked at first", true, true },
		{ "450 4.7.1 later", true, true },
		{ "554 5.7.1 no", true, true },
		{ "ok", false, false },
		{ "OK ", false, false },
		{ "PERMIT", false, false },
		{ "permit_auth_destination", false, false },
		{ "250 2.0.0 OK", false, false },
		{ "1", false, false },
		{ "", false, false },
		{ "554 4.7.1 no", false, false },
		{ "450 5.7.1 no", false, false },
		{ "554 no", false, false },
		{ "HOLD", false, false },
		{ "FILTER x:y", false, false },
		{ "DUNNO\n\naction=OK", false, false },
		{ "554 5.7.1 \303\251", false, false },
	};
	char reply[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char wanted[64];

		snprintf(wanted, sizeof(wanted), "action=%s\n\n", cases[i].action);
		for (int grant = 0; grant < 2; grant++) {
			bool may = grant ? cases[i].grant : cases[i].restricts;
			size_t n =
				op25b_postfix_write(grant, cases[i].action, reply, sizeof(reply));

			assert_int_equal(n, may ? strlen(wanted) : 0);
			if (may)
				assert_string_equal(reply, wanted);
		}
	}
	assert_int_equal(op25b_postfix_write(true, "DUNNO", reply, 14), 0);
	assert_int_equal(op25b_postfix_write(true, "DUNNO", reply, 15), 14);
}

static void a_socketmap_request_is_read(void **state)
{
	static const char text[] = "25:senderlogin a b@x.example,2:a ,";
	const char *name, *key;

	(void)state;
	for (size_t size = 0; size < 29; size++) {
		memcpy(buffer, text, sizeof(text));
		assert_int_equal(op25b_socketmap_read(buffer, size, &name, &key, NULL), 0);
		assert_memory_equal(buffer, text, sizeof(text));
	}
	assert_int_equal(op25b_socketmap_read(buffer, 34, &name, &key, NULL), 29);
	assert_string_equal(name, "senderlogin");
	assert_string_equal(key, "a b@x.example");
	assert_int_equal(op25b_socketmap_read(buffer + 29, 5, &name, &key, NULL), 5);
	assert_string_equal(name, "a");
	assert_string_equal(key, "");
}

static void what_is_no_socketmap_request_is_refused(void **state)
{
	static const char *const bad[] = {
		":,", "x",  "-1:a b,", "04:a b,", "4097:",  "99999",
		"00", "1 ", "3:abc,",  "2: b,",   "3:a b;", "0:,",
	};
	const char *name, *key;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(buffer, sizeof(buffer), "%s", bad[i]);
		assert_int_equal(op25b_socketmap_read(buffer, strlen(bad[i]), &name, &key, NULL),
				 -EBADMSG);
	}
	memcpy(buffer, "5:a b\0c,", sizeof("5:a b\0c,"));
	assert_int_equal(op25b_socketmap_read(buffer, 8, &name, &key, NULL), -EBADMSG);
}

static void the_longest_socketmap_request_is_read(void **state)
{
	const char *name, *key;
	size_t head = (size_t)sprintf(buffer, "%u:m ", OP25B_SOCKETMAP_REQUEST);

	(void)state;
	memset(buffer + head, 'k', OP25B_SOCKETMAP_REQUEST - 2);
	buffer[head - 2 + OP25B_SOCKETMAP_REQUEST] = ',';
	assert_int_equal(
		op25b_socketmap_read(buffer, head - 1 + OP25B_SOCKETMAP_REQUEST, &name, &key, NULL),
		head - 1 + OP25B_SOCKETMAP_REQUEST);
	assert_int_equal(strlen(key), OP25B_SOCKETMAP_REQUEST - 2);
}

static void a_socketmap_reply_is_a_netstring(void **state)
{
	char reply[64], *long_value;

	(void)state;
	assert_int_equal(op25b_socketmap_write("OK", "alice,bob", reply, sizeof(reply)), 16);
	assert_string_equal(reply, "12:OK alice,bob,");
	assert_int_equal(op25b_socketmap_write("NOTFOUND", "", reply, sizeof(reply)), 12);
	assert_string_equal(reply, "9:NOTFOUND ,");
	assert_int_equal(op25b_socketmap_write("OK", "alice", reply, 11), 0);
	long_value = malloc(OP25B_SOCKETMAP_REPLY + 1);
	memset(long_value, 'a', OP25B_SOCKETMAP_REPLY);
	long_value[OP25B_SOCKETMAP_REPLY] = '\0';
	assert_int_equal(op25b_socketmap_write("OK", long_value, buffer, sizeof(buffer)), 0);
	free(long_value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_of_postfix_is_read),
		cmocka_unit_test(a_request_is_read_when_its_last_byte_is_there),
		cmocka_unit_test(requests_follow_one_another),
		cmocka_unit_test(what_is_absent_is_empty),
		cmocka_unit_test(states_and_addresses_are_told_apart),
		cmocka_unit_test(strangers_words_are_handed_on_as_they_are),
		cmocka_unit_test(what_is_no_request_is_refused),
		cmocka_unit_test(a_request_without_end_is_refused_in_time),
		cmocka_unit_test(an_answer_that_may_not_be_given_is_not),
		cmocka_unit_test(a_socketmap_request_is_read),
		cmocka_unit_test(what_is_no_socketmap_request_is_refused),
		cmocka_unit_test(the_longest_socketmap_request_is_read),
		cmocka_unit_test(a_socketmap_reply_is_a_netstring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

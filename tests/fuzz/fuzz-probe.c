/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as what a server says. What must hold: cut in pieces they are the same replies; a reply
 * ends; whatever is made of it is plain ASCII; what is left over is no more than was given.
 *
 * Input: a byte that seeds how it is cut, then what is said.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "probe/escape.h"
#include "probe/hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_plain(const char *text)
{
	for (; *text; text++)
		assert(*text >= ' ' && *text <= '~');
}

static void check_reply(const struct op25b_smtp_reply *reply)
{
	struct op25b_probe_refusal refusal;
	struct op25b_hello hello;
	char name[OP25B_PROBE_NAME];

	assert(reply->code >= 200 && reply->code <= 599);
	assert(reply->n_lines && reply->n_lines <= OP25B_SMTP_LINES);
	assert(reply->n_lines <= reply->n_all);
	op25b_hello_read(reply, &hello);
	for (size_t i = 0; i < hello.n_auth; i++)
		check_plain(hello.auth[i]);
	check_plain(op25b_hello_name(reply, name));
	(void)op25b_hello_is_masked(reply);
	(void)op25b_hello_refusal(reply, &refusal);
	check_plain(refusal.link);
	check_plain(refusal.code);
	for (size_t i = 0; i < refusal.n_lines; i++)
		check_plain(refusal.lines[i]);
}

struct heard {
	size_t n;                /* replies */
	uint64_t sum;            /* of their codes and lines */
	enum op25b_smtp_end end; /* of the last */
};

static void listen_to(const uint8_t *data, size_t size, size_t most, struct heard *ret)
{
	static struct op25b_smtp_reader reader;
	size_t used, whole = 0;

	*ret = (struct heard){ .end = OP25B_SMTP_MORE };
	op25b_smtp_init(&reader);
	while (size && (ret->end == OP25B_SMTP_MORE || ret->end == OP25B_SMTP_WHOLE)) {
		size_t n = size < most ? size : most;

		ret->end = op25b_smtp_read(&reader, data, n, &used);
		assert(used && used <= n);
		data += used;
		size -= used;
		whole += used;
		assert(whole <= OP25B_SMTP_BYTES + 1 || ret->end == OP25B_SMTP_TOO_LONG);
		if (ret->end != OP25B_SMTP_WHOLE)
			continue;
		check_reply(&reader.reply);
		ret->n++;
		ret->sum = ret->sum * 31 + (uint64_t)reader.reply.code * 8 + reader.reply.n_all;
		whole = 0;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard all, cut;
	char text[OP25B_PROBE_TEXT];

	if (size < 1)
		return 0;
	listen_to(data + 1, size - 1, size, &all);
	listen_to(data + 1, size - 1, 1 + data[0] % 16, &cut);
	assert(all.n == cut.n && all.sum == cut.sum && all.end == cut.end);
	check_plain(op25b_probe_escape(data, size, text, sizeof(text)));
	check_plain(op25b_probe_escape(data, size, text, 8));
	return 0;
}

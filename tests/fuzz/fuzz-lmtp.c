/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as an LMTP client's: in whatever pieces they come the answers are the same, every
 * answer is whole lines, and only of a mail whose top we wrote ourselves is anything known.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "mail/lmtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
	uint64_t hash; /* of all that was said */
	unsigned int replies, kept;
};

static bool is_domain(void *arg, const char *domain)
{
	(void)arg;
	return *domain == 'd';
}

static int is_known(void *arg, uint64_t code)
{
	(void)arg;
	return code % 5 ? 1 : 0;
}

static int keep(void *arg, const struct op25b_lmtp_mail *mail)
{
	struct world *w = arg;

	w->kept++;
	assert(mail->code / 1000000000 == 4 && strlen(mail->sender) < OP25B_LMTP_SENDER);
	assert(mail->trace->known || (!mail->trace->tls && !mail->trace->auth));
	assert(!mail->trace->known || mail->trace->client.family);
	return 0;
}

static void say(void *to, const char *text)
{
	const size_t n = strlen(text);
	struct world *w = to;

	assert(n > 5 && n < 200 && !strcmp(text + n - 2, "\r\n"));
	for (size_t i = 0; i < n; i++)
		w->hash = w->hash * 31 + (uint8_t)text[i];
	w->replies++;
}

static bool is_host(void *arg, const char *name)
{
	(void)arg;
	return *name == 'm';
}

static bool is_ours(void *arg, const struct op25b_prefix *address)
{
	(void)arg;
	assert(address->family);
	return address->addr[0] == 192;
}

static struct world talk(const uint8_t *data, size_t size, size_t piece)
{
	static struct op25b_lmtp lmtp;
	struct world w = { 0 };
	const struct op25b_lmtp_calls calls = { is_domain, is_known, keep, &w, say };
	const struct op25b_trace_own own = { is_host, is_ours, NULL };
	bool open = true;

	op25b_lmtp_begin(&lmtp, &calls, &own, &w);
	for (size_t i = 0; open && i < size; i += piece)
		open = op25b_lmtp_feed(&lmtp, (const char *)data + i,
				       size - i < piece ? size - i : piece);
	return w;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct world whole = talk(data, size, size ? size : 1), bytes = talk(data, size, 1);

	assert(whole.hash == bytes.hash && whole.replies == bytes.replies &&
	       whole.kept == bytes.kept);
	return 0;
}

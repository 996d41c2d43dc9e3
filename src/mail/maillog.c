/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line is "STAMP HOST NAME/PROGRAM[PID]: TEXT", the stamp being syslog's ("Nov 27 01:13:40",
 * which Postfix's own maillog_file has too) or one of RFC 3339. TEXT is read from its beginning,
 * word by word as Postfix 3.7 writes it, and what does not fit tells nothing. So a stranger's words
 * count for nothing wherever they stand: behind what is read (a server's reply, a subject), or in
 * an address, whose quotes and brackets are followed to its end (info_log_addr_form = external, the
 * default).
 */
#include <arpa/inet.h>
#include <string.h>

#include "mail/maillog.h"

/* What is left of a line. */
struct rest {
	const char *p, *end;
};

static bool take(struct rest *rest, const char *text)
{
	const size_t size = strlen(text);

	if ((size_t)(rest->end - rest->p) < size || memcmp(rest->p, text, size) != 0)
		return false;
	rest->p += size;
	return true;
}

/* Up to @stop, and over it; @ret without it. */
static bool take_until(struct rest *rest, char stop, struct rest *ret)
{
	const char *at = memchr(rest->p, stop, (size_t)(rest->end - rest->p));

	if (!at)
		return false;
	*ret = (struct rest){ rest->p, at };
	rest->p = at + 1;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool take_number(struct rest *rest, uint32_t most, uint32_t *ret)
{
	const char *from = rest->p;
	uint64_t n = 0;

	while (rest->p < rest->end && is_digit(*rest->p) && n <= most)
		n = n * 10 + (uint64_t)(*rest->p++ - '0');
	if (rest->p == from || n > most)
		return false;
	*ret = (uint32_t)n;
	return true;
}

/* Digits, and what stands between those of a delay. */
static bool take_figures(struct rest *rest)
{
	const char *from = rest->p;

	while (rest->p < rest->end && (is_digit(*rest->p) || *rest->p == '.' || *rest->p == '/'))
		rest->p++;
	return rest->p > from;
}

/* "ADDRESS>": a quoted local part or a domain literal may hold any character, ">" too. */
static bool take_address(struct rest *rest)
{
	char inside = '\0';

	while (rest->p < rest->end) {
		const char c = *rest->p++;

		if (c == '\\' && inside != ']' && rest->p < rest->end)
			rest->p++;
		else if (inside != '\0')
			inside = c == inside ? '\0' : inside;
		else if (c == '"')
			inside = '"';
		else if (c == '[')
			inside = ']';
		else if (c == '>')
			return true;
	}
	return false;
}

static bool take_stamp(struct rest *rest)
{
	const char *p = rest->p;
	struct rest word;

	if (rest->p < rest->end && is_digit(*rest->p))
		return take_until(rest, ' ', &word) && word.end - word.p >= 20 && word.p[10] == 'T';
	if (rest->end - p < 16 || p[3] != ' ' || p[6] != ' ' || p[9] != ':' || p[12] != ':' ||
	    p[15] != ' ')
		return false;
	rest->p += 16;
	return true;
}

/* "HOST NAME/PROGRAM[PID]: ": @ret_program is the last of the name's parts. */
static bool take_origin(struct rest *rest, struct rest *ret_program, uint32_t *ret_pid)
{
	struct rest host, name;
	const char *slash;

	if (!take_until(rest, ' ', &host) || !take_until(rest, '[', &name) ||
	    memchr(name.p, ' ', (size_t)(name.end - name.p)))
		return false;
	slash = memrchr(name.p, '/', (size_t)(name.end - name.p));
	if (!slash || !take_number(rest, INT32_MAX, ret_pid) || !take(rest, "]: "))
		return false;
	*ret_program = (struct rest){ slash + 1, name.end };
	return true;
}

static bool is(struct rest word, const char *text)
{
	return (size_t)(word.end - word.p) == strlen(text) &&
	       memcmp(word.p, text, strlen(text)) == 0;
}

/* "QUEUEID: ", short (hexadecimal) or long. */
static bool take_queue_id(struct rest *rest, char ret[static OP25B_MAILLOG_QUEUE])
{
	struct rest after = *rest, word;
	size_t size;

	if (!take_until(&after, ':', &word) || !take(&after, " ") || is(word, "NOQUEUE"))
		return false;
	size = (size_t)(word.end - word.p);
	if (size < 5 || size >= OP25B_MAILLOG_QUEUE)
		return false;
	for (size_t i = 0; i < size; i++)
		if (!is_digit(word.p[i]) && !(word.p[i] >= 'A' && word.p[i] <= 'Z') &&
		    !(word.p[i] >= 'a' && word.p[i] <= 'z'))
			return false;
	memcpy(ret, word.p, size);
	ret[size] = '\0';
	*rest = after;
	return true;
}

/* "NAME[ADDRESS]", or with ":PORT", which is whole only where something follows. */
static bool take_client(struct rest *rest, struct op25b_prefix *ret, uint16_t *ret_port)
{
	char text[INET6_ADDRSTRLEN];
	struct rest name, address;
	uint32_t port = 0;
	size_t size;

	if (!take_until(rest, '[', &name) || !take_until(rest, ']', &address) ||
	    memchr(name.p, ' ', (size_t)(name.end - name.p)))
		return false;
	if (take(rest, ":") && (!take_number(rest, UINT16_MAX, &port) || rest->p == rest->end))
		return false;
	if (rest->p < rest->end && *rest->p != ' ')
		return false;
	*ret_port = (uint16_t)port;
	size = (size_t)(address.end - address.p);
	if (size >= sizeof(text))
		return false;
	memcpy(text, address.p, size);
	text[size] = '\0';
	*ret = (struct op25b_prefix){ .family = OP25B_V4, .len = 32 };
	if (inet_pton(AF_INET, text, ret->addr) == 1)
		return true;
	*ret = (struct op25b_prefix){ .family = OP25B_V6, .len = 128 };
	if (inet_pton(AF_INET6, text, ret->addr) == 1)
		return true;
	*ret = (struct op25b_prefix){ 0 };
	return true;
}

/* The last " from " of "lost connection after DATA (14 bytes) from ...", its own words. */
static bool take_last_from(struct rest *rest)
{
	const char *found = NULL;
	struct rest word, left = *rest;

	while (take_until(&left, ' ', &word))
		if (is(word, "from"))
			found = left.p;
	if (found)
		rest->p = found;
	return found != NULL;
}

static bool ends_with(struct rest rest, const char *text)
{
	const size_t size = strlen(text);

	return (size_t)(rest.end - rest.p) >= size && memcmp(rest.end - size, text, size) == 0;
}

/* After "lost connection" comes "disconnect", whose statistics tell that it is whole. */
static void read_smtpd(struct rest rest, struct op25b_maillog_event *ret)
{
	const bool over = take(&rest, "disconnect from ");

	if (over || take(&rest, "lost connection after ") || take(&rest, "timeout after ")) {
		if ((over || take_last_from(&rest)) &&
		    take_client(&rest, &ret->client, &ret->client_port) &&
		    (!over || take(&rest, " ")))
			ret->kind = OP25B_MAILLOG_HUNG_UP;
		return;
	}
	/* Too big: smtpd notices by itself. Refused there: by who comes after us. */
	if (take(&rest, "warning: ")) {
		if (take_queue_id(&rest, ret->queue_id) &&
		    take(&rest, "queue file size limit exceeded"))
			ret->kind = OP25B_MAILLOG_NOT_TAKEN;
	} else if (take_queue_id(&rest, ret->queue_id) &&
		   take(&rest, "reject: END-OF-MESSAGE from ")) {
		ret->kind = OP25B_MAILLOG_NOT_TAKEN;
	}
}

static void read_cleanup(struct rest rest, struct op25b_maillog_event *ret)
{
	if (!take(&rest, "warning: ")) {
		if (take_queue_id(&rest, ret->queue_id) &&
		    (take(&rest, "reject: ") || take(&rest, "milter-reject: ")))
			ret->kind = OP25B_MAILLOG_NOT_TAKEN;
		return;
	}
	if (take_queue_id(&rest, ret->queue_id) &&
	    (take(&rest, "queue file size limit exceeded") || take(&rest, "write queue file: ") ||
	     take(&rest, "message rejected: ") ||
	     ends_with(rest, " -- message not accepted, try again later") ||
	     ends_with(rest, " -- deferring delivery")))
		ret->kind = OP25B_MAILLOG_NOT_TAKEN;
}

static void read_qmgr(struct rest rest, struct op25b_maillog_event *ret)
{
	uint32_t number;

	if (!take_queue_id(&rest, ret->queue_id))
		return;
	if (take(&rest, "removed") && rest.p == rest.end)
		ret->kind = OP25B_MAILLOG_GONE;
	else if (take(&rest, "from=<") && take_address(&rest) && take(&rest, ", size=") &&
		 take_figures(&rest) && take(&rest, ", nrcpt=") &&
		 take_number(&rest, INT32_MAX, &number) && take(&rest, " (queue active)") &&
		 rest.p == rest.end)
		ret->kind = OP25B_MAILLOG_QUEUED;
}

/* "5.1.1": of a class that there is. */
static bool take_dsn(struct rest *rest, uint8_t ret[3])
{
	for (int i = 0; i < 3; i++) {
		uint32_t n;

		if ((i > 0 && !take(rest, ".")) || !take_number(rest, 999, &n))
			return false;
		ret[i] = n > UINT8_MAX ? UINT8_MAX : (uint8_t)n;
	}
	return ret[0] == 2 || ret[0] == 4 || ret[0] == 5;
}

/* "to=<>, [orig_to=<>, ]relay=N, [conn_use=N, ]delay=N, delays=N, dsn=N, status=WORD (" */
static void read_result(struct rest rest, struct op25b_maillog_event *ret)
{
	struct rest relay, status;
	uint8_t dsn[3];

	if (!take_queue_id(&rest, ret->queue_id) || !take(&rest, "to=<") || !take_address(&rest))
		return;
	if (take(&rest, ", orig_to=<") && !take_address(&rest))
		return;
	if (!take(&rest, ", relay=") || !take_until(&rest, ',', &relay))
		return;
	if (take(&rest, " conn_use=") && (!take_figures(&rest) || !take(&rest, ",")))
		return;
	if (!take(&rest, " delay=") || !take_figures(&rest) || !take(&rest, ", delays=") ||
	    !take_figures(&rest) || !take(&rest, ", dsn=") || !take_dsn(&rest, dsn) ||
	    !take(&rest, ", status=") || !take_until(&rest, ' ', &status) || !take(&rest, "("))
		return;
	ret->bounced = is(status, "bounced");
	if (!ret->bounced && !is(status, "sent") && !is(status, "deferred"))
		return;
	memcpy(ret->dsn, dsn, sizeof(ret->dsn));
	ret->kind = OP25B_MAILLOG_RESULT;
}

void op25b_maillog_read(const char *line, size_t size, struct op25b_maillog_event *ret)
{
	static const struct {
		const char *program;
		void (*read)(struct rest rest, struct op25b_maillog_event *ret);
	} programs[] = {
		{ "smtpd", read_smtpd },    { "cleanup", read_cleanup }, { "qmgr", read_qmgr },
		{ "postsuper", read_qmgr }, { "smtp", read_result },     { "lmtp", read_result },
		{ "local", read_result },   { "virtual", read_result },  { "error", read_result },
		{ "retry", read_result },   { "pipe", read_result },     { "discard", read_result },
		{ "bounce", read_result },
	};
	struct rest rest = { line, line + size }, program;
	uint32_t pid;

	*ret = (struct op25b_maillog_event){ .kind = OP25B_MAILLOG_NOTHING };
	if (!take_stamp(&rest) || !take_origin(&rest, &program, &pid))
		return;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (is(program, programs[i].program))
			programs[i].read(rest, ret);
	if (ret->kind == OP25B_MAILLOG_NOTHING)
		*ret = (struct op25b_maillog_event){ .kind = OP25B_MAILLOG_NOTHING };
	else if (ret->kind == OP25B_MAILLOG_HUNG_UP)
		ret->pid = pid;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* op25b-noticed: the command line. What it does is run.c's. */
#include "notice/wire.h"
#include "noticed/run.h"
#include "serve/log.h"
#include "serve/options.h"

static const char usage[] =
	"usage: op25b-noticed [--socket PATH]\n"
	"\n"
	"Tells clients whose connection to port 25 is refused why, in SMTP. Accepts no mail and\n"
	"keeps nothing of what it is sent.\n"
	"\n"
	"  --socket PATH  where op25bd listens for it (default " OP25B_WIRE_SOCKET ")\n"
	"  --version\n"
	"  --help\n"
	"\n"
	"It needs no privileges. See op25b-noticed(8).\n";

int main(int argc, char **argv)
{
	struct op25b_options options = {
		.name = "op25b-noticed",
		.usage = usage,
		.settings = "socket",
		.path = OP25B_WIRE_SOCKET,
	};
	struct op25b_error error = { "" };
	int code = op25b_options_read(&options, argc, argv);

	if (code >= 0)
		return code;
	if (!op25b_notice_run(options.path, &error))
		return OP25B_DAEMON_YES;
	op25b_log(OP25B_LOG_ERROR, "%s", error.text);
	return OP25B_DAEMON_NO;
}

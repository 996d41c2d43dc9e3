/* SPDX-License-Identifier: BSD-2-Clause */
/* See by-hand.h. A browser can't try ports 25, 465 and 587 (Fetch's bad ports); a command can. */
#include "web/by-hand.h"

#include "web/setup.h"

#define EXAMPLE "mail.example.com"

/* A command's words before the host, between host and port, and behind. */
struct command {
	op25b_phrase head;
	const char *before, *between, *behind;
};

static const struct command commands[] = {
	{ OP25B_PAGE_HAND_WINDOWS, "Test-NetConnection ", " -Port ", "" },
	{ OP25B_PAGE_HAND_MAC, "nc -vz -G 10 ", " ", "" },
	{ OP25B_PAGE_HAND_LINUX, "timeout 10 bash -c 'exec 3<>/dev/tcp/", "/", "' && echo open" },
};

static void write_line(struct op25b_page *page, const struct command *command, const char *host,
		       uint16_t port)
{
	struct op25b_html *h = page->html;

	op25b_html_text(h, command->before);
	op25b_html_text(h, host);
	op25b_html_rawf(h, "%s%u", command->between, port);
	op25b_html_text(h, command->behind);
	op25b_html_raw(h, "\n");
}

/* @setup: NULL: the policy has none; the name of another provider's server belongs there. */
static void write_lines(struct op25b_page *page, const struct command *command,
			const struct op25b_setup *setup)
{
	struct op25b_html *h = page->html;
	const struct op25b_mail_server *server;
	char host[OP25B_SETUP_NAME];
	size_t at = 0;

	op25b_html_element(h, "h3", command->head, NULL);
	op25b_html_raw(h, "<pre tabindex=\"0\"><code>");
	if (!setup) {
		write_line(page, command, EXAMPLE, 465);
		write_line(page, command, EXAMPLE, 587);
	}
	while (setup &&
	       (server = op25b_mail_outgoing_next(setup->settings, page->request->now, &at))) {
		if (op25b_setup_host(setup, server, "example.com", host))
			write_line(page, command, host, server->port);
	}
	op25b_html_raw(h, "</code></pre>\n");
}

void op25b_block_by_hand(struct op25b_page *page)
{
	struct op25b_html *h = page->html;
	struct op25b_setup setup;
	const bool found = op25b_setup_find(page, NULL, &setup) && op25b_setup_sends(page, &setup);

	op25b_html_element(h, "h2 id=\"by-hand\"", OP25B_PAGE_HAND_TITLE, NULL);
	op25b_html_element(h, "p", OP25B_PAGE_HAND_LEAD, NULL);
	if (!found)
		op25b_html_element(h, "p", OP25B_PAGE_HAND_REPLACE,
				   OP25B_VALUES({ "host", EXAMPLE }));
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		write_lines(page, &commands[i], found ? &setup : NULL);
	op25b_html_element(h, "h3", OP25B_PAGE_HAND_MEANING, NULL);
	op25b_html_raw(h, "<ul>\n");
	op25b_html_element(h, "li", OP25B_PAGE_HAND_OPEN, NULL);
	op25b_html_element(h, "li", OP25B_PAGE_HAND_REFUSED, NULL);
	op25b_html_element(h, "li", OP25B_PAGE_HAND_TIMEOUT, NULL);
	op25b_html_element(h, "li", OP25B_PAGE_HAND_NAME, NULL);
	op25b_html_raw(h, "</ul>\n");
}

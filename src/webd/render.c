/* SPDX-License-Identifier: BSD-2-Clause */
/* See render.h. */
#include "webd/render.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/date.h"
#include "policy/prefix.h"
#include "serve/clock.h"
#include "serve/conf.h"
#include "session/live-tables.h"
#include "web/files.h"
#include "web/site.h"

static const char usage[] =
	"usage: op25b-webd --render PATH [--web FILE | --policy FILE] [--data FOLDER]\n"
	"                  [--address ADDR] [--at TIME] [--host NAME] [--post FORM] [--staff]\n"
	"\n"
	"Prints one page as it would be served, without sessions and other daemons.\n"
	"\n"
	"  --render PATH   as asked for, e.g. '/ja/line?use=device'\n"
	"  --web FILE      the web file (default " OP25B_WEB_FILE ")\n"
	"  --policy FILE   a policy, without a web file\n"
	"  --data FOLDER   the operator's data, without a web file\n"
	"  --address ADDR  whose line it is for\n"
	"  --at TIME       when: 2027-04-01, with a time or seconds since 1970 (default now)\n"
	"  --host NAME     by which name it is asked for\n"
	"  --post FORM     send a form, e.g. 'text=550+5.7.1'\n"
	"  --staff         as on the second listener\n";

struct asked {
	const char *path, *web, *policy, *data, *address, *at, *host, *form;
	bool staff;
};

/* Returns -1: go on; else the exit status. */
static int read_options(int argc, char **argv, struct asked *ret)
{
	static const struct option options[] = {
		{ "render", required_argument, NULL, 'r' },
		{ "web", required_argument, NULL, 'w' },
		{ "policy", required_argument, NULL, 'p' },
		{ "data", required_argument, NULL, 'd' },
		{ "address", required_argument, NULL, 'a' },
		{ "at", required_argument, NULL, 't' },
		{ "host", required_argument, NULL, 'n' },
		{ "post", required_argument, NULL, 'f' },
		{ "staff", no_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	const char **texts[] = {
		['r'] = &ret->path,    ['w'] = &ret->web, ['p'] = &ret->policy, ['d'] = &ret->data,
		['a'] = &ret->address, ['t'] = &ret->at,  ['n'] = &ret->host,   ['f'] = &ret->form
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == '?')
			return 2;
		if (option == 's')
			ret->staff = true;
		else
			*texts[option] = optarg;
	}
	if (optind == argc && ret->path && !(ret->web && ret->policy))
		return -1;
	fputs(usage, stderr);
	return 2;
}

/* What a web file with nothing but this policy and data would give. */
static int read_policy(const struct asked *asked, int64_t now, struct op25b_web_files *ret)
{
	static const char text[] = "op25b_web: 1\npolicy: /\nproxies: []\n";
	struct op25b_findings findings;
	int r = op25b_web_file_parse("web file", text, sizeof(text) - 1, &ret->file, &findings);

	op25b_findings_free(&findings);
	r = r ? r : op25b_policy_load(asked->policy, now, &ret->policy, &findings);
	if (r)
		op25b_conf_say(asked->policy, r, &findings, stderr);
	op25b_findings_free(&findings);
	if (r)
		return r;
	r = op25b_web_data_load(asked->data, ret->policy, &ret->data, &findings);
	op25b_conf_say(asked->data ? asked->data : "built in data", r, &findings, stderr);
	op25b_findings_free(&findings);
	if (r)
		return r;
	ret->wall = malloc(sizeof(*ret->wall));
	return ret->wall ? op25b_wall_make(ret->policy->timezone, ret->wall) : -ENOMEM;
}

static int read_time(const char *text, const char *timezone, int64_t *ret)
{
	char *end;

	*ret = strtoll(text, &end, 10);
	if (*text && !*end)
		return 0;
	return op25b_date_parse_in(text, timezone, ret);
}

static int read_request(const struct asked *asked, const struct op25b_web_files *files, int64_t now,
			struct op25b_web_request *ret)
{
	const struct op25b_web_header headers[] = {
		{ "Host", asked->host ? asked->host : "" },
		{ "Content-Type", "application/x-www-form-urlencoded" },
	};
	struct op25b_web_wire wire = {
		.method = asked->form ? "POST" : "GET",
		.target = asked->path,
		.headers = headers,
		.n_headers = 2,
		.body = asked->form,
		.body_size = asked->form ? strlen(asked->form) : 0,
		.staff = asked->staff,
		.now = now,
	};
	int status;

	if (asked->address && op25b_prefix_parse(asked->address, &wire.peer)) {
		fprintf(stderr, "op25b-webd: '%s' is not an address\n", asked->address);
		return -EINVAL;
	}
	status = op25b_web_request_read(files->file, &wire, ret);
	if (!status)
		return 0;
	fprintf(stderr, "op25b-webd: such a request would be refused (%d)\n", status);
	return -EINVAL;
}

static int print_response(const struct op25b_web_response *response)
{
	if (*response->location)
		printf("Location: %s\n", response->location);
	if (response->html.n)
		fwrite(response->html.bytes, 1, response->html.n, stdout);
	return response->status < 400 ? 0 : 1;
}

static int render(const struct asked *asked, const struct op25b_web_files *files, int64_t now)
{
	struct op25b_live_tables tables = { 0 };
	struct op25b_web_request request = { .host = NULL };
	struct op25b_web_response response = { .status = 0 };
	const struct op25b_web_facts facts = { .line.known = false };
	struct op25b_site site = { .file = files->file, .wall = files->wall, .data = files->data };
	int r = read_request(asked, files, now, &request);

	if (r)
		return 2;
	r = op25b_live_tables_make(files->policy, now, NULL, NULL, &tables);
	if (r) {
		fprintf(stderr, "op25b-webd: %s\n", strerror(-r));
	} else {
		site.judge = (struct op25b_judge){ .policy = files->policy,
						   .tables = &tables.tables,
						   .sessions_known = true };
		op25b_web_answer(&site, &request, &facts, NULL, &response);
		r = print_response(&response);
	}
	op25b_web_response_done(&response);
	op25b_web_request_done(&request);
	op25b_live_tables_done(&tables);
	return r ? 1 : 0;
}

int op25b_webd_render(int argc, char **argv)
{
	struct op25b_web_files files = { .file = NULL };
	struct asked asked = { .path = NULL };
	int64_t now = op25b_clock_wall();
	int code = read_options(argc, argv, &asked), r;

	if (code >= 0)
		return code;
	r = asked.policy ? read_policy(&asked, now, &files) :
			   op25b_web_files_read(asked.web ? asked.web : OP25B_WEB_FILE, now, stderr,
						&files);
	if (!r && asked.at && read_time(asked.at, files.policy->timezone, &now)) {
		fprintf(stderr, "op25b-webd: '%s' is no time\n", asked.at);
		code = 2;
	} else {
		code = r ? 1 : render(&asked, &files, now);
	}
	op25b_web_files_done(&files);
	return code;
}

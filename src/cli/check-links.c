/* SPDX-License-Identifier: BSD-2-Clause */
/* See check-links.h. */
#include "cli/check-links.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/remedy.h"
#include "policy/words.h"
#include "web/links.h"
#include "web/providers.h"

#define TOGETHER 8
#define SECONDS  10L /* for one, with all its redirections */
#define STEPS    5L

struct link {
	const char *url; /* borrowed */
	char from[120];  /* where it is named first */
	bool whole;      /* HEAD was refused, so the page itself is asked for */
	long status;     /* 0: no answer */
	CURLcode result;
};

struct links {
	struct link *list;
	size_t n, room;
	bool no_memory;
};

static bool is_web(const char *url)
{
	return url && (!strncmp(url, "https://", 8) || !strncmp(url, "http://", 7));
}

/* Each address once: it is one page, however often it is named. */
static void add(struct links *links, const char *url, const char *of, const char *key)
{
	struct link *list;

	if (!is_web(url))
		return;
	for (size_t i = 0; i < links->n; i++) {
		if (!strcmp(links->list[i].url, url))
			return;
	}
	if (links->n == links->room) {
		list = reallocarray(links->list, links->room * 2 + 16, sizeof(*list));
		links->no_memory |= !list;
		if (!list)
			return;
		links->list = list;
		links->room = links->room * 2 + 16;
	}
	links->list[links->n] = (struct link){ .url = url };
	snprintf(links->list[links->n].from, sizeof(links->list->from), "%s%s%s", of,
		 *of ? ": " : "", key);
	links->n++;
}

static void add_tenant(struct links *links, const struct op25b_tenant *tenant)
{
	add(links, tenant->help_url, tenant->id, "help_url");
	add(links, tenant->support, tenant->id, "support");
	add(links, tenant->sales, tenant->id, "sales");
	add(links, tenant->abuse, tenant->id, "abuse");
	add(links, tenant->portal, tenant->id, "portal");
	add(links, tenant->spam_help, tenant->id, "spam_help");
	for (unsigned int i = 0; i < OP25B_REMEDY_COUNT; i++)
		add(links, tenant->terms[i].url, tenant->id,
		    op25b_words_name(&op25b_words_remedy, i));
}

static void collect(struct links *links, const struct op25b_web_files *files)
{
	const struct op25b_policy *policy = files->policy;
	const struct op25b_links_data *own = files->data->links;
	const struct op25b_webmail_data *webmail = files->data->webmail;

	for (size_t i = 0; i < policy->n_tenants; i++)
		add_tenant(links, &policy->tenants[i]);
	for (size_t i = 0; i < policy->n_services; i++)
		add(links, policy->services[i].info_url, policy->services[i].id, "info_url");
	for (size_t i = 0; own && i < own->n; i++)
		add(links, own->list[i].url, "", "links.yaml");
	for (size_t i = 0; webmail && i < webmail->n; i++)
		add(links, webmail->list[i].url, "webmail.csv", webmail->list[i].domain);
}

/* The first bytes say enough. */
static size_t refuse_body(char *bytes, size_t size, size_t n, void *arg)
{
	(void)bytes;
	(void)size;
	(void)n;
	(void)arg;
	return 0;
}

static void ask(CURLM *multi, CURL *easy, struct link *link)
{
	curl_easy_reset(easy);
	curl_easy_setopt(easy, CURLOPT_URL, link->url);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, link);
	curl_easy_setopt(easy, CURLOPT_NOBODY, link->whole ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, refuse_body);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(easy, CURLOPT_MAXREDIRS, STEPS);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, SECONDS);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "op25b/" OP25B_VERSION " (check --links)");
	curl_multi_add_handle(multi, easy);
}

static bool lives(const struct link *link)
{
	return (link->result == CURLE_OK || (link->whole && link->result == CURLE_WRITE_ERROR)) &&
	       link->status >= 200 && link->status < 300;
}

/* Takes in what came of one. Returns whether its page has to be asked for whole. */
static bool settle(CURL *easy, CURLcode result, struct link *link)
{
	link->result = result;
	link->status = 0;
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &link->status);
	if (link->whole || link->status < 400)
		return false;
	link->whole = true;
	return true;
}

/* All of them, at most TOGETHER at once. */
static void ask_all(CURLM *multi, CURL *easy[static TOGETHER], struct links *links)
{
	size_t next = 0;
	int busy = 0, left;

	while (next < links->n && busy < TOGETHER)
		ask(multi, easy[busy++], &links->list[next++]);
	while (busy) {
		CURLMsg *message;

		curl_multi_perform(multi, &left);
		while ((message = curl_multi_info_read(multi, &left))) {
			CURL *done = message->easy_handle;
			CURLcode result = message->data.result;
			struct link *link;

			curl_easy_getinfo(done, CURLINFO_PRIVATE, &link);
			curl_multi_remove_handle(multi, done);
			if (settle(done, result, link))
				ask(multi, done, link);
			else if (next < links->n)
				ask(multi, done, &links->list[next++]);
			else
				busy--;
		}
		if (busy)
			curl_multi_poll(multi, NULL, 0, 1000, NULL);
	}
}

static int print(const char *path, const struct links *links, FILE *out)
{
	int dead = 0;

	for (size_t i = 0; i < links->n; i++)
		dead += !lives(&links->list[i]);
	fprintf(out, "%s: %zu %s, %d dead\n", path, links->n, links->n == 1 ? "link" : "links",
		dead);
	for (size_t i = 0; i < links->n; i++) {
		const struct link *link = &links->list[i];
		char status[32];

		if (lives(link))
			continue;
		snprintf(status, sizeof(status), "status %ld", link->status);
		fprintf(out, "  %s\n    %s; named in %s\n", link->url,
			link->status && (link->result == CURLE_OK || link->whole) ?
				status :
				curl_easy_strerror(link->result),
			link->from);
	}
	return dead;
}

int op25b_links_check(const char *path, const struct op25b_web_files *files, FILE *out)
{
	struct links links = { NULL, 0, 0, false };
	CURL *easy[TOGETHER] = { NULL };
	CURLM *multi = NULL;
	int r = -ENOMEM;

	collect(&links, files);
	if (!links.no_memory && !curl_global_init(CURL_GLOBAL_DEFAULT)) {
		multi = curl_multi_init();
		for (int i = 0; i < TOGETHER; i++)
			easy[i] = curl_easy_init();
		if (multi && easy[TOGETHER - 1]) {
			ask_all(multi, easy, &links);
			r = print(path, &links, out);
		}
		for (int i = 0; i < TOGETHER; i++)
			curl_easy_cleanup(easy[i]);
		curl_multi_cleanup(multi);
		curl_global_cleanup();
	}
	free(links.list);
	return r;
}

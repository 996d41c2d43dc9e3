/* SPDX-License-Identifier: BSD-2-Clause */
/* See route.h. */
#include "web/route.h"

#include <string.h>

static const struct op25b_route routes[] = {
	{ "/", .make = op25b_page_root },
	{ "/style.css", .make = op25b_page_style },
	{ "/brand/logo", .make = op25b_page_logo },
	{ "/favicon.ico", .no_store = true, .make = op25b_page_icon },
	{ "/style.css", .staff = true, .make = op25b_page_style },
	{ "/brand/logo", .staff = true, .make = op25b_page_logo },
	{ "/favicon.ico", .staff = true, .make = op25b_page_icon },
	{ "/e/", .has_rest = true, .no_store = true, .make = op25b_page_short },
	{ "/", .in_language = true, .make = op25b_page_start },
	{ "/line", .in_language = true, .no_store = true,
	  .wants = OP25B_WANT_LINE | OP25B_WANT_MAIL, .make = op25b_page_line },
	{ "/table", .in_language = true, .no_store = true, .make = op25b_page_table },
	{ "/o/", .in_language = true, .has_rest = true, .no_store = true, .wants = OP25B_WANT_LINE,
	  .make = op25b_page_outcome },
	{ "/error", .in_language = true, .make = op25b_page_error_form },
	{ "/error", .in_language = true, .post = true, .no_store = true,
	  .make = op25b_page_error_answer },
	{ "/flow", .in_language = true, .no_store = true, .make = op25b_page_flow },
	{ "/flow/list", .in_language = true, .no_store = true, .make = op25b_page_flow_list },
	{ "/flow.svg", .in_language = true, .no_store = true, .make = op25b_page_flow_chart },
	{ "/help", .in_language = true, .no_store = true,
	  .wants = OP25B_WANT_LINE | OP25B_WANT_MAIL, .make = op25b_page_help },
	{ "/status", .in_language = true, .no_store = true, .make = op25b_page_status },
	{ "/status.json", .no_store = true, .make = op25b_page_status_json },
	{ "/faq", .in_language = true, .no_store = true, .make = op25b_page_faq },
	{ "/faq/", .in_language = true, .has_rest = true, .no_store = true,
	  .make = op25b_page_question },
	{ "/words", .in_language = true, .make = op25b_page_words },
	{ "/policy", .in_language = true, .no_store = true, .make = op25b_page_policy },
	{ "/policy.json", .no_store = true, .make = op25b_page_policy_json },
	{ "/contact", .in_language = true, .no_store = true, .make = op25b_page_contact },
	{ "/links", .in_language = true, .make = op25b_page_links },
	{ "/privacy", .in_language = true, .make = op25b_page_privacy },
	{ "/accessibility", .in_language = true, .make = op25b_page_accessibility },
	{ "/announcement", .in_language = true, .no_store = true,
	  .make = op25b_page_announcements },
	{ "/announcement/", .in_language = true, .has_rest = true, .no_store = true,
	  .make = op25b_page_announcement },
	{ "/mail/config-v1.1.xml", .no_store = true, .make = op25b_page_autoconfig },
	{ "/.well-known/autoconfig/mail/config-v1.1.xml", .no_store = true,
	  .make = op25b_page_autoconfig },
	{ "/autodiscover/autodiscover.xml", .post = true, .no_store = true,
	  .make = op25b_page_autodiscover },
	{ "/settings", .in_language = true, .no_store = true, .make = op25b_page_settings },
	{ "/settings/apple.mobileconfig", .in_language = true, .no_store = true,
	  .make = op25b_page_mobileconfig },
	{ "/settings/qr.svg", .in_language = true, .no_store = true, .make = op25b_page_qr },
	{ "/settings/", .in_language = true, .has_rest = true, .no_store = true,
	  .make = op25b_page_client },
	{ "/provider", .in_language = true, .no_store = true, .make = op25b_page_provider_of },
	{ "/addresses", .in_language = true, .no_store = true, .make = op25b_page_addresses },
	{ "/check", .in_language = true, .no_store = true, .make = op25b_page_check },
	{ "/check", .in_language = true, .post = true, .no_store = true,
	  .wants = OP25B_WANT_ECHO_NEW, .make = op25b_page_check_new },
	{ "/check/", .in_language = true, .has_rest = true, .no_store = true,
	  .wants = OP25B_WANT_ECHO, .make = op25b_page_check_result },
	{ "/confirm/", .in_language = true, .has_rest = true, .no_store = true, .secret = true,
	  .make = op25b_page_confirm },
	{ "/confirm/", .in_language = true, .has_rest = true, .post = true, .no_store = true,
	  .secret = true, .wants = OP25B_WANT_CONFIRM, .make = op25b_page_confirm_done },
	{ "/abroad", .in_language = true, .no_store = true, .make = op25b_page_abroad },
	{ "/abroad", .in_language = true, .post = true, .no_store = true,
	  .wants = OP25B_WANT_ABROAD, .make = op25b_page_abroad_sent },
	{ "/abroad/", .in_language = true, .has_rest = true, .no_store = true, .secret = true,
	  .make = op25b_page_open },
	{ "/abroad/", .in_language = true, .has_rest = true, .post = true, .no_store = true,
	  .secret = true, .wants = OP25B_WANT_OPEN, .make = op25b_page_open_done },
	{ "/mailbox", .in_language = true, .no_store = true, .make = op25b_page_mailbox },
	{ "/mailbox", .in_language = true, .post = true, .no_store = true,
	  .wants = OP25B_WANT_CLAIM, .make = op25b_page_mailbox_done },
	{ "/staff/", .staff = true, .no_store = true, .make = op25b_page_staff },
	{ "/staff/", .staff = true, .post = true, .no_store = true, .wants = OP25B_WANT_LOOKUP,
	  .make = op25b_page_staff_lookup },
	{ "/staff/log", .staff = true, .no_store = true, .make = op25b_page_staff_log_form },
	{ "/staff/log", .staff = true, .post = true, .no_store = true,
	  .make = op25b_page_staff_log },
	{ "/ops/", .staff = true, .no_store = true, .wants = OP25B_WANT_STATUS | OP25B_WANT_DAYS,
	  .make = op25b_page_ops },
	{ "/metrics", .staff = true, .no_store = true, .wants = OP25B_WANT_STATUS,
	  .make = op25b_page_metrics },
	{ "/healthz", .staff = true, .no_store = true, .wants = OP25B_WANT_STATUS,
	  .make = op25b_page_healthz },
	{ "/code", .in_language = true, .post = true, .no_store = true, .make = op25b_page_code },
};

#define N_ROUTES (sizeof(routes) / sizeof(routes[0]))

const struct op25b_route *op25b_routes(size_t *n)
{
	*n = N_ROUTES;
	return routes;
}

/* The path behind "/ja" or "/en", or NULL: it has no language. */
static const char *behind_language(const char *path, enum op25b_lang *ret_lang)
{
	for (int lang = 0; lang < OP25B_LANGS; lang++) {
		if (path[0] == '/' && !strncmp(path + 1, op25b_lang_names[lang], 2) &&
		    path[3] == '/') {
			*ret_lang = (enum op25b_lang)lang;
			return path + 3;
		}
	}
	return NULL;
}

const char *op25b_route_behind_language(const char *path)
{
	enum op25b_lang lang;

	return behind_language(path, &lang);
}

bool op25b_route_has_get(const struct op25b_web_request *request)
{
	struct op25b_web_request get = *request;
	enum op25b_lang lang;
	const char *rest, *allowed;

	get.method = OP25B_WEB_GET;
	return op25b_route_find(&get, &lang, &rest, &allowed);
}

/* The rest of a path of this row, or NULL: it is not of this row. */
static const char *rest_of(const struct op25b_route *route, const char *path)
{
	size_t n = strlen(route->path);

	if (!route->has_rest)
		return strcmp(path, route->path) ? NULL : "";
	return strncmp(path, route->path, n) || !path[n] ? NULL : path + n;
}

const struct op25b_route *op25b_route_find(const struct op25b_web_request *request,
					   enum op25b_lang *ret_lang, const char **ret_rest,
					   const char **ret_allowed)
{
	const char *behind = behind_language(request->path, ret_lang);

	*ret_allowed = "";
	for (size_t i = 0; i < N_ROUTES; i++) {
		const struct op25b_route *route = &routes[i];
		const char *path = route->in_language ? behind : request->path;
		const char *rest = path && route->staff == request->staff ? rest_of(route, path) :
									    NULL;

		if (!rest)
			continue;
		if (route->post == (request->method == OP25B_WEB_POST)) {
			*ret_rest = rest;
			return route;
		}
		*ret_allowed = route->post ? "POST" : "GET";
	}
	return NULL;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Which session store is asked, and opening it for reading; see lines.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/client.h"
#include "cli/lines.h"

/* The store that op25bd follows. An object that holds the text is returned, or NULL. */
static json_t *ask_daemon(const struct op25b_lines_question *question)
{
	json_t *status, *store;
	int code;

	status = op25b_client_ask(question->command, question->socket,
				  json_pack("{s:s}", "op", "status"), &code);
	store = json_object_get(json_object_get(status, "sessions"), "store");
	if (status && !json_is_string(store))
		op25b_say(question->command, "op25bd follows no session store here");
	store = json_is_string(store) ? json_incref(store) : NULL;
	json_decref(status);
	return store;
}

char *op25b_lines_location(const struct op25b_lines_question *question, int *ret_exit)
{
	const char *location = question->store ? question->store : getenv("OP25B_STORE");
	json_t *told = NULL;
	char *copy;

	if (!location || !*location) {
		told = ask_daemon(question);
		location = json_string_value(told);
	}
	if (!location) {
		*ret_exit = op25b_usage_error(question->command,
					      "which session store? Name it: --store LOCATION, or "
					      "OP25B_STORE in the environment");
		return NULL;
	}
	copy = strdup(location);
	json_decref(told);
	if (!copy)
		*ret_exit = op25b_lines_failed(question, -ENOMEM, NULL);
	return copy;
}

int op25b_lines_open(const char *location, struct op25b_sessions **ret_store,
		     struct op25b_error *error)
{
	const struct op25b_sessions_settings settings = OP25B_SESSIONS_DEFAULTS;

	return op25b_sessions_open(location, OP25B_SESSIONS_READ, &settings, ret_store, error);
}

int op25b_lines_failed(const struct op25b_lines_question *question, int r,
		       const struct op25b_error *error)
{
	const bool denied = r == -EACCES || r == -EPERM;

	op25b_say(question->command, "%s%s", error && *error->text ? error->text : strerror(-r),
		  denied ? "; be root or in the group op25b-sessions" : "");
	return denied       ? OP25B_EXIT_NOT_PERMITTED :
	       r == -EINVAL ? OP25B_EXIT_USAGE :
	       r == -ENOMEM ? OP25B_EXIT_PARTLY :
			      OP25B_EXIT_UNREACHABLE;
}

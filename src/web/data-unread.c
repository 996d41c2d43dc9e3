/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See data-unread.h. What nobody reads is a mistyped name, mostly: what is shipped would be shown
 * for ever, and nobody told.
 */
#include "web/data-unread.h"

#include <stdlib.h>
#include <string.h>

#include "policy/near.h"

struct search {
	struct op25b_data_load *load;
	void (*fn)(void *arg, const char *name, const char *remedy);
	void *arg;
};

static int in_order(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int op25b_data_list(const char *folder, struct dirent ***ret_entries)
{
	return scandir(folder, ret_entries, is_shown, in_order);
}

static bool was_read(const struct op25b_data_load *load, const char *name)
{
	for (const struct op25b_data_read *read = load->read; read; read = read->next) {
		if (!strcmp(read->name, name))
			return true;
	}
	return false;
}

/* Of those every file is read. */
static bool is_kind(const char *name)
{
	const size_t n = strlen(name);

	for (size_t i = 0; i < op25b_data_n_kinds; i++) {
		const char *kind = op25b_data_kinds[i].name;

		if (!strncmp(kind, name, n) && !strcmp(kind + n, "/"))
			return true;
	}
	return false;
}

static bool is_tenants(const struct op25b_policy *policy, const char *name)
{
	if (!strcmp(name, "tenants"))
		return true;
	for (size_t i = 1; !strncmp(name, "tenants/", 8) && i < policy->n_tenants; i++) {
		if (!strcmp(policy->tenants[i].id, name + 8))
			return true;
	}
	return false;
}

static const char *remedy_of(struct op25b_arena *arena, const char *name)
{
	const char **names = op25b_arena_alloc(arena, op25b_data_n_kinds * sizeof(*names));
	const char *near;

	for (size_t i = 0; i < op25b_data_n_kinds; i++)
		names[i] = op25b_data_kinds[i].name;
	near = op25b_near_word(name, names, op25b_data_n_kinds);
	if (near)
		return op25b_arena_format(arena, "did you mean '%s'?", near);
	if (!strncmp(name, "tenants/", 8) && !strchr(name + 8, '/'))
		return "the policy has no tenant of that id; mend the name, or remove it";
	return "give it a name of op25b-web-data(5), or remove it";
}

/* @folder: "" or ends with '/' */
static void search(const struct search *s, const char *folder)
{
	struct op25b_arena *arena = s->load->c.arena;
	struct dirent **entries = NULL;
	int n = op25b_data_list(op25b_arena_format(arena, "%s/%s", s->load->folder, folder),
				&entries);

	for (int i = 0; i < n; i++) {
		const char *name = op25b_arena_format(arena, "%s%s", folder, entries[i]->d_name);

		free(entries[i]);
		if (is_tenants(s->load->policy, name))
			search(s, op25b_arena_format(arena, "%s/", name));
		else if (!is_kind(name) && !was_read(s->load, name))
			s->fn(s->arg, name, remedy_of(arena, name));
	}
	free(entries);
}

void op25b_data_unread(struct op25b_data_load *load,
		       void (*fn)(void *arg, const char *name, const char *remedy), void *arg)
{
	const struct search s = { load, fn, arg };

	search(&s, "");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All attachments at once: links are found by their pins, tc filters by asking every interface,
 * since a filter leaves no trace outside its interface.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dataplane/attach.h"
#include "dataplane/hooks.h"
#include "dataplane/log.h"

struct gathered {
	struct op25b_attachment *list;
	size_t n;
};

static void free_names(struct if_nameindex **names)
{
	if (*names)
		if_freenameindex(*names);
}

static int add(struct gathered *g, const struct op25b_attachment *a)
{
	struct op25b_attachment *list = reallocarray(g->list, g->n + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	list[g->n++] = *a;
	g->list = list;
	return 0;
}

static bool exists(const struct if_nameindex *names, unsigned int ifindex)
{
	for (; names->if_index; names++)
		if (names->if_index == ifindex)
			return true;
	return false;
}

static bool number_after(const char *name, const char *word, unsigned int *ret_number)
{
	size_t length = strlen(word);

	if (strncmp(name, word, length) != 0)
		return false;
	*ret_number = (unsigned int)strtoul(name + length, NULL, 10);
	return true;
}

/*
 * An interface that goes takes its program with it; the pin of the link and the mark of the qdisc
 * stay. A link may stand in another network namespace, so it is asked; a mark for an interface
 * that is only elsewhere costs no more than a clsact qdisc left behind there.
 */
static void drop_dead(struct op25b_dataplane *dp, const struct if_nameindex *names)
{
	char path[OP25B_PIN_PATH];
	struct dirent *entry;
	unsigned int ifindex;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/links", dp->pins);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (number_after(entry->d_name, "xdp-", &ifindex))
			op25b_xdp_drop_dead(dp, ifindex);
		else if (number_after(entry->d_name, "clsact-", &ifindex) &&
			 !exists(names, ifindex))
			unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR);
	}
	if (dir)
		closedir(dir);
}

static int compare_interface(const void *a, const void *b)
{
	const struct op25b_attachment *x = a, *y = b;

	return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

int op25b_attach_list(struct op25b_dataplane *dp, struct op25b_attachment **ret_list, size_t *ret_n,
		      struct op25b_error *error)
{
	OP25B_CLEANUP(free_names) struct if_nameindex *names = if_nameindex();
	struct gathered g = { 0 };
	int code = 0;

	op25b_log_begin();
	if (!names)
		return op25b_error_set(error, -errno, "list of interfaces: %s", strerror(errno));
	if (dp->pins)
		drop_dead(dp, names);
	for (const struct if_nameindex *i = names; code == 0 && i->if_index; i++) {
		struct op25b_attachment a = { 0 };

		code = op25b_attach_find(dp, i->if_index, &a, error);
		if (code == 0)
			code = add(&g, &a);
		else if (code == -ENOENT)
			code = 0;
	}
	if (code < 0) {
		free(g.list);
		return code == -ENOMEM ? op25b_error_set(error, code, "out of memory") : code;
	}
	if (g.n)
		qsort(g.list, g.n, sizeof(*g.list), compare_interface);
	*ret_list = g.list;
	*ret_n = g.n;
	return 0;
}

void op25b_attach_private_end(struct op25b_dataplane *dp)
{
	struct if_nameindex *names = dp->pins ? NULL : if_nameindex();

	for (const struct if_nameindex *i = names; i && i->if_index; i++) {
		op25b_tc_detach(dp, i->if_index, OP25B_TC_HALF, NULL);
		op25b_tc_detach(dp, i->if_index, OP25B_TC_HANDLE, NULL);
	}
	free_names(&names);
	for (size_t i = 0; i < dp->n_links; i++)
		close(dp->links[i].fd);
	free(dp->links);
	free(dp->clsacts);
}

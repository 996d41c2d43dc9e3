/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a maild file: findings or a file, never both, never a crash; a file is whole. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mail/settings.h"
#include "policy/prefix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct op25b_maild_file *file)
{
	assert(file->keyless && *file->auth_key_file == '/');
	assert(*file->policy == '/' && *file->state == '/' && *file->folder == '/');
	assert(file->accounts && file->socket && file->mail_port && *file->mail_host);
	assert(strchr(file->letters_from, '@') && !strpbrk(file->letters_from, "<> \r\n"));
	assert(file->listen[OP25B_MAILD_AUTH].n && file->n_logs <= OP25B_MAILD_LOGS);
	for (int s = 0; s < OP25B_MAILD_SERVICES; s++) {
		assert(file->listen[s].n <= OP25B_MAILD_LISTEN);
		for (size_t i = 0; i < file->listen[s].n; i++)
			assert(file->listen[s].list[i].port);
	}
	for (size_t i = 0; i < file->n_clients; i++) {
		struct op25b_prefix first = file->clients[i];

		first.len = op25b_prefix_whole(first.family);
		assert(op25b_maild_may(file, &first));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct op25b_maild_file *file = NULL;
	struct op25b_findings findings;
	int r = op25b_maild_parse("fuzz", data, size, true, &file, &findings);

	assert((r == 0) == (file != NULL));
	assert(!r == !findings.n_errors);
	if (file)
		check(file);
	op25b_findings_free(&findings);
	op25b_maild_free(&file);
	return 0;
}

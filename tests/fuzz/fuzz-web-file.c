/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a web file: findings or a file, never both, never a crash; a file is whole. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "web/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct op25b_web_file *file)
{
	assert(*file->policy == '/' && *file->state == '/' && file->public_.n);
	assert(file->public_.n <= OP25B_WEB_LISTEN && file->staff.n <= OP25B_WEB_LISTEN);
	assert(file->connections >= 16);
	assert((file->access_log == OP25B_WEB_LOG_FILE) == (file->access_path != NULL));
	for (size_t i = 0; i < file->public_.n; i++)
		assert(file->public_.list[i].port);
	for (size_t i = 0; i < file->n_proxies; i++)
		assert(file->proxies[i].len);
	for (size_t i = 0; i < file->n_hosts; i++)
		assert(*file->hosts[i].name && *file->hosts[i].tenant_id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct op25b_web_file *file = NULL;
	struct op25b_findings findings;
	int r = op25b_web_file_parse("fuzz", data, size, &file, &findings);

	assert((r == 0) == (file != NULL));
	assert(!r == !findings.n_errors);
	if (file)
		check(file);
	op25b_findings_free(&findings);
	op25b_web_file_free(&file);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main() of a fuzz target outside the fuzz preset: feeds it every file of the folders given,
 * so that the corpus and every input that once crashed run with the ordinary tests. A folder
 * that does not exist is empty; no input at all is a failure, since nothing was shown.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	OP25B_AUTO_FCLOSE FILE *file = fopen(path, "re");
	OP25B_AUTO_FREE uint8_t *data = NULL;
	struct stat info;
	size_t size;

	if (!file || fstat(fileno(file), &info) < 0)
		return -errno;
	if (!S_ISREG(info.st_mode))
		return 0;
	/* An exact heap block lets the sanitizer see a read one byte past the input. */
	size = (size_t)info.st_size;
	data = malloc(size ? size : 1);
	if (!data)
		return -ENOMEM;
	if (fread(data, 1, size, file) != size)
		return -EIO;
	(void)LLVMFuzzerTestOneInput(data, size);
	return 1;
}

static int replay_folder(const char *folder)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, alphasort);
	int replayed = 0;
	int failed = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		char path[PATH_MAX];
		int r;

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		free(names[i]);
		if (failed)
			continue;
		r = replay_file(path);
		if (r < 0) {
			fprintf(stderr, "%s: %s\n", path, strerror(-r));
			failed = r;
		} else {
			replayed += r;
		}
	}
	free(names);
	return failed ? failed : replayed;
}

int main(int argc, char **argv)
{
	int total = 0;

	for (int i = 1; i < argc; i++) {
		int r = replay_folder(argv[i]);

		if (r < 0)
			return EXIT_FAILURE;
		total += r;
	}
	printf("%d inputs replayed\n", total);
	return total > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

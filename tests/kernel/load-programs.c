/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads each program of a BPF object alone and says, in TAP, whether this kernel's verifier takes
 * it and how much of the verifier's budget (1,000,000 instructions) it used.
 *
 *   load-programs OBJECT
 *
 * One at a time, so that a refusal names its program and does not hide the next. Nothing is pinned
 * or attached. The surprising fact: the verifier's log of a refused program may be megabytes, and
 * only its end says why.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOG_SIZE = 16 << 20, LOG_TAIL = 1500 };

static char verifier_log[LOG_SIZE];

/* What the log says of the refusal is printed as TAP comments, a line each. */
static void print_log_tail(void)
{
	size_t length = strlen(verifier_log);
	char *text = verifier_log + (length > LOG_TAIL ? length - LOG_TAIL : 0);
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		printf("# %s\n", line);
}

static unsigned int verified_instructions(const struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) < 0)
		return 0;
	return info.verified_insns;
}

/* Load the object at path with no program but the one called name. */
static int load_one(const char *path, const char *name, int number)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program, *chosen = NULL;
	int r = -errno;

	if (!object)
		goto report;
	bpf_object__for_each_program(program, object)
	{
		bool this_one = strcmp(bpf_program__name(program), name) == 0;

		bpf_program__set_autoload(program, this_one);
		if (this_one)
			chosen = program;
	}
	verifier_log[0] = '\0';
	bpf_program__set_log_buf(chosen, verifier_log, sizeof(verifier_log));
	r = bpf_object__load(object);
report:
	if (r == 0)
		printf("ok %d - the verifier takes %s, %u instructions walked\n", number, name,
		       verified_instructions(chosen));
	else
		printf("not ok %d - the verifier takes %s: %s\n", number, name, strerror(-r));
	if (r < 0)
		print_log_tail();
	fflush(stdout);
	bpf_object__close(object);
	return r;
}

static int be_silent(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

int main(int argc, char **argv)
{
	struct bpf_object *object;
	struct bpf_program *program;
	int failed = 0, number = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: load-programs OBJECT\n");
		return 2;
	}
	libbpf_set_print(be_silent);
	object = bpf_object__open_file(argv[1], NULL);
	if (!object) {
		fprintf(stderr, "load-programs: %s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	bpf_object__for_each_program(program, object)
		failed |= load_one(argv[1], bpf_program__name(program), ++number) < 0;
	bpf_object__close(object);
	printf("1..%d\n", number);
	return failed || number == 0;
}

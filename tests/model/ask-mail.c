/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many questions of `op25b explain --mail` to one policy: "TIME ADDRESS PEER-PORT PORT FACTS" a
 * line of standard input, one line of op25b.mail/1 each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain-mail.h"
#include "policy/prefix.h"

static const struct op25b_command self = { .name = "ask-mail" };

static int answer(struct op25b_input *input, char *line)
{
	struct op25b_mail_question question = { 0 };
	char *fields[5], *rest = line;
	int code;

	for (size_t i = 0; i < 5; i++) {
		fields[i] = strsep(&rest, " \n");
		if (!fields[i])
			return -1;
	}
	if (op25b_prefix_parse(fields[1], &question.peer))
		return -1;
	input->at = strtoll(fields[0], NULL, 10);
	question.peer_port = (uint16_t)strtoul(fields[2], NULL, 10);
	question.facts.port = (uint16_t)strtoul(fields[3], NULL, 10);
	if (op25b_mail_question_read(&self, input->policy, fields[4], &question, &code))
		return -1;
	return op25b_explain_mail(&self, input, &question, /* json= */ true) == OP25B_EXIT_PARTLY;
}

int main(int argc, char **argv)
{
	struct op25b_input input;
	char line[2048];
	int code = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: %s POLICY\n", argv[0]);
		return 2;
	}
	if (op25b_input_policy(&self, argv[1], NULL, &input, &code))
		return code;
	while (!code && fgets(line, sizeof(line), stdin))
		code = answer(&input, line);
	if (code)
		fprintf(stderr, "no question: %s", line);
	op25b_input_done(&input);
	return code ? EXIT_FAILURE : EXIT_SUCCESS;
}

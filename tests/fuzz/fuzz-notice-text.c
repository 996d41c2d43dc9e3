/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts of any policy that loads: whatever it has for names, hosts and links, each text is one that
 * the responder takes, of lines that are short; and its code is found again.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "notice/text.h"
#include "policy/compile.h"

#define NOW 1830000000 /* when the stages of the corpus have begun */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const struct op25b_notice_text *text)
{
	struct op25b_wire_message door = {
		.kind = OP25B_WIRE_DOOR,
		.door = { .id = 1, .manner = text->manner, .v6_len = text->line6 }
	};
	uint8_t bytes[OP25B_WIRE_SIZE];

	for (size_t i = 0; i < OP25B_WIRE_N_REPLIES; i++) {
		const char *reply = text->replies[i];

		door.door.replies[i] = reply;
		for (size_t n; *reply; reply += n + 2) {
			n = strcspn(reply, "\r");
			assert(n <= OP25B_NOTICE_LINE);
		}
	}
	assert(op25b_wire_encode(&door, bytes, NULL) > 0);
}

static void check_code(const struct op25b_plan *plan, const struct op25b_notice_text *text,
		       const struct op25b_notice_codes *codes)
{
	struct op25b_notice_meaning meaning = { 0 };
	uint64_t code = 0;

	assert(!op25b_code_parse(text->code, &code));
	assert(op25b_notice_code_find(codes, code, &meaning));
	assert(meaning.service == plan->services[text->service]);
	assert(meaning.reason == text->reason && meaning.manner == text->manner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct op25b_notice_texts texts = { 0 };
	struct op25b_notice_codes codes = { 0 };
	struct op25b_findings findings;
	struct op25b_policy *policy = NULL;
	struct op25b_plan plan = { 0 };

	op25b_policy_load_buffer("fuzz", data, size, NOW, &policy, &findings);
	if (policy && !op25b_plan_make(policy, NOW, NULL, &plan)) {
		assert(!op25b_notice_texts_make(&plan, &texts));
		assert(!op25b_notice_codes_make(policy, &codes));
		for (size_t i = 0; i < texts.n; i++) {
			check_text(&texts.list[i]);
			check_code(&plan, &texts.list[i], &codes);
		}
	}
	op25b_notice_codes_done(&codes);
	op25b_notice_texts_done(&texts);
	op25b_plan_done(&plan);
	op25b_policy_free(&policy);
	op25b_findings_free(&findings);
	return 0;
}

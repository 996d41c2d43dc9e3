/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `op25b explain --pcap`. Each batch is decided in the order of the policy's epochs, since another
 * generation in the kernel costs milliseconds, and written in the order of the file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/capture.h"
#include "cli/explain.h"

struct job {
	const struct op25b_command *command;
	const struct op25b_input *input;
	struct op25b_engine *engine;
	struct op25b_reply_writer writer;
	struct turn *turns; /* room for a batch */
	struct op25b_reply *answers;
	size_t room;
	uint64_t done; /* packets before this batch */
};

/* When a frame is decided. */
struct turn {
	int64_t epoch;
	size_t index;
};

static int order_turns(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;

	if (a->epoch != b->epoch)
		return a->epoch < b->epoch ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

static int64_t moment(const struct job *job, const struct op25b_capture_frame *frame)
{
	bool own = !job->input->at_given && frame->at != OP25B_CAPTURE_NO_TIME;

	return own ? frame->at : job->input->at;
}

static int take_turns(struct job *job, const struct op25b_capture_batch *batch)
{
	bool sorted = true;
	int r;

	if (batch->n_frames > job->room) {
		free(job->turns);
		free(job->answers);
		job->room = 0;
		job->turns = calloc(batch->n_frames, sizeof(*job->turns));
		job->answers = calloc(batch->n_frames, sizeof(*job->answers));
		if (!job->turns || !job->answers)
			return -ENOMEM;
		job->room = batch->n_frames;
	}
	for (size_t i = 0; i < batch->n_frames; i++) {
		job->turns[i].index = i;
		r = op25b_engine_epoch(job->engine, moment(job, &batch->frames[i]),
				       &job->turns[i].epoch);
		if (r)
			return r;
		sorted = sorted && (!i || job->turns[i - 1].epoch <= job->turns[i].epoch);
	}
	if (!sorted)
		qsort(job->turns, batch->n_frames, sizeof(*job->turns), order_turns);
	return 0;
}

static int decide_batch(struct job *job, const struct op25b_capture_batch *batch,
			struct op25b_error *error)
{
	int r = take_turns(job, batch);

	if (r)
		return op25b_error_set(error, r, "%s", strerror(-r));
	for (size_t i = 0; i < batch->n_frames; i++) {
		size_t index = job->turns[i].index;
		const struct op25b_capture_frame *frame = &batch->frames[index];
		struct op25b_reply *reply = &job->answers[index];

		reply->packet = job->done + index + 1;
		r = op25b_engine_decide(job->engine, moment(job, frame),
					batch->bytes + frame->begin, frame->length, reply, error);
		if (r)
			return r;
	}
	for (size_t i = 0; i < batch->n_frames; i++)
		op25b_reply_write(&job->writer, &job->answers[i]);
	job->done += batch->n_frames;
	return 0;
}

static int say_error(const struct job *job, int r, const struct op25b_error *error)
{
	op25b_say(job->command, "%s", error->text[0] ? error->text : strerror(-r));
	if (r == -EPERM || r == -EACCES) {
		op25b_say(job->command, "run it as root, or decide in user space: --engine native");
		return OP25B_EXIT_NOT_PERMITTED;
	}
	return r == -EINVAL ? OP25B_EXIT_USAGE : OP25B_EXIT_PARTLY;
}

static int decide_all(struct job *job, struct op25b_capture *capture)
{
	const struct op25b_capture_batch *batch = NULL;
	struct op25b_error error = { 0 };
	int damage, r = 0;

	do {
		damage = op25b_capture_read(capture, &batch, &error);
		if (damage == -ENOMEM)
			return say_error(job, damage, &error);
		if (damage)
			op25b_say(job->command, "after packet %llu: %s",
				  (unsigned long long)job->done + batch->n_frames, error.text);
		r = decide_batch(job, batch, &error);
	} while (!r && !damage && batch->n_frames && !ferror(stdout));
	if (r)
		return say_error(job, r, &error);
	return damage ? OP25B_EXIT_PARTLY : OP25B_EXIT_YES;
}

void op25b_explain_total(const uint64_t verdicts[3])
{
	unsigned long long pass = verdicts[OP25B_PASS], count = verdicts[OP25B_COUNT],
			   refuse = verdicts[OP25B_REFUSE];

	printf("%llu packets: %llu pass, %llu count, %llu refuse\n", pass + count + refuse, pass,
	       count, refuse);
}

int op25b_explain_capture(const struct op25b_command *command, const struct op25b_input *input,
			  const char *path, const struct op25b_engine_options *options, bool json)
{
	static char buffer[1 << 18];
	struct job job = { .command = command, .input = input };
	struct op25b_engine_options how = *options;
	struct op25b_capture *capture = NULL;
	struct op25b_error error = { 0 };
	int r, code;

	how.policy = input->policy;
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	r = op25b_capture_open(path, &capture, &error);
	if (!r)
		r = op25b_reply_open(input->policy, json, stdout, &job.writer);
	if (!r)
		r = op25b_engine_open(&how, &job.engine, &error);
	code = r ? say_error(&job, r, &error) : decide_all(&job, capture);
	if (!r && !json)
		op25b_explain_total(job.writer.verdicts);
	op25b_engine_close(&job.engine);
	op25b_reply_close(&job.writer);
	op25b_capture_close(&capture);
	free(job.turns);
	free(job.answers);
	return code;
}

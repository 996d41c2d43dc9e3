/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames of a capture file, some at a time, as frames that begin with an Ethernet header. The frame
 * is what was captured: where a capture cut it short, so is what is judged.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A Simple Packet Block of pcapng has none. */
#define OP25B_CAPTURE_NO_TIME INT64_MIN

struct op25b_capture_frame {
	int64_t at;   /* seconds UTC of its record, or OP25B_CAPTURE_NO_TIME */
	size_t begin; /* offset in the batch's bytes */
	size_t length;
};

/* Reused from read to read. */
struct op25b_capture_batch {
	struct op25b_capture_frame *frames;
	size_t n_frames;
	uint8_t *bytes;
	size_t n_bytes;
};

struct op25b_capture;

/**
 * op25b_capture_open() - open a pcap or pcapng file; "-" is standard input.
 *
 * Ethernet frames, and bare IP packets (LINKTYPE_RAW, _IPV4, _IPV6), which get an Ethernet header.
 *
 * Returns 0; -EINVAL: no capture, or of another link type, see @error; -ENOMEM.
 */
int op25b_capture_open(const char *path, struct op25b_capture **ret_capture,
		       struct op25b_error *error);

/**
 * op25b_capture_read() - the next frames: at most 262,144, or 64 MiB and one.
 * @ret_batch: owned by the capture, valid until the next read or close
 *
 * Returns 0, n_frames 0 at the end; -EIO: the file ends inside a record, or is damaged: then
 * ret_batch has the frames before that, and @error says what; -ENOMEM.
 */
int op25b_capture_read(struct op25b_capture *capture, const struct op25b_capture_batch **ret_batch,
		       struct op25b_error *error);

/**
 * op25b_capture_close() - NULL-safe; sets *capture to NULL.
 */
void op25b_capture_close(struct op25b_capture **capture);

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What op25b-webd remembers, one SQLite file: codes of kind 2, each for what a customer's page said
 * (line, outcome, answers, probe, language, time), and what staff looked up and why. What is over
 * its time is overwritten on the disk. Without the file, or without room for it, pages do without
 * codes.
 */
#pragma once

#include <stdint.h>

#include "base/code.h"
#include "base/error.h"
#include "web/site.h"

struct op25b_codes;
struct op25b_webd;

/**
 * op25b_codes_open() - open the file, or make it; nobody else can meanwhile.
 * Returns 0; -EACCES, -ENOENT, -EROFS; -EMEDIUMTYPE: not ours, or of a newer op25b; -EBADMSG:
 * damaged; -EBUSY: another op25b-webd has it; -EIO, -ENOSPC, -ENOMEM, which all others return too.
 */
int op25b_codes_open(const char *path, struct op25b_codes **ret, struct op25b_error *error);

/* NULL-safe; sets *codes to NULL. */
void op25b_codes_close(struct op25b_codes **codes);

/* Codes at most: some 700 bytes each, so some 70 MB. */
#define OP25B_CODES_MOST 100000

/* Codes a minute for everybody together whose line is not ours; as many where it is, and can't be
 * told from others. */
#define OP25B_CODES_UNTOLD 30U

/**
 * op25b_codes_give() - a code for what a page said. It survives the death of the process.
 * @of:  .line: that of the same line and outcome if one was drawn in this hour, with what is said
 *       now instead of then; "": one of its own, never another visitor's
 * @ret: "2NNN-NNN-NNC"
 *
 * Returns 0; -EAGAIN: too many without a line in this minute; -ENOSPC: OP25B_CODES_MOST are kept,
 * or the disk is full; -EIO, ...
 */
int op25b_codes_give(struct op25b_codes *codes, const struct op25b_page_code *of,
		     char ret[static OP25B_CODE_TEXT], struct op25b_error *error);

typedef void (*op25b_page_code_fn)(void *arg, const struct op25b_page_code *code);

/* What a code means; -ENOENT: there is no such code, or it is forgotten. */
int op25b_codes_find(struct op25b_codes *codes, uint64_t code, op25b_page_code_fn fn, void *arg,
		     struct op25b_error *error);

/* A line of the staff log. @what: "code 2123-456-780". */
int op25b_codes_note_staff(struct op25b_codes *codes, int64_t at, const char *user,
			   const char *what, const char *reason, struct op25b_error *error);

typedef void (*op25b_staff_note_fn)(void *arg, const struct op25b_staff_note *note);

/* The newest lines of the staff log, at most @n, the newest first. */
int op25b_codes_read_staff(struct op25b_codes *codes, int64_t n, op25b_staff_note_fn fn, void *arg,
			   struct op25b_error *error);

/* Forget codes drawn before @codes_before, or by a clock that was ahead, and staff lines before
 * @staff_before; leaves no bytes. */
int op25b_codes_sweep(struct op25b_codes *codes, int64_t now, int64_t codes_before,
		      int64_t staff_before, struct op25b_error *error);

/* Remember the policy that pages show (policies.h). What goes wrong is logged. */
void op25b_codes_take_policy(struct op25b_webd *d, int64_t now);

/* The same as pages want it. */
struct op25b_site_calls op25b_codes_calls(struct op25b_webd *d);

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A daemon's log: lines on standard error, for the journal with its priority in front. A line
 * says what failed, on what, and what happens now. No address of a line or a peer is ever logged.
 */
#pragma once

enum op25b_log_level { OP25B_LOG_ERROR = 3, OP25B_LOG_WARNING = 4, OP25B_LOG_NOTICE = 5 };

/**
 * op25b_log() - write one line; newlines inside the text begin lines of the same level.
 */
void op25b_log(enum op25b_log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

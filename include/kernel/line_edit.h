/* SPDX-License-Identifier: MIT */
/*
 * line_edit.h - a line being typed: editing, history, completion
 *
 * A pure state machine: bytes in, screen text out through a function, a
 * finished line as result. Knows nothing of devices or commands.
 *
 * Keys: arrows, Home, End, Delete, Backspace; Ctrl-A/E start/end, Ctrl-B/F
 * left/right, Ctrl-P/N history, Ctrl-K/U kill to end/start, Ctrl-W kill word,
 * Ctrl-L redraw, Ctrl-C give up the line, Ctrl-D end of input on an empty line
 * (else Delete), Tab complete.
 */
#ifndef KERNEL_LINE_EDIT_H
#define KERNEL_LINE_EDIT_H

#include <kernel/types.h>

#define LINE_EDIT_MAX 512 /* NUL included; longer lines are refused whole */
#define LINE_EDIT_HISTORY 16

enum line_edit_result {
	LINE_EDIT_MORE, /* not finished */
	LINE_EDIT_DONE, /* a line is in @line */
	LINE_EDIT_TOO_LONG, /* ended, but did not fit: @typed says how long */
	LINE_EDIT_CANCEL, /* Ctrl-C */
	LINE_EDIT_EOF, /* Ctrl-D on an empty line */
};

struct line_edit {
	/* Set by the owner. */
	const char *prompt;
	void (*write)(void *ctx, const char *text, size_t len);
	/* The i-th candidate for the word at the cursor, whose line so far is
	 * @line; NULL behind the last. May be NULL. */
	const char *(*candidate)(void *ctx, const char *line, unsigned int i);
	void *ctx;

	/* The line; NUL-terminated. */
	char line[LINE_EDIT_MAX];
	size_t len, cursor;
	size_t typed; /* characters typed, kept or not; see E3 */

	/* Escape sequence being read: 0 none, 1 ESC, 2 ESC [ or ESC O. */
	unsigned int escape;
	unsigned int escape_number;

	char history[LINE_EDIT_HISTORY][LINE_EDIT_MAX];
	unsigned int nr_history; /* lines ever stored */
	unsigned int recall; /* 0: the line being typed; 1: the last one ... */
	/* While recall is not 0: the line that was being typed before. */
	char half[LINE_EDIT_MAX];
	size_t half_typed;
};

/* Begin a line: empty it and show the prompt. */
void line_edit_begin(struct line_edit *e);

/* Feed one byte. */
enum line_edit_result line_edit_feed(struct line_edit *e, u8 byte);

#endif

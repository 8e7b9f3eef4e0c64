/* SPDX-License-Identifier: MIT */
/*
 * vt.h - a screen of characters, as a terminal keeps it
 *
 * A pure state machine: text in, cells out. A cell is what a PC's text mode has:
 * the character in the low byte, above it a VGA attribute (foreground in bits 0
 * to 3, background in bits 4 to 6). Who owns the cells shows them: the text
 * screen's are its memory, the frame buffer's are drawn.
 *
 * Known are \n \r \b \t and, of escape sequences, ESC [ with J (clear), H (home)
 * and K (clear to the end of the line), and m with what Linux's console takes
 * for bold and the sixteen colours; others are swallowed. \n goes to the first
 * column, as the log means it. A line as wide as the screen takes one row: the
 * line end right behind it is not counted twice.
 *
 * Locking: none, the owner's. Context: any.
 */
#ifndef KERNEL_VT_H
#define KERNEL_VT_H

#include <kernel/types.h>

#define VT_ATTRIBUTE 0x07 /* light grey on black */
#define VT_MAX_NUMBERS 4 /* of one escape sequence; more are not looked at */

struct vt {
	volatile u16 *cells; /* columns * rows, the owner's */
	unsigned int columns, rows;

	/* The cursor; always on the screen. */
	unsigned int row, column;
	u8 attribute; /* of what is written next */
	bool bold; /* makes the eight dark colours bright */
	bool wrapped; /* the last character filled its row */

	/* An escape sequence being read. */
	enum { VT_TEXT, VT_ESCAPE, VT_NUMBERS } state;
	unsigned int number[VT_MAX_NUMBERS];
	unsigned int nr_numbers; /* those that a ; has ended */
};

/* Take @cells, clear them. */
void vt_init(struct vt *vt, volatile u16 *cells, unsigned int columns,
	     unsigned int rows);

void vt_write(struct vt *vt, const char *text, size_t len);

/* A line of the log: in the colour of its level (0 .. 7), the time in front of
 * it, "[...]", in that of all times. */
void vt_write_log(struct vt *vt, unsigned int level, const char *text,
		  size_t len);

#endif

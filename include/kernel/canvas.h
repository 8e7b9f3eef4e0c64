/* SPDX-License-Identifier: MIT */
/*
 * canvas.h - pixels to draw on
 *
 * A canvas is memory that shows: 32 bits a pixel, 0x00RRGGBB. What lies outside
 * is not drawn; nothing is ever read back, for a frame buffer is slow to read.
 *
 * Locking: none, the owner's. Context: any; nothing here sleeps or fails.
 */
#ifndef KERNEL_CANVAS_H
#define KERNEL_CANVAS_H

#include <kernel/types.h>

struct canvas {
	void *pixels; /* the one at the top left */
	u32 width, height; /* in pixels */
	u32 pitch; /* bytes from a pixel to the one below */
};

#define RGB(r, g, b) ((u32)(r) << 16 | (u32)(g) << 8 | (u32)(b))

/* The printable ASCII characters, one behind the other. */
#define FONT_FIRST 0x20u
#define FONT_GLYPHS 95u

/* Letters of one size; of rows8 and rows16 the one that @width needs. */
struct font {
	u8 width, height; /* in pixels; width is at most 16 */
	/* @height rows for each glyph, the leftmost pixel in the highest bit of
	 * a row's whole bytes. */
	const u8 *rows8;
	const u16 *rows16;
};

extern const struct font font_small; /* 8 x 16 */
extern const struct font font_large; /* 12 x 24, bold */

/* Fill @width x @height pixels with @rgb. */
void canvas_fill(const struct canvas *c, u32 x, u32 y, u32 width, u32 height,
		 u32 rgb);

/* Draw @ch, or what stands for one that the font has not, with its cell. */
void canvas_char(const struct canvas *c, const struct font *font, u32 x, u32 y,
		 char ch, u32 fg, u32 bg);

/* Draw a line of text. Return: where it ends, as x. */
u32 canvas_text(const struct canvas *c, const struct font *font, u32 x, u32 y,
		const char *text, u32 fg, u32 bg);

#endif

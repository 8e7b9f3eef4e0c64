/* SPDX-License-Identifier: MIT */
/*
 * canvas.c - rectangles and letters
 *
 * All drawing is runs of 32-bit stores from left to right, which is what write
 * combining gathers. A glyph that does not lie on the canvas whole is left out:
 * text is placed by who knows its size.
 */
#include <kernel/canvas.h>
#include <kernel/util.h>

static u32 *line_at(const struct canvas *c, u32 x, u32 y)
{
	return (u32 *)((u8 *)c->pixels + (size_t)y * c->pitch) + x;
}

void canvas_fill(const struct canvas *c, u32 x, u32 y, u32 width, u32 height,
		 u32 rgb)
{
	if (x >= c->width || y >= c->height)
		return;
	width = min(width, c->width - x);
	height = min(height, c->height - y);
	while (height--) {
		u32 *p = line_at(c, x, y++);
		u32 i;

		for (i = 0; i < width; i++)
			p[i] = rgb;
	}
}

/* A row's pixels, moved up so that the leftmost one is the highest bit. */
static u32 glyph_row(const struct font *font, u32 row)
{
	if (font->width <= 8)
		return (u32)font->rows8[row] << 24;
	return (u32)font->rows16[row] << 16;
}

void canvas_char(const struct canvas *c, const struct font *font, u32 x, u32 y,
		 char ch, u32 fg, u32 bg)
{
	u32 glyph = (u8)ch - FONT_FIRST;
	u32 row, i;

	if (glyph >= FONT_GLYPHS)
		glyph = '?' - FONT_FIRST;
	if (x >= c->width || y >= c->height || c->width - x < font->width ||
	    c->height - y < font->height)
		return;
	for (row = 0; row < font->height; row++) {
		u32 bits = glyph_row(font, glyph * font->height + row);
		u32 *p = line_at(c, x, y + row);

		for (i = 0; i < font->width; i++, bits <<= 1)
			p[i] = bits & 0x80000000u ? fg : bg;
	}
}

u32 canvas_text(const struct canvas *c, const struct font *font, u32 x, u32 y,
		const char *text, u32 fg, u32 bg)
{
	for (; *text; text++, x += font->width)
		canvas_char(c, font, x, y, *text, fg, bg);
	return x;
}

/* SPDX-License-Identifier: MIT */
/*
 * vt.c - text to cells: line ends, wrapping, scrolling, colours
 *
 * Invariants, between any two stores, for an exception may write in the middle:
 *   T1  row < rows, column < columns: a full row wraps at once
 *   T2  nr_numbers < VT_MAX_NUMBERS while a sequence is read: what comes behind
 *       the last place overwrites it
 */
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vt.h>

#define TAB_COLUMNS 8u
#define BRIGHT 0x08
#define STAMP_ATTRIBUTE 0x02 /* green */

/* ANSI's colours in VGA's order. */
static const u8 vga_color[8] = { 0, 4, 2, 6, 1, 5, 3, 7 };

static u16 cell(u8 attribute, char c)
{
	return (u16)((u16)attribute << 8 | (u8)c);
}

static void clear_cells(struct vt *vt, unsigned int from, unsigned int to,
			u8 attribute)
{
	while (from < to)
		vt->cells[from++] = cell(attribute, ' ');
}

/* What a sequence clears takes the background that is set. */
static void clear_to(struct vt *vt, unsigned int from, unsigned int to)
{
	clear_cells(vt, from, to, vt->attribute);
}

static void scroll(struct vt *vt)
{
	unsigned int last = (vt->rows - 1) * vt->columns;
	unsigned int i;

	for (i = 0; i < last; i++)
		vt->cells[i] = vt->cells[i + vt->columns];
	clear_cells(vt, last, last + vt->columns, VT_ATTRIBUTE);
}

static void next_row(struct vt *vt)
{
	vt->column = 0;
	if (vt->row + 1 < vt->rows)
		vt->row++;
	else
		scroll(vt);
}

static void put_char(struct vt *vt, char c)
{
	vt->cells[vt->row * vt->columns + vt->column] = cell(vt->attribute, c);
	if (vt->column + 1 < vt->columns) {
		vt->column++;
	} else {
		next_row(vt);
		vt->wrapped = true;
	}
}

/* Over the edge too: a long line being edited. */
static void back(struct vt *vt)
{
	if (vt->column) {
		vt->column--;
	} else if (vt->row) {
		vt->row--;
		vt->column = vt->columns - 1;
	}
}

static void tab(struct vt *vt)
{
	unsigned int stop = ALIGN(vt->column + 1, TAB_COLUMNS);

	vt->column = min(stop, vt->columns - 1);
}

/* --- escape sequences --------------------------------------------------- */

static void set_foreground(struct vt *vt, unsigned int color)
{
	color |= vt->bold ? BRIGHT : 0;
	vt->attribute = (u8)((vt->attribute & 0xf0) | color);
}

static void set_bold(struct vt *vt, bool bold)
{
	vt->bold = bold;
	set_foreground(vt, vt->attribute & 7);
}

static void set_attribute(struct vt *vt, unsigned int n)
{
	if (n == 0) {
		vt->bold = false;
		vt->attribute = VT_ATTRIBUTE;
	} else if (n == 1 || n == 22) {
		set_bold(vt, n == 1);
	} else if (n >= 30 && n <= 37)
		set_foreground(vt, vga_color[n - 30]);
	else if (n >= 90 && n <= 97)
		set_foreground(vt, vga_color[n - 90] | BRIGHT);
	else if (n == 39)
		set_foreground(vt, VT_ATTRIBUTE);
	else if (n >= 40 && n <= 47)
		vt->attribute =
			(u8)((vt->attribute & 0x0f) | vga_color[n - 40] << 4);
	else if (n == 49)
		vt->attribute &= 0x0f;
}

static void clear_screen(struct vt *vt)
{
	unsigned int all = vt->columns * vt->rows;
	unsigned int here = vt->row * vt->columns + vt->column;

	if (vt->number[0] == 0)
		clear_to(vt, here, all);
	else if (vt->number[0] == 2)
		clear_to(vt, 0, all);
}

static void sequence_end(struct vt *vt, char c)
{
	unsigned int i;

	vt->state = VT_TEXT;
	switch (c) {
	case 'm':
		for (i = 0; i <= vt->nr_numbers; i++)
			set_attribute(vt, vt->number[i]);
		break;
	case 'H': vt->row = vt->column = 0; break;
	case 'J': clear_screen(vt); break;
	case 'K':
		clear_to(vt, vt->row * vt->columns + vt->column,
			 (vt->row + 1) * vt->columns);
		break;
	default: break;
	}
}

static void sequence_char(struct vt *vt, char c)
{
	unsigned int *n = &vt->number[vt->nr_numbers];

	if (c >= '0' && c <= '9') {
		*n = (*n * 10 + (unsigned int)(c - '0')) % 1000;
	} else if (c == ';') {
		if (vt->nr_numbers < VT_MAX_NUMBERS - 1) /* T2 */
			vt->nr_numbers++;
		vt->number[vt->nr_numbers] = 0;
	} else if (c >= 0x40) {
		sequence_end(vt, c);
	}
}

static void escape_char(struct vt *vt, char c)
{
	if (vt->state == VT_NUMBERS) {
		sequence_char(vt, c);
		return;
	}
	vt->state = c == '[' ? VT_NUMBERS : VT_TEXT;
	vt->nr_numbers = 0;
	vt->number[0] = 0;
}

void vt_init(struct vt *vt, volatile u16 *cells, unsigned int columns,
	     unsigned int rows)
{
	*vt = (struct vt){ .cells = cells, .columns = columns, .rows = rows };
	vt->attribute = VT_ATTRIBUTE;
	clear_cells(vt, 0, columns * rows, VT_ATTRIBUTE);
}

/* --- text --------------------------------------------------------------- */

static void text_char(struct vt *vt, char c)
{
	bool wrapped = vt->wrapped;

	vt->wrapped = false;
	switch (c) {
	case '\n':
		if (!wrapped)
			next_row(vt);
		break;
	case '\r':
		vt->column = 0;
		vt->wrapped = wrapped; /* "\r\n" is one line end */
		break;
	case '\b': back(vt); break;
	case '\t': tab(vt); break;
	default: put_char(vt, c); break;
	}
}

void vt_write(struct vt *vt, const char *text, size_t len)
{
	for (; len--; text++) {
		if (vt->state != VT_TEXT)
			escape_char(vt, *text);
		else if (*text == '\033')
			vt->state = VT_ESCAPE;
		else
			text_char(vt, *text);
	}
}

/* What is wrong catches the eye; what is for debugging stays behind. */
static u8 level_attribute(unsigned int level)
{
	static const u8 attribute[8] = {
		0x4f, /* emergency: white on red */
		0x4f,	      0x0c, /* critical: bright red */
		0x0c,	      0x0e, /* warning: yellow */
		0x0f, /* notice: white */
		VT_ATTRIBUTE, 0x08, /* debug: grey */
	};

	return attribute[level % ARRAY_SIZE(attribute)];
}

void vt_write_log(struct vt *vt, unsigned int level, const char *text,
		  size_t len)
{
	const char *end = len && *text == '[' ? memchr(text, ']', len) : NULL;
	u8 before = vt->attribute;
	size_t stamp = 0;

	if (end)
		stamp = (size_t)(end - text) + 1;
	vt->attribute = STAMP_ATTRIBUTE;
	vt_write(vt, text, stamp);
	vt->attribute = level_attribute(level);
	vt_write(vt, text + stamp, len - stamp);
	vt->attribute = before;
}

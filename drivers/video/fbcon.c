/* SPDX-License-Identifier: MIT */
/*
 * fbcon.c - cells to pixels
 *
 * Invariants:
 *   F1  drawn[i] says what the canvas shows of cell i, as picture_of() puts it;
 *       NOT_DRAWN, which no cell looks like, when it shows something else
 *   F2  unless @dirty or @lent is set, all cells are drawn
 *
 * Locking: f->lock (irq-safe, LOCK_UART), for a text or the drawing of a row:
 * some 16,000 pixels. An exception inside it writes its text without the lock,
 * and leaves the drawing to whoever draws next; at the machine's end, when one
 * CPU is left, all that is written is drawn at once by who wrote it.
 */
#include <drivers/fbcon.h>
#include <kernel/string.h>

#define FONT (&font_small)
/* A blank with a foreground: picture_of() makes none. */
#define NOT_DRAWN 0x0f20

/* VGA's colours, a little softer. */
static const u32 palette[16] = {
	RGB(0x00, 0x00, 0x00), RGB(0x33, 0x65, 0xc4), RGB(0x3f, 0xa3, 0x4d),
	RGB(0x2a, 0xa1, 0xa8), RGB(0xc4, 0x3a, 0x31), RGB(0xa3, 0x4f, 0xb0),
	RGB(0xb5, 0x7f, 0x2b), RGB(0xc8, 0xcc, 0xd0), RGB(0x78, 0x80, 0x88),
	RGB(0x6a, 0x9c, 0xf5), RGB(0x7c, 0xd9, 0x7f), RGB(0x66, 0xd6, 0xdc),
	RGB(0xff, 0x6b, 0x5e), RGB(0xdb, 0x86, 0xe6), RGB(0xff, 0xd1, 0x5c),
	RGB(0xff, 0xff, 0xff),
};

unsigned int fbcon_columns(const struct canvas *c)
{
	return c->width / FONT->width;
}

unsigned int fbcon_rows(const struct canvas *c)
{
	return c->height / FONT->height;
}

static unsigned int nr_cells(const struct canvas *c)
{
	return fbcon_columns(c) * fbcon_rows(c);
}

unsigned long fbcon_bytes(const struct canvas *c)
{
	return 2ul * nr_cells(c) * sizeof(u16);
}

static void forget_drawn(struct fbcon *f)
{
	unsigned int i;

	for (i = 0; i < nr_cells(f->canvas); i++)
		f->drawn[i] = NOT_DRAWN;
	f->dirty = true;
}

void fbcon_init(struct fbcon *f, const struct canvas *canvas, void *memory)
{
	u16 *cells = memory;

	*f = (struct fbcon){
		.canvas = canvas,
		.drawn = cells + nr_cells(canvas),
		.lent = true,
	};
	spin_lock_init(&f->lock.lock, "fbcon", LOCK_UART);
	vt_init(&f->vt, cells, fbcon_columns(canvas), fbcon_rows(canvas));
	forget_drawn(f);
}

/* --- drawing ------------------------------------------------------------ */

/* What a cell looks like: all blanks of a background are one, and the cursor
 * is a cell with its colours exchanged. */
static u16 picture_of(u16 cell, bool cursor)
{
	if (cursor)
		cell = (u16)((cell & 0xff) | (cell & 0x0f00) << 4 |
			     (cell & 0xf000) >> 4);
	if ((cell & 0xff) == ' ')
		cell &= 0xf0ff;
	return cell;
}

static void draw_row(struct fbcon *f, unsigned int row)
{
	unsigned int columns = f->vt.columns, i;

	for (i = 0; i < columns; i++) {
		unsigned int at = row * columns + i;
		u16 picture = picture_of(f->vt.cells[at],
					 row == f->vt.row && i == f->vt.column);

		if (picture == f->drawn[at])
			continue;
		f->drawn[at] = picture;
		canvas_char(f->canvas, FONT, i * FONT->width,
			    row * FONT->height, (char)picture,
			    palette[picture >> 8 & 0xf],
			    palette[picture >> 12]);
	}
}

/* What no cell covers, right and below. */
static void draw_rest(const struct fbcon *f)
{
	const struct canvas *c = f->canvas;
	u32 width = f->vt.columns * FONT->width;
	u32 height = f->vt.rows * FONT->height;

	canvas_fill(c, width, 0, c->width - width, c->height, palette[0]);
	canvas_fill(c, 0, height, c->width, c->height - height, palette[0]);
}

/* The last words win over a picture. */
static void end_loan(struct fbcon *f)
{
	if (f->lent && READ_ONCE(entry_locks_open)) {
		f->lent = false;
		forget_drawn(f);
	}
}

void fbcon_draw(struct fbcon *f)
{
	unsigned int row;

	for (row = 0; row < f->vt.rows; row++) {
		unsigned long flags = 0;
		bool entered = entry_lock_enter(&f->lock, &flags);

		end_loan(f);
		if (!f->lent) {
			/* What is written meanwhile sets it again. */
			if (!row)
				f->dirty = false;
			draw_row(f, row);
		}
		if (entered)
			entry_lock_leave(&f->lock, flags);
	}
}

/* --- text --------------------------------------------------------------- */

static void text_done(struct fbcon *f, bool entered, unsigned long flags)
{
	WRITE_ONCE(f->dirty, true);
	if (entered)
		entry_lock_leave(&f->lock, flags);
	else if (READ_ONCE(entry_locks_open))
		fbcon_draw(f);
}

void fbcon_write(struct fbcon *f, const char *text, size_t len)
{
	unsigned long flags = 0;
	bool entered = entry_lock_enter(&f->lock, &flags);

	vt_write(&f->vt, text, len);
	text_done(f, entered, flags);
}

void fbcon_write_log(struct fbcon *f, unsigned int level, const char *text,
		     size_t len)
{
	unsigned long flags = 0;
	bool entered = entry_lock_enter(&f->lock, &flags);

	vt_write_log(&f->vt, level, text, len);
	text_done(f, entered, flags);
}

/* --- pictures ----------------------------------------------------------- */

bool fbcon_lend(struct fbcon *f)
{
	unsigned long flags = entry_lock_take(&f->lock);
	bool free = !f->lent;

	f->lent = true;
	entry_lock_leave(&f->lock, flags);
	return free;
}

void fbcon_take_back(struct fbcon *f)
{
	unsigned long flags = entry_lock_take(&f->lock);

	f->lent = false;
	forget_drawn(f);
	draw_rest(f);
	entry_lock_leave(&f->lock, flags);
}

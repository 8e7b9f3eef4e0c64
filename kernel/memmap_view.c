/* SPDX-License-Identifier: MIT */
/*
 * memmap_view.c - zones as bands of cells, a legend with figures, counters
 *
 * From top to bottom: a title; for each zone a line of text and its rows, with
 * addresses on the left; the legend; a line of counters. The walk over memory
 * that colours the cells also counts frames by owner, so the figures in the
 * legend are the picture's own.
 *
 * Only cells that look different from what is shown are drawn; texts are drawn
 * each time, in full width, so that a shorter one leaves nothing behind.
 */
#include <kernel/math64.h>
#include <kernel/memmap_view.h>
#include <kernel/record.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>

#define SMALL (&font_small)
#define LARGE (&font_large)

#define BACK RGB(0x0b, 0x0e, 0x14)
#define TITLE RGB(0xff, 0xff, 0xff)
#define TEXT RGB(0xc8, 0xcc, 0xd0)
#define FAINT RGB(0x78, 0x80, 0x88)

/* All in pixels. */
#define MARGIN 16u
#define TITLE_HEIGHT 40u
#define BAND_TEXT 22u /* a band's line and the gap to its grid */
#define BAND_GAP 10u
#define LABEL_WIDTH 88u /* addresses, left of the grid */
#define BAR_WIDTH 4u /* a zone's colour, between them */
#define LABEL_EVERY 24u /* a label at most so often */
#define LEGEND_LINES 6u
#define LINE 20u
#define FOOT_HEIGHT (LEGEND_LINES * LINE + 10u)
#define ITEM_COLUMNS 5u
#define SWATCH 12u

#define VIEW_COLUMNS_SHIFT 7u
static_assert(1u << VIEW_COLUMNS_SHIFT == VIEW_COLUMNS, "its logarithm");

#define MIB_PAGES (1ul << (20 - PAGE_SHIFT))

static const u32 zone_rgb[] = {
	RGB(0xf4, 0xa2, 0x42), /* DMA */
	RGB(0x3f, 0xa3, 0xd0), /* Normal */
	RGB(0xa0, 0x7a, 0xe0), /* HighMem */
};

struct view_color {
	char letter;
	u32 rgb;
	const char *name;
};

#define AS_COLOR(letter, rgb, name) { letter, rgb, name },
static const struct view_color colors[] = { VIEW_COLORS(AS_COLOR) };
#define AS_RGB(rgb) rgb,
static const u32 free_rgb[] = { VIEW_FREE_COLORS(AS_RGB) };
static_assert(ARRAY_SIZE(free_rgb) == MAX_ORDER, "a colour for each order");

/* --- scale -------------------------------------------------------------- */

unsigned int view_rows(const struct view_band *b, unsigned int shift,
		       pfn_t *row_pfn)
{
	unsigned int row_shift = shift + VIEW_COLUMNS_SHIFT, i, nr = 0;
	pfn_t next = 0; /* the first row that is not counted yet */

	for (i = 0; i < b->nr_spans; i++) {
		pfn_t row = max(b->span[i].start >> row_shift, next);

		for (; row <= (b->span[i].end - 1) >> row_shift; row++) {
			if (row_pfn)
				row_pfn[nr] = row << row_shift;
			nr++;
		}
		next = row;
	}
	return nr;
}

/* @shift, or as much finer as the band needs to be seen. */
static unsigned int finer(const struct view_band *b, unsigned int shift)
{
	while (shift && view_rows(b, shift, NULL) < VIEW_MIN_ROWS)
		shift--;
	return shift;
}

void view_fit(struct view_band *bands, unsigned int nr, unsigned int rows)
{
	unsigned int scale = 0, total, i;

	do {
		total = 0;
		for (i = 0; i < nr; i++) {
			bands[i].shift = finer(&bands[i], scale);
			bands[i].rows =
				view_rows(&bands[i], bands[i].shift, NULL);
			total += bands[i].rows;
		}
		scale++;
	} while (total > rows);
}

/* --- layout ------------------------------------------------------------- */

/* What @nr_bands bands can share, in height. */
static u32 rows_height(const struct canvas *c, unsigned int nr_bands)
{
	u32 texts = TITLE_HEIGHT + FOOT_HEIGHT + MARGIN +
		    nr_bands * (BAND_TEXT + BAND_GAP);

	return c->height - texts;
}

/* As wide as the screen is, unless that is too high for it. */
static u32 cell_pitch(const struct canvas *c)
{
	u32 wide = (c->width - 2 * MARGIN - LABEL_WIDTH) / VIEW_COLUMNS;

	return min(wide, rows_height(c, NR_ZONES) / VIEW_FIT_ROWS);
}

/* Rows that they can share. */
static unsigned int rows_for(const struct canvas *c, unsigned int nr_bands)
{
	return rows_height(c, nr_bands) / cell_pitch(c);
}

unsigned long memmap_view_bytes(const struct canvas *c)
{
	return (unsigned long)rows_for(c, 1) * (sizeof(pfn_t) + VIEW_COLUMNS);
}

/* The spans of the band's zone, at the end of those that are known. */
static void spans_find(struct memmap_view *v, struct view_band *b,
		       const struct frame_source *src)
{
	struct view_span *span = &v->span[v->nr_spans];
	unsigned int room = VIEW_SPANS / NR_ZONES, nr = 0;
	struct frame_map fm;
	struct frame_run run;

	frame_map_begin(&fm, src);
	while (frame_map_next(&fm, &run)) {
		pfn_t start = max(run.start_pfn, b->zone->start_pfn);
		pfn_t end = min(run.start_pfn + run.nr, b->zone->end_pfn);

		if (start >= end || run.kind == FRAME_HOLE)
			continue;
		if (nr && (span[nr - 1].end == start || nr == room))
			span[nr - 1].end = end;
		else
			span[nr++] = (struct view_span){ start, end };
	}
	b->span = span;
	b->nr_spans = nr;
	v->nr_spans += nr;
}

static void bands_find(struct memmap_view *v, const struct frame_source *src)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		struct view_band *b = &v->band[v->nr_bands];

		b->zone = &v->node->zones[i];
		if (b->zone->end_pfn == b->zone->start_pfn)
			continue;
		spans_find(v, b, src);
		if (b->nr_spans)
			v->nr_bands++;
	}
}

static void bands_place(struct memmap_view *v)
{
	unsigned int i, row = 0;
	u32 y = TITLE_HEIGHT;

	view_fit(v->band, v->nr_bands, rows_for(v->canvas, v->nr_bands));
	for (i = 0; i < v->nr_bands; i++) {
		struct view_band *b = &v->band[i];

		b->first_row = row;
		b->y = y + BAND_TEXT;
		view_rows(b, b->shift, &v->row_pfn[row]);
		row += b->rows;
		y = b->y + b->rows * v->pitch + BAND_GAP;
	}
}

/* --- text --------------------------------------------------------------- */

/* Text in a field of @columns letters: what was there before is gone. */
static void field(const struct memmap_view *v, u32 x, u32 y,
		  unsigned int columns, u32 rgb, const char *text)
{
	u32 end = canvas_text(v->canvas, SMALL, x, y, text, rgb, BACK);
	u32 full = x + columns * SMALL->width;

	if (end < full)
		canvas_fill(v->canvas, end, y, full - end, SMALL->height, BACK);
}

/* "13.1 MiB", "96 KiB" of so many frames. */
static void size_text(char *buf, size_t size, unsigned long pages)
{
	if (pages < MIB_PAGES)
		scnprintf(buf, size, "%lu KiB", pages << (PAGE_SHIFT - 10));
	else
		scnprintf(buf, size, "%lu.%lu MiB", pages / MIB_PAGES,
			  pages % MIB_PAGES * 10 / MIB_PAGES);
}

static pfn_t row_pfn(const struct memmap_view *v, const struct view_band *b,
		     unsigned int row)
{
	return v->row_pfn[b->first_row + row];
}

/* Does the row go on where the one above it ends? */
static bool row_joins(const struct memmap_view *v, const struct view_band *b,
		      unsigned int row)
{
	return row && row_pfn(v, b, row) == row_pfn(v, b, row - 1) +
						    (VIEW_COLUMNS << b->shift);
}

/* Addresses, at every so many rows and behind a hole. */
static void draw_labels(const struct memmap_view *v, const struct view_band *b)
{
	u32 step = DIV_ROUND_UP(LABEL_EVERY, v->pitch);
	unsigned int row, since = step;
	char text[16];

	for (row = 0; row < b->rows; row++, since++) {
		u32 y = b->y + row * v->pitch;

		if (since < step && row_joins(v, b, row))
			continue;
		if (row && (b->rows - row < 2 || since * v->pitch < LINE))
			continue; /* would touch what is below or above */
		since = 0;
		scnprintf(text, sizeof(text), "%6lu MiB",
			  row_pfn(v, b, row) / MIB_PAGES);
		canvas_text(v->canvas, SMALL, MARGIN - 8, y - 4, text, FAINT,
			    BACK);
	}
}

static void draw_title(const struct memmap_view *v)
{
	u32 x = canvas_text(v->canvas, LARGE, MARGIN, 8, "Pagewright", TITLE,
			    BACK);

	canvas_text(v->canvas, SMALL, x + 16, 14, "physical memory, live",
		    FAINT, BACK);
}

static u32 legend_y(const struct memmap_view *v)
{
	return v->canvas->height - FOOT_HEIGHT;
}

/* The scale of free blocks: the legend's first line. */
static void draw_scale(const struct memmap_view *v)
{
	u32 y = legend_y(v), x = MARGIN;
	unsigned int order;
	char text[4];

	x = canvas_text(v->canvas, SMALL, x, y, "free, in blocks of order ",
			TEXT, BACK);
	for (order = 0; order < MAX_ORDER; order++) {
		canvas_fill(v->canvas, x, y + 2, SWATCH, SWATCH,
			    free_rgb[order]);
		scnprintf(text, sizeof(text), "%u", order);
		x = canvas_text(v->canvas, SMALL, x + SWATCH + 4, y, text, TEXT,
				BACK);
		x += 10;
	}
}

void memmap_view_init(struct memmap_view *v, const struct canvas *canvas,
		      const struct frame_source *src, void *memory)
{
	unsigned int rows = rows_for(canvas, 1), i;

	*v = (struct memmap_view){
		.canvas = canvas,
		.node = src->node,
		.x = MARGIN + LABEL_WIDTH,
		.pitch = cell_pitch(canvas),
		.row_pfn = memory,
		.shown = (u8 *)memory + rows * sizeof(pfn_t),
	};
	memset(memory, 0, memmap_view_bytes(canvas));
	bands_find(v, src);
	bands_place(v);
	canvas_fill(canvas, 0, 0, canvas->width, canvas->height, BACK);
	draw_title(v);
	draw_scale(v);
	for (i = 0; i < v->nr_bands; i++) {
		const struct view_band *b = &v->band[i];

		draw_labels(v, b);
		canvas_fill(canvas, v->x - BAR_WIDTH - 4, b->y, BAR_WIDTH,
			    b->rows * v->pitch - 1,
			    zone_rgb[b->zone->type % ARRAY_SIZE(zone_rgb)]);
	}
}

/* --- cells -------------------------------------------------------------- */

/* What is remembered of a cell; never 0. */
static u8 view_code(struct frame_cell cell)
{
	return cell.letter == '.' ? (u8)(0x80 | cell.order) : (u8)cell.letter;
}

static u32 cell_rgb(struct frame_cell cell)
{
	unsigned int i;

	if (cell.letter == '.')
		return free_rgb[cell.order % MAX_ORDER];
	for (i = 0; i < ARRAY_SIZE(colors); i++) {
		if (colors[i].letter == cell.letter)
			return colors[i].rgb;
	}
	return TITLE;
}

/* Cells that are not the zone's stay background. */
static void draw_row(struct memmap_view *v, const struct view_band *b,
		     unsigned int row)
{
	pfn_t pfn = row_pfn(v, b, row), next;
	u8 *shown = &v->shown[(b->first_row + row) * VIEW_COLUMNS];
	unsigned int i;

	for (i = 0; i < VIEW_COLUMNS; i++, pfn = next) {
		struct frame_cell cell;
		pfn_t start = max(pfn, b->zone->start_pfn), end;

		next = pfn + (1ul << b->shift);
		end = min(next, b->zone->end_pfn);
		if (start >= end)
			continue;
		cell = frame_picture_cell(&v->picture, start, end);
		if (shown[i] == view_code(cell))
			continue;
		shown[i] = view_code(cell);
		canvas_fill(v->canvas, v->x + i * v->pitch,
			    b->y + row * v->pitch, v->pitch - 1, v->pitch - 1,
			    cell_rgb(cell));
	}
}

static void draw_band(struct memmap_view *v, const struct view_band *b)
{
	unsigned int row;

	for (row = 0; row < b->rows; row++)
		draw_row(v, b, row);
}

/* --- figures ------------------------------------------------------------ */

static void draw_band_text(const struct memmap_view *v,
			   const struct view_band *b)
{
	struct zone *z = b->zone;
	char free[24], all[24], cell[24], text[128];
	unsigned int order, columns;
	int n;

	size_text(free, sizeof(free), zone_free_pages(z));
	size_text(all, sizeof(all), z->managed_pages);
	size_text(cell, sizeof(cell), 1ul << b->shift);
	n = scnprintf(text, sizeof(text),
		      "%s  %s of %s free, a cell is %s; free blocks by order:",
		      z->name, free, all, cell);
	for (order = 0; order < MAX_ORDER; order++)
		n += scnprintf(text + n, sizeof(text) - (size_t)n, " %lu",
			       zone_nr_blocks(z, order));
	columns = (v->canvas->width - MARGIN - v->x) / SMALL->width;
	field(v, v->x, b->y - BAND_TEXT + 2, columns, TEXT, text);
}

static void draw_item(const struct memmap_view *v, unsigned int place, u32 rgb,
		      const char *name, unsigned long pages)
{
	u32 width = (v->canvas->width - 2 * MARGIN) / ITEM_COLUMNS;
	u32 x = MARGIN + place % ITEM_COLUMNS * width;
	u32 y = legend_y(v) + (1 + place / ITEM_COLUMNS) * LINE;
	char size[24], text[48];

	size_text(size, sizeof(size), pages);
	scnprintf(text, sizeof(text), "%s %s", name, size);
	canvas_fill(v->canvas, x, y + 2, SWATCH, SWATCH, rgb);
	field(v, x + SWATCH + 6, y, (width - SWATCH - 8) / SMALL->width,
	      pages ? TEXT : FAINT, text);
}

static void draw_legend(const struct memmap_view *v)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(colors); i++) {
		unsigned int letter = (unsigned char)colors[i].letter;

		draw_item(v, i, colors[i].rgb, colors[i].name,
			  v->picture.frames[letter % FRAME_LETTERS]);
	}
}

static unsigned long stat_sum(const struct memmap_view *v, enum zone_stat item)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < v->nr_bands; i++)
		sum += zone_stat_sum(v->band[i].zone, item);
	return sum;
}

static void draw_counters(struct memmap_view *v)
{
	unsigned long allocs = stat_sum(v, ZONE_STAT_ALLOC);
	u64 now = time_ns(), ms = div_u64(now - v->ns_before, 1000000);
	unsigned long rate = 0;
	char text[128];
	u32 rest;

	if (v->ns_before && ms)
		rate = (unsigned long)div64_u64(
			(u64)(allocs - v->blocks_before) * 1000, ms);
	v->blocks_before = allocs;
	v->ns_before = now;
	scnprintf(
		text, sizeof(text),
		"blocks out %lu  back %lu  split %lu  merged %lu   %lu a second",
		allocs, stat_sum(v, ZONE_STAT_FREE),
		stat_sum(v, ZONE_STAT_SPLIT), stat_sum(v, ZONE_STAT_MERGE),
		rate);
	field(v, MARGIN, legend_y(v) + (LEGEND_LINES - 1) * LINE + 6,
	      (v->canvas->width - 2 * MARGIN) / SMALL->width, TEXT, text);
	ms = div_u64_rem(div_u64(now, 100000000), 10, &rest);
	scnprintf(text, sizeof(text), "up %llu.%u s", ms, rest);
	field(v, v->canvas->width - MARGIN - 16 * SMALL->width, 14, 16, FAINT,
	      text);
}

void memmap_view_draw(struct memmap_view *v, const struct frame_source *src)
{
	struct frame_source ordered = *src;
	unsigned int i;

	ordered.by_order = true;
	frame_picture_begin(&v->picture, &ordered);
	for (i = 0; i < v->nr_bands; i++)
		draw_band(v, &v->band[i]);
	for (i = 0; i < v->nr_bands; i++)
		draw_band_text(v, &v->band[i]);
	draw_legend(v);
	draw_counters(v);
}

void memmap_view_record(const struct memmap_view *v)
{
	unsigned int i;

	for (i = 0; i < v->nr_bands; i++) {
		const struct view_band *b = &v->band[i];

		record("band",
		       "\"zone\":\"%s\",\"x\":%u,\"y\":%u,\"pitch\":%u,"
		       "\"columns\":%u,\"rows\":%u,\"frames\":%lu",
		       b->zone->name, v->x, b->y, v->pitch, VIEW_COLUMNS,
		       b->rows, 1ul << b->shift);
	}
}

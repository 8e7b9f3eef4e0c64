/* SPDX-License-Identifier: MIT */
/*
 * memmap_view.h - physical memory drawn on a canvas, cell by cell
 *
 * A band for each zone that has frames, VIEW_COLUMNS cells in a row. A cell is
 * a run of frames, as long for all cells of a band: a power of two, so that
 * rows begin at round addresses and buddies lie where one looks for them. Rows
 * that would show nothing but a hole are left out. A cell's
 * colour is its owner's (frame_map.h); that of free frames says how large the
 * blocks are: the larger, the darker. Below are the colours with what each
 * has, and the zones' counters.
 *
 * An object, so that a test draws a machine of its own on a canvas of its own.
 */
#ifndef KERNEL_MEMMAP_VIEW_H
#define KERNEL_MEMMAP_VIEW_H

#include <kernel/canvas.h>
#include <mm/frame_map.h>
#include <mm/zone.h>

#define VIEW_COLUMNS 128u
/* A zone that is there is seen. */
#define VIEW_MIN_ROWS 4u
/* So many rows fit the zones of any machine. */
#define VIEW_FIT_ROWS (8u * VIEW_MIN_ROWS)

/* Letter, colour, name in the legend; in the legend's order. Tools that draw
 * the same picture from records read this list. */
#define VIEW_COLORS(X)                                \
	X('p', RGB(0x4d, 0x8d, 0xf6), "pages")        \
	X('s', RGB(0xf4, 0xc5, 0x42), "slab")         \
	X('k', RGB(0xf0, 0x8a, 0x33), "kmalloc")      \
	X('v', RGB(0xb9, 0x6b, 0xf0), "vmalloc")      \
	X('t', RGB(0xff, 0x4f, 0x6d), "page tables")  \
	X('c', RGB(0x38, 0xd0, 0xd8), "per-CPU")      \
	X('S', RGB(0xff, 0x9f, 0xce), "stacks")       \
	X('d', RGB(0xff, 0xff, 0xff), "DMA buffers")  \
	X('u', RGB(0x9f, 0xc3, 0xff), "user")         \
	X('T', RGB(0xd9, 0xde, 0x6a), "tests")        \
	X('K', RGB(0x65, 0x74, 0xb8), "kernel image") \
	X('B', RGB(0xa8, 0x7a, 0x58), "boot memory")  \
	X('r', RGB(0xa8, 0x7a, 0x58), "kept at boot") \
	X('#', RGB(0x5a, 0x60, 0x6a), "firmware")     \
	X('x', RGB(0x3a, 0x3e, 0x46), "not used")     \
	X(' ', RGB(0x1c, 0x20, 0x28), "hole")         \
	X('!', RGB(0xff, 0x00, 0x00), "lost")

/* Free blocks of order 0, 1, ... */
#define VIEW_FREE_COLORS(X)      \
	X(RGB(0xa6, 0xf7, 0xb8)) \
	X(RGB(0x86, 0xec, 0xa2)) \
	X(RGB(0x6a, 0xdf, 0x8f)) \
	X(RGB(0x52, 0xd0, 0x7f)) \
	X(RGB(0x3f, 0xbe, 0x72)) \
	X(RGB(0x30, 0xaa, 0x66)) \
	X(RGB(0x26, 0x96, 0x5b)) \
	X(RGB(0x1f, 0x82, 0x51)) \
	X(RGB(0x1a, 0x6f, 0x47)) \
	X(RGB(0x16, 0x5d, 0x3d)) \
	X(RGB(0x12, 0x4a, 0x32))

/* Frames that are something: RAM, or firmware's. */
struct view_span {
	pfn_t start, end;
};

#define VIEW_SPANS 64u

/* Where a zone is drawn. */
struct view_band {
	struct zone *zone;
	/* Its spans, rising and apart; if there are too many, the last one has
	 * the rest. */
	const struct view_span *span;
	unsigned int nr_spans;
	unsigned int shift; /* a cell is 2^shift frames */
	unsigned int rows;
	unsigned int first_row; /* its place among all rows */
	u32 y; /* of the grid; its text is above */
};

struct memmap_view {
	const struct canvas *canvas;
	struct mm_node *node;
	u32 x, pitch; /* of the grid: left edge, pixels from cell to cell */
	unsigned int nr_bands, nr_spans;
	struct view_band band[NR_ZONES];
	struct view_span span[VIEW_SPANS];
	struct frame_picture picture;
	unsigned long blocks_before; /* for the rate */
	u64 ns_before;
	pfn_t *row_pfn; /* with which each row begins */
	/* What each cell shows, as view_code() puts it. */
	u8 *shown;
};

/**
 * view_fit - how finely zones can be drawn: sets shift and rows of each band
 * @rows: that there is room for; at least VIEW_FIT_ROWS
 *
 * The same scale for all zones, as fine as fits; a zone of less than
 * VIEW_MIN_ROWS rows gets a finer one of its own, as far as it has frames.
 */
void view_fit(struct view_band *bands, unsigned int nr, unsigned int rows);

/* The rows that a band has at @shift; @row_pfn gets the frame that each begins
 * with, which may be below the first span; NULL: only their number is asked
 * for. */
unsigned int view_rows(const struct view_band *b, unsigned int shift,
		       pfn_t *row_pfn);

/* Bytes that memmap_view_init() wants for a canvas. */
unsigned long memmap_view_bytes(const struct canvas *c);

/**
 * memmap_view_init - lay out the picture and draw what does not change
 * @canvas: at least 640 x 400; lives as long as the view
 * @src: what is to be drawn; its node lives as long, too
 * @memory: memmap_view_bytes(), aligned as a pfn_t
 *
 * Context: process.
 */
void memmap_view_init(struct memmap_view *v, const struct canvas *canvas,
		      const struct frame_source *src, void *memory);

/* Draw what has changed since. @src: as its node, by_order is set here.
 * Context: process; takes zone->lock, as the walk says (frame_map.h). */
void memmap_view_draw(struct memmap_view *v, const struct frame_source *src);

/* Where the bands are, as records "band". */
void memmap_view_record(const struct memmap_view *v);

#endif

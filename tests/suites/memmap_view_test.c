/* SPDX-License-Identifier: MIT */
/*
 * memmap_view_test.c - scales, and each cell's colour on a machine that is not
 * there
 */
#include <kernel/ktest.h>
#include <kernel/memmap_view.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/vmalloc.h>
#include "private_machine.h"

/* The smallest screen. */
#define WIDTH 640u
#define HEIGHT 400u

#define ROWS 64u

/* A band of spans; that of zone DMA begins at 0, others behind it. */
#define BAND(...)                                                           \
	{                                                                   \
		.span = (const struct view_span[]){ __VA_ARGS__ },          \
		.nr_spans =                                                 \
			sizeof((const struct view_span[]){ __VA_ARGS__ }) / \
			sizeof(struct view_span),                           \
	}
#define SPAN(start, end)   \
	{                  \
		start, end \
	}

static void a_small_machine_has_a_cell_for_each_frame(struct ktest *t)
{
	/* 32 MiB: 16 of DMA, 16 of Normal. */
	struct view_band bands[] = { BAND(SPAN(0, 4096)),
				     BAND(SPAN(4096, 8192)) };

	view_fit(bands, 2, ROWS);
	KTEST_EXPECT_EQ(t, bands[0].shift, 0);
	KTEST_EXPECT_EQ(t, bands[1].shift, 0);
	KTEST_EXPECT_EQ(t, bands[1].rows, 32);
	/* One row less, and a cell has two. */
	view_fit(bands, 2, ROWS - 1);
	KTEST_EXPECT_EQ(t, bands[0].shift, 1);
	KTEST_EXPECT_EQ(t, bands[1].shift, 1);
	KTEST_EXPECT_EQ(t, bands[1].rows, 16);
}

static void rows_begin_at_round_addresses_and_skip_holes(struct ktest *t)
{
	const struct view_band one = BAND(SPAN(130, 131));
	const struct view_band holes = BAND(SPAN(5, 129), SPAN(200, 300),
					    SPAN(1280, 1281), SPAN(1407, 1409));
	pfn_t row[8] = { 0 };

	KTEST_EXPECT_EQ(t, view_rows(&one, 0, row), 1);
	KTEST_EXPECT_EQ(t, row[0], 128);
	KTEST_EXPECT_EQ(t, view_rows(&one, 12, NULL), 1);
	KTEST_EXPECT_EQ(t, view_rows(&holes, 0, row), 5);
	KTEST_EXPECT_EQ(t, row[0], 0);
	KTEST_EXPECT_EQ(t, row[1], 128);
	KTEST_EXPECT_EQ(t, row[2], 256);
	KTEST_EXPECT_EQ(t, row[3], 1280);
	KTEST_EXPECT_EQ(t, row[4], 1408);
	KTEST_EXPECT_EQ(t, view_rows(&holes, 1, row), 3);
	KTEST_EXPECT_EQ(t, row[2], 1280);
}

static void a_small_zone_is_drawn_finer(struct ktest *t)
{
	/* 1 GiB: a row of DMA would be all there is of it. */
	struct view_band bands[] = { BAND(SPAN(0, 4096)),
				     BAND(SPAN(4096, 229376)),
				     BAND(SPAN(229376, 262144)) };

	view_fit(bands, 3, 4 + 55 + 8);
	KTEST_EXPECT_EQ(t, bands[1].shift, 5);
	KTEST_EXPECT_EQ(t, bands[2].shift, 5);
	KTEST_EXPECT_EQ(t, bands[0].shift, 3);
	KTEST_EXPECT_EQ(t, bands[0].rows, VIEW_MIN_ROWS);
}

/* Every size from 1 MiB to 64 GiB in any number of rows that a screen has. */
static void all_zones_fit_and_are_seen(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < 2000; i++) {
		pfn_t dma = 4096 - ktest_random(t) % 3000;
		pfn_t low = dma + 1 +
			    ktest_random(t) % (225280u >> ktest_random(t) % 8);
		pfn_t gap = low + ktest_random(t) % (1u << 20);
		pfn_t high =
			gap + 1 +
			ktest_random(t) % (15u << 20 >> ktest_random(t) % 16);
		struct view_band bands[] = {
			BAND(SPAN(0, dma)), BAND(SPAN(dma, low)),
			BAND(SPAN(low, low + 1), SPAN(gap + 1, high + 1))
		};
		unsigned int rows = VIEW_FIT_ROWS + ktest_random(t) % 100;
		unsigned int z, total = 0;

		view_fit(bands, 3, rows);
		for (z = 0; z < 3; z++) {
			total += bands[z].rows;
			if (bands[z].rows < VIEW_MIN_ROWS)
				KTEST_EXPECT_EQ(t, bands[z].shift, 0);
		}
		KTEST_EXPECT_LE(t, total, rows);
	}
}

/* --- a picture ----------------------------------------------------------- */

struct scene {
	struct private_machine *pm;
	struct canvas canvas;
	struct memmap_view *view;
};

static void scene_free(struct scene *s)
{
	vfree(s->canvas.pixels);
	vfree(s->view);
	private_machine_free(s->pm);
}

/* 2 MiB: DMA up to @dma_end, then Normal; one frame a cell. */
static bool scene_make_sized(struct ktest *t, struct scene *s, u32 width,
			     u32 height, pfn_t dma_end)
{
	const struct boot_mmap_entry map[] = {
		{ 0, 0x80000, BOOT_MMAP_USABLE },
		{ 0x80000, 0x1000, BOOT_MMAP_RESERVED },
		{ 0x100000, 0x100000, BOOT_MMAP_USABLE },
	};
	const struct mm_limits limits = { .dma_end = dma_end, .low_end = 512 };

	memset(s, 0, sizeof(*s));
	s->canvas = (struct canvas){ .width = width,
				     .height = height,
				     .pitch = width * sizeof(u32) };
	s->canvas.pixels = vzalloc(width * height * sizeof(u32));
	s->view = vmalloc(sizeof(*s->view) + memmap_view_bytes(&s->canvas));
	if (s->canvas.pixels && s->view)
		s->pm = private_machine_new(t, map, ARRAY_SIZE(map), &limits,
					    ~0ul);
	if (s->pm && private_machine_hand_over(t, s->pm)) {
		/* As if page 0 was drawn: the memory may have any contents. */
		memset(s->view, 'r',
		       sizeof(*s->view) + memmap_view_bytes(&s->canvas));
		memmap_view_init(s->view, &s->canvas, &s->pm->src, s->view + 1);
		memmap_view_draw(s->view, &s->pm->src);
		return true;
	}
	scene_free(s);
	ktest_skip(t, "no memory for a screen");
	return false;
}

static bool scene_make(struct ktest *t, struct scene *s)
{
	return scene_make_sized(t, s, WIDTH, HEIGHT, 256);
}

static u32 *cell_at(const struct scene *s, unsigned int band, unsigned int i)
{
	const struct memmap_view *v = s->view;
	u32 x = v->x + i % VIEW_COLUMNS * v->pitch;
	u32 y = v->band[band].y + i / VIEW_COLUMNS * v->pitch;

	return (u32 *)s->canvas.pixels + y * WIDTH + x;
}

static u32 letter_rgb(char letter)
{
#define AS_CASE(l, rgb, name) \
	case l: return rgb;
	switch (letter) {
		VIEW_COLORS(AS_CASE)
	default: return 0;
	}
#undef AS_CASE
}

static u32 free_rgb(unsigned int order)
{
#define AS_ENTRY(rgb) rgb,
	static const u32 rgb[] = { VIEW_FREE_COLORS(AS_ENTRY) };
#undef AS_ENTRY

	return rgb[order];
}

static void cells_have_their_owners_colours(struct ktest *t)
{
	struct scene s;

	if (!scene_make(t, &s))
		return;
	KTEST_EXPECT_EQ(t, s.view->nr_bands, 2);
	KTEST_EXPECT_EQ(t, s.view->band[0].shift, 0);
	KTEST_EXPECT_EQ(t, *cell_at(&s, 0, 0), letter_rgb('r')); /* page 0 */
	KTEST_EXPECT_EQ(t, *cell_at(&s, 0, 1), free_rgb(0));
	KTEST_EXPECT_EQ(t, *cell_at(&s, 0, 2), free_rgb(1));
	KTEST_EXPECT_EQ(t, *cell_at(&s, 0, 127), free_rgb(6));
	KTEST_EXPECT_EQ(t, *cell_at(&s, 0, 128), letter_rgb('#'));
	KTEST_EXPECT_EQ(t, *cell_at(&s, 0, 129), letter_rgb(' '));
	KTEST_EXPECT_EQ(t, *cell_at(&s, 1, 0), free_rgb(8));
	KTEST_EXPECT_EQ(t, *cell_at(&s, 1, 255), free_rgb(8));
	scene_free(&s);
}

static void what_is_no_cell_stays_background(struct ktest *t)
{
	const u32 back = RGB(0x0b, 0x0e, 0x14);
	struct scene s;
	u32 *up;

	/* Zones meet in the middle of a row: each has its part. */
	if (!scene_make_sized(t, &s, WIDTH, HEIGHT, 100))
		return;
	KTEST_EXPECT_EQ(t, *cell_at(&s, 0, 99), free_rgb(2));
	KTEST_EXPECT_EQ(t, *cell_at(&s, 0, 100), back);
	KTEST_EXPECT_EQ(t, *cell_at(&s, 1, 99), back);
	KTEST_EXPECT_EQ(t, *cell_at(&s, 1, 100), free_rgb(2));
	KTEST_EXPECT_EQ(t, cell_at(&s, 0, 1)[s.view->pitch - 1], back);
	/* What is a hole is no frame of the band. */
	KTEST_EXPECT_EQ(t, s.view->band[0].nr_spans, 1);
	KTEST_EXPECT_EQ(t, s.view->band[1].nr_spans, 2);
	KTEST_EXPECT_EQ(t, s.view->band[1].span[0].end, 129);
	KTEST_EXPECT_EQ(t, s.view->band[1].span[1].start, 256);
	/* Behind a text that became shorter, at the top right. */
	up = (u32 *)s.canvas.pixels + 14 * WIDTH + WIDTH - 17;
	*up = 1;
	memmap_view_draw(s.view, &s.pm->src);
	KTEST_EXPECT_EQ(t, *up, back);
	scene_free(&s);
}

/* Two screens side by side: cells as wide as they allow would be so high that
 * zones of many frames have no scale that fits. */
static void a_screen_may_be_wide_and_low(struct ktest *t)
{
	struct scene s;

	if (!scene_make_sized(t, &s, 2560, 400, 256))
		return;
	KTEST_EXPECT_GE(t, s.view->pitch, 2);
	KTEST_EXPECT_LE(t, s.view->pitch * VIEW_FIT_ROWS, s.canvas.height);
	scene_free(&s);
}

static void only_cells_that_changed_are_drawn_again(struct ktest *t)
{
	struct page *block;
	struct scene s;

	if (!scene_make(t, &s))
		return;
	*cell_at(&s, 0, 0) = 1;
	*cell_at(&s, 1, 128) = 1;
	block = zone_alloc_block(&s.pm->node.zones[1], 0, 0);
	page_set_owner(block, PAGE_OWNER_VMALLOC);
	memmap_view_draw(s.view, &s.pm->src);
	KTEST_EXPECT_EQ(t, *cell_at(&s, 0, 0), 1); /* the same as before */
	KTEST_EXPECT_EQ(t, *cell_at(&s, 1, 0), letter_rgb('v'));
	KTEST_EXPECT_EQ(t, *cell_at(&s, 1, 1), free_rgb(0));
	KTEST_EXPECT_EQ(t, *cell_at(&s, 1, 2), free_rgb(1));
	KTEST_EXPECT_EQ(t, *cell_at(&s, 1, 128), free_rgb(7));
	KTEST_EXPECT_EQ(t, s.view->picture.frames['v'], 1);
	KTEST_EXPECT_EQ(t, s.view->picture.frames['.'], 127 + 255);
	scene_free(&s);
}

/* A cell of several runs shows what most of its frames are. */
static void the_many_give_a_cell_its_colour(struct ktest *t)
{
	struct frame_source src;
	struct frame_picture *p;
	struct frame_cell cell;
	struct page *block;
	struct scene s;

	if (!scene_make(t, &s))
		return;
	src = s.pm->src;
	src.by_order = true;
	block = zone_alloc_block(&s.pm->node.zones[1], 2, 0);
	page_set_owner(block, PAGE_OWNER_PGTABLE);
	p = &s.view->picture;
	frame_picture_begin(p, &src);
	/* Four of page tables, four of order 2, eight of order 3. */
	cell = frame_picture_cell(p, 256, 260);
	KTEST_EXPECT_EQ(t, cell.letter, 't');
	cell = frame_picture_cell(p, 260, 272);
	KTEST_EXPECT_EQ(t, cell.letter, '.');
	KTEST_EXPECT_EQ(t, cell.order, 3);
	frame_picture_begin(p, &src);
	cell = frame_picture_cell(p, 0, 256); /* 127 free, 127 hole */
	KTEST_EXPECT_EQ(t, cell.letter, ' ');
	cell = frame_picture_cell(p, 256, 264); /* 4 and 4: the lower letter */
	KTEST_EXPECT_EQ(t, cell.letter, '.');
	cell = frame_picture_cell(p, 512, 520); /* behind the end */
	KTEST_EXPECT_EQ(t, cell.letter, ' ');
	scene_free(&s);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_small_machine_has_a_cell_for_each_frame),
	KTEST_CASE(rows_begin_at_round_addresses_and_skip_holes),
	KTEST_CASE(a_small_zone_is_drawn_finer),
	KTEST_CASE(all_zones_fit_and_are_seen),
	KTEST_CASE(cells_have_their_owners_colours),
	KTEST_CASE(what_is_no_cell_stays_background),
	KTEST_CASE(a_screen_may_be_wide_and_low),
	KTEST_CASE(only_cells_that_changed_are_drawn_again),
	KTEST_CASE(the_many_give_a_cell_its_colour),
};
KTEST_SUITE(memmap_view, cases);

/* SPDX-License-Identifier: MIT */
/*
 * cmd_memmap.c - physical memory as a picture in characters
 *
 * Each zone is a band of rows. A cell stands for a run of frames, the same
 * number for every cell of a band: a power of two, chosen so that the band has
 * at most BAND_ROWS rows. A cell shows whom most of its frames serve.
 */
#include <kernel/command.h>
#include <kernel/errno.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/frame_map.h>
#include <mm/show.h>
#include <mm/zone.h>

#include "memmap_live.h"

#define ROW_CELLS 64u
#define BAND_ROWS 8u

static bool color_default;

static int color_set(const char *value)
{
	return value ? kstrtobool(value, &color_default) : -EINVAL;
}
KERNEL_PARAM(color, "color", color_set, "=0|1: memmap draws in colour");

/* ANSI colour of a letter: by what one looks for in a picture. */
static const char *letter_color(char letter)
{
	switch (letter) {
	case '.': return "32"; /* free: green */
	case 'K':
	case 'B':
	case 'r': return "34"; /* kept at boot: blue */
	case '#':
	case 'x': return "90"; /* not ours: grey */
	case '!': return "41"; /* lost: white on red */
	case 's':
	case 'k': return "33"; /* objects: yellow */
	case 'v': return "35";
	default: return "36";
	}
}

struct picture {
	struct frame_picture fp;
	bool color;
	bool seen[FRAME_LETTERS]; /* stands in a cell: goes into the legend */
};

static void row_print(struct picture *p, pfn_t pfn, const char *cells,
		      unsigned int nr)
{
	const char *last = NULL;
	unsigned int i;

	console_printf("  %#11llx ", pfn_to_phys(pfn));
	for (i = 0; i < nr; i++) {
		const char *color = letter_color(cells[i]);

		if (p->color && (!last || strcmp(last, color)))
			console_printf("\033[%sm", color);
		console_printf("%c", cells[i]);
		last = color;
	}
	console_printf("%s\n", p->color ? "\033[0m" : "");
}

static unsigned long cell_frames(unsigned long span)
{
	unsigned long frames = 1;

	while (frames * ROW_CELLS * BAND_ROWS < span)
		frames <<= 1;
	return frames;
}

static void band_print(struct picture *p, struct zone *z)
{
	unsigned long frames = cell_frames(z->end_pfn - z->start_pfn);
	char cells[ROW_CELLS];
	pfn_t pfn = z->start_pfn;

	console_printf("%s: %lu of %lu KiB free, a cell is %lu KiB\n", z->name,
		       zone_free_pages(z) * 4, z->managed_pages * 4,
		       frames * 4);
	while (pfn < z->end_pfn) {
		pfn_t row = pfn;
		unsigned int nr = 0;

		while (nr < ROW_CELLS && pfn < z->end_pfn) {
			pfn_t end = min(pfn + frames, z->end_pfn);
			char letter =
				frame_picture_cell(&p->fp, pfn, end).letter;

			p->seen[(unsigned char)letter] = true;
			cells[nr++] = letter;
			pfn = end;
		}
		row_print(p, row, cells, nr);
	}
}

static void legend_print(const struct picture *p)
{
	unsigned int i;

	console_printf("legend:");
	for (i = '!'; i < FRAME_LETTERS; i++) {
		if (p->seen[i])
			console_printf(" %c %s", (int)i, p->fp.name[i]);
	}
	console_printf("%s\n", p->seen[' '] ? "  (blank: hole)" : "");
}

static int cmd_memmap(int argc, char **argv)
{
	static struct picture p;
	struct frame_source src;
	struct zone *z;

	if (argc >= 2 && !strcmp(argv[1], "live"))
		return memmap_live(argc - 1, argv + 1);
	memset(&p, 0, sizeof(p));
	p.color = color_default;
	if (argc == 2 && !strcmp(argv[1], "color"))
		p.color = true;
	else if (argc == 2 && !strcmp(argv[1], "plain"))
		p.color = false;
	else if (argc != 1)
		return command_usage("memmap");
	frame_source_live(&src);
	frame_picture_begin(&p.fp, &src);
	for_each_zone(z) {
		if (z->end_pfn > z->start_pfn)
			band_print(&p, z);
	}
	legend_print(&p);
	if (argc == 1) {
		frame_map_record();
		frame_blocks_record();
		mm_record_zones();
		mm_record_caches();
	}
	return 0;
}
CONSOLE_COMMAND(memmap, "[color | plain | live [SECONDS | on | off]]",
		"draw physical memory, here or live on the screen", cmd_memmap);

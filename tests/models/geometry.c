/* SPDX-License-Identifier: MIT */
/*
 * geometry.c - memory maps as shapes for the models; see geometry.h
 *
 * Lines of a map are "base length type"; what is no such line is a note. Type 1
 * is RAM, any other type is kept back where it covers a frame, whole or in
 * part. Scaling shifts frame numbers, so two neighbours may share a frame.
 */
#include <kernel/parse.h>
#include <kernel/string.h>
#include "geometry.h"

#define MAX_RANGES 160u

struct map_range {
	u64 start, end; /* frames */
	bool usable;
};

struct map_ranges {
	struct map_range range[MAX_RANGES];
	unsigned int nr;
	u64 top; /* end of the last usable one */
};

/* "0x... 0x... d": the range in frames. Return: false if it is a note. */
static bool range_parse(const char *line, struct map_range *r)
{
	u64 base, length, type;
	char *rest;

	if (line[0] != '0')
		return false;
	base = memparse(line, &rest);
	length = memparse(skip_spaces(rest), &rest);
	type = memparse(skip_spaces(rest), &rest);
	if (base + length < base)
		length = -base;
	r->usable = type == 1;
	r->start = base >> PAGE_SHIFT;
	r->end = (base + length + PAGE_SIZE - 1) >> PAGE_SHIFT;
	return length != 0;
}

static void ranges_read(struct map_ranges *m, const char *text)
{
	m->nr = 0;
	m->top = 1;
	while (text && *text && m->nr < MAX_RANGES) {
		struct map_range *r = &m->range[m->nr];

		if (range_parse(text, r)) {
			m->nr++;
			if (r->usable && r->end > m->top)
				m->top = r->end;
		}
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
}

/* Paint frames [start, end) >> shift, as seen through the window at @first. */
static void paint(struct geometry *g, const struct map_range *r, u64 first,
		  unsigned int shift)
{
	u64 start = r->start >> shift, end = r->end >> shift, i;

	if (end <= first || start >= first + GEOMETRY_FRAMES)
		return;
	start = start > first ? start - first : 0;
	end = min(end - first, (u64)GEOMETRY_FRAMES);
	for (i = start; i < end; i++)
		g->kind[i] = r->usable ? NAIVE_FREE : NAIVE_KEPT;
}

/* RAM first, then all that is not: what is reserved wins. */
static void paint_all(struct geometry *g, const struct map_ranges *m, u64 first,
		      unsigned int shift)
{
	unsigned int i;

	for (i = 0; i < m->nr; i++) {
		if (m->range[i].usable)
			paint(g, &m->range[i], first, shift);
	}
	for (i = 0; i < m->nr; i++) {
		if (!m->range[i].usable)
			paint(g, &m->range[i], first, shift);
	}
}

/* The whole map, so much smaller that it fits. */
static void kinds_scaled(struct geometry *g, const struct map_ranges *m)
{
	unsigned int shift = 0;

	while (m->top >> shift > GEOMETRY_FRAMES)
		shift++;
	g->base_pfn = 0;
	paint_all(g, m, 0, shift);
}

/* A window in which one of the map's edges lies. */
static void kinds_window(struct geometry *g, const struct map_ranges *m,
			 struct xorshift32 *random)
{
	const struct map_range *r = &m->range[xorshift32_below(random, m->nr)];
	u64 edge = xorshift32_next(random) & 1 ? r->start : r->end;
	u64 before = xorshift32_below(random, GEOMETRY_FRAMES);
	u64 first = edge > before ? edge - before : 0;

	g->base_pfn = (pfn_t)first & 0xfffff;
	paint_all(g, m, first, 0);
}

/* An empty zone, and its reference beside it. */
static void build_empty(struct geometry *g, unsigned int i, pfn_t start,
			pfn_t end)
{
	static const char *const names[NR_ZONES] = { "DMA", "Normal",
						     "HighMem" };
	unsigned long nr = nr_pageblocks(start, end);
	struct zone *z = &mm_node.zones[i];
	struct naive_side *side = &g->side[i];
	const struct zone_desc desc = {
		.name = names[i],
		.type = (enum zone_type)i,
		.map = g->map,
		.map_base_pfn = g->base_pfn,
		.start_pfn = start,
		.end_pfn = end,
		.types = g->outside >> i & 1 ? &g->types[i][1] : NULL,
	};

	memset(g->types[i], GEOMETRY_GUARD, sizeof(g->types[i]));
	memset(&g->types[i][1], 0, nr);
	zone_init(z, &desc);
	naive_init(&g->naive[i], g->frames + (start - g->base_pfn), start, end);
	memset(side, 0, sizeof(*side));
	if (!(g->group >> i & 1))
		return;
	zone_group_by_mobility(z);
	side->grouped = nr >= 3;
	if (side->grouped)
		memset(side->type, MIGRATE_MOVABLE, nr);
}

/* Give zone @i its frames, run by run. */
static void build_fill(struct geometry *g, unsigned int i)
{
	struct naive_zone *nz = &g->naive[i];
	struct zone *z = &mm_node.zones[i];
	pfn_t pfn = nz->start_pfn;

	while (pfn < nz->end_pfn) {
		u8 kind = g->kind[pfn - g->base_pfn];
		pfn_t run = pfn;

		while (pfn < nz->end_pfn && g->kind[pfn - g->base_pfn] == kind)
			pfn++;
		naive_mark(nz, run, pfn, (enum naive_state)kind);
		if (kind == NAIVE_FREE)
			zone_add_free(z, run, pfn);
		else if (kind == NAIVE_KEPT)
			zone_add_reserved(z, run, pfn);
	}
}

void geometry_build(struct geometry *g, const pfn_t end[NR_ZONES])
{
	pfn_t start = g->base_pfn;
	unsigned int i;

	memset(g->map, 0, sizeof(g->map));
	/* Frame 0 has no record here; nobody will ask for it. */
	mem_map = (struct page *)((unsigned long)g->map -
				  g->base_pfn * sizeof(struct page));
	max_pfn = max_low_pfn = g->base_pfn + GEOMETRY_FRAMES;
	for (i = 0; i < NR_ZONES; i++) {
		build_empty(g, i, start, end[i]);
		build_fill(g, i);
		start = end[i];
	}
	mm_node.reclaim = NULL;
	mm_node_init_zonelists(&mm_node);
}

void geometry_draw(struct geometry *g, const struct model_map *map,
		   struct xorshift32 *random)
{
	static struct map_ranges m;
	pfn_t end[NR_ZONES], last;
	u32 odd = xorshift32_below(random, 9), border;

	ranges_read(&m, map ? map->text : NULL);
	memset(g->kind, m.nr ? NAIVE_HOLE : NAIVE_FREE, sizeof(g->kind));
	g->base_pfn = 0;
	if (m.nr && xorshift32_next(random) & 1)
		kinds_scaled(g, &m);
	else if (m.nr)
		kinds_window(g, &m, random);
	memset(g->kind, NAIVE_HOLE, odd);

	last = GEOMETRY_FRAMES - xorshift32_below(random, 70);
	/* One zone has it all, now and then, and always when there is no map:
	 * then two buddies of the largest order lie in it. */
	border = xorshift32_below(random, (u32)last);
	if (!map || xorshift32_below(random, 4) == 0)
		border = 0;
	end[ZONE_DMA] = g->base_pfn + border / 3;
	end[ZONE_NORMAL] = g->base_pfn + border;
	end[ZONE_HIGHMEM] = g->base_pfn + last;
	g->group = xorshift32_below(random, 8);
	g->outside = xorshift32_below(random, 8);
	geometry_build(g, end);
}

/* SPDX-License-Identifier: MIT */
/*
 * geometry.h - a node whose shape is drawn from a real memory map
 *
 * A firmware map is turned into one byte for each frame, either scaled down to
 * the model's size or, at full resolution, a window around one of its edges.
 * Odd pages are cut off both ends, and the borders of the zones are drawn. A
 * zone of some pageblocks may group its pages by mobility.
 */
#ifndef TESTS_GEOMETRY_H
#define TESTS_GEOMETRY_H

#include <kernel/random.h>
#include <mm/zone.h>
#include "../suites/naive_zone.h"
#include "model.h"

/* Four blocks of the largest order, of which two are buddies even when the
 * ends are cut off, and a bit of a fifth. */
#define GEOMETRY_FRAMES 4600u

/* Pageblocks that so many frames can touch. */
#define GEOMETRY_PAGEBLOCKS (GEOMETRY_FRAMES / PAGEBLOCK_PAGES + 2)
/* What stands before and behind a type array that is not the zone's own. */
#define GEOMETRY_GUARD 0xee
/* The highest mark of a CPU's list that is drawn: some for all orders. */
#define GEOMETRY_MAX_HIGH 520u

/* A CPU's list as it should be, the newest block last. */
struct naive_list {
	unsigned int high, batch; /* both 0: there is none */
	unsigned int nr;
	pfn_t pfn[GEOMETRY_MAX_HIGH];
};

/* What a zone should have besides its frames. */
struct naive_side {
	struct naive_list list[MIGRATE_TYPES][PCP_ORDERS];
	unsigned long nr_listed; /* frames on them */
	bool grouped;
	u8 type[GEOMETRY_PAGEBLOCKS];
	unsigned long stat[NR_ZONE_STATS]; /* those that are followed */
};

/* The node is the live one of this program, so that __free_pages() works. */
struct geometry {
	struct naive_zone naive[NR_ZONES];
	struct naive_side side[NR_ZONES];
	struct page map[GEOMETRY_FRAMES];
	struct naive_frame frames[GEOMETRY_FRAMES];
	u8 kind[GEOMETRY_FRAMES]; /* NAIVE_HOLE, NAIVE_KEPT or NAIVE_FREE */
	pfn_t base_pfn; /* of map[0] and all the rest */
	/* Of each zone: grouped by mobility if it is large enough, and with
	 * its types outside. Bit i is zone i. */
	u32 group, outside;
	u8 types[NR_ZONES][GEOMETRY_PAGEBLOCKS + 2]; /* and two guards */
};

/**
 * geometry_draw - make a node as @map and @random say
 * @map: NULL for one run of RAM in one zone
 */
void geometry_draw(struct geometry *g, const struct model_map *map,
		   struct xorshift32 *random);

/* Build node and reference from kind[] with zone borders @end (exclusive). */
void geometry_build(struct geometry *g, const pfn_t end[NR_ZONES]);

#endif

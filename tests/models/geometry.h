/* SPDX-License-Identifier: MIT */
/*
 * geometry.h - a node whose shape is drawn from a real memory map
 *
 * A firmware map is turned into one byte for each frame, either scaled down to
 * the model's size or, at full resolution, a window around one of its edges.
 * Odd pages are cut off both ends, and the borders of the zones are drawn.
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

/* The node is the live one of this program, so that __free_pages() works. */
struct geometry {
	struct naive_zone naive[NR_ZONES];
	struct page map[GEOMETRY_FRAMES];
	struct naive_frame frames[GEOMETRY_FRAMES];
	u8 kind[GEOMETRY_FRAMES]; /* NAIVE_HOLE, NAIVE_KEPT or NAIVE_FREE */
	pfn_t base_pfn; /* of map[0] and all the rest */
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

/* SPDX-License-Identifier: MIT */
/*
 * zone_mark.h - how far down a request may drain a zone
 *
 * Each zone has three marks, counted in free frames, and a reserve for each
 * better zone:
 *
 *      free
 *       |        everybody is served
 *      high ---  reclaim goes back to sleep
 *       |        everybody is served
 *      low  ---  GFP_USER gives up; for the others reclaim is woken
 *       |        GFP_KERNEL, GFP_NOIO, GFP_NOFS, GFP_NOWAIT are served
 *      min  ---  they give up
 *       |        __GFP_HIGH: down to 1/2 of min
 *       |        __GFP_ATOMIC: 1/4 less of what is left: GFP_ATOMIC 3/8 of min
 *       0        __GFP_MEMALLOC, and __GFP_NOFAIL at last
 *
 * A mark is kept when that many frames are free after the request. To it comes
 * the lowmem reserve: a request that could have had a better zone must leave
 * more in this one, so that GFP_KERNEL cannot drain DMA, nor GFP_HIGHUSER
 * Normal. For a request whose best zone this is it is 0.
 *
 * Frames on CPUs' lists have been let through: they do not count as free, and
 * a request that finds one there asks no mark.
 *
 * Sizes are Linux's (mm/page_alloc.c of 6.1, Documentation/admin-guide/sysctl/
 * vm.rst): min_free_kbytes is 4 times the square root of lowmem in KiB, within
 * [128, 262144], spread over the low zones by their size; low and high lie 1/4
 * of min, at least 1/1000 of the zone, above each other. A high zone's min is
 * 1/1024 of it, within [32, 128] frames.
 */
#ifndef MM_ZONE_MARK_H
#define MM_ZONE_MARK_H

#include <mm/gfp.h>
#include <mm/zone.h>

/* Passes over the zone list, each with less to keep back. */
enum alloc_pass {
	ALLOC_PASS_LOW, /* all requests begin so */
	ALLOC_PASS_MIN, /* after reclaim was woken: as the flags say */
	ALLOC_PASS_ALL, /* __GFP_NOFAIL, when nothing else helped */
	NR_ALLOC_PASSES,
};

/* May @gfp take all there is, whatever the marks say? */
static inline bool gfp_has_no_mark(gfp_t gfp)
{
	return (gfp & (__GFP_MEMALLOC | __GFP_NOMEMALLOC)) == __GFP_MEMALLOC;
}

/* The best zone @gfp asks for, whether or not the machine has it. */
static inline enum zone_type gfp_zone(gfp_t gfp)
{
	if (gfp & __GFP_DMA)
		return ZONE_DMA;
	return gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM : ZONE_NORMAL;
}

/* The mark of @z for a request: frames that must stay free, without reserve. */
static inline unsigned long zone_mark_for(const struct zone *z, gfp_t gfp,
					  enum alloc_pass pass)
{
	unsigned long mark = z->mark_pages[MARK_MIN];

	if (pass == ALLOC_PASS_LOW)
		return z->mark_pages[MARK_LOW];
	if (pass == ALLOC_PASS_ALL || gfp_has_no_mark(gfp))
		return 0;
	if ((gfp & (__GFP_HARDWALL | __GFP_HIGH | __GFP_ATOMIC)) ==
	    __GFP_HARDWALL)
		return z->mark_pages[MARK_LOW];
	if (gfp & __GFP_HIGH)
		mark -= mark / 2;
	if ((gfp & (__GFP_ATOMIC | __GFP_NOMEMALLOC)) == __GFP_ATOMIC)
		mark -= mark / 4;
	return mark;
}

/* The reserve of @z for a request. */
static inline unsigned long zone_reserve_for(const struct zone *z, gfp_t gfp,
					     enum alloc_pass pass)
{
	if (pass == ALLOC_PASS_ALL ||
	    (pass == ALLOC_PASS_MIN && gfp_has_no_mark(gfp)))
		return 0;
	return z->lowmem_reserve_pages[gfp_zone(gfp)];
}

/* Both: frames that must be free in @z after the request is served. */
static inline unsigned long zone_floor(const struct zone *z, gfp_t gfp,
				       enum alloc_pass pass)
{
	return zone_mark_for(z, gfp, pass) + zone_reserve_for(z, gfp, pass);
}

/* Linux's default for a machine with so much low memory. Return: KiB. */
unsigned long min_free_kbytes_for(unsigned long lowmem_kbytes);

/* What the marks are computed from: /proc/sys/vm names. */
struct mm_tuning {
	unsigned long min_free_kbytes;
	unsigned long watermark_scale_factor; /* 1/10000 of a zone */
	/* lowmem_reserve_ratio: this zone keeps back 1/ratio of the better
	 * zones' frames; 0: nothing. */
	unsigned long lowmem_reserve_ratio[NR_ZONES];
};

/* Linux's defaults for @node, whose zones have their frames. */
void mm_tuning_default(struct mm_tuning *tuning, const struct mm_node *node);

/**
 * mm_node_set_marks - compute all marks and reserves of @node's zones
 *
 * Context: any; readers may see old and new marks mixed for a moment.
 */
void mm_node_set_marks(struct mm_node *node, const struct mm_tuning *tuning);

/* What the live machine's marks are computed from. */
extern struct mm_tuning mm_tuning;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * buddy_play.c - operations on a node, as drawn; see buddy_play.h
 *
 * Requests have any zone, mobility and way of waiting; frees are right or
 * wrong, of whole blocks and of many pages at once. Blocks get more users, are
 * split and joined. Now and then the lists are drained, and marks and sizes of
 * lists change. Reclaim, when there is somebody, frees what is held.
 */
#include <kernel/string.h>
#include <kernel/util.h>
#include "buddy_play.h"

/* Each 16th request is also asked whether it cut the right block. */
#define THOROUGH 16u

static struct play *the_play;

/* --- what is held --------------------------------------------------------- */

static void hold(struct play *p, pfn_t pfn)
{
	p->held_at[pfn - p->g.base_pfn] = (u16)p->nr_held;
	p->held[p->nr_held++] = pfn;
}

static void let_go(struct play *p, pfn_t pfn)
{
	u16 at = p->held_at[pfn - p->g.base_pfn];

	p->held[at] = p->held[--p->nr_held];
	p->held_at[p->held[at] - p->g.base_pfn] = at;
}

static pfn_t draw_held(struct play *p)
{
	return p->held[p->draw(p->nr_held)];
}

static struct naive_frame *held_frame(struct play *p, pfn_t pfn)
{
	return naive_at(&p->g.naive[buddy_zone_of(&p->g, pfn)], pfn);
}

/* Free a block that is held with its own order. Return: frames free now. */
static unsigned long free_held(struct play *p, pfn_t pfn)
{
	unsigned int zone = buddy_zone_of(&p->g, pfn);
	unsigned int order = held_frame(p, pfn)->order;

	if (!buddy_try_free(&p->g, zone, pfn, order, p->draw(8)))
		return 0;
	let_go(p, pfn);
	return 1ul << order;
}

/* --- requests ------------------------------------------------------------- */

/* One of these, and some bits more. */
static gfp_t draw_gfp(struct play *p)
{
	static const gfp_t words[] = {
		GFP_ATOMIC,
		GFP_ATOMIC,
		GFP_KERNEL,
		GFP_KERNEL,
		GFP_USER,
		GFP_NOWAIT,
		GFP_NOIO,
		0,
		GFP_KERNEL | __GFP_NORETRY,
		__GFP_HIGH,
		__GFP_MEMALLOC,
		GFP_USER | __GFP_HIGH,
		__GFP_ATOMIC,
		GFP_KERNEL | __GFP_RETRY_MAYFAIL,
		__GFP_HARDWALL,
		GFP_ATOMIC | __GFP_NOMEMALLOC,
	};
	static const gfp_t zones[] = {
		0, 0, __GFP_DMA, __GFP_HIGHMEM, __GFP_HIGHMEM, __GFP_DMA32
	};
	static const gfp_t kinds[] = { 0, __GFP_MOVABLE, __GFP_RECLAIMABLE };
	/* Twice as often what changes the block, not its place. */
	static const gfp_t more[] = { __GFP_COMP,	__GFP_COMP,
				      __GFP_NOFAIL,	__GFP_MEMALLOC,
				      __GFP_NOMEMALLOC, __GFP_WRITE,
				      __GFP_THISNODE };
	gfp_t gfp = words[p->draw(ARRAY_SIZE(words))] |
		    zones[p->draw(ARRAY_SIZE(zones))] |
		    kinds[p->draw(ARRAY_SIZE(kinds))];
	u32 odd = p->draw(64);

	if (odd < 8)
		gfp |= more[p->draw(ARRAY_SIZE(more))];
	if (odd == 8) /* any bits, now and then one that is none */
		gfp = p->draw(0x10000) | p->draw(p->draw(4) ? 0x80 : 0x200)
						 << 16;
	return gfp & ~__GFP_ZERO;
}

/* As drawn; but one that must not fail is made only where it cannot. */
static gfp_t draw_safe_gfp(struct play *p, unsigned int order)
{
	gfp_t gfp = draw_gfp(p);

	if ((gfp & __GFP_NOFAIL) && !buddy_may_insist(&p->g, gfp, order))
		gfp &= ~__GFP_NOFAIL;
	return gfp;
}

static void do_alloc(struct play *p)
{
	unsigned int order = p->draw(MAX_ORDER);
	pfn_t pfn;

	if (!p->large) {
		order = min(order, p->draw(MAX_ORDER));
		order = min(order, p->draw(MAX_ORDER));
	} else if (order == 0 && p->draw(16) == 0) {
		order = MAX_ORDER;
	}
	pfn = buddy_try_alloc(&p->g, draw_safe_gfp(p, order), order,
			      p->draw(THOROUGH) == 0);
	if (pfn == ULONG_MAX)
		p->nr_failed++;
	else
		hold(p, pfn);
}

/* Free memory in pieces that are far apart: all there is is taken in blocks of
 * one order, and each second one given back. */
static void do_comb(struct play *p)
{
	gfp_t gfp = __GFP_MEMALLOC | __GFP_HIGHMEM |
		    (p->draw(2) ? __GFP_RECLAIMABLE : 0);
	unsigned int order = 2 + p->draw(4), i;
	pfn_t pfn;

	while ((pfn = buddy_try_alloc(&p->g, gfp, order, false)) != ULONG_MAX)
		hold(p, pfn);
	for (i = p->nr_held; i-- > 0 && !buddy_complaint();) {
		pfn = p->held[i];
		if ((pfn >> order & 1) && held_frame(p, pfn)->order == order)
			free_held(p, pfn);
	}
}

static void do_bulk_alloc(struct play *p)
{
	pfn_t pfns[BUDDY_MAX_BULK];
	unsigned int nr = p->draw(BUDDY_MAX_BULK), i;

	nr = buddy_try_bulk_alloc(&p->g, draw_gfp(p) & ~__GFP_NOFAIL, nr, pfns);
	for (i = 0; i < nr && !buddy_complaint(); i++)
		hold(p, pfns[i]);
}

/* --- frees ---------------------------------------------------------------- */

static void do_right_free(struct play *p)
{
	free_held(p, draw_held(p));
}

/* Free any frame as any order. By luck that may be right. */
static void do_any_free(struct play *p)
{
	pfn_t pfn = p->g.base_pfn + p->draw(GEOMETRY_FRAMES);
	unsigned int zone = p->draw(NR_ZONES), order = p->draw(MAX_ORDER + 2);

	if (p->draw(2) && buddy_zone_of(&p->g, pfn) < NR_ZONES)
		zone = buddy_zone_of(&p->g, pfn);
	if (buddy_try_free(&p->g, zone, pfn, order, p->draw(4)))
		let_go(p, pfn);
	else
		p->nr_refused++;
}

/* Many pages at once: in rows, with gaps and wrong ones between. */
static void do_bulk_free(struct play *p)
{
	pfn_t pfns[BUDDY_MAX_BULK], pfn = 0;
	unsigned int nr = p->draw(BUDDY_MAX_BULK), i;

	for (i = 0; i < nr; i++) {
		u32 kind = i ? p->draw(16) : 0;

		if (kind == 0)
			pfn = draw_held(p);
		else if (kind == 1)
			pfn = p->g.base_pfn + p->draw(GEOMETRY_FRAMES - 1);
		else if (pfn + 1 < p->g.base_pfn + GEOMETRY_FRAMES)
			pfn++;
		pfns[i] = pfn;
	}
	buddy_try_bulk_free(&p->g, pfns, nr);
	for (i = 0; i < nr && !buddy_complaint(); i++) {
		unsigned int at = p->held_at[pfns[i] - p->g.base_pfn];

		/* Held until here, and free now? */
		if (at < p->nr_held && p->held[at] == pfns[i] &&
		    held_frame(p, pfns[i])->state != NAIVE_HEAD)
			let_go(p, pfns[i]);
	}
}

/* --- the rest ------------------------------------------------------------- */

/* A frame of a block that is held, or any. */
static pfn_t draw_used_frame(struct play *p)
{
	pfn_t pfn = p->g.base_pfn + p->draw(GEOMETRY_FRAMES);

	if (p->draw(8)) {
		pfn = draw_held(p);
		if (p->draw(2))
			pfn += p->draw(1u << held_frame(p, pfn)->order);
	}
	return pfn;
}

static void do_get(struct play *p)
{
	pfn_t pfn = draw_used_frame(p);
	unsigned int zone = buddy_zone_of(&p->g, pfn);

	/* Frames that are kept for good have users, too; not here. */
	if (zone == NR_ZONES ||
	    naive_at(&p->g.naive[zone], pfn)->state != NAIVE_KEPT)
		buddy_try_get(&p->g, pfn);
}

static void do_put(struct play *p)
{
	pfn_t head = buddy_try_put(&p->g, draw_used_frame(p));

	if (head != ULONG_MAX)
		let_go(p, head);
}

static void do_split(struct play *p)
{
	pfn_t pfn = draw_held(p), i;
	unsigned int order = held_frame(p, pfn)->order;

	if (held_frame(p, pfn)->more_users || order > 6)
		return;
	buddy_split(&p->g, buddy_zone_of(&p->g, pfn), pfn);
	for (i = 1; i < 1ul << order; i++)
		hold(p, pfn + i);
}

static void do_join(struct play *p)
{
	unsigned int order = p->draw(5);
	pfn_t pfn = ALIGN_DOWN(draw_held(p), 1ul << order), i;

	if (pfn < p->g.base_pfn ||
	    pfn + (1ul << order) > p->g.base_pfn + GEOMETRY_FRAMES ||
	    !buddy_try_join(&p->g, pfn, order))
		return;
	for (i = 1; i < 1ul << order; i++)
		let_go(p, pfn + i);
}

/* Marks of any size up to a part of the zone, and any reserves. */
static void draw_marks(struct play *p, unsigned int zone)
{
	struct zone *z = &mm_node.zones[zone];
	u32 most = (u32)z->managed_pages / (2 + p->draw(30)) + 1;
	unsigned long better = 0;
	unsigned int i;

	z->mark_pages[MARK_MIN] = p->draw(most);
	z->mark_pages[MARK_LOW] = z->mark_pages[MARK_MIN] + p->draw(most);
	z->mark_pages[MARK_HIGH] = z->mark_pages[MARK_LOW] + p->draw(most);
	for (i = zone + 1; i < NR_ZONES; i++) {
		/* Where a zone has nothing it keeps nothing back either. */
		better += mm_node.zones[i].managed_pages;
		z->lowmem_reserve_pages[i] = better ? p->draw(most) : 0;
	}
}

/* By Linux's figures, by ours, or none at all. */
static void do_marks(struct play *p)
{
	struct mm_tuning tuning = {
		.min_free_kbytes = p->draw(6000),
		.watermark_scale_factor = p->draw(1200),
		.lowmem_reserve_ratio = { p->draw(300), p->draw(40), 0 },
	};
	unsigned int i;

	if (p->draw(4) == 0)
		tuning = (struct mm_tuning){ .min_free_kbytes = 0 };
	mm_node_set_marks(&mm_node, &tuning);
	for (i = 0; i < NR_ZONES && p->draw(2); i++)
		draw_marks(p, i);
}

static void do_lists(struct play *p)
{
	static const u16 most[] = { 1, 5, 20, GEOMETRY_MAX_HIGH + 1 };

	buddy_set_high(&p->g, p->draw(NR_ZONES),
		       p->draw(most[p->draw(ARRAY_SIZE(most))]));
}

/* Reclaim: some blocks, often none. */
static unsigned long shrink(struct geometry *g)
{
	struct play *p = the_play;
	unsigned long freed = 0;
	u32 blocks = p->draw(4);

	(void)g;
	while (blocks-- && p->nr_held && !buddy_complaint())
		freed += free_held(p, draw_held(p));
	return freed;
}

/* --- the play ------------------------------------------------------------- */

static void do_rare(struct play *p)
{
	switch (p->draw(24)) {
	case 0: do_marks(p); break;
	case 1: do_lists(p); break;
	case 2:
	case 3:
	case 4: buddy_drain(&p->g, p->draw(NR_ZONES)); break;
	case 5:
	case 6:
	case 7: do_bulk_alloc(p); break;
	case 8:
		if (p->draw(4) == 0)
			do_comb(p);
		break;
	case 9: buddy_set_reclaim(&p->g, p->draw(2)); break;
	default:
		if (p->nr_held == 0)
			do_alloc(p);
		else if (p->draw(3) == 0)
			do_bulk_free(p);
		else if (p->draw(2))
			do_get(p);
		else if (p->draw(2))
			do_put(p);
		else if (p->draw(4))
			do_join(p);
		else
			do_split(p);
	}
}

void play_operation(struct play *p)
{
	u32 what = p->draw(32);

	if (what == 0)
		do_rare(p);
	else if (what < 3)
		do_any_free(p);
	else if (p->nr_held == 0 || p->draw(100) < p->alloc_percent)
		do_alloc(p);
	else
		do_right_free(p);
}

void play_begin(struct play *p)
{
	unsigned int i;

	the_play = p;
	buddy_shrink = shrink;
	buddy_set_reclaim(&p->g, p->draw(2));
	p->nr_held = 0;
	for (i = 0; i < NR_ZONES; i++)
		buddy_set_high(&p->g, i, p->draw(3) ? p->draw(40) : 0);
	if (p->draw(3))
		do_marks(p);
}

void play_phase(struct play *p)
{
	static const u8 percent[] = { 20, 40, 45, 48, 50, 60, 80 };

	p->alloc_percent = percent[p->draw(ARRAY_SIZE(percent))];
	p->large = p->draw(3) == 0;
}

void play_end(struct play *p)
{
	while (p->nr_held && !buddy_complaint())
		free_held(p, p->held[p->nr_held - 1]);
}

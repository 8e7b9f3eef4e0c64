/* SPDX-License-Identifier: MIT */
/*
 * reference.c - marks, lists and types of a node, said again; see reference.h
 *
 * What follows from the frames is computed from the frames each time; there is
 * no list but the CPUs' stacks, whose order is part of what they promise.
 */
#include <kernel/string.h>
#include <kernel/util.h>
#include "reference.h"

/* --- requests ------------------------------------------------------------- */

void reference_zones(const struct geometry *g, gfp_t gfp,
		     int list[NR_ZONES + 1])
{
	int from = gfp & __GFP_DMA     ? ZONE_DMA :
		   gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM :
					 ZONE_NORMAL;
	int nr = 0;

	for (; from >= 0; from--) {
		if (g->naive[from].start_pfn < g->naive[from].end_pfn)
			list[nr++] = from;
	}
	list[nr] = -1;
}

static bool has_all(gfp_t gfp, gfp_t bits)
{
	return (gfp & bits) == bits;
}

bool reference_refuses(gfp_t gfp, unsigned int order)
{
	bool sleeps = gfp & __GFP_DIRECT_RECLAIM;

	if (order > 10 || gfp >= 0x800000u ||
	    has_all(gfp, __GFP_DMA | __GFP_HIGHMEM) ||
	    has_all(gfp, __GFP_DMA | __GFP_DMA32) ||
	    has_all(gfp, __GFP_HIGHMEM | __GFP_DMA32) ||
	    has_all(gfp, __GFP_MOVABLE | __GFP_RECLAIMABLE) ||
	    (sleeps && (gfp & __GFP_ATOMIC)))
		return true;
	return (gfp & __GFP_NOFAIL) &&
	       (order > 1 || !sleeps || (gfp & __GFP_NORETRY));
}

/* The mark alone, in the second pass. */
static unsigned long mark_by_flags(const struct zone *z, gfp_t gfp)
{
	unsigned long min = z->mark_pages[MARK_MIN];
	bool memalloc = !(gfp & __GFP_NOMEMALLOC);

	if ((gfp & __GFP_MEMALLOC) && memalloc)
		return 0;
	if (gfp & __GFP_HIGH)
		min = DIV_ROUND_UP(min, 2);
	if ((gfp & __GFP_ATOMIC) && memalloc)
		min = DIV_ROUND_UP(3 * min, 4);
	if ((gfp & __GFP_HARDWALL) && !(gfp & (__GFP_HIGH | __GFP_ATOMIC)))
		return z->mark_pages[MARK_LOW];
	return min;
}

unsigned long reference_floor(unsigned int zone, gfp_t gfp,
			      enum alloc_pass pass)
{
	const struct zone *z = &mm_node.zones[zone];
	unsigned int best = gfp & __GFP_DMA	? ZONE_DMA :
			    gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM :
						  ZONE_NORMAL;
	bool no_mark = has_all(gfp, __GFP_MEMALLOC) &&
		       !(gfp & __GFP_NOMEMALLOC);

	if (pass == ALLOC_PASS_ALL || (pass == ALLOC_PASS_MIN && no_mark))
		return 0;
	return z->lowmem_reserve_pages[best] +
	       (pass == ALLOC_PASS_LOW ? z->mark_pages[MARK_LOW] :
					 mark_by_flags(z, gfp));
}

unsigned int reference_type(const struct geometry *g, unsigned int zone,
			    gfp_t gfp)
{
	if (!g->side[zone].grouped)
		return MIGRATE_UNMOVABLE;
	return gfp & __GFP_MOVABLE     ? MIGRATE_MOVABLE :
	       gfp & __GFP_RECLAIMABLE ? MIGRATE_RECLAIMABLE :
					 MIGRATE_UNMOVABLE;
}

/* How @a->zone serves the request as it stands. */
static enum reference_way way_now(const struct geometry *g,
				  const struct reference_answer *a,
				  unsigned int order)
{
	const struct naive_zone *nz = &g->naive[a->zone];
	const struct naive_list *list = NULL;

	if (order < PCP_ORDERS)
		list = &g->side[a->zone].list[a->type][order];
	if (list && list->nr)
		return WAY_LIST;
	if (nz->nr_free < a->floor + (1ul << order) ||
	    !naive_can_alloc(nz, order))
		return WAY_NONE;
	return list && list->high ? WAY_REFILL : WAY_BLOCK;
}

struct reference_answer reference_pass(struct geometry *g, gfp_t gfp,
				       unsigned int order, enum alloc_pass pass)
{
	int list[NR_ZONES + 1], *zone;
	struct reference_answer a = { .way = WAY_NONE };

	reference_zones(g, gfp, list);
	for (zone = list; *zone >= 0; zone++) {
		a.zone = (unsigned int)*zone;
		a.rank = (unsigned int)(zone - list);
		a.type = reference_type(g, a.zone, gfp);
		a.floor = reference_floor(a.zone, gfp, pass);
		a.way = way_now(g, &a, order);
		if (a.way == WAY_NONE && reference_drain(g, a.zone))
			a.way = way_now(g, &a, order);
		if (a.way != WAY_NONE)
			break;
	}
	return a;
}

unsigned int reference_rounds(gfp_t gfp, unsigned int order)
{
	if (gfp & __GFP_NORETRY)
		return 1;
	if (order > 3 && !(gfp & __GFP_RETRY_MAYFAIL))
		return 1;
	return gfp & __GFP_IO ? 16 : 4;
}

/* --- lists ---------------------------------------------------------------- */

/* The newest @nr blocks of a list become free frames. */
static unsigned long list_flush(struct geometry *g, unsigned int zone,
				struct naive_list *list, unsigned int order,
				unsigned int nr)
{
	unsigned long frames = (unsigned long)nr << order;

	while (nr--) {
		pfn_t pfn = list->pfn[--list->nr];

		naive_mark(&g->naive[zone], pfn, pfn + (1ul << order),
			   NAIVE_FREE);
	}
	g->side[zone].nr_listed -= frames;
	return frames;
}

unsigned long reference_drain(struct geometry *g, unsigned int zone)
{
	unsigned long frames = 0;
	unsigned int type, order;

	if (!g->side[zone].nr_listed)
		return 0;
	for (type = 0; type < MIGRATE_TYPES; type++) {
		for (order = 0; order < PCP_ORDERS; order++) {
			struct naive_list *list =
				&g->side[zone].list[type][order];

			frames += list_flush(g, zone, list, order, list->nr);
		}
	}
	return frames;
}

void reference_set_high(struct geometry *g, unsigned int zone,
			unsigned long high)
{
	unsigned int type, order;

	reference_drain(g, zone);
	for (type = 0; type < MIGRATE_TYPES; type++) {
		for (order = 0; order < PCP_ORDERS; order++) {
			struct naive_list *list =
				&g->side[zone].list[type][order];

			/* All, a quarter, an eighth, a sixteenth; then an
			 * eighth of the frames. */
			list->high = (unsigned int)high;
			if (order)
				list->high >>= order + (order < 4 ? 1 : 3);
			list->batch = min((list->high + 1) / 2,
					  order < 6 ? 32u >> order : 1u);
		}
	}
}

bool reference_push(struct geometry *g, unsigned int zone, unsigned int type,
		    unsigned int order, pfn_t pfn)
{
	struct naive_list *list = &g->side[zone].list[type][order];
	struct naive_zone *nz = &g->naive[zone];

	if (list->nr >= list->high || !IS_ALIGNED(pfn, 1ul << order) ||
	    !naive_all_free(nz, pfn, order))
		return false;
	naive_put(nz, pfn, order, NAIVE_LISTED, NAIVE_LISTED_TAIL);
	nz->nr_free -= 1ul << order;
	g->side[zone].nr_listed += 1ul << order;
	list->pfn[list->nr++] = pfn;
	return true;
}

pfn_t reference_pop(struct geometry *g, unsigned int zone, unsigned int type,
		    unsigned int order)
{
	struct naive_list *list = &g->side[zone].list[type][order];
	pfn_t pfn = list->pfn[--list->nr];

	g->side[zone].nr_listed -= 1ul << order;
	naive_put(&g->naive[zone], pfn, order, NAIVE_HEAD, NAIVE_TAIL);
	return pfn;
}

void reference_free(struct geometry *g, unsigned int zone, pfn_t pfn)
{
	unsigned int order = naive_at(&g->naive[zone], pfn)->order, type;
	struct naive_list *list;

	if (naive_at(&g->naive[zone], pfn)->more_users) {
		naive_at(&g->naive[zone], pfn)->more_users--;
		return;
	}
	g->side[zone].stat[ZONE_STAT_FREE]++;
	g->side[zone].stat[ZONE_STAT_FREE_PAGES] += 1ul << order;
	naive_give(&g->naive[zone], pfn);
	if (order >= PCP_ORDERS)
		return;
	type = g->side[zone].type[reference_pageblock(g, zone, pfn)];
	list = &g->side[zone].list[type][order];
	if (!list->high)
		return;
	if (list->nr == list->high)
		list_flush(g, zone, list, order, list->batch);
	reference_push(g, zone, type, order, pfn);
}

/* --- types ---------------------------------------------------------------- */

unsigned int reference_pageblock(const struct geometry *g, unsigned int zone,
				 pfn_t pfn)
{
	return (unsigned int)(pfn / 1024 - g->naive[zone].start_pfn / 1024);
}

void reference_count(const struct geometry *g, unsigned int zone,
		     struct reference_counts *counts)
{
	const struct naive_zone *nz = &g->naive[zone];
	pfn_t pfn = nz->start_pfn, head;

	memset(counts, 0, sizeof(*counts));
	while (pfn < nz->end_pfn) {
		unsigned int order;

		if (naive_at(nz, pfn)->state != NAIVE_FREE) {
			pfn++;
			continue;
		}
		order = naive_free_order(nz, pfn, &head);
		counts->nr[g->side[zone].type[reference_pageblock(
			g, zone, pfn)]][order]++;
		pfn = head + (1ul << order);
	}
}

/* The same of one pageblock alone. Return: its free frames. */
static unsigned long count_pageblock(const struct geometry *g,
				     unsigned int zone, unsigned int block,
				     unsigned long nr[MAX_ORDER])
{
	const struct naive_zone *nz = &g->naive[zone];
	pfn_t pfn = (nz->start_pfn / 1024 + block) * 1024, head;
	pfn_t end = min(pfn + 1024, nz->end_pfn);
	unsigned long frames = 0;

	memset(nr, 0, MAX_ORDER * sizeof(nr[0]));
	pfn = max(pfn, nz->start_pfn);
	while (pfn < end) {
		unsigned int order;

		if (naive_at(nz, pfn)->state != NAIVE_FREE) {
			pfn++;
			continue;
		}
		order = naive_free_order(nz, pfn, &head);
		nr[order]++;
		frames += 1ul << order;
		pfn = head + (1ul << order);
	}
	return frames;
}

/* The smallest order from @order on that has a block; MAX_ORDER: none. */
static unsigned int smallest(const unsigned long nr[MAX_ORDER],
			     unsigned int order)
{
	while (order < MAX_ORDER && !nr[order])
		order++;
	return order;
}

/* The largest order that has a block; -1: none. */
static int largest(const unsigned long nr[MAX_ORDER])
{
	int order = MAX_ORDER - 1;

	while (order >= 0 && !nr[order])
		order--;
	return order;
}

/* Linux's order: first and second choice. */
static const u8 others[MIGRATE_TYPES][2] = {
	[MIGRATE_UNMOVABLE] = { MIGRATE_RECLAIMABLE, MIGRATE_MOVABLE },
	[MIGRATE_RECLAIMABLE] = { MIGRATE_UNMOVABLE, MIGRATE_MOVABLE },
	[MIGRATE_MOVABLE] = { MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE },
};

/* Of the other types, the one with the largest block of all. */
static unsigned int type_of_largest(const struct reference_counts *c,
				    unsigned int type)
{
	unsigned int a = others[type][0], b = others[type][1];

	return largest(c->nr[b]) > largest(c->nr[a]) ? b : a;
}

static unsigned int type_of_smallest(const struct reference_counts *c,
				     unsigned int type, unsigned int order)
{
	unsigned int a = others[type][0], b = others[type][1];

	return smallest(c->nr[b], order) < smallest(c->nr[a], order) ? b : a;
}

/* Would a request of @type claim pageblock @block, of whose type @top is the
 * largest order of all? */
static bool is_worth_a_claim(const struct geometry *g, unsigned int zone,
			     unsigned int block, unsigned int type, int top)
{
	unsigned long nr[MAX_ORDER];

	if (type == MIGRATE_MOVABLE && top < 5)
		return false;
	return count_pageblock(g, zone, block, nr) >= 512;
}

/* Is there a pageblock of type @from, with a block of order @top, that is not
 * worth a claim? */
static bool some_is_not_worth_it(const struct geometry *g, unsigned int zone,
				 unsigned int from, unsigned int type, int top)
{
	const struct naive_zone *nz = &g->naive[zone];
	unsigned int blocks = reference_pageblock(g, zone, nz->end_pfn - 1) + 1;
	unsigned int i;

	for (i = 0; i < blocks; i++) {
		unsigned long nr[MAX_ORDER];

		if (g->side[zone].type[i] != from)
			continue;
		count_pageblock(g, zone, i, nr);
		if (nr[top] && !is_worth_a_claim(g, zone, i, type, top))
			return true;
	}
	return false;
}

/* The pageblock that was claimed: was it right to? Moves its blocks. */
static const char *explain_claim(const struct geometry *g, unsigned int zone,
				 unsigned int block, unsigned int type,
				 struct reference_counts *c)
{
	unsigned int from = type_of_largest(c, type), order;
	int top = largest(c->nr[from]);
	unsigned long nr[MAX_ORDER];

	if (g->side[zone].type[block] != from)
		return "claimed from a type that has not the largest block";
	count_pageblock(g, zone, block, nr);
	if (top < 0 || !nr[top])
		return "claimed a pageblock without a block of the largest order";
	if (!is_worth_a_claim(g, zone, block, type, top))
		return "claimed a pageblock that is not worth it";
	for (order = 0; order < MAX_ORDER; order++) {
		c->nr[from][order] -= nr[order];
		c->nr[type][order] += nr[order];
	}
	return NULL;
}

/* Whose blocks are taken first? Return: what is wrong, else *@source. */
static const char *
explain_source(const struct geometry *g, const struct reference_answer *a,
	       unsigned int order, const struct reference_took *took,
	       struct reference_counts *c, unsigned int *source)
{
	unsigned int from;

	*source = a->type;
	if (smallest(c->nr[a->type], order) < MAX_ORDER)
		return took->stole || took->claimed >= 0 ?
			       "its own type had a block" :
			       NULL;
	if (!g->side[a->zone].grouped)
		return "no block at all";
	if (took->claimed >= 0)
		return took->stole ? "claimed and stolen at once" :
				     explain_claim(g, a->zone,
						   (unsigned int)took->claimed,
						   a->type, c);
	from = type_of_largest(c, a->type);
	if (!took->stole)
		return "another type's block, not counted as stolen";
	if (!some_is_not_worth_it(g, a->zone, from, a->type,
				  largest(c->nr[from])))
		return "stolen from a pageblock that is to be claimed";
	*source = type_of_smallest(c, a->type, order);
	return NULL;
}

/* Take the lower 2^@most frames, or less, of the smallest block that fits.
 * Return: the order taken. */
static unsigned int count_grab(unsigned long nr[MAX_ORDER], unsigned int order,
			       unsigned int most)
{
	unsigned int found = smallest(nr, order), got = min(found, most), i;

	nr[found]--;
	for (i = got; i < found; i++)
		nr[i]++;
	return got;
}

const char *reference_explain(const struct geometry *g,
			      const struct reference_answer *a,
			      unsigned int order,
			      const struct reference_took *took,
			      struct reference_counts *counts)
{
	unsigned long left = 1, taken = 0;
	unsigned int source;
	const char *wrong;

	reference_count(g, a->zone, counts);
	wrong = explain_source(g, a, order, took, counts, &source);
	if (wrong)
		return wrong;
	if (a->way == WAY_REFILL)
		left = min((g->naive[a->zone].nr_free - a->floor) >> order,
			   0ul + g->side[a->zone].list[0][order].batch);
	/* What is stolen is one block's worth; own blocks until it is enough. */
	do {
		unsigned int got = count_grab(
			counts->nr[source], order,
			a->way == WAY_REFILL ? order + ilog2(left) : order);

		taken += 1ul << (got - order);
		left -= 1ul << (got - order);
		source = a->type;
	} while (left && smallest(counts->nr[source], order) < MAX_ORDER);
	return taken == took->nr_blocks ? NULL : "another number of blocks";
}

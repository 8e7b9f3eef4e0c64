/* SPDX-License-Identifier: MIT */
/*
 * page_pcp.c - each CPU's lists of free blocks: refill, flush, drain, marks
 *
 * Most blocks are wanted again soon after they were freed, by the same CPU, in
 * the same order. A stack for each order keeps them: page_pcp_list.h has pop
 * and push, this file what happens when a stack is empty or full.
 *
 *   refill   an empty stack gets a batch from the buddy, as far as the floor
 *            of the request allows. The smallest free blocks are used up first
 *            and a larger one is cut as far as needed, so it gets the very
 *            frames that single requests would get; but a block of 32 frames
 *            becomes 32 pages by one look and 32 stores.
 *   flush    a full stack gives its newest batch back. They are merged, so
 *            what was freed in a row is a large block again.
 *   drain    all of this CPU's blocks go back, where they merge. Before a
 *            request leaves its zone, or fails, it is done; so lists never make
 *            a request fail that the buddy alone would have served.
 *
 * A block on a list is free, but not the buddy's: nr_free_pages of its zone
 * does not count it, nr_free_pages() and MemFree do. Its record keeps who freed
 * it, so a second free names both. On its way in, a record goes through all
 * states of its life (FREE, ALLOCATED, PCP), whether each is written or not.
 *
 * Invariants (zone_check() walks them):
 *   I7  each block on list k of a CPU has state PCP and order k; the list has
 *       room for high - its blocks; all lists together have as many frames as
 *       the records say are PCP
 *
 * A block goes on the list of its pageblock's type. When the pageblock changes
 * its type the block stays where it is, until it is handed out or flushed.
 *
 * Locking: a list belongs to its CPU with interrupts off. Whatever changes
 * which frames a block covers is done under zone->lock besides, so that who
 * holds it may look for heads (page_head_of()). Two CPUs that free one block in
 * the same instant are both believed; the second pop of it is a BUG.
 *
 * Not here: entry points and their order of attempts (page_alloc.c), many
 * pages at once for one caller (page_bulk.c), the lists of other CPUs, which only
 * they can drain (page_drain.c).
 */
#include <kernel/bug.h>
#include <kernel/percpu.h>
#include <mm/page_pcp.h>
#include <mm/zone.h>
#include "internal.h"
#include "page_block.h"
#include "page_pcp_list.h"

struct page_pcp page_pcp_none[CONFIG_NR_CPUS];

/* Interrupts off. */
static struct page_pcp_list *pcp_list(struct zone *z, enum migratetype type,
				      unsigned int order)
{
	return &z->pcp[smp_processor_id()].list[type][order];
}

/* Blocks on a list of @order. */
static unsigned long pcp_nr(const struct zone *z,
			    const struct page_pcp_list *list,
			    unsigned int order)
{
	return z->pcp_mark[order].high - list->room;
}

/* --- to and from the buddy: z->lock held -------------------------------- */

/*
 * Cut the block at @page, 2^@got frames that were just taken, into blocks of
 * @order and put them on @list, the lowest on top.
 */
static void pcp_add_block(struct page_pcp_list *list, struct page *page,
			  unsigned int got, unsigned int order)
{
	const u32 kind = page_kind(PAGE_PCP, order);
	const unsigned long freed_by = page->site;
	struct page *piece = page + (1ul << got);

	while ((piece -= 1ul << order) != page) {
		/* Illegal but for a tail, which a new head was until here. */
		if (unlikely(page_state(piece) != PAGE_NONE))
			page_state_bug(piece, PAGE_FREE);
		piece->flags = kind;
		piece->site = freed_by;
		page_pcp_link(list, piece);
	}
	page->flags = kind; /* FREE until here */
	page_pcp_link(list, page);
}

/* How many blocks a refill may take: a batch, but not below the floor. */
static unsigned long pcp_refill_most(const struct zone *z,
				     const struct page_pcp_list *list,
				     const struct page_want *want)
{
	unsigned long room = 0;

	if (zone_has_room(z, want->order, want->floor))
		room = (z->nr_free_pages - want->floor) >> want->order;
	room = min(room, list->room);
	return min(room, 0ul + z->pcp_mark[want->order].batch);
}

static void pcp_refill(struct zone *z, struct page_pcp_list *list,
		       const struct page_want *want)
{
	const struct free_type *own = &z->free[want->type];
	unsigned int order = want->order;
	unsigned long left = pcp_refill_most(z, list, want);

	while (left) {
		unsigned int got;
		struct page *page = zone_block_grab(z, want->type, order,
						    order + ilog2(left), &got);

		if (!page)
			return;
		pcp_add_block(list, page, got, order);
		list->moved += 1ul << (got - order);
		left -= 1ul << (got - order);
		/* Of other types' blocks one at most, not a batch of them. */
		if (!(own->orders >> order))
			return;
	}
}

/* Give the newest @nr blocks back; the list has them. */
static void pcp_flush(struct zone *z, struct page_pcp_list *list,
		      unsigned int order, unsigned long nr)
{
	list->moved -= nr;
	while (nr--) {
		struct page *page = page_pcp_unlink(list, order);
		pfn_t pfn = zone_page_to_pfn(z, page);

		zone_block_put(z, zone_stat_row(z), page, pfn, order,
			       zone_block_limit(z, pfn, order), page->site);
	}
}

/* --- when a list is empty, or full -------------------------------------- */

static struct page *pcp_refill_pop(struct zone *z, const struct page_want *want)
{
	unsigned long flags = spin_lock_irqsave(&z->lock);
	struct page_pcp_list *list = pcp_list(z, want->type, want->order);
	struct page *page;

	if (!list->first)
		pcp_refill(z, list, want);
	page = page_pcp_pop(list, want->order, want->site);
	spin_unlock_irqrestore(&z->lock, flags);
	return page;
}

struct page *page_pcp_take(struct zone *z, const struct page_want *want)
{
	/* A shift by the word's width would be no refusal. */
	if (want->order >= MAX_ORDER)
		return NULL;
	if (want->order < PCP_ORDERS && z->pcp_mark[want->order].batch)
		return pcp_refill_pop(z, want);
	return zone_block_alloc(z, want->type, want->order, want->floor,
				want->site);
}

struct page *page_pcp_alloc(struct zone *z, const struct page_want *want)
{
	struct page *page = page_pcp_take(z, want);

	if (likely(page) || !page_pcp_drain_zone(z))
		return page;
	return page_pcp_take(z, want);
}

bool page_pcp_free(struct zone *z, struct page *page, unsigned int order,
		   unsigned long site)
{
	struct page_pcp_list *list;
	unsigned long flags;
	bool pushed;

	if (order >= PCP_ORDERS || !z->pcp_mark[order].batch ||
	    !zone_has_pfn(z, zone_page_to_pfn(z, page)))
		return false;
	flags = spin_lock_irqsave(&z->lock);
	list = pcp_list(z, zone_block_type(z, zone_page_to_pfn(z, page)),
			order);
	if (!list->room && page_is_allocated(page, order) &&
	    atomic_read(&page->_refcount) == 1)
		pcp_flush(z, list, order, z->pcp_mark[order].batch);
	pushed = page_pcp_push(list, page, order, site);
	spin_unlock_irqrestore(&z->lock, flags);
	return pushed;
}

/* The lists of @order, each type's in turn. */
static unsigned long pcp_drain_order(struct zone *z, unsigned int order)
{
	struct page_pcp *pcp = &z->pcp[smp_processor_id()];
	unsigned long sum = 0;
	unsigned int type;

	for (type = 0; type < MIGRATE_TYPES; type++) {
		struct page_pcp_list *list = &pcp->list[type][order];
		unsigned long nr = pcp_nr(z, list, order);

		pcp_flush(z, list, order, nr);
		sum += nr << order;
	}
	return sum;
}

unsigned long page_pcp_drain_zone(struct zone *z)
{
	unsigned long flags = spin_lock_irqsave(&z->lock);
	unsigned long frames = 0;
	unsigned int order;

	for (order = 0; order < PCP_ORDERS; order++)
		frames += pcp_drain_order(z, order);
	spin_unlock_irqrestore(&z->lock, flags);
	return frames;
}

unsigned long page_pcp_drain_all(void)
{
	unsigned long frames = 0;
	struct zone *z;

	for_each_zone(z)
		frames += page_pcp_drain_zone(z);
	return frames;
}

/* --- marks -------------------------------------------------------------- */

unsigned long page_pcp_high_for(unsigned long managed_pages)
{
	if (managed_pages < PCP_MIN_ZONE_PAGES)
		return 0;
	return min(managed_pages >> PCP_ZONE_SHIFT, PCP_MAX_HIGH);
}

/* All CPUs' lists of @order are empty, and may hold @nr from now on. */
static void pcp_set_room(struct zone *z, unsigned int order, unsigned long nr)
{
	unsigned int cpu, type;

	for (cpu = 0; cpu < CONFIG_NR_CPUS; cpu++) {
		for (type = 0; type < MIGRATE_TYPES; type++) {
			struct page_pcp_list *list =
				&z->pcp[cpu].list[type][order];

			BUG_ON(list->first);
			list->room = nr;
		}
	}
}

/* The mark of @order, if that of order 0 is @high. */
static unsigned long pcp_high_of(unsigned long high, unsigned int order)
{
	if (order >= PCP_FEW_ORDER)
		return high >> (order + 3);
	return order ? high >> (order + 1) : high;
}

static unsigned long pcp_batch_of(unsigned long nr, unsigned int order)
{
	unsigned long most = max(PCP_BATCH_PAGES >> order, 1u);

	/* A list that is full must keep some when it has flushed. */
	return min((nr + 1) / 2, most);
}

void page_pcp_set_high(struct zone *z, unsigned long high)
{
	unsigned int order;

	BUG_ON(high > PCP_MAX_HIGH);
	page_pcp_drain_zone(z);
	for (order = 0; order < PCP_ORDERS; order++) {
		unsigned long nr = pcp_high_of(high, order);

		z->pcp_mark[order].batch = (u16)pcp_batch_of(nr, order);
		z->pcp_mark[order].high = (u16)nr;
		pcp_set_room(z, order, nr);
	}
}

void page_pcp_init(void)
{
	struct zone *z;

	for_each_zone(z)
		page_pcp_set_high(z, page_pcp_high_for(z->managed_pages));
}

/* --- figures ------------------------------------------------------------ */

unsigned long page_pcp_cpu_pages(const struct zone *z, unsigned int cpu)
{
	unsigned long frames = 0;
	unsigned int order, type;

	for (type = 0; type < MIGRATE_TYPES; type++) {
		for (order = 0; order < PCP_ORDERS; order++)
			frames +=
				pcp_nr(z, &z->pcp[cpu].list[type][order], order)
				<< order;
	}
	return frames;
}

unsigned long page_pcp_pages(const struct zone *z)
{
	unsigned long frames = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		frames += page_pcp_cpu_pages(z, cpu);
	return frames;
}

unsigned long page_pcp_all_pages(void)
{
	unsigned long frames = 0;
	const struct zone *z;

	for_each_zone(z)
		frames += page_pcp_pages(z);
	return frames;
}

/* SPDX-License-Identifier: MIT */
/*
 * page_pcp.c - each CPU's lists of free blocks: refill, flush, drain, marks
 *
 * Most blocks are wanted again soon after they were freed, by the same CPU, in
 * the same order. A stack for each order keeps them: page_pcp_list.h has pop
 * and push, this file what happens when a stack is empty or full.
 *
 *   refill   an empty stack gets a batch from the buddy. The smallest free
 *            blocks are used up first and a larger one is cut as far as needed,
 *            so it gets the very frames that single requests would get; but a
 *            block of 32 frames becomes 32 pages by one look and 32 stores.
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
 * Locking: a list belongs to its CPU with interrupts off. Whatever changes
 * which frames a block covers is done under zone->lock besides, so that who
 * holds it may look for heads (page_head_of()). Two CPUs that free one block in
 * the same instant are both believed; the second pop of it is a BUG.
 *
 * Not here: entry points and their order of attempts (page_alloc.c), many
 * pages at once for one caller (page_bulk.c). Another CPU's lists are out of
 * reach: to drain them wants an interrupt to it.
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
static struct page_pcp_list *pcp_list(struct zone *z, unsigned int order)
{
	return &z->pcp[smp_processor_id()].list[order];
}

static unsigned long pcp_nr(const struct zone *z, unsigned int cpu,
			    unsigned int order)
{
	return z->pcp_mark[order].high - z->pcp[cpu].list[order].room;
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

static void pcp_refill(struct zone *z, struct page_pcp_list *list,
		       unsigned int order)
{
	unsigned long want = min(0ul + z->pcp_mark[order].batch, list->room);

	while (want) {
		unsigned int got;
		struct page *page =
			zone_block_grab(z, order, order + ilog2(want), &got);

		if (!page)
			return;
		pcp_add_block(list, page, got, order);
		list->moved += 1ul << (got - order);
		want -= 1ul << (got - order);
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

		zone_block_put(z, page, pfn, order,
			       zone_block_limit(z, pfn, order), page->site);
	}
}

/* --- when a list is empty, or full -------------------------------------- */

static struct page *pcp_refill_pop(struct zone *z, unsigned int order,
				   unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&z->lock);
	struct page_pcp_list *list = pcp_list(z, order);
	struct page *page;

	if (!list->first)
		pcp_refill(z, list, order);
	page = page_pcp_pop(list, order, site);
	spin_unlock_irqrestore(&z->lock, flags);
	return page;
}

struct page *page_pcp_take(struct zone *z, unsigned int order,
			   unsigned long site)
{
	/* A shift by the word's width would be no refusal. */
	if (order >= MAX_ORDER)
		return NULL;
	if (order < PCP_ORDERS && z->pcp_mark[order].batch)
		return pcp_refill_pop(z, order, site);
	return zone_block_alloc(z, order, site);
}

struct page *page_pcp_alloc(struct zone *z, unsigned int order,
			    unsigned long site)
{
	struct page *page = page_pcp_take(z, order, site);

	if (likely(page) || !page_pcp_drain_zone(z))
		return page;
	return page_pcp_take(z, order, site);
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
	list = pcp_list(z, order);
	if (!list->room)
		pcp_flush(z, list, order, z->pcp_mark[order].batch);
	pushed = page_pcp_push(list, page, order, site);
	spin_unlock_irqrestore(&z->lock, flags);
	return pushed;
}

unsigned long page_pcp_drain_zone(struct zone *z)
{
	unsigned long flags = spin_lock_irqsave(&z->lock);
	unsigned int cpu = smp_processor_id(), order;
	unsigned long frames = 0;

	for (order = 0; order < PCP_ORDERS; order++) {
		unsigned long nr = pcp_nr(z, cpu, order);

		pcp_flush(z, &z->pcp[cpu].list[order], order, nr);
		frames += nr << order;
	}
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

void page_pcp_set_high(struct zone *z, unsigned long high)
{
	unsigned int cpu, order;

	BUG_ON(high > PCP_MAX_HIGH);
	page_pcp_drain_zone(z);
	for (order = 0; order < PCP_ORDERS; order++) {
		unsigned long nr = order ? high >> (order + 1) : high;

		/* A list that is full must keep some when it has flushed. */
		z->pcp_mark[order].batch = (u16)min(
			(nr + 1) / 2, 0ul + (PCP_BATCH_PAGES >> order));
		z->pcp_mark[order].high = (u16)nr;
		for (cpu = 0; cpu < CONFIG_NR_CPUS; cpu++) {
			BUG_ON(z->pcp[cpu].list[order].first);
			z->pcp[cpu].list[order].room = nr;
		}
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
	unsigned int order;

	for (order = 0; order < PCP_ORDERS; order++)
		frames += pcp_nr(z, cpu, order) << order;
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

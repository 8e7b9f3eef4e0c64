/* SPDX-License-Identifier: MIT */
/*
 * page_bulk.c - many single pages for one caller, and back
 *
 * Who wants a hundred pages need not ask a hundred times. Free blocks are taken
 * under one hold of the lock, the smallest first, and cut into single pages:
 * some ten instructions a page, and mostly frames in a row. On the way back
 * pages in a row are put together again before they go to the buddy, so a row
 * of 32 is one block to merge, not 32. What is no row, or is not free to go,
 * takes the way of single pages, where each is judged.
 *
 * Invariants: those of zone.h. A record goes through the states that the buddy
 * would lead it through (NONE, FREE, ALLOCATED and back), so every step is
 * legal whether it is written or not.
 *
 * Locking: zone->lock, for BULK_PAGES at a time. Live zones only.
 *
 * Not here: blocks of higher orders as single pages in place (page_split.c).
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/sleep_check.h>
#include "internal.h"
#include "page_block.h"

/* Pages for one hold of the lock: with interrupts off for some hundred
 * instructions. */
#define BULK_PAGES 64ul

/* --- taking ------------------------------------------------------------- */

/* Cut the 2^@order frames at @head, just taken, into pages of @site's. */
static void bulk_cut(struct page *head, unsigned int order, struct page **array,
		     unsigned long site)
{
	const struct page *end = head + (1ul << order);
	struct page *page;

	for (page = head; page < end; page++) {
		/* Illegal but for a tail, which a new head was until here. */
		if (unlikely(page != head && page_state(page) != PAGE_NONE))
			page_state_bug(page, PAGE_FREE);
		page_hand_out(page, 0, site);
		*array++ = page;
	}
}

/* Fill up to @nr slots, at most BULK_PAGES, from @z. Return: how many. */
static unsigned long bulk_take(struct zone *z, const struct page_want *want,
			       struct page **array, unsigned long nr)
{
	unsigned long flags = spin_lock_irqsave(&z->lock);
	unsigned long *stat = zone_stat_row(z);
	unsigned long left = min(nr, BULK_PAGES), got = 0;

	if (zone_has_room(z, 0, want->floor))
		left = min(left, z->nr_free_pages - want->floor);
	else
		left = 0;

	while (left) {
		unsigned int order;
		struct page *page =
			zone_block_grab(z, want->type, 0, ilog2(left), &order);

		if (!page)
			break;
		bulk_cut(page, order, array + got, want->site);
		got += 1ul << order;
		left -= 1ul << order;
	}
	stat[ZONE_STAT_ALLOC] += got;
	stat[ZONE_STAT_ALLOC_PAGES] += got;
	spin_unlock_irqrestore(&z->lock, flags);
	return got;
}

/* Empty slots from @array on, at most @nr. */
static unsigned long bulk_gap(struct page *const *array, unsigned long nr)
{
	unsigned long gap = 0;

	while (gap < nr && !array[gap])
		gap++;
	return gap;
}

/*
 * Fill a gap, from the zone that a single page would come from; what else there
 * is, and all that may be wrong with @gfp, is for single pages to find out.
 * Return: how many slots are filled, from the first on.
 */
static unsigned long bulk_fill(gfp_t gfp, struct page **array, unsigned long nr,
			       unsigned long site)
{
	struct page_want want;
	struct zone *z = page_bulk_zone(gfp, site, &want);
	unsigned long done = 0;

	while (done < nr) {
		unsigned long got = 0;

		if (z && nr - done > 1)
			got = bulk_take(z, &want, array + done, nr - done);
		if (!got) {
			array[done] = alloc_pages_site(gfp, 0, site);
			if (!array[done])
				break;
			got = 1;
		}
		done += got;
	}
	return done;
}

unsigned long alloc_pages_bulk_array_site(gfp_t gfp, unsigned long nr,
					  struct page **array,
					  unsigned long site)
{
	unsigned long i = 0, full = 0;
	bool more = true;

	gfp = gfp_check_sleep(gfp, "alloc_pages_bulk", site);
	while (i < nr) {
		unsigned long gap = bulk_gap(array + i, nr - i);
		unsigned long done = 0;

		if (gap && more)
			done = bulk_fill(gfp, array + i, gap, site);
		more = done == gap;
		full += done;
		i += gap;
		for (; i < nr && array[i]; i++)
			full++;
	}
	return full;
}
EXPORT_SYMBOL(alloc_pages_bulk_array_site);

unsigned long alloc_pages_bulk_array(gfp_t gfp, unsigned long nr,
				     struct page **array)
{
	return alloc_pages_bulk_array_site(gfp, nr, array, _RET_IP_);
}
EXPORT_SYMBOL(alloc_pages_bulk_array);

/* --- giving back -------------------------------------------------------- */

/* Pages in a row from @array on, at most @nr and BULK_PAGES. */
static unsigned long bulk_run(struct page *const *array, unsigned long nr)
{
	unsigned long run = 1;

	nr = min(nr, BULK_PAGES);
	while (run < nr && array[run] == array[0] + run)
		run++;
	return run;
}

/*
 * Make holes of the first pages from @page on that are single, allocated and
 * have one user: nobody's for the moment. Lock held. Return: how many.
 */
static unsigned long bulk_unhand(struct page *page, unsigned long nr)
{
	unsigned long i;

	for (i = 0; i < nr; i++, page++) {
		if (!page_is_allocated(page, 0) ||
		    atomic_read(&page->_refcount) != 1)
			break;
		page->flags = page_kind(PAGE_NONE, 0); /* by way of FREE */
	}
	return i;
}

/* Give the frames [pfn, pfn + nr), which are holes, in blocks. Lock held. */
static void bulk_give(struct zone *z, pfn_t pfn, unsigned long nr,
		      unsigned long site)
{
	unsigned long *stat = zone_stat_row(z);

	stat[ZONE_STAT_FREE] += nr;
	stat[ZONE_STAT_FREE_PAGES] += nr;
	while (nr) {
		unsigned int order = ilog2(nr);

		if (pfn)
			order = min(order, __ffs(pfn));
		zone_block_put(z, stat, zone_pfn_to_page(z, pfn), pfn, order,
			       zone_block_limit(z, pfn, order), site);
		pfn += 1ul << order;
		nr -= 1ul << order;
	}
}

/* Give back @nr pages in a row from @page on. Return: how many were fit. */
static unsigned long bulk_free_run(struct page *page, unsigned long nr,
				   unsigned long site)
{
	pfn_t pfn = page_to_pfn(page);
	struct zone *z = pfn_zone(pfn);
	unsigned long flags;

	if (!zone_has_pfn(z, pfn))
		return 0;
	/* Which of them is mapped, each finds out by itself; and to be filled,
	 * each must be touched by itself anyway. */
	if ((z->type == ZONE_HIGHMEM && kmap_any_held()) || z->poison)
		return 0;
	nr = min(nr, z->end_pfn - pfn);
	flags = spin_lock_irqsave(&z->lock);
	nr = bulk_unhand(page, nr);
	bulk_give(z, pfn, nr, site);
	spin_unlock_irqrestore(&z->lock, flags);
	return nr;
}

void free_pages_bulk_site(struct page *const *array, unsigned long nr,
			  unsigned long site)
{
	unsigned long i = 0, run, done;

	while (i < nr) {
		if (!array[i]) {
			i++;
			continue;
		}
		run = bulk_run(array + i, nr - i);
		done = run > 1 ? bulk_free_run(array[i], run, site) : 0;
		i += done;
		/* The page that stopped the row is judged by itself. */
		if (done < run)
			__free_pages_site(array[i++], 0, site);
	}
}
EXPORT_SYMBOL(free_pages_bulk_site);

void free_pages_bulk(struct page *const *array, unsigned long nr)
{
	free_pages_bulk_site(array, nr, _RET_IP_);
}
EXPORT_SYMBOL(free_pages_bulk);

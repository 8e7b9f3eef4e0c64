/* SPDX-License-Identifier: MIT */
/*
 * page_ref.c - references to pages: all that is not one increment
 *
 * The count of an allocated block lies in its head. get_page() of a head is an
 * increment in place (page_ref.h) and put_page() of a single page is its free,
 * which counts down by itself (page_alloc.c). Left for here are tails, blocks
 * of several pages, reserved frames, and refusals.
 *
 * A refused put is handed to __free_pages_site() as a single page: what is not
 * one is refused there, named by page_state.c like any wrong free.
 *
 * Invariants: a count is never made less than 0 or more than PAGE_REF_MAX, and
 * never touched unless the record's state says that the word is a count.
 *
 * Locking: none to count; counts are atomic. A tail's head is looked for
 * without the zone's lock: the caller's reference keeps the block as it is, and
 * without one the answer is only as good as the caller's claim. Naming a
 * misuse takes zone->lock.
 *
 * Not here: the free itself (page_alloc.c), blocks as single pages
 * (page_split.c, page_exact.c).
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include "internal.h"

static_assert(PAGE_REF_MAX + CONFIG_NR_CPUS < INT_MAX,
	      "each CPU may add one to a count it has just looked at");

struct page *__compound_head(const struct page *page)
{
	pfn_t pfn = page_to_pfn(page);
	struct page *head = page_head_of(pfn_zone(pfn), pfn);

	/* A slab's or a plain block's head has no say over its tails. */
	if (head && PageHead(head))
		return head;
	return (struct page *)(unsigned long)page;
}
EXPORT_SYMBOL(__compound_head);

/* --- refusals ----------------------------------------------------------- */

/* The classes of a wrong free have their own words; these are for counting. */
static void bad_ref_report(const struct page_misuse *m, int by,
			   unsigned long site)
{
	const struct report_sites sites = { .alloc = m->alloc_site,
					    .free = m->free_site,
					    .at = site };
	const char *name = NULL;

	switch (m->kind) {
	case MISUSE_NO_PAGE:
		mm_report("bad-ref", &sites, "no-page pfn=%#lx", m->pfn);
		break;
	case MISUSE_DOUBLE_FREE:
	case MISUSE_INSIDE_FREE:
		mm_report("bad-ref", &sites,
			  "free pfn=%#lx block pfn=%#lx order=%u", m->pfn,
			  m->head_pfn, m->is_order);
		break;
	case MISUSE_RESERVED:
		mm_report("bad-ref", &sites, "reserved pfn=%#lx by=%d", m->pfn,
			  by);
		break;
	case MISUSE_SLAB:
		if (page_slab_cache_name)
			name = page_slab_cache_name(m->head);
		mm_report("bad-ref", &sites, "slab-page cache=%s pfn=%#lx",
			  name ? name : "?", m->pfn);
		break;
	case MISUSE_TAIL:
	case MISUSE_MISALIGNED:
		mm_report("bad-ref", &sites, "tail pfn=%#lx head=%#lx", m->pfn,
			  m->head_pfn);
		break;
	default:
		mm_report("bad-ref", &sites, "count pfn=%#lx count=%d by=%d",
			  m->pfn, m->refcount, by);
		break;
	}
}

/* A reference of @page was to be changed by @by, which cannot be. */
static noinline __cold void bad_ref(const struct page *page, int by,
				    unsigned long site)
{
	struct zone *z = pfn_zone(page_to_pfn(page));
	struct page_misuse misuse;
	unsigned long flags;

	flags = spin_lock_irqsave(&z->lock);
	page_misuse_find(z, page, 0, &misuse);
	spin_unlock_irqrestore(&z->lock, flags);
	bad_ref_report(&misuse, by, site);
}

/* --- counting ----------------------------------------------------------- */

/*
 * Change a count by @by unless it would leave [@lowest, PAGE_REF_MAX].
 * Return: the new count, -1 if it would, or if the word is no count.
 */
static int page_ref_change(struct page *page, int by, int lowest)
{
	int old = atomic_read(&page->_refcount);
	int found;

	if (page_state(page) != PAGE_ALLOCATED &&
	    page_state(page) != PAGE_RESERVED)
		return -1;
	for (;; old = found) {
		long long count = (long long)old + by;

		if (old < lowest || count < lowest || count > PAGE_REF_MAX)
			return -1;
		found = atomic_cmpxchg(&page->_refcount, old, (int)count);
		if (found == old)
			return (int)count;
	}
}

void __get_page(struct page *page)
{
	struct page *head = compound_head(page);
	/* Of reserved frames the first user, boot, is not in the count. */
	int lowest = page_state(head) == PAGE_RESERVED ? 0 : 1;

	if (page_ref_change(head, 1, lowest) < 0)
		bad_ref(page, 1, _RET_IP_);
}
EXPORT_SYMBOL(__get_page);

static noinline void put_page_slow(struct page *page, unsigned long site)
{
	struct page *head = compound_head(page);
	int lowest = page_state(head) == PAGE_RESERVED ? 0 : 1;

	/* A compound block knows its order; a plain one with one user does not
	 * go by this way, and is refused as a single page that it is not. */
	if (PageHead(head))
		__free_pages_site(head, page_order(head), site);
	else if (page_ref_change(head, -1, lowest) < 0)
		__free_pages_site(page, 0, site);
}

void put_page(struct page *page)
{
	if (likely(page_is(page, PAGE_ALLOCATED, 0)))
		__free_pages_site(page, 0, _RET_IP_);
	else
		put_page_slow(page, _RET_IP_);
}
EXPORT_SYMBOL(put_page);

/* Return: the new count, or -1 after a report. */
static int page_ref_change_or_report(struct page *page, int by,
				     unsigned long site)
{
	int count = -1;

	if (page_state(page) == PAGE_ALLOCATED)
		count = page_ref_change(page, by, 0);
	if (count < 0)
		bad_ref(page, by, site);
	return count;
}

void page_ref_add(struct page *page, int nr)
{
	page_ref_change_or_report(page, nr, _RET_IP_);
}
EXPORT_SYMBOL(page_ref_add);

void page_ref_sub(struct page *page, int nr)
{
	page_ref_change_or_report(page, -nr, _RET_IP_);
}
EXPORT_SYMBOL(page_ref_sub);

bool page_ref_sub_and_test(struct page *page, int nr)
{
	return page_ref_change_or_report(page, -nr, _RET_IP_) == 0;
}
EXPORT_SYMBOL(page_ref_sub_and_test);

/* --- frames that users see ------------------------------------------------ */

/* The head of the allocated block that @pfn belongs to; NULL: of none. */
static struct page *frame_block(pfn_t pfn)
{
	struct page *head;

	if (!pfn_valid(pfn))
		return NULL;
	head = page_head_of(pfn_zone(pfn), pfn);
	return head && page_state(head) == PAGE_ALLOCATED ? head : NULL;
}

bool page_block_hold(struct page *head)
{
	if (page_frame_maps(head) == PAGE_FRAME_MAPS_MAX ||
	    page_ref_change(head, 1, 1) < 0)
		return false;
	__atomic_add_fetch(&head->flags, 1u << PAGE_FRAME_MAPS_SHIFT,
			   __ATOMIC_RELAXED);
	return true;
}

void page_block_release(struct page *head)
{
	/* It may have become allocated since: then nothing was noted. */
	if (!page_frame_maps(head))
		return;
	__atomic_sub_fetch(&head->flags, 1u << PAGE_FRAME_MAPS_SHIFT,
			   __ATOMIC_RELAXED);
	/* Not by way of a free, which would say once more that it is seen. */
	if (page_ref_change(head, -1, 1) < 0)
		__free_pages_site(head, page_order(head), _RET_IP_);
}

bool page_frame_hold(pfn_t pfn)
{
	struct page *head = frame_block(pfn);

	return !head || page_block_hold(head);
}

void page_frame_release(pfn_t pfn)
{
	struct page *head = frame_block(pfn);

	if (head)
		page_block_release(head);
}

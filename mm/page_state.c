/* SPDX-License-Identifier: MIT */
/*
 * page_state.c - the page-state machine, and naming what a wrong free did
 *
 * Only heads carry a state. What a frame is follows from looking at the at
 * most MAX_ORDER aligned frames at or below it: a head of order k covers the
 * frame exactly if it is the frame's start aligned to some 2^i with i <= k. So
 * a free of a frame that has merged into its lower buddy is recognised,
 * although nothing was ever written into that frame's record.
 *
 * Invariants: page_next_states (internal.h) lists the legal transitions; no
 * record changes state but through page_become() or page_set_state().
 *
 * Locking: page_head_of() and page_misuse_find() read records of other blocks,
 * so the zone's lock must be held. page_misuse_report() uses only what was
 * found, and is called after the lock was dropped.
 *
 * Not here: the moves themselves (page_alloc.c), the walk (zone_check.c).
 */
#include <kernel/atomic.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/zone.h>
#include "internal.h"

const char *(*page_slab_cache_name)(const struct page *page);

static const char *page_state_name(enum page_state state)
{
	static const char *const names[NR_PAGE_STATES] = {
		[PAGE_NONE] = "none",		[PAGE_RESERVED] = "reserved",
		[PAGE_FREE] = "free",		[PAGE_PCP] = "pcp",
		[PAGE_ALLOCATED] = "allocated", [PAGE_SLAB] = "slab",
	};

	return state < NR_PAGE_STATES ? names[state] : "smashed";
}

void page_state_bug(const struct page *page, enum page_state to)
{
	panic("mm: BUG page-state record=%p flags=%#x order=%u: %s cannot become %s",
	      page, page->flags, page_order(page),
	      page_state_name(page_state(page)), page_state_name(to));
}

void page_set_state(struct page *page, enum page_state to)
{
	page_become(page, to, page_order(page), page_owner(page));
}

struct page *page_head_of(const struct zone *z, pfn_t pfn)
{
	unsigned int order;

	if (!zone_has_pfn(z, pfn))
		return NULL;
	for (order = 0; order < MAX_ORDER; order++) {
		pfn_t start = ALIGN_DOWN(pfn, 1ul << order);
		struct page *head;

		if (!zone_has_pfn(z, start))
			return NULL; /* below the zone, and so all further */
		head = zone_pfn_to_page(z, start);
		if (page_state(head) == PAGE_NONE)
			continue;
		/* Blocks are disjoint: the first head below decides. */
		return page_order(head) >= order ? head : NULL;
	}
	return NULL;
}
EXPORT_SYMBOL(page_head_of);

/* The frame starts a block: what forbids freeing it as @order? */
static enum page_misuse_kind misuse_of_head(const struct page *head,
					    unsigned int order)
{
	switch (page_state(head)) {
	case PAGE_RESERVED: return MISUSE_RESERVED;
	case PAGE_FREE:
	case PAGE_PCP: return MISUSE_DOUBLE_FREE;
	case PAGE_SLAB: return MISUSE_SLAB;
	default: break;
	}
	if (page_order(head) != order)
		return MISUSE_WRONG_ORDER;
	return atomic_read(&head->_refcount) > 1 ? MISUSE_REFERENCED :
						   MISUSE_NONE;
}

/* The frame lies inside the block of @head. */
static enum page_misuse_kind misuse_of_tail(const struct page *head, pfn_t pfn,
					    unsigned int order)
{
	switch (page_state(head)) {
	case PAGE_FREE:
	case PAGE_PCP: return MISUSE_INSIDE_FREE;
	case PAGE_SLAB: return MISUSE_SLAB;
	default: break;
	}
	if (order >= MAX_ORDER || !IS_ALIGNED(pfn, 1ul << order))
		return MISUSE_MISALIGNED;
	return MISUSE_TAIL;
}

/* Who asked for the block, or who freed it: one word serves both. */
static void misuse_find_sites(struct page_misuse *m)
{
	switch (page_state(m->head)) {
	case PAGE_ALLOCATED: m->alloc_site = m->head->site; break;
	case PAGE_FREE:
	case PAGE_PCP: m->free_site = m->head->site; break;
	default: break; /* the word is a slab's, or was never written */
	}
}

void page_misuse_find(const struct zone *z, const struct page *page,
		      unsigned int order, struct page_misuse *m)
{
	lockdep_assert_held(&z->lock);

	*m = (struct page_misuse){ .kind = MISUSE_NO_PAGE,
				   .pfn = zone_page_to_pfn(z, page),
				   .given_order = order };
	/* A pointer between two records has no frame either. */
	if (!zone_has_pfn(z, m->pfn) || zone_pfn_to_page(z, m->pfn) != page)
		return;
	m->head = page_head_of(z, m->pfn);
	if (!m->head)
		return;
	m->head_pfn = zone_page_to_pfn(z, m->head);
	m->is_order = page_order(m->head);
	m->refcount = atomic_read(&m->head->_refcount);
	misuse_find_sites(m);
	m->kind = m->head == page ? misuse_of_head(m->head, order) :
				    misuse_of_tail(m->head, m->pfn, order);
}

static void misuse_report_slab(const struct page_misuse *m,
			       const struct report_sites *sites)
{
	const char *name = NULL;

	if (page_slab_cache_name)
		name = page_slab_cache_name(m->head);
	mm_report("bad-free", sites, "slab-page cache=%s pfn=%#lx",
		  name ? name : "?", m->pfn);
}

void page_misuse_report(const struct page_misuse *m, unsigned long site)
{
	const struct report_sites sites = { .alloc = m->alloc_site,
					    .free = m->free_site,
					    .at = site };

	switch (m->kind) {
	case MISUSE_NONE: break;
	case MISUSE_NO_PAGE:
		mm_report("bad-free", &sites, "no-page pfn=%#lx", m->pfn);
		break;
	case MISUSE_RESERVED:
		mm_report("bad-free", &sites, "reserved pfn=%#lx", m->pfn);
		break;
	case MISUSE_DOUBLE_FREE:
		mm_report("double-free", &sites, "page pfn=%#lx order=%u",
			  m->pfn, m->is_order);
		break;
	case MISUSE_INSIDE_FREE:
		mm_report("double-free", &sites,
			  "page pfn=%#lx inside free block pfn=%#lx order=%u",
			  m->pfn, m->head_pfn, m->is_order);
		break;
	case MISUSE_WRONG_ORDER:
		mm_report("wrong-order", &sites, "pfn=%#lx is=%u given=%u",
			  m->pfn, m->is_order, m->given_order);
		break;
	case MISUSE_TAIL:
		mm_report("bad-free", &sites, "tail pfn=%#lx head=%#lx", m->pfn,
			  m->head_pfn);
		break;
	case MISUSE_MISALIGNED:
		mm_report("bad-free", &sites, "misaligned pfn=%#lx order=%u",
			  m->pfn, m->given_order);
		break;
	case MISUSE_SLAB: misuse_report_slab(m, &sites); break;
	case MISUSE_REFERENCED:
		mm_report("bad-free", &sites, "referenced pfn=%#lx count=%d",
			  m->pfn, m->refcount);
		break;
	}
}

static bool (*hold_teller)(const struct page *head, unsigned long site);

void page_set_hold_teller(bool (*tell)(const struct page *head,
				       unsigned long site))
{
	hold_teller = tell;
}

void page_mapped_report(const struct page *head, unsigned long site)
{
	const struct report_sites sites = { .alloc = head->site, .at = site };

	if (hold_teller && hold_teller(head, site))
		return;
	mm_report("page-mapped", &sites, "pfn=%#lx count=%u user",
		  page_to_pfn(head), page_frame_maps(head));
}

/* SPDX-License-Identifier: MIT */
/*
 * page_pcp_list.h - pop and push, as inlines: the fast paths are made of them
 *
 * Locking: interrupts off, and @list is this CPU's.
 */
#ifndef MM_PAGE_PCP_LIST_H
#define MM_PAGE_PCP_LIST_H

#include <kernel/atomic.h>
#include <mm/page_pcp.h>
#include <mm/zone.h>
#include "internal.h"
#include "page_block.h"

/* Lists that are always empty and always full; never written. */
extern struct page_pcp page_pcp_none[CONFIG_NR_CPUS];

/* The same row of another CPU: @row is the first one's. */
static __always_inline struct page_pcp_list *
page_pcp_row(struct page_pcp_list *row, unsigned int cpu)
{
	return (void *)((char *)row + cpu * sizeof(struct page_pcp));
}

/* The block below @page in its stack. */
static __always_inline struct page *page_pcp_next(const struct page *page)
{
	return (struct page *)page->lru.next;
}

static __always_inline void page_pcp_link(struct page_pcp_list *list,
					  struct page *page)
{
	page->lru.next = (struct list_head *)list->first;
	list->first = page;
	list->room--;
}

/* Take the newest block off, whose record stays PCP. There is one. */
static __always_inline struct page *page_pcp_unlink(struct page_pcp_list *list,
						    unsigned int order)
{
	struct page *page = list->first;

	if (unlikely((u8)page->flags != (u8)page_kind(PAGE_PCP, order)))
		page_state_bug(page, PAGE_ALLOCATED);
	list->first = page_pcp_next(page);
	list->room++;
	return page;
}

/* Return: a block, handed out to @site; NULL if the list is empty. */
static __always_inline struct page *
page_pcp_pop(struct page_pcp_list *list, unsigned int order, unsigned long site)
{
	struct page *page;

	if (unlikely(!list->first))
		return NULL;
	page = page_pcp_unlink(list, order);
	page_hand_out(page, order, site);
	return page;
}

/*
 * Return: false, and nothing is changed, if there is no room, or @page is not
 * an allocated block of @order (below PCP_ORDERS) with one user. Without room
 * the record is not read: it may be none.
 */
static __always_inline bool page_pcp_push(struct page_pcp_list *list,
					  struct page *page, unsigned int order,
					  unsigned long site)
{
	if (unlikely(!list->room ||
		     (u8)page->flags != (u8)page_kind(PAGE_ALLOCATED, order) ||
		     page->_refcount.counter != 1)) /* ours: no other user */
		return false;
	/* ALLOCATED until here; neither is what a merge looks for. */
	WRITE_ONCE(page->flags, page_kind(PAGE_PCP, order));
	page->site = site;
	page_pcp_link(list, page);
	list->given++;
	return true;
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * page_ref.h - who uses a page: references, and compound blocks
 *
 * An allocated block has a count of its users in its head's record: 1 for the
 * one who asked. Each further user takes a reference with get_page() and lets
 * it go with put_page(); the last one to go gives the block back.
 *
 * A block of several pages is one of two kinds. Asked for with __GFP_COMP it is
 * compound: its pages live and die together, so a reference to any of them is
 * one to the head. Otherwise only the head has a count; a tail has none until
 * split_page() makes it a page of its own.
 *
 * The head of a tail is derived (page_head_of()), never stored: it is right for
 * as long as the block stays what it is, so for whoever holds a reference.
 *
 *   state        page_count()    get_page()       put_page()
 *   ALLOCATED    the users       one more         one less; 0 frees it
 *   tail, comp.  its head's      as its head      as its head
 *   RESERVED     1 + taken       one more         one less; never the first
 *   SLAB         1               refused          refused
 *   FREE, PCP,   0               refused          refused
 *   tail, hole
 *
 * What is refused makes one report and changes nothing.
 */
#ifndef MM_PAGE_REF_H
#define MM_PAGE_REF_H

#include <kernel/atomic.h>
#include <kernel/util.h>
#include <mm/page.h>

/* Above that a count is damaged, or leaks: it is kept from wrapping. CPUs that
 * look at once and then add have room to do so. */
#define PAGE_REF_MAX 0x7fff0000u

/* --- compound blocks ---------------------------------------------------- */

/**
 * page_mark_compound - make a block one compound page
 * @page: head of a block that alloc_pages() has just given
 *
 * Of a single page there is nothing to mark, as on Linux.
 * Context: its only holder, before anyone else knows it.
 */
static __always_inline void page_mark_compound(struct page *page)
{
	if (page_order(page))
		page->flags |= PAGE_COMPOUND;
}

/* Is it the head of a compound block? */
static __always_inline bool PageHead(const struct page *page)
{
	return page->flags & PAGE_COMPOUND;
}

/* The slow half of compound_head(). */
struct page *__compound_head(const struct page *page);

/**
 * compound_head - the page that has the count
 *
 * Return: the head, of a page in a compound block; else @page itself.
 * Context: any; of a tail only by who holds a reference.
 */
static __always_inline struct page *compound_head(const struct page *page)
{
	if (unlikely(page_state(page) == PAGE_NONE))
		return __compound_head(page);
	return (struct page *)(unsigned long)page;
}

static inline bool PageTail(const struct page *page)
{
	return compound_head(page) != page;
}

static inline bool PageCompound(const struct page *page)
{
	return PageHead(page) || PageTail(page);
}

/* Order, pages and bytes of a compound block, by its head; any other page is
 * one page of order 0, as on Linux. */
static inline unsigned int compound_order(const struct page *page)
{
	return PageHead(page) ? page_order(page) : 0;
}

static inline unsigned long compound_nr(const struct page *page)
{
	return 1ul << compound_order(page);
}

static inline unsigned long page_size(const struct page *page)
{
	return PAGE_SIZE << compound_order(page);
}

/* The page @n behind @page: records of a block lie in a row. */
static __always_inline struct page *nth_page(struct page *page, unsigned long n)
{
	return page + n;
}

static inline struct page *virt_to_head_page(const volatile void *va)
{
	return compound_head(virt_to_page(va));
}

/* --- counts ------------------------------------------------------------- */

/* Users of this very record; see the table. Context: any; a moment's truth. */
static inline int page_ref_count(const struct page *page)
{
	switch (page_state(page)) {
	case PAGE_ALLOCATED: return atomic_read(&page->_refcount);
	case PAGE_RESERVED: return 1 + atomic_read(&page->_refcount);
	case PAGE_SLAB: return 1; /* the word is the slab's */
	default: return 0; /* it may hold anything */
	}
}

/* Users of the block that @page belongs to. */
static inline int page_count(const struct page *page)
{
	return page_ref_count(compound_head(page));
}

/* May one more reference be taken by adding to the count? */
static __always_inline bool page_ref_is_plain(const struct page *page)
{
	u32 others = (u32)atomic_read(&page->_refcount) - 1;

	return likely(page_state(page) == PAGE_ALLOCATED &&
		      others < PAGE_REF_MAX);
}

/* The slow half of get_page(). */
void __get_page(struct page *page);

/**
 * get_page - take one more reference to @page, or to its compound block
 * @page: a record of the live mem_map; the caller holds a reference already
 *
 * Refused with a report (bad-ref): a page nobody has, a tail of a block that is
 * not compound, a slab's page, a count that has leaked to PAGE_REF_MAX.
 * Context: any.
 */
static __always_inline void get_page(struct page *page)
{
	if (likely(page_ref_is_plain(page)))
		atomic_inc(&page->_refcount);
	else
		__get_page(page);
}

/**
 * put_page - let a reference go; the last one gives page or block back
 * @page: as get_page()
 *
 * Of a block of several pages that is not compound the order is not said here:
 * the last reference is refused (wrong-order), free it with __free_pages().
 * Linux would free its first page and lose the others. All else that
 * __free_page() refuses is refused in the same words.
 * Context: any.
 */
void put_page(struct page *page);

/**
 * page_ref_add, page_ref_sub - change the count of this very record by @nr
 * @page: an allocated head
 * @nr: 1 or more
 *
 * Nobody is freed: a count of 0 is freed by the next __free_pages(). A count
 * that would get below 0 or above PAGE_REF_MAX, and a page that has none, are
 * refused with a report (bad-ref).
 * Context: any.
 */
void page_ref_add(struct page *page, int nr);
void page_ref_sub(struct page *page, int nr);

/* The same; Return: nobody uses it any more. False if refused. */
bool __must_check page_ref_sub_and_test(struct page *page, int nr);

/**
 * page_frame_hold - a user is about to see frame @pfn, without a count
 *
 * If the frame is memory that somebody allocated, its block stays until
 * page_frame_release(): when the owner frees it before, that is reported
 * (page-mapped), and nobody else gets the page while it can be seen. Of a slab,
 * of reserved RAM and of a device nothing is noted.
 * Return: false: it is seen too often to note it once more.
 * Context: the owner of the memory, or for him.
 */
bool __must_check page_frame_hold(pfn_t pfn);
void page_frame_release(pfn_t pfn);

/* The same for who knows the block: @head is allocated. */
bool __must_check page_block_hold(struct page *head);
void page_block_release(struct page *head);

/**
 * page_set_hold_teller - who else holds frames, beside users' page tables
 * @tell: the owner has freed block @head; called in any context.
 *	Return: true: a hold is its own, and it has reported it.
 *
 * Context: start-up.
 */
void page_set_hold_teller(bool (*tell)(const struct page *head,
				       unsigned long site));

/* How many of those there are of an allocated block. */
static __always_inline unsigned int page_frame_maps(const struct page *head)
{
	return READ_ONCE(head->flags) >> PAGE_FRAME_MAPS_SHIFT;
}

#define page_ref_inc(page) page_ref_add(page, 1)
#define page_ref_dec(page) page_ref_sub(page, 1)
#define page_ref_dec_and_test(page) page_ref_sub_and_test(page, 1)

#endif

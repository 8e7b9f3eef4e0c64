/* SPDX-License-Identifier: MIT */
/*
 * highmem.h - kernel addresses for any page
 *
 * A lowmem page has its address for good, and mapping it costs nothing. A high
 * one is given one:
 *
 *   kmap_local_page()  for a moment: one of this CPU's KMAP_LOCAL_SLOTS. Slots
 *                      are a stack: what was mapped last is unmapped first.
 *                      While one is held the caller may not sleep (preemption
 *                      is off). Interrupt handlers may map, too: theirs are
 *                      gone before they return.
 *   kmap()             for longer, for all CPUs (kmap.h)
 */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include <kernel/string.h>
#include <mm/kmap.h>
#include <mm/page.h>

/* The slow halves; any page, lowmem too. See kmap_local_page(). */
void *kmap_local_high(struct page *page, unsigned long site);
void kunmap_local_high(const void *addr, unsigned long site);

/* Has @addr its place in the direct map, and not in a slot? */
static __always_inline bool kmap_is_lowmem(const void *addr)
{
	return (unsigned long)addr - PAGE_OFFSET <
	       (unsigned long)high_memory - PAGE_OFFSET;
}

/**
 * kmap_local_page - a kernel address for @page until kunmap_local()
 *
 * Return: address; NULL, with a report (kmap-leak), if all slots are taken.
 * Context: any.
 */
static __always_inline void *kmap_local_page(struct page *page)
{
	void *va = kmap_direct_address(page);

	if (likely(va))
		return va;
	return kmap_local_high(page, _THIS_IP_);
}

/**
 * kunmap_local - undo the last kmap_local_page()
 * @addr: any address within the page
 *
 * The wrong order is reported (kmap-order); the right slot is let go anyway.
 * Context: the one that mapped.
 */
static __always_inline void kunmap_local(const void *addr)
{
	if (unlikely(!kmap_is_lowmem(addr)))
		kunmap_local_high(addr, _THIS_IP_);
}

/* The older pair: the caller is atomic in between, whatever the page. */
void *kmap_atomic(struct page *page);
void kunmap_atomic(const void *addr);

/**
 * kmap_local_pfn - the same for a frame that has no record
 *
 * For RAM that is hidden from the buddy. Always takes a slot. A frame that no
 * page table entry can name is refused with a report (kmap-pfn).
 * Return, Context: as kmap_local_page().
 */
void *kmap_local_pfn(pfn_t pfn);
#define kmap_atomic_pfn(pfn) kmap_local_pfn(pfn)

/* Slots this CPU holds. */
unsigned int kmap_local_depth(void);

/**
 * kmap_slot_owner - has somebody mapped @addr, for a moment or for longer?
 * @site: who mapped it; @pfn: what is mapped. May be NULL.
 * Context: any, no lock: what another CPU does may be missed.
 */
bool kmap_slot_owner(unsigned long addr, unsigned long *site, pfn_t *pfn);

/**
 * kmap_to_page - the page at an address of the direct map, or of a mapping
 * that is held
 *
 * Return: its record; NULL: nothing is mapped there, or a frame without one.
 * Context: any.
 */
struct page *kmap_to_page(const void *addr);

/**
 * kmap_refuse_free - may a block of high pages be freed? (P34)
 * @page, @order: what is about to be freed
 * @site: who frees it
 *
 * Ask kmap_any_held() first: it costs two comparisons, and nearly always says
 * no.
 * Return: true, after a report (page-mapped), if a page of the block is mapped
 * by kmap(), or in a temporary slot of this CPU. Context: any.
 */
bool kmap_refuse_free(const struct page *page, unsigned int order,
		      unsigned long site);

/* This CPU's depth, and a mark if there are gaps; for kmap_any_held(). */
DECLARE_PER_CPU(unsigned int, kmap_local_state);

/* Is any page mapped by kmap(), or in a temporary slot of this CPU? */
static __always_inline bool kmap_any_held(void)
{
	return kmap_nr_used() | this_cpu_read(kmap_local_state);
}

/* Whole pages, and pieces that lie within one. Context: any. */
void clear_highpage(struct page *page);
void copy_highpage(struct page *to, struct page *from);
void memcpy_from_page(void *to, struct page *page, size_t offset, size_t len);
void memcpy_to_page(struct page *page, size_t offset, const void *from,
		    size_t len);
void memzero_page(struct page *page, size_t offset, size_t len);

/* Linux's other names for the same. */
static inline void zero_user(struct page *page, unsigned int start,
			     unsigned int size)
{
	memzero_page(page, start, size);
}

static inline void zero_user_segment(struct page *page, unsigned int start,
				     unsigned int end)
{
	memzero_page(page, start, end - start);
}

/* @vaddr is where a process sees it: of interest to caches other than x86's. */
static inline void clear_user_highpage(struct page *page, unsigned long vaddr)
{
	(void)vaddr;
	clear_highpage(page);
}

#endif

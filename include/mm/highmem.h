/* SPDX-License-Identifier: MIT */
/*
 * highmem.h - short-lived kernel addresses for any page
 *
 * A lowmem page has its address for good, and mapping it costs nothing. A high
 * one gets one of this CPU's KMAP_LOCAL_SLOTS temporary slots. Slots are a
 * stack: what was mapped last is unmapped first. While one is held the caller
 * may not sleep (preemption is off). Interrupt handlers may map, too: theirs
 * are gone before they return.
 */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include <kernel/string.h>
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
	void *va = page_address(page);

	if (likely(va))
		return va;
	return kmap_local_high(page, _RET_IP_);
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
		kunmap_local_high(addr, _RET_IP_);
}

/* The older pair: the caller is atomic in between, whatever the page. */
void *kmap_atomic(struct page *page);
void kunmap_atomic(const void *addr);

/* Slots this CPU holds. */
unsigned int kmap_local_depth(void);

/**
 * kmap_slot_owner - is @addr in a slot that some CPU holds?
 * @site: who mapped it; @pfn: what is mapped. May be NULL.
 * Context: any, no lock: what another CPU does may be missed.
 */
bool kmap_slot_owner(unsigned long addr, unsigned long *site, pfn_t *pfn);

/* Whole pages, and pieces that lie within one. Context: any. */
void clear_highpage(struct page *page);
void copy_highpage(struct page *to, struct page *from);
void memcpy_from_page(void *to, struct page *page, size_t offset, size_t len);
void memcpy_to_page(struct page *page, size_t offset, const void *from,
		    size_t len);
void memzero_page(struct page *page, size_t offset, size_t len);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * kmap_internal.h - the slots of a kmap window, as its own files see them
 *
 * Slots are chained by number, which is half a pointer; a chain's slots are
 * those whose pages share a bucket, or the free ones. See kmap.c.
 */
#ifndef MM_KMAP_INTERNAL_H
#define MM_KMAP_INTERNAL_H

#include <mm/kmap.h>
#include <mm/zone.h>

static inline unsigned long kmap_slot_va(const struct kmap_window *w,
					 const struct kmap_slot *s)
{
	return w->desc.start +
	       ((unsigned long)(s - w->desc.slots) << PAGE_SHIFT);
}

/* A slot's name in chains: 0 is none. */
static inline u16 kmap_slot_link(const struct kmap_window *w,
				 const struct kmap_slot *s)
{
	return (u16)(s - w->desc.slots + 1);
}

static inline struct kmap_slot *kmap_slot_linked(const struct kmap_window *w,
						 u16 link)
{
	return link ? &w->desc.slots[link - 1] : NULL;
}

/* Neighbours go to different buckets: the product's top bits are mixed. */
static inline u16 *kmap_bucket(struct kmap_window *w, const struct page *page)
{
	u32 hash = (u32)page_to_pfn(page) * 0x9e3779b1u;

	return &w->bucket[hash >> (32 - KMAP_BUCKETS_SHIFT)];
}

/* The slot that maps @page, or NULL. Lock held. */
static inline struct kmap_slot *kmap_find(struct kmap_window *w,
					  const struct page *page)
{
	struct kmap_slot *s = kmap_slot_linked(w, *kmap_bucket(w, page));

	lockdep_assert_held(&w->lock);
	while (s && s->page != page)
		s = kmap_slot_linked(w, s->next);
	return s;
}

/* Is @page free, a hole, or no page at all? *@head: of its block, or NULL. */
static inline bool kmap_page_is_free(const struct page *page,
				     struct page **head)
{
	pfn_t pfn = page_to_pfn(page);

	*head = page_head_of(pfn_zone(pfn), pfn);
	return !*head || page_state(*head) == PAGE_FREE ||
	       page_state(*head) == PAGE_PCP;
}

#endif

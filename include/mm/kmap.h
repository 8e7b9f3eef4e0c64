/* SPDX-License-Identifier: MIT */
/*
 * kmap.h - kernel addresses for high pages, for as long as one likes
 *
 * kmap() gives a page one of LAST_PKMAP addresses that are valid on every CPU;
 * kunmap() gives it back. Mapping a page that is mapped counts, and returns the
 * same address. A lowmem page has its address for good: it takes none of these,
 * and nothing is locked or counted.
 *
 * A window of such addresses is an object built from a description. The live
 * one is behind kmap(); tests make private ones. See kmap.c for how it works.
 */
#ifndef MM_KMAP_H
#define MM_KMAP_H

#include <kernel/preempt.h>
#include <kernel/spinlock.h>
#include <mm/page.h>

/* One address of a window. Guarded by the window's lock. */
struct kmap_slot {
	struct page *page; /* NULL: not mapped */
	unsigned long site; /* who mapped it first of those who hold it */
	unsigned int users; /* kmap()s less kunmap()s */
	u16 next; /* in its chain: slot number + 1; 0 ends it */
};

/* What a window's addresses are mapped with. The live one's is the kernel. */
struct kmap_ops {
	void (*map)(unsigned long va, pfn_t pfn);
	void (*unmap)(unsigned long va); /* no flush */
	void (*flush)(unsigned long start, unsigned long end);
	/* What the page tables say; for kmap_window_check(). */
	bool (*lookup)(unsigned long va, phys_addr_t *pa);
};

/* What a chain's links can number; 0 is the end. */
#define KMAP_MAX_SLOTS 0xffffu

struct kmap_window_desc {
	unsigned long start; /* page-aligned */
	unsigned int nr_slots; /* 1 .. KMAP_MAX_SLOTS */
	struct kmap_slot *slots; /* so many, zeroed */
	const struct kmap_ops *ops;
	unsigned int patience; /* ticks that kmap() waits for a slot */
};

#define KMAP_BUCKETS_SHIFT 7u
#define KMAP_BUCKETS (1u << KMAP_BUCKETS_SHIFT)

struct kmap_window {
	/* Set once by kmap_window_init(), read without a lock. */
	struct kmap_window_desc desc;

	/* Guarded by @lock. */
	spinlock_t lock;
	u16 bucket[KMAP_BUCKETS]; /* chains of mapped slots, by page */
	u16 free; /* chain of free slots, those that were used before */
	unsigned int nr_fresh; /* slots from here on were never used */
	unsigned int nr_free; /* can be taken at once */
	unsigned int nr_unused; /* mapped, held by nobody: wait for a flush */
	unsigned int nr_used;
	unsigned int nr_flushing; /* neither: somebody waits for their flush */
	unsigned int nr_waiting; /* callers that wait for a slot */
	unsigned int releases; /* times that waiting may have become worth it */
	unsigned long nr_flushes;
};

void kmap_window_init(struct kmap_window *w,
		      const struct kmap_window_desc *desc);

/**
 * kmap_window_map - map @page, or count one more user of its mapping
 * @page: of any zone, whatever its state
 *
 * Return: the address; NULL: every slot is taken.
 * Context: any. Flushes if it must and may (see kmap.c).
 */
void *kmap_window_map(struct kmap_window *w, struct page *page,
		      unsigned long site);

/**
 * kmap_window_unmap - count one user less
 * Return: 0; -EINVAL, after a report (kmap-count), if there was none.
 * Context: any.
 */
int kmap_window_unmap(struct kmap_window *w, const struct page *page,
		      unsigned long site);

/**
 * kmap_window_flush - take away what is mapped and held by nobody
 * Return: how many slots became free. Context: any; does nothing where a flush
 * may not be waited for.
 */
unsigned int kmap_window_flush(struct kmap_window *w);

/* Check M1..M5 (kmap.c); prints each violation. Return: how many. */
int kmap_window_check(struct kmap_window *w);

/* --- the live window ---------------------------------------------------- */

extern struct kmap_window kmap_live;

/* Context: boot, when there are page tables and records. */
#ifndef MODULE /* whose own init may be called so */
void kmap_init(void);
#endif

/* With a slot for any page, lowmem too; else as kmap() and its like. */
void *kmap_high(struct page *page, unsigned long site);
void *kmap_high_nonblock(struct page *page, unsigned long site);
void kunmap_high(const struct page *page, unsigned long site);

/* The slow halves: what is lowmem after all takes no slot. */
void *kmap_any(struct page *page, unsigned long site);
void *kmap_any_nonblock(struct page *page, unsigned long site);

/* The address in the direct map; NULL for a high page, mapped or not. */
static __always_inline void *kmap_direct_address(const struct page *page)
{
	pfn_t pfn = page_to_pfn(page);

	if (unlikely(pfn >= max_low_pfn))
		return NULL;
	return phys_to_virt(pfn_to_phys(pfn));
}

/* Lowmem that somebody has: nothing more to ask. A tail is asked about. */
static __always_inline bool kmap_is_trivial(const struct page *page)
{
	return likely(page_to_pfn(page) < max_low_pfn) &&
	       likely(page_state(page) == PAGE_ALLOCATED);
}

/**
 * kmap - a kernel address for @page until kunmap(), valid on every CPU
 *
 * While all slots are taken it waits for one. If none is released for three
 * seconds that is reported (kmap-leak), with the site that holds most of them;
 * where sleeping is forbidden it is reported at once. A page that is free is
 * refused with a report (kmap-free-page).
 *
 * Return: the address; NULL after a report.
 * Context: may sleep.
 */
static __always_inline void *kmap(struct page *page)
{
	might_sleep_at("kmap", _THIS_IP_);
	if (kmap_is_trivial(page))
		return kmap_direct_address(page);
	return kmap_any(page, _THIS_IP_);
}

/**
 * kmap_nonblock - the same for callers that may not sleep
 *
 * Return: the address; NULL, without a report, if every slot is taken.
 * Context: any.
 */
static __always_inline void *kmap_nonblock(struct page *page)
{
	if (kmap_is_trivial(page))
		return kmap_direct_address(page);
	return kmap_any_nonblock(page, _THIS_IP_);
}

/**
 * kunmap - undo one kmap() of @page
 *
 * More of them than of kmap() is reported (kmap-count) and changes nothing.
 * Context: any.
 */
static __always_inline void kunmap(const struct page *page)
{
	if (unlikely(page_to_pfn(page) >= max_low_pfn))
		kunmap_high(page, _THIS_IP_);
}

/* Who holds the mapping that @addr lies in; 0: nobody. Context: any, no lock:
 * what another CPU does may be missed. */
unsigned long kmap_site(unsigned long addr);

/* Take away all mappings that nobody holds. Context: process. */
void kmap_flush_unused(void);

/* How many pages are held by kmap(). */
static __always_inline unsigned int kmap_nr_used(void)
{
	return READ_ONCE(kmap_live.nr_used);
}

/* One page that is held by kmap(). */
struct kmap_use {
	const struct page *page;
	unsigned int users;
	unsigned long site;
};

/**
 * kmap_find_use - is a page of a block held by kmap()?
 * @use: filled in if so: the first such page
 * Context: any.
 */
bool kmap_find_use(const struct page *page, unsigned int order,
		   struct kmap_use *use);

static inline bool kmap_page_is_mapped(const struct page *page)
{
	struct kmap_use use;

	return kmap_nr_used() && kmap_find_use(page, 0, &use);
}

void kmap_report_formula(const struct page *page, unsigned long site);

/**
 * lowmem_page_address - the direct map's address of a page known to be low
 *
 * The formula gives nonsense for a high page: that is reported (highmem).
 * Return: the address; NULL after a report. Context: any.
 */
static __always_inline void *lowmem_page_address(const struct page *page)
{
	void *va = kmap_direct_address(page);

	if (unlikely(!va))
		kmap_report_formula(page, _THIS_IP_);
	return va;
}
#define page_to_virt(page) lowmem_page_address(page)

#endif

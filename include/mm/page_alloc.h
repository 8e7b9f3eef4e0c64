/* SPDX-License-Identifier: MIT */
/*
 * page_alloc.h - whole pages: alloc_pages() and its family
 *
 * The calls that end in "pages" with a struct page work on frames of any
 * zone; those that return an address use lowmem only.
 */
#ifndef MM_PAGE_ALLOC_H
#define MM_PAGE_ALLOC_H

#include <mm/gfp.h>
#include <mm/page.h>
#include <mm/zone.h>

/* Above this order a block may never come about however long one waits. */
#define ALLOC_COSTLY_ORDER 3u
/* A request that may sleep reclaims at most so often before it fails. */
#define ALLOC_RECLAIM_ROUNDS 16u
/* One that may not start I/O (GFP_NOIO, GFP_BUFFER): what could be had without
 * is found soon, and its caller holds up the very I/O that would free more. */
#define ALLOC_RECLAIM_ROUNDS_NOIO 4u

/**
 * alloc_pages - allocate 2^@order contiguous page frames
 * @gfp: zone modifier, and what may be done to find memory (see gfp.h)
 * @order: 0 .. MAX_ORDER - 1; the block is aligned to its own size
 *
 * Contents are undefined unless @gfp has __GFP_ZERO. Frames of ZONE_HIGHMEM
 * (__GFP_HIGHMEM) have no kernel address.
 *
 * Return: first struct page of the block, reference count 1; NULL if no zone
 * allowed by @gfp can satisfy it, or if the arguments are refused (order too
 * large, contradictory bits: one line names the caller). A failure is logged
 * unless __GFP_NOWARN.
 * Context: any. May sleep only with __GFP_DIRECT_RECLAIM. Takes zone->lock.
 */
struct page *__must_check alloc_pages(gfp_t gfp, unsigned int order);

/* The same, with the caller to be blamed given. */
struct page *__must_check alloc_pages_site(gfp_t gfp, unsigned int order,
					   unsigned long site);

/*
 * The same on any node; @node may be private to a test. What such a node's
 * records describe need not be memory, so __GFP_ZERO is not obeyed here.
 */
struct page *__must_check node_alloc_pages(struct mm_node *node, gfp_t gfp,
					   unsigned int order,
					   unsigned long site);

/**
 * __free_pages - drop a reference; the last one gives the block back
 * @order: as allocated; anything else is reported and refused
 * Context: any.
 */
void __free_pages(struct page *page, unsigned int order);
void __free_pages_site(struct page *page, unsigned int order,
		       unsigned long site);

/* The same by kernel address; 0 is for the address forms "none". */
unsigned long __must_check __get_free_pages(gfp_t gfp, unsigned int order);
unsigned long __must_check get_zeroed_page(gfp_t gfp);
void free_pages(unsigned long addr, unsigned int order);

#define alloc_page(gfp) alloc_pages(gfp, 0)

/* There is one node, number 0. Whoever names one gets what there is. */
#define NUMA_NO_NODE (-1)
#define numa_node_id() 0
#define alloc_pages_node(node, gfp, order) \
	((void)(node), alloc_pages(gfp, order))
#define __get_free_page(gfp) __get_free_pages(gfp, 0)
#define __free_page(page) __free_pages(page, 0)
#define free_page(addr) free_pages(addr, 0)

/**
 * alloc_pages_bulk_array - fill the empty slots of @array with single pages
 * @array: @nr pointers; those that are not NULL stay
 *
 * As many as there are, from few holds of the lock: a good deal cheaper than
 * one by one, and mostly frames in a row. Each page is freed by itself.
 * Return: how many slots hold a page now, old ones included; less than @nr if
 * a page could not be had (which is logged unless __GFP_NOWARN).
 * Context: as alloc_pages().
 */
unsigned long __must_check alloc_pages_bulk_array(gfp_t gfp, unsigned long nr,
						  struct page **array);
unsigned long __must_check alloc_pages_bulk_array_site(gfp_t gfp,
						       unsigned long nr,
						       struct page **array,
						       unsigned long site);

/**
 * free_pages_bulk - free single pages, cheaper the more of them lie in a row
 * @array: @nr pointers, left as they are; NULL is skipped
 *
 * Each is what __free_page() would be, reports of wrong ones too.
 * Context: any.
 */
void free_pages_bulk(struct page *const *array, unsigned long nr);
void free_pages_bulk_site(struct page *const *array, unsigned long nr,
			  unsigned long site);

/* The smallest order whose block holds @size bytes; @size 0 gives 0. */
static __always_inline unsigned int get_order(unsigned long size)
{
	if (size <= PAGE_SIZE)
		return 0;
	return ilog2((size - 1) >> PAGE_SHIFT) + 1;
}

/* Set by the slab room: names the cache that a SLAB head belongs to. */
extern const char *(*page_slab_cache_name)(const struct page *page);

struct seq_file;

/* What `why` shows: the last failed request of any allocator that did not ask
 * to be quiet about it (__GFP_NOWARN; mm_node.last_failure), explained
 * in sentences. Context: any. */
void mm_explain_last_failure(struct seq_file *m);
#define mm_last_failure (mm_node.last_failure)

/* Free frames, those on CPUs' lists too, and all frames of the live zones. */
unsigned long nr_free_pages(void);
unsigned long totalram_pages(void);
unsigned long totalhigh_pages(void);
unsigned long nr_free_highpages(void);

#endif

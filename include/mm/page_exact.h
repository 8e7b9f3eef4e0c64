/* SPDX-License-Identifier: MIT */
/*
 * page_exact.h - pages by number of bytes, and blocks made into single pages
 */
#ifndef MM_PAGE_EXACT_H
#define MM_PAGE_EXACT_H

#include <mm/page.h>

/* The largest block; what is larger is vmalloc()'s. */
#define ALLOC_EXACT_MAX (PAGE_SIZE << (MAX_ORDER - 1))

/**
 * split_page - make an allocated block into so many single pages
 * @page: head of a block that alloc_pages() gave without __GFP_COMP
 * @order: as allocated
 *
 * Each page then has a reference and is freed by itself. A compound block, a
 * tail, a wrong order and a page that is not allocated are refused with one
 * report (bad-split), and nothing is changed.
 * Context: any. Takes zone->lock for as long as 2^@order records take.
 */
void split_page(struct page *page, unsigned int order);

/**
 * alloc_pages_exact - allocate whole pages for @size bytes, and no more
 * @size: 1 .. ALLOC_EXACT_MAX (4 MiB)
 * @gfp: as __get_free_pages(); neither __GFP_HIGHMEM nor __GFP_COMP
 *
 * Lowmem, contiguous, single pages in a row. A block of the next order is
 * taken and what is too much of it given back at once, so for that moment the
 * whole block must be there.
 *
 * Return: address of the first page; NULL if there is no memory, or if the
 * request is refused: one line names the caller.
 * Context: as alloc_pages().
 */
void *__must_check alloc_pages_exact(size_t size, gfp_t gfp);

/* The same, with the caller to be blamed given. */
void *__must_check alloc_pages_exact_site(size_t size, gfp_t gfp,
					  unsigned long site);

/**
 * free_pages_exact - give back what alloc_pages_exact() returned
 * @virt: NULL is harmless
 * @size: as asked for, in bytes; or what is left of it, if the caller has
 *	freed pages at either end by themselves
 *
 * If one of the pages cannot be freed it is reported and none is.
 * Context: any.
 */
void free_pages_exact(void *virt, size_t size);

#endif

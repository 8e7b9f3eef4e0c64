/* SPDX-License-Identifier: MIT */
/*
 * page_split.h - one block of 2^order frames as so many single pages, and back
 *
 * For those who want many pages that need not lie together, but cost less when
 * they do: one request to the buddy, one free, and whole blocks stay whole.
 * Live zones only.
 */
#ifndef MM_PAGE_SPLIT_H
#define MM_PAGE_SPLIT_H

#include <mm/page.h>

/**
 * page_block_split - make an allocated block into single allocated pages
 * @head: of a block that alloc_pages() gave, one user
 * @order: as allocated
 *
 * Each page has one reference, and the block's owner and site, and is freed by
 * itself as order 0.
 * Context: any. Takes zone->lock.
 */
void page_block_split(struct page *head, unsigned int order);

/**
 * page_block_join - make single allocated pages into one allocated block
 * @head: of the first of 2^@order frames in a row, aligned to their number
 *
 * Return: false, and nothing is changed, if one of them is no single allocated
 * page, has another user, or lies in another zone.
 * Context: any. Takes zone->lock.
 */
bool page_block_join(struct page *head, unsigned int order);

/**
 * page_block_order - how many pages can be had at once without reaching for a
 * worse zone than a single page would come from
 * @gfp: of the request
 * @order: wanted at most
 *
 * Return: @order or less; a hint, as others take and free meanwhile.
 * Context: any, no lock.
 */
unsigned int page_block_order(gfp_t gfp, unsigned int order);

#endif

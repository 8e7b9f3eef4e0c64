/* SPDX-License-Identifier: MIT */
/*
 * page_poison.h - free pages filled with a pattern that must still be there
 *
 * With page_poison=1 on the command line each page is filled when it is freed,
 * and looked at when it is given out: who writes to memory that he has given
 * back is found there, with who freed it. Without the word nothing of this
 * costs an instruction. mm/page_poison.c says how.
 */
#ifndef MM_PAGE_POISON_H
#define MM_PAGE_POISON_H

#include <kernel/poison.h>
#include <kernel/types.h>
#include <mm/page.h>

struct mm_node;
struct zone;

/* Linux's: no address, no small number, no text; half of its bits are set. */
#define PAGE_POISON POISON_PAGE

/*
 * Who fills and looks, and how he reaches the pages: tests have zones without
 * memory. Below this the buddy knows nothing of it.
 */
struct page_poison {
	/* Return: where @page's bytes are until unmap(); NULL: out of reach for
	 * the moment, so it is neither filled nor looked at. Any context. */
	void *(*map)(struct page *page);
	void (*unmap)(const void *va);

	/*
	 * Fill a block of @z that is about to be freed by @site. What is no
	 * allocated block of @order with one user at most is left alone: the
	 * free will be refused. Any context, no lock.
	 */
	void (*fill)(struct zone *z, struct page *page, unsigned int order,
		     unsigned long site);

	/*
	 * Has nobody written to a block while it was free? @node has handed it
	 * out to @site just now, who has not seen it yet. Else there is a report
	 * for each page that was written to; these stay allocated for good,
	 * owner "bad", and the others are free again.
	 * Return: true, @site may have it; false: it is gone. Any context.
	 */
	bool (*sound)(struct mm_node *node, struct page *page,
		      unsigned int order, unsigned long site);
};

#define PAGE_POISON_BY(map_fn, unmap_fn)                                    \
	{                                                                   \
		.map = map_fn, .unmap = unmap_fn, .fill = page_poison_fill, \
		.sound = page_poison_sound                                  \
	}

/* For PAGE_POISON_BY(). */
void page_poison_fill(struct zone *z, struct page *page, unsigned int order,
		      unsigned long site);
bool page_poison_sound(struct mm_node *node, struct page *page,
		       unsigned int order, unsigned long site);

/**
 * page_poisoning_enabled - are the live machine's free pages filled?
 * Context: any.
 */
bool page_poisoning_enabled(void);

/* Obey page_poison=. Context: boot, after page_pcp_init(). */
void page_poison_init(void);

/**
 * mm_node_set_poison - from now on fill the pages that are freed to @node
 *
 * Its zones have no lists of the CPUs any more. Pages that are free now are
 * looked at when they have been freed once more.
 * Context: nobody else uses @node, whose zone lists are built.
 */
void mm_node_set_poison(struct mm_node *node, const struct page_poison *poison);

#endif

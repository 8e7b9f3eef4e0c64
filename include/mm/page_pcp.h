/* SPDX-License-Identifier: MIT */
/*
 * page_pcp.h - each CPU's own lists of free blocks, in front of the buddy
 *
 * A zone has, for each CPU, a stack of blocks of each of the orders 0 .. 6, for
 * each mobility. A request pops one, a free pushes one, with interrupts off and
 * nothing else: no lock, no atomic. Only an empty stack asks the buddy, and
 * only a full one gives some back, a batch at a time. mm/page_pcp.c says how.
 *
 * How many a stack may hold is its high mark, by the size of the zone; a zone
 * too small to spare any has mark 0, and all its requests go to the buddy. So
 * has every zone until page_pcp_set_high() is called for it.
 */
#ifndef MM_PAGE_PCP_H
#define MM_PAGE_PCP_H

#include <kernel/types.h>
#include <mm/page.h>
#include <asm/processor.h>

struct zone;

/* Orders 0 .. 3: single pages, and what slabs and stacks are made of; to 6, of
 * which a large zone spares a few: buffers up to 256 KiB. */
#define PCP_ORDERS 7u
#define PCP_ROW_ORDERS 8u /* a row's length, so that a shift finds it */

/* One stack; only its CPU touches it, with interrupts off. */
struct page_pcp_list {
	struct page *first; /* the newest; chained through lru.next */
	unsigned long room; /* high mark less the blocks it holds */
	unsigned long given; /* blocks freed here, ever */
	unsigned long moved; /* from the buddy, less those to it */
};

/* One CPU's stacks of one zone; a power of two, so that a shift finds it. */
#define PCP_ALIGN (sizeof(long) * 128)
struct page_pcp {
	struct page_pcp_list list[MIGRATE_TYPES][PCP_ROW_ORDERS];
} __aligned(PCP_ALIGN);
static_assert(sizeof(struct page_pcp) == PCP_ALIGN, "all stacks of a CPU");

/* Blocks a stack holds at most, and how many move at once. */
struct page_pcp_mark {
	u16 high;
	u16 batch;
};

/* A zone with fewer frames than this spares none: 32 MiB. */
#define PCP_MIN_ZONE_PAGES 8192ul
/* Of larger ones a CPU may keep 1/256 as single pages, at most 4 MiB, and half
 * of that again as blocks of each other order; an eighth from PCP_FEW_ORDER on,
 * where a block that lies here is missed sooner. */
#define PCP_ZONE_SHIFT 8
#define PCP_MAX_HIGH 1024ul
#define PCP_FEW_ORDER 4u
/* Pages moved at once at most, but one block at least: the lock is held some
 * hundred instructions. */
#define PCP_BATCH_PAGES 32u

/* The high mark of order 0 for a zone of @managed_pages; 0: no lists. */
unsigned long page_pcp_high_for(unsigned long managed_pages);

/**
 * page_pcp_set_high - let @z have lists from now on, or none
 * @high: mark of order 0, at most PCP_MAX_HIGH; those of the others follow
 *
 * What this CPU's lists hold goes back to the buddy first; those of other CPUs
 * must be empty. Context: nobody else uses @z.
 */
void page_pcp_set_high(struct zone *z, unsigned long high);

/* Give the live zones their lists. Context: boot, after the hand-over. */
void page_pcp_init(void);

/* A request, when it has reached a zone. */
struct page_want {
	enum migratetype type;
	unsigned int order;
	unsigned long floor; /* frames that must stay free (zone_mark.h) */
	unsigned long site; /* who asks */
};

/**
 * page_pcp_take - a block from this CPU's list, which is refilled if empty; of
 * an order without lists, from the buddy
 *
 * What is on a list is given whatever @want->floor says; a refill keeps to it.
 * Return: a block, state ALLOCATED, reference count 1; NULL if there is none,
 * also for an order that is too large. Context: any.
 */
struct page *page_pcp_take(struct zone *z, const struct page_want *want);

/**
 * page_pcp_alloc - the same, from the zone's last block if need be
 *
 * If the buddy has none either, all of this CPU's lists are drained into it,
 * where blocks merge, and it is asked again.
 * Return, Context: as page_pcp_take().
 */
struct page *page_pcp_alloc(struct zone *z, const struct page_want *want);

/**
 * page_pcp_free - put a block on this CPU's list; a full one gives some back
 *
 * Return: false, and nothing is changed, if the block cannot go there: its zone
 * or order has no lists, or it is no allocated block of @order with one user.
 * zone_free_block() will tell. Context: any.
 */
bool page_pcp_free(struct zone *z, struct page *page, unsigned int order,
		   unsigned long site);

/**
 * page_pcp_drain_zone - give all that this CPU's lists hold back to the buddy
 *
 * Another CPU's lists can only be drained by itself.
 * Return: frames given back. Context: any. Takes zone->lock.
 */
unsigned long page_pcp_drain_zone(struct zone *z);

/* The same for all live zones. */
unsigned long page_pcp_drain_all(void);

/**
 * drain_all_pages - every CPU gives back what its lists of @zone hold
 * @zone: NULL: all live zones
 * Context: process, interrupts on.
 */
void drain_all_pages(struct zone *zone);

/* Frames on the lists of all CPUs, or of one; all live zones' for the last.
 * Read without a lock: exact while no other CPU is at it. */
unsigned long page_pcp_pages(const struct zone *z);
unsigned long page_pcp_cpu_pages(const struct zone *z, unsigned int cpu);
unsigned long page_pcp_all_pages(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * internal.h - what the files of mm/ share; white-box suites may look too
 *
 * The page-state machine as data, and the two moves the buddy makes in it. The
 * table is in the header so that a transition whose start is known costs no
 * instruction, and any other one costs a single look-up.
 */
#ifndef MM_INTERNAL_H
#define MM_INTERNAL_H

#include <kernel/bug.h>
#include <kernel/seq_file.h>
#include <mm/page.h>
#include <mm/zone.h>

/* State and order together: one comparison recognises a block. */
#define PAGE_KIND_MASK                           \
	((PAGE_STATE_MASK << PAGE_STATE_SHIFT) | \
	 (PAGE_ORDER_MASK << PAGE_ORDER_SHIFT))
static_assert(MAX_ORDER - 1 <= PAGE_ORDER_MASK, "an order fits its field");
static_assert(NR_PAGE_STATES - 1 <= PAGE_STATE_MASK, "so does a state");

/*
 * page_next_states[from] has bit `to` set for each legal transition. There is
 * a row for every value the field can hold: a smashed record has no next state.
 */
static const u8 page_next_states[PAGE_STATE_MASK + 1] = {
	[PAGE_NONE] = BIT(PAGE_FREE) | BIT(PAGE_RESERVED),
	[PAGE_RESERVED] = BIT(PAGE_FREE) | BIT(PAGE_NONE),
	[PAGE_FREE] = BIT(PAGE_ALLOCATED) | BIT(PAGE_NONE),
	[PAGE_PCP] = BIT(PAGE_ALLOCATED) | BIT(PAGE_FREE),
	[PAGE_ALLOCATED] = BIT(PAGE_FREE) | BIT(PAGE_PCP) | BIT(PAGE_SLAB),
	[PAGE_SLAB] = BIT(PAGE_ALLOCATED),
};

static __always_inline bool page_may_become(enum page_state from,
					    enum page_state to)
{
	return (page_next_states[from] >> to) & 1;
}

/* The transition is illegal: our own records are corrupt. */
void __noreturn __cold page_state_bug(const struct page *page,
				      enum page_state to);

static __always_inline u32 page_kind(enum page_state state, unsigned int order)
{
	return ((u32)state << PAGE_STATE_SHIFT) | (order << PAGE_ORDER_SHIFT);
}

/*
 * State and order of a record that another CPU may be taking from ALLOCATED to
 * PCP or back, without a lock (page_pcp_list.h): it is one of the two.
 */
static __always_inline u8 page_kind_racy(const struct page *page)
{
	return READ_ONCE(*(const u8 *)&page->flags);
}

/* True for the head of a block of this state and order; any @order is safe. */
static __always_inline bool page_is(const struct page *page,
				    enum page_state state, unsigned int order)
{
	return page_state(page) == state && page_order(page) == order;
}

/*
 * The same for what a free is about to be believed: one rotation brings the
 * order to the bottom and the state, which must vanish, above it.
 */
static __always_inline bool page_is_allocated(const struct page *page,
					      unsigned int order)
{
	u32 rest = (page->flags & PAGE_KIND_MASK) ^ PAGE_ALLOCATED;

	return (rest >> PAGE_ORDER_SHIFT | rest << (32 - PAGE_ORDER_SHIFT)) ==
	       order;
}
static_assert(PAGE_STATE_SHIFT == 0 && PAGE_KIND_MASK == 0xff,
	      "state and order are the lowest byte: compared as one");

/* Give a record another state, with order and owner; checked always. */
static __always_inline void page_become(struct page *page, enum page_state to,
					unsigned int order,
					enum page_owner owner)
{
	if (unlikely(!page_may_become(page_state(page), to)))
		page_state_bug(page, to);
	/* A CPU that merges beside the block may look: page_kind_racy(). */
	WRITE_ONCE(page->flags,
		   page_kind(to, order) | ((u32)owner << PAGE_OWNER_SHIFT));
}

/* What is wrong with a free, found under the lock and told after it. */
enum page_misuse_kind {
	MISUSE_NONE,
	MISUSE_NO_PAGE, /* P32: a hole, past the end, no record at all */
	MISUSE_RESERVED, /* P33 */
	MISUSE_DOUBLE_FREE, /* P26: the head of a free block */
	MISUSE_INSIDE_FREE, /* P27: a frame inside a free block */
	MISUSE_WRONG_ORDER, /* P28, P29 */
	MISUSE_TAIL, /* P30 */
	MISUSE_MISALIGNED, /* P31 */
	MISUSE_SLAB, /* P35 */
	MISUSE_REFERENCED, /* somebody else still uses the block */
};

struct page_misuse {
	enum page_misuse_kind kind;
	pfn_t pfn; /* the frame that was given */
	pfn_t head_pfn; /* of the block that covers it */
	unsigned int is_order; /* of that block */
	unsigned int given_order;
	const struct page *head; /* NULL: no block covers the frame */
	unsigned long alloc_site, free_site; /* 0: not known */
	int refcount;
};

/**
 * page_misuse_find - why (@page, @order) cannot be freed in @z
 *
 * The order of the questions decides when several answers are true: no such
 * frame; reserved; free already; a slab's; the wrong order for a head; for a
 * tail misaligned, else tail; still referenced.
 * Context: z->lock held.
 */
void page_misuse_find(const struct zone *z, const struct page *page,
		      unsigned int order, struct page_misuse *m);

/* One mm_report() line for @m. Context: any. */
void page_misuse_report(const struct page_misuse *m, unsigned long site);

/* The owner of an allocated block has freed it while others see it: users (P34),
 * or who page_set_hold_teller() knows. */
void page_mapped_report(const struct page *head, unsigned long site);

/* What is wrong with the arguments, in words; NULL: nothing. */
const char *alloc_contradiction(gfp_t gfp, unsigned int order);

/*
 * How often a request reclaims by itself before it gives up: a large block may
 * never come about, so one round has to do unless the caller insists.
 */
unsigned int alloc_reclaim_rounds(gfp_t gfp, unsigned int order);

/* The failure @f of @node in plain sentences (mm_explain_last_failure()). */
void alloc_failure_explain(const struct mm_node *node,
			   const struct alloc_failure *f, struct seq_file *m);

/* Note and, unless it came too soon, print a failed request (page_why.c). A
 * __GFP_NOWARN request expects to fail: it is neither printed nor noted. */
void alloc_failure_note(struct mm_node *node, gfp_t gfp, unsigned int order,
			unsigned long site, enum alloc_cause cause,
			const char *refusal);

/* The same for a refusal by an allocator above the pages, on the live node;
 * it prints what it wants to by itself. */
void __printf(3, 4) alloc_failure_note_text(gfp_t gfp, unsigned long site,
					    const char *fmt, ...);

/* Use no RAM from @limit_pfn on: there is no room for its records. Lowers
 * mm_limit_pfn() only. Context: boot. */
void mm_limit_lower(pfn_t limit_pfn);

/* Where the types of @z's pageblocks are kept: at @types, or in itself. */
void zone_set_types(struct zone *z, u8 *types);

/* page_block_split() of a block in @z, which need not be a live zone. */
void zone_split_block(struct zone *z, struct page *head, unsigned int order);

/* The zone whose single pages may be taken at once for @gfp, with no more to
 * ask than what @want says; NULL: each page is to be asked for by itself. */
struct zone *page_bulk_zone(gfp_t gfp, unsigned long site,
			    struct page_want *want);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * page_alloc.c - the binary buddy allocator behind alloc_pages()
 *
 * A zone owns the frames [start_pfn, end_pfn). Free memory is kept as blocks of
 * 2^order frames. For each mobility there is one list per order, and a word
 * with a bit for each list that is not empty; what follows is about one such
 * set of lists, since a block never leaves its own by being split or merged
 * (page_mobility.c says when one does). A request finds the smallest block that
 * fits with one bit scan and halves it down to the order asked for, each time
 * keeping the lower half. A free merges with its buddy (pfn ^ 2^order) upwards
 * for as long as the buddy is free, whole and in the same zone. Only heads are
 * touched, so either costs O(order).
 *
 * Because the smallest block that fits is taken, the lists between the order
 * asked for and the order found are empty: a split puts exactly one block on
 * each of them, and nothing there needs to be looked at. The word of non-empty
 * lists behaves like a binary number then: taking a block of order k subtracts
 * 2^k, with the borrow coming from the block that is split; giving one back
 * adds 2^k, with a carry through each merge. Only a list that still has other
 * blocks needs a second look.
 *
 * Invariants: I1 .. I9 of zone.h. Between two calls blocks are always merged
 * as far as they can be, so which blocks are free depends only on which frames
 * are, not on the way there: the models in tests/models rest on that.
 *
 * A wrong free is recognised before anything is changed: one comparison of the
 * head's state and order, and one of its reference count, stand on the fast
 * path; page_state.c finds out what was wrong.
 *
 * Locking: zone->lock, irq-safe, rank LOCK_ZONE. No other lock is taken inside,
 * and nothing is printed under it. Callable from interrupt context. A block's
 * reference count is its users' and is read under the lock when it is freed.
 *
 * In front of it each CPU has lists of small blocks (page_pcp.c), and requests
 * and frees go there first: the fast paths below are a pop and a push.
 *
 * A request that no list serves makes passes over its zones, each of which may
 * take more of what they keep back (zone_mark.h); between them reclaim is woken
 * and, for callers that may sleep, done.
 *
 * Not here: the moves of blocks themselves (page_block.h), building zones
 * (zone.c), zone sizing and mem_map (mm_init.c), marks (zone_mark.c), pages of
 * one mobility (page_mobility.c), which flags contradict each other
 * (page_gfp.c), the last failure noted (page_why.c), the CPUs' lists when they
 * are empty or full (page_pcp.c), many pages at once (page_bulk.c), and
 * reclaim.
 */
#define pr_fmt(fmt) "page_alloc: " fmt

#include <kernel/atomic.h>
#include <kernel/bitmap.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/page_poison.h>
#include <mm/sleep_check.h>
#include <mm/page_ref.h>
#include <mm/zone_mark.h>
#include "internal.h"
#include "page_block.h"
#include "page_pcp_list.h"

struct mm_node mm_node = {
	.fault = FAULT_ATTR_INIT("fail_page_alloc"),
	.first_row = { [0 ... NR_GFP_KINDS - 1] = page_pcp_none[0].list[0] },
};
EXPORT_SYMBOL(mm_node);

/* --- taking, without the CPUs' lists ----------------------------------- */

struct page *zone_alloc_block(struct zone *z, unsigned int order,
			      unsigned long site)
{
	/* A shift by the word's width would be no refusal. */
	if (order >= MAX_ORDER)
		return NULL;
	return zone_block_alloc(z, MIGRATE_UNMOVABLE, order, 0, site);
}

/* --- giving back -------------------------------------------------------- */

static noinline __cold int zone_free_refused(struct zone *z, struct page *page,
					     unsigned int order,
					     unsigned long site)
{
	struct page_misuse misuse;
	unsigned long flags;

	flags = spin_lock_irqsave(&z->lock);
	page_misuse_find(z, page, order, &misuse);
	spin_unlock_irqrestore(&z->lock, flags);
	/* Another CPU may have changed the block meanwhile: still a misuse. */
	if (misuse.kind == MISUSE_NONE)
		misuse.kind = MISUSE_DOUBLE_FREE;
	page_misuse_report(&misuse, site);
	return -EINVAL;
}

/* z->lock held; the block was allocated and is on its way to a free list. */
static __always_inline void zone_block_give(struct zone *z, struct page *page,
					    pfn_t pfn, unsigned int order,
					    unsigned int limit,
					    unsigned long site)
{
	unsigned long *stat = zone_stat_row(z);

	stat[ZONE_STAT_FREE]++;
	stat[ZONE_STAT_FREE_PAGES] += 1ul << order;
	zone_block_put(z, stat, page, pfn, order, limit, site);
}

int zone_free_block(struct zone *z, struct page *page, unsigned int order,
		    unsigned long site)
{
	pfn_t pfn = zone_page_to_pfn(z, page);
	unsigned long flags;
	bool good = false;

	if (zone_has_pfn(z, pfn)) {
		if (unlikely(z->poison))
			z->poison->fill(z, page, order, site);
		flags = spin_lock_irqsave(&z->lock);
		good = page_is_allocated(page, order) &&
		       atomic_read(&page->_refcount) <= 1;
		if (likely(good))
			zone_block_give(z, page, pfn, order,
					zone_merge_limit(z, pfn, order), site);
		spin_unlock_irqrestore(&z->lock, flags);
	}
	return likely(good) ? 0 : zone_free_refused(z, page, order, site);
}

/*
 * A frame near the zone's end or outside, or a block with several users, of
 * whom the last one frees it. The count may only be touched once the block is
 * known to be one: in a slab it is another field.
 */
static noinline void page_put_slow(struct zone *z, struct page *page,
				   unsigned int order, unsigned long site)
{
	if (zone_has_pfn(z, zone_page_to_pfn(z, page)) &&
	    page_is_allocated(page, order) &&
	    atomic_read(&page->_refcount) > 1) {
		int left = atomic_sub_return(1, &page->_refcount);

		/* All who are left see it without a count: it goes with them. */
		if (unlikely(left > 0 && left == (int)page_frame_maps(page)))
			page_mapped_report(page, site);
		if (left > 0)
			return;
	}
	(void)zone_free_block(z, page, order, site);
}

/* One user is the rule, and then no atomic operation is needed. */
static __always_inline void page_put_block(struct zone *z, pfn_t pfn,
					   struct page *page,
					   unsigned int order,
					   unsigned long site)
{
	unsigned long flags;

	if (unlikely(pfn - z->whole_start_pfn >= z->whole_pages ||
		     atomic_read(&page->_refcount) != 1)) {
		page_put_slow(z, page, order, site);
		return;
	}
	flags = spin_lock_irqsave(&z->lock);
	if (unlikely(!page_is_allocated(page, order))) {
		spin_unlock_irqrestore(&z->lock, flags);
		(void)zone_free_refused(z, page, order, site);
		return;
	}
	zone_block_give(z, page, pfn, order, MAX_ORDER - 1, site);
	spin_unlock_irqrestore(&z->lock, flags);
}

/* What this CPU's list does not take at once. */
static noinline void page_put_buddy(struct page *page, unsigned int order,
				    unsigned long site)
{
	pfn_t pfn = page_to_pfn(page);
	struct zone *z = pfn_zone(pfn);

	if (order >= PCP_ORDERS || !page_pcp_free(z, page, order, site))
		page_put_block(z, pfn, page, order, site);
}

/* Free block @page, frame @pfn of live zone @z, which has it. */
static __always_inline void page_put(struct zone *z, pfn_t pfn,
				     struct page *page, unsigned int order,
				     unsigned long site)
{
	unsigned int type;
	unsigned long flags;
	bool pushed;

	if (unlikely(order >= PCP_ORDERS)) {
		page_put_block(z, pfn, page, order, site);
		return;
	}
	type = zone_block_type(z, pfn);
	flags = local_irq_save();
	pushed = page_pcp_push(&z->pcp[smp_processor_id()].list[type][order],
			       page, order, site);
	local_irq_restore(flags);
	if (unlikely(!pushed))
		page_put_buddy(page, order, site);
}

/* The zone of a frame of the direct map. */
static __always_inline struct zone *low_zone(pfn_t pfn)
{
	if (pfn < mm_node.zones[ZONE_DMA].end_pfn)
		return &mm_node.zones[ZONE_DMA];
	return &mm_node.zones[ZONE_NORMAL];
}

/*
 * A frame below the end of a low zone is in one, since they begin at frame 0
 * and leave no gap. A high page that somebody has mapped stays where it is; low
 * ones are always mapped.
 */
static __always_inline void page_put_any(struct page *page, unsigned int order,
					 unsigned long site)
{
	struct zone *high = &mm_node.zones[ZONE_HIGHMEM];
	pfn_t pfn = page_to_pfn(page);

	if (likely(pfn < mm_node.zones[ZONE_NORMAL].end_pfn))
		page_put(low_zone(pfn), pfn, page, order, site);
	else if (unlikely(pfn >= high->end_pfn))
		page_put_buddy(page, order, site);
	else if (likely(!kmap_any_held()) ||
		 !kmap_refuse_free(page, order, site))
		page_put(high, pfn, page, order, site);
}

/*
 * Orders without lists: apart, or the fast path would be laid out for both. Made
 * for size (__cold), which leaves more in memory and so saves fewer registers:
 * a twentieth of the instructions.
 */
static noinline __cold void
page_put_large(struct page *page, unsigned int order, unsigned long site)
{
	if (order < PCP_ORDERS)
		unreachable();
	page_put_any(page, order, site);
}

void __free_pages_site(struct page *page, unsigned int order,
		       unsigned long site)
{
	if (unlikely(order >= PCP_ORDERS))
		page_put_large(page, order, site);
	else
		page_put_any(page, order, site);
}
EXPORT_SYMBOL(__free_pages_site);

void __free_pages(struct page *page, unsigned int order)
{
	if (unlikely(order >= PCP_ORDERS))
		page_put_large(page, order, _RET_IP_);
	else
		page_put_any(page, order, _RET_IP_);
}
EXPORT_SYMBOL(__free_pages);

/* --- requests ----------------------------------------------------------- */

/*
 * Bits that send a request to the slow path at once: those that mean nothing,
 * a promise that only small orders may ask for, and a mark on the block.
 */
#define GFP_LOOK_TWICE (~__GFP_ALL | __GFP_NOFAIL | __GFP_COMP)

/* Is there no list for such a request: no zone, a contradiction, or requests
 * are to fail on purpose, or free pages are poisoned? */
static __always_inline bool node_has_no_list(const struct mm_node *node,
					     gfp_t gfp)
{
	return READ_ONCE(node->first_row[gfp & __GFP_KIND_MASK]) ==
	       page_pcp_none[0].list[0];
}

/* Has @gfp one of the bits @odd, or two that contradict each other? */
static __always_inline bool gfp_is_odd(gfp_t gfp, gfp_t odd)
{
	return gfp & (gfp_may_sleep(gfp) ? odd | __GFP_ATOMIC : odd);
}

static void zone_stat_inc(struct zone *z, enum zone_stat item)
{
	unsigned long flags = local_irq_save();

	zone_stat_row(z)[item]++;
	local_irq_restore(flags);
}

/* A block was taken from @z; does that want a word in the statistics? */
static void zone_note_odd(struct zone *z, bool fallback)
{
	if (fallback)
		zone_stat_inc(z, ZONE_STAT_FALLBACK);
	if (READ_ONCE(z->nr_free_pages) < z->mark_pages[MARK_MIN])
		zone_stat_inc(z, ZONE_STAT_DIP);
}

/*
 * One pass over the zones that @gfp allows, best first. Before a zone is left,
 * this CPU's lists of it are drained: they never make a request go elsewhere
 * that the buddy alone would have served.
 * Return: NULL if no zone has such a block above its floor.
 */
static struct page *zonelist_pass(const struct mm_node *node, gfp_t gfp,
				  unsigned int order, unsigned long site,
				  enum alloc_pass pass)
{
	struct zone *const *zones =
		node->zonelists[gfp & __GFP_ZONE_MASK].zones;
	unsigned int i;

	for (i = 0; zones[i]; i++) {
		const struct page_want want = {
			.type = zone_migratetype(zones[i], gfp),
			.order = order,
			.floor = zone_floor(zones[i], gfp, pass),
			.site = site,
		};
		struct page *page = page_pcp_alloc(zones[i], &want);

		if (!page)
			continue;
		zone_note_odd(zones[i], i > 0);
		return page;
	}
	return NULL;
}

/* All zones of @gfp are at their low marks, or have no block of @order. */
static void node_wake_reclaim(struct mm_node *node, gfp_t gfp,
			      unsigned int order)
{
	struct zone *const *zones =
		node->zonelists[gfp & __GFP_ZONE_MASK].zones;

	if (!(gfp & __GFP_KSWAPD_RECLAIM))
		return;
	for (; *zones; zones++) {
		zone_stat_inc(*zones, ZONE_STAT_WAKE);
		if (node->reclaim)
			node->reclaim->wake(*zones, order);
	}
}

/*
 * For a caller that may sleep: reclaim and ask again, some rounds.
 * @more: out: the last round freed something, so there may be more
 */
static struct page *node_reclaim_alloc(struct mm_node *node, gfp_t gfp,
				       unsigned int order, unsigned long site,
				       bool *more)
{
	unsigned int rounds = alloc_reclaim_rounds(gfp, order);
	struct page *page = NULL;

	while (!page && rounds--) {
		*more = node->reclaim->direct(node, gfp, order) != 0;
		/* In any case: others may have freed some meanwhile. */
		page = zonelist_pass(node, gfp, order, site, ALLOC_PASS_MIN);
		if (!*more)
			break;
	}
	return page;
}

/*
 * The order of attempts; each is made only if the one before got nothing. What
 * must not fail reclaims for as long as that frees anything, but takes what the
 * marks hold back before that.
 */
static struct page *node_alloc_passes(struct mm_node *node, gfp_t gfp,
				      unsigned int order, unsigned long site)
{
	struct zone *first = node->zonelists[gfp & __GFP_ZONE_MASK].zones[0];
	bool reclaims = first && node->reclaim && gfp_may_sleep(gfp);
	bool more = false;
	struct page *page;

	page = zonelist_pass(node, gfp, order, site, ALLOC_PASS_LOW);
	if (page)
		return page;
	node_wake_reclaim(node, gfp, order);
	page = zonelist_pass(node, gfp, order, site, ALLOC_PASS_MIN);
	if (page)
		return page;
	if (reclaims)
		zone_stat_inc(first, ZONE_STAT_STALL);
	do {
		if (reclaims)
			page = node_reclaim_alloc(node, gfp, order, site,
						  &more);
		if (!page && (gfp & __GFP_NOFAIL))
			page = zonelist_pass(node, gfp, order, site,
					     ALLOC_PASS_ALL);
	} while (!page && more && (gfp & __GFP_NOFAIL));
	return page;
}

/* The same, but what was written to while it was free is nobody's. */
static noinline __cold struct page *node_alloc_sound(struct mm_node *node,
						     gfp_t gfp,
						     unsigned int order,
						     unsigned long site)
{
	struct page *page;

	do
		page = node_alloc_passes(node, gfp, order, site);
	while (page && !node->poison->sound(node, page, order, site));
	return page;
}

/* All that the fast path has no time for, in the order of the contract. */
static noinline struct page *node_alloc_slow(struct mm_node *node, gfp_t gfp,
					     unsigned int order,
					     unsigned long site)
{
	const char *refusal = alloc_contradiction(gfp, order);
	enum alloc_cause cause = ALLOC_NO_BLOCK;
	struct page *page = NULL;
	struct zone *first;

	if (!refusal && node->reclaim && node->reclaim->context)
		gfp = node->reclaim->context(gfp);
	if (refusal) {
		alloc_failure_note(node, gfp, order, site, ALLOC_REFUSED,
				   refusal);
		return NULL;
	}
	if (!(gfp & __GFP_NOFAIL) &&
	    fault_should_fail(&node->fault, site, PAGE_SIZE << order))
		cause = ALLOC_INJECTED;
	else if (unlikely(node->poison))
		page = node_alloc_sound(node, gfp, order, site);
	else
		page = node_alloc_passes(node, gfp, order, site);
	if (page) {
		if (gfp & __GFP_COMP)
			page_mark_compound(page);
		return page;
	}
	first = node->zonelists[gfp & __GFP_ZONE_MASK].zones[0];
	if (first && cause == ALLOC_NO_BLOCK)
		zone_stat_inc(first, ZONE_STAT_FAIL);
	alloc_failure_note(node, gfp, order, site, cause, NULL);
	/* Nobody could give memory back while this caller waits. */
	if (gfp & __GFP_NOFAIL)
		panic("alloc_pages: no memory for __GFP_NOFAIL order=%u caller=%pS",
		      order, (void *)site);
	return NULL;
}

/* The first attempt of a small request at its best zone, whose list is empty.
 * A zone keeps nothing back from requests that have no better one. */
static struct page *page_pcp_first(struct zone *z, gfp_t gfp,
				   unsigned int order, unsigned long site)
{
	const struct page_want want = {
		.type = zone_migratetype(z, gfp),
		.order = order,
		.floor = z->mark_pages[MARK_LOW],
		.site = site,
	};

	return page_pcp_take(z, &want);
}

/*
 * All that is not a pop: this CPU's list is empty, the order has none, or there
 * is something to say about the request.
 */
static __always_inline struct page *node_alloc_more(struct mm_node *node,
						    gfp_t gfp,
						    unsigned int order,
						    unsigned long site)
{
	struct zone *z = node->zonelists[gfp & __GFP_ZONE_MASK].zones[0];
	struct page *page;

	gfp = gfp_check_sleep(gfp, "alloc_pages", site);
	if (unlikely(order >= MAX_ORDER || gfp_is_odd(gfp, GFP_LOOK_TWICE) ||
		     node_has_no_list(node, gfp)))
		return node_alloc_slow(node, gfp, order, site);
	page = order < PCP_ORDERS ?
		       page_pcp_first(z, gfp, order, site) :
		       zone_block_alloc(z, zone_migratetype(z, gfp), order,
					z->mark_pages[MARK_LOW], site);
	if (likely(page))
		return page;
	return node_alloc_slow(node, gfp, order, site);
}

/*
 * The common case: a pop. Which list, was decided when the zones were built: of
 * the first zone allowed; or one that is always empty, if there is no such zone,
 * requests are to fail on purpose, or free pages are poisoned
 * (node_choose_lists()).
 * @odd: the bits that make a request none for here
 * Return: NULL leaves all to node_alloc_more(), a report of a caller that may
 * not sleep, too.
 */
static __always_inline struct page *node_pop(struct mm_node *node, gfp_t gfp,
					     unsigned int order, gfp_t odd,
					     unsigned long site)
{
	struct page_pcp_list *row;
	unsigned long flags;
	struct page *page;

	if (unlikely(order >= PCP_ORDERS))
		return NULL;
	row = node->first_row[gfp & __GFP_KIND_MASK];
	/* Who may sleep has interrupts on: nothing need be saved. */
	if (likely(gfp_may_sleep(gfp))) {
		if (unlikely(in_atomic() || irqs_disabled() ||
			     gfp_is_odd(gfp, odd)))
			return NULL;
		local_irq_disable();
		page = page_pcp_pop(page_pcp_row(row, smp_processor_id()) +
					    order,
				    order, site);
		local_irq_enable();
		return page;
	}
	if (unlikely(gfp_is_odd(gfp, odd)))
		return NULL;
	flags = local_irq_save();
	page = page_pcp_pop(page_pcp_row(row, smp_processor_id()) + order,
			    order, site);
	local_irq_restore(flags);
	return page;
}

static noinline struct page *node_alloc_rest(struct mm_node *node, gfp_t gfp,
					     unsigned int order,
					     unsigned long site)
{
	return node_alloc_more(node, gfp, order, site);
}

struct page *node_alloc_pages(struct mm_node *node, gfp_t gfp,
			      unsigned int order, unsigned long site)
{
	struct page *page = node_pop(node, gfp, order, GFP_LOOK_TWICE, site);

	if (likely(page))
		return page;
	return node_alloc_rest(node, gfp, order, site);
}

/*
 * Clear a block of the live machine; high frames through a temporary slot.
 * Return: @page; NULL if no slot was free (which was reported), block returned.
 */
static noinline struct page *pages_clear(struct page *page, unsigned int order,
					 unsigned long site)
{
	unsigned long i;

	if (!PageHighMem(page)) {
		clear_pages(page_address(page), PAGE_SIZE << order);
		return page;
	}
	for (i = 0; i < 1ul << order; i++) {
		void *va = kmap_local_page(page + i);

		if (!va) {
			__free_pages_site(page, order, site);
			return NULL;
		}
		clear_pages(va, PAGE_SIZE);
		kunmap_local(va);
	}
	return page;
}

/* A pop was not enough. */
static noinline struct page *live_alloc_more(gfp_t gfp, unsigned int order,
					     unsigned long site)
{
	struct page *page = node_alloc_more(&mm_node, gfp, order, site);

	if (likely(page) && unlikely(gfp & __GFP_ZERO))
		return pages_clear(page, order, site);
	return page;
}

static __always_inline struct page *
live_alloc_pages(gfp_t gfp, unsigned int order, unsigned long site)
{
	struct page *page =
		node_pop(&mm_node, gfp, order, GFP_LOOK_TWICE, site);

	if (unlikely(!page))
		return live_alloc_more(gfp, order, site);
	if (unlikely(gfp & __GFP_ZERO))
		return pages_clear(page, order, site);
	return page;
}

struct page *alloc_pages_site(gfp_t gfp, unsigned int order, unsigned long site)
{
	return live_alloc_pages(gfp, order, site);
}
EXPORT_SYMBOL(alloc_pages_site);

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	return live_alloc_pages(gfp, order, _RET_IP_);
}
EXPORT_SYMBOL(alloc_pages);

struct zone *page_bulk_zone(gfp_t gfp, unsigned long site,
			    struct page_want *want)
{
	struct zone *z = mm_node.zonelists[gfp & __GFP_ZONE_MASK].zones[0];

	/* To be cleared, each page must be touched by itself anyway. */
	if (gfp_is_odd(gfp, GFP_LOOK_TWICE | __GFP_ZERO) ||
	    node_has_no_list(&mm_node, gfp))
		return NULL;
	if (gfp_may_sleep(gfp) && (in_atomic() || irqs_disabled()))
		return NULL; /* a page by itself reports it */
	*want = (struct page_want){ .type = zone_migratetype(z, gfp),
				    .floor = z->mark_pages[MARK_LOW],
				    .site = site };
	return z;
}

/* --- by kernel address -------------------------------------------------- */

/* Clear a low block. Return: its address, which is @va. */
static noinline unsigned long low_pages_clear(void *va, unsigned int order)
{
	clear_pages(va, PAGE_SIZE << order);
	return (unsigned long)va;
}

/* The address of @page, which is low, cleared if @gfp says so. */
static __always_inline unsigned long low_pages(struct page *page, gfp_t gfp,
					       unsigned int order)
{
	void *va = phys_to_virt(pfn_to_phys(page_to_pfn(page)));

	if (unlikely(gfp & __GFP_ZERO))
		return low_pages_clear(va, order);
	return (unsigned long)va;
}

static __always_inline unsigned long
get_free_pages_rest(gfp_t gfp, unsigned int order, unsigned long site)
{
	struct page *page;

	if (unlikely(gfp & __GFP_HIGHMEM)) {
		alloc_failure_note(&mm_node, gfp, order, site, ALLOC_REFUSED,
				   "__GFP_HIGHMEM has no address to return");
		return 0;
	}
	page = node_alloc_more(&mm_node, gfp, order, site);
	return page ? low_pages(page, gfp, order) : 0;
}

/* The same for orders without lists: apart, as page_put_large(). */
static noinline __cold unsigned long
get_free_pages_large(gfp_t gfp, unsigned int order, unsigned long site)
{
	if (order < PCP_ORDERS)
		unreachable();
	return get_free_pages_rest(gfp, order, site);
}

static noinline unsigned long get_free_pages_more(gfp_t gfp, unsigned int order,
						  unsigned long site)
{
	return get_free_pages_rest(gfp, order, site);
}

/* A high page has no address: such a request is odd here. */
static __always_inline unsigned long
get_free_pages_site(gfp_t gfp, unsigned int order, unsigned long site)
{
	struct page *page;

	if (unlikely(order >= PCP_ORDERS))
		return get_free_pages_large(gfp, order, site);
	page = node_pop(&mm_node, gfp, order, GFP_LOOK_TWICE | __GFP_HIGHMEM,
			site);
	if (unlikely(!page))
		return get_free_pages_more(gfp, order, site);
	return low_pages(page, gfp, order);
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	return get_free_pages_site(gfp, order, _RET_IP_);
}
EXPORT_SYMBOL(__get_free_pages);

unsigned long get_zeroed_page(gfp_t gfp)
{
	return get_free_pages_site(gfp | __GFP_ZERO, 0, _RET_IP_);
}
EXPORT_SYMBOL(get_zeroed_page);

/* No frame of the direct map, or not the start of one. */
static noinline __cold void
free_pages_refused(unsigned long addr, unsigned int order, unsigned long site)
{
	const struct report_sites sites = { .at = site };

	if (!addr)
		return;
	if (addr & ~PAGE_MASK)
		mm_report("bad-free", &sites, "misaligned addr=%#lx order=%u",
			  addr, order);
	else
		mm_report("bad-free", &sites, "no-page addr=%#lx", addr);
}

static __always_inline void
free_pages_at(unsigned long addr, unsigned int order, unsigned long site)
{
	unsigned long offset = addr - PAGE_OFFSET;
	/* One comparison: addresses below the direct map, 0 among them, wrap to
	 * numbers above its end; bits below the page turn up in the highest. */
	pfn_t pfn = offset >> PAGE_SHIFT |
		    offset << (BITS_PER_LONG - PAGE_SHIFT);

	if (unlikely(pfn >= max_low_pfn))
		free_pages_refused(addr, order, site);
	else
		page_put(low_zone(pfn), pfn, pfn_to_page(pfn), order, site);
}

static noinline __cold void
free_pages_large(unsigned long addr, unsigned int order, unsigned long site)
{
	if (order < PCP_ORDERS)
		unreachable();
	free_pages_at(addr, order, site);
}

void free_pages(unsigned long addr, unsigned int order)
{
	if (unlikely(order >= PCP_ORDERS))
		free_pages_large(addr, order, _RET_IP_);
	else
		free_pages_at(addr, order, _RET_IP_);
}
EXPORT_SYMBOL(free_pages);

/* --- which lists a request goes to -------------------------------------- */

/* Append zones @from, @from - 1, ... DMA, those that span anything. */
static void zonelist_fill(struct mm_node *node, struct zonelist *list,
			  enum zone_type from)
{
	unsigned int nr = 0;
	int type;

	for (type = (int)from; type >= ZONE_DMA; type--) {
		struct zone *z = &node->zones[type];

		if (z->start_pfn < z->end_pfn)
			list->zones[nr++] = z;
	}
	list->zones[nr] = NULL;
}

/* The stacks that a request of the bits @kind goes to first. */
static struct page_pcp_list *node_first_row(struct mm_node *node, gfp_t kind)
{
	struct zone *first = node->zonelists[kind & __GFP_ZONE_MASK].zones[0];

	if (!first || node->poison || node->fault.active ||
	    alloc_contradiction(kind, 0))
		return page_pcp_none[0].list[0];
	return first->pcp[0].list[zone_migratetype(first, kind)];
}

/* Where the requests of @node go first. Each change of its fault plan calls,
 * and who has its pages poisoned. */
static void node_choose_lists(struct fault_attr *fault)
{
	struct mm_node *node = container_of(fault, struct mm_node, fault);
	gfp_t kind;

	for (kind = 0; kind < NR_GFP_KINDS; kind++)
		WRITE_ONCE(node->first_row[kind], node_first_row(node, kind));
}

void mm_node_init_zonelists(struct mm_node *node)
{
	zonelist_fill(node, &node->zonelists[0], ZONE_NORMAL);
	zonelist_fill(node, &node->zonelists[__GFP_DMA], ZONE_DMA);
	zonelist_fill(node, &node->zonelists[__GFP_HIGHMEM], ZONE_HIGHMEM);
	/* A contradiction finds no zone: the fast path need not look for it. */
	node->zonelists[__GFP_ZONE_MASK].zones[0] = NULL;
	node->fault.changed = node_choose_lists;
	node_choose_lists(&node->fault);

	spin_lock_init(&node->failure_lock, "node->failure_lock", LOCK_ZONE);
	node->last_failure.cause = ALLOC_NEVER_FAILED;
	node->last_failure.count = 0;
	node->table_shown_ns = 0;
	node->nr_unshown = 0;
}

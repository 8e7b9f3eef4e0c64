/* SPDX-License-Identifier: MIT */
/*
 * page_alloc.c - the binary buddy allocator behind alloc_pages()
 *
 * A zone owns the frames [start_pfn, end_pfn). Free memory is kept as blocks of
 * 2^order frames, one list per order, and a word with a bit for each list that
 * is not empty. A request finds the smallest block that fits with one bit scan
 * and halves it down to the order asked for, each time keeping the lower half.
 * A free merges with its buddy (pfn ^ 2^order) upwards for as long as the buddy
 * is free, whole and in the same zone. Only heads are touched, so either costs
 * O(order).
 *
 * Because the smallest block that fits is taken, the lists between the order
 * asked for and the order found are empty: a split puts exactly one block on
 * each of them, and nothing there needs to be looked at. The word of non-empty
 * lists behaves like a binary number then: taking a block of order k subtracts
 * 2^k, with the borrow coming from the block that is split; giving one back
 * adds 2^k, with a carry through each merge. Only a list that still has other
 * blocks needs a second look.
 *
 * Invariants: I1 .. I6 of zone.h. Between two calls blocks are always merged
 * as far as they can be, so the free lists depend only on which frames are
 * free, not on the way there: the models in tests/models rest on that.
 *
 * A wrong free is recognised before anything is changed: one comparison of the
 * head's state and order, and one of its reference count, stand on the fast
 * path; page_state.c finds out what was wrong.
 *
 * Locking: zone->lock, irq-safe, rank LOCK_ZONE. No other lock is taken inside,
 * and nothing is printed under it. Callable from interrupt context. A block's
 * reference count is its users' and is read under the lock when it is freed.
 *
 * Not here: zone sizing and mem_map (mm_init.c), the last failure explained
 * (page_why.c), per-CPU page lists, and reclaim.
 */
#define pr_fmt(fmt) "page_alloc: " fmt

#include <kernel/atomic.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include "internal.h"

struct mm_node mm_node = { .fault = FAULT_ATTR_INIT("fail_page_alloc") };

#define ZONE_STAT_AS_DESC(id, name, help) { name, help },
const struct stat_desc zone_stat_desc[NR_ZONE_STATS] = { ZONE_STATS(
	ZONE_STAT_AS_DESC) };

/* z->lock held (or at least interrupts off): the row is this CPU's own. */
static __always_inline unsigned long *zone_stat_row(struct zone *z)
{
	return z->stat[smp_processor_id()].count;
}

/* --- blocks and lists: z->lock held ------------------------------------- */

/* Take @page off its list. Return: the list is empty now. */
static __always_inline bool zone_block_unlink(struct free_area *area,
					      struct page *page)
{
	struct list_head *next = page->lru.next, *prev = page->lru.prev;

	VM_BUG_ON(next->prev != &page->lru || prev->next != &page->lru);
	/* No poison: the links of a used block are its owner's. */
	next->prev = prev;
	prev->next = next;
	return --area->nr_blocks == 0;
}

/* Put a head on a list known to be empty; the caller sets free_orders. */
static __always_inline void zone_block_link_first(struct free_area *area,
						  struct page *page)
{
	VM_BUG_ON(area->nr_blocks != 0);
	page->lru.next = &area->blocks;
	page->lru.prev = &area->blocks;
	area->blocks.next = &page->lru;
	area->blocks.prev = &page->lru;
	area->nr_blocks = 1;
}

/*
 * Halve the block at @page from order @high down to @low and keep the lower
 * half each time. The lists from @low up to @high are empty.
 */
static __always_inline void zone_block_split(struct free_area *area,
					     struct page *page,
					     unsigned int high,
					     unsigned int low)
{
	unsigned long half = sizeof(*page) << high; /* in bytes, halved below */
	struct page *upper = (void *)((char *)page + half);
	const unsigned long freed_by = page->site;
	u32 kind = page_kind(PAGE_FREE, high);
	const u32 last = page_kind(PAGE_FREE, low);

	while (kind != last) {
		half >>= 1;
		upper = (void *)((char *)upper - half);
		kind -= page_kind(PAGE_NONE, 1);
		area--;
		if (unlikely(page_state(upper) != PAGE_NONE))
			page_state_bug(upper, PAGE_FREE);
		upper->flags = kind; /* NONE until here */
		upper->site = freed_by;
		zone_block_link_first(area, upper);
	}
}

/*
 * The largest order to which the block at @pfn could grow inside the zone. The
 * fast path need not ask: away from the zone's ends it is the largest of all.
 */
static unsigned int zone_merge_limit(const struct zone *z, pfn_t pfn,
				     unsigned int order)
{
	for (; order < MAX_ORDER - 1; order++) {
		pfn_t merged = ALIGN_DOWN(pfn, 2ul << order);

		if (merged < z->start_pfn ||
		    merged + (2ul << order) > z->end_pfn)
			break;
	}
	return order;
}

/*
 * Merge the block at @pfn, which is on no list and whose record is NONE, with
 * its buddies up to order @limit, and link the result. A list that loses a
 * block is mostly empty then, so the odd ones are noted, not the others.
 * Return: how many times two blocks became one.
 */
static __always_inline unsigned int
zone_block_merge(struct zone *z, struct page *page, pfn_t pfn,
		 unsigned int order, unsigned int limit, unsigned long site)
{
	const u32 one_order = page_kind(PAGE_NONE, 1);
	const u32 from = page_kind(PAGE_FREE, order);
	struct free_area *area = &z->free_area[order];
	unsigned long half = sizeof(*page) << order; /* in bytes */
	u32 kind = from, kept = 0;

	/* Bit 0 of the shrinking number says which of the two we are. */
	for (pfn >>= order; kind != page_kind(PAGE_FREE, limit); pfn >>= 1) {
		struct page *buddy;

		if (pfn & 1) {
			buddy = (void *)((char *)page - half);
			if ((u8)buddy->flags != (u8)kind)
				break;
			page = buddy;
		} else {
			buddy = (void *)((char *)page + half);
			if ((u8)buddy->flags != (u8)kind)
				break;
		}
		buddy->flags = page_kind(PAGE_NONE, 0); /* FREE until here */
		if (unlikely(!zone_block_unlink(area, buddy)))
			kept |= 1u << (kind >> PAGE_ORDER_SHIFT);
		area++;
		half <<= 1;
		kind += one_order;
	}
	page->flags = kind; /* NONE until here */
	page->site = site;
	list_add(&page->lru, &area->blocks);
	area->nr_blocks++;
	/* Count up: the carry runs through the lists that lost their buddy. */
	z->free_orders &= ~(1u << (kind >> PAGE_ORDER_SHIFT));
	z->free_orders = (z->free_orders + (1u << order)) | kept;
	return (kind - from) >> PAGE_ORDER_SHIFT;
}

/* Take a block; the zone has one that fits if and only if @fits is not 0. */
static __always_inline struct page *zone_block_take(struct zone *z, u32 fits,
						    unsigned int order,
						    unsigned long site)
{
	unsigned int found = order + __ffs(fits);
	unsigned long *stat = zone_stat_row(z);
	struct free_area *area = &z->free_area[found];
	struct page *page = list_first_entry(&area->blocks, struct page, lru);

	/* Stronger than the transition table: state and order at once. */
	if (unlikely((u8)page->flags != (u8)page_kind(PAGE_FREE, found)))
		page_state_bug(page, PAGE_ALLOCATED);
	/* Count down: the borrow makes a bit of each list below @found. */
	z->free_orders -= 1u << order;
	if (!zone_block_unlink(area, page))
		z->free_orders |= 1u << found;
	z->nr_free_pages -= 1ul << order;
	stat[ZONE_STAT_ALLOC]++;
	stat[ZONE_STAT_ALLOC_PAGES] += 1ul << order;
	stat[ZONE_STAT_SPLIT] += found - order;
	zone_block_split(area, page, found, order);
	page->flags = page_kind(PAGE_ALLOCATED, order) |
		      (PAGE_OWNER_PAGES << PAGE_OWNER_SHIFT);
	atomic_set(&page->_refcount, 1);
	page->site = site;
	return page;
}

static __always_inline struct page *
zone_block_alloc(struct zone *z, unsigned int order, unsigned long site)
{
	struct page *page = NULL;
	unsigned long flags;
	u32 fits;

	flags = spin_lock_irqsave(&z->lock);
	fits = z->free_orders >> order;
	if (likely(fits))
		page = zone_block_take(z, fits, order, site);
	spin_unlock_irqrestore(&z->lock, flags);
	return page;
}

struct page *zone_alloc_block(struct zone *z, unsigned int order,
			      unsigned long site)
{
	/* A shift by the word's width would be no refusal. */
	if (order >= MAX_ORDER)
		return NULL;
	return zone_block_alloc(z, order, site);
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
	z->nr_free_pages += 1ul << order;
	page->flags = page_kind(PAGE_NONE, 0); /* FREE, and merged at once */
	stat[ZONE_STAT_MERGE] +=
		zone_block_merge(z, page, pfn, order, limit, site);
}

int zone_free_block(struct zone *z, struct page *page, unsigned int order,
		    unsigned long site)
{
	pfn_t pfn = zone_page_to_pfn(z, page);
	unsigned long flags;
	bool good = false;

	if (zone_has_pfn(z, pfn)) {
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
	    atomic_read(&page->_refcount) > 1 &&
	    atomic_sub_return(1, &page->_refcount) > 0)
		return;
	(void)zone_free_block(z, page, order, site);
}

/*
 * Free a block of the live machine. One user is the rule, and then no atomic
 * operation is needed.
 */
static __always_inline void page_put(struct page *page, unsigned int order,
				     unsigned long site)
{
	pfn_t pfn = page_to_pfn(page);
	struct zone *z = pfn_zone(pfn);
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

void __free_pages_site(struct page *page, unsigned int order,
		       unsigned long site)
{
	page_put(page, order, site);
}

void __free_pages(struct page *page, unsigned int order)
{
	page_put(page, order, _RET_IP_);
}

/* --- requests ----------------------------------------------------------- */

/*
 * Bits that send a request to the slow path at once: those that mean nothing,
 * and a promise that only small orders may ask for.
 */
#define GFP_LOOK_TWICE (~__GFP_ALL | __GFP_NOFAIL)

/* What is wrong with the arguments, in words; NULL: nothing. */
static const char *alloc_contradiction(gfp_t gfp, unsigned int order)
{
	if (order >= MAX_ORDER)
		return "order too large";
	if (gfp & ~__GFP_ALL)
		return "unknown gfp bits";
	if ((gfp & __GFP_ZONE_MASK) == __GFP_ZONE_MASK)
		return "both __GFP_DMA and __GFP_HIGHMEM";
	if ((gfp & __GFP_ATOMIC) && gfp_may_sleep(gfp))
		return "both __GFP_ATOMIC and __GFP_DIRECT_RECLAIM";
	if (!(gfp & __GFP_NOFAIL))
		return NULL;
	if (order > 1)
		return "__GFP_NOFAIL above order 1";
	if (!gfp_may_sleep(gfp))
		return "__GFP_NOFAIL without __GFP_DIRECT_RECLAIM";
	return gfp & __GFP_NORETRY ? "both __GFP_NOFAIL and __GFP_NORETRY" :
				     NULL;
}

static void zone_stat_inc(struct zone *z, enum zone_stat item)
{
	unsigned long flags = local_irq_save();

	zone_stat_row(z)[item]++;
	local_irq_restore(flags);
}

/* Search the whole zone list. Return: NULL if no zone has such a block. */
static struct page *zonelist_search(const struct zonelist *list,
				    unsigned int order, unsigned long site)
{
	struct zone *const *pos;

	for (pos = list->zones; *pos; pos++) {
		struct page *page = zone_alloc_block(*pos, order, site);

		if (!page)
			continue;
		if (pos != list->zones)
			zone_stat_inc(*pos, ZONE_STAT_FALLBACK);
		return page;
	}
	if (list->zones[0])
		zone_stat_inc(list->zones[0], ZONE_STAT_FAIL);
	return NULL;
}

/* All that the fast path has no time for, in the order of the contract. */
static noinline struct page *node_alloc_slow(struct mm_node *node, gfp_t gfp,
					     unsigned int order,
					     unsigned long site)
{
	const char *refusal = alloc_contradiction(gfp, order);
	enum alloc_cause cause = ALLOC_NO_BLOCK;
	struct page *page;

	if (refusal) {
		alloc_failure_note(node, gfp, order, site, ALLOC_REFUSED,
				   refusal);
		return NULL;
	}
	if (!(gfp & __GFP_NOFAIL) &&
	    fault_should_fail(&node->fault, site, PAGE_SIZE << order)) {
		cause = ALLOC_INJECTED;
	} else {
		page = zonelist_search(&node->zonelists[gfp & __GFP_ZONE_MASK],
				       order, site);
		if (page)
			return page;
	}
	alloc_failure_note(node, gfp, order, site, cause, NULL);
	/* Nobody could give memory back while this caller waits. */
	if (gfp & __GFP_NOFAIL)
		panic("alloc_pages: no memory for __GFP_NOFAIL order=%u caller=%pS",
		      order, (void *)site);
	return NULL;
}

static __always_inline struct page *node_alloc_fast(struct mm_node *node,
						    gfp_t gfp,
						    unsigned int order,
						    unsigned long site)
{
	struct zone *z = node->zonelists[gfp & __GFP_ZONE_MASK].zones[0];
	struct page *page;

	if (gfp_may_sleep(gfp)) {
		might_sleep_at("alloc_pages", site);
		if (unlikely(gfp & __GFP_ATOMIC))
			return node_alloc_slow(node, gfp, order, site);
	}
	if (unlikely(order >= MAX_ORDER || (gfp & GFP_LOOK_TWICE) || !z ||
		     READ_ONCE(node->fault.active)))
		return node_alloc_slow(node, gfp, order, site);
	page = zone_block_alloc(z, order, site);
	if (likely(page))
		return page;
	return node_alloc_slow(node, gfp, order, site);
}

struct page *node_alloc_pages(struct mm_node *node, gfp_t gfp,
			      unsigned int order, unsigned long site)
{
	return node_alloc_fast(node, gfp, order, site);
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
		memset(page_address(page), 0, PAGE_SIZE << order);
		return page;
	}
	for (i = 0; i < 1ul << order; i++) {
		void *va = kmap_local_page(page + i);

		if (!va) {
			__free_pages_site(page, order, site);
			return NULL;
		}
		memset(va, 0, PAGE_SIZE);
		kunmap_local(va);
	}
	return page;
}

static __always_inline struct page *
live_alloc_pages(gfp_t gfp, unsigned int order, unsigned long site)
{
	struct page *page = node_alloc_fast(&mm_node, gfp, order, site);

	if (likely(page) && unlikely(gfp & __GFP_ZERO))
		return pages_clear(page, order, site);
	return page;
}

struct page *alloc_pages_site(gfp_t gfp, unsigned int order, unsigned long site)
{
	return live_alloc_pages(gfp, order, site);
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	return live_alloc_pages(gfp, order, _RET_IP_);
}

/* --- by kernel address -------------------------------------------------- */

static unsigned long get_free_pages_site(gfp_t gfp, unsigned int order,
					 unsigned long site)
{
	struct page *page;

	if (unlikely(gfp & __GFP_HIGHMEM)) {
		alloc_failure_note(&mm_node, gfp, order, site, ALLOC_REFUSED,
				   "__GFP_HIGHMEM has no address to return");
		return 0;
	}
	page = alloc_pages_site(gfp, order, site);
	return page ? (unsigned long)page_address(page) : 0;
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	return get_free_pages_site(gfp, order, _RET_IP_);
}

unsigned long get_zeroed_page(gfp_t gfp)
{
	return get_free_pages_site(gfp | __GFP_ZERO, 0, _RET_IP_);
}

/* No frame of the direct map, or not the start of one. */
static noinline __cold void
free_pages_refused(unsigned long addr, unsigned int order, unsigned long site)
{
	const struct report_sites sites = { .at = site };

	if (addr & ~PAGE_MASK)
		mm_report("bad-free", &sites, "misaligned addr=%#lx order=%u",
			  addr, order);
	else
		mm_report("bad-free", &sites, "no-page addr=%#lx", addr);
}

void free_pages(unsigned long addr, unsigned int order)
{
	/* Addresses below the direct map wrap to numbers above its end. */
	pfn_t pfn = (addr - PAGE_OFFSET) >> PAGE_SHIFT;

	if (!addr)
		return;
	if (unlikely(pfn >= max_low_pfn || (addr & ~PAGE_MASK)))
		free_pages_refused(addr, order, _RET_IP_);
	else
		__free_pages_site(pfn_to_page(pfn), order, _RET_IP_);
}

/* --- building zones ----------------------------------------------------- */

/* Round the zone inward to blocks of the largest order. */
static void zone_find_whole(struct zone *z)
{
	pfn_t start = ALIGN(z->start_pfn, 1ul << (MAX_ORDER - 1));
	pfn_t end = ALIGN_DOWN(z->end_pfn, 1ul << (MAX_ORDER - 1));

	z->whole_start_pfn = start;
	z->whole_pages = start < end ? end - start : 0;
}

void zone_init(struct zone *z, const struct zone_desc *desc)
{
	unsigned int order;

	BUG_ON(desc->start_pfn > desc->end_pfn ||
	       desc->start_pfn < desc->map_base_pfn);
	memset(z, 0, sizeof(*z));
	z->name = desc->name;
	z->type = desc->type;
	z->map = desc->map;
	z->map_base_pfn = desc->map_base_pfn;
	z->start_pfn = desc->start_pfn;
	z->end_pfn = desc->end_pfn;
	zone_find_whole(z);
	spin_lock_init(&z->lock, "zone->lock", LOCK_ZONE);
	for (order = 0; order < MAX_ORDER; order++)
		INIT_LIST_HEAD(&z->free_area[order].blocks);
}

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

void mm_node_init_zonelists(struct mm_node *node)
{
	zonelist_fill(node, &node->zonelists[0], ZONE_NORMAL);
	zonelist_fill(node, &node->zonelists[__GFP_DMA], ZONE_DMA);
	zonelist_fill(node, &node->zonelists[__GFP_HIGHMEM], ZONE_HIGHMEM);
	/* A contradiction finds no zone: the fast path need not look for it. */
	node->zonelists[__GFP_ZONE_MASK].zones[0] = NULL;

	spin_lock_init(&node->failure_lock, "node->failure_lock", LOCK_ZONE);
	node->last_failure.cause = ALLOC_NEVER_FAILED;
	node->last_failure.count = 0;
	node->table_shown_ns = 0;
	node->nr_unshown = 0;
}

static void zone_check_range(const struct zone *z, pfn_t start, pfn_t end)
{
	BUG_ON(start > end || start < z->start_pfn || end > z->end_pfn);
}

void zone_add_reserved(struct zone *z, pfn_t start, pfn_t end)
{
	unsigned long flags;
	pfn_t pfn;

	zone_check_range(z, start, end);
	flags = spin_lock_irqsave(&z->lock);
	for (pfn = start; pfn < end; pfn++) {
		BUG_ON(page_head_of(z, pfn)); /* part of a block already */
		page_become(zone_pfn_to_page(z, pfn), PAGE_RESERVED, 0,
			    PAGE_OWNER_KERNEL);
	}
	z->present_pages += end - start;
	spin_unlock_irqrestore(&z->lock, flags);
}

/* Make reserved frames holes; each of them must have been reserved. */
static void zone_clear_reserved(struct zone *z, pfn_t pfn, unsigned long frames)
{
	struct page *page = zone_pfn_to_page(z, pfn);

	for (; frames; frames--, page++) {
		BUG_ON(page_state(page) != PAGE_RESERVED);
		page_become(page, PAGE_NONE, 0, PAGE_OWNER_NONE);
	}
}

static void zone_frames_must_be_holes(const struct page *page,
				      unsigned long frames)
{
	while (frames--)
		BUG_ON(page_state(page + frames) != PAGE_NONE);
}

/*
 * Free one block of frames that nobody has. For a block of holes only both ends
 * are looked at, so that giving 64 GiB does not read 16 million records; the
 * debug build reads them, and zone_check() does.
 */
static void zone_give_block(struct zone *z, pfn_t pfn, unsigned int order)
{
	unsigned long frames = 1ul << order;
	struct page *page = zone_pfn_to_page(z, pfn);

	if (page_state(page) == PAGE_RESERVED) {
		zone_clear_reserved(z, pfn, frames);
	} else {
		BUG_ON(page_head_of(z, pfn) ||
		       page_head_of(z, pfn + frames - 1));
		if (CONFIG_MM_DEBUG)
			zone_frames_must_be_holes(page, frames);
		z->present_pages += frames;
	}
	z->managed_pages += frames;
	z->nr_free_pages += frames;
	zone_stat_row(z)[ZONE_STAT_MERGE] += zone_block_merge(
		z, page, pfn, order, zone_merge_limit(z, pfn, order), 0);
}

void zone_add_free(struct zone *z, pfn_t start, pfn_t end)
{
	zone_check_range(z, start, end);
	while (start < end) {
		unsigned int order = min(ilog2(end - start), MAX_ORDER - 1u);
		unsigned long flags;

		if (start)
			order = min(order, __ffs(start));
		flags = spin_lock_irqsave(&z->lock);
		zone_give_block(z, start, order);
		spin_unlock_irqrestore(&z->lock, flags);
		start += 1ul << order;
	}
}

/* --- figures ------------------------------------------------------------ */

unsigned long zone_stat_sum(const struct zone *z, enum zone_stat item)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(z->stat[cpu].count[item]);
	return sum;
}

unsigned long nr_free_pages(void)
{
	const struct zone *z;
	unsigned long sum = 0;

	for_each_zone(z)
		sum += READ_ONCE(z->nr_free_pages);
	return sum;
}

unsigned long totalram_pages(void)
{
	const struct zone *z;
	unsigned long sum = 0;

	for_each_zone(z)
		sum += z->managed_pages;
	return sum;
}

unsigned long totalhigh_pages(void)
{
	return mm_node.zones[ZONE_HIGHMEM].managed_pages;
}

unsigned long nr_free_highpages(void)
{
	return READ_ONCE(mm_node.zones[ZONE_HIGHMEM].nr_free_pages);
}

/* SPDX-License-Identifier: MIT */
/*
 * zone.h - zones, and the node that holds them
 *
 * A zone owns the frames [start_pfn, end_pfn) of one struct page array; holes
 * in it have records that stay PAGE_NONE or PAGE_RESERVED. A node is three
 * zones over one array, and the zone lists that say in which order a request
 * may search them. Both are built from a description, so tests build private
 * ones over any array; the machine's own is `mm_node`.
 *
 * Invariants (zone_check() walks them all):
 *   I1  a free block is naturally aligned and lies wholly in the zone
 *   I2  two free buddies of equal order never coexist: they would be merged
 *   I3  sum over lists of nr_blocks << order == nr_free_pages
 *   I4  every block on list k has state FREE and order k, and its tails NONE
 *   I5  bit k of a type's orders is set exactly if its list k is not empty
 *   I6  nr_free_pages + pcp + allocated + reserved == present_pages (frames
 *       summed over heads: no frame belongs to two blocks, none is lost)
 *   I7  on the CPUs' lists are blocks of state PCP, all that there are
 *       (page_pcp.c)
 *   I8  a free block is on a list of its pageblock's type (page_mobility.c)
 *   I9  min <= low <= high marks (zone_mark.c)
 *
 * Locking: zone->lock, irq-safe, rank LOCK_ZONE. Callable from interrupts. A
 * CPU's lists are its own, with interrupts off.
 */
#ifndef MM_ZONE_H
#define MM_ZONE_H

#include <kernel/spinlock.h>
#include <mm/fault_inject.h>
#include <mm/gfp.h>
#include <mm/page.h>
#include <mm/page_pcp.h>
#include <mm/page_trace.h>

enum zone_type { ZONE_DMA, ZONE_NORMAL, ZONE_HIGHMEM, NR_ZONES };

/* A pageblock is a block of the largest order: a merge never leaves it. */
#define PAGEBLOCK_ORDER (MAX_ORDER - 1)
#define PAGEBLOCK_PAGES (1ul << PAGEBLOCK_ORDER)
/* A zone with at most so many pageblocks keeps their types itself. */
#define ZONE_OWN_PAGEBLOCKS 16u

/* How much of a zone is kept back (zone_mark.h). */
enum zone_mark { MARK_MIN, MARK_LOW, MARK_HIGH, NR_ZONE_MARKS };

/* Counters of events: per CPU, monotonic, summed when shown. */
#define ZONE_STATS(X)                                                \
	X(ALLOC, "alloc", "blocks handed out")                       \
	X(ALLOC_PAGES, "alloc_pages", "frames in those blocks")      \
	X(FREE, "free", "blocks given back")                         \
	X(FREE_PAGES, "free_pages", "frames in those blocks")        \
	X(SPLIT, "split", "times a larger block was cut in two")     \
	X(MERGE, "merge", "times two buddies became one block")      \
	X(FALLBACK, "fallback", "requests served for a higher zone") \
	X(FAIL, "fail", "requests that found nothing")               \
	X(DIP, "dip", "slow requests served below the min mark")     \
	X(WAKE, "wake", "times reclaim was to be woken")             \
	X(STALL, "stall", "requests that reclaimed by themselves")   \
	X(STEAL, "steal", "blocks taken from another type's list")   \
	X(CLAIM, "claim", "pageblocks that changed their type")      \
	X(QUARANTINE, "quarantine", "pages kept back: written to while free")
#define ZONE_STAT_AS_ENUM(id, name, help) ZONE_STAT_##id,
enum zone_stat { ZONE_STATS(ZONE_STAT_AS_ENUM) NR_ZONE_STATS };

struct stat_desc {
	const char *name;
	const char *help;
};
extern const struct stat_desc zone_stat_desc[NR_ZONE_STATS];

struct free_area {
	struct list_head blocks; /* heads, linked through page->lru */
	unsigned long nr_blocks;
};

/* The free blocks in pageblocks of one type. */
struct free_type {
	u32 orders; /* bit k: list k is not empty (I5) */
	struct free_area area[MAX_ORDER];
};

struct page_poison;

struct zone {
	/* Set once by zone_init(), read without a lock. */
	const char *name;
	enum zone_type type;
	struct page *map; /* record of frame map_base_pfn */
	pfn_t map_base_pfn;
	pfn_t start_pfn; /* inclusive */
	pfn_t end_pfn; /* exclusive; may span holes */
	unsigned long present_pages; /* spanned minus holes */
	unsigned long managed_pages; /* present minus kept back at boot */
	/* Where blocks of every order lie wholly inside: a merge of one of
	 * these frames cannot leave the zone. */
	pfn_t whole_start_pfn;
	unsigned long whole_pages; /* 0: a zone without such a place */
	bool grouped; /* pages are grouped by mobility */
	unsigned long types_bias; /* see zone_block_type() */
	/* Set by mm_node_set_marks(), read without a lock. */
	unsigned long mark_pages[NR_ZONE_MARKS]; /* I9; all 0: no reserve */
	/* Kept back besides from requests whose best zone is [i], a better one
	 * than this: so they cannot drain it. */
	unsigned long lowmem_reserve_pages[NR_ZONES];
	struct page_pcp_mark pcp_mark[PCP_ORDERS]; /* all 0: no lists */
	/* How pages that are freed are filled (page_poison.h); NULL: not. */
	const struct page_poison *poison;

	/* Guarded by @lock. */
	spinlock_t lock ____cacheline_aligned;
	struct free_type free[MIGRATE_TYPES];
	unsigned long nr_free_pages; /* I3; without the CPUs' lists */
	u8 own_types[ZONE_OWN_PAGEBLOCKS];

	/* I7; each CPU's row is its own. */
	struct page_pcp pcp[CONFIG_NR_CPUS];

	/* Event counters; each CPU adds to its own row, nobody decides by it. */
	struct {
		unsigned long count[NR_ZONE_STATS];
	} ____cacheline_aligned stat[CONFIG_NR_CPUS];
};

/* The zones a request may use, best first, ended by NULL. */
struct zonelist {
	struct zone *zones[NR_ZONES + 1];
};

struct mm_node;

/*
 * Who gives memory back. Part of a node, so that tests have their own; NULL
 * where there is nobody.
 */
struct mm_reclaim {
	/* Background reclaim is wanted until @z has its high mark free. Called
	 * with no lock held, in any context; must not sleep. */
	void (*wake)(struct zone *z, unsigned int order);
	/* Free something now; may sleep as @gfp says.
	 * Return: pages freed, 0: there is nothing (more) to free. */
	unsigned long (*direct)(struct mm_node *node, gfp_t gfp,
				unsigned int order);
	/* @gfp as it is for who asks now: he may be reclaiming himself, or have
	 * promised to start no I/O. NULL: as it is. Any context. */
	gfp_t (*context)(gfp_t gfp);
	/* A request that may sleep got nothing, and the log shows its table:
	 * add who holds the memory, and who would not give any back. NULL:
	 * nothing to add. May sleep; allocates nothing. */
	void (*report)(struct mm_node *node);
};

/* Why a request got nothing. */
enum alloc_cause {
	ALLOC_NEVER_FAILED, /* must be 0: nothing has failed yet */
	ALLOC_REFUSED, /* the arguments contradict themselves */
	ALLOC_INJECTED, /* failed on purpose (fault_inject.h) */
	ALLOC_NO_BLOCK, /* no allowed zone had a block that large */
	ALLOC_BY_OTHER, /* vmalloc, kmalloc or a cache refused: @text */
};

/* Room for an allocator's own words about a refusal. */
#define ALLOC_TEXT_BYTES 112u

/* A node's last failed request, with what it met at that moment. */
struct alloc_failure {
	enum alloc_cause cause;
	const char *refusal; /* ALLOC_REFUSED: what was wrong, in words */
	char text[ALLOC_TEXT_BYTES]; /* ALLOC_BY_OTHER: who, what and why */
	gfp_t gfp;
	unsigned int order;
	unsigned long site; /* who asked */
	u64 time_ns;
	unsigned long count; /* failures so far, this one included */
	struct alloc_trace trace;
};

struct mm_node {
	struct zone zones[NR_ZONES];
	const struct mm_reclaim *reclaim; /* NULL: nobody */
	/* Indexed by gfp & __GFP_ZONE_MASK: 0, DMA, HIGHMEM, (both: empty). */
	struct zonelist zonelists[4];
	/* Indexed by gfp & __GFP_KIND_MASK: the row of stacks of the first CPU,
	 * for that mobility, in the first zone; or page_pcp_none's. */
	struct page_pcp_list *first_row[NR_GFP_KINDS];

	/* Requests that are to fail on purpose; outlives a re-initialisation. */
	struct fault_attr fault;
	/* Its zones' free pages are filled (page_poison.h); NULL: not. */
	const struct page_poison *poison;

	/* Guarded by @failure_lock: what `why` explains, and the rate limit. */
	spinlock_t failure_lock;
	struct alloc_failure last_failure;
	u64 table_shown_ns; /* when the zone table was last printed */
	unsigned long nr_unshown; /* failures without a table since then */
};

extern struct mm_node mm_node;

#define for_each_zone(z) \
	for ((z) = &mm_node.zones[0]; (z) < &mm_node.zones[NR_ZONES]; (z)++)

/* How to build a zone. */
struct zone_desc {
	const char *name;
	enum zone_type type;
	struct page *map; /* zeroed records for [map_base_pfn, ...) */
	pfn_t map_base_pfn;
	pfn_t start_pfn, end_pfn; /* equal: an empty zone */
	/* Zeroed, a byte for each pageblock it touches, for as long as the
	 * zone lives; NULL if it touches at most ZONE_OWN_PAGEBLOCKS. */
	u8 *types;
};

/**
 * zone_init - make an empty zone: all frames are holes
 * Context: before anyone else knows @z.
 */
void zone_init(struct zone *z, const struct zone_desc *desc);

/**
 * zone_group_by_mobility - from now on, keep pages of one mobility together
 *
 * All pageblocks begin as MIGRATE_MOVABLE. Without it, or in a zone with fewer
 * than ZONE_MIN_GROUPED pageblocks, all is MIGRATE_UNMOVABLE, as on Linux.
 * Context: before the zone is given any frame.
 */
#define ZONE_MIN_GROUPED MIGRATE_TYPES
void zone_group_by_mobility(struct zone *z);

/* Pageblocks that frames [start, end) lie in. */
static inline unsigned long nr_pageblocks(pfn_t start, pfn_t end)
{
	if (start == end)
		return 0;
	return ((end - 1) >> PAGEBLOCK_ORDER) - (start >> PAGEBLOCK_ORDER) + 1;
}

/* Build the zone lists of @node from its zones; forgets its last failure. */
void mm_node_init_zonelists(struct mm_node *node);

/**
 * zone_add_reserved - frames [start, end) are RAM: RESERVED from now on
 *
 * Marking is per frame, and wanted only for frames that stay reserved; frames
 * that go to the buddy are given with zone_add_free(), which needs no marking.
 */
void zone_add_reserved(struct zone *z, pfn_t start, pfn_t end);

/**
 * zone_add_free - hand [start, end) to the buddy, in the largest blocks
 *
 * O(blocks), not O(frames), for holes: tails are not touched. Frames must be
 * holes (NONE) or RESERVED so far, else BUG; those that were RESERVED are
 * cleared one by one, and a block is made of one kind only.
 */
void zone_add_free(struct zone *z, pfn_t start, pfn_t end);

/**
 * zone_alloc_block - take a block of 2^@order frames, with no regard to marks
 * @site: who asked, kept in the head
 *
 * As a request without a mobility.
 * Return: its head, state ALLOCATED, reference count 1; NULL if none.
 * Context: any.
 */
struct page *zone_alloc_block(struct zone *z, unsigned int order,
			      unsigned long site);

/**
 * zone_free_block - give back a block
 *
 * Everything that can be wrong with (page, order) is looked for first: not an
 * allocated head, another order, a tail, a hole, reserved, free already, inside
 * a free block, a slab, still referenced. Then one report is made, nothing is
 * changed, and -EINVAL comes back.
 * Return: 0 or -EINVAL. Context: any.
 */
int zone_free_block(struct zone *z, struct page *page, unsigned int order,
		    unsigned long site);

/**
 * page_head_of - the head of the block that covers a frame, by looking at the
 * at most MAX_ORDER aligned frames at or below it
 * Return: the head, or NULL: the frame is a hole.
 * Context: z->lock held, or the block known to be stable.
 */
struct page *page_head_of(const struct zone *z, pfn_t pfn);

/* Change a head's state; an illegal transition is a BUG in every build. */
void page_set_state(struct page *page, enum page_state to);

/* Check I1..I9; prints each violation by label. Other CPUs may go on: what seems
 * wrong is looked at again while they stand still. Return: the number of
 * violations. Context: any; with interrupts off nobody is stopped, and other
 * CPUs' lists must be quiet meanwhile. */
int zone_check(struct zone *z);

/* Free frames: the buddy's, and those on the CPUs' lists. */
unsigned long zone_free_pages(const struct zone *z);

unsigned long zone_stat_sum(const struct zone *z, enum zone_stat item);

/* Free blocks of an order, of all types. Exact with z->lock held. */
static inline unsigned long zone_nr_blocks(const struct zone *z,
					   unsigned int order)
{
	unsigned long sum = 0;
	unsigned int type;

	for (type = 0; type < MIGRATE_TYPES; type++)
		sum += READ_ONCE(z->free[type].area[order].nr_blocks);
	return sum;
}

/* Bit k: the buddy has a free block of order k. No lock: a hint. */
static inline u32 zone_free_orders(const struct zone *z)
{
	u32 orders = 0;
	unsigned int type;

	for (type = 0; type < MIGRATE_TYPES; type++)
		orders |= READ_ONCE(z->free[type].orders);
	return orders;
}

/* The entry of the pageblock of @pfn, a frame of the zone. The bias makes it
 * one addition: frames are counted from 0, entries from the zone's start. The
 * first zone of a node must start at frame 0, or whoever frees must know that
 * his frame is in one. */
static __always_inline u8 *zone_block_type_at(const struct zone *z, pfn_t pfn)
{
	return (u8 *)(z->types_bias + (pfn >> PAGEBLOCK_ORDER));
}

static __always_inline enum migratetype zone_block_type(const struct zone *z,
							pfn_t pfn)
{
	return (enum migratetype)READ_ONCE(*zone_block_type_at(z, pfn));
}

static inline pfn_t zone_page_to_pfn(const struct zone *z,
				     const struct page *page)
{
	return z->map_base_pfn + (pfn_t)(page - z->map);
}

static inline struct page *zone_pfn_to_page(const struct zone *z, pfn_t pfn)
{
	return z->map + (pfn - z->map_base_pfn);
}

static inline bool zone_has_pfn(const struct zone *z, pfn_t pfn)
{
	return pfn - z->start_pfn < z->end_pfn - z->start_pfn;
}

/* The live zone of a frame: three comparisons, nothing stored per frame. */
static __always_inline struct zone *pfn_zone(pfn_t pfn)
{
	if (pfn < mm_node.zones[ZONE_DMA].end_pfn)
		return &mm_node.zones[ZONE_DMA];
	if (pfn < mm_node.zones[ZONE_NORMAL].end_pfn)
		return &mm_node.zones[ZONE_NORMAL];
	return &mm_node.zones[ZONE_HIGHMEM];
}

#endif

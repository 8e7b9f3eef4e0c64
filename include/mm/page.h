/* SPDX-License-Identifier: MIT */
/*
 * page.h - struct page: one small record for each frame, and its states
 *
 * Every frame from 0 to the top of RAM has a record in mem_map, holes too. A
 * block of 2^order frames is described by its first record, the head; the flags
 * of the others, the tails, stay 0. So making, splitting and merging a block
 * touches O(1) records, and the state of a tail is derived: the head, if any,
 * is one of the at most 10 aligned frames below it (page_head_of()).
 *
 *   state              who                        next states
 *   NONE               a tail, or a hole          FREE (split, hand-over),
 *                                                 RESERVED (boot)
 *   RESERVED           RAM kept back at boot      FREE, NONE (hand-over only)
 *   FREE               head, on a free list       ALLOCATED, NONE (merged)
 *   PCP                head, in a per-CPU list    ALLOCATED, FREE
 *   ALLOCATED          head, handed out           FREE, PCP, SLAB
 *   SLAB               head, objects of a cache   ALLOCATED
 *
 * page_set_state() checks each transition in every build (decision D4).
 *
 * Locking: the fields of a FREE block belong to its zone's lock; those of an
 * ALLOCATED one to its owner; those of a SLAB one to its cache's lock.
 */
#ifndef MM_PAGE_H
#define MM_PAGE_H

#include <kernel/types.h>
#include <kernel/list.h>
#include <asm/page.h>

struct kmem_cache;

/* Order 10 is 4 MiB: also the largest kmalloc(). */
#define MAX_ORDER 11

enum page_state {
	PAGE_NONE, /* must be 0: a fresh mem_map is all tails and holes */
	PAGE_RESERVED,
	PAGE_FREE,
	PAGE_PCP,
	PAGE_ALLOCATED,
	PAGE_SLAB,
	NR_PAGE_STATES,
};

/*
 * What a page is for, in Linux's words. Pages of one kind are kept together in
 * pageblocks, so that those that can never move do not lie scattered between
 * those that could (page_mobility.c).
 */
enum migratetype {
	MIGRATE_UNMOVABLE, /* must be 0: a request without a mobility */
	MIGRATE_MOVABLE, /* __GFP_MOVABLE */
	MIGRATE_RECLAIMABLE, /* __GFP_RECLAIMABLE */
	MIGRATE_TYPES,
};

/* Whom a block serves, for pictures and records; never for a decision. */
#define PAGE_OWNERS(X)                                                  \
	X(NONE, "free", '.')                                            \
	X(KERNEL, "kernel", 'K') /* text, data, mem_map, boot memory */ \
	X(PAGES, "pages", 'p') /* alloc_pages() by somebody */          \
	X(SLAB, "slab", 's')                                            \
	X(KMALLOC, "kmalloc", 'k') /* large kmalloc, whole pages */     \
	X(VMALLOC, "vmalloc", 'v')                                      \
	X(PGTABLE, "pgtable", 't')                                      \
	X(PERCPU, "percpu", 'c')                                        \
	X(STACK, "stack", 'S')                                          \
	X(DMA, "dma", 'd') /* device buffers */                         \
	X(USER, "user", 'u') /* a user's own memory */                  \
	X(BAD, "bad", 'b') /* written to while free: kept back */       \
	X(TEST, "test", 'T')
#define PAGE_OWNER_AS_ENUM(id, name, letter) PAGE_OWNER_##id,
enum page_owner { PAGE_OWNERS(PAGE_OWNER_AS_ENUM) NR_PAGE_OWNERS };

struct page {
	union {
		/* state, order, owner, compound: the accessors below. */
		u32 flags;
		struct {
			u16 flags_low;
			/* SLAB: objects handed out or in arrays. A new state
			 * clears it. */
			u16 slab_inuse;
		};
	};
	union {
		atomic_t _refcount; /* ALLOCATED: users; 0 frees it */
		/* SLAB, each page: the first object's address, low 32 bits. */
		u32 slab_first;
	};
	struct list_head lru; /* FREE, SLAB: the list it is on; else owner's */
	union {
		unsigned long private; /* ALLOCATED: the owner's */
		struct kmem_cache *slab_cache; /* SLAB */
	};
	union {
		unsigned long site; /* ALLOCATED: who asked, FREE: who freed */
		void *slab_freelist; /* SLAB: first free object */
	};
};
static_assert(offsetof(struct page, slab_inuse) == 2,
	      "above state, order and owner: machines are little-endian");
static_assert(sizeof(struct page) <= (sizeof(long) == 4 ? 24 : 48),
	      "growing struct page costs RAM on every machine");

#define PAGE_STATE_SHIFT 0
#define PAGE_STATE_MASK 0xfu
#define PAGE_ORDER_SHIFT 4
#define PAGE_ORDER_MASK 0xfu
#define PAGE_OWNER_SHIFT 8
#define PAGE_OWNER_MASK 0xffu
/* Head of a block that was asked for with __GFP_COMP: references to any of its
 * pages are references to the whole. Gone when the block is freed. */
#define PAGE_COMPOUND 0x10000u
/* ALLOCATED head: how many users see frames of the block that nobody counts
 * (page_frame_hold()). */
#define PAGE_FRAME_MAPS_SHIFT 17
#define PAGE_FRAME_MAPS_MAX 0x7fffu

static __always_inline enum page_state page_state(const struct page *page)
{
	return (enum page_state)(page->flags & PAGE_STATE_MASK);
}

/* Of a head only. */
static __always_inline unsigned int page_order(const struct page *page)
{
	return (page->flags >> PAGE_ORDER_SHIFT) & PAGE_ORDER_MASK;
}

static inline enum page_owner page_owner(const struct page *page)
{
	return (enum page_owner)((page->flags >> PAGE_OWNER_SHIFT) &
				 PAGE_OWNER_MASK);
}

/* Note whom an allocated block serves; the holder of the block calls it. */
static inline void page_set_owner(struct page *page, enum page_owner owner)
{
	page->flags = (page->flags & ~(PAGE_OWNER_MASK << PAGE_OWNER_SHIFT)) |
		      ((u32)owner << PAGE_OWNER_SHIFT);
}

/* The live machine's records: mem_map[pfn] for pfn < max_pfn. */
extern struct page *mem_map;
extern pfn_t max_pfn; /* one past the last frame of RAM */
extern pfn_t max_low_pfn; /* end of the direct map, in frames */
extern void *high_memory; /* the first address behind the direct map */

static __always_inline struct page *pfn_to_page(pfn_t pfn)
{
	return mem_map + pfn;
}

static __always_inline pfn_t page_to_pfn(const struct page *page)
{
	return (pfn_t)(page - mem_map);
}

static __always_inline bool pfn_valid(pfn_t pfn)
{
	return pfn < max_pfn;
}

static __always_inline phys_addr_t page_to_phys(const struct page *page)
{
	return pfn_to_phys(page_to_pfn(page));
}

/* @va must lie in the direct map. A pointer, or what __get_free_page() gave. */
static __always_inline struct page *virt_to_page(const volatile void *va)
{
	return mem_map + phys_to_pfn(virt_to_phys(va));
}
#define virt_to_page(va) virt_to_page((const volatile void *)(va))

static __always_inline bool PageHighMem(const struct page *page)
{
	return page_to_pfn(page) >= max_low_pfn;
}

/* Where kmap() has a high page; NULL: nowhere (mm/kmap.c). Context: any. */
void *page_address_high(const struct page *page);

/* The kernel address of a lowmem frame; of a high one while kmap() has it,
 * else NULL. */
static __always_inline void *page_address(const struct page *page)
{
	pfn_t pfn = page_to_pfn(page);

	if (unlikely(pfn >= max_low_pfn))
		return page_address_high(page);
	return phys_to_virt(pfn_to_phys(pfn));
}

#endif

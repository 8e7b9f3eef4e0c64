/* SPDX-License-Identifier: MIT */
/*
 * bootmem.h - memory before there are zones
 *
 * Two sorted lists of half-open physical byte ranges: memory[], what is RAM,
 * and reserved[], what may not be given away, each with its owner's name. An
 * allocation is a range of memory that touches nothing reserved, and becomes
 * reserved itself. At the hand-over, all memory that is not reserved goes to
 * the buddy; from then on every call that would change the lists is refused,
 * and the lists remain as the record of who has what.
 *
 * A struct bootmem is built over room that its maker gives; the machine's own
 * is bootmem_live.
 *
 * Invariants (bootmem_check() walks them, for each of the two lists):
 *   M1  each range is non-empty and has an owner
 *   M2  ranges ascend and do not overlap
 *   M3  neighbours that touch differ in owner or kind: else they are one
 *   M4  no more ranges than the room has
 *
 * Locking: none. One CPU uses it, before the others start. After the hand-over
 * the lists do not change, and may be read by anyone.
 */
#ifndef MM_BOOTMEM_H
#define MM_BOOTMEM_H

#include <kernel/types.h>
#include <asm/page.h>

enum bootmem_kind {
	BOOTMEM_RAM, /* in memory[] */
	BOOTMEM_KEPT, /* reserved by address: image, loader's data, page 0 */
	BOOTMEM_ALLOCATED, /* reserved by bootmem_alloc() */
};

struct bootmem_range {
	phys_addr_t start;
	phys_addr_t end; /* exclusive */
	const char *owner; /* lives as long as the bootmem */
	enum bootmem_kind kind;
};

struct bootmem_list {
	struct bootmem_range *ranges;
	unsigned int nr;
	unsigned int room; /* ranges that fit */
};

struct bootmem {
	const char *name; /* for messages */
	struct bootmem_list memory;
	struct bootmem_list reserved;
	bool handed_over;
};

/* The machine's own. */
extern struct bootmem bootmem_live;

/* Where in the allowed range a request is placed. */
enum bootmem_dir {
	BOOTMEM_TOPDOWN, /* highest place that fits: spares the DMA zone */
	BOOTMEM_BOTTOMUP, /* lowest place that fits */
};

#define BOOTMEM_ANY 0ull /* as .max: no upper limit */
#define BOOTMEM_DEFAULT_ALIGN 64u /* a cache line */

struct bootmem_request {
	u64 size_bytes; /* not 0 */
	u64 align_bytes; /* a power of two; 0: BOOTMEM_DEFAULT_ALIGN */
	phys_addr_t min; /* first address allowed */
	phys_addr_t goal; /* here or above if it fits there; 0: no wish */
	phys_addr_t max; /* exclusive; BOOTMEM_ANY, or the end of low memory */
	enum bootmem_dir dir;
	const char *owner; /* not NULL */
};

/**
 * bootmem_init - make an empty bootmem
 * @name: for messages
 * @memory, @reserved: room for @nr_memory and @nr_reserved ranges
 */
void bootmem_init(struct bootmem *bm, const char *name,
		  struct bootmem_range *memory, unsigned int nr_memory,
		  struct bootmem_range *reserved, unsigned int nr_reserved);

/**
 * bootmem_add - [start, end) is RAM
 * @owner: who says so; bytes that are RAM already keep their first owner
 *
 * Return: 0; -EINVAL if the range is empty or @owner NULL; -ENOSPC if there
 * is no room, or -EBUSY after the hand-over. Refusals make one line and change
 * nothing.
 * Context: boot.
 */
int __must_check bootmem_add(struct bootmem *bm, phys_addr_t start,
			     phys_addr_t end, const char *owner);

/**
 * bootmem_reserve - [start, end) may not be given away
 *
 * It need not be RAM. Bytes that are reserved already keep their first owner.
 * Return, Context: as bootmem_add().
 */
int __must_check bootmem_reserve(struct bootmem *bm, phys_addr_t start,
				 phys_addr_t end, const char *owner);

/**
 * bootmem_alloc - take memory for good, or until bootmem_free()
 * @req: how much, where, for whom
 *
 * Contents are undefined. Address 0 is never given.
 * Return: physical address; 0 if nothing fits (silent), if the lists have no
 * room (one line), or if the request is refused (a report names the caller):
 * size 0, alignment no power of two, no owner, after the hand-over.
 * Context: boot.
 */
phys_addr_t __must_check bootmem_alloc(struct bootmem *bm,
				       const struct bootmem_request *req);

/**
 * bootmem_try_alloc - the same, with the reason of a failure
 * @site: who asks, for reports
 * @pa: set on success only
 *
 * Return: 0; -ENOMEM if nothing fits (silent), -ENOSPC if the lists have no
 * room (one line), -EINVAL or -EBUSY if the request is refused (a report).
 * Context: boot.
 */
int __must_check bootmem_try_alloc(struct bootmem *bm,
				   const struct bootmem_request *req,
				   unsigned long site, phys_addr_t *pa);

/**
 * bootmem_alloc_virt - the same, zeroed, by kernel address
 *
 * @req->max must lie within what is mapped of the direct map.
 * Return: address; NULL where bootmem_alloc() returns 0.
 */
void *__must_check bootmem_alloc_virt(struct bootmem *bm,
				      const struct bootmem_request *req);

/**
 * bootmem_free - un-reserve [start, start + size_bytes)
 *
 * Any part of what is reserved may be freed, whole allocations or pieces.
 * Return: 0; -EINVAL if a byte of it is not reserved or the hand-over is over
 * (a report names the caller); -ENOSPC if cutting a hole finds no room (one
 * line). Refusals change nothing.
 * Context: boot.
 */
int bootmem_free(struct bootmem *bm, phys_addr_t start, u64 size_bytes);

/* Nothing can be changed from now on; the caller has given the rest away. */
void bootmem_hand_over(struct bootmem *bm);

/**
 * bootmem_release - forget [start, end), whole pages, after the hand-over
 *
 * For mm_release_range() alone, which gives them to the buddy: all else that was
 * kept stays so. Return: 0; -ENOSPC if cutting a hole finds no room.
 * Context: start-up; nobody else reads the lists. BUG unless all is reserved.
 */
int __must_check bootmem_release(struct bootmem *bm, phys_addr_t start,
				 phys_addr_t end);

/* A piece of RAM, as the cursor finds it. */
struct bootmem_span {
	phys_addr_t start;
	phys_addr_t end; /* exclusive */
	const struct bootmem_range *reserved; /* NULL: free */
};

struct bootmem_cursor {
	const struct bootmem *bm;
	u64 granule; /* bytes; spans begin and end at multiples of it */
	phys_addr_t pos;
	unsigned int memory_idx;
	unsigned int reserved_idx;
};

/**
 * bootmem_cursor_init - begin a walk over all RAM in rising order
 * @granule: 1 for bytes, PAGE_SIZE for whole pages: RAM then shrinks to whole
 * granules, and a granule with a reserved byte in it is reserved (by the owner
 * of the lowest one)
 */
void bootmem_cursor_init(struct bootmem_cursor *c, const struct bootmem *bm,
			 u64 granule);

/**
 * bootmem_next_span - the next piece that is free, or reserved by one owner
 *
 * Every granule of RAM is in exactly one span. A whole walk takes
 * O(memory ranges + reserved ranges).
 * Return: false at the end.
 */
bool bootmem_next_span(struct bootmem_cursor *c, struct bootmem_span *span);

/* Frames in a span that a PAGE_SIZE cursor found. */
static inline pfn_t bootmem_span_pages(const struct bootmem_span *span)
{
	return phys_to_pfn(span->end) - phys_to_pfn(span->start);
}

/* Is all of [start, end) RAM? An empty range is not. */
bool bootmem_is_ram(const struct bootmem *bm, phys_addr_t start,
		    phys_addr_t end);

/* Frames of [start, end) that are RAM and wholly unreserved. */
pfn_t bootmem_free_pages_between(const struct bootmem *bm, pfn_t start,
				 pfn_t end);

/* Who reserved the byte at @pa; NULL: nobody. Context: any, once the lists do
 * not change. */
const char *bootmem_owner_at(const struct bootmem *bm, phys_addr_t pa);

/* Bytes reserved under a name, RAM or not. */
u64 bootmem_owned_bytes(const struct bootmem *bm, const char *owner);

/* Check M1..M4; prints each violation by label. Return: their number. */
int bootmem_check(const struct bootmem *bm);

#endif

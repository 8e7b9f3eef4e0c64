/* SPDX-License-Identifier: MIT */
/*
 * dma_bounce.c - memory that every device reaches, to copy through
 *
 * A pool is a run of slots of 2 KiB in the DMA zone, taken from bootmem before
 * the zones are made: later nobody could be sure of so much in one piece. A
 * mapping that must be bounced gets slots in a row, the lowest that fit; of
 * a page or more, from a page's start on, and never across a line that its
 * device cannot cross. A bit says of each slot that it is taken; whose it is
 * the table of mappings notes beside it.
 *
 * On its way in the slot is always filled, also for a device that is to write
 * all of it: if it writes less, what another mapping left there must not come
 * out as its data.
 *
 * How large: swiotlb=SLABS (of 2 KiB), by Linux's word. Without it a 256th of
 * RAM, from 128 KiB to 1 MiB: what devices that need it (ISA, 28 bits, RAM above
 * 4 GiB) have under way at a time. A machine of less than 8 MiB keeps all it has.
 *
 * Invariants (bounce_pool_check()):
 *   B1  nr_used is the number of bits that are set
 *   B2  nr_used <= nr_peak <= nr_slots
 *
 * Locking: pool->lock (irq-safe, rank DMA_BOUNCE). Copies need no lock: slots
 * belong to their mapping. Any context.
 */
#define pr_fmt(fmt) "software IO TLB: " fmt
#include <kernel/bitmap.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <mm/boot_device.h>
#include <mm/bootmem.h>
#include <mm/check.h>
#include <mm/highmem.h>
#include <asm/pgtable.h>
#include "dma_internal.h"

#define SLOTS_PER_PAGE (unsigned int)(PAGE_SIZE / BOUNCE_SLOT_BYTES)
#define DEFAULT_SHARE 256u /* of RAM */
#define DEFAULT_STEP_BYTES KIB(64)
#define DEFAULT_MIN_BYTES KIB(128)
#define DEFAULT_MAX_BYTES MIB(1)
#define DEFAULT_LEAST_RAM MIB(8)
/* A whole 64 KiB for a device that crosses no such line. */
#define POOL_ALIGN KIB(64)
/* Of the DMA zone: the rest is for those who ask for it by name. */
#define MOST_OF_ZONE 2u

struct bounce_pool bounce_live;

/* swiotlb= */
static unsigned long slabs_asked; /* 0: the default */
static bool forced, forbidden;

bool bounce_is_forced(void)
{
	return forced;
}

/* --- the pool --------------------------------------------------------------------- */

void bounce_pool_init(struct bounce_pool *pool, phys_addr_t phys,
		      unsigned int nr_slots, unsigned long *map,
		      struct dma_record **owner)
{
	*pool = (struct bounce_pool){
		.phys = phys,
		.nr_slots = nr_slots,
		.map = map,
		.owner = owner,
	};
	spin_lock_init(&pool->lock, "dma-bounce", LOCK_DMA_BOUNCE);
}

size_t bounce_max_bytes(const struct bounce_pool *pool, u64 boundary)
{
	u64 bytes = min(pool->nr_slots, BOUNCE_MAX_SLOTS) * BOUNCE_SLOT_BYTES;

	return bytes ? (size_t)min(bytes - 1, boundary) + 1 : 0;
}

/* The lowest free place from slot @from on; pool->nr_slots: there is none. */
static unsigned int find_place(const struct bounce_pool *pool, size_t size,
			       const struct bounce_place *place)
{
	unsigned int want = bounce_slots(size);
	unsigned int align = size < PAGE_SIZE ? 1 : SLOTS_PER_PAGE;
	unsigned long at = 0;

	for (;;) {
		dma_addr_t addr;
		u64 in_line;

		at = bitmap_find_next_zero_area(pool->map, pool->nr_slots, at,
						want, align - 1);
		if (at >= pool->nr_slots)
			return pool->nr_slots;
		addr = pool->phys + (at << BOUNCE_SLOT_SHIFT);
		/* What lies above lies higher still. */
		if (!dma_reaches(place->mask, addr, size))
			return pool->nr_slots;
		in_line = addr & place->boundary;
		if (size - 1 <= place->boundary - in_line)
			return (unsigned int)at;
		at += (place->boundary + 1 - in_line) >> BOUNCE_SLOT_SHIFT;
	}
}

dma_addr_t bounce_take(struct bounce_pool *pool, size_t size,
		       const struct bounce_place *place)
{
	unsigned int slot = pool->nr_slots;
	unsigned long flags;

	flags = spin_lock_irqsave(&pool->lock);
	if (size <= bounce_max_bytes(pool, place->boundary))
		slot = find_place(pool, size, place);
	if (likely(slot < pool->nr_slots)) {
		bitmap_set(pool->map, slot, bounce_slots(size));
		pool->nr_used += bounce_slots(size);
		pool->nr_peak = max(pool->nr_peak, pool->nr_used);
	} else {
		pool->nr_refused++;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	if (unlikely(slot == pool->nr_slots))
		return DMA_MAPPING_ERROR;
	return pool->phys + ((dma_addr_t)slot << BOUNCE_SLOT_SHIFT);
}

void bounce_give(struct bounce_pool *pool, dma_addr_t addr, size_t size)
{
	unsigned long slot = (unsigned long)(addr - pool->phys) >>
			     BOUNCE_SLOT_SHIFT;
	unsigned long flags = spin_lock_irqsave(&pool->lock);

	bitmap_clear(pool->map, slot, bounce_slots(size));
	pool->nr_used -= bounce_slots(size);
	spin_unlock_irqrestore(&pool->lock, flags);
}

int bounce_pool_check(struct bounce_pool *pool)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	unsigned long set = bitmap_weight(pool->map, pool->nr_slots);
	int bad = 0;

	if (set != pool->nr_used) {
		pr_err("B1 used=%u set=%lu\n", pool->nr_used, set);
		bad++;
	}
	if (pool->nr_used > pool->nr_peak || pool->nr_peak > pool->nr_slots) {
		pr_err("B2 used=%u peak=%u slots=%u\n", pool->nr_used,
		       pool->nr_peak, pool->nr_slots);
		bad++;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return bad;
}

static int bounce_check_live(void)
{
	return bounce_pool_check(&bounce_live);
}
MM_CHECK(dma_bounce, "dma-bounce", bounce_check_live);

/* --- copies ------------------------------------------------------------------------- */

static void copy(const struct dma_record *r, size_t offset, size_t len,
		 bool out)
{
	char *slot = (char *)phys_to_virt(r->addr) + offset;
	phys_addr_t phys = r->phys + offset;

	while (len) {
		size_t in_page = (size_t)(phys & ~PAGE_MASK);
		size_t here = min_t(size_t, len, PAGE_SIZE - in_page);
		struct page *page = pfn_to_page(phys_to_pfn(phys));

		if (out)
			memcpy_to_page(page, in_page, slot, here);
		else
			memcpy_from_page(slot, page, in_page, here);
		slot += here;
		phys += here;
		len -= here;
	}
}

void bounce_copy_in(const struct dma_record *r, size_t offset, size_t len)
{
	copy(r, offset, len, false);
}

void bounce_copy_out(const struct dma_record *r, size_t offset, size_t len)
{
	copy(r, offset, len, true);
}

/* --- boot --------------------------------------------------------------------------- */

/* As on Linux: SLABS, SLABS,force, force, noforce. */
static int swiotlb_set(const char *value)
{
	unsigned long slabs = 0;
	char *end;

	if (!value)
		return -EINVAL;
	if (*value >= '0' && *value <= '9') {
		unsigned long long n = memparse(value, &end);

		if (!n || n > UINT_MAX)
			return -EINVAL;
		slabs = (unsigned long)n;
		value = *end == ',' ? end + 1 : end;
		if (!*value)
			goto out_take;
	}
	if (strcmp(value, "force") && strcmp(value, "noforce"))
		return -EINVAL;
	forced = *value == 'f';
	forbidden = !forced;
out_take:
	slabs_asked = slabs;
	return 0;
}
KERNEL_PARAM(swiotlb, "swiotlb", swiotlb_set,
	     "=SLABS[,force] or force or noforce: 2 KiB pieces to bounce DMA"
	     " through; all of it; none");

/* All RAM, and what is free of it in the DMA zone, in bytes. */
static void ram_count(const struct bootmem *bm, u64 *ram, u64 *dma_free)
{
	struct bootmem_cursor c;
	struct bootmem_span span;

	*ram = *dma_free = 0;
	bootmem_cursor_init(&c, bm, PAGE_SIZE);
	while (bootmem_next_span(&c, &span)) {
		phys_addr_t end = min(span.end, arch_layout()->dma_limit);

		*ram += span.end - span.start;
		if (!span.reserved && span.start < end)
			*dma_free += end - span.start;
	}
}

static u64 default_bytes(u64 ram)
{
	if (ram < DEFAULT_LEAST_RAM)
		return 0;
	ram = clamp(ALIGN(ram / DEFAULT_SHARE, (u64)DEFAULT_STEP_BYTES),
		    (u64)DEFAULT_MIN_BYTES, (u64)DEFAULT_MAX_BYTES);
	return ram;
}

/* Return: the address; 0: nothing fits. */
static phys_addr_t take(u64 bytes, u64 align, phys_addr_t end,
			const char *owner)
{
	const struct bootmem_request req = {
		.size_bytes = bytes,
		.align_bytes = align,
		.max = end,
		.dir = BOOTMEM_BOTTOMUP,
		.owner = owner,
	};

	return bootmem_alloc(&bootmem_live, &req);
}

/* Return: why there is no pool; NULL if there is one. */
static const char *reserve(u64 bytes, u64 dma_free)
{
	const struct arch_layout *layout = arch_layout();
	unsigned int slots = (unsigned int)(bytes >> BOUNCE_SLOT_SHIFT);
	u64 map_bytes = BITS_TO_LONGS(slots) * sizeof(unsigned long);
	u64 table_bytes = map_bytes + slots * sizeof(struct dma_record *);
	phys_addr_t phys, table;

	if (bytes + table_bytes > dma_free / MOST_OF_ZONE)
		return "more than half of what is free in the DMA zone";
	phys = take(bytes, POOL_ALIGN, layout->dma_limit, "swiotlb");
	if (!phys)
		return "no free memory in one piece";
	table = take(table_bytes, 0, layout->lowmem_limit, "swiotlb table");
	if (!table) {
		BUG_ON(bootmem_free(&bootmem_live, phys, bytes));
		return "no free memory for its table";
	}
	memset(phys_to_virt(table), 0, table_bytes);
	bounce_pool_init(&bounce_live, phys, slots, phys_to_virt(table),
			 phys_to_virt(table + map_bytes));
	pr_info("mapped [mem 0x%08llx-0x%08llx] (%lluKB)\n", phys,
		phys + bytes - 1, bytes >> 10);
	return NULL;
}

static void swiotlb_boot(void)
{
	const char *objection;
	u64 ram, dma_free, bytes;

	bounce_pool_init(&bounce_live, 0, 0, NULL, NULL);
	if (forbidden)
		return;
	ram_count(&bootmem_live, &ram, &dma_free);
	bytes = ALIGN((u64)slabs_asked << BOUNCE_SLOT_SHIFT, PAGE_SIZE);
	if (!bytes)
		bytes = default_bytes(ram);
	if (!bytes)
		return;
	objection = reserve(bytes, dma_free);
	if (objection)
		pr_warn("%lluKB refused: %s\n", bytes >> 10, objection);
}
BOOT_DEVICE(swiotlb, "swiotlb", swiotlb_boot);

/* SPDX-License-Identifier: MIT */
/*
 * layout.c - who lives where in the kernel's gigabyte
 *
 *   c0000000  direct map of [0, lowmem_end)     at most 896 MiB
 *             guard: 8 MiB, then up to 2 MiB of rounding
 *             page records, and a guard alike   if mm asks for them here
 *             vmalloc window                    116 MiB, or all that is left
 *             guard: 8 KiB
 *   ffc00000  kmap window, 2 MiB
 *   ffe00000  fixmap: kmap_local slots, 8 for each CPU; registers of the
 *             arch's devices; slots of early_ioremap()
 *   fffff000  never mapped: error codes made pointers fault
 *
 * vmalloc=SIZE asks for a window of at least that size; the direct map gives
 * way. On a machine with less RAM the window grows into the room by itself,
 * and what vmalloc= did not ask for may hold the page records of RAM far up
 * (kpt_take_records()): little RAM low makes both the need and the room.
 */
#define pr_fmt(fmt) "mm: " fmt

#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/memmap.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/util.h>
#include <asm/pgtable.h>
#include <asm/setup.h>
#include "internal.h"

#define DMA_LIMIT MIB(16) /* 24 address lines on the ISA bus */
#define LOWMEM_DEFAULT MIB(896)
#define VMALLOC_GUARD MIB(8)
#define VMALLOC_END (KMAP_START - 2 * PAGE_SIZE)
#define VMALLOC_DEFAULT \
	(VMALLOC_END - VMALLOC_GUARD - PAGE_OFFSET - LOWMEM_DEFAULT)
/* Keeps 128 MiB of direct map: mem_map of a large machine has to fit. */
#define VMALLOC_MAX (VMALLOC_DEFAULT + LOWMEM_DEFAULT - MIB(128))

static_assert(FIXMAP_END - FIXMAP_START <= PDE_BYTES - PAGE_SIZE,
	      "the fixmap has one table, and its last page stays unmapped");

static struct arch_layout layout;
static unsigned long vmalloc_bytes = VMALLOC_DEFAULT;
static phys_addr_t lowmem_end;

const struct arch_layout *arch_layout(void)
{
	return &layout;
}
EXPORT_SYMBOL(arch_layout);

phys_addr_t layout_lowmem_end(void)
{
	return lowmem_end;
}

/* vmalloc=: what does not make sense is refused, and the default stays. */
static int vmalloc_set(const char *value)
{
	unsigned long long bytes;
	char *end;

	if (!value)
		return -EINVAL;
	bytes = memparse(value, &end);
	if (end == value || *end || !bytes || bytes > VMALLOC_MAX)
		return -EINVAL;
	/* Never less than there is: the direct map ends at 896 MiB. */
	vmalloc_bytes = max((unsigned long)bytes, VMALLOC_DEFAULT);
	return 0;
}
KERNEL_PARAM(vmalloc, "vmalloc", vmalloc_set,
	     "=SIZE: make the vmalloc window at least this large, up to 883M");

/* One past the last usable frame below @limit_pfn. */
static pfn_t top_of_ram(const struct memmap *map, pfn_t limit_pfn)
{
	pfn_t top = 0;
	unsigned int i;

	for (i = 0; i < map->nr_runs; i++) {
		if (map->runs[i].start < limit_pfn)
			top = min(map->runs[i].end, limit_pfn);
	}
	return top;
}

/* A guard above @end; tables on its two sides are not shared. */
static unsigned long behind(unsigned long end)
{
	return ALIGN(end, PDE_BYTES) + VMALLOC_GUARD;
}

/* What lies between the window's start and what vmalloc= asks for. */
static unsigned long room_for_records(void)
{
	unsigned long last = ALIGN_DOWN(
		layout.vmalloc_end - vmalloc_bytes - VMALLOC_GUARD, PDE_BYTES);

	return last > layout.vmalloc_start ? last - layout.vmalloc_start : 0;
}

void layout_init(const struct memmap *map)
{
	unsigned long limit =
		VMALLOC_END - VMALLOC_GUARD - vmalloc_bytes - PAGE_OFFSET;

	layout.dma_limit = DMA_LIMIT;
	layout.lowmem_limit = ALIGN_DOWN(limit, PDE_BYTES);
	layout.phys_limit = 1ull << arch_phys_bits();
	lowmem_end =
		pfn_to_phys(top_of_ram(map, phys_to_pfn(layout.lowmem_limit)));
	layout.vmalloc_start = behind(PAGE_OFFSET + (unsigned long)lowmem_end);
	layout.vmalloc_end = VMALLOC_END;
	layout.records_room = room_for_records();
}

unsigned long kpt_take_records(unsigned long bytes)
{
	BUG_ON(!bytes || !IS_ALIGNED(bytes, PAGE_SIZE) ||
	       bytes > layout.records_room);
	layout.records_room = 0;
	layout.records_start = layout.vmalloc_start;
	layout.records_end = layout.records_start + bytes;
	/* Behind them no table is shared with a hole's. */
	layout.vmalloc_start = behind(layout.records_end);
	pr_info("    records: %#010lx - %#010lx   (%lu kB)\n",
		layout.records_start, layout.records_end, bytes >> 10);
	pr_info("    vmalloc: %#010lx - %#010lx   (%lu kB)\n",
		layout.vmalloc_start, layout.vmalloc_end,
		(layout.vmalloc_end - layout.vmalloc_start) >> 10);
	return layout.records_start;
}

/* SPDX-License-Identifier: MIT */
/*
 * asm-generic/pgtable.h - the kernel's page tables, as mm may see them
 *
 * mm never sees an entry: it maps runs of pages at kernel addresses and asks
 * what is mapped. How many levels and bits there are is the arch's affair.
 * There is one kernel page directory, shared by all contexts, so a mapping is
 * valid everywhere at once; a removed one only after the flush.
 *
 * Locking: the caller serialises calls on overlapping ranges (mm holds the
 * area, which is its own). Tables are created under an internal irq-safe lock.
 *
 * Included by each machine's asm/pgtable.h, which says where the windows lie
 * and makes the temporary slots.
 */
#ifndef ASM_GENERIC_PGTABLE_H
#define ASM_GENERIC_PGTABLE_H

#include <kernel/types.h>
#include <asm/page.h>

struct page;

/* Rights and cache type of a kernel mapping. */
enum pgprot {
	PROT_KERNEL, /* read, write; no execution where the CPU has NX */
	PROT_KERNEL_RO, /* read */
	PROT_KERNEL_EXEC, /* read, execute: never writable */
	PROT_KERNEL_NOCACHE, /* read, write, uncached: device registers */
	PROT_KERNEL_WC, /* the same, write-combining: frame buffers */
};

/* The cache type of @prot, as the one of the three above that stands for it:
 * PROT_KERNEL, _NOCACHE, or _WC, which is _NOCACHE where the CPU knows no write
 * combining. */
enum pgprot kpt_cache_type(enum pgprot prot);

/**
 * kpt_device_clashes - has the arch itself mapped some of these frames, for
 * good, with another cache type?
 * @type: as kpt_cache_type() gives it
 *
 * Two mappings that differ in it are trouble on real CPUs. The direct map does
 * not count: of what is not RAM it shows the first MiB only, where the
 * firmware's range registers (MTRRs) decide.
 */
bool kpt_device_clashes(pfn_t start, pfn_t end, enum pgprot type);

/* What the machine offers, filled in by the arch before mm starts. */
struct arch_layout {
	phys_addr_t dma_limit; /* end of ZONE_DMA: 16 MiB */
	phys_addr_t lowmem_limit; /* end of the direct map, at most */
	phys_addr_t phys_limit; /* first address the CPU or we cannot reach */
	unsigned long vmalloc_start; /* page-aligned window for vmalloc areas */
	unsigned long vmalloc_end;
	/* Bytes of addresses that vmalloc can spare for page records. */
	unsigned long records_room;
	unsigned long records_start; /* as kpt_take_records() left them; */
	unsigned long records_end; /* equal: the records lie elsewhere */
};
const struct arch_layout *arch_layout(void);

/**
 * kpt_map_phys - map [va, va + bytes) to the run of frames from @pa
 * @va, @pa, @bytes: page-aligned, inside the vmalloc window, the records', the
 * kmap window, or a slot of early_ioremap()
 *
 * Return: 0; -ENOMEM if a table could not be had (nothing stays mapped);
 * -EEXIST if a page in the range is mapped already (nothing is changed).
 * Context: any; allocates tables with the source set below.
 */
int __must_check kpt_map_phys(unsigned long va, phys_addr_t pa,
			      unsigned long bytes, enum pgprot prot);

/**
 * kpt_map_pages - map @nr pages, each where its struct page says, from @va on
 *
 * Return, Context: as kpt_map_phys().
 */
int __must_check kpt_map_pages(unsigned long va, struct page *const *pages,
			       unsigned long nr, enum pgprot prot);

/**
 * kpt_take_records - set addresses aside for page records
 * @bytes: whole pages, at most arch_layout()->records_room
 *
 * The vmalloc window begins behind them from then on. Nothing is mapped yet.
 * Return: the first address.
 * Context: boot, once, before anybody uses the vmalloc window.
 */
unsigned long kpt_take_records(unsigned long bytes);

/**
 * kpt_map_zeroes - let [va, va + bytes) read as zeroes; a write faults
 *
 * One frame serves all, and one table all stretches that fill a table: so any
 * number of them costs two pages. Frame and table are kept for the next call.
 * Return: as kpt_map_phys().
 * Context: one caller at a time; allocates as kpt_map_phys() does.
 */
int __must_check kpt_map_zeroes(unsigned long va, unsigned long bytes);

/**
 * kpt_unmap - clear [va, va + bytes); entries not mapped are passed over
 *
 * Does not flush. Tables stay (they are few and will be wanted again). A
 * stretch of kpt_map_zeroes() that fills a table goes as a whole.
 * Return: how many pages were mapped.
 */
unsigned long kpt_unmap(unsigned long va, unsigned long bytes);

/* What kpt_change_rights() does to each page. */
enum kpt_change {
	KPT_MAKE_RO,
	KPT_MAKE_RW,
	KPT_MAKE_X,
	KPT_MAKE_NX,
};

/**
 * kpt_change_rights - give or take one right of each page in [va, va + bytes)
 * @va, @bytes: page-aligned, mapped as PROT_KERNEL, _RO or _EXEC by a call above
 *
 * Pages that have it so already are left alone. No page is ever both writable
 * and executable: to get one right, the other has to be given up, and flushed,
 * before. Does not flush. Where the CPU has no NX only the right to write is
 * looked at.
 * Return: 0; -EFAULT if a page is not mapped so, -EPERM if one would be
 * writable and executable: then nothing is changed.
 * Context: any.
 */
int __must_check kpt_change_rights(unsigned long va, unsigned long bytes,
				   enum kpt_change change);

/* Make every CPU forget translations of [start, end). */
void flush_tlb_kernel_range(unsigned long start, unsigned long end);

/**
 * kpt_lookup - what the page tables say about @va
 * @pa: physical address of @va itself, if mapped; may be NULL
 *
 * Return: true if @va is mapped, in the direct map or elsewhere.
 */
bool kpt_lookup(unsigned long va, phys_addr_t *pa);

/* Page-table pages made so far, for /proc/meminfo. */
unsigned long kpt_nr_table_pages(void);

/**
 * kpt_nr_writes - entries that the calls above have made, changed or cleared
 *
 * Since boot, on all CPUs; temporary slots (below) are not counted.
 * Context: any; what others do meanwhile may be counted or not.
 */
unsigned long kpt_nr_writes(void);

/**
 * kpt_set_table_source - where new tables come from
 * @alloc_table: returns a zeroed page-aligned page of lowmem, or NULL
 *
 * bootmem at first, alloc_page() after the hand-over.
 */
void kpt_set_table_source(void *(*alloc_table)(void));

/*
 * Windows outside the vmalloc window. addr_add_window() wants to know of them.
 *
 * The kmap window, [KMAP_START, KMAP_END), is mapped like the vmalloc window, by
 * kpt_map_phys() and kpt_unmap(); its table is there from the start, so that
 * cannot fail. So are the slots for early_ioremap(), from EARLY_MAP_START on.
 */
#define LAST_PKMAP 512
#define EARLY_MAP_SLOTS 4
#define EARLY_MAP_PAGES 16ul

/*
 * Temporary slots, KMAP_LOCAL_SLOTS for each CPU in a row: slot @nr of CPU
 * @cpu has number cpu * KMAP_LOCAL_SLOTS + nr. They lie from FIXMAP_START on.
 *
 * Each machine makes them by functions of its own:
 *   void *kmap_local_slot(unsigned long slot, pfn_t pfn)
 *	maps one frame at a free slot of this CPU, and returns the kernel address.
 *	The caller may not migrate or sleep until kunmap_local_slot().
 *   void kunmap_local_slot(unsigned long slot, const void *addr)
 *	@addr: any in the slot's page; it faults from now on.
 */
#define KMAP_LOCAL_SLOTS 8
#define NR_KMAP_LOCAL_SLOTS (CONFIG_NR_CPUS * KMAP_LOCAL_SLOTS)

/* The slot that @addr lies in; NR_KMAP_LOCAL_SLOTS or more if it is in none. */
static __always_inline unsigned long kmap_local_slot_of(const void *addr)
{
	return ((unsigned long)addr - FIXMAP_START) >> PAGE_SHIFT;
}

/* Number of pages that are both writable and executable: 0 or a bug. */
unsigned long kpt_count_wx_pages(void);

#endif

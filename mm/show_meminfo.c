/* SPDX-License-Identifier: MIT */
/*
 * show_meminfo.c - meminfo below /proc, and the figures of other rooms
 *
 * Names, order and columns are those of Linux 6.1, because free(1) and people
 * parse them.
 *
 * Figures of other rooms come through mm_usage(): those rooms register a
 * function, so nothing here looks up.
 *
 * Locking: none. Counters are read as they are; a file may mix two moments, as
 * on Linux.
 *
 * Not here: vmstat (show_vmstat.c), zones (show_zones.c).
 */
#include <kernel/seq_file.h>
#include <kernel/util.h>
#include <asm/pgtable.h>
#include <mm/page_alloc.h>
#include <mm/show.h>
#include "show_figures.h"

/* The files speak of kB and mean KiB, as Linux's do. */
#define PAGE_KIB (PAGE_SIZE / 1024)

/* One function an item; NULL until its room registers. */
static unsigned long (*usage_read[NR_MM_USAGES])(void);

void mm_usage_register(enum mm_usage_item item, unsigned long (*read)(void))
{
	if (item < NR_MM_USAGES)
		usage_read[item] = read;
}

unsigned long mm_usage(enum mm_usage_item item)
{
	if (item >= NR_MM_USAGES || !usage_read[item])
		return 0;
	return usage_read[item]();
}

/*
 * What user programs could have without swapping, as Linux reckons: what is
 * free above the high marks and the largest reserves, and of what can shrink
 * that which is not needed to reach the low marks.
 */
unsigned long mm_available_pages(const struct mm_node *node,
				 unsigned long reclaimable)
{
	unsigned long free = 0, kept = 0, low = 0;
	unsigned int i, best;

	for (i = 0; i < NR_ZONES; i++) {
		const struct zone *z = &node->zones[i];
		unsigned long reserve = 0;

		for (best = i; best < NR_ZONES; best++)
			reserve = max(reserve, z->lowmem_reserve_pages[best]);
		kept += min(reserve + z->mark_pages[MARK_HIGH],
			    z->managed_pages);
		low += z->mark_pages[MARK_LOW];
		free += zone_free_pages(z);
	}
	free += reclaimable - min(reclaimable / 2, low);
	return free > kept ? free - kept : 0;
}

/* --- figures, in pages --------------------------------------------------- */

static unsigned long usage_slab_reclaimable(void)
{
	return mm_usage(MM_USAGE_SLAB_RECLAIMABLE);
}

static unsigned long usage_slab_unreclaimable(void)
{
	return mm_usage(MM_USAGE_SLAB_UNRECLAIMABLE);
}

static unsigned long usage_slab(void)
{
	return usage_slab_reclaimable() + usage_slab_unreclaimable();
}

static unsigned long usage_kernel_stack(void)
{
	return mm_usage(MM_USAGE_KERNEL_STACK);
}

static unsigned long usage_page_tables(void)
{
	return mm_usage(MM_USAGE_PAGE_TABLES);
}

static unsigned long usage_anon_pages(void)
{
	return mm_usage(MM_USAGE_ANON_PAGES);
}

static unsigned long usage_mapped(void)
{
	return mm_usage(MM_USAGE_MAPPED);
}

static unsigned long usage_vmalloc(void)
{
	return mm_usage(MM_USAGE_VMALLOC_USED);
}

static unsigned long usage_percpu(void)
{
	return mm_usage(MM_USAGE_PERCPU);
}

static unsigned long usage_reclaimable(void)
{
	return usage_slab_reclaimable() + mm_usage(MM_USAGE_MISC_RECLAIMABLE);
}

static unsigned long pages_available(void)
{
	return mm_available_pages(&mm_node, usage_reclaimable());
}

/* LowTotal + HighTotal = MemTotal: readers rely on it. */
static unsigned long pages_low_total(void)
{
	return totalram_pages() - totalhigh_pages();
}

static unsigned long pages_low_free(void)
{
	return nr_free_pages() - nr_free_highpages();
}

/* The window's size: addresses, not memory. */
static unsigned long pages_vmalloc_total(void)
{
	const struct arch_layout *layout = arch_layout();

	return (layout->vmalloc_end - layout->vmalloc_start) >> PAGE_SHIFT;
}

/*
 * Names and order of Linux 6.1 without the lines that exist there by
 * configuration only (zswap, CMA, huge pages, hardware corruption).
 */
static const struct figure meminfo_figures[] = {
	{ "MemTotal:", totalram_pages },
	{ "MemFree:", nr_free_pages },
	{ "MemAvailable:", pages_available },
	{ "Buffers:", NULL },
	{ "Cached:", NULL },
	{ "SwapCached:", NULL },
	{ "Active:", NULL },
	{ "Inactive:", NULL },
	{ "Active(anon):", NULL },
	{ "Inactive(anon):", NULL },
	{ "Active(file):", NULL },
	{ "Inactive(file):", NULL },
	{ "Unevictable:", NULL },
	{ "Mlocked:", NULL },
	{ "HighTotal:", totalhigh_pages },
	{ "HighFree:", nr_free_highpages },
	{ "LowTotal:", pages_low_total },
	{ "LowFree:", pages_low_free },
	{ "SwapTotal:", NULL },
	{ "SwapFree:", NULL },
	{ "Dirty:", NULL },
	{ "Writeback:", NULL },
	{ "AnonPages:", usage_anon_pages },
	{ "Mapped:", usage_mapped },
	{ "Shmem:", NULL },
	{ "KReclaimable:", usage_reclaimable },
	{ "Slab:", usage_slab },
	{ "SReclaimable:", usage_slab_reclaimable },
	{ "SUnreclaim:", usage_slab_unreclaimable },
	{ "KernelStack:", usage_kernel_stack },
	{ "PageTables:", usage_page_tables },
	{ "SecPageTables:", NULL },
	{ "NFS_Unstable:", NULL },
	{ "Bounce:", NULL },
	{ "WritebackTmp:", NULL },
	{ "CommitLimit:", NULL },
	{ "Committed_AS:", NULL },
	{ "VmallocTotal:", pages_vmalloc_total },
	{ "VmallocUsed:", usage_vmalloc },
	{ "VmallocChunk:", NULL }, /* Linux has printed 0 since 4.4 */
	{ "Percpu:", usage_percpu },
};

static void meminfo_show(struct seq_file *m)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(meminfo_figures); i++)
		seq_printf(m, "%-16s%8lu kB\n", meminfo_figures[i].name,
			   figure_value(&meminfo_figures[i]) * PAGE_KIB);
}
PROC_FILE(meminfo, "meminfo", meminfo_show);

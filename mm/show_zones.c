/* SPDX-License-Identifier: MIT */
/*
 * show_zones.c - meminfo, buddyinfo, zoneinfo and vmstat below /proc
 *
 * Names, order and columns are those of Linux 6.1, because free(1), vmstat(8)
 * and people parse them. Each file is a table of names with, where this kernel
 * has the figure, a function that gives it; a name without one reads 0, and
 * that is the truth: there is no such memory here.
 *
 * Figures of other rooms come through mm_usage(): those rooms register a
 * function, so nothing here looks up.
 *
 * Locking: buddyinfo takes zone->lock so that a line is of one moment. All
 * else reads counters as they are; a file may mix two moments, as on Linux.
 *
 * Not here: iomem (show_iomem.c), slabinfo and vmallocinfo (their rooms).
 */
#include <kernel/percpu.h>
#include <kernel/seq_file.h>
#include <asm/pgtable.h>
#include <mm/page_alloc.h>
#include <mm/show.h>

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
 * --- figures ---------------------------------------------------------------
 *
 * The tables below want functions without arguments, so that a figure of the
 * zones, of another room, or made of several all look the same there.
 */

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

/* nr_kernel_stack alone is in KiB, on Linux too. */
static unsigned long usage_kernel_stack_kib(void)
{
	return usage_kernel_stack() * PAGE_KIB;
}

static unsigned long usage_page_tables(void)
{
	return mm_usage(MM_USAGE_PAGE_TABLES);
}

static unsigned long usage_vmalloc(void)
{
	return mm_usage(MM_USAGE_VMALLOC_USED);
}

static unsigned long usage_percpu(void)
{
	return mm_usage(MM_USAGE_PERCPU);
}

/* Requests are not told apart by zone; they show under Normal. */
static unsigned long usage_direct_reclaim(void)
{
	return mm_usage(MM_USAGE_DIRECT_RECLAIM);
}

static unsigned long usage_slabs_scanned(void)
{
	return mm_usage(MM_USAGE_SLABS_SCANNED);
}

static unsigned long usage_page_faults(void)
{
	return mm_usage(MM_USAGE_PAGE_FAULTS);
}

/* What could be had without swapping: free, or shrinkable. */
static unsigned long pages_available(void)
{
	return nr_free_pages() + usage_slab_reclaimable();
}

/* As Linux counts here: without what is on CPUs' lists. */
static unsigned long pages_in_buddy(void)
{
	return nr_free_pages() - mm_usage(MM_USAGE_PCP);
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

/* Frames handed out by each zone since boot, and given back to any. */
static unsigned long events_alloc_dma(void)
{
	return zone_stat_sum(&mm_node.zones[ZONE_DMA], ZONE_STAT_ALLOC_PAGES);
}

static unsigned long events_alloc_normal(void)
{
	return zone_stat_sum(&mm_node.zones[ZONE_NORMAL],
			     ZONE_STAT_ALLOC_PAGES);
}

static unsigned long events_alloc_high(void)
{
	return zone_stat_sum(&mm_node.zones[ZONE_HIGHMEM],
			     ZONE_STAT_ALLOC_PAGES);
}

static unsigned long events_free(void)
{
	struct zone *z;
	unsigned long sum = 0;

	for_each_zone(z)
		sum += zone_stat_sum(z, ZONE_STAT_FREE_PAGES);
	return sum;
}

/* A line of a file: NULL reads 0. */
struct figure {
	const char *name;
	unsigned long (*read)(void);
};

static unsigned long figure_value(const struct figure *f)
{
	return f->read ? f->read() : 0;
}

/*
 * --- meminfo ---------------------------------------------------------------
 *
 * In pages. Names and order of Linux 6.1 without the lines that exist there by
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
	{ "AnonPages:", NULL },
	{ "Mapped:", NULL },
	{ "Shmem:", NULL },
	{ "KReclaimable:", usage_slab_reclaimable },
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

/*
 * --- buddyinfo -------------------------------------------------------------
 *
 * Free blocks by order; zones without RAM have no line. The blank at the end of
 * a line is Linux's.
 */

/* The counts are of one moment: nothing is printed under the lock. */
static void buddyinfo_zone(struct seq_file *m, struct zone *z)
{
	unsigned long nr[MAX_ORDER];
	unsigned long flags;
	unsigned int order;

	flags = spin_lock_irqsave(&z->lock);
	for (order = 0; order < MAX_ORDER; order++)
		nr[order] = zone_nr_blocks(z, order);
	spin_unlock_irqrestore(&z->lock, flags);

	seq_printf(m, "Node %d, zone %8s ", 0, z->name);
	for (order = 0; order < MAX_ORDER; order++)
		seq_printf(m, "%6lu ", nr[order]);
	seq_putc(m, '\n');
}

void mm_show_buddyinfo(struct seq_file *m, struct mm_node *node)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		if (node->zones[i].present_pages)
			buddyinfo_zone(m, &node->zones[i]);
	}
}

static void buddyinfo_show(struct seq_file *m)
{
	mm_show_buddyinfo(m, &mm_node);
}
PROC_FILE(buddyinfo, "buddyinfo", buddyinfo_show);

/*
 * --- zoneinfo --------------------------------------------------------------
 *
 * Every line but the first begins with the newline of the one before, as the
 * shape came about on Linux: so an empty zone simply ends earlier.
 */

/* Linux's per-node names, in pages. */
static const struct figure node_figures[] = {
	{ "nr_inactive_anon", NULL },
	{ "nr_active_anon", NULL },
	{ "nr_inactive_file", NULL },
	{ "nr_active_file", NULL },
	{ "nr_unevictable", NULL },
	{ "nr_slab_reclaimable", usage_slab_reclaimable },
	{ "nr_slab_unreclaimable", usage_slab_unreclaimable },
	{ "nr_isolated_anon", NULL },
	{ "nr_isolated_file", NULL },
	{ "nr_anon_pages", NULL },
	{ "nr_mapped", NULL },
	{ "nr_file_pages", NULL },
	{ "nr_dirty", NULL },
	{ "nr_writeback", NULL },
	{ "nr_writeback_temp", NULL },
	{ "nr_shmem", NULL },
	{ "nr_vmscan_write", NULL },
	{ "nr_dirtied", NULL },
	{ "nr_written", NULL },
	{ "nr_kernel_misc_reclaimable", NULL },
	{ "nr_kernel_stack", usage_kernel_stack_kib }, /* in KiB, as there */
	{ "nr_page_table_pages", usage_page_tables },
	{ "nr_sec_page_table_pages", NULL },
};

/* Per-zone names; the first is the zone's own, the others stay 0. */
static const char *const zone_figures[] = {
	"nr_free_pages",
	"nr_zone_inactive_anon",
	"nr_zone_active_anon",
	"nr_zone_inactive_file",
	"nr_zone_active_file",
	"nr_zone_unevictable",
	"nr_zone_write_pending",
	"nr_mlock",
	"nr_bounce",
	"nr_free_cma",
};

/*
 * What every zone has. @first: the node's figures go here, into the first zone
 * that has RAM. Watermarks read 0 until there is reclaim.
 */
static void zoneinfo_head(struct seq_file *m, const struct zone *z, bool first)
{
	unsigned int i;

	seq_printf(m, "Node %d, zone %8s", 0, z->name);
	if (first) {
		seq_puts(m, "\n  per-node stats");
		for (i = 0; i < ARRAY_SIZE(node_figures); i++)
			seq_printf(m, "\n      %-12s %lu", node_figures[i].name,
				   figure_value(&node_figures[i]));
	}
	seq_printf(m,
		   "\n  pages free     %lu"
		   "\n        boost    %lu"
		   "\n        min      %lu"
		   "\n        low      %lu"
		   "\n        high     %lu"
		   "\n        spanned  %lu"
		   "\n        present  %lu"
		   "\n        managed  %lu"
		   "\n        cma      %lu",
		   z->nr_free_pages, 0ul, 0ul, 0ul, 0ul,
		   z->end_pfn - z->start_pfn, z->present_pages,
		   z->managed_pages, 0ul);
	/* Four columns: Linux counts the movable zone. */
	seq_puts(m, "\n        protection: (0, 0, 0, 0)");
}

/*
 * What an empty zone does not have. Of a CPU's lists the pages they hold, and
 * the marks of single pages.
 */
static void zoneinfo_body(struct seq_file *m, const struct zone *z)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(zone_figures); i++)
		seq_printf(m, "\n      %-12s %lu", zone_figures[i],
			   i == 0 ? z->nr_free_pages : 0);
	seq_puts(m, "\n  pagesets");
	for_each_online_cpu(i)
		seq_printf(m,
			   "\n    cpu: %u"
			   "\n              count: %lu"
			   "\n              high:  %u"
			   "\n              batch: %u"
			   "\n  vm stats threshold: %u",
			   i, page_pcp_cpu_pages(z, i), z->pcp_mark[0].high,
			   z->pcp_mark[0].batch, 0);
	seq_printf(m,
		   "\n  node_unreclaimable:  %u"
		   "\n  start_pfn:           %lu",
		   0, z->start_pfn);
}

void mm_show_zoneinfo(struct seq_file *m, const struct mm_node *node)
{
	bool first = true;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		const struct zone *z = &node->zones[i];

		zoneinfo_head(m, z, first && z->present_pages);
		if (z->present_pages) {
			zoneinfo_body(m, z);
			first = false;
		}
		seq_putc(m, '\n');
	}
}

static void zoneinfo_show(struct seq_file *m)
{
	mm_show_zoneinfo(m, &mm_node);
}
PROC_FILE(zoneinfo, "zoneinfo", zoneinfo_show);

/*
 * --- vmstat ----------------------------------------------------------------
 *
 * The zone and node names above, then events since boot. Of Linux's some 150
 * events those that vmstat(8) and monitoring read, in its order.
 */
static const struct figure vmstat_events[] = {
	{ "nr_dirty_threshold", NULL },
	{ "nr_dirty_background_threshold", NULL },
	{ "pgpgin", NULL },
	{ "pgpgout", NULL },
	{ "pswpin", NULL },
	{ "pswpout", NULL },
	{ "pgalloc_dma", events_alloc_dma },
	{ "pgalloc_normal", events_alloc_normal },
	{ "pgalloc_high", events_alloc_high },
	{ "pgalloc_movable", NULL },
	{ "allocstall_dma", NULL },
	{ "allocstall_normal", usage_direct_reclaim },
	{ "allocstall_high", NULL },
	{ "allocstall_movable", NULL },
	{ "pgfree", events_free },
	{ "pgactivate", NULL },
	{ "pgdeactivate", NULL },
	{ "pgfault", usage_page_faults },
	{ "pgmajfault", NULL },
	{ "pgrefill", NULL },
	{ "pgsteal_kswapd", NULL },
	{ "pgsteal_direct", NULL },
	{ "pgscan_kswapd", NULL },
	{ "pgscan_direct", NULL },
	{ "slabs_scanned", usage_slabs_scanned },
	{ "oom_kill", NULL },
};

static void vmstat_show(struct seq_file *m)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(zone_figures); i++)
		seq_printf(m, "%s %lu\n", zone_figures[i],
			   i == 0 ? pages_in_buddy() : 0);
	for (i = 0; i < ARRAY_SIZE(node_figures); i++)
		seq_printf(m, "%s %lu\n", node_figures[i].name,
			   figure_value(&node_figures[i]));
	for (i = 0; i < ARRAY_SIZE(vmstat_events); i++)
		seq_printf(m, "%s %lu\n", vmstat_events[i].name,
			   figure_value(&vmstat_events[i]));
}
PROC_FILE(vmstat, "vmstat", vmstat_show);

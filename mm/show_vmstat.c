/* SPDX-License-Identifier: MIT */
/*
 * show_vmstat.c - vmstat below /proc
 *
 * The zones' and the node's figures, which zoneinfo shows too, then events
 * since boot. Of Linux's some 150 events those that vmstat(8) and monitoring
 * read, in its order.
 *
 * Locking: none; counters are read as they are.
 */
#include <kernel/seq_file.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/show.h>
#include "show_figures.h"

/* --- figures ------------------------------------------------------------- */

static unsigned long usage_slab_reclaimable(void)
{
	return mm_usage(MM_USAGE_SLAB_RECLAIMABLE);
}

static unsigned long usage_slab_unreclaimable(void)
{
	return mm_usage(MM_USAGE_SLAB_UNRECLAIMABLE);
}

/* nr_kernel_stack alone is in KiB, on Linux too. */
static unsigned long usage_kernel_stack_kib(void)
{
	return mm_usage(MM_USAGE_KERNEL_STACK) * (PAGE_SIZE / 1024);
}

static unsigned long usage_page_tables(void)
{
	return mm_usage(MM_USAGE_PAGE_TABLES);
}

static unsigned long usage_slabs_scanned(void)
{
	return mm_usage(MM_USAGE_SLABS_SCANNED);
}

static unsigned long usage_page_faults(void)
{
	return mm_usage(MM_USAGE_PAGE_FAULTS);
}

/* As Linux counts here: without what is on CPUs' lists. */
static unsigned long pages_in_buddy(void)
{
	return nr_free_pages() - mm_usage(MM_USAGE_PCP);
}

/* In pages, but for nr_kernel_stack. */
const struct figure mm_node_figures[NR_NODE_FIGURES] = {
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
	{ "nr_kernel_stack", usage_kernel_stack_kib },
	{ "nr_page_table_pages", usage_page_tables },
	{ "nr_sec_page_table_pages", NULL },
};

const char *const mm_zone_figures[NR_ZONE_FIGURES] = {
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

/* --- events -------------------------------------------------------------- */

/* Requests are not told apart by zone; they show under Normal. */
static unsigned long usage_direct_reclaim(void)
{
	return mm_usage(MM_USAGE_DIRECT_RECLAIM);
}

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

	for (i = 0; i < NR_ZONE_FIGURES; i++)
		seq_printf(m, "%s %lu\n", mm_zone_figures[i],
			   i == 0 ? pages_in_buddy() : 0);
	for (i = 0; i < NR_NODE_FIGURES; i++)
		seq_printf(m, "%s %lu\n", mm_node_figures[i].name,
			   figure_value(&mm_node_figures[i]));
	for (i = 0; i < ARRAY_SIZE(vmstat_events); i++)
		seq_printf(m, "%s %lu\n", vmstat_events[i].name,
			   figure_value(&vmstat_events[i]));
}
PROC_FILE(vmstat, "vmstat", vmstat_show);

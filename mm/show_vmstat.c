/* SPDX-License-Identifier: MIT */
/*
 * show_vmstat.c - vmstat below /proc
 *
 * The zones' and the node's figures, which zoneinfo shows too, then events
 * since boot. Of Linux's some 150 events those that vmstat(8) and monitoring
 * read, in its order. The last lines are this kernel's own: Linux knows these
 * events as trace points only, and does not count entries of page tables.
 *
 * Locking: none; counters are read as they are.
 */
#include <kernel/seq_file.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/show.h>
#include <asm/pgtable.h>
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

#define USAGE(id)                               \
	static unsigned long usage_##id(void)   \
	{                                       \
		return mm_usage(MM_USAGE_##id); \
	}

USAGE(MISC_RECLAIMABLE)
USAGE(PGSTEAL_KSWAPD)
USAGE(PGSTEAL_DIRECT)
USAGE(PGSCAN_KSWAPD)
USAGE(PGSCAN_DIRECT)
USAGE(SLABS_SCANNED)
USAGE(KSWAPD_RUNS)
USAGE(KSWAPD_GAVE_UP)
USAGE(DROP_PAGECACHE)
USAGE(DROP_SLAB)
USAGE(MAJOR_FAULTS)
USAGE(ANON_PAGES)
USAGE(MAPPED)
USAGE(PGPGIN)
USAGE(PGPGOUT)
USAGE(PSWPIN)
USAGE(PSWPOUT)

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
	{ "nr_anon_pages", usage_ANON_PAGES },
	{ "nr_mapped", usage_MAPPED },
	{ "nr_file_pages", NULL },
	{ "nr_dirty", NULL },
	{ "nr_writeback", NULL },
	{ "nr_writeback_temp", NULL },
	{ "nr_shmem", NULL },
	{ "nr_vmscan_write", NULL },
	{ "nr_dirtied", NULL },
	{ "nr_written", NULL },
	{ "nr_kernel_misc_reclaimable", usage_MISC_RECLAIMABLE },
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

/* --- events -------------------------------------------------------------- */

static const struct figure vm_events_io[] = {
	{ "nr_dirty_threshold", NULL },
	{ "nr_dirty_background_threshold", NULL },
	{ "pgpgin", usage_PGPGIN },
	{ "pgpgout", usage_PGPGOUT },
	{ "pswpin", usage_PSWPIN },
	{ "pswpout", usage_PSWPOUT },
};

static const struct figure vm_events_reclaim[] = {
	{ "pgactivate", NULL },
	{ "pgdeactivate", NULL },
	{ "pgfault", usage_page_faults },
	{ "pgmajfault", usage_MAJOR_FAULTS },
	{ "pgrefill", NULL },
	{ "pgsteal_kswapd", usage_PGSTEAL_KSWAPD },
	{ "pgsteal_direct", usage_PGSTEAL_DIRECT },
	{ "pgscan_kswapd", usage_PGSCAN_KSWAPD },
	{ "pgscan_direct", usage_PGSCAN_DIRECT },
	{ "slabs_scanned", usage_SLABS_SCANNED },
	{ "pageoutrun", usage_KSWAPD_RUNS },
	{ "drop_pagecache", usage_DROP_PAGECACHE },
	{ "drop_slab", usage_DROP_SLAB },
	{ "oom_kill", NULL },
};

static void show_figures(struct seq_file *m, const struct figure *f,
			 unsigned int nr)
{
	for (; nr--; f++)
		seq_printf(m, "%s %lu\n", f->name, figure_value(f));
}

/* NAME_dma and so on. Linux has a movable zone besides; here it is none. */
static void show_by_zone(struct seq_file *m, const struct mm_node *node,
			 const char *name, enum zone_stat stat)
{
	static const char *const words[NR_ZONES] = { "dma", "normal", "high" };
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		seq_printf(m, "%s_%s %lu\n", name, words[i],
			   zone_stat_sum(&node->zones[i], stat));
	seq_printf(m, "%s_movable 0\n", name);
}

static unsigned long node_stat_sum(const struct mm_node *node,
				   enum zone_stat stat)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		sum += zone_stat_sum(&node->zones[i], stat);
	return sum;
}

void mm_show_vm_events(struct seq_file *m, const struct mm_node *node)
{
	show_figures(m, vm_events_io, ARRAY_SIZE(vm_events_io));
	show_by_zone(m, node, "pgalloc", ZONE_STAT_ALLOC_PAGES);
	show_by_zone(m, node, "allocstall", ZONE_STAT_STALL);
	seq_printf(m, "pgfree %lu\n",
		   node_stat_sum(node, ZONE_STAT_FREE_PAGES));
	show_figures(m, vm_events_reclaim, ARRAY_SIZE(vm_events_reclaim));
	show_by_zone(m, node, "kswapd_wake", ZONE_STAT_WAKE);
	seq_printf(m, "kswapd_gave_up %lu\n", usage_KSWAPD_GAVE_UP());
	seq_printf(m, "extfrag_steal %lu\nextfrag_claim %lu\n",
		   node_stat_sum(node, ZONE_STAT_STEAL),
		   node_stat_sum(node, ZONE_STAT_CLAIM));
	seq_printf(m, "pages_quarantined %lu\n",
		   node_stat_sum(node, ZONE_STAT_QUARANTINE));
}

static void vmstat_show(struct seq_file *m)
{
	unsigned int i;

	for (i = 0; i < NR_ZONE_FIGURES; i++)
		seq_printf(m, "%s %lu\n", mm_zone_figures[i],
			   i == 0 ? pages_in_buddy() : 0);
	show_figures(m, mm_node_figures, NR_NODE_FIGURES);
	mm_show_vm_events(m, &mm_node);
	seq_printf(m, "pgtable_writes %lu\n", kpt_nr_writes());
}
PROC_FILE(vmstat, "vmstat", vmstat_show);

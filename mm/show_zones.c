/* SPDX-License-Identifier: MIT */
/*
 * show_zones.c - buddyinfo, zoneinfo and fragmentation below /proc
 *
 * Names, order and columns are those of Linux 6.1, because monitoring and
 * people parse them. On Linux extfrag_index and unusable_index lie below
 * /sys/kernel/debug/extfrag; their lines are the same here.
 *
 * Locking: free blocks are counted under zone->lock, so that a line is of one
 * moment, and nothing is printed under it. zoneinfo reads counters as they are.
 *
 * Not here: meminfo (show_meminfo.c), vmstat (show_vmstat.c), iomem (iomem.c),
 * free blocks by mobility (show_pagetype.c).
 */
#include <kernel/percpu.h>
#include <kernel/seq_file.h>
#include <mm/extfrag.h>
#include <mm/page_alloc.h>
#include <mm/show.h>
#include "show_figures.h"

/*
 * --- free blocks by order ----------------------------------------------------
 *
 * Zones without RAM have no line. The blank at the end of a line is Linux's.
 */

static void zone_count_blocks(struct zone *z, unsigned long nr[MAX_ORDER])
{
	unsigned long flags = spin_lock_irqsave(&z->lock);
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		nr[order] = zone_nr_blocks(z, order);
	spin_unlock_irqrestore(&z->lock, flags);
}

/* A line for each zone with RAM; @column prints what it says of an order. */
static void show_by_order(struct seq_file *m, struct mm_node *node,
			  void (*column)(struct seq_file *m,
					 const unsigned long nr[MAX_ORDER],
					 unsigned int order))
{
	unsigned long nr[MAX_ORDER];
	unsigned int i, order;

	for (i = 0; i < NR_ZONES; i++) {
		struct zone *z = &node->zones[i];

		if (!z->present_pages)
			continue;
		zone_count_blocks(z, nr);
		seq_printf(m, "Node %d, zone %8s ", 0, z->name);
		for (order = 0; order < MAX_ORDER; order++)
			column(m, nr, order);
		seq_putc(m, '\n');
	}
}

static void column_blocks(struct seq_file *m, const unsigned long nr[MAX_ORDER],
			  unsigned int order)
{
	seq_printf(m, "%6lu ", nr[order]);
}

void mm_show_buddyinfo(struct seq_file *m, struct mm_node *node)
{
	show_by_order(m, node, column_blocks);
}

/* Linux loses the sign of what lies between -1 and 0, and prints " 0.-500". */
static void column_extfrag(struct seq_file *m,
			   const unsigned long nr[MAX_ORDER],
			   unsigned int order)
{
	int index = extfrag_index(nr, order);
	unsigned int size = (unsigned int)(index < 0 ? -index : index);

	seq_printf(m, "%c%u.%03u ", index < 0 ? '-' : ' ', size / 1000,
		   size % 1000);
}

void mm_show_extfrag_index(struct seq_file *m, struct mm_node *node)
{
	show_by_order(m, node, column_extfrag);
}

static void column_unusable(struct seq_file *m,
			    const unsigned long nr[MAX_ORDER],
			    unsigned int order)
{
	unsigned int index = unusable_index(nr, order);

	seq_printf(m, "%u.%03u ", index / 1000, index % 1000);
}

void mm_show_unusable_index(struct seq_file *m, struct mm_node *node)
{
	show_by_order(m, node, column_unusable);
}

static void buddyinfo_show(struct seq_file *m)
{
	mm_show_buddyinfo(m, &mm_node);
}
PROC_FILE(buddyinfo, "buddyinfo", buddyinfo_show);

static void extfrag_index_show(struct seq_file *m)
{
	mm_show_extfrag_index(m, &mm_node);
}
PROC_FILE(extfrag_index, "extfrag_index", extfrag_index_show);

static void unusable_index_show(struct seq_file *m)
{
	mm_show_unusable_index(m, &mm_node);
}
PROC_FILE(unusable_index, "unusable_index", unusable_index_show);

/*
 * --- zoneinfo --------------------------------------------------------------
 *
 * Every line but the first begins with the newline of the one before, as the
 * shape came about on Linux: so an empty zone simply ends earlier.
 */

/*
 * What every zone has. @first: the node's figures go here, into the first zone
 * that has RAM.
 */
static void zoneinfo_head(struct seq_file *m, const struct zone *z, bool first)
{
	unsigned int i;

	seq_printf(m, "Node %d, zone %8s", 0, z->name);
	if (first) {
		seq_puts(m, "\n  per-node stats");
		for (i = 0; i < NR_NODE_FIGURES; i++)
			seq_printf(m, "\n      %-12s %lu",
				   mm_node_figures[i].name,
				   figure_value(&mm_node_figures[i]));
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
		   z->nr_free_pages, 0ul, z->mark_pages[MARK_MIN],
		   z->mark_pages[MARK_LOW], z->mark_pages[MARK_HIGH],
		   z->end_pfn - z->start_pfn, z->present_pages,
		   z->managed_pages, 0ul);
	seq_puts(m, "\n        protection: (");
	for (i = 0; i < NR_ZONES; i++)
		seq_printf(m, "%lu, ", z->lowmem_reserve_pages[i]);
	/* Linux has a fourth, movable zone, best of all; here it is empty. */
	seq_printf(m, "%lu)", z->lowmem_reserve_pages[NR_ZONES - 1]);
}

/*
 * What an empty zone does not have. Of a CPU's lists the pages they hold, and
 * the marks of single pages.
 */
static void zoneinfo_body(struct seq_file *m, const struct zone *z)
{
	unsigned int i;

	for (i = 0; i < NR_ZONE_FIGURES; i++)
		seq_printf(m, "\n      %-12s %lu", mm_zone_figures[i],
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

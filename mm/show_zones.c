/* SPDX-License-Identifier: MIT */
/*
 * show_zones.c - buddyinfo and zoneinfo below /proc
 *
 * Names, order and columns are those of Linux 6.1, because monitoring and
 * people parse them.
 *
 * Locking: buddyinfo takes zone->lock so that a line is of one moment. zoneinfo
 * reads counters as they are; it may mix two moments, as on Linux.
 *
 * Not here: meminfo (show_meminfo.c), vmstat (show_vmstat.c), iomem
 * (show_iomem.c).
 */
#include <kernel/percpu.h>
#include <kernel/seq_file.h>
#include <mm/page_alloc.h>
#include <mm/show.h>
#include "show_figures.h"

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

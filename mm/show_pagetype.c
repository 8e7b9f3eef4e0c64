/* SPDX-License-Identifier: MIT */
/*
 * show_pagetype.c - pagetypeinfo below /proc: free blocks and pageblocks by
 * mobility
 *
 * As Linux 6.1 prints it, blanks at the ends of lines included. Its fourth type
 * is a reserve of pageblocks for atomic requests, which here is a mark
 * (zone_mark.h): it reads 0.
 *
 * Locking: a zone's free blocks are counted under zone->lock; pageblocks are
 * looked at without it, so one may change its type meanwhile.
 *
 * Not here: what the types mean (page_mobility.c).
 */
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>
#include <mm/show.h>

#define NR_TYPE_NAMES (MIGRATE_TYPES + 1u)
static const char *const type_names[NR_TYPE_NAMES] = {
	[MIGRATE_UNMOVABLE] = "Unmovable",
	[MIGRATE_MOVABLE] = "Movable",
	[MIGRATE_RECLAIMABLE] = "Reclaimable",
	[MIGRATE_TYPES] = "HighAtomic",
};

/* Linux counts no list further than this: it walks them. */
#define FREE_BLOCKS_SHOWN 100000ul

/* A zone's free blocks, of one moment. The last row stays 0. */
struct type_counts {
	unsigned long nr[NR_TYPE_NAMES][MAX_ORDER];
};

static void zone_count_types(struct zone *z, struct type_counts *counts)
{
	unsigned long flags;
	unsigned int type, order;

	memset(counts, 0, sizeof(*counts));
	flags = spin_lock_irqsave(&z->lock);
	for (type = 0; type < MIGRATE_TYPES; type++) {
		for (order = 0; order < MAX_ORDER; order++)
			counts->nr[type][order] =
				z->free[type].area[order].nr_blocks;
	}
	spin_unlock_irqrestore(&z->lock, flags);
}

static void free_blocks_zone(struct seq_file *m, struct zone *z)
{
	struct type_counts counts;
	unsigned int type, order;

	zone_count_types(z, &counts);
	for (type = 0; type < NR_TYPE_NAMES; type++) {
		seq_printf(m, "Node %4d, zone %8s, type %12s ", 0, z->name,
			   type_names[type]);
		for (order = 0; order < MAX_ORDER; order++) {
			unsigned long nr = counts.nr[type][order];
			bool more = nr >= FREE_BLOCKS_SHOWN;

			seq_printf(m, "%s%6lu ", more ? ">" : "",
				   more ? FREE_BLOCKS_SHOWN : nr);
		}
		seq_putc(m, '\n');
	}
}

/* A pageblock at a zone's edge counts, whatever part of it is the zone's. */
static void pageblocks_zone(struct seq_file *m, const struct zone *z)
{
	unsigned long nr[NR_TYPE_NAMES] = { 0 };
	unsigned int type;
	pfn_t pfn;

	for (pfn = z->start_pfn; pfn < z->end_pfn;
	     pfn = ALIGN_DOWN(pfn, PAGEBLOCK_PAGES) + PAGEBLOCK_PAGES)
		nr[zone_block_type(z, pfn)]++;
	seq_printf(m, "Node %d, zone %8s ", 0, z->name);
	for (type = 0; type < NR_TYPE_NAMES; type++)
		seq_printf(m, "%12lu ", nr[type]);
	seq_putc(m, '\n');
}

void mm_show_pagetypeinfo(struct seq_file *m, struct mm_node *node)
{
	unsigned int i;

	seq_printf(m, "Page block order: %d\n", PAGEBLOCK_ORDER);
	seq_printf(m, "Pages per block:  %lu\n\n", PAGEBLOCK_PAGES);
	seq_printf(m, "%-43s ", "Free pages count per migrate type at order");
	for (i = 0; i < MAX_ORDER; i++)
		seq_printf(m, "%6d ", i);
	seq_putc(m, '\n');
	for (i = 0; i < NR_ZONES; i++) {
		if (node->zones[i].present_pages)
			free_blocks_zone(m, &node->zones[i]);
	}
	seq_printf(m, "\n%-23s", "Number of blocks type ");
	for (i = 0; i < NR_TYPE_NAMES; i++)
		seq_printf(m, "%12s ", type_names[i]);
	seq_putc(m, '\n');
	for (i = 0; i < NR_ZONES; i++) {
		if (node->zones[i].present_pages)
			pageblocks_zone(m, &node->zones[i]);
	}
}

static void pagetypeinfo_show(struct seq_file *m)
{
	mm_show_pagetypeinfo(m, &mm_node);
}
PROC_FILE(pagetypeinfo, "pagetypeinfo", pagetypeinfo_show);

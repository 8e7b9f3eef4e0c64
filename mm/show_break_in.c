/* SPDX-License-Identifier: MIT */
/*
 * show_break_in.c - memory's part of what the break-in key shows
 *
 * A line for each zone, in the words of /proc/zoneinfo. No lock is taken: the
 * figures are those of the moment, and may not fit together.
 */
#include <kernel/break_in.h>
#include <kernel/printk.h>
#include <kernel/vsnprintf.h>
#include <mm/zone.h>

static void show_zone(const struct zone *z)
{
	char orders[128];
	unsigned int order;
	int n = 0;

	if (!z->present_pages)
		return;
	pr_emerg("%-8s free:%lu min:%lu low:%lu high:%lu managed:%lu\n",
		 z->name, zone_free_pages(z), z->mark_pages[MARK_MIN],
		 z->mark_pages[MARK_LOW], z->mark_pages[MARK_HIGH],
		 z->managed_pages);
	for (order = 0; order < MAX_ORDER; order++)
		n += scnprintf(orders + n, sizeof(orders) - (size_t)n, " %lu",
			       zone_nr_blocks(z, order));
	pr_emerg("         blocks by order:%s\n", orders);
}

static void show_memory(void)
{
	unsigned int i;

	pr_emerg("Memory, in pages:\n");
	for (i = 0; i < NR_ZONES; i++)
		show_zone(&mm_node.zones[i]);
}
BREAK_IN(memory, show_memory);

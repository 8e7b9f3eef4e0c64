/* SPDX-License-Identifier: MIT */
/*
 * page_drain.c - all CPUs give the blocks on their lists back to the buddy
 *
 * A CPU's lists are its own, so each empties its own when asked to by an
 * interrupt. What they held merges in the buddy, and is there for everybody.
 *
 * Locking: none. Context: process, interrupts on once there are other CPUs.
 *
 * Not here: the lists (page_pcp.c).
 */
#include <kernel/export.h>
#include <kernel/smp.h>
#include <mm/page_pcp.h>
#include <mm/zone.h>

static void drain_this_cpu(void *zone)
{
	if (zone)
		page_pcp_drain_zone(zone);
	else
		page_pcp_drain_all();
}

void drain_all_pages(struct zone *zone)
{
	on_each_cpu(drain_this_cpu, zone, true);
}
EXPORT_SYMBOL(drain_all_pages);

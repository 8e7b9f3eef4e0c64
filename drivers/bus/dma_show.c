/* SPDX-License-Identifier: MIT */
/*
 * dma_show.c - /proc/dma_mappings: who has memory, and what was bounced
 *
 * A row for each device that has ever had a mapping; of those that are gone
 * until their row is needed. "ever" counts mappings, coherent memory included.
 */
#include <kernel/seq_file.h>
#include "dma_internal.h"

static void show_pool(struct seq_file *m)
{
	const struct bounce_pool *pool = &bounce_live;

	if (!pool->nr_slots) {
		seq_puts(m, "swiotlb: none\n");
		return;
	}
	seq_printf(m,
		   "swiotlb: 0x%08llx-0x%08llx slabs %u used %u peak %u"
		   " refused %lu%s\n",
		   pool->phys,
		   pool->phys + pool->nr_slots * BOUNCE_SLOT_BYTES - 1,
		   pool->nr_slots, READ_ONCE(pool->nr_used),
		   READ_ONCE(pool->nr_peak), READ_ONCE(pool->nr_refused),
		   bounce_is_forced() ? " force" : "");
}

static void dma_mappings_show(struct seq_file *m)
{
	struct dma_user user;
	unsigned int i;

	seq_printf(m, "%-20s %8s %10s %10s %10s %12s\n", "device", "mapped",
		   "bytes", "ever", "bounced", "bytes");
	for (i = 0; i < DMA_USERS; i++) {
		if (!dma_user_get(i, &user))
			continue;
		seq_printf(m, "%-20s %8lu %10llu %10llu %10llu %12llu\n",
			   user.name, user.nr_now, user.bytes_now, user.nr_ever,
			   user.nr_bounced, user.bytes_bounced);
	}
	show_pool(m);
	seq_printf(m, "records: refused %lu\n", dma_records_missed());
}
PROC_FILE(dma_mappings, "dma_mappings", dma_mappings_show);

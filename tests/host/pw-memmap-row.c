/* SPDX-License-Identifier: MIT */
/*
 * pw-memmap-row.c - the kernel's half of the map tool
 *
 * Built with the kernel's flags and headers, linked with boot/memmap.c as it
 * is. See pw-memmap.h for why the tool has two halves.
 */
#include <kernel/memmap.h>
#include <kernel/types.h>

#include "pw-memmap.h"

static struct boot_mmap_entry raw[PW_MAX_ENTRIES];
static struct memmap map;

void pw_memmap_row(const struct pw_entry *entries, unsigned int nr,
		   struct pw_row *row)
{
	struct memmap_zones zones;
	unsigned int i;

	for (i = 0; i < nr; i++)
		raw[i] = (struct boot_mmap_entry){
			.base = entries[i].base,
			.length = entries[i].length,
			.type = entries[i].type,
		};
	/* A map without RAM is a row of zeros here, not an error. */
	if (memmap_sanitize(&map, raw, nr, MEMMAP_MAX_PHYS_BITS))
		map.nr_runs = 0;
	memmap_zone_pages(&map, MEMMAP_NORMAL_END_PFN, &zones);
	*row = (struct pw_row){
		.entries = nr,
		.usable_runs = map.nr_runs,
		.dma_pages = zones.dma,
		.normal_pages = zones.normal,
		.high_pages = zones.high,
		.ignored_pages = zones.ignored,
		.top_pfn = memmap_top_pfn(&map),
	};
}

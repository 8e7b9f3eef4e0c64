/* SPDX-License-Identifier: MIT */
/*
 * boot_release.c - what was kept for start-up only is memory again
 *
 * The loader's archives are kept back until they are unpacked. Then their pages
 * change hands everywhere at once: out of bootmem's list, into the buddy, and
 * out of /proc/iomem; so the conservation line holds before and after, with so
 * many pages moved from "reserved" to "buddy".
 *
 * Only whole pages of one owner go: at its ends an archive may share a page with
 * another one, and a byte that is kept keeps its page.
 *
 * Locking: none but the zones' own. Context: start-up, while nobody else looks
 * at bootmem.
 */
#include <kernel/ioport.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/iomem.h>
#include <mm/mm_init.h>
#include <mm/zone_mark.h>

#include "internal.h"

/* What of range @r, if it is @owner's, lies in [*start, *end), whole pages. */
static bool owned_pages(const struct bootmem_range *r, const char *owner,
			pfn_t *start, pfn_t *end)
{
	*start = max(*start, phys_to_pfn(r->start + PAGE_SIZE - 1));
	*end = min(*end, phys_to_pfn(r->end));
	return *start < *end && r->kind == BOOTMEM_KEPT &&
	       strcmp(r->owner, owner) == 0;
}

static void give_pages(struct mm_node *node, pfn_t start, pfn_t end)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		struct zone *z = &node->zones[i];
		pfn_t first = max(start, z->start_pfn);
		pfn_t last = min(end, z->end_pfn);

		if (first < last)
			zone_add_free(z, first, last);
	}
}

unsigned long mm_release_range(struct mm_node *node, struct bootmem *bm,
			       phys_addr_t start, phys_addr_t end,
			       const char *owner)
{
	pfn_t from = phys_to_pfn(start + PAGE_SIZE - 1), to = phys_to_pfn(end);
	unsigned long nr_pages = 0;
	unsigned int i = 0;

	while (i < bm->reserved.nr) {
		pfn_t first = from, last = to;

		if (!owned_pages(&bm->reserved.ranges[i], owner, &first,
				 &last) ||
		    !bootmem_is_ram(bm, pfn_to_phys(first),
				    pfn_to_phys(last)) ||
		    bootmem_release(bm, pfn_to_phys(first),
				    pfn_to_phys(last))) {
			i++;
			continue;
		}
		give_pages(node, first, last);
		nr_pages += last - first;
		/* The list is another one now; what is below is done. */
		from = last;
		i = 0;
	}
	return nr_pages;
}

unsigned long mm_release_module(phys_addr_t start, phys_addr_t end)
{
	const char *owner = boot_range_name(BOOT_RANGE_MODULE);
	unsigned long nr_pages;

	nr_pages = mm_release_range(&mm_node, &bootmem_live, start, end, owner);
	if (nr_pages) {
		mm_iomem_update(&iomem_resource, &bootmem_live, owner);
		/* Marks go by how much memory a zone has. */
		mm_node_set_marks(&mm_node, &mm_tuning);
	}
	return nr_pages;
}

/* SPDX-License-Identifier: MIT */
/*
 * suites.c - do the image's self-tests stay in memory?
 *
 * More than half of the image is suites. They are its last part, in one piece
 * (linker.ld), and nothing but records in tables leads to them, which are passed
 * over when they are gone (suites.h). Where they are not kept their place is
 * never reserved: bootmem finds it free, before the first page table is taken,
 * and so do the buddy, the direct map and /proc/iomem. So nothing has to be
 * undone later, and a machine on which the image just fits can start
 * (docs/decisions/0022).
 *
 *   suites=keep   they stay
 *   suites=free   they go
 *   suites=auto   they go where RAM is less than 16 MiB and the command line has
 *                 no word of self-tests
 *
 * Where there is no RAM for all of them they cannot stay. What the loader wrote
 * of them outside RAM is lost, or lies on what the firmware keeps at its end;
 * and where a loader puts its words behind the image, those are lost. Nothing
 * here can bring that back: it is said.
 *
 * Locking: none. Context: boot, one CPU.
 */
#include <kernel/errno.h>
#include <kernel/param.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/mm_init.h>
#include "suites_keep.h"

/* A machine of this size, or larger, has room for them. */
#define ROOMY_MIB 16u
#define MIB_PAGES (MIB(1) / PAGE_SIZE)

static enum { SUITES_AUTO, SUITES_KEEP, SUITES_FREE } suites_mode;

static int suites_set(const char *value)
{
	if (value && !strcmp(value, "keep"))
		suites_mode = SUITES_KEEP;
	else if (value && !strcmp(value, "free"))
		suites_mode = SUITES_FREE;
	else if (value && !strcmp(value, "auto"))
		suites_mode = SUITES_AUTO;
	else
		return -EINVAL;
	return 0;
}
KERNEL_PARAM(
	suites, "suites", suites_set,
	"=keep|free|auto: the self-tests' memory; auto: free below 16 MiB");

/* In whole MiB, upwards: what the firmware keeps for itself counts as well. */
static bool machine_is_roomy(const struct memmap *map, pfn_t limit)
{
	return memmap_pages_between(map, 0, limit) >
	       (ROOMY_MIB - 1) * MIB_PAGES;
}

static bool suites_wanted(const struct memmap *map, pfn_t limit)
{
	switch (suites_mode) {
	case SUITES_KEEP: return true;
	case SUITES_FREE: return false;
	case SUITES_AUTO: break;
	}
	return boot_words_want_suites() || machine_is_roomy(map, limit);
}

/* Not if it is only mem= that leaves too little: what is there was loaded. */
static void suites_say_too_large(const struct memmap *map,
				 const struct arch_image_range *suites)
{
	const pfn_t start = phys_to_pfn(suites->start);
	const pfn_t end = phys_to_pfn(suites->end);
	bool ram = memmap_pages_between(map, start, end) == end - start;

	pr_notice("suites: no RAM for all of [mem 0x%08llx-0x%08llx]%s\n",
		  suites->start, suites->end - 1,
		  ram ? "" : ": words and ACPI tables behind RAM may be lost");
}

bool suites_keep(const struct memmap *map,
		 const struct arch_image_range *suites)
{
	const pfn_t limit = mm_boot_top_pfn(map, suites->start);
	const pfn_t start = phys_to_pfn(suites->start);
	const pfn_t end = phys_to_pfn(suites->end);
	pfn_t ram = 0;

	/* An image that was linked without. */
	if (start == end)
		return false;
	if (start < limit)
		ram = memmap_pages_between(map, start, min(end, limit));
	if (ram == end - start && suites_wanted(map, limit))
		return true;
	/* In Linux's words, for what it does with the code of start-up. */
	pr_info("Freeing unused kernel image (suites) memory: %luK\n",
		(unsigned long)(ram * (PAGE_SIZE / 1024)));
	if (ram < end - start)
		suites_say_too_large(map, suites);
	arch_suites_leave();
	return false;
}

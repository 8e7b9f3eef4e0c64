/* SPDX-License-Identifier: MIT */
/*
 * mm_boot.c - first step of memory: RAM and what is in use, to bootmem
 *
 * RAM comes from the sanitised map, without what mem= hides. Reserved from the
 * start are page 0 (interrupt vectors and data of the BIOS; and address 0 must
 * never be memory), the kernel's image, and what the loader left. From then on
 * bootmem can serve: first of all page tables.
 *
 * Locking: none, one CPU. Context: boot. Later the accessors are read-only.
 */
#define pr_fmt(fmt) "mm: " fmt
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <asm/pgtable.h>
#include <mm/mm_init.h>

#include "internal.h"

/* What mm_boot() was given; the log and /proc read it later. */
static const struct boot_info *live_boot_info;
static const struct memmap *live_map;
static pfn_t live_limit_pfn;
/* mem=: bytes from 0 that may be used. */
static phys_addr_t mem_limit = U64_MAX;

/* Less than a page cannot be meant; U64_MAX is memparse()'s "too large". */
static int mem_limit_set(const char *value)
{
	unsigned long long bytes;
	char *end;

	if (!value)
		return -EINVAL;
	bytes = memparse(value, &end);
	if (end == value || *end || bytes < PAGE_SIZE || bytes == U64_MAX)
		return -EINVAL;
	mem_limit = bytes;
	return 0;
}
KERNEL_PARAM(mem, "mem", mem_limit_set,
	     "=SIZE[KMG]: use no RAM at or above this address");

const struct boot_info *mm_boot_info(void)
{
	return live_boot_info;
}

const struct memmap *mm_firmware_map(void)
{
	return live_map;
}

pfn_t mm_limit_pfn(void)
{
	return live_limit_pfn;
}

void mm_limit_lower(pfn_t limit_pfn)
{
	BUG_ON(limit_pfn > live_limit_pfn);
	live_limit_pfn = limit_pfn;
}

/*
 * Without the image's own RAM nothing could run, so a limit below its end was
 * not meant.
 */
pfn_t mm_boot_top_pfn(const struct memmap *map, phys_addr_t image)
{
	if (mem_limit < image)
		return map->limit_pfn;
	return phys_to_pfn(min(mem_limit, pfn_to_phys(map->limit_pfn)));
}

/* A refusal has made its line; without this range boot cannot be sound. */
static void mm_boot_must(int err, const char *owner)
{
	if (err)
		panic("mm: cannot account for %s: error %d", owner, err);
}

/* By its name: that is all the arch tells, and what iomem shows. */
static bool owner_is_image(const char *owner)
{
	return strncmp(owner, "Kernel ", 7) == 0;
}

/* The first reserved range of the image that [start, end) touches, or NULL. */
static const struct bootmem_range *image_overlap(phys_addr_t start,
						 phys_addr_t end)
{
	const struct bootmem_list *list = &bootmem_live.reserved;
	unsigned int i;

	for (i = 0; i < list->nr; i++) {
		const struct bootmem_range *r = &list->ranges[i];

		if (r->start < end && start < r->end &&
		    owner_is_image(r->owner))
			return r;
	}
	return NULL;
}

bool mm_boot_range_sound(phys_addr_t start, phys_addr_t end)
{
	return bootmem_is_ram(&bootmem_live, start, end) &&
	       !image_overlap(start, end);
}

/* What mem= hides never gets into bootmem: nothing can use it by mistake. */
static void mm_boot_add_ram(const struct memmap *map)
{
	unsigned int i;

	for (i = 0; i < map->nr_runs; i++) {
		pfn_t end = min(map->runs[i].end, live_limit_pfn);

		if (map->runs[i].start >= end)
			break;
		mm_boot_must(bootmem_add(&bootmem_live,
					 pfn_to_phys(map->runs[i].start),
					 pfn_to_phys(end), "System RAM"),
			     "RAM");
	}
}

/* The end of the kernel's image; 0: there is none (hosted). */
static phys_addr_t image_end(const struct mm_kept_range *kept,
			     unsigned int nr_kept)
{
	phys_addr_t end = 0;
	unsigned int i;

	for (i = 0; i < nr_kept; i++) {
		if (owner_is_image(kept[i].owner))
			end = max(end, kept[i].end);
	}
	return end;
}

/*
 * An image that reaches beyond all RAM is a machine that is too small: said in
 * the words of mm_init(), which would find the same a little later.
 */
static void mm_boot_must_fit(const struct memmap *map, phys_addr_t need)
{
	phys_addr_t have = pfn_to_phys(memmap_top_pfn(map));

	if (need <= have)
		return;
	pr_emerg("need %llu KiB, have %llu KiB\n", need >> 10, have >> 10);
	panic("mm: too little memory for the kernel's image");
}

/*
 * What mem= leaves of @map. One above all RAM does no harm, but whoever typed it
 * is waiting for something.
 */
static void mm_boot_limit(const struct memmap *map, phys_addr_t image)
{
	phys_addr_t top = pfn_to_phys(memmap_top_pfn(map));

	live_limit_pfn = mm_boot_top_pfn(map, image);
	if (mem_limit < image)
		pr_warn("mem=%#llx refused: the kernel's image ends at %#llx\n",
			mem_limit, image);
	else if (mem_limit >= top && mem_limit != U64_MAX)
		pr_notice("mem=%#llx hides nothing: RAM ends at %#llx\n",
			  mem_limit, top);
}

/* The image must be RAM: what the map reserves, others may write to. */
static void mm_boot_keep(const struct memmap *map,
			 const struct mm_kept_range *kept)
{
	pfn_t start = phys_to_pfn(kept->start);
	pfn_t end = phys_to_pfn(kept->end + PAGE_SIZE - 1);

	if (kept->start >= kept->end)
		return;
	if (owner_is_image(kept->owner) &&
	    memmap_pages_between(map, start, end) != end - start)
		panic("mm: %s [mem 0x%08llx-0x%08llx] lies outside RAM",
		      kept->owner, kept->start, kept->end - 1);
	mm_boot_must(bootmem_reserve(&bootmem_live, kept->start, kept->end,
				     kept->owner),
		     kept->owner);
}

/*
 * The loader's data may lie anywhere and is reserved wherever that is. What is
 * wrong with its place is said here; mm_boot_range_sound() tells those who
 * would read it.
 */
static void mm_boot_keep_loaders(const struct boot_range *range)
{
	const char *name = boot_range_name(range->kind);
	const struct bootmem_range *image =
		image_overlap(range->start, range->end);

	if (image)
		pr_err("%s [mem 0x%08llx-0x%08llx] overlaps %s [mem"
		       " 0x%08llx-0x%08llx]\n",
		       name, range->start, range->end - 1, image->owner,
		       image->start, image->end - 1);
	else if (!bootmem_is_ram(&bootmem_live, range->start, range->end))
		pr_warn("%s [mem 0x%08llx-0x%08llx] lies outside RAM\n", name,
			range->start, range->end - 1);
	mm_boot_must(
		bootmem_reserve(&bootmem_live, range->start, range->end, name),
		name);
}

/*
 * Page tables before the hand-over, from the top: all of low memory can be
 * reached by then, and the DMA zone is spared. Those made in a row share an
 * entry of bootmem's list.
 */
static void *boot_table_page(void)
{
	const struct bootmem_request req = {
		.size_bytes = PAGE_SIZE,
		.align_bytes = PAGE_SIZE,
		.max = arch_layout()->lowmem_limit,
		.dir = BOOTMEM_TOPDOWN,
		.owner = "page tables",
	};

	return bootmem_alloc_virt(&bootmem_live, &req);
}

void mm_boot(const struct boot_info *bi, const struct memmap *map,
	     const struct mm_kept_range *kept, unsigned int nr_kept)
{
	const struct mm_kept_range page0 = { 0, PAGE_SIZE, MM_OWNER_PAGE0 };
	unsigned int i;

	live_boot_info = bi;
	live_map = map;
	mm_boot_must_fit(map, image_end(kept, nr_kept));
	mm_boot_limit(map, image_end(kept, nr_kept));
	mm_boot_add_ram(map);
	mm_boot_keep(map, &page0);
	for (i = 0; i < nr_kept; i++)
		mm_boot_keep(map, &kept[i]);
	for (i = 0; i < bi->nr_ranges; i++)
		mm_boot_keep_loaders(&bi->ranges[i]);
	kpt_set_table_source(boot_table_page);
}

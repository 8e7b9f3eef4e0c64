/* SPDX-License-Identifier: MIT */
/*
 * allocator.c - the machine's hidden RAM, under the names of the driver books
 *
 * The books' module asked for the memory size on its own command line, or
 * probed for it. Both can be wrong: the last pages below a round number are
 * often ACPI tables. The firmware's map, which mm keeps, says what is RAM, and
 * bootmem's lists, which stay as its record, what of that somebody has. What
 * is left is hidden.
 *
 * Locking: that of the pool. The list of ranges changes only in init and
 * cleanup, when nobody else calls.
 */
#define pr_fmt(fmt) "highram: " fmt
#include <drivers/highram.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <mm/check.h>
#include <mm/mm_init.h>
#include <mm/slab.h>

/* What a 32-bit device, and an unsigned long, can name. */
#define DMA_LIMIT GIB(4)

struct highram_pool highram_live = {
	.name = "highram",
	.lock = SPINLOCK_INIT("highram", LOCK_RESERVE),
	.blocks = LIST_HEAD_INIT(highram_live.blocks),
};

/* highram_live.ranges, to free them; NULL: there are none. */
static struct highram_range *live_ranges;

/* --- what is hidden ----------------------------------------------------- */

/* The first range of @list that reaches above @pos in whole pages: narrow
 * [*start, *end) to it if it begins lower. */
static void first_taken(const struct bootmem_list *list, phys_addr_t pos,
			phys_addr_t *start, phys_addr_t *end)
{
	unsigned int i;

	for (i = 0; i < list->nr; i++) {
		phys_addr_t first = list->ranges[i].start & ~(PAGE_SIZE - 1ull);
		phys_addr_t last = ALIGN(list->ranges[i].end, (u64)PAGE_SIZE);

		if (last <= pos)
			continue;
		if (first < *start) {
			*start = first;
			*end = last;
		}
		return;
	}
}

unsigned int highram_find(const struct memmap *map, const struct bootmem *bm,
			  struct highram_range *out, unsigned int room)
{
	unsigned int i, nr = 0;

	for (i = 0; i < map->nr_runs; i++) {
		phys_addr_t pos = pfn_to_phys(map->runs[i].start);
		phys_addr_t top = pfn_to_phys(map->runs[i].end);

		while (pos < top) {
			phys_addr_t start = top, end = top;

			first_taken(&bm->memory, pos, &start, &end);
			first_taken(&bm->reserved, pos, &start, &end);
			if (pos < start && nr++ < room)
				out[nr - 1] =
					(struct highram_range){ pos, start };
			pos = end;
		}
	}
	return nr;
}

/* --- the books' names --------------------------------------------------- */

static int live_build(void)
{
	const struct memmap *map = mm_firmware_map();
	unsigned int nr = map ? highram_find(map, &bootmem_live, NULL, 0) : 0;

	if (!nr)
		return 0;
	live_ranges = kmalloc_array(nr, sizeof(*live_ranges), GFP_KERNEL);
	if (!live_ranges)
		return -ENOMEM;
	highram_find(map, &bootmem_live, live_ranges, nr);
	highram_pool_init(&highram_live, "highram", live_ranges, nr);
	return 0;
}

int allocator_init(u32 *largest_kilobytes)
{
	int err = live_ranges ? 0 : live_build();
	struct highram_sums sums;

	highram_pool_sums(&highram_live, DMA_LIMIT, &sums);
	if (largest_kilobytes)
		*largest_kilobytes = (u32)(sums.largest_bytes >> 10);
	return err;
}

static phys_addr_t alloc_site(u64 kilobytes, phys_addr_t limit, gfp_t gfp,
			      unsigned long site)
{
	const struct highram_request req = {
		.kilobytes = kilobytes,
		.limit = limit,
		.gfp = gfp,
		.site = site,
	};

	return highram_pool_alloc(&highram_live, &req);
}

unsigned long allocator_allocate_dma(unsigned long kilobytes, int priority)
{
	return (unsigned long)alloc_site(kilobytes, DMA_LIMIT, (gfp_t)priority,
					 _RET_IP_);
}

int allocator_free_dma(unsigned long address)
{
	return highram_pool_free(&highram_live, address, _RET_IP_);
}

phys_addr_t highram_alloc(u64 kilobytes, gfp_t gfp)
{
	return alloc_site(kilobytes, 0, gfp, _RET_IP_);
}

int highram_free(phys_addr_t address)
{
	return highram_pool_free(&highram_live, address, _RET_IP_);
}

void allocator_cleanup(void)
{
	struct report_sites sites = { .at = _RET_IP_ };
	struct highram_piece piece = { 0 };
	phys_addr_t cursor = 0;

	while (!piece.used && highram_pool_next(&highram_live, &cursor, &piece))
		;
	if (piece.used) {
		sites.alloc = piece.site;
		mm_report("highram-busy", &sites, "blocks=%u first=%#llx",
			  highram_live.nr_blocks, piece.start);
		return;
	}
	highram_pool_init(&highram_live, "highram", NULL, 0);
	kfree(live_ranges);
	live_ranges = NULL;
}

void highram_init(void)
{
	struct highram_sums sums;

	if (allocator_init(NULL)) {
		pr_warn("no memory for the list of hidden RAM\n");
		return;
	}
	highram_pool_sums(&highram_live, 0, &sums);
	if (sums.total_bytes)
		pr_info("%llu kB hidden by mem= can be had, largest %llu kB\n",
			sums.total_bytes >> 10, sums.largest_bytes >> 10);
}

static void highram_show(struct seq_file *m)
{
	highram_pool_show(m, &highram_live);
}
PROC_FILE(highram, "highram", highram_show);

static int highram_check_live(void)
{
	return highram_pool_check(&highram_live);
}
MM_CHECK(highram, "highram", highram_check_live);

/* SPDX-License-Identifier: MIT */
/*
 * private_machine.h - memory of a machine that is not there, for suites
 *
 * From a firmware map to zones, by the same functions that make the live ones,
 * on records of its own. Frames are only numbers: nobody touches them. The
 * structure is some 50 KiB, mostly struct boot_info, so it is taken from the
 * live buddy for as long as a case runs.
 */
#ifndef TESTS_PRIVATE_MACHINE_H
#define TESTS_PRIVATE_MACHINE_H

#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/frame_map.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>

/* Ranges of bootmem; random machines stay below. */
#define PRIVATE_RANGES 64
/* Up to 8 GiB, in three zones. */
#define PRIVATE_PAGEBLOCKS 2051

struct private_machine {
	struct boot_info bi;
	struct memmap map;
	struct bootmem bm;
	struct bootmem_range memory[PRIVATE_RANGES];
	struct bootmem_range reserved[PRIVATE_RANGES];
	struct mm_limits limits;
	pfn_t limit_pfn;
	struct mm_plan plan;
	struct mm_node node;
	struct page *records;
	u8 types[PRIVATE_PAGEBLOCKS];
	unsigned int records_order;
	struct frame_source src;
};

static inline void *private_pages_new(struct ktest *t, unsigned long bytes)
{
	unsigned int order = get_order(bytes);
	void *va = NULL;

	if (order < MAX_ORDER)
		va = (void *)__get_free_pages(
			GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN, order);
	if (!va)
		ktest_skip(t, "no block of memory for a private machine");
	return va;
}

/**
 * private_machine_new - RAM as @entries say, in bootmem; page 0 is kept
 * @limit_pfn: RAM from here on is ignored
 *
 * Return: the machine, or NULL: the case is skipped, there is no memory.
 */
static inline struct private_machine *
private_machine_new(struct ktest *t, const struct boot_mmap_entry *entries,
		    unsigned int nr, const struct mm_limits *limits,
		    pfn_t limit_pfn)
{
	struct private_machine *pm = private_pages_new(t, sizeof(*pm));
	unsigned int i;

	if (!pm)
		return NULL;
	pm->limits = *limits;
	memcpy(pm->bi.mmap, entries, nr * sizeof(entries[0]));
	pm->bi.nr_mmap = nr;
	KTEST_EXPECT_EQ(t, memmap_sanitize(&pm->map, pm->bi.mmap, nr, 36), 0);
	pm->limit_pfn = min(limit_pfn, pm->map.limit_pfn);
	bootmem_init(&pm->bm, "private", pm->memory, PRIVATE_RANGES,
		     pm->reserved, PRIVATE_RANGES);
	for (i = 0; i < pm->map.nr_runs; i++) {
		pfn_t start = pm->map.runs[i].start;
		pfn_t end = min(pm->map.runs[i].end, pm->limit_pfn);

		if (start < end)
			KTEST_EXPECT_EQ(t,
					bootmem_add(&pm->bm, pfn_to_phys(start),
						    pfn_to_phys(end), "ram"),
					0);
	}
	KTEST_EXPECT_EQ(t, bootmem_reserve(&pm->bm, 0, PAGE_SIZE, "page 0"), 0);
	return pm;
}

/* Plan, build the zones, hand over. Return: false if the case was skipped. */
static inline bool private_machine_hand_over(struct ktest *t,
					     struct private_machine *pm)
{
	KTEST_EXPECT_EQ(t, mm_plan_make(&pm->plan, &pm->bm, &pm->limits), 0);
	pm->records_order = get_order(pm->plan.map_bytes);
	pm->records = private_pages_new(t, pm->plan.map_bytes);
	if (!pm->records)
		return false;
	if (pm->plan.no_record_pages)
		pm->limit_pfn = pm->plan.max_pfn;
	KTEST_EXPECT_LE(t, mm_plan_types_bytes(&pm->plan), sizeof(pm->types));
	mm_node_build(&pm->node, pm->records, pm->types, &pm->plan);
	mm_hand_over(&pm->node, &pm->bm);
	pm->src = (struct frame_source){
		.bi = &pm->bi,
		.bm = &pm->bm,
		.node = &pm->node,
		.limit_pfn = pm->limit_pfn,
		.end_pfn = pm->plan.max_pfn,
	};
	return true;
}

/* Also NULL. Blocks need not be given back first. */
static inline void private_machine_free(struct private_machine *pm)
{
	if (!pm)
		return;
	free_pages((unsigned long)pm->records, pm->records_order);
	free_pages((unsigned long)pm, get_order(sizeof(*pm)));
}

#endif

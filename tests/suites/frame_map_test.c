/* SPDX-License-Identifier: MIT */
/*
 * frame_map_test.c - the walk over physical frames, on a private machine
 */
#include <kernel/ktest.h>
#include <kernel/record.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/frame_map.h>
#include "private_machine.h"

#define U BOOT_MMAP_USABLE
#define R BOOT_MMAP_RESERVED

static const struct mm_limits toy_limits = { .dma_end = 64, .low_end = 256 };

static const struct boot_mmap_entry toy_map[] = {
	{ 0x110000, 0x4000, U }, /* 272 .. 275: high, not sorted */
	{ 0, 0x1f400, U }, /* 0 .. 30 */
	{ 0x1f400, 0xc00, R }, /* 31 */
	{ 0x50000, 0x3000, 4 }, /* 80 .. 82: ACPI NVS */
	{ 0x40000, 0x13000, U }, /* 64 .. 79: cut by it */
	{ 0x60000, 0x40000, U }, /* 96 .. 159 */
};

struct want_run {
	pfn_t nr;
	enum frame_kind kind;
	enum page_owner owner;
	const char *name;
};

static struct private_machine *toy_new(struct ktest *t)
{
	const struct bootmem_request req = {
		.size_bytes = 2 * PAGE_SIZE,
		.align_bytes = PAGE_SIZE,
		.min = 0x40000,
		.dir = BOOTMEM_BOTTOMUP,
		.owner = "early",
	};
	struct private_machine *pm = private_machine_new(
		t, toy_map, ARRAY_SIZE(toy_map), &toy_limits, 274);

	if (!pm)
		return NULL;
	KTEST_EXPECT_EQ(
		t, bootmem_reserve(&pm->bm, 0x10000, 0x12000, MM_OWNER_CODE),
		0);
	KTEST_EXPECT_EQ(
		t, bootmem_reserve(&pm->bm, 0x12000, 0x13000, MM_OWNER_DATA),
		0);
	KTEST_EXPECT_EQ(t, bootmem_alloc(&pm->bm, &req), 0x40000);
	if (private_machine_hand_over(t, pm)) {
		pm->src.end_pfn = 280;
		return pm;
	}
	private_machine_free(pm);
	return NULL;
}

static void expect_runs(struct ktest *t, const struct frame_source *src,
			const struct want_run *want, unsigned int nr)
{
	struct frame_map fm;
	struct frame_run run;
	unsigned int i = 0;
	pfn_t pos = 0;

	frame_map_begin(&fm, src);
	while (frame_map_next(&fm, &run)) {
		KTEST_ASSERT_TRUE(t, i < nr);
		KTEST_EXPECT_EQ(t, run.start_pfn, pos);
		KTEST_EXPECT_EQ(t, run.nr, want[i].nr);
		KTEST_EXPECT_EQ(t, run.kind, want[i].kind);
		KTEST_EXPECT_EQ(t, run.owner, want[i].owner);
		KTEST_EXPECT_STREQ(t, run.name, want[i].name);
		pos += run.nr;
		i++;
	}
	KTEST_EXPECT_EQ(t, i, nr);
	KTEST_EXPECT_EQ(t, pos, src->end_pfn);
}

#define RUN(nr, kind, name)                             \
	{                                               \
		nr, FRAME_##kind, PAGE_OWNER_NONE, name \
	}

static void a_fresh_machine_shows_all_sources(struct ktest *t)
{
	static const struct want_run want[] = {
		RUN(1, KEPT, "page 0"),	      RUN(15, FREE, "free"),
		RUN(2, IMAGE, "Kernel code"), RUN(1, IMAGE, "Kernel data"),
		RUN(12, FREE, "free"),	      RUN(1, FIRMWARE, "firmware"),
		RUN(32, HOLE, "hole"),	      RUN(2, BOOT, "early"),
		RUN(14, FREE, "free"),	      RUN(3, FIRMWARE, "firmware"),
		RUN(13, HOLE, "hole"),	      RUN(64, FREE, "free"),
		RUN(112, HOLE, "hole"),	      RUN(2, FREE, "free"),
		RUN(2, IGNORED, "ignored"),   RUN(4, HOLE, "hole"),
	};
	struct private_machine *pm = toy_new(t);

	if (!pm)
		return;
	expect_runs(t, &pm->src, want, ARRAY_SIZE(want));
	private_machine_free(pm);
}

/* A machine with one long run of RAM in each of DMA and Normal. */
static struct private_machine *plain_new(struct ktest *t, pfn_t top_pfn)
{
	const struct boot_mmap_entry map[] = {
		{ 0, pfn_to_phys(top_pfn), U },
	};
	const struct mm_limits limits = { .dma_end = 64, .low_end = top_pfn };
	struct private_machine *pm =
		private_machine_new(t, map, 1, &limits, ~0ul);

	if (!pm || private_machine_hand_over(t, pm))
		return pm;
	private_machine_free(pm);
	return NULL;
}

static void blocks_show_under_their_owner_whatever_their_order(struct ktest *t)
{
	static const struct want_run want[] = {
		RUN(1, KEPT, "page 0"),
		RUN(63, FREE, "free"),
		{ 32, FRAME_USED, PAGE_OWNER_VMALLOC, "vmalloc" },
		{ 16, FRAME_USED, PAGE_OWNER_SLAB, "slab" },
		RUN(16, FREE, "free"),
	};
	struct private_machine *pm = plain_new(t, 128);
	struct page *block;
	struct zone *z;
	unsigned int i;

	if (!pm)
		return;
	z = &pm->node.zones[ZONE_NORMAL];
	for (i = 0; i < 3; i++) {
		block = zone_alloc_block(z, i == 0 ? 4 : 3, 1);
		KTEST_EXPECT_NOT_NULL(t, block);
		page_set_owner(block, PAGE_OWNER_VMALLOC);
	}
	block = zone_alloc_block(z, 4, 1);
	KTEST_EXPECT_NOT_NULL(t, block);
	page_set_state(block, PAGE_SLAB);
	expect_runs(t, &pm->src, want, ARRAY_SIZE(want));
	private_machine_free(pm);
}

static void one_run_may_be_longer_than_a_batch(struct ktest *t)
{
	static const struct want_run want[] = {
		RUN(1, KEPT, "page 0"),
		RUN(63, FREE, "free"),
		{ 2 * FRAME_MAP_BATCH, FRAME_USED, PAGE_OWNER_PAGES, "pages" },
		RUN(1, FREE, "free"),
	};
	struct private_machine *pm = plain_new(t, 64 + 2 * FRAME_MAP_BATCH + 1);
	unsigned int i;

	if (!pm)
		return;
	/* The odd frame is the smallest block: free it again at the end. */
	for (i = 0; i < 2 * FRAME_MAP_BATCH + 1; i++)
		KTEST_EXPECT_NOT_NULL(
			t,
			zone_alloc_block(&pm->node.zones[ZONE_NORMAL], 0, 1));
	KTEST_EXPECT_EQ(t,
			zone_free_block(&pm->node.zones[ZONE_NORMAL],
					&pm->records[64 + 2 * FRAME_MAP_BATCH],
					0, 1),
			0);
	expect_runs(t, &pm->src, want, ARRAY_SIZE(want));
	private_machine_free(pm);
}

static void frames_without_a_block_are_lost(struct ktest *t)
{
	static const struct want_run want[] = {
		RUN(1, KEPT, "page 0"),
		RUN(63, FREE, "free"),
		RUN(32, LOST, "lost"),
		RUN(32, FREE, "free"),
	};
	struct private_machine *pm = plain_new(t, 128);
	struct page *block;

	if (!pm)
		return;
	block = zone_alloc_block(&pm->node.zones[ZONE_NORMAL], 5, 1);
	KTEST_ASSERT_NOT_NULL(t, block);
	block->flags = 0; /* as a forgotten merge would leave it */
	expect_runs(t, &pm->src, want, ARRAY_SIZE(want));
	private_machine_free(pm);
}

static void
a_block_that_grew_during_the_walk_is_found_by_its_head(struct ktest *t)
{
	struct private_machine *pm = plain_new(t, 128);
	struct page *block;
	struct frame_map fm;
	struct frame_run run;
	struct zone *z;

	if (!pm)
		return;
	z = &pm->node.zones[ZONE_NORMAL];
	block = zone_alloc_block(z, 4, 1);
	frame_map_begin(&fm, &pm->src);
	KTEST_EXPECT_TRUE(t, frame_map_next(&fm, &run)); /* page 0 */
	KTEST_EXPECT_TRUE(t, frame_map_next(&fm, &run)); /* the rest of DMA */
	/* The walk has seen frames 64 .. 79; now 64 .. 127 become one. */
	KTEST_EXPECT_EQ(t, zone_free_block(z, block, 4, 1), 0);
	KTEST_EXPECT_TRUE(t, frame_map_next(&fm, &run));
	KTEST_EXPECT_EQ(t, run.kind, FRAME_USED);
	KTEST_EXPECT_TRUE(t, frame_map_next(&fm, &run));
	KTEST_EXPECT_EQ(t, run.kind, FRAME_FREE);
	KTEST_EXPECT_EQ(t, run.start_pfn, 80);
	KTEST_EXPECT_EQ(t, run.nr, 48);
	private_machine_free(pm);
}

static void a_limit_inside_a_run_of_ram_divides_it(struct ktest *t)
{
	static const struct want_run want[] = {
		RUN(1, KEPT, "page 0"),
		RUN(99, FREE, "free"),
		RUN(28, IGNORED, "ignored"),
	};
	struct private_machine *pm = plain_new(t, 128);

	if (!pm)
		return;
	pm->src.limit_pfn = 100;
	expect_runs(t, &pm->src, want, ARRAY_SIZE(want));
	private_machine_free(pm);
}

#define RANDOM_FRAMES 600

/* What the walk must say of @pfn, by looking at this frame alone. */
static void naive_run(const struct private_machine *pm, pfn_t pfn,
		      struct frame_run *run)
{
	const struct zone *z = &pm->node.zones[pfn < 64 ? 0 : 1];
	const struct page *head = page_head_of(z, pfn);

	*run = (struct frame_run){ .kind = FRAME_FREE };
	if (pfn == 0)
		run->kind = FRAME_KEPT;
	else if (!head)
		run->kind = FRAME_LOST;
	else if (page_state(head) == PAGE_ALLOCATED)
		*run = (struct frame_run){ .kind = FRAME_USED,
					   .owner = page_owner(head) };
}

static void random_blocks(struct ktest *t, struct private_machine *pm)
{
	unsigned int i;

	for (i = 0; i < 120; i++) {
		struct zone *z = &pm->node.zones[ktest_random(t) & 1];
		unsigned int order = ktest_random(t) % 4;
		struct page *block = zone_alloc_block(z, order, 1);

		if (!block)
			continue;
		if (ktest_random(t) % 3 == 0) {
			KTEST_EXPECT_EQ(t, zone_free_block(z, block, order, 1),
					0);
			continue;
		}
		page_set_owner(block, (enum page_owner)(PAGE_OWNER_PAGES +
							ktest_random(t) % 2));
	}
}

static void random_blocks_agree_with_a_look_at_each_frame(struct ktest *t)
{
	struct private_machine *pm = plain_new(t, RANDOM_FRAMES);
	struct frame_run run, naive, last = { .kind = NR_FRAME_KINDS };
	struct frame_map fm;
	pfn_t pos = 0;

	if (!pm)
		return;
	random_blocks(t, pm);
	frame_map_begin(&fm, &pm->src);
	while (frame_map_next(&fm, &run)) {
		KTEST_EXPECT_FALSE(t, run.kind == last.kind &&
					      run.owner == last.owner);
		last = run;
		KTEST_EXPECT_EQ(t, run.start_pfn, pos);
		for (; pos < run.start_pfn + run.nr; pos++) {
			naive_run(pm, pos, &naive);
			KTEST_EXPECT_EQ(t, run.kind, naive.kind);
			KTEST_EXPECT_EQ(t, run.owner, naive.owner);
		}
	}
	KTEST_EXPECT_EQ(t, pos, RANDOM_FRAMES);
	private_machine_free(pm);
}

static void the_live_map_joins_and_loses_nothing(struct ktest *t)
{
	struct frame_source src;
	struct frame_map fm;
	struct frame_run run;
	pfn_t pos = 0;

	frame_source_live(&src);
	frame_map_begin(&fm, &src);
	while (frame_map_next(&fm, &run)) {
		KTEST_EXPECT_EQ(t, run.start_pfn, pos);
		KTEST_EXPECT_NE(t, run.kind, FRAME_LOST);
		KTEST_EXPECT_NE(t, frame_run_letter(&run), '?');
		pos += run.nr;
	}
	KTEST_EXPECT_EQ(t, pos, max_pfn);
}

/* Records end up here while nobody else listens. */
static struct {
	unsigned long frames; /* in all runs so far: where the next begins */
	unsigned int lines;
	unsigned int ends;
	bool torn;
} seen;

/* Frames in the "[n,"name"]" pairs of a line. */
static unsigned long frames_in(const char *text)
{
	unsigned long sum = 0, nr;

	for (; *text; text++) {
		if (*text != '[')
			continue;
		for (nr = 0; text[1] >= '0' && text[1] <= '9'; text++)
			nr = nr * 10 + (unsigned long)(text[1] - '0');
		sum += nr;
	}
	return sum;
}

static void capture(const char *text, size_t len)
{
	static char line[520];
	char first[40];

	strlcpy(line, text, min(len + 1, sizeof(line)));
	snprintf(first, sizeof(first), "\"first\":%lu,", seen.frames);
	if (!strstr(line, "\"k\":\"frames\"") || !strstr(line, first))
		seen.torn = true;
	seen.frames += frames_in(line);
	seen.lines++;
	if (strstr(line, "\"end\":1"))
		seen.ends++;
}

static void the_records_follow_one_another_up_to_the_end(struct ktest *t)
{
	struct private_machine *pm;

	if (record_enabled()) {
		ktest_skip(t, "somebody listens to the records");
		return;
	}
	pm = plain_new(t, RANDOM_FRAMES);
	if (!pm)
		return;
	random_blocks(t, pm);
	memset(&seen, 0, sizeof(seen));
	record_set_sink(capture);
	frame_map_record_of(&pm->src);
	record_set_sink(NULL);
	KTEST_EXPECT_TRUE(t, seen.lines > 1);
	KTEST_EXPECT_EQ(t, seen.frames, RANDOM_FRAMES);
	KTEST_EXPECT_EQ(t, seen.ends, 1);
	KTEST_EXPECT_FALSE(t, seen.torn);
	private_machine_free(pm);
}

static const struct ktest_case frame_map_cases[] = {
	KTEST_CASE(a_fresh_machine_shows_all_sources),
	KTEST_CASE(blocks_show_under_their_owner_whatever_their_order),
	KTEST_CASE(one_run_may_be_longer_than_a_batch),
	KTEST_CASE(frames_without_a_block_are_lost),
	KTEST_CASE(a_block_that_grew_during_the_walk_is_found_by_its_head),
	KTEST_CASE(a_limit_inside_a_run_of_ram_divides_it),
	KTEST_CASE(random_blocks_agree_with_a_look_at_each_frame),
	KTEST_CASE(the_live_map_joins_and_loses_nothing),
	KTEST_CASE(the_records_follow_one_another_up_to_the_end),
};
KTEST_SUITE(frame_map, frame_map_cases);

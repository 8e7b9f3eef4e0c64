/* SPDX-License-Identifier: MIT */
/* grab_test.c - frames from a disk into memory of every kind */
#include <drivers/grabber.h>
#include <fs/blkdev.h>
#include <kernel/err.h>
#include <kernel/hash.h>
#include <kernel/ktest.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/page_pcp.h>

#include "ram_disk.h"
#include "room.h"

#define PATH "/dev/ramtest"
#define PAGES 20u /* larger than the window for hidden RAM; a block has 32 */
#define FRAME_SECTORS (PAGES * (u32)PAGE_SIZE / SECTOR_SIZE)
static_assert(PAGES > GRAB_WINDOW_PAGES, "the window is moved on");
static_assert(FRAME_SECTORS <= RAM_DISK_SECTORS, "the disk has a frame");
static_assert(2 * FRAME_SECTORS > RAM_DISK_SECTORS, "and not two");

#define rd SUITE_ROOM(struct ram_disk)

static struct block_device *disk_open(struct ktest *t)
{
	struct block_device *bdev;

	if (!ram_disk_make(t, rd))
		return NULL;
	ram_disk_fill(rd);
	bdev = blkdev_get_by_path(PATH, FMODE_READ, NULL);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(bdev)))
		return bdev;
	ram_disk_free(rd);
	return NULL;
}

static void disk_close(struct block_device *bdev)
{
	blkdev_put(bdev, FMODE_READ);
	ram_disk_free(rd);
}

static u32 crc_of_frames(unsigned int nr)
{
	u32 crc = 0;

	while (nr--)
		crc = crc32_ieee(crc, rd->data, FRAME_SECTORS * SECTOR_SIZE);
	return crc;
}

/* Is a reserve there for @way, if it needs one? */
static bool way_is_there(enum grab_way way)
{
	struct grab_buffer buf = { 0 };

	if (!grab_buffer_take(&buf, way, PAGES))
		return false;
	grab_buffer_give(&buf);
	return true;
}

static void every_kind_of_memory_gets_the_disks_data(struct ktest *t)
{
	struct block_device *bdev = disk_open(t);
	struct grab_cost cost;
	unsigned int way;

	KTEST_ASSERT_NOT_NULL(t, bdev);
	for (way = 0; way < NR_GRAB_WAYS; way++) {
		bool there = way_is_there((enum grab_way)way);

		grab_frames(bdev, (enum grab_way)way, 3, PAGES, &cost);
		KTEST_EXPECT_EQ(t, cost.frames, there ? 3 : 0);
		KTEST_EXPECT_EQ(t, cost.no_memory, there ? 0 : 3);
		KTEST_EXPECT_EQ(t, cost.io_errors, 0);
		KTEST_EXPECT_EQ(t, cost.crc, there ? crc_of_frames(3) : 0);
		KTEST_EXPECT_EQ(t, cost.copied_bytes,
				there && way == GRAB_HIDDEN ?
					3 * PAGES * PAGE_SIZE :
					0);
	}
	disk_close(bdev);
}

/* What the reserves need is a boot word; a machine has these without any. */
static void memory_without_boot_words_is_there(struct ktest *t)
{
	KTEST_EXPECT_TRUE(t, way_is_there(GRAB_PAGES));
	KTEST_EXPECT_TRUE(t, way_is_there(GRAB_VMALLOC));
	KTEST_EXPECT_TRUE(t, way_is_there(GRAB_BLOCK));
}

static void segments_are_those_of_the_requests(struct ktest *t)
{
	static const enum grab_way ways[] = { GRAB_PAGES, GRAB_BLOCK };
	struct block_device *bdev = disk_open(t);
	struct grab_cost cost;
	unsigned int i, way;

	KTEST_ASSERT_NOT_NULL(t, bdev);
	for (way = 0; way < ARRAY_SIZE(ways); way++) {
		unsigned long segments = 0;

		rd->nr_log = 0;
		grab_frames(bdev, ways[way], 1, PAGES, &cost);
		KTEST_EXPECT_EQ(t, cost.requests, rd->nr_log);
		for (i = 0; i < rd->nr_log; i++)
			segments += rd->log[i].nr_segments;
		/* A segment that two requests share is counted once. */
		KTEST_EXPECT_GE(t, segments, cost.segments);
		KTEST_EXPECT_LE(t, segments, cost.segments + rd->nr_log - 1);
	}
	disk_close(bdev);
}

static void a_signal_ends_it(struct ktest *t)
{
	struct block_device *bdev = disk_open(t);
	struct grab_cost cost;

	KTEST_ASSERT_NOT_NULL(t, bdev);
	allow_signal(SIGUSR1);
	KTEST_EXPECT_EQ(t, send_sig(SIGUSR1, current, 1), 0);
	grab_frames(bdev, GRAB_PAGES, 3, PAGES, &cost);
	disallow_signal(SIGUSR1);
	KTEST_EXPECT_EQ(t, cost.frames, 0);
	KTEST_EXPECT_EQ(t, cost.io_errors, 0);
	disk_close(bdev);
}

static void a_frame_that_the_disk_refuses_is_no_frame(struct ktest *t)
{
	struct block_device *bdev = disk_open(t);
	struct grab_cost cost;

	KTEST_ASSERT_NOT_NULL(t, bdev);
	rd->bad = FRAME_SECTORS - 1;
	grab_frames(bdev, GRAB_PAGES, 2, PAGES, &cost);
	KTEST_EXPECT_EQ(t, cost.frames, 0);
	KTEST_EXPECT_EQ(t, cost.io_errors, 2);
	KTEST_EXPECT_EQ(t, cost.no_memory, 0);
	rd->bad = RAM_DISK_FINE;
	grab_frames(bdev, GRAB_PAGES, 2, PAGES, &cost);
	KTEST_EXPECT_EQ(t, cost.frames, 2);
	disk_close(bdev);
}

static unsigned long pages_free(void)
{
	page_pcp_drain_all();
	return nr_free_pages();
}

/* Others may take a page or two meanwhile. */
static void the_memory_of_frames_comes_back(struct ktest *t)
{
	struct block_device *bdev = disk_open(t);
	unsigned long before = pages_free();
	struct fault_attr saved;
	struct grab_cost cost;
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, bdev);
	grab_frames(bdev, GRAB_PAGES, 8, PAGES, &cost);
	KTEST_EXPECT_EQ(t, cost.frames, 8);
	KTEST_EXPECT_GE(t, pages_free() + PAGES, before);
	fault_plan_save(&mm_node.fault, &saved);
	for (i = 0; i < 8; i++) {
		fault_fail_nth(&mm_node.fault, PAGES);
		KTEST_EXPECT_FALSE(t, way_is_there(GRAB_PAGES));
	}
	fault_plan_restore(&mm_node.fault, &saved);
	KTEST_EXPECT_GE(t, pages_free() + PAGES, before);
	disk_close(bdev);
}

/* Is a block of @order free for @zone? */
static bool block_is_free(gfp_t zone, unsigned int order)
{
	struct page *page =
		alloc_pages(zone | __GFP_MEMALLOC | __GFP_NOWARN, order);

	if (page)
		__free_pages(page, order);
	return page;
}

static void fragments_are_two_pages_at_most(struct ktest *t)
{
	struct grab_fragments held;
	struct grab_cost cost;
	struct block_device *bdev = disk_open(t);
	bool large; /* a small machine may have none, all the same */

	KTEST_ASSERT_NOT_NULL(t, bdev);
	large = block_is_free(0, 8);
	grab_fragment(&held);
	KTEST_EXPECT_NE(t, held.nr_pages, 0);
	KTEST_EXPECT_FALSE(t, block_is_free(__GFP_HIGHMEM, 2));
	KTEST_EXPECT_FALSE(t, block_is_free(0, 2));
	KTEST_EXPECT_FALSE(t, block_is_free(__GFP_DMA, 2));
	KTEST_EXPECT_TRUE(t, block_is_free(0, 1));
	grab_frames(bdev, GRAB_BLOCK, 1, PAGES, &cost);
	KTEST_EXPECT_EQ(t, cost.no_memory, 1);
	grab_frames(bdev, GRAB_PAGES, 1, PAGES, &cost);
	KTEST_EXPECT_EQ(t, cost.crc, crc_of_frames(1));
	KTEST_EXPECT_GE(t, cost.segments, PAGES / 2);
	grab_unfragment(&held);
	KTEST_EXPECT_EQ(t, held.nr_pages, 0);
	KTEST_EXPECT_EQ(t, block_is_free(0, 8), large);
	disk_close(bdev);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(every_kind_of_memory_gets_the_disks_data),
	KTEST_CASE(memory_without_boot_words_is_there),
	KTEST_CASE(segments_are_those_of_the_requests),
	KTEST_CASE(a_frame_that_the_disk_refuses_is_no_frame),
	KTEST_CASE(a_signal_ends_it),
	KTEST_CASE(the_memory_of_frames_comes_back),
	KTEST_CASE(fragments_are_two_pages_at_most),
};
KTEST_SUITE(grab, cases);

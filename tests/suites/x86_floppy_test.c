/* SPDX-License-Identifier: MIT */
/*
 * x86_floppy_test.c - the disk in the drive, while it stays open
 *
 * Writes on it, and so runs only where its name is asked for.
 */
#include <fs/blkdev.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>

#include "page_io.h"

static struct block_device *disk_open(struct ktest *t)
{
	struct block_device *bdev =
		blkdev_get_by_path("/dev/fd0", FMODE_READ | FMODE_WRITE, NULL);

	if (!IS_ERR(bdev))
		return bdev;
	ktest_skip(t, "no disk in /dev/fd0 that can be written on");
	return NULL;
}

static void a_track_in_the_window_is_read_again_behind_a_write(struct ktest *t)
{
	struct block_device *bdev = disk_open(t);
	struct page *page;
	u8 *bytes, kept[SECTOR_SIZE];

	if (!bdev)
		return;
	page = alloc_page(GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, page);
	bytes = page_address(page);
	KTEST_EXPECT_EQ(t, page_io(bdev, page, 5, 1, REQ_OP_READ), 0);
	memcpy(kept, bytes, SECTOR_SIZE);
	memset(bytes, (u8)~kept[0], SECTOR_SIZE);
	KTEST_EXPECT_EQ(t, page_io(bdev, page, 5, 1, REQ_OP_WRITE), 0);
	memset(bytes, kept[0], SECTOR_SIZE);
	KTEST_EXPECT_EQ(t, page_io(bdev, page, 5, 1, REQ_OP_READ), 0);
	KTEST_EXPECT_NULL(t, memchr_inv(bytes, (u8)~kept[0], SECTOR_SIZE));
	memcpy(bytes, kept, SECTOR_SIZE);
	KTEST_EXPECT_EQ(t, page_io(bdev, page, 5, 1, REQ_OP_WRITE), 0);
	__free_page(page);
	blkdev_put(bdev, FMODE_READ | FMODE_WRITE);
}

static void what_lies_behind_its_end_is_refused(struct ktest *t)
{
	struct block_device *bdev = disk_open(t);
	struct page *page;

	if (!bdev)
		return;
	page = alloc_page(GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_EQ(
		t,
		page_io(bdev, page, bdev_nr_sectors(bdev) - 1, 1, REQ_OP_READ),
		0);
	KTEST_EXPECT_EQ(
		t, page_io(bdev, page, bdev_nr_sectors(bdev), 1, REQ_OP_READ),
		-EIO);
	__free_page(page);
	blkdev_put(bdev, FMODE_READ | FMODE_WRITE);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_track_in_the_window_is_read_again_behind_a_write),
	KTEST_CASE(what_lies_behind_its_end_is_refused),
};
KTEST_SUITE_SLOW(x86_floppy, cases);

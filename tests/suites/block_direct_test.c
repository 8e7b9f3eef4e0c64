/* SPDX-License-Identifier: MIT */
/*
 * block_direct_test.c - disks whose drivers take bios as they come, and those of
 * older drivers
 */
#include <kernel/string.h>

#include "block_sent.h"
#include "cache_pages.h"
#include "log_lines.h"

/* What the driver was handed, and whether it ends that at once. */
static struct bio *held_bio;
static bool keep;
static unsigned int nr_bios, nr_sectors, nr_pieces;
static struct request_queue *seen_queue;

static void serve_bio(struct bio *bio)
{
	struct bvec_iter iter;
	struct bio_vec v;

	nr_bios++;
	nr_sectors = bio_sectors(bio);
	nr_pieces = 0;
	bio_for_each_segment(v, bio, iter)
	{
		memset((char *)page_address(v.bv_page) + v.bv_offset,
		       (int)(iter.bi_sector + 1), v.bv_len);
		nr_pieces++;
	}
	if (keep)
		held_bio = bio;
	else
		bio_endio(bio);
}

/* As of today, and as of 2.4 to 5.8. */
static blk_qc_t direct_submit(struct bio *bio)
{
	serve_bio(bio);
	return BLK_QC_T_NONE;
}

static blk_qc_t direct_make_request(struct request_queue *q, struct bio *bio)
{
	seen_queue = q;
	serve_bio(bio);
	return BLK_QC_T_NONE;
}

static int changed, revalidated;

static int direct_media_changed(struct gendisk *disk)
{
	(void)disk;
	return changed;
}

static int direct_revalidate(struct gendisk *disk)
{
	(void)disk;
	changed = 0;
	revalidated++;
	return 0;
}

static const struct block_device_operations submit_fops = {
	.owner = THIS_MODULE,
	.submit_bio = direct_submit,
};
static const struct block_device_operations queue_fops = {
	.owner = THIS_MODULE,
	.media_changed = direct_media_changed,
	.revalidate_disk = direct_revalidate,
};

static struct gendisk *direct_disk(const struct block_device_operations *fops)
{
	struct gendisk *disk = blk_alloc_disk(-1);

	nr_sent = 0;
	nr_bios = 0;
	keep = false;
	if (!disk)
		return NULL;
	disk->major = RAM_DISK_MAJOR;
	disk->minors = 1;
	disk->fops = fops;
	strscpy(disk->disk_name, "direct", DISK_NAME_LEN);
	set_capacity(disk, RAM_DISK_SECTORS);
	return disk;
}

static void direct_gone(struct ktest *t, struct gendisk *disk)
{
	sent_all(t);
	del_gendisk(disk);
	blk_cleanup_disk(disk);
}

static void a_driver_gets_the_bios_themselves(struct ktest *t)
{
	struct gendisk *disk = direct_disk(&submit_fops);
	struct sent *s;

	KTEST_ASSERT_NOT_NULL(t, disk);
	KTEST_ASSERT_EQ(t, add_disk(disk), 0);
	s = send_to(disk, 10, 2, REQ_OP_READ);
	KTEST_EXPECT_EQ(t, sent_wait(s), 0);
	KTEST_EXPECT_EQ(t, sent_byte(s), 11);
	KTEST_EXPECT_EQ(t, nr_bios, 1);
	/* Neighbours are two. */
	keep = true;
	s = send_to(disk, 12, 1, REQ_OP_WRITE);
	KTEST_EXPECT_EQ(t, nr_bios, 2);
	KTEST_EXPECT_EQ(t, s->nr_ends, 0);
	bio_io_error(held_bio);
	KTEST_EXPECT_EQ(t, sent_wait(s), -EIO);
	direct_gone(t, disk);
}

static void what_cannot_be_does_not_reach_it(struct ktest *t)
{
	struct gendisk *disk = direct_disk(&submit_fops);

	KTEST_ASSERT_NOT_NULL(t, disk);
	KTEST_ASSERT_EQ(t, add_disk(disk), 0);
	KTEST_EXPECT_EQ(t, sent_wait(send_to(disk, LAST, 2, REQ_OP_READ)),
			-EIO);
	set_disk_ro(disk, true);
	KTEST_EXPECT_EQ(t, sent_wait(send_to(disk, 0, 1, REQ_OP_WRITE)), -EIO);
	/* Without a cache there is nothing to flush. */
	KTEST_EXPECT_EQ(t, sent_wait(send_to(disk, 0, 0, REQ_OP_FLUSH)), 0);
	KTEST_EXPECT_EQ(t, nr_bios, 0);
	direct_gone(t, disk);
}

static void a_bio_comes_uncut(struct ktest *t)
{
	struct gendisk *disk = direct_disk(&queue_fops);
	struct page *page = alloc_page(GFP_KERNEL | __GFP_NOFAIL);
	struct bio *bio;
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, disk);
	blk_queue_make_request(disk->queue, direct_make_request);
	blk_queue_max_hw_sectors(disk->queue, 8);
	KTEST_ASSERT_EQ(t, add_disk(disk), 0);
	bio = bio_alloc(disk->part0, 20, REQ_OP_READ, GFP_NOIO);
	for (i = 0; i < 20; i++)
		bio_add_page(bio, page, PAGE_SIZE, 0);
	KTEST_EXPECT_EQ(t, submit_bio_wait(bio), 0);
	KTEST_EXPECT_EQ(t, nr_bios, 1);
	KTEST_EXPECT_EQ(t, nr_sectors, 160);
	KTEST_EXPECT_EQ(t, nr_pieces, 20);
	KTEST_EXPECT_TRUE(t, seen_queue == disk->queue);
	bio_put(bio);
	__free_page(page);
	direct_gone(t, disk);
}

static void a_disk_that_nobody_serves_is_refused(struct ktest *t)
{
	struct gendisk *disk = direct_disk(&queue_fops);

	KTEST_ASSERT_NOT_NULL(t, disk);
	ktest_expect_report(t, "WARN");
	KTEST_EXPECT_EQ(t, add_disk(disk), -EINVAL);
	blk_queue_make_request(disk->queue, direct_make_request);
	KTEST_EXPECT_EQ(t, add_disk(disk), 0);
	direct_gone(t, disk);
}

static void sectors_of_another_size_are_refused_by_name(struct ktest *t)
{
	struct gendisk *disk = direct_disk(&submit_fops);
	u64 from = log_end();

	KTEST_ASSERT_NOT_NULL(t, disk);
	blk_queue_logical_block_size(disk->queue, 1024);
	KTEST_EXPECT_EQ(t, add_disk(disk), -EINVAL);
	KTEST_EXPECT_EQ(t, log_count(from, "direct: not added: its sectors"),
			1);
	blk_queue_logical_block_size(disk->queue, SECTOR_SIZE);
	blk_queue_physical_block_size(disk->queue, 4096);
	KTEST_EXPECT_EQ(t, add_disk(disk), 0);
	KTEST_EXPECT_EQ(t, queue_physical_block_size(disk->queue), 4096);
	direct_gone(t, disk);
}

static void another_medium_is_looked_at_anew(struct ktest *t)
{
	struct gendisk *disk = direct_disk(&queue_fops);

	KTEST_ASSERT_NOT_NULL(t, disk);
	revalidated = 0;
	changed = 0;
	KTEST_EXPECT_EQ(t, check_disk_change(disk->part0), 0);
	KTEST_EXPECT_EQ(t, revalidated, 0);
	changed = 1;
	KTEST_EXPECT_EQ(t, check_disk_change(disk->part0), 1);
	KTEST_EXPECT_EQ(t, revalidated, 1);
	KTEST_EXPECT_EQ(t, check_disk_change(disk->part0), 0);
	direct_gone(t, disk);
}

/* Of the caches that queues may be from. */
static unsigned long queue_pages(void)
{
	return cache_pages("kmalloc-512") + cache_pages("kmalloc-1k");
}

/* As drivers since 5.19 leave it to the disk. */
static void a_disks_own_queue_goes_with_it(struct ktest *t)
{
	unsigned long before = queue_pages();
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		struct gendisk *disk = blk_alloc_disk(NUMA_NO_NODE);

		KTEST_ASSERT_NOT_NULL(t, disk);
		put_disk(disk);
	}
	KTEST_EXPECT_LE(t, queue_pages(), before + 20);
}

static const struct ktest_case block_direct_cases[] = {
	KTEST_CASE(a_driver_gets_the_bios_themselves),
	KTEST_CASE(what_cannot_be_does_not_reach_it),
	KTEST_CASE(a_bio_comes_uncut),
	KTEST_CASE(a_disk_that_nobody_serves_is_refused),
	KTEST_CASE(sectors_of_another_size_are_refused_by_name),
	KTEST_CASE(another_medium_is_looked_at_anew),
	KTEST_CASE(a_disks_own_queue_goes_with_it),
};
KTEST_SUITE(block_direct, block_direct_cases);

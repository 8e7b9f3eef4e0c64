/* SPDX-License-Identifier: MIT */
/*
 * block_test.c - bios and requests: what becomes one, what comes next, and who
 * gets an error
 */
#include <kernel/jiffies.h>
#include <kernel/string.h>
#include <mm/fault_inject.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/scatterlist.h>
#include <mm/show.h>

#include "block_sent.h"
#include "cache_pages.h"
#include "proc_text.h"

/* --- merging -------------------------------------------------------------------- */

static void neighbours_become_one_request(struct ktest *t)
{
	struct sent *middle, *behind, *before;

	KTEST_ASSERT_TRUE(t, begin_busy(t));
	middle = send(10, 2, REQ_OP_READ);
	behind = send(12, 2, REQ_OP_READ);
	before = send(8, 2, REQ_OP_READ);
	ram_disk_serve(rd);
	KTEST_EXPECT_EQ(t, sent_wait(middle), 0);
	KTEST_EXPECT_EQ(t, rd->nr_log, 2);
	expect_log(t, 1, 8, 6, 3);
	KTEST_EXPECT_EQ(t, sent_byte(before), ram_disk_byte(8));
	KTEST_EXPECT_EQ(t, sent_byte(middle), ram_disk_byte(10));
	KTEST_EXPECT_EQ(t, sent_byte(behind), ram_disk_byte(12));
	end(t);
}

static void strangers_stay_apart(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin_busy(t));
	(void)send(10, 2, REQ_OP_READ);
	(void)send(12, 2, REQ_OP_WRITE | REQ_SYNC); /* another direction */
	(void)send(15, 1, REQ_OP_READ); /* a gap */
	(void)send(16, 1, REQ_OP_READ | REQ_NOMERGE);
	(void)send(17, 1, REQ_OP_READ); /* beside one that will not */
	ram_disk_serve(rd);
	KTEST_EXPECT_EQ(t, rd->nr_log, 6);
	end(t);
}

static void a_request_grows_as_far_as_the_device_takes(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin(t));
	blk_queue_max_hw_sectors(rd->queue, 9);
	rd->hold = true;
	(void)send(LAST, 1, REQ_OP_READ);
	(void)send(10, 8, REQ_OP_READ);
	(void)send(18, 1, REQ_OP_READ); /* 9: fits */
	(void)send(19, 1, REQ_OP_READ); /* 10: does not */
	ram_disk_serve(rd);
	KTEST_EXPECT_EQ(t, rd->nr_log, 3);
	expect_log(t, 1, 10, 9, 2);
	expect_log(t, 2, 19, 1, 1);
	end(t);
}

static void segments_are_counted_when_requests_grow(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin(t));
	blk_queue_max_segments(rd->queue, 2);
	rd->hold = true;
	(void)send(LAST, 1, REQ_OP_READ);
	(void)send(10, 1, REQ_OP_READ);
	(void)send(11, 1, REQ_OP_READ);
	(void)send(12, 1, REQ_OP_READ);
	ram_disk_serve(rd);
	expect_log(t, 1, 10, 2, 2);
	expect_log(t, 2, 12, 1, 1);
	end(t);
}

/* --- order ---------------------------------------------------------------------------- */

/* However long the test itself is kept from running. */
static void nobody_is_starved(void)
{
	struct request *rq;

	list_for_each_entry(rq, &rd->queue->waiting, queuelist)
		rq->queued = jiffies + 60 * HZ;
}

static void the_elevator_goes_one_way(struct ktest *t)
{
	static const sector_t order[] = { 41, 90, 10, 30 };
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	rd->hold = true;
	/* From its end on upwards. */
	(void)send(40, 1, REQ_OP_READ);
	(void)send(30, 1, REQ_OP_READ);
	(void)send(90, 1, REQ_OP_READ);
	(void)send(10, 1, REQ_OP_READ);
	(void)send(41, 1, REQ_OP_READ);
	nobody_is_starved();
	ram_disk_serve(rd);
	for (i = 0; i < ARRAY_SIZE(order); i++)
		KTEST_EXPECT_EQ(t, rd->log[i + 1].sector, order[i]);
	end(t);
}

static void a_sector_written_twice_has_the_later_bytes(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin_busy(t));
	memset(sent_data(send(20, 1, REQ_OP_WRITE | REQ_SYNC)), 1, SECTOR_SIZE);
	memset(sent_data(send(20, 1, REQ_OP_WRITE | REQ_SYNC)), 2, SECTOR_SIZE);
	ram_disk_serve(rd);
	KTEST_EXPECT_EQ(t, rd->nr_log, 3);
	KTEST_EXPECT_EQ(t, rd->data[20 * SECTOR_SIZE], 2);
	end(t);
}

static void who_has_waited_too_long_is_next(struct ktest *t)
{
	struct request *oldest;

	KTEST_ASSERT_TRUE(t, begin(t));
	rd->hold = true;
	(void)send(40, 1, REQ_OP_READ);
	(void)send(10, 1, REQ_OP_READ);
	(void)send(50, 1, REQ_OP_READ);
	nobody_is_starved();
	oldest = list_first_entry(&rd->queue->waiting, struct request,
				  queuelist);
	oldest->queued = jiffies - HZ;
	ram_disk_serve(rd);
	KTEST_EXPECT_EQ(t, rd->log[1].sector, 10);
	KTEST_EXPECT_EQ(t, rd->log[2].sector, 50);
	end(t);
}

/* --- the plug ----------------------------------------------------------------------------- */

static void a_write_that_nobody_waits_for_waits_for_neighbours(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin(t));
	(void)send(10, 1, REQ_OP_WRITE);
	(void)send(11, 1, REQ_OP_WRITE);
	/* Nothing pulls the plug but time. */
	KTEST_EXPECT_EQ(t, sent_wait(&sent[0]), 0);
	KTEST_EXPECT_EQ(t, sent_wait(&sent[1]), 0);
	/* One, unless the tick came between the two. */
	KTEST_EXPECT_LE(t, rd->nr_log, 2);
	KTEST_EXPECT_EQ(t, rd->data[11 * SECTOR_SIZE], 0);
	end(t);
}

static void who_waits_pulls_the_plug(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin(t));
	(void)send(10, 1, REQ_OP_WRITE);
	(void)send(100, 1, REQ_OP_READ);
	/* It was served before submit_bio() returned. */
	KTEST_EXPECT_EQ(t, sent[1].nr_ends, 1);
	KTEST_EXPECT_EQ(t, sent[0].nr_ends, 1);
	end(t);
}

static void some_requests_pull_the_plug(struct ktest *t)
{
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	for (i = 0; i < 4; i++)
		(void)send(10 * i, 1, REQ_OP_WRITE);
	KTEST_EXPECT_EQ(t, sent[3].nr_ends, 1);
	end(t);
}

/* --- large bios ------------------------------------------------------------------------- */

/* One of @nr pages, at sector 0. */
static struct bio *bio_of_pages(unsigned short nr, struct page **page,
				blk_opf_t opf)
{
	struct bio *bio = bio_alloc(rd->disk->part0, nr, opf, GFP_NOIO);
	unsigned int i;

	for (i = 0; i < nr; i++)
		bio_add_page(bio, page[i], PAGE_SIZE, 0);
	return bio;
}

#define NR_PAGES 8u
#define PAGE_SECTORS (unsigned int)(PAGE_SIZE / SECTOR_SIZE)

static void pages_get(struct page **page)
{
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++)
		page[i] = alloc_page(GFP_HIGHUSER | __GFP_NOFAIL | __GFP_ZERO);
}

static void pages_put(struct page **page)
{
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++)
		__free_page(page[i]);
}

static u8 first_byte(struct page *page)
{
	u8 byte;

	memcpy_from_page(&byte, page, 0, 1);
	return byte;
}

static void a_bio_larger_than_a_request_is_cut(struct ktest *t)
{
	struct page *page[NR_PAGES];
	struct bio *bio;
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	/* Not at a page's end. */
	blk_queue_max_hw_sectors(rd->queue, 12);
	pages_get(page);
	bio = bio_of_pages(NR_PAGES, page, REQ_OP_READ);
	KTEST_EXPECT_EQ(t, submit_bio_wait(bio), 0);
	bio_put(bio);
	for (i = 0; i < NR_PAGES; i++)
		KTEST_EXPECT_EQ(t, first_byte(page[i]),
				ram_disk_byte(i * PAGE_SECTORS));
	KTEST_EXPECT_EQ(t, rd->nr_log, 6); /* 64 sectors by 12 */
	expect_log(t, 1, 12, 12, 1);
	expect_log(t, 5, 60, 4, 1);
	pages_put(page);
	end(t);
}

static void an_error_in_one_part_is_the_whole_bios(struct ktest *t)
{
	struct page *page[NR_PAGES];
	struct bio *bio;

	KTEST_ASSERT_TRUE(t, begin(t));
	blk_queue_max_hw_sectors(rd->queue, 8);
	rd->bad = 20;
	pages_get(page);
	bio = bio_of_pages(NR_PAGES, page, REQ_OP_READ);
	KTEST_EXPECT_EQ(t, submit_bio_wait(bio), -EIO);
	bio_put(bio);
	KTEST_EXPECT_EQ(t, first_byte(page[0]), ram_disk_byte(0));
	KTEST_EXPECT_EQ(t, first_byte(page[7]), ram_disk_byte(56));
	pages_put(page);
	end(t);
}

static void of_several_errors_the_first_stays(struct ktest *t)
{
	struct page *page[NR_PAGES];
	struct sent *s = &sent[0];
	struct bio *bio;
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	blk_queue_max_hw_sectors(rd->queue, PAGE_SECTORS);
	rd->hold = true;
	rd->at_once = NR_PAGES;
	pages_get(page);
	bio = bio_of_pages(NR_PAGES, page, REQ_OP_READ);
	bio->bi_end_io = sent_end;
	bio->bi_private = s;
	init_completion(&s->done);
	submit_bio(bio);
	KTEST_ASSERT_EQ(t, rd->nr_held, NR_PAGES);
	rd->nr_held = 0;
	for (i = 0; i < NR_PAGES; i++)
		blk_end_request_all(rd->held[i], i == 2 ? BLK_STS_TIMEOUT :
						 i > 2	? BLK_STS_IOERR :
							  BLK_STS_OK);
	KTEST_EXPECT_EQ(t, sent_wait(s), -ETIMEDOUT);
	bio_put(bio);
	pages_put(page);
	end(t);
}

/* Every other page of a block, so that no two are neighbours. */
static void a_bio_of_more_segments_than_fit_is_cut(struct ktest *t)
{
	struct page *block, *page[NR_PAGES];
	struct bio *bio;
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	block = alloc_pages(GFP_KERNEL, 4);
	if (!KTEST_EXPECT_NOT_NULL(t, block)) {
		end(t);
		return;
	}
	for (i = 0; i < NR_PAGES; i++)
		page[i] = block + 2 * i;
	blk_queue_max_segments(rd->queue, 3);
	bio = bio_of_pages(NR_PAGES, page, REQ_OP_WRITE);
	KTEST_EXPECT_EQ(t, submit_bio_wait(bio), 0);
	bio_put(bio);
	KTEST_EXPECT_EQ(t, rd->nr_log, 3); /* 8 pages by 3 */
	KTEST_EXPECT_EQ(t, rd->log[0].nr_segments, 3);
	KTEST_EXPECT_EQ(t, rd->log[2].nr_segments, 2);
	__free_pages(block, 4);
	end(t);
}

static void a_list_joins_what_lies_side_by_side(struct ktest *t)
{
	struct page *block, *page[NR_PAGES];
	struct scatterlist sg[NR_PAGES];
	struct request *rq;
	struct bio *bio;
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	block = alloc_pages(GFP_KERNEL, 4);
	if (!KTEST_EXPECT_NOT_NULL(t, block)) {
		end(t);
		return;
	}
	/* Two and two together, then four: but no more than three pages are a
	 * segment, and 16 KiB a line that none crosses. */
	for (i = 0; i < NR_PAGES; i++)
		page[i] = block + i + (i >= 2) + (i >= 4) * 3;
	blk_queue_max_segment_size(rd->queue, 3 * PAGE_SIZE);
	blk_queue_segment_boundary(rd->queue, 4 * PAGE_SIZE - 1);
	rd->hold = true;
	bio = bio_of_pages(NR_PAGES, page, REQ_OP_WRITE | REQ_SYNC);
	bio->bi_end_io = sent_end;
	bio->bi_private = &sent[0];
	init_completion(&sent[0].done);
	submit_bio(bio);
	rq = rd->held[0];
	sg_init_table(sg, NR_PAGES);
	/* Pages 0 1, 3 | 4, 8 9 10, 11. */
	KTEST_EXPECT_EQ(t, blk_rq_map_sg(rd->queue, rq, sg), 5);
	KTEST_EXPECT_EQ(t, rq->nr_phys_segments, 5);
	KTEST_EXPECT_EQ(t, sg[0].length, 2 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, sg[3].length, 3 * PAGE_SIZE);
	KTEST_EXPECT_PTR_EQ(t, sg_page(&sg[3]), block + 8);
	KTEST_EXPECT_TRUE(t, sg_is_last(&sg[4]));
	/* Used again, behind a shorter list, the table is as good as new. */
	sg_mark_end(&sg[1]);
	KTEST_EXPECT_EQ(t, blk_rq_map_sg(rd->queue, rq, sg), 5);
	KTEST_EXPECT_EQ(t, sg_nents(sg), 5);
	ram_disk_serve(rd);
	KTEST_EXPECT_EQ(t, sent_wait(&sent[0]), 0);
	bio_put(bio);
	__free_pages(block, 4);
	end(t);
}

/* --- errors ------------------------------------------------------------------------------- */

static void an_error_is_its_own_bios_only(struct ktest *t)
{
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin_busy(t));
	for (i = 0; i < 4; i++)
		(void)send(20 + i, 1, REQ_OP_READ);
	rd->bad = 22;
	ram_disk_serve(rd);
	expect_log(t, 1, 20, 4, 4);
	/* Together they failed; then each by itself. */
	KTEST_EXPECT_EQ(t, rd->nr_log, 6);
	for (i = 0; i < 4; i++) {
		KTEST_EXPECT_EQ(t, sent_wait(&sent[i + 1]), i == 2 ? -EIO : 0);
		KTEST_EXPECT_EQ(t, sent_byte(&sent[i + 1]),
				i == 2 ? 0 : ram_disk_byte(20 + i));
	}
	KTEST_EXPECT_EQ(t, rd->queue->nr_requests, 0);
	end(t);
}

/* Has it ended, within a second? */
static bool ends_soon(struct sent *s)
{
	return wait_for_completion_timeout(&s->done, HZ) != 0;
}

/* A driver that takes all there is, ends it in its interrupt, and has no reason
 * to look for more. */
static void a_driver_that_does_not_look_is_called_again(struct ktest *t)
{
	struct request *rq;
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin_busy(t));
	for (i = 0; i < 3; i++)
		(void)send(20 + i, 1, REQ_OP_READ);
	rd->at_once = 2;
	blk_run_queue(rd->queue);
	KTEST_ASSERT_EQ(t, rd->nr_held, 2);
	rq = rd->held[1];
	rd->nr_held = 0;
	rd->hold = false;
	blk_end_request_all(rd->held[0], BLK_STS_OK);
	blk_end_request_all(rq, BLK_STS_IOERR);
	for (i = 0; i < 3; i++)
		KTEST_EXPECT_TRUE(t, ends_soon(&sent[i + 1]));
	KTEST_EXPECT_EQ(t, sent_byte(&sent[3]), ram_disk_byte(22));
	end(t);
}

static void what_cannot_be_is_refused(struct ktest *t)
{
	struct bio *bio;

	KTEST_ASSERT_TRUE(t, begin(t));
	KTEST_EXPECT_EQ(t, sent_wait(send(LAST, 1, REQ_OP_READ)), 0);
	KTEST_EXPECT_EQ(t, sent_wait(send(LAST, 2, REQ_OP_READ)), -EIO);
	KTEST_EXPECT_EQ(t, sent_wait(send(LAST + 1, 1, REQ_OP_READ)), -EIO);
	KTEST_EXPECT_EQ(t, sent_wait(send(~0ull, 1, REQ_OP_READ)), -EIO);
	KTEST_EXPECT_EQ(t, sent_wait(send(0, 1, 77)), -EOPNOTSUPP);
	KTEST_EXPECT_EQ(t, sent_wait(send(0, 1, REQ_OP_FLUSH)), -EOPNOTSUPP);
	set_disk_ro(rd->disk, true);
	KTEST_EXPECT_EQ(t, sent_wait(send(0, 1, REQ_OP_WRITE)), -EIO);
	KTEST_EXPECT_EQ(t, rd->nr_log, 1);
	bio = bio_alloc(rd->disk->part0, 0, REQ_OP_READ, GFP_NOIO);
	KTEST_EXPECT_EQ(t, submit_bio_wait(bio), -EOPNOTSUPP);
	bio_put(bio);
	end(t);
}

static void odd_pieces_are_refused(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_NOFAIL);
	struct bio *bio;

	KTEST_ASSERT_TRUE(t, begin(t));
	bio = bio_alloc(rd->disk->part0, 2, REQ_OP_READ, GFP_NOIO);
	ktest_expect_report(t, "WARN");
	KTEST_EXPECT_EQ(t, bio_add_page(bio, page, 100, 0), 0);
	KTEST_EXPECT_EQ(t, bio_add_page(bio, page, 512, 512), 512);
	KTEST_EXPECT_EQ(t, bio_add_page(bio, page, PAGE_SIZE, 0),
			(int)PAGE_SIZE);
	/* There is no room for a third. */
	KTEST_EXPECT_EQ(t, bio_add_page(bio, page, 512, 0), 0);
	bio_put(bio);
	__free_page(page);
	end(t);
}

static void a_flush_reaches_a_disk_that_has_a_cache(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin(t));
	KTEST_EXPECT_EQ(t, blkdev_issue_flush(rd->disk->part0), 0);
	KTEST_EXPECT_EQ(t, rd->nr_log, 0);
	blk_queue_write_cache(rd->queue, true, false);
	KTEST_EXPECT_EQ(t, blkdev_issue_flush(rd->disk->part0), 0);
	KTEST_EXPECT_EQ(t, rd->nr_log, 1);
	KTEST_EXPECT_EQ(t, rd->log[0].op, REQ_OP_FLUSH);
	end(t);
}

static void a_flush_goes_before_what_waits(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin_busy(t));
	blk_queue_write_cache(rd->queue, true, false);
	(void)send(10, 1, REQ_OP_WRITE | REQ_SYNC);
	(void)send(100, 0, REQ_OP_FLUSH);
	ram_disk_serve(rd);
	KTEST_EXPECT_EQ(t, rd->log[1].op, REQ_OP_FLUSH);
	KTEST_EXPECT_EQ(t, rd->log[2].op, REQ_OP_WRITE);
	end(t);
}

static struct completion told;

static enum blk_eh_timer_return request_is_late(struct request *rq)
{
	struct ram_disk *d = rq->q->queuedata;

	if (d->nr_held) {
		d->nr_held = 0;
		__blk_end_request_all(rq, BLK_STS_TIMEOUT);
		complete(&told);
	}
	return BLK_EH_DONE;
}

static void a_driver_is_told_of_a_request_that_takes_too_long(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin(t));
	init_completion(&told);
	blk_queue_rq_timeout(rd->queue, 2);
	blk_queue_rq_timed_out(rd->queue, request_is_late);
	rd->hold = true;
	KTEST_EXPECT_EQ(t, sent_wait(send(3, 1, REQ_OP_READ)), -ETIMEDOUT);
	wait_for_completion(&told);
	KTEST_EXPECT_EQ(t, rd->queue->nr_timeouts, 1);
	end(t);
}

/* Who was told of: sectors. The second time the request ends. */
static sector_t told_of[4];
static unsigned int nr_told;

static enum blk_eh_timer_return request_is_late_twice(struct request *rq)
{
	if (nr_told < ARRAY_SIZE(told_of))
		told_of[nr_told++] = blk_rq_pos(rq);
	if (nr_told <= 2)
		return BLK_EH_RESET_TIMER;
	__blk_end_request_all(rq, BLK_STS_TIMEOUT);
	return BLK_EH_DONE;
}

static void a_driver_is_told_again_of_each_in_turn(struct ktest *t)
{
	static const sector_t order[] = { 3, 9, 3, 9 };
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	nr_told = 0;
	blk_queue_rq_timeout(rd->queue, 2);
	blk_queue_rq_timed_out(rd->queue, request_is_late_twice);
	rd->hold = true;
	rd->at_once = 2;
	(void)send(3, 1, REQ_OP_READ);
	(void)send(9, 1, REQ_OP_READ);
	KTEST_EXPECT_EQ(t, sent_wait(&sent[0]), -ETIMEDOUT);
	KTEST_EXPECT_EQ(t, sent_wait(&sent[1]), -ETIMEDOUT);
	for (i = 0; i < ARRAY_SIZE(order); i++)
		KTEST_EXPECT_EQ(t, told_of[i], order[i]);
	rd->nr_held = 0;
	end(t);
}

/* --- memory ---------------------------------------------------------------------------------- */

static void a_transfer_needs_no_memory(struct ktest *t)
{
	struct page *page[NR_PAGES];
	struct fault_attr saved;
	struct bio *bio;

	KTEST_ASSERT_TRUE(t, begin(t));
	blk_queue_max_hw_sectors(rd->queue, 8);
	pages_get(page);
	fault_plan_save(&fault_slab, &saved);
	/* Each request for an object is refused. */
	KTEST_EXPECT_EQ(t, fault_attr_parse(&fault_slab, "1,100,0,-1"), 0);
	bio = bio_of_pages(NR_PAGES, page, REQ_OP_READ);
	KTEST_EXPECT_EQ(t, submit_bio_wait(bio), 0);
	KTEST_EXPECT_GE(t, atomic_read(&fault_slab.failures), 10);
	fault_plan_restore(&fault_slab, &saved);
	bio_put(bio);
	KTEST_EXPECT_EQ(t, first_byte(page[7]), ram_disk_byte(56));
	pages_put(page);
	end(t);
}

/* Bios, tables for many pages, and what large bios are cut into. */
static void what_transfers_are_made_of_comes_back(struct ktest *t)
{
	unsigned long bios, tables;
	struct page *page[NR_PAGES];
	struct bio *bio;
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	bios = cache_pages("bio");
	tables = cache_pages("kmalloc-4k");
	for (i = 0; i < 1000; i++)
		bio_put(bio_alloc(rd->disk->part0, 100, REQ_OP_READ, GFP_NOIO));
	KTEST_EXPECT_LE(t, cache_pages("bio"), bios + 8);
	KTEST_EXPECT_LE(t, cache_pages("kmalloc-4k"), tables + 100);
	blk_queue_max_hw_sectors(rd->queue, PAGE_SECTORS);
	pages_get(page);
	for (i = 0; i < 150; i++) {
		bio = bio_of_pages(NR_PAGES, page, REQ_OP_READ);
		KTEST_EXPECT_EQ(t, submit_bio_wait(bio), 0);
		bio_put(bio);
	}
	/* Some 1000 parts. */
	KTEST_EXPECT_LE(t, cache_pages("bio"), bios + 8);
	pages_put(page);
	end(t);
}

/* The reserve has tables for two; the third gives back what it has. */
static void a_bio_without_a_table_is_none(struct ktest *t)
{
	const gfp_t gfp = GFP_NOWAIT | __GFP_NOWARN;
	struct bio *first, *second, *small;
	struct fault_attr saved;
	unsigned int i, nr = 0;

	KTEST_ASSERT_TRUE(t, begin(t));
	fault_plan_save(&fault_slab, &saved);
	KTEST_EXPECT_EQ(t, fault_attr_parse(&fault_slab, "1,100,0,-1"), 0);
	first = bio_alloc(rd->disk->part0, 100, REQ_OP_READ, gfp);
	second = bio_alloc(rd->disk->part0, 100, REQ_OP_READ, gfp);
	for (i = 0; i < 20; i++)
		nr += bio_alloc(rd->disk->part0, 100, REQ_OP_READ, gfp) != NULL;
	small = bio_alloc(rd->disk->part0, 1, REQ_OP_READ, gfp);
	fault_plan_restore(&fault_slab, &saved);
	KTEST_EXPECT_EQ(t, nr, 0);
	KTEST_ASSERT_TRUE(t, first && second && small);
	bio_put(first);
	bio_put(second);
	bio_put(small);
	end(t);
}

/* --- numbers and figures ----------------------------------------------------------------------- */

static void a_major_is_taken_once(struct ktest *t)
{
	int major = register_blkdev(0, "blocktest"), lower;
	const char *line;

	KTEST_ASSERT_TRUE(t, major > 0);
	KTEST_EXPECT_EQ(t, register_blkdev((unsigned int)major, "other"),
			-EBUSY);
	KTEST_EXPECT_EQ(t, register_blkdev(BLKDEV_MAJOR_MAX, "other"), -EINVAL);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(strstr(text_of(t, "devices"), "\n\nBlock devices:\n"),
			  " blocktest\n"));
	/* From above; and shown by number, however old. */
	lower = register_blkdev(0, "blocktest2");
	KTEST_EXPECT_TRUE(t, lower > 0 && lower < major);
	unregister_blkdev((unsigned int)major, "blocktest");
	KTEST_EXPECT_EQ(t, register_blkdev((unsigned int)major, "blocktest"),
			0);
	line = strstr(text_of(t, "devices"), " blocktest2\n");
	KTEST_EXPECT_TRUE(t, line && strstr(line, " blocktest\n"));
	unregister_blkdev((unsigned int)lower, "blocktest2");
	unregister_blkdev((unsigned int)major, "blocktest");
	KTEST_EXPECT_NULL(t, strstr(text_of(t, "devices"), "blocktest"));
}

static void a_number_is_one_disks(struct ktest *t)
{
	struct gendisk *second;
	const char *line;

	KTEST_ASSERT_TRUE(t, begin(t));
	second = ram_disk_beside(rd, 0, "ramtest2");
	KTEST_ASSERT_NOT_NULL(t, second);
	second->minors = 2;
	KTEST_EXPECT_EQ(t, add_disk(second), -EBUSY);
	second->first_minor = 1;
	strscpy(second->disk_name, "ramtest", DISK_NAME_LEN);
	KTEST_EXPECT_EQ(t, add_disk(second), -EEXIST);
	strscpy(second->disk_name, "ramtest2", DISK_NAME_LEN);
	KTEST_EXPECT_EQ(t, add_disk(second), 0);
	/* By number. */
	line = strstr(text_of(t, "diskstats"), " ramtest ");
	KTEST_EXPECT_TRUE(t, line && strstr(line, " ramtest2 "));
	/* They share a queue, and no request. */
	rd->hold = true;
	(void)send(LAST, 1, REQ_OP_READ);
	(void)send(10, 1, REQ_OP_READ);
	(void)send_to(second, 11, 1, REQ_OP_READ);
	ram_disk_serve(rd);
	KTEST_EXPECT_EQ(t, rd->nr_log, 3);
	del_gendisk(second);
	put_disk(second);
	end(t);
}

/* The last to hold it lets go as soon as his bio is back; what has its memory
 * then is the next request of that size. */
static void *next_owner;

static void disk_goes_with_bio(struct bio *bio)
{
	put_disk(bio->bi_bdev->bd_disk);
	next_owner = kmalloc(sizeof(struct gendisk), GFP_ATOMIC);
	if (next_owner)
		memset(next_owner, 0x5a, sizeof(struct gendisk));
	sent_end(bio);
}

static void a_disk_stays_until_its_request_is_counted(struct ktest *t)
{
	struct gendisk *second;
	struct sent *s;

	KTEST_ASSERT_TRUE(t, begin_busy(t));
	second = ram_disk_beside(rd, 1, "ramtest2");
	KTEST_ASSERT_NOT_NULL(t, second);
	KTEST_ASSERT_EQ(t, add_disk(second), 0);
	s = send_to(second, 11, 1, REQ_OP_READ);
	s->bio->bi_end_io = disk_goes_with_bio;
	del_gendisk(second);
	ram_disk_serve(rd);
	KTEST_EXPECT_EQ(t, sent_wait(s), 0);
	if (KTEST_EXPECT_NOT_NULL(t, next_owner))
		KTEST_EXPECT_NULL(t, memchr_inv(next_owner, 0x5a,
						sizeof(struct gendisk)));
	kfree(next_owner);
	end(t);
}

static void figures_are_linuxs_to_the_byte(struct ktest *t)
{
	unsigned long before = mm_usage(MM_USAGE_PGPGIN);
	const char *line;

	KTEST_ASSERT_TRUE(t, begin_busy(t));
	(void)send(10, 2, REQ_OP_READ);
	(void)send(12, 2, REQ_OP_READ);
	ram_disk_serve(rd);
	KTEST_EXPECT_EQ(t, sent_wait(&sent[2]), 0);
	line = strstr(text_of(t, "partitions"), " 241");
	KTEST_ASSERT_NOT_NULL(t, line);
	KTEST_EXPECT_EQ(
		t, strncmp(line, " 241        0        128 ramtest\n", 33), 0);
	line = strstr(text_of(t, "diskstats"), " 241");
	KTEST_ASSERT_NOT_NULL(t, line);
	/* Two requests, one bio that joined, five sectors. */
	KTEST_EXPECT_EQ(t, strncmp(line, " 241       0 ramtest 2 1 5 ", 27), 0);
	/* Behind the time that took: no writes, and nothing under way. */
	line = strchr(line + 27, ' ');
	KTEST_ASSERT_NOT_NULL(t, line);
	KTEST_EXPECT_EQ(t, strncmp(line, " 0 0 0 0 0 ", 11), 0);
	/* In KiB. */
	KTEST_EXPECT_LE(t, mm_usage(MM_USAGE_PGPGIN) - before, 3);
	KTEST_EXPECT_GE(t, mm_usage(MM_USAGE_PGPGIN) - before, 2);
	end(t);
}

static void a_disk_is_busy_as_long_as_it_has_requests(struct ktest *t)
{
	const u64 long_ns = 100ull * 1000 * 1000 * 1000;
	const unsigned long long_ticks = 100 * HZ;
	struct disk_stats *stats;

	KTEST_ASSERT_TRUE(t, begin_busy(t));
	stats = &rd->disk->bdev.bd_stats;
	/* As if it had begun long ago, and to have ended long ago. */
	stats->stamp -= long_ticks;
	rd->held[0]->start_time_ns -= long_ns;
	ram_disk_serve(rd);
	KTEST_EXPECT_GE(t, stats->io_ticks, long_ticks);
	KTEST_EXPECT_TRUE(t, stats->nsecs[STAT_READ] >= long_ns);
	stats->stamp -= long_ticks;
	(void)text_of(t, "diskstats");
	KTEST_EXPECT_LE(t, stats->io_ticks, 2 * long_ticks - 1);
	end(t);
}

/* All of its data is through: nothing is left to do. */
static void a_bio_that_is_handed_in_twice_comes_back_twice(struct ktest *t)
{
	struct sent *s;

	KTEST_ASSERT_TRUE(t, begin(t));
	s = send(10, 2, REQ_OP_READ);
	KTEST_EXPECT_EQ(t, sent_wait(s), 0);
	submit_bio(s->bio);
	KTEST_EXPECT_EQ(t, s->nr_ends, 2);
	KTEST_EXPECT_EQ(t, s->err, -EOPNOTSUPP);
	s->nr_ends = 1;
	end(t);
}

/* As drivers do whose device has no limit of its own. */
static void any_number_of_sectors_is_a_limit(struct ktest *t)
{
	struct sent *s;

	KTEST_ASSERT_TRUE(t, begin(t));
	blk_queue_max_hw_sectors(rd->queue, 1u << 23);
	/* As bytes, it is a number. */
	KTEST_ASSERT_NE(t, queue_max_hw_sectors(rd->queue) << SECTOR_SHIFT, 0);
	s = send(10, 2, REQ_OP_READ);
	KTEST_EXPECT_EQ(t, sent_wait(s), 0);
	KTEST_EXPECT_EQ(t, sent_byte(s), ram_disk_byte(10));
	end(t);
}

static const struct ktest_case block_cases[] = {
	KTEST_CASE(neighbours_become_one_request),
	KTEST_CASE(strangers_stay_apart),
	KTEST_CASE(a_request_grows_as_far_as_the_device_takes),
	KTEST_CASE(segments_are_counted_when_requests_grow),
	KTEST_CASE(the_elevator_goes_one_way),
	KTEST_CASE(a_sector_written_twice_has_the_later_bytes),
	KTEST_CASE(who_has_waited_too_long_is_next),
	KTEST_CASE(a_write_that_nobody_waits_for_waits_for_neighbours),
	KTEST_CASE(who_waits_pulls_the_plug),
	KTEST_CASE(some_requests_pull_the_plug),
	KTEST_CASE(a_bio_larger_than_a_request_is_cut),
	KTEST_CASE(an_error_in_one_part_is_the_whole_bios),
	KTEST_CASE(of_several_errors_the_first_stays),
	KTEST_CASE(a_bio_of_more_segments_than_fit_is_cut),
	KTEST_CASE(a_list_joins_what_lies_side_by_side),
	KTEST_CASE(an_error_is_its_own_bios_only),
	KTEST_CASE(a_driver_that_does_not_look_is_called_again),
	KTEST_CASE(what_cannot_be_is_refused),
	KTEST_CASE(odd_pieces_are_refused),
	KTEST_CASE(a_flush_reaches_a_disk_that_has_a_cache),
	KTEST_CASE(a_flush_goes_before_what_waits),
	KTEST_CASE(a_driver_is_told_of_a_request_that_takes_too_long),
	KTEST_CASE(a_driver_is_told_again_of_each_in_turn),
	KTEST_CASE(a_transfer_needs_no_memory),
	KTEST_CASE(what_transfers_are_made_of_comes_back),
	KTEST_CASE(a_bio_without_a_table_is_none),
	KTEST_CASE(a_major_is_taken_once),
	KTEST_CASE(a_number_is_one_disks),
	KTEST_CASE(a_disk_stays_until_its_request_is_counted),
	KTEST_CASE(figures_are_linuxs_to_the_byte),
	KTEST_CASE(a_disk_is_busy_as_long_as_it_has_requests),
	KTEST_CASE(a_bio_that_is_handed_in_twice_comes_back_twice),
	KTEST_CASE(any_number_of_sectors_is_a_limit),
};
KTEST_SUITE(block, block_cases);

/* SPDX-License-Identifier: MIT */
/*
 * block_submit.c - the way of a bio from its owner into the queue of its disk
 *
 * What cannot be is refused first, with a line. A driver that takes bios gets the
 * rest as it is. For all others it is cut to what the device takes at once, and
 * each part joins a request that waits, or becomes one. Memory is asked for with
 * GFP_NOIO, behind pools: whoever comes here may be freeing memory.
 *
 * Locking: the queue's lock, not held while a request is waited for.
 */
#define pr_fmt(fmt) "block: " fmt
#include <kernel/completion.h>
#include <kernel/export.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>

#include "block_internal.h"

/* --- what is refused ------------------------------------------------------------- */

static const char *op_name(const struct bio *bio)
{
	return bio_op(bio) == REQ_OP_WRITE ? "write" : "read";
}

static blk_status_t bio_refused(const struct bio *bio)
{
	struct gendisk *disk = bio->bi_bdev->bd_disk;
	sector_t sector = bio->bi_iter.bi_sector, size = get_capacity(disk);

	if (bio_op(bio) == REQ_OP_FLUSH)
		return bio_has_data(bio) ? BLK_STS_NOTSUPP : BLK_STS_OK;
	if (bio_op(bio) > REQ_OP_FLUSH || !bio_has_data(bio))
		return BLK_STS_NOTSUPP;
	if (sector > size || bio_sectors(bio) > size - sector) {
		pr_err("%s: %s of %u sectors at %llu: the disk has %llu\n",
		       disk->disk_name, op_name(bio), bio_sectors(bio), sector,
		       size);
		return BLK_STS_IOERR;
	}
	if (bio_op(bio) == REQ_OP_WRITE && get_disk_ro(disk)) {
		pr_err("%s: write at %llu: the disk is read-only\n",
		       disk->disk_name, sector);
		return BLK_STS_IOERR;
	}
	return BLK_STS_OK;
}

static void bio_end_with(struct bio *bio, blk_status_t status)
{
	if (status)
		bio->bi_status = status;
	bio_endio(bio);
}

/* --- into the queue ---------------------------------------------------------------- */

/* Lock held. A flush goes before what waits: it is about writes that are
 * through. */
static void request_add(struct request_queue *q, struct request *rq)
{
	stats_queued(rq);
	if (req_op(rq) == REQ_OP_FLUSH)
		list_add_tail(&rq->queuelist, &q->queue_head);
	else
		elevator_add(q, rq);
}

static bool is_waited_for(const struct bio *bio)
{
	return bio_op(bio) != REQ_OP_WRITE || bio->bi_opf & REQ_SYNC;
}

static bool merge_or_add(struct request_queue *q, struct bio *bio,
			 unsigned short nr_segments, struct request *rq)
{
	/* The owner may have freed it when the lock is let go. */
	bool sync = is_waited_for(bio);
	unsigned long flags = spin_lock_irqsave(q->queue_lock);
	bool merged = bio_has_data(bio) && elevator_merge(q, bio, nr_segments);

	if (rq && merged) {
		request_put(q, rq);
	} else if (rq) {
		request_set_bio(rq, bio, nr_segments);
		request_add(q, rq);
	}
	if (rq || merged)
		queue_more(q, sync);
	spin_unlock_irqrestore(q->queue_lock, flags);
	return rq || merged;
}

static void queue_bio(struct request_queue *q, struct bio *bio,
		      unsigned short nr_segments)
{
	if (!merge_or_add(q, bio, nr_segments, NULL))
		(void)merge_or_add(q, bio, nr_segments, request_get(q));
}

static void submit_parts(struct request_queue *q, struct bio *bio)
{
	unsigned short nr_segments;
	unsigned int bytes;

	while ((bytes = blk_bio_fits(q, bio, &nr_segments)) <
	       bio->bi_iter.bi_size)
		queue_bio(q, bio_cut(bio, bytes), nr_segments);
	queue_bio(q, bio, nr_segments);
}

/* To the driver itself, or into the queue. */
static void bio_pass_on(struct gendisk *disk, struct bio *bio)
{
	struct request_queue *q = disk->queue;

	if (disk->fops->submit_bio)
		disk->fops->submit_bio(bio);
	else if (q->make_request_fn)
		q->make_request_fn(q, bio);
	else
		submit_parts(q, bio);
}

void submit_bio(struct bio *bio)
{
	struct gendisk *disk = bio->bi_bdev->bd_disk;
	blk_status_t status;

	might_sleep();
	if (!disk_enter(disk)) {
		bio_io_error(bio);
		return;
	}
	status = bio_refused(bio);
	if (status ||
	    (bio_op(bio) == REQ_OP_FLUSH && !disk->queue->limits.write_cache)) {
		bio_end_with(bio, status);
	} else {
		stats_submitted(bio);
		bio_pass_on(disk, bio);
	}
	disk_leave(disk);
}
EXPORT_SYMBOL(submit_bio);

/* --- and waiting --------------------------------------------------------------------- */

static void wake_submitter(struct bio *bio)
{
	complete(bio->bi_private);
}

int submit_bio_wait(struct bio *bio)
{
	DECLARE_COMPLETION_ONSTACK(done);

	bio->bi_private = &done;
	bio->bi_end_io = wake_submitter;
	bio->bi_opf |= REQ_SYNC;
	submit_bio(bio);
	wait_for_completion_io(&done);
	return blk_status_to_errno(bio->bi_status);
}
EXPORT_SYMBOL(submit_bio_wait);

int blkdev_issue_flush(struct block_device *bdev)
{
	struct bio bio;

	bio_init(&bio, bdev, NULL, 0, REQ_OP_FLUSH);
	return submit_bio_wait(&bio);
}
EXPORT_SYMBOL(blkdev_issue_flush);

/* SPDX-License-Identifier: MIT */
/*
 * block_request.c - requests, as the driver that serves them sees them
 *
 *   made -> waits (block_elevator.c) -> chosen, in queue_head -> started -> over
 *
 * A request that failed as a whole may hold several bios of several owners, and
 * the fault may be in one sector. It goes back to the head of the queue with its
 * first bio alone; the others wait in request.rest, and each has its turn when
 * the one before it has ended. That needs no memory, and no help from drivers.
 *
 * Memory is from a pool of each queue's own, or from its tag set (block_tags.c): a
 * request can be had as long as that queue's device goes on.
 *
 * Locking: the queue's lock; request_get() takes it, and may sleep.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/sched.h>
#include <mm/slab.h>

#include "block_internal.h"

static struct kmem_cache *request_cache;

void requests_init(void)
{
	request_cache = KMEM_CACHE(request, 0);
	if (!request_cache)
		panic("block: no memory for requests");
}

mempool_t *request_pool(void)
{
	return mempool_create_slab_pool(BLKDEV_MIN_RQ, request_cache);
}

/* --- their memory ----------------------------------------------------------------- */

static bool place_take(struct request_queue *q)
{
	unsigned long flags = spin_lock_irqsave(q->queue_lock);
	bool taken = q->nr_requests < BLKDEV_MAX_RQ;

	if (taken)
		q->nr_requests++;
	spin_unlock_irqrestore(q->queue_lock, flags);
	return taken;
}

/* Tags are what bounds them. */
static struct request *request_of_tags(struct request_queue *q)
{
	struct request *rq = tag_get(q->mq_tags, q);
	unsigned long flags = spin_lock_irqsave(q->queue_lock);

	q->nr_requests++;
	spin_unlock_irqrestore(q->queue_lock, flags);
	return rq;
}

struct request *request_get(struct request_queue *q)
{
	struct request *rq;

	if (q->mq_tags)
		return request_of_tags(q);
	wait_event(q->wait, place_take(q));
	rq = mempool_alloc(q->rq_pool, GFP_NOIO);
	*rq = (struct request){ .q = q };
	INIT_LIST_HEAD(&rq->queuelist);
	INIT_LIST_HEAD(&rq->sorted);
	return rq;
}

void request_put(struct request_queue *q, struct request *rq)
{
	lockdep_assert_held(q->queue_lock);
	if (q->mq_tags)
		tag_put(q->mq_tags, rq);
	else
		mempool_free(rq, q->rq_pool);
	q->nr_requests--;
	wake_up_all(&q->wait);
}

void request_set_bio(struct request *rq, struct bio *bio,
		     unsigned short nr_segments)
{
	rq->bio = bio;
	rq->biotail = bio;
	rq->rq_disk = bio->bi_bdev->bd_disk;
	rq->cmd_flags = bio->bi_opf;
	rq->__sector = bio->bi_iter.bi_sector;
	rq->__data_len = bio->bi_iter.bi_size;
	rq->nr_phys_segments = nr_segments;
}

/* --- to the driver ---------------------------------------------------------------- */

struct request *blk_peek_request(struct request_queue *q)
{
	lockdep_assert_held(q->queue_lock);
	if (list_empty(&q->queue_head))
		elevator_choose(q);
	return list_first_entry_or_null(&q->queue_head, struct request,
					queuelist);
}
EXPORT_SYMBOL(blk_peek_request);

void blk_start_request(struct request *rq)
{
	struct request_queue *q = rq->q;
	bool first = list_empty(&q->started);

	lockdep_assert_held(q->queue_lock);
	rq->deadline = jiffies + q->rq_timeout;
	list_move_tail(&rq->queuelist, &q->started);
	if (q->rq_timed_out_fn && first)
		mod_timer(&q->timeout, rq->deadline);
}
EXPORT_SYMBOL(blk_start_request);

struct request *blk_fetch_request(struct request_queue *q)
{
	struct request *rq = blk_peek_request(q);

	if (rq)
		blk_start_request(rq);
	return rq;
}
EXPORT_SYMBOL(blk_fetch_request);

void blk_requeue_request(struct request_queue *q, struct request *rq)
{
	lockdep_assert_held(q->queue_lock);
	list_move(&rq->queuelist, &q->queue_head);
}
EXPORT_SYMBOL(blk_requeue_request);

/* --- and back ------------------------------------------------------------------------ */

static bool request_advance(struct request *rq, blk_status_t status,
			    unsigned int bytes)
{
	struct bio *bio;

	lockdep_assert_held(rq->q->queue_lock);
	WARN_ON_ONCE(bytes > rq->__data_len);
	while ((bio = rq->bio)) {
		unsigned int n = min(bytes, bio->bi_iter.bi_size);

		bio_part_over(bio, status);
		bio_advance(bio, n);
		stats_moved(rq, n);
		rq->__sector += n >> SECTOR_SHIFT;
		rq->__data_len -= n;
		bytes -= n;
		if (bio->bi_iter.bi_size)
			break;
		rq->bio = bio->bi_next;
		bio->bi_next = NULL;
		bio_endio(bio);
		if (!bytes)
			break;
	}
	return rq->bio != NULL;
}

bool blk_update_request(struct request *rq, blk_status_t status,
			unsigned int bytes)
{
	unsigned long flags;
	bool more;

	if (!rq->q->mq_ops)
		return request_advance(rq, status, bytes);
	flags = spin_lock_irqsave(rq->q->queue_lock);
	more = request_advance(rq, status, bytes);
	spin_unlock_irqrestore(rq->q->queue_lock, flags);
	return more;
}
EXPORT_SYMBOL_GPL(blk_update_request);

/* The driver may have no reason of its own to look into the queue again. */
static void request_again(struct request *rq)
{
	blk_requeue_request(rq->q, rq);
	queue_run_soon(rq->q);
}

/* The first bio goes on alone; all others have their turn later. */
static void request_isolate(struct request *rq)
{
	rq->rest = rq->bio->bi_next;
	rq->bio->bi_next = NULL;
	rq->biotail = rq->bio;
	rq->__data_len = rq->bio->bi_iter.bi_size;
	request_again(rq);
}

/* The next one of those others. */
static void request_next_alone(struct request *rq)
{
	struct bio *bio = rq->rest;

	rq->rest = bio->bi_next;
	bio->bi_next = NULL;
	request_set_bio(rq, bio, rq->nr_phys_segments);
	request_again(rq);
}

void request_end(struct request *rq)
{
	struct request_queue *q = rq->q;

	if (rq->rest) {
		request_next_alone(rq);
		return;
	}
	stats_done(rq);
	list_del(&rq->queuelist);
	request_put(q, rq);
}

bool __blk_end_request(struct request *rq, blk_status_t status,
		       unsigned int bytes)
{
	lockdep_assert_held(rq->q->queue_lock);
	if (status && bytes == rq->__data_len && rq->bio != rq->biotail) {
		request_isolate(rq);
		return false;
	}
	if (request_advance(rq, status, bytes))
		return true;
	request_end(rq);
	return false;
}
EXPORT_SYMBOL(__blk_end_request);

void __blk_end_request_all(struct request *rq, blk_status_t status)
{
	(void)__blk_end_request(rq, status, blk_rq_bytes(rq));
}
EXPORT_SYMBOL(__blk_end_request_all);

bool __blk_end_request_cur(struct request *rq, blk_status_t status)
{
	return __blk_end_request(rq, status, blk_rq_cur_bytes(rq));
}
EXPORT_SYMBOL(__blk_end_request_cur);

bool blk_end_request(struct request *rq, blk_status_t status,
		     unsigned int bytes)
{
	spinlock_t *lock = rq->q->queue_lock;
	unsigned long flags = spin_lock_irqsave(lock);
	bool more = __blk_end_request(rq, status, bytes);

	spin_unlock_irqrestore(lock, flags);
	return more;
}
EXPORT_SYMBOL(blk_end_request);

void blk_end_request_all(struct request *rq, blk_status_t status)
{
	(void)blk_end_request(rq, status, blk_rq_bytes(rq));
}
EXPORT_SYMBOL(blk_end_request_all);

bool blk_end_request_cur(struct request *rq, blk_status_t status)
{
	return blk_end_request(rq, status, blk_rq_cur_bytes(rq));
}
EXPORT_SYMBOL(blk_end_request_cur);

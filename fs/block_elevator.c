/* SPDX-License-Identifier: MIT */
/*
 * block_elevator.c - which request is next, and which bios become one
 *
 * Requests wait in two lists: by sector, and by age. The elevator goes one way:
 * the next request is the first at or behind the place where the last one ended,
 * and behind the highest comes the lowest. So a disk's head sweeps instead of
 * shaking, and each sweep serves everybody. But a sweep gets no further as long
 * as somebody writes on and on before it: a request that has waited for
 * STARVED_TICKS is next wherever it lies.
 *
 * A bio that begins where a waiting request ends, or ends where one begins,
 * becomes part of it, as far as the device takes that much at once. Requests
 * that the driver has seen are left alone.
 *
 * At most BLKDEV_MAX_RQ requests wait: plain lists will do.
 *
 * Invariants:
 *   E1  a request is in both lists or in none; nr_waiting counts them
 *   E2  @sorted is sorted by sector, @waiting by age
 *
 * Locking: the queue's lock.
 */
#include <kernel/jiffies.h>

#include "block_internal.h"

#define STARVED_TICKS (HZ / 2)

/* Behind those of the same sector. */
static void sorted_add(struct request_queue *q, struct request *rq)
{
	struct request *r;

	list_for_each_entry_reverse(r, &q->sorted, sorted) {
		if (r->__sector <= rq->__sector)
			break;
	}
	list_add(&rq->sorted, &r->sorted);
}

void elevator_add(struct request_queue *q, struct request *rq)
{
	rq->queued = jiffies;
	list_add_tail(&rq->queuelist, &q->waiting);
	sorted_add(q, rq);
	q->nr_waiting++;
}

static struct request *elevator_next(const struct request_queue *q)
{
	struct request *rq =
		list_first_entry(&q->waiting, struct request, queuelist);

	if (time_after(jiffies, rq->queued + STARVED_TICKS))
		return rq;
	list_for_each_entry(rq, &q->sorted, sorted) {
		if (rq->__sector >= q->head)
			return rq;
	}
	return list_first_entry(&q->sorted, struct request, sorted);
}

void elevator_choose(struct request_queue *q)
{
	struct request *rq;

	if (list_empty(&q->waiting))
		return;
	rq = elevator_next(q);
	list_del(&rq->sorted);
	list_move_tail(&rq->queuelist, &q->queue_head);
	q->nr_waiting--;
	q->head = rq->__sector + blk_rq_sectors(rq);
}

static bool may_merge(const struct request_queue *q, const struct request *rq,
		      const struct bio *bio, unsigned short nr_segments)
{
	return req_op(rq) == bio_op(bio) &&
	       rq->rq_disk == bio->bi_bdev->bd_disk &&
	       !((rq->cmd_flags | bio->bi_opf) & REQ_NOMERGE) &&
	       bio_sectors(bio) <=
		       q->limits.max_hw_sectors - blk_rq_sectors(rq) &&
	       nr_segments <= q->limits.max_segments - rq->nr_phys_segments;
}

static bool merge_back(struct request *rq, struct bio *bio)
{
	if (rq->__sector + blk_rq_sectors(rq) != bio->bi_iter.bi_sector)
		return false;
	rq->biotail->bi_next = bio;
	rq->biotail = bio;
	return true;
}

static bool merge_front(struct request_queue *q, struct request *rq,
			struct bio *bio)
{
	if (bio_end_sector(bio) != rq->__sector)
		return false;
	bio->bi_next = rq->bio;
	rq->bio = bio;
	rq->__sector = bio->bi_iter.bi_sector;
	list_del(&rq->sorted);
	sorted_add(q, rq);
	return true;
}

bool elevator_merge(struct request_queue *q, struct bio *bio,
		    unsigned short nr_segments)
{
	struct request *rq;

	list_for_each_entry(rq, &q->sorted, sorted) {
		if (!may_merge(q, rq, bio, nr_segments) ||
		    (!merge_back(rq, bio) && !merge_front(q, rq, bio)))
			continue;
		rq->__data_len += bio->bi_iter.bi_size;
		rq->nr_phys_segments += nr_segments;
		stats_merged(rq);
		return true;
	}
	return false;
}

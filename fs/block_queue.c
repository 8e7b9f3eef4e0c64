/* SPDX-License-Identifier: MIT */
/*
 * block_queue.c - the queue before a disk: when its driver is called
 *
 * The request function is called when a request has come that somebody waits
 * for. One that nobody waits for (a write without REQ_SYNC) and that finds the
 * disk idle plugs the queue: neighbours that follow it become one request with
 * it. What pulls the plug: a request somebody waits for, UNPLUG_REQUESTS of them,
 * or the next tick; so whoever forgets to wait costs a tick, and never hangs.
 * The same tick calls a driver who was handed back a request that failed as a
 * whole (block_request.c) and does not look for it.
 *
 * A driver whose requests may not take any time is told of those that do, by a
 * timer that is set as long as any is under way.
 *
 * Locking: queue_lock, the driver's or the queue's own, rank LOCK_DRIVER, with
 * interrupts off. The request function, the timeout function and the ends of
 * bios are called with it held.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/sched.h>
#include <mm/slab.h>

#include "block_internal.h"

#define UNPLUG_REQUESTS 4u
#define RQ_TIMEOUT_TICKS (30 * HZ) /* as Linux, unless the driver says other */

/* --- calling the driver ---------------------------------------------------------- */

void __blk_run_queue(struct request_queue *q)
{
	lockdep_assert_held(q->queue_lock);
	q->queue_flags &= ~QUEUE_FLAG_PLUGGED;
	if (q->queue_flags & QUEUE_FLAG_STOPPED ||
	    (list_empty(&q->queue_head) && list_empty(&q->waiting)))
		return;
	q->request_fn(q);
}
EXPORT_SYMBOL(__blk_run_queue);

void blk_run_queue(struct request_queue *q)
{
	unsigned long flags = spin_lock_irqsave(q->queue_lock);

	__blk_run_queue(q);
	spin_unlock_irqrestore(q->queue_lock, flags);
}
EXPORT_SYMBOL(blk_run_queue);

void blk_stop_queue(struct request_queue *q)
{
	lockdep_assert_held(q->queue_lock);
	q->queue_flags |= QUEUE_FLAG_STOPPED;
}
EXPORT_SYMBOL(blk_stop_queue);

void blk_start_queue(struct request_queue *q)
{
	lockdep_assert_held(q->queue_lock);
	q->queue_flags &= ~QUEUE_FLAG_STOPPED;
	__blk_run_queue(q);
}
EXPORT_SYMBOL(blk_start_queue);

void queue_more(struct request_queue *q, bool sync)
{
	bool idle = list_empty(&q->started) && list_empty(&q->queue_head);

	if (sync || !idle || q->nr_waiting >= UNPLUG_REQUESTS) {
		__blk_run_queue(q);
	} else if (!(q->queue_flags & QUEUE_FLAG_PLUGGED)) {
		q->queue_flags |= QUEUE_FLAG_PLUGGED;
		queue_run_soon(q);
	}
}

/* The tick has come; the plug may be out, and the driver may have looked. */
static void unplug(struct timer_list *t)
{
	struct request_queue *q = from_timer(q, t, unplug_timer);

	blk_run_queue(q);
}

/* --- requests that take too long ---------------------------------------------------- */

/* It has its time again before the driver is told: if he leaves it alone, he is
 * told again. */
static void requests_overdue(struct request_queue *q)
{
	struct request *rq;

	while ((rq = list_first_entry_or_null(&q->started, struct request,
					      queuelist))) {
		if (time_before(jiffies, rq->deadline))
			break;
		rq->deadline = jiffies + q->rq_timeout;
		list_move_tail(&rq->queuelist, &q->started);
		q->nr_timeouts++;
		(void)q->rq_timed_out_fn(rq);
	}
	if (rq)
		mod_timer(&q->timeout, rq->deadline);
}

static void queue_timeout(struct timer_list *t)
{
	struct request_queue *q = from_timer(q, t, timeout);
	unsigned long flags = spin_lock_irqsave(q->queue_lock);

	requests_overdue(q);
	spin_unlock_irqrestore(q->queue_lock, flags);
}

void blk_queue_rq_timeout(struct request_queue *q, unsigned int timeout)
{
	q->rq_timeout = timeout;
}
EXPORT_SYMBOL_GPL(blk_queue_rq_timeout);

void blk_queue_rq_timed_out(struct request_queue *q, rq_timed_out_fn *fn)
{
	q->rq_timed_out_fn = fn;
}
EXPORT_SYMBOL_GPL(blk_queue_rq_timed_out);

/* --- its life ------------------------------------------------------------------------- */

struct request_queue *blk_alloc_queue(unsigned int node)
{
	struct request_queue *q = kzalloc(sizeof(*q), GFP_KERNEL);

	(void)node;
	if (!q)
		return NULL;
	spin_lock_init(&q->__queue_lock, "queue_lock", LOCK_DRIVER);
	q->queue_lock = &q->__queue_lock;
	q->limits = (struct queue_limits){
		.max_hw_sectors = BLK_SAFE_MAX_SECTORS,
		.max_segments = BLK_MAX_SEGMENTS,
		.max_segment_size = BLK_MAX_SEGMENT_SIZE,
		.seg_boundary_mask = BLK_SEG_BOUNDARY_MASK,
		.logical_block_size = SECTOR_SIZE,
		.physical_block_size = SECTOR_SIZE,
	};
	q->rq_timeout = RQ_TIMEOUT_TICKS;
	INIT_LIST_HEAD(&q->queue_head);
	INIT_LIST_HEAD(&q->waiting);
	INIT_LIST_HEAD(&q->sorted);
	INIT_LIST_HEAD(&q->started);
	init_waitqueue_head(&q->wait);
	timer_setup(&q->unplug_timer, unplug, 0);
	timer_setup(&q->timeout, queue_timeout, 0);
	return q;
}
EXPORT_SYMBOL(blk_alloc_queue);

struct request_queue *blk_init_queue(request_fn_proc *rfn, spinlock_t *lock)
{
	struct request_queue *q = blk_alloc_queue(0);

	if (!q)
		return NULL;
	q->rq_pool = request_pool();
	if (!q->rq_pool) {
		kfree(q);
		return NULL;
	}
	q->request_fn = rfn;
	if (lock)
		q->queue_lock = lock;
	return q;
}
EXPORT_SYMBOL(blk_init_queue);

static bool queue_is_empty(struct request_queue *q)
{
	unsigned long flags = spin_lock_irqsave(q->queue_lock);
	bool empty = !q->nr_requests;

	spin_unlock_irqrestore(q->queue_lock, flags);
	return empty;
}

void blk_cleanup_queue(struct request_queue *q)
{
	if (q->disk)
		clear_bit(GD_OWNS_QUEUE, &q->disk->state);
	if (q->front)
		q->front->drain(q);
	blk_run_queue(q);
	/* Who ended the last one has let the lock go when this is true. */
	wait_event(q->wait, queue_is_empty(q));
	del_timer_sync(&q->unplug_timer);
	del_timer_sync(&q->timeout);
	if (q->front)
		q->front->exit(q);
	mempool_destroy(q->rq_pool);
	kfree(q);
}
EXPORT_SYMBOL(blk_cleanup_queue);

/* SPDX-License-Identifier: MIT */
/*
 * block_mq.c - the front of a queue that hands requests to its driver one by one
 *
 * The queue is the one of block_queue.c; its request function wakes a thread,
 * which fetches a request with the lock held and gives it to the driver without
 * it. So queue_rq may wait, end the request at once, or stop the queue, and a
 * device's interrupt may do so meanwhile. The thread goes on until nothing waits,
 * the queue is stopped, or the driver has no room: it then sleeps until the
 * request function is called again: by a bio that comes, the end of a request,
 * the next tick, or the driver.
 *
 * A request's mq_turn counts how often it ceased to be the driver's. An error
 * from queue_rq for a request that has had its end meanwhile would end whatever
 * that request has become; the count tells.
 *
 * Locking: the queue's own lock, which no driver sees. Ends of bios are told with
 * it held, as by any queue.
 */
#include <fs/block_mq.h>
#include <kernel/bug.h>
#include <kernel/err.h>
#include <kernel/export.h>
#include <kernel/kthread.h>
#include <kernel/preempt.h>
#include <mm/slab.h>

#include "block_internal.h"

/* --- to the driver -------------------------------------------------------------------- */

/* The request function. Lock held. */
static void mq_wake(struct request_queue *q)
{
	q->mq_hctx->due = true;
	wake_up(&q->mq_hctx->wait);
}

static struct request *mq_next(struct request_queue *q, unsigned int *turn)
{
	unsigned long flags = spin_lock_irqsave(q->queue_lock);
	struct request *rq = NULL;

	if (!(q->queue_flags & QUEUE_FLAG_STOPPED))
		rq = blk_fetch_request(q);
	if (rq)
		*turn = rq->mq_turn;
	spin_unlock_irqrestore(q->queue_lock, flags);
	return rq;
}

/* The driver has it no more. Lock held. */
static void mq_given_back(struct request *rq)
{
	rq->mq_turn++;
	WRITE_ONCE(rq->mq_started, false);
}

/* Lock held. */
static void mq_end(struct request *rq, blk_status_t status)
{
	struct request_queue *q = rq->q;

	mq_given_back(rq);
	if (rq->bio)
		__blk_end_request_all(rq, status);
	else
		request_end(rq);
	/* One for which there was no room, or a part that is served alone. */
	if (!list_empty(&q->queue_head))
		__blk_run_queue(q);
}

static bool is_no_room(blk_status_t status)
{
	return status == BLK_STS_RESOURCE || status == BLK_STS_DEV_RESOURCE;
}

/* The driver said anything but BLK_STS_OK. */
static void mq_not_taken(struct request_queue *q, struct request *rq,
			 unsigned int turn, blk_status_t status)
{
	unsigned long flags = spin_lock_irqsave(q->queue_lock);
	bool is_ours = rq->mq_turn == turn;

	if (is_ours && is_no_room(status)) {
		mq_given_back(rq);
		blk_requeue_request(q, rq);
		queue_run_soon(q);
	} else if (is_ours) {
		mq_end(rq, status);
	}
	spin_unlock_irqrestore(q->queue_lock, flags);
	WARN(!is_ours,
	     "block: queue_rq %pS returned %u for a request that was over\n",
	     q->mq_ops->queue_rq, status);
}

static blk_status_t mq_call(struct blk_mq_hw_ctx *hctx, struct request *rq)
{
	const struct blk_mq_queue_data bd = { .rq = rq, .last = true };
	blk_status_t status;

	if (hctx->flags & BLK_MQ_F_BLOCKING)
		return hctx->queue->mq_ops->queue_rq(hctx, &bd);
	preempt_disable();
	status = hctx->queue->mq_ops->queue_rq(hctx, &bd);
	preempt_enable();
	return status;
}

static void mq_dispatch(struct blk_mq_hw_ctx *hctx)
{
	blk_status_t status = BLK_STS_OK;
	struct request *rq;
	unsigned int turn;

	while (!is_no_room(status) && (rq = mq_next(hctx->queue, &turn))) {
		status = mq_call(hctx, rq);
		if (status)
			mq_not_taken(hctx->queue, rq, turn, status);
	}
}

static bool mq_take_due(struct blk_mq_hw_ctx *hctx)
{
	unsigned long flags = spin_lock_irqsave(hctx->queue->queue_lock);
	bool due = hctx->due;

	hctx->due = false;
	spin_unlock_irqrestore(hctx->queue->queue_lock, flags);
	return due;
}

static int mq_thread(void *data)
{
	struct blk_mq_hw_ctx *hctx = data;

	while (!kthread_should_stop()) {
		(void)wait_event_interruptible(
			hctx->wait, mq_take_due(hctx) || kthread_should_stop());
		mq_dispatch(hctx);
	}
	return 0;
}

/* --- and back --------------------------------------------------------------------------- */

void blk_mq_start_request(struct request *rq)
{
	WARN_ON_ONCE(rq->mq_started);
	WRITE_ONCE(rq->mq_started, true);
}
EXPORT_SYMBOL(blk_mq_start_request);

void blk_mq_end_request(struct request *rq, blk_status_t status)
{
	spinlock_t *lock = rq->q->queue_lock;
	unsigned long flags = spin_lock_irqsave(lock);

	mq_end(rq, status);
	spin_unlock_irqrestore(lock, flags);
}
EXPORT_SYMBOL(blk_mq_end_request);

void blk_mq_complete_request(struct request *rq)
{
	if (WARN_ON_ONCE(!rq->q->mq_ops->complete))
		blk_mq_end_request(rq, BLK_STS_IOERR);
	else
		rq->q->mq_ops->complete(rq);
}
EXPORT_SYMBOL(blk_mq_complete_request);

/* --- again ------------------------------------------------------------------------------ */

/* Lock held. */
static void mq_kick(struct request_queue *q)
{
	list_splice_init(&q->mq_hctx->requeued, &q->queue_head);
	__blk_run_queue(q);
}

void blk_mq_requeue_request(struct request *rq, bool kick_requeue_list)
{
	struct request_queue *q = rq->q;
	unsigned long flags = spin_lock_irqsave(q->queue_lock);

	mq_given_back(rq);
	list_move_tail(&rq->queuelist, &q->mq_hctx->requeued);
	if (kick_requeue_list || q->queue_flags & QUEUE_FLAG_DRAINING)
		mq_kick(q);
	spin_unlock_irqrestore(q->queue_lock, flags);
}
EXPORT_SYMBOL(blk_mq_requeue_request);

void blk_mq_kick_requeue_list(struct request_queue *q)
{
	unsigned long flags = spin_lock_irqsave(q->queue_lock);

	mq_kick(q);
	spin_unlock_irqrestore(q->queue_lock, flags);
}
EXPORT_SYMBOL(blk_mq_kick_requeue_list);

/* --- stopping ---------------------------------------------------------------------------- */

void blk_mq_stop_hw_queues(struct request_queue *q)
{
	unsigned long flags = spin_lock_irqsave(q->queue_lock);

	blk_stop_queue(q);
	spin_unlock_irqrestore(q->queue_lock, flags);
}
EXPORT_SYMBOL(blk_mq_stop_hw_queues);

void blk_mq_start_hw_queues(struct request_queue *q)
{
	unsigned long flags = spin_lock_irqsave(q->queue_lock);

	blk_start_queue(q);
	spin_unlock_irqrestore(q->queue_lock, flags);
}
EXPORT_SYMBOL(blk_mq_start_hw_queues);

bool blk_mq_queue_stopped(struct request_queue *q)
{
	return READ_ONCE(q->queue_flags) & QUEUE_FLAG_STOPPED;
}
EXPORT_SYMBOL(blk_mq_queue_stopped);

void blk_mq_start_stopped_hw_queues(struct request_queue *q, bool async)
{
	(void)async;
	if (blk_mq_queue_stopped(q))
		blk_mq_start_hw_queues(q);
}
EXPORT_SYMBOL(blk_mq_start_stopped_hw_queues);

void blk_mq_run_hw_queues(struct request_queue *q, bool async)
{
	(void)async;
	blk_run_queue(q);
}
EXPORT_SYMBOL(blk_mq_run_hw_queues);

/* --- its life ---------------------------------------------------------------------------- */

static void mq_drain(struct request_queue *q)
{
	unsigned long flags = spin_lock_irqsave(q->queue_lock);

	q->queue_flags &= ~QUEUE_FLAG_STOPPED;
	q->queue_flags |= QUEUE_FLAG_DRAINING;
	mq_kick(q);
	spin_unlock_irqrestore(q->queue_lock, flags);
}

static void mq_exit(struct request_queue *q)
{
	struct blk_mq_hw_ctx *hctx = q->mq_hctx;

	(void)kthread_stop(hctx->thread);
	if (q->mq_ops->exit_hctx)
		q->mq_ops->exit_hctx(hctx, 0);
	kfree(hctx);
}

static const struct queue_front mq_front = {
	.drain = mq_drain,
	.exit = mq_exit,
};

/* The last thing that can fail wakes the thread. */
static int hctx_begin(struct blk_mq_hw_ctx *hctx,
		      const struct blk_mq_tag_set *set)
{
	int err = 0;

	if (set->ops->init_hctx)
		err = set->ops->init_hctx(hctx, set->driver_data, 0);
	if (err)
		return err;
	hctx->thread = kthread_run(mq_thread, hctx, "kblockd");
	if (!IS_ERR(hctx->thread))
		return 0;
	if (set->ops->exit_hctx)
		set->ops->exit_hctx(hctx, 0);
	return (int)PTR_ERR(hctx->thread);
}

static struct blk_mq_hw_ctx *hctx_make(struct request_queue *q,
				       const struct blk_mq_tag_set *set)
{
	struct blk_mq_hw_ctx *hctx = kzalloc(sizeof(*hctx), GFP_KERNEL);
	int err;

	if (!hctx)
		return ERR_PTR(-ENOMEM);
	hctx->queue = q;
	hctx->tags = *set->tags;
	hctx->flags = set->flags;
	INIT_LIST_HEAD(&hctx->requeued);
	init_waitqueue_head(&hctx->wait);
	err = hctx_begin(hctx, set);
	if (!err)
		return hctx;
	kfree(hctx);
	return ERR_PTR(err);
}

struct request_queue *blk_mq_init_queue_data(struct blk_mq_tag_set *set,
					     void *queuedata)
{
	struct request_queue *q = blk_alloc_queue(0);
	struct blk_mq_hw_ctx *hctx;

	if (!q)
		return ERR_PTR(-ENOMEM);
	/* For init_hctx. */
	q->queuedata = queuedata;
	q->mq_ops = set->ops;
	q->mq_tags = *set->tags;
	hctx = hctx_make(q, set);
	if (IS_ERR(hctx)) {
		kfree(q);
		return ERR_CAST(hctx);
	}
	q->mq_hctx = hctx;
	q->request_fn = mq_wake;
	q->front = &mq_front;
	return q;
}
EXPORT_SYMBOL(blk_mq_init_queue_data);

struct request_queue *blk_mq_init_queue(struct blk_mq_tag_set *set)
{
	return blk_mq_init_queue_data(set, NULL);
}
EXPORT_SYMBOL(blk_mq_init_queue);

struct request_queue *blk_mq_init_sq_queue(struct blk_mq_tag_set *set,
					   const struct blk_mq_ops *ops,
					   unsigned int queue_depth,
					   unsigned int set_flags)
{
	struct request_queue *q;
	int err;

	*set = (struct blk_mq_tag_set){
		.ops = ops,
		.nr_maps = 1,
		.nr_hw_queues = 1,
		.queue_depth = queue_depth,
		.flags = set_flags,
	};
	err = blk_mq_alloc_tag_set(set);
	if (err)
		return ERR_PTR(err);
	q = blk_mq_init_queue(set);
	if (IS_ERR(q))
		blk_mq_free_tag_set(set);
	return q;
}
EXPORT_SYMBOL(blk_mq_init_sq_queue);

struct gendisk *blk_mq_alloc_disk(struct blk_mq_tag_set *set, void *queuedata)
{
	struct request_queue *q = blk_mq_init_queue_data(set, queuedata);
	struct gendisk *disk;

	if (IS_ERR(q))
		return ERR_CAST(q);
	/* The driver says how many numbers. */
	disk = alloc_disk(0);
	if (!disk) {
		blk_cleanup_queue(q);
		return ERR_PTR(-ENOMEM);
	}
	disk->queue = q;
	disk_own_queue(disk);
	return disk;
}
EXPORT_SYMBOL(blk_mq_alloc_disk);

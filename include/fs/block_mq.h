/* SPDX-License-Identifier: MIT */
/*
 * block_mq.h - disks whose requests come to the driver one by one
 *
 * As Linux has it since 3.13, and alone since 5.0: the driver says how many
 * requests it can have under way, in a tag set, and gets each by a call of its
 * function queue_rq, without a lock.
 *
 *	set->ops = &my_ops; set->nr_hw_queues = 1; set->queue_depth = 64;
 *	set->cmd_size = sizeof(struct my_command);
 *	err = blk_mq_alloc_tag_set(set);
 *	disk = blk_mq_alloc_disk(set, my_data);
 *	...as any disk...
 *	err = add_disk(disk);
 *
 *	static blk_status_t my_queue_rq(struct blk_mq_hw_ctx *hctx,
 *					const struct blk_mq_queue_data *bd)
 *	{
 *		blk_mq_start_request(bd->rq);
 *		...the device begins...
 *		return BLK_STS_OK;
 *	}
 *
 * and, often in the device's interrupt, blk_mq_end_request(rq, BLK_STS_OK). To
 * take it away: del_gendisk(), put_disk(), blk_mq_free_tag_set().
 *
 * It is a front of the queue of blkdev.h: what is said there of merging, of
 * order, of limits and of errors is true here as well. There is one hardware
 * queue, whatever the driver asks for, and queue_rq is called by a thread of its
 * own: for one request at a time, in order, and not within submit_bio().
 *
 * Not here: requests of the driver's own (blk_mq_alloc_request()), timeouts,
 * polling, several hardware queues, quiescing and freezing.
 */
#ifndef FS_BLOCK_MQ_H
#define FS_BLOCK_MQ_H

#include <fs/blkdev.h>

struct blk_mq_tags;
struct blk_mq_tag_set;

/* The hardware queue. */
struct blk_mq_hw_ctx {
	/* Set once. */
	struct request_queue *queue;
	struct blk_mq_tags *tags; /* for blk_mq_tag_to_rq() */
	unsigned int queue_num; /* 0 */
	unsigned int flags; /* BLK_MQ_F_* */
	struct task_struct *thread;

	void *driver_data; /* the driver's */

	/* Guarded by the queue's lock. */
	struct list_head requeued; /* until they are kicked; first one first */
	bool due; /* there may be work */

	wait_queue_head_t wait; /* the thread, for work */
};

struct blk_mq_queue_data {
	struct request *rq;
	bool last; /* true: others that follow are not known of */
};

/* What a driver does; all but queue_rq may be left out. */
struct blk_mq_ops {
	/*
	 * A request for the device. Context: a thread, without locks; it may
	 * sleep with BLK_MQ_F_BLOCKING, and must not without. Return:
	 * BLK_STS_OK: it is the driver's, who ends it, here or later.
	 * BLK_STS_RESOURCE, BLK_STS_DEV_RESOURCE: not now: it comes again, when
	 * another one ends or comes, or at the next tick. Anything else is its
	 * end. Who has ended it returns BLK_STS_OK: all else is reported.
	 */
	blk_status_t (*queue_rq)(struct blk_mq_hw_ctx *hctx,
				 const struct blk_mq_queue_data *bd);
	/* For blk_mq_complete_request(), and in its context. */
	void (*complete)(struct request *rq);
	/* Of each queue that is made, and that goes: @data is the set's
	 * driver_data. An error is that of making it. May sleep. */
	int (*init_hctx)(struct blk_mq_hw_ctx *hctx, void *data,
			 unsigned int hctx_idx);
	void (*exit_hctx)(struct blk_mq_hw_ctx *hctx, unsigned int hctx_idx);
	/* Of each request of a set, once, with the set. The same. */
	int (*init_request)(struct blk_mq_tag_set *set, struct request *rq,
			    unsigned int hctx_idx, unsigned int numa_node);
	void (*exit_request)(struct blk_mq_tag_set *set, struct request *rq,
			     unsigned int hctx_idx);
};

/* struct blk_mq_tag_set.flags */
#define BLK_MQ_F_SHOULD_MERGE (1u << 0) /* accepted: neighbours become one */
#define BLK_MQ_F_STACKING (1u << 2) /* accepted */
#define BLK_MQ_F_BLOCKING (1u << 5) /* queue_rq may sleep */
#define BLK_MQ_F_NO_SCHED (1u << 6) /* accepted: there is one elevator */

#define BLK_MQ_MAX_DEPTH 10240u

/* Requests, for one queue or several, as many as queue_depth says. */
struct blk_mq_tag_set {
	/* The driver's, before blk_mq_alloc_tag_set(). */
	const struct blk_mq_ops *ops;
	unsigned int nr_maps; /* accepted */
	unsigned int nr_hw_queues; /* at least 1; set to 1 */
	unsigned int queue_depth; /* requests; at most BLK_MQ_MAX_DEPTH */
	unsigned int cmd_size; /* bytes of the driver's behind each */
	int numa_node; /* accepted */
	unsigned int flags; /* BLK_MQ_F_* */
	void *driver_data;

	/* The layer's. */
	struct blk_mq_tags **tags; /* one */
};

/**
 * blk_mq_alloc_tag_set - make the requests of @set
 *
 * Return: 0; -EINVAL: no queue_rq, depth or queue; -ENOMEM; what init_request
 * says: then exit_request was called for those before. Context: may sleep.
 */
int blk_mq_alloc_tag_set(struct blk_mq_tag_set *set);
/* All queues of it are gone. A set that was not made, or is gone, is harmless. */
void blk_mq_free_tag_set(struct blk_mq_tag_set *set);

/**
 * blk_mq_init_queue - a queue that takes its requests from @set
 *
 * It goes with blk_cleanup_queue(), which serves what is there: a queue that was
 * stopped is started for it, and requests that nobody has kicked come again.
 * Return: ERR_PTR: -ENOMEM, -EAGAIN: no thread; what init_hctx says. Context: may
 * sleep.
 */
struct request_queue *blk_mq_init_queue(struct blk_mq_tag_set *set);
/* 5.7 .. 6.8: the same, with its queuedata. */
struct request_queue *blk_mq_init_queue_data(struct blk_mq_tag_set *set,
					     void *queuedata);
/* 4.20 .. 5.15: both at once; @set need not be filled. It stays the driver's, to
 * be freed behind the queue. */
struct request_queue *blk_mq_init_sq_queue(struct blk_mq_tag_set *set,
					   const struct blk_mq_ops *ops,
					   unsigned int queue_depth,
					   unsigned int set_flags);
/* A disk with such a queue, which goes with put_disk() (or, 5.14 .. 5.18, with
 * blk_cleanup_disk()). Return: ERR_PTR, as blk_mq_init_queue(). */
struct gendisk *blk_mq_alloc_disk(struct blk_mq_tag_set *set, void *queuedata);

/* --- a request of the driver's: context any, no lock ---------------------------- */

/* The driver's bytes behind it, zero at first, and left alone from then on. */
static inline void *blk_mq_rq_to_pdu(struct request *rq)
{
	return rq + 1;
}

static inline struct request *blk_mq_rq_from_pdu(void *pdu)
{
	return (struct request *)pdu - 1;
}

/* The request with a number. NULL: there is no such number. */
struct request *blk_mq_tag_to_rq(struct blk_mq_tags *tags, unsigned int tag);

/* The device begins with it: in queue_rq, each time, first of all. */
void blk_mq_start_request(struct request *rq);
/* And has not ended it, nor given it back. */
static inline bool blk_mq_request_started(const struct request *rq)
{
	return READ_ONCE(rq->mq_started);
}

/* All that is left of it has @status; it is the driver's no more. As with
 * __blk_end_request(), an error for several bios is told to each alone. */
void blk_mq_end_request(struct request *rq, blk_status_t status);
/* Behind blk_update_request() that left nothing: the same. */
#define __blk_mq_end_request(rq, status) blk_mq_end_request(rq, status)
/* The driver's function complete is called with it, here and now. */
void blk_mq_complete_request(struct request *rq);

/* It comes to queue_rq again: with the next kick, or with this one. */
void blk_mq_requeue_request(struct request *rq, bool kick_requeue_list);
void blk_mq_kick_requeue_list(struct request_queue *q);

/* --- the hardware queue: context any, no lock ------------------------------------ */

/* queue_rq is not called from stop to start; one call may be under way. */
void blk_mq_stop_hw_queues(struct request_queue *q);
void blk_mq_start_hw_queues(struct request_queue *q);
/* If it was stopped. */
void blk_mq_start_stopped_hw_queues(struct request_queue *q, bool async);
bool blk_mq_queue_stopped(struct request_queue *q);
/* Now, if there is work, and not stopped. */
void blk_mq_run_hw_queues(struct request_queue *q, bool async);

static inline void blk_mq_stop_hw_queue(struct blk_mq_hw_ctx *hctx)
{
	blk_mq_stop_hw_queues(hctx->queue);
}

static inline void blk_mq_start_hw_queue(struct blk_mq_hw_ctx *hctx)
{
	blk_mq_start_hw_queues(hctx->queue);
}

static inline void blk_mq_start_stopped_hw_queue(struct blk_mq_hw_ctx *hctx,
						 bool async)
{
	blk_mq_start_stopped_hw_queues(hctx->queue, async);
}

static inline void blk_mq_run_hw_queue(struct blk_mq_hw_ctx *hctx, bool async)
{
	blk_mq_run_hw_queues(hctx->queue, async);
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * block_tags.c - tag sets: requests that are there from the start
 *
 * A driver that says how many requests it can have under way (block_mq.h) gets
 * them made with its tag set, each with a number and with bytes of the driver's
 * own behind it. Who needs one and finds none waits: a transfer asks for no
 * memory here, and no more are made than the device can take.
 *
 * Invariants:
 *   T1  rqs[i]->tag == i, whoever has it
 *   T2  bit i of @used is set as long as somebody has rqs[i]
 *
 * Locking: none; the bits are atomic.
 */
#include <fs/block_mq.h>
#include <kernel/bitmap.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <mm/slab.h>

#include "block_internal.h"

/* --- one request ---------------------------------------------------------------------- */

static struct request *tag_take(struct blk_mq_tags *tags)
{
	unsigned long i;

	while ((i = find_first_zero_bit(tags->used, tags->nr)) < tags->nr) {
		if (!test_and_set_bit(i, tags->used))
			return tags->rqs[i];
	}
	return NULL;
}

struct request *tag_get(struct blk_mq_tags *tags, struct request_queue *q)
{
	struct request *rq;

	wait_event(tags->wait, (rq = tag_take(tags)));
	*rq = (struct request){
		.q = q,
		.tag = rq->tag,
		.mq_hctx = q->mq_hctx,
		.mq_turn = rq->mq_turn,
	};
	INIT_LIST_HEAD(&rq->queuelist);
	INIT_LIST_HEAD(&rq->sorted);
	return rq;
}

void tag_put(struct blk_mq_tags *tags, struct request *rq)
{
	clear_bit((unsigned long)rq->tag, tags->used);
	wake_up_all(&tags->wait);
}

struct request *blk_mq_tag_to_rq(struct blk_mq_tags *tags, unsigned int tag)
{
	return tag < tags->nr ? tags->rqs[tag] : NULL;
}
EXPORT_SYMBOL(blk_mq_tag_to_rq);

/* --- a set of them ---------------------------------------------------------------------- */

static int request_make(struct blk_mq_tag_set *set, unsigned int i)
{
	struct request *rq = kzalloc(sizeof(*rq) + set->cmd_size, GFP_KERNEL);
	int err;

	if (!rq)
		return -ENOMEM;
	rq->tag = (int)i;
	if (set->ops->init_request) {
		err = set->ops->init_request(set, rq, 0, 0);
		if (err) {
			kfree(rq);
			return err;
		}
	}
	(*set->tags)->rqs[i] = rq;
	(*set->tags)->nr++;
	return 0;
}

/* What was made of it so far. */
static void tags_free(struct blk_mq_tag_set *set)
{
	struct blk_mq_tags *tags = *set->tags;

	while (tags->nr) {
		struct request *rq = tags->rqs[--tags->nr];

		if (set->ops->exit_request)
			set->ops->exit_request(set, rq, 0);
		kfree(rq);
	}
	kfree(tags->used);
	kfree(tags->rqs);
	kfree(tags);
	kfree(set->tags);
	set->tags = NULL;
}

static int tags_make(struct blk_mq_tag_set *set)
{
	struct blk_mq_tags *tags = kzalloc(sizeof(*tags), GFP_KERNEL);
	unsigned int i;
	int err = 0;

	set->tags = kmalloc(sizeof(struct blk_mq_tags *), GFP_KERNEL);
	if (!tags || !set->tags) {
		kfree(tags);
		kfree(set->tags);
		set->tags = NULL;
		return -ENOMEM;
	}
	*set->tags = tags;
	init_waitqueue_head(&tags->wait);
	tags->rqs =
		kcalloc(set->queue_depth, sizeof(struct request *), GFP_KERNEL);
	tags->used = kcalloc(BITS_TO_LONGS(set->queue_depth),
			     sizeof(unsigned long), GFP_KERNEL);
	if (!tags->rqs || !tags->used)
		err = -ENOMEM;
	for (i = 0; i < set->queue_depth && !err; i++)
		err = request_make(set, i);
	if (err)
		tags_free(set);
	return err;
}

int blk_mq_alloc_tag_set(struct blk_mq_tag_set *set)
{
	set->tags = NULL;
	if (!set->ops || !set->ops->queue_rq || !set->queue_depth ||
	    !set->nr_hw_queues)
		return -EINVAL;
	set->queue_depth = min(set->queue_depth, BLK_MQ_MAX_DEPTH);
	set->nr_hw_queues = 1;
	return tags_make(set);
}
EXPORT_SYMBOL(blk_mq_alloc_tag_set);

void blk_mq_free_tag_set(struct blk_mq_tag_set *set)
{
	if (!set->tags)
		return;
	if (WARN_ON(find_first_bit((*set->tags)->used, (*set->tags)->nr) <
		    (*set->tags)->nr))
		return;
	tags_free(set);
}
EXPORT_SYMBOL(blk_mq_free_tag_set);

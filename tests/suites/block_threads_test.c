/* SPDX-License-Identifier: MIT */
/* block_threads_test.c - a disk that several threads use, and who has to wait */
#include <fs/dcache.h>
#include <kernel/bug.h>
#include <kernel/err.h>
#include <kernel/kthread.h>

#include "block_sent.h"
#include "page_io.h"

/* --- many at once ---------------------------------------------------------------------------- */

#define THREADS 4u
#define ROUNDS 60u
#define OWN_SECTORS 32u

struct worker {
	struct task_struct *task;
	unsigned int index;
	unsigned int nr_wrong;
};

/* Sectors of its own, side by side with the others'. */
static int worker_run(void *data)
{
	struct block_device *bdev = rd->disk->part0;
	struct worker *w = data;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_NOFAIL);
	u8 *byte = page_address(page);
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		sector_t sector = w->index + THREADS * (i % OWN_SECTORS);
		u8 want = (u8)(w->index * 64 + i);

		memset(byte, want, SECTOR_SIZE);
		w->nr_wrong += page_io(bdev, page, sector, 1, REQ_OP_WRITE) !=
			       0;
		memset(byte, 0, SECTOR_SIZE);
		w->nr_wrong += page_io(bdev, page, sector, 1, REQ_OP_READ) != 0;
		w->nr_wrong += byte[0] != want || byte[511] != want;
	}
	__free_page(page);
	return 0;
}

static void many_threads_share_a_disk(struct ktest *t)
{
	static struct worker worker[THREADS];
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	for (i = 0; i < THREADS; i++) {
		worker[i] = (struct worker){ .index = i };
		worker[i].task =
			kthread_create(worker_run, &worker[i], "block/%u", i);
		KTEST_ASSERT_TRUE(t, !IS_ERR(worker[i].task));
		get_task_struct(worker[i].task);
		wake_up_process(worker[i].task);
	}
	for (i = 0; i < THREADS; i++) {
		kthread_stop(worker[i].task);
		put_task_struct(worker[i].task);
		KTEST_EXPECT_EQ(t, worker[i].nr_wrong, 0);
	}
	KTEST_EXPECT_EQ(t, rd->queue->nr_requests, 0);
	end(t);
}

/* --- a full queue ----------------------------------------------------------------------------- */

static unsigned int nr_requests(void)
{
	unsigned long flags = spin_lock_irqsave(rd->queue->queue_lock);
	unsigned int nr = rd->queue->nr_requests;

	spin_unlock_irqrestore(rd->queue->queue_lock, flags);
	return nr;
}

/* As if others had @more requests, or fewer. */
static void others_have(unsigned int more)
{
	unsigned long flags = spin_lock_irqsave(rd->queue->queue_lock);

	rd->queue->nr_requests += more;
	spin_unlock_irqrestore(rd->queue->queue_lock, flags);
}

/* A thread that may have to wait, and nobody but who should wakes it: that it
 * is through is known by @done. */
struct waiter {
	struct task_struct *task;
	struct completion done;
};
static struct waiter sender, remover;

static void waiter_start(struct waiter *w, int (*fn)(void *data))
{
	init_completion(&w->done);
	w->task = kthread_create(fn, w, "block");
	BUG_ON(IS_ERR(w->task));
	get_task_struct(w->task);
	wake_up_process(w->task);
}

static void waiter_join(struct waiter *w)
{
	wait_for_completion(&w->done);
	kthread_stop(w->task);
	put_task_struct(w->task);
}

static int sender_run(void *data)
{
	struct waiter *w = data;

	(void)send(60, 1, REQ_OP_READ);
	complete_all(&w->done);
	return 0;
}

/* The blocker is under way, others have all other places, and a thread that
 * sends waits for one. */
static void sender_waits(struct ktest *t)
{
	others_have(BLKDEV_MAX_RQ - 1);
	waiter_start(&sender, sender_run);
	while (!waitqueue_active(&rd->queue->wait) &&
	       nr_requests() == BLKDEV_MAX_RQ)
		schedule_timeout_uninterruptible(1);
	KTEST_EXPECT_EQ(t, nr_requests(), BLKDEV_MAX_RQ);
}

static void stop_or_start(void (*fn)(struct request_queue *q))
{
	unsigned long flags = spin_lock_irqsave(rd->queue->queue_lock);

	fn(rd->queue);
	spin_unlock_irqrestore(rd->queue->queue_lock, flags);
}

/* When it is his turn, a neighbour has come, and he needs none. */
static void who_finds_the_queue_full_waits(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin_busy(t));
	sender_waits(t);
	stop_or_start(blk_stop_queue);
	others_have(-1u);
	(void)send(61, 1, REQ_OP_READ);
	ram_disk_serve(rd);
	waiter_join(&sender);
	others_have(-(BLKDEV_MAX_RQ - 2));
	KTEST_EXPECT_EQ(t, nr_requests(), 1);
	KTEST_EXPECT_EQ(t, rd->nr_log, 1); /* it is stopped */
	stop_or_start(blk_start_queue);
	ram_disk_serve(rd);
	KTEST_EXPECT_EQ(t, rd->nr_log, 2);
	expect_log(t, 1, 60, 2, 2);
	end(t);
}

static int remover_run(void *data)
{
	struct waiter *w = data;

	del_gendisk(rd->disk);
	complete_all(&w->done);
	return 0;
}

static void a_disk_goes_when_who_sends_to_it_is_through(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, begin_busy(t));
	sender_waits(t);
	waiter_start(&remover, remover_run);
	while (!test_bit(GD_DEAD, &rd->disk->state))
		schedule_timeout_uninterruptible(1);
	/* Time to do it wrong. */
	schedule_timeout_uninterruptible(2);
	KTEST_EXPECT_FALSE(t, completion_done(&remover.done));
	others_have(-(BLKDEV_MAX_RQ - 1));
	ram_disk_serve(rd);
	waiter_join(&sender);
	waiter_join(&remover);
	end(t);
}

static struct gendisk *failing;
static int failed_with;

static int adder_run(void *data)
{
	struct waiter *w = data;

	failed_with = add_disk(failing);
	complete_all(&w->done);
	return 0;
}

/* It has its number already, and waits for its name, which another disk has. Who
 * opened it now would have it open when its driver throws it away. */
static void a_disk_that_is_not_added_is_opened_by_nobody(struct ktest *t)
{
	static struct waiter adder;
	struct block_device *bdev;

	KTEST_ASSERT_TRUE(t, begin(t));
	failing = ram_disk_beside(rd, 1, "ramtest");
	KTEST_ASSERT_NOT_NULL(t, failing);
	down_read(&names_lock);
	waiter_start(&adder, adder_run);
	while (READ_ONCE(adder.task->__state) == TASK_RUNNING)
		schedule_timeout_uninterruptible(1);
	bdev = blkdev_get_by_dev(MKDEV(RAM_DISK_MAJOR, 1), FMODE_READ, NULL);
	KTEST_EXPECT_EQ(t, PTR_ERR(bdev), -ENXIO);
	up_read(&names_lock);
	waiter_join(&adder);
	KTEST_EXPECT_EQ(t, failed_with, -EEXIST);
	if (!IS_ERR(bdev))
		blkdev_put(bdev, FMODE_READ);
	put_disk(failing);
	end(t);
}

static const struct ktest_case block_threads_cases[] = {
	KTEST_CASE(many_threads_share_a_disk),
	KTEST_CASE(who_finds_the_queue_full_waits),
	KTEST_CASE(a_disk_goes_when_who_sends_to_it_is_through),
	KTEST_CASE(a_disk_that_is_not_added_is_opened_by_nobody),
};
KTEST_SUITE(block_threads, block_threads_cases);

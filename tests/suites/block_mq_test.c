/* SPDX-License-Identifier: MIT */
/*
 * block_mq_test.c - a driver that is given requests one by one: how many, when
 * again, and what becomes of them when it says no
 */
#include <fs/block_mq.h>
#include <kernel/bug.h>
#include <kernel/delay.h>
#include <kernel/err.h>
#include <kernel/jiffies.h>
#include <kernel/kthread.h>
#include <kernel/preempt.h>
#include <mm/fault_inject.h>
#include <mm/vmalloc.h>

#include "block_sent.h"
#include "page_io.h"

#define DEPTH 4u
#define SECTORS 64u

/* The driver's bytes behind a request. */
struct command {
	unsigned int nr_uses;
	unsigned int serial; /* init_request's */
};

static struct blk_mq_tag_set set;
static struct gendisk *disk;
static u8 *data;

static struct {
	bool hold; /* requests wait for serve() */
	unsigned int nr_no_room; /* times that it has none */
	blk_status_t refuse; /* what queue_rq says to @bad */
	sector_t bad;
	bool by_complete;
	bool twice; /* ends the request, and says that it failed */
	bool sleepy;
	bool stops; /* the queue, at each request */
	unsigned int requeue; /* times that it gives the request back */
	bool kick; /* with a kick */

	struct request *held[DEPTH];
	unsigned int nr_held, most_held;
	unsigned int nr_calls, nr_atomic, nr_completed, nr_used_before;
	sector_t log[32];

	int nr_requests, nr_hctxs; /* made, and not gone */
	unsigned int nr_made;
	unsigned int fail_request; /* init_request fails for this one */
	bool fail_hctx;
} drv;

/* --- the driver ------------------------------------------------------------------------ */

static void transfer(struct request *rq)
{
	u8 *at = data + blk_rq_pos(rq) * SECTOR_SIZE;
	struct req_iterator it;
	struct bio_vec v;

	rq_for_each_segment(v, rq, it)
	{
		u8 *mem = (u8 *)page_address(v.bv_page) + v.bv_offset;

		if (rq_data_dir(rq) == WRITE)
			memcpy(at, mem, v.bv_len);
		else
			memcpy(mem, at, v.bv_len);
		at += v.bv_len;
	}
}

static bool is_bad(const struct request *rq)
{
	return drv.bad - blk_rq_pos(rq) < blk_rq_sectors(rq);
}

static void serve_one(struct request *rq)
{
	transfer(rq);
	if (drv.by_complete)
		blk_mq_complete_request(rq);
	else
		blk_mq_end_request(rq, BLK_STS_OK);
}

static blk_status_t test_queue_rq(struct blk_mq_hw_ctx *hctx,
				  const struct blk_mq_queue_data *bd)
{
	struct request *rq = bd->rq;
	struct command *c = blk_mq_rq_to_pdu(rq);

	drv.log[drv.nr_calls++ % ARRAY_SIZE(drv.log)] = blk_rq_pos(rq);
	drv.nr_atomic += in_atomic();
	drv.nr_used_before += c->nr_uses++ != 0;
	if (drv.sleepy)
		msleep(2);
	if (drv.nr_no_room) {
		drv.nr_no_room--;
		return BLK_STS_RESOURCE;
	}
	if (drv.stops)
		blk_mq_stop_hw_queue(hctx);
	blk_mq_start_request(rq);
	if (drv.requeue) {
		drv.requeue--;
		blk_mq_requeue_request(rq, drv.kick);
		return BLK_STS_OK;
	}
	if (is_bad(rq)) {
		if (drv.twice)
			blk_mq_end_request(rq, drv.refuse);
		return drv.refuse;
	}
	if (!drv.hold) {
		serve_one(rq);
		return BLK_STS_OK;
	}
	if (drv.nr_held == DEPTH ||
	    blk_mq_tag_to_rq(hctx->tags, (unsigned int)rq->tag) != rq)
		return BLK_STS_IOERR;
	WRITE_ONCE(drv.held[drv.nr_held], rq);
	WRITE_ONCE(drv.nr_held, drv.nr_held + 1);
	drv.most_held = max(drv.most_held, drv.nr_held);
	return BLK_STS_OK;
}

static void test_complete(struct request *rq)
{
	drv.nr_completed++;
	/* In two steps, as a driver that counts bytes. */
	while (blk_update_request(rq, BLK_STS_OK, SECTOR_SIZE))
		;
	/* Nothing is left that could fail. */
	__blk_mq_end_request(rq, BLK_STS_IOERR);
}

static int test_init_request(struct blk_mq_tag_set *s, struct request *rq,
			     unsigned int hctx_idx, unsigned int node)
{
	struct command *c = blk_mq_rq_to_pdu(rq);

	(void)s;
	(void)node;
	if (++drv.nr_made == drv.fail_request || hctx_idx)
		return -EPERM;
	c->serial = drv.nr_made;
	drv.nr_requests++;
	return 0;
}

static void test_exit_request(struct blk_mq_tag_set *s, struct request *rq,
			      unsigned int hctx_idx)
{
	struct command *c = blk_mq_rq_to_pdu(rq);

	(void)s;
	/* What the driver wrote there stayed. */
	if (c->serial == (unsigned int)rq->tag + 1 && !hctx_idx)
		drv.nr_requests--;
}

static int test_init_hctx(struct blk_mq_hw_ctx *hctx, void *ctx,
			  unsigned int hctx_idx)
{
	if (drv.fail_hctx || ctx != &drv || hctx_idx)
		return -EPERM;
	hctx->driver_data = ctx;
	drv.nr_hctxs++;
	return 0;
}

static void test_exit_hctx(struct blk_mq_hw_ctx *hctx, unsigned int hctx_idx)
{
	if (hctx->driver_data == &drv && !hctx_idx)
		drv.nr_hctxs--;
}

static const struct blk_mq_ops test_ops = {
	.queue_rq = test_queue_rq,
	.complete = test_complete,
	.init_request = test_init_request,
	.exit_request = test_exit_request,
	.init_hctx = test_init_hctx,
	.exit_hctx = test_exit_hctx,
};

static const struct block_device_operations test_fops = {
	.owner = THIS_MODULE,
};

/* --- the disk ---------------------------------------------------------------------------- */

static void driver_reset(unsigned int depth, unsigned int flags)
{
	memset(&drv, 0, sizeof(drv));
	drv.bad = RAM_DISK_FINE;
	set = (struct blk_mq_tag_set){
		.ops = &test_ops,
		.nr_hw_queues = 3,
		.queue_depth = depth,
		.cmd_size = sizeof(struct command),
		.flags = flags,
		.driver_data = &drv,
	};
	nr_sent = 0;
}

static bool disk_add(struct ktest *t)
{
	unsigned int i;

	data = vzalloc(SECTORS * SECTOR_SIZE);
	disk = blk_mq_alloc_disk(&set, &drv);
	if (!KTEST_EXPECT_TRUE(t, data && !IS_ERR(disk)))
		return false;
	for (i = 0; i < SECTORS; i++)
		memset(data + i * SECTOR_SIZE, ram_disk_byte(i), SECTOR_SIZE);
	disk->major = RAM_DISK_MAJOR;
	disk->minors = 1;
	disk->fops = &test_fops;
	strscpy(disk->disk_name, "mqtest", DISK_NAME_LEN);
	set_capacity(disk, SECTORS);
	return KTEST_EXPECT_EQ(t, add_disk(disk), 0);
}

static bool start(struct ktest *t, unsigned int depth, unsigned int flags)
{
	driver_reset(depth, flags);
	return KTEST_EXPECT_EQ(t, blk_mq_alloc_tag_set(&set), 0) && disk_add(t);
}

/* In the order of today's drivers; all that was made is gone. */
static void finish(struct ktest *t)
{
	sent_all(t);
	del_gendisk(disk);
	put_disk(disk);
	KTEST_EXPECT_EQ(t, drv.nr_hctxs, 0);
	blk_mq_free_tag_set(&set);
	KTEST_EXPECT_EQ(t, drv.nr_requests, 0);
	vfree(data);
}

/* Does *@what become @n, within a few seconds? */
static bool becomes(const unsigned int *what, unsigned int n)
{
	unsigned long end = jiffies + 5 * HZ;

	while (READ_ONCE(*what) != n && time_before(jiffies, end))
		msleep(1);
	return READ_ONCE(*what) == n;
}

/* Long enough for what must not happen. */
static void a_while(void)
{
	msleep(30);
}

static void serve_held(void)
{
	unsigned int i, nr = drv.nr_held;

	/* They may come again at once. */
	drv.hold = false;
	drv.nr_held = 0;
	for (i = 0; i < nr; i++)
		serve_one(drv.held[i]);
}

static struct sent *read_of(sector_t sector, unsigned int nr)
{
	return send_to(disk, sector, nr, REQ_OP_READ);
}

/* --- what comes, and how many ---------------------------------------------------------------- */

static void a_request_comes_and_its_bytes_go(struct ktest *t)
{
	struct sent *s;

	KTEST_ASSERT_TRUE(t, start(t, DEPTH, 0));
	KTEST_EXPECT_EQ(t, set.nr_hw_queues, 1);
	s = read_of(10, 2);
	KTEST_EXPECT_EQ(t, sent_wait(s), 0);
	KTEST_EXPECT_EQ(t, sent_byte(s), ram_disk_byte(10));
	KTEST_EXPECT_EQ(t, sent_data(s)[SECTOR_SIZE], ram_disk_byte(11));
	KTEST_EXPECT_EQ(t, sent_wait(send_to(disk, 20, 1, REQ_OP_WRITE)), 0);
	KTEST_EXPECT_EQ(t, data[20 * SECTOR_SIZE], 0);
	KTEST_EXPECT_EQ(t, drv.nr_calls, 2);
	/* Without leave to sleep. */
	KTEST_EXPECT_EQ(t, drv.nr_atomic, 2);
	finish(t);
}

static void who_may_sleep_may_sleep(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, start(t, DEPTH, BLK_MQ_F_BLOCKING));
	drv.sleepy = true;
	KTEST_EXPECT_EQ(t, sent_wait(read_of(10, 2)), 0);
	KTEST_EXPECT_EQ(t, drv.nr_atomic, 0);
	finish(t);
}

static struct completion third_sent;

static int send_third(void *ctx)
{
	(void)ctx;
	(void)read_of(30, 1);
	complete(&third_sent);
	return 0;
}

static void no_more_than_the_depth_is_under_way(struct ktest *t)
{
	struct task_struct *task;
	unsigned int i;

	KTEST_ASSERT_TRUE(t, start(t, 2, 0));
	drv.hold = true;
	(void)read_of(10, 1);
	(void)read_of(20, 1);
	KTEST_EXPECT_TRUE(t, becomes(&drv.nr_held, 2));
	KTEST_EXPECT_TRUE(t, blk_mq_request_started(drv.held[0]));
	init_completion(&third_sent);
	task = kthread_run(send_third, NULL, "third");
	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	a_while();
	KTEST_EXPECT_EQ(t, drv.nr_calls, 2);
	KTEST_EXPECT_FALSE(t, completion_done(&third_sent));
	serve_held();
	wait_for_completion(&third_sent);
	for (i = 0; i < 3; i++)
		KTEST_EXPECT_EQ(t, sent_wait(&sent[i]), 0);
	KTEST_EXPECT_EQ(t, sent_byte(&sent[2]), ram_disk_byte(30));
	/* The third has the place, and the bytes behind it, of one before. */
	KTEST_EXPECT_EQ(t, drv.most_held, 2);
	KTEST_EXPECT_EQ(t, drv.nr_used_before, 1);
	finish(t);
}

static void two_queues_share_a_set(struct ktest *t)
{
	struct request_queue *q;

	KTEST_ASSERT_TRUE(t, start(t, 1, 0));
	q = blk_mq_init_queue(&set);
	KTEST_ASSERT_TRUE(t, !IS_ERR(q));
	KTEST_EXPECT_EQ(t, drv.nr_hctxs, 2);
	drv.hold = true;
	(void)read_of(10, 1);
	KTEST_EXPECT_TRUE(t, becomes(&drv.nr_held, 1));
	KTEST_EXPECT_PTR_EQ(t, drv.held[0]->q, disk->queue);
	/* And the other can go meanwhile. */
	blk_cleanup_queue(q);
	KTEST_EXPECT_EQ(t, drv.nr_hctxs, 1);
	serve_held();
	finish(t);
}

/* --- again ---------------------------------------------------------------------------------- */

static void what_found_no_room_comes_again(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, start(t, DEPTH, 0));
	drv.nr_no_room = 3;
	/* Nothing but time passes. */
	KTEST_EXPECT_EQ(t, sent_wait(read_of(10, 1)), 0);
	KTEST_EXPECT_EQ(t, drv.nr_calls, 4);
	finish(t);
}

static void an_end_makes_room(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, start(t, DEPTH, 0));
	drv.hold = true;
	(void)read_of(10, 1);
	KTEST_EXPECT_TRUE(t, becomes(&drv.nr_held, 1));
	drv.nr_no_room = 1u << 30;
	(void)read_of(20, 1);
	a_while();
	/* Again and again, by ticks; from now on by nothing but an end. */
	KTEST_EXPECT_GE(t, READ_ONCE(drv.nr_calls), 3);
	blk_mq_stop_hw_queues(disk->queue);
	a_while();
	drv.nr_no_room = 0;
	del_timer_sync(&disk->queue->unplug_timer);
	disk->queue->queue_flags &= ~1u; /* started, and nobody told */
	serve_held();
	KTEST_EXPECT_EQ(t, sent_wait(&sent[1]), 0);
	finish(t);
}

static void what_is_given_back_waits_for_a_kick(struct ktest *t)
{
	struct sent *s;

	KTEST_ASSERT_TRUE(t, start(t, DEPTH, 0));
	drv.requeue = 2;
	s = read_of(10, 1);
	KTEST_EXPECT_TRUE(t, becomes(&drv.nr_calls, 1));
	a_while();
	KTEST_EXPECT_EQ(t, drv.nr_calls, 1);
	blk_mq_kick_requeue_list(disk->queue);
	KTEST_EXPECT_TRUE(t, becomes(&drv.nr_calls, 2));
	a_while();
	KTEST_EXPECT_EQ(t, s->nr_ends, 0);
	blk_mq_kick_requeue_list(disk->queue);
	KTEST_EXPECT_EQ(t, sent_wait(s), 0);
	KTEST_EXPECT_EQ(t, sent_byte(s), ram_disk_byte(10));
	finish(t);
}

static void a_held_one_can_be_given_back(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, start(t, DEPTH, 0));
	drv.hold = true;
	(void)read_of(10, 1);
	KTEST_EXPECT_TRUE(t, becomes(&drv.nr_held, 1));
	drv.hold = false;
	blk_mq_requeue_request(drv.held[0], true);
	KTEST_EXPECT_EQ(t, sent_wait(&sent[0]), 0);
	KTEST_EXPECT_EQ(t, drv.nr_calls, 2);
	finish(t);
}

static void a_stopped_queue_gives_nothing(struct ktest *t)
{
	struct sent *s;

	KTEST_ASSERT_TRUE(t, start(t, DEPTH, 0));
	blk_mq_stop_hw_queue(disk->queue->mq_hctx);
	KTEST_EXPECT_TRUE(t, blk_mq_queue_stopped(disk->queue));
	s = read_of(10, 1);
	blk_mq_run_hw_queues(disk->queue, true);
	a_while();
	KTEST_EXPECT_EQ(t, drv.nr_calls, 0);
	blk_mq_start_stopped_hw_queues(disk->queue, true);
	KTEST_EXPECT_EQ(t, sent_wait(s), 0);
	KTEST_EXPECT_FALSE(t, blk_mq_queue_stopped(disk->queue));
	finish(t);
}

/* Whose device is full with each of them. */
static void a_driver_stops_its_queue_itself(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, start(t, DEPTH, 0));
	blk_mq_stop_hw_queues(disk->queue);
	(void)read_of(10, 1);
	(void)read_of(20, 1);
	drv.stops = true;
	blk_mq_start_hw_queue(disk->queue->mq_hctx);
	KTEST_EXPECT_EQ(t, sent_wait(&sent[0]), 0);
	a_while();
	KTEST_EXPECT_EQ(t, drv.nr_calls, 1);
	drv.stops = false;
	blk_mq_start_stopped_hw_queue(disk->queue->mq_hctx, true);
	KTEST_EXPECT_EQ(t, sent_wait(&sent[1]), 0);
	finish(t);
}

/* --- many at once ---------------------------------------------------------------------- */

#define THREADS 4u
#define ROUNDS 40u

static unsigned int nr_wrong[THREADS];

/* Sectors of its own, side by side with the others'. */
static int write_and_read(void *index)
{
	unsigned int i, own = (unsigned int)(unsigned long)index;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_NOFAIL);
	u8 *byte = page_address(page);

	for (i = 0; i < ROUNDS; i++) {
		sector_t sector = own + THREADS * (i % 8);

		memset(byte, (int)(own * 64 + i), SECTOR_SIZE);
		nr_wrong[own] += page_io(disk->part0, page, sector, 1,
					 REQ_OP_WRITE) != 0;
		memset(byte, 0, SECTOR_SIZE);
		nr_wrong[own] +=
			page_io(disk->part0, page, sector, 1, REQ_OP_READ) != 0;
		nr_wrong[own] += byte[SECTOR_SIZE - 1] != (u8)(own * 64 + i);
		/* And the driver is not always content. */
		if (i % 8 == own)
			WRITE_ONCE(drv.nr_no_room, 2);
		if (i % 8 == own + 1)
			WRITE_ONCE(drv.requeue, 1);
	}
	__free_page(page);
	return 0;
}

static void many_threads_share_two_requests(struct ktest *t)
{
	struct task_struct *task[THREADS];
	unsigned long i;

	KTEST_ASSERT_TRUE(t, start(t, 2, 0));
	drv.kick = true;
	memset(nr_wrong, 0, sizeof(nr_wrong));
	for (i = 0; i < THREADS; i++) {
		task[i] =
			kthread_create(write_and_read, (void *)i, "mq/%lu", i);
		KTEST_ASSERT_TRUE(t, !IS_ERR(task[i]));
		/* It may be through before it is waited for. */
		get_task_struct(task[i]);
		wake_up_process(task[i]);
	}
	for (i = 0; i < THREADS; i++) {
		KTEST_EXPECT_EQ(t, kthread_join(task[i]), 0);
		put_task_struct(task[i]);
		KTEST_EXPECT_EQ(t, nr_wrong[i], 0);
	}
	finish(t);
}

/* --- errors ----------------------------------------------------------------------------------- */

/* Three bios that became one request; the driver fails that with the second. */
static void send_three(struct ktest *t)
{
	unsigned int i;

	drv.bad = 21;
	blk_mq_stop_hw_queues(disk->queue);
	for (i = 0; i < 3; i++)
		(void)read_of(20 + i, 1);
	blk_mq_start_hw_queues(disk->queue);
	for (i = 0; i < 3; i++)
		(void)sent_wait(&sent[i]);
	KTEST_EXPECT_EQ(t, sent[0].err, 0);
	KTEST_EXPECT_EQ(t, sent[2].err, 0);
	KTEST_EXPECT_EQ(t, sent_byte(&sent[2]), ram_disk_byte(22));
	KTEST_EXPECT_EQ(t, drv.nr_calls, 4);
}

static void what_queue_rq_says_is_the_bios(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, start(t, DEPTH, 0));
	drv.refuse = BLK_STS_TIMEOUT;
	send_three(t);
	KTEST_EXPECT_EQ(t, sent[1].err, -ETIMEDOUT);
	finish(t);
}

static void who_ends_it_and_says_no_is_named(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, start(t, DEPTH, 0));
	drv.refuse = BLK_STS_IOERR;
	drv.twice = true;
	ktest_expect_report(t, "WARN");
	drv.bad = 20;
	KTEST_EXPECT_EQ(t, sent_wait(read_of(20, 1)), -EIO);
	drv.twice = false;
	KTEST_EXPECT_EQ(t, sent_wait(read_of(10, 1)), 0);
	finish(t);
}

static void a_request_is_through_piece_by_piece(struct ktest *t)
{
	struct sent *s;

	KTEST_ASSERT_TRUE(t, start(t, DEPTH, 0));
	drv.by_complete = true;
	s = read_of(10, 4);
	KTEST_EXPECT_EQ(t, sent_wait(s), 0);
	KTEST_EXPECT_EQ(t, sent_data(s)[3 * SECTOR_SIZE], ram_disk_byte(13));
	KTEST_EXPECT_EQ(t, drv.nr_completed, 1);
	finish(t);
}

/* --- its life ----------------------------------------------------------------------------------- */

static void who_waits_when_it_goes_is_served(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, start(t, DEPTH, 0));
	drv.requeue = 1;
	(void)read_of(10, 1);
	KTEST_EXPECT_TRUE(t, becomes(&drv.nr_calls, 1));
	blk_mq_stop_hw_queues(disk->queue);
	(void)read_of(20, 1);
	drv.requeue = 1;
	del_gendisk(disk);
	/* One that was given back, one that waits, and one given back late. */
	blk_cleanup_disk(disk);
	KTEST_EXPECT_EQ(t, sent[0].nr_ends, 1);
	KTEST_EXPECT_EQ(t, sent[1].nr_ends, 1);
	KTEST_EXPECT_EQ(t, sent[0].err | sent[1].err, 0);
	KTEST_EXPECT_EQ(t, drv.nr_hctxs, 0);
	sent_all(t);
	blk_mq_free_tag_set(&set);
	KTEST_EXPECT_EQ(t, drv.nr_requests, 0);
	vfree(data);
}

static void a_queue_may_go_before_its_disk(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, start(t, DEPTH, 0));
	del_gendisk(disk);
	blk_cleanup_queue(disk->queue);
	KTEST_EXPECT_EQ(t, drv.nr_hctxs, 0);
	put_disk(disk);
	KTEST_EXPECT_EQ(t, drv.nr_hctxs, 0);
	blk_mq_free_tag_set(&set);
	vfree(data);
}

static void a_queue_and_its_set_are_made_at_once(struct ktest *t)
{
	static const struct blk_mq_ops plain = { .queue_rq = test_queue_rq };
	struct request_queue *q;

	driver_reset(DEPTH, 0);
	q = blk_mq_init_sq_queue(&set, &plain, 7, BLK_MQ_F_SHOULD_MERGE);
	KTEST_ASSERT_TRUE(t, !IS_ERR(q));
	KTEST_EXPECT_EQ(t, set.queue_depth, 7);
	KTEST_EXPECT_EQ(t, set.nr_hw_queues, 1);
	blk_cleanup_queue(q);
	blk_mq_free_tag_set(&set);
	/* Twice is harmless. */
	blk_mq_free_tag_set(&set);
}

static void half_a_set_is_none(struct ktest *t)
{
	static const struct blk_mq_ops empty;

	driver_reset(0, 0);
	KTEST_EXPECT_EQ(t, blk_mq_alloc_tag_set(&set), -EINVAL);
	driver_reset(DEPTH, 0);
	set.nr_hw_queues = 0;
	KTEST_EXPECT_EQ(t, blk_mq_alloc_tag_set(&set), -EINVAL);
	driver_reset(DEPTH, 0);
	set.ops = &empty;
	KTEST_EXPECT_EQ(t, blk_mq_alloc_tag_set(&set), -EINVAL);
	driver_reset(DEPTH, 0);
	drv.fail_request = 3;
	KTEST_EXPECT_EQ(t, blk_mq_alloc_tag_set(&set), -EPERM);
	KTEST_EXPECT_EQ(t, drv.nr_made, 3);
	KTEST_EXPECT_EQ(t, drv.nr_requests, 0);
	KTEST_EXPECT_NULL(t, set.tags);
	driver_reset(DEPTH, 0);
	KTEST_ASSERT_EQ(t, blk_mq_alloc_tag_set(&set), 0);
	drv.fail_hctx = true;
	KTEST_EXPECT_EQ(t, PTR_ERR(blk_mq_init_queue(&set)), -EPERM);
	KTEST_EXPECT_EQ(t, PTR_ERR(blk_mq_alloc_disk(&set, NULL)), -EPERM);
	blk_mq_free_tag_set(&set);
}

/* The n-th request for memory is refused, from the first on until none is. */
static void memory_may_fail_at_each_step(struct ktest *t)
{
	struct fault_attr saved;
	unsigned int n, nr_refused = 0;
	bool made = false;

	for (n = 1; !made && n < 100; n++) {
		struct gendisk *d = NULL;
		int err;

		driver_reset(DEPTH, 0);
		fault_plan_save(&fault_slab, &saved);
		fault_fail_nth(&fault_slab, n);
		err = blk_mq_alloc_tag_set(&set);
		if (!err)
			d = blk_mq_alloc_disk(&set, &drv);
		nr_refused += atomic_read(&fault_slab.failures) != 0;
		made = !err && !atomic_read(&fault_slab.failures);
		fault_plan_restore(&fault_slab, &saved);
		if (err)
			KTEST_EXPECT_EQ(t, err, -ENOMEM);
		else if (IS_ERR(d))
			KTEST_EXPECT_EQ(t, PTR_ERR(d), -ENOMEM);
		else
			put_disk(d);
		KTEST_EXPECT_EQ(t, drv.nr_hctxs, 0);
		blk_mq_free_tag_set(&set);
		KTEST_EXPECT_EQ(t, drv.nr_requests, 0);
	}
	KTEST_EXPECT_TRUE(t, made);
	/* The set's two tables and two records, its requests, queue, hardware
	 * queue, and disk. */
	KTEST_EXPECT_GE(t, nr_refused, 4 + DEPTH + 3);
}

static const struct ktest_case block_mq_cases[] = {
	KTEST_CASE(a_request_comes_and_its_bytes_go),
	KTEST_CASE(who_may_sleep_may_sleep),
	KTEST_CASE(no_more_than_the_depth_is_under_way),
	KTEST_CASE(two_queues_share_a_set),
	KTEST_CASE(what_found_no_room_comes_again),
	KTEST_CASE(an_end_makes_room),
	KTEST_CASE(what_is_given_back_waits_for_a_kick),
	KTEST_CASE(a_held_one_can_be_given_back),
	KTEST_CASE(a_stopped_queue_gives_nothing),
	KTEST_CASE(a_driver_stops_its_queue_itself),
	KTEST_CASE(many_threads_share_two_requests),
	KTEST_CASE(what_queue_rq_says_is_the_bios),
	KTEST_CASE(who_ends_it_and_says_no_is_named),
	KTEST_CASE(a_request_is_through_piece_by_piece),
	KTEST_CASE(who_waits_when_it_goes_is_served),
	KTEST_CASE(a_queue_may_go_before_its_disk),
	KTEST_CASE(a_queue_and_its_set_are_made_at_once),
	KTEST_CASE(half_a_set_is_none),
	KTEST_CASE(memory_may_fail_at_each_step),
};
KTEST_SUITE(block_mq, block_mq_cases);

/* SPDX-License-Identifier: MIT */
/*
 * mempool_wait_test.c - threads that wait for an element, and are woken
 *
 * The allocator of these pools has what fills the reserve and no more, or all
 * requests for pages fail on purpose: whatever is wanted must have been given
 * back before.
 */
#include <kernel/completion.h>
#include <kernel/delay.h>
#include <kernel/err.h>
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/sched.h>
#include <mm/fault_inject.h>
#include <mm/mempool.h>
#include <mm/page_alloc.h>

#define MIN_NR 4
#define THREADS 8u

/* --- an allocator with little ---------------------------------------------- */

static struct {
	u32 word[MIN_NR + 1];
	atomic_t given;
	int limit; /* of those */
} store;

static void *store_alloc(gfp_t gfp, void *pool_data)
{
	int i;

	(void)gfp;
	(void)pool_data;
	if (atomic_read(&store.given) >= READ_ONCE(store.limit))
		return NULL;
	i = atomic_add_return(1, &store.given) - 1;
	return i < READ_ONCE(store.limit) ? &store.word[i] : NULL;
}

/* Not to be had again: the pool alone keeps them. */
static void store_free(void *element, void *pool_data)
{
	(void)element;
	(void)pool_data;
}

static mempool_t *pool;

static bool pool_new(struct ktest *t)
{
	atomic_set(&store.given, 0);
	store.limit = MIN_NR;
	pool = mempool_create(MIN_NR, store_alloc, store_free, NULL);
	return KTEST_EXPECT_NOT_NULL(t, pool);
}

static void pool_end(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, pool->curr_nr, MIN_NR);
	KTEST_EXPECT_EQ(t, mempool_check(pool), 0);
	mempool_destroy(pool);
}

/* --- one waiter ------------------------------------------------------------ */

static struct completion served;
static void *got;

static int take_one(void *data)
{
	(void)data;
	got = mempool_alloc(pool, GFP_KERNEL);
	complete(&served);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

static bool wait_until_waiting(unsigned long waits)
{
	unsigned int ms;

	for (ms = 0; ms < 2000 && READ_ONCE(pool->nr_waits) < waits; ms += 10)
		msleep(10);
	return READ_ONCE(pool->nr_waits) >= waits;
}

static void a_return_wakes_a_waiter(struct ktest *t)
{
	struct task_struct *task;
	void *held[MIN_NR];
	unsigned long start;
	unsigned int i;

	KTEST_ASSERT_TRUE(t, pool_new(t));
	for (i = 0; i < MIN_NR; i++)
		held[i] = mempool_alloc(pool, GFP_KERNEL);
	got = NULL;
	init_completion(&served);
	task = kthread_run(take_one, NULL, "pool-waiter");
	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	KTEST_EXPECT_TRUE(t, wait_until_waiting(1));
	KTEST_EXPECT_NULL(t, got);
	start = jiffies;
	mempool_free(held[2], pool);
	wait_for_completion(&served);
	/* By the return, long before it would have looked by itself. */
	KTEST_EXPECT_TRUE(t, time_before(jiffies, start + 2 * HZ));
	KTEST_EXPECT_PTR_EQ(t, got, held[2]);
	kthread_stop(task);
	held[2] = got;
	for (i = 0; i < MIN_NR; i++)
		mempool_free(held[i], pool);
	pool_end(t);
}

static void a_larger_reserve_wakes_a_waiter(struct ktest *t)
{
	struct task_struct *task;
	void *held[MIN_NR];
	unsigned int i;

	KTEST_ASSERT_TRUE(t, pool_new(t));
	for (i = 0; i < MIN_NR; i++)
		held[i] = mempool_alloc(pool, GFP_KERNEL);
	init_completion(&served);
	task = kthread_run(take_one, NULL, "pool-waiter");
	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	KTEST_EXPECT_TRUE(t, wait_until_waiting(1));
	/* The allocator has one more. */
	atomic_set(&store.given, MIN_NR);
	WRITE_ONCE(store.limit, MIN_NR + 1);
	KTEST_EXPECT_EQ(t, mempool_resize(pool, MIN_NR + 1), 0);
	KTEST_EXPECT_NE(t, wait_for_completion_timeout(&served, 2 * HZ), 0);
	kthread_stop(task);
	mempool_free(got, pool);
	for (i = 0; i < MIN_NR; i++)
		mempool_free(held[i], pool);
	KTEST_EXPECT_EQ(t, mempool_resize(pool, MIN_NR), 0);
	pool_end(t);
}

/* --- many ------------------------------------------------------------------ */

#define QUICK_TURNS 1000u
/* Eight threads: a million together. */
#define FULL_TURNS 125000u

struct turner {
	struct task_struct *task;
	struct completion done;
	unsigned int turns, failed, damaged;
};
static struct turner turners[THREADS];
static struct completion start;

/* Take, write, look, give back: nobody else may have the same. */
static void turn_once(struct turner *me, unsigned int i)
{
	u32 mine = (u32)(me - turners) + 1, *word;
	struct page *page;

	page = mempool_alloc(pool, i % 2 ? GFP_KERNEL : GFP_NOIO);
	if (!page) {
		me->failed++;
		return;
	}
	word = page_address(page);
	WRITE_ONCE(*word, mine);
	/* Now and then long enough for the others to run out. */
	if (i % 512 == mine)
		schedule_timeout_uninterruptible(1);
	else if (i % 16 == mine)
		yield();
	me->damaged += READ_ONCE(*word) != mine;
	mempool_free(page, pool);
}

static int turn(void *data)
{
	struct turner *me = data;
	unsigned int i;

	wait_for_completion(&start);
	for (i = 0; i < me->turns; i++) {
		turn_once(me, i);
		cond_resched();
	}
	complete(&me->done);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/* No page is to be had by anybody until all threads are done. */
static void turn_all(struct ktest *t)
{
	struct fault_attr saved;
	unsigned int i;

	fault_plan_save(&mm_node.fault, &saved);
	KTEST_EXPECT_EQ(t, fault_attr_parse(&mm_node.fault, "1,100,0,-1"), 0);
	complete_all(&start);
	for (i = 0; i < THREADS; i++)
		wait_for_completion(&turners[i].done);
	fault_plan_restore(&mm_node.fault, &saved);
}

static void cycle(struct ktest *t, unsigned int turns)
{
	unsigned int i, nr;

	pool = mempool_create_page_pool(MIN_NR, 0);
	KTEST_ASSERT_NOT_NULL(t, pool);
	init_completion(&start);
	for (nr = 0; nr < THREADS; nr++) {
		turners[nr] = (struct turner){ .turns = turns };
		init_completion(&turners[nr].done);
		turners[nr].task =
			kthread_run(turn, &turners[nr], "pool/%u", nr);
		if (!KTEST_EXPECT_TRUE(t, !IS_ERR(turners[nr].task)))
			break;
	}
	if (nr == THREADS)
		turn_all(t);
	complete_all(&start);
	for (i = 0; i < nr; i++) {
		kthread_stop(turners[i].task);
		KTEST_EXPECT_EQ(t, turners[i].failed, 0);
		KTEST_EXPECT_EQ(t, turners[i].damaged, 0);
	}
	/* More threads than elements: some had to wait. */
	KTEST_EXPECT_NE(t, pool->nr_waits, 0);
	pool_end(t);
}

static void eight_threads_share_four_elements(struct ktest *t)
{
	cycle(t, QUICK_TURNS);
}

static void a_million_turns_without_one_failure(struct ktest *t)
{
	cycle(t, FULL_TURNS);
}

static const struct ktest_case mempool_wait_cases[] = {
	KTEST_CASE(a_return_wakes_a_waiter),
	KTEST_CASE(a_larger_reserve_wakes_a_waiter),
	KTEST_CASE(eight_threads_share_four_elements),
};
KTEST_SUITE(mempool_wait, mempool_wait_cases);

static const struct ktest_case mempool_long_cases[] = {
	KTEST_CASE(a_million_turns_without_one_failure),
};
KTEST_SUITE_SLOW(mempool_long, mempool_long_cases);

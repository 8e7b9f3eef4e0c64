/* SPDX-License-Identifier: MIT */
/* kthread_test.c - threads are made, run, sleep, wake, stop and are gone. */
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/show.h>
#include <mm/vmalloc.h>
#include <mm/zone.h>
#include <asm/processor.h>
#include "sched_fixture.h"
#include "../../core/sched_internal.h"

/* Sleeps until it is told to stop; says what it saw. */
struct sleeper {
	unsigned int rounds;
	struct task_struct *task;
};

static int sleep_until_stopped(void *data)
{
	struct sleeper *s = data;

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		s->rounds++;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 42;
}

static void a_thread_runs_with_its_data_and_returns_a_result(struct ktest *t)
{
	struct sleeper s = { 0 };
	struct task_struct *task = kthread_create(
		sleep_until_stopped, &s, "test/%d-with-a-long-name", 7);

	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	KTEST_EXPECT_STREQ(t, task->comm, "test/7-with-a-l");
	KTEST_EXPECT_PTR_EQ(t, kthread_data(task), &s);
	yield();
	KTEST_EXPECT_EQ(t, s.rounds, 0); /* not woken yet */
	KTEST_EXPECT_EQ(t, wake_up_process(task), 1);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(s.rounds == 1));
	KTEST_EXPECT_EQ(t, kthread_stop(task), 42);
}

static void a_thread_that_never_ran_is_stopped_without_running(struct ktest *t)
{
	struct sleeper s = { 0 };
	struct task_struct *task =
		kthread_create(sleep_until_stopped, &s, "test");

	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	KTEST_EXPECT_EQ(t, kthread_stop(task), -EINTR);
	KTEST_EXPECT_EQ(t, s.rounds, 0);
}

static int return_at_once(void *data)
{
	++*(volatile unsigned int *)data;
	return 17;
}

static void a_thread_that_ended_by_itself_has_its_result(struct ktest *t)
{
	unsigned int ran = 0;
	struct task_struct *task = kthread_create(return_at_once, &ran, "test");

	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	get_task_struct(task);
	wake_up_process(task);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(READ_ONCE(task->kthread.gone)));
	KTEST_EXPECT_EQ(t, ran, 1);
	KTEST_EXPECT_EQ(t, kthread_stop(task), 17);
	put_task_struct(task);
	kthread_flush();
}

static void stopping_what_is_no_thread_is_reported(struct ktest *t)
{
	ktest_expect_report(t, "bad-kthread");
	KTEST_EXPECT_EQ(t, kthread_stop(current), -ESRCH);
	ktest_expect_report(t, "bad-kthread");
	KTEST_EXPECT_EQ(t, kthread_stop((struct task_struct *)t), -ESRCH);
}

static int end_soon(void *data)
{
	unsigned int turns = *(const unsigned int *)data;

	while (turns--)
		yield();
	return 5;
}

/* Whether it ends by itself, or is asked to, or was never reached. */
static void a_thread_that_ends_while_it_is_stopped_is_gone_once(struct ktest *t)
{
	unsigned int i, turn;

	for (i = 0; i < 200; i++) {
		unsigned int turns = i % 4;
		struct task_struct *task;
		int result;

		task = kthread_create(end_soon, &turns, "soon/%u", i);
		KTEST_ASSERT_TRUE(t, !IS_ERR(task));
		get_task_struct(task);
		wake_up_process(task);
		for (turn = 1; turn < turns; turn++)
			yield();
		result = kthread_stop(task);
		if (!KTEST_EXPECT_TRUE(t, result == 5 || result == -EINTR))
			break;
		KTEST_EXPECT_TRUE(t, task->kthread.gone);
		put_task_struct(task);
	}
	kthread_flush();
}

static void joining_waits_for_the_end(struct ktest *t)
{
	unsigned int turns = 20;
	struct task_struct *task = kthread_create(end_soon, &turns, "joined");

	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	get_task_struct(task);
	wake_up_process(task);
	KTEST_EXPECT_EQ(t, kthread_join(task), 5);
	put_task_struct(task);
	kthread_flush();
}

static int damage_my_stack(void *data)
{
	*(unsigned long *)current->stack ^= 1;
	schedule();
	*(bool *)data = true; /* it must not come here */
	return 0;
}

static void a_thread_whose_stack_is_damaged_ends(struct ktest *t)
{
	bool went_on = false;
	struct task_struct *task =
		kthread_create(damage_my_stack, &went_on, "damaged");

	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	get_task_struct(task);
	ktest_expect_report(t, "stack-canary");
	wake_up_process(task);
	KTEST_EXPECT_EQ(t, kthread_join(task), -EFAULT);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "stack-canary task=damaged "));
	KTEST_EXPECT_FALSE(t, went_on);
	put_task_struct(task);
	kthread_flush();
}

/* Pages that nobody has, when all that waits has been given back. */
static unsigned long free_pages_now(void)
{
	kthread_flush();
	vm_unmap_aliases();
	return nr_free_pages();
}

static void make_and_stop(struct ktest *t, unsigned int nr)
{
	struct task_struct *task[16];
	struct sleeper s = { 0 };
	unsigned int i;

	for (i = 0; i < nr; i++) {
		task[i] = kthread_run(sleep_until_stopped, &s, "many/%u", i);
		KTEST_ASSERT_TRUE(t, !IS_ERR(task[i]));
	}
	for (i = 0; i < nr; i++) {
		int result = kthread_stop(task[i]);

		KTEST_EXPECT_TRUE(t, result == 42 || result == -EINTR);
	}
}

static void many_threads_come_and_go_without_a_page_lost(struct ktest *t)
{
	unsigned long tasks = nr_tasks(), before, after;
	unsigned int i;

	/* Once for what the caches keep. */
	make_and_stop(t, 16);
	before = free_pages_now();
	for (i = 0; i < 40; i++)
		make_and_stop(t, 16);
	after = free_pages_now();
	KTEST_EXPECT_EQ(t, nr_tasks(), tasks);
	/* Batches of the per-CPU page lists come and go, but not 640 stacks. */
	KTEST_EXPECT_GE(t, after + 64, before);
}

/* Fail the first, second, third ... page: each time all is given back. */
static void a_thread_that_cannot_be_made_leaves_nothing(struct ktest *t)
{
	struct fault_attr saved;
	struct sleeper s = { 0 };
	unsigned long tasks = nr_tasks();
	unsigned int n;

	fault_plan_save(&mm_node.fault, &saved);
	for (n = 1; n < 64; n++) {
		struct task_struct *task;

		fault_fail_nth(&mm_node.fault, n);
		task = kthread_create(sleep_until_stopped, &s, "unlucky");
		fault_reset(&mm_node.fault);
		if (!IS_ERR(task)) {
			KTEST_EXPECT_EQ(t, kthread_stop(task), -EINTR);
			break;
		}
		KTEST_EXPECT_EQ(t, PTR_ERR(task), -ENOMEM);
		KTEST_EXPECT_EQ(t, nr_tasks(), tasks);
	}
	fault_plan_restore(&mm_node.fault, &saved);
	KTEST_EXPECT_LE(t, n, 63);
	KTEST_EXPECT_EQ(t, nr_tasks(), tasks);
}

/* Fill the table with tasks that never run, and have no stack. */
static void there_is_a_limit_of_tasks(struct ktest *t)
{
	struct task_struct *tasks = vzalloc(TASK_LIMIT * sizeof(*tasks));
	unsigned long before = nr_tasks(), stack_pages;
	struct task_struct *one_more;
	unsigned int nr = 0;

	KTEST_ASSERT_NOT_NULL(t, tasks);
	while (nr < TASK_LIMIT && !task_table_add(&tasks[nr]))
		nr++;
	KTEST_EXPECT_EQ(t, nr + before, TASK_LIMIT);
	KTEST_EXPECT_EQ(t, nr_tasks(), TASK_LIMIT);
	kthread_flush();
	stack_pages = mm_usage(MM_USAGE_KERNEL_STACK);
	one_more = kthread_create(return_at_once, &nr, "one more");
	KTEST_EXPECT_EQ(t, PTR_ERR(one_more), -EAGAIN);
	KTEST_EXPECT_EQ(t, mm_usage(MM_USAGE_KERNEL_STACK), stack_pages);
	while (nr--)
		task_table_del(&tasks[nr]);
	KTEST_EXPECT_EQ(t, nr_tasks(), before);
	vfree(tasks);
}

/* Two threads hand a ball to each other. */
struct ball {
	struct task_struct *player[2];
	unsigned int turn; /* whose */
	unsigned int moves;
};

static int play(void *data)
{
	struct ball *b = data;
	unsigned int me = current == READ_ONCE(b->player[1]);

	while (!kthread_should_stop()) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (READ_ONCE(b->turn) != me && !kthread_should_stop()) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		b->moves++;
		WRITE_ONCE(b->turn, !me);
		wake_up_process(b->player[!me]);
	}
	return 0;
}

static void two_threads_wake_each_other_in_turn(struct ktest *t)
{
	struct ball b = { .turn = 2 };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		b.player[i] = kthread_create(play, &b, "player%u", i);
		KTEST_ASSERT_TRUE(t, !IS_ERR(b.player[i]));
	}
	for (i = 0; i < 2; i++)
		wake_up_process(b.player[i]);
	yield();
	WRITE_ONCE(b.turn, 0);
	wake_up_process(b.player[0]);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(READ_ONCE(b.moves) > 1000));
	for (i = 0; i < 2; i++)
		KTEST_EXPECT_EQ(t, kthread_stop(b.player[i]), 0);
}

static int spin_until_stopped(void *data)
{
	while (!kthread_should_stop()) {
		++*(volatile unsigned int *)data;
		cpu_relax();
	}
	return 0;
}

static void a_busy_thread_does_not_keep_the_cpu(struct ktest *t)
{
	unsigned int turns = 0, before, i;
	struct task_struct *task =
		kthread_run(spin_until_stopped, &turns, "busy");

	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	for (i = 0; i < 5; i++) {
		unsigned long start = jiffies;

		before = turns;
		/* It runs although we never give way. */
		while (turns == before && jiffies - start < 100)
			cpu_relax();
		KTEST_EXPECT_NE(t, turns, before);
	}
	KTEST_EXPECT_EQ(t, kthread_stop(task), 0);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_thread_runs_with_its_data_and_returns_a_result),
	KTEST_CASE(a_thread_that_never_ran_is_stopped_without_running),
	KTEST_CASE(a_thread_that_ended_by_itself_has_its_result),
	KTEST_CASE(stopping_what_is_no_thread_is_reported),
	KTEST_CASE(a_thread_that_ends_while_it_is_stopped_is_gone_once),
	KTEST_CASE(joining_waits_for_the_end),
	KTEST_CASE(a_thread_whose_stack_is_damaged_ends),
	KTEST_CASE(many_threads_come_and_go_without_a_page_lost),
	KTEST_CASE(a_thread_that_cannot_be_made_leaves_nothing),
	KTEST_CASE(there_is_a_limit_of_tasks),
	KTEST_CASE(two_threads_wake_each_other_in_turn),
	KTEST_CASE(a_busy_thread_does_not_keep_the_cpu),
};
KTEST_SUITE(kthread, cases);

/* SPDX-License-Identifier: MIT */
/* kthread_test.c - threads are made, run, sleep, wake, stop and are gone. */
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <asm/processor.h>

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

/* Let others run until @cond holds; false if it never does. */
#define EVENTUALLY(cond)                                      \
	({                                                    \
		unsigned int _i;                              \
		for (_i = 0; _i < 1000000 && !(cond); _i++) { \
			cpu_relax();                          \
			yield();                              \
		}                                             \
		!!(cond);                                     \
	})

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
	KTEST_CASE(two_threads_wake_each_other_in_turn),
	KTEST_CASE(a_busy_thread_does_not_keep_the_cpu),
};
KTEST_SUITE(kthread, cases);

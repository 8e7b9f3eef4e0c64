/* SPDX-License-Identifier: MIT */
/*
 * percpu_cpus_test.c - per-CPU data while all CPUs work on it
 *
 * Two threads on each CPU: they interrupt each other between any two
 * instructions, so that an update which is not one step is lost.
 */
#include <kernel/atomic.h>
#include <kernel/err.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/sched.h>
#include <kernel/smp.h>
#include "percpu_work.h"
#include "sched_fixture.h"

#define MAX_WORKERS (2 * CONFIG_NR_CPUS)

static atomic_t nr_done;
static bool churning;

static int worker(void *data)
{
	unsigned int idx = (unsigned int)(unsigned long)data;

	if (churning)
		percpu_work_churn(idx);
	else
		percpu_work_bump();
	atomic_inc(&nr_done);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* All at once, and wait for all. Return: how many there were. */
static unsigned int run_workers(struct ktest *t)
{
	static struct task_struct *task[MAX_WORKERS];
	unsigned int nr = 2 * nr_running_cpus(), i;

	for (i = 0; i < nr; i++) {
		task[i] = kthread_create_on_cpu(
			worker, (void *)(unsigned long)i, i / 2, "percpu/%u");
		if (!KTEST_EXPECT_FALSE(t, IS_ERR(task[i])))
			break;
	}
	nr = i;
	atomic_set(&nr_done, 0);
	for (i = 0; i < nr; i++)
		wake_up_process(task[i]);
	/* A thread that is stopped before it ran would not run at all. */
	while (atomic_read(&nr_done) < (int)nr)
		yield();
	for (i = 0; i < nr; i++)
		KTEST_EXPECT_EQ(t, kthread_stop(task[i]), 0);
	return nr;
}

static void counters_bumped_by_all_cpus_are_exact(struct ktest *t)
{
	churning = false;
	percpu_work_try(t, run_workers);
}

static void objects_come_and_go_while_cpus_run(struct ktest *t)
{
	churning = true;
	percpu_work_try(t, run_workers);
}

static const struct ktest_case percpu_cpus_cases[] = {
	KTEST_CASE(counters_bumped_by_all_cpus_are_exact),
	KTEST_CASE(objects_come_and_go_while_cpus_run),
};
KTEST_SUITE(percpu_cpus, percpu_cpus_cases);

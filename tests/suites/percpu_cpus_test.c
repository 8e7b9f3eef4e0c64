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

static DEFINE_PER_CPU(u8, one);
static DEFINE_PER_CPU(u16, two);
static DEFINE_PER_CPU(u32, four);
static DEFINE_PER_CPU(u64, eight);

static struct percpu_work work;
static atomic_t nr_wrong;
static atomic_t nr_done;
static bool churning;

static int worker(void *data)
{
	unsigned int idx = (unsigned int)(unsigned long)data;

	if (churning)
		atomic_add((int)percpu_work_churn(&work, idx), &nr_wrong);
	else
		percpu_work_bump(&work);
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
	work.nr_workers = nr;
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

static bool work_init(struct ktest *t)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		per_cpu(one, cpu) = 0;
		per_cpu(two, cpu) = 0;
		per_cpu(four, cpu) = 0;
		per_cpu(eight, cpu) = 0;
	}
	work = (struct percpu_work){
		&one, &two, &four, &eight, alloc_percpu(u64), 0
	};
	return KTEST_EXPECT_NOT_NULL(t, (void __force *)work.dynamic);
}

static void counters_bumped_by_all_cpus_are_exact(struct ktest *t)
{
	if (!work_init(t))
		return;
	churning = false;
	run_workers(t);
	percpu_work_expect(t, &work);
	free_percpu(work.dynamic);
}

static void objects_come_and_go_while_cpus_run(struct ktest *t)
{
	unsigned long objects = percpu_live.nr_objects;

	if (!work_init(t))
		return;
	churning = true;
	atomic_set(&nr_wrong, 0);
	run_workers(t);
	KTEST_EXPECT_EQ(t, atomic_read(&nr_wrong), 0);
	percpu_work_expect(t, &work);
	free_percpu(work.dynamic);
	KTEST_EXPECT_EQ(t, percpu_live.nr_objects, objects);
	KTEST_EXPECT_EQ(t, percpu_space_check(&percpu_live), 0);
}

static const struct ktest_case percpu_cpus_cases[] = {
	KTEST_CASE(counters_bumped_by_all_cpus_are_exact),
	KTEST_CASE(objects_come_and_go_while_cpus_run),
};
KTEST_SUITE(percpu_cpus, percpu_cpus_cases);

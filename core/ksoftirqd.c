/* SPDX-License-Identifier: MIT */
/*
 * ksoftirqd.c - a thread for each CPU that serves the softirqs nobody else does
 *
 * What an interrupt's end left over, because too much was raised, and what a
 * thread raised with no interrupt in sight (core/softirq.c). It is a thread
 * like others, so others get their turn between two rounds. And it takes its own
 * turn: a driver that schedules a tasklet and then goes to sleep until that wakes
 * it is to be asleep first, as it would mostly be on Linux without preemption.
 * Who does not sleep has its tasklets at the next tick.
 *
 * It says that it sleeps before it looks for work; who raises a softirq does
 * both in the other order. So either it sees the work, or it is woken.
 */
#include <kernel/bug.h>
#include <kernel/kthread.h>
#include <kernel/percpu.h>
#include <kernel/sched.h>
#include <kernel/softirq.h>

static DEFINE_PER_CPU(struct task_struct *, ksoftirqd);

static void ksoftirqd_wake(void)
{
	struct task_struct *task = this_cpu_read(ksoftirqd);

	if (task)
		wake_up_process(task);
}

static int ksoftirqd_main(void *data)
{
	(void)data;
	while (!kthread_should_stop()) {
		set_current_state(TASK_IDLE);
		if (!local_softirq_pending())
			schedule();
		__set_current_state(TASK_RUNNING);
		softirq_run_pending();
		cond_resched();
	}
	return 0;
}

void softirq_threads_start(void)
{
	struct task_struct *task;
	unsigned int cpu;

	for_each_cpu(cpu, &sched_cpus) {
		task = kthread_create_on_cpu(ksoftirqd_main, NULL, cpu,
					     "ksoftirqd/%u");
		BUG_ON(IS_ERR(task)); /* start-up has memory for a thread */
		sched_set_batch(task);
		WRITE_ONCE(per_cpu(ksoftirqd, cpu), task);
		wake_up_process(task);
	}
	softirq_set_waker(ksoftirqd_wake);
}

/* SPDX-License-Identifier: MIT */
/*
 * deferred.c - start-up of all that does work later: softirqs and work queues
 */
#include <kernel/interrupt.h>
#include <kernel/rcupdate.h>
#include <kernel/sched.h>
#include <kernel/smp.h>
#include <kernel/softirq.h>
#include <kernel/thread.h>
#include <kernel/timer.h>
#include <kernel/workqueue.h>
#include <mm/percpu.h>

/* Who may not wait leaves the units' empty pages to the work queue. */
static void percpu_work_fn(struct work_struct *work)
{
	(void)work;
	percpu_balance();
}
static DECLARE_WORK(percpu_work, percpu_work_fn);

static void percpu_work_queue(void)
{
	schedule_work(&percpu_work);
}

void deferred_init(void)
{
	timers_init();
	tasklets_init();
	rcu_init();
}

void deferred_start(void)
{
	/* A CPU that is online is about to run threads. */
	while (cpumask_weight(&sched_cpus) < num_online_cpus())
		schedule_timeout_uninterruptible(1);
	softirq_threads_start();
	workqueue_init();
	percpu_set_kick(percpu_work_queue);
}

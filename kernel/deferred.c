/* SPDX-License-Identifier: MIT */
/*
 * deferred.c - start-up of all that does work later: softirqs and work queues
 */
#include <kernel/interrupt.h>
#include <kernel/rcupdate.h>
#include <kernel/softirq.h>
#include <kernel/thread.h>
#include <kernel/timer.h>
#include <kernel/workqueue.h>

void deferred_init(void)
{
	timers_init();
	tasklets_init();
	rcu_init();
}

void deferred_start(void)
{
	softirq_threads_start();
	workqueue_init();
}

/* SPDX-License-Identifier: MIT */
/*
 * tasklet.c - functions that an interrupt handler has called later
 *
 * A CPU has two queues, one for each of the softirqs HI and TASKLET. Four bits
 * say where a tasklet is:
 *
 *   SCHED   set by who schedules it, which puts it into a queue; cleared just
 *           before it is called, so it can be scheduled again from then on
 *   RUN     set around the call, and while it is parked: another CPU that
 *           finds it in its queue meanwhile puts it back and tries again
 *   PARKED  scheduled, but met disabled: it is in no queue, and who enables it
 *           puts it into one. So a disabled tasklet costs nothing
 *   HI      which of the two queues
 *
 * Who clears PARKED, by test_and_clear_bit(), has the tasklet in his hands. The
 * softirq sets PARKED and then looks again whether it is still disabled;
 * tasklet_enable() enables and then looks at PARKED: one of the two sees the
 * other.
 *
 * Locking: none. A CPU's queues are its own; they change with interrupts off, so
 * who looks for a module's tasklets asks each CPU by an interrupt.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/interrupt.h>
#include <kernel/module_holding.h>
#include <kernel/percpu.h>
#include <kernel/sched.h>
#include <kernel/smp.h>
#include <kernel/softirq.h>
#include <asm/processor.h>

/* First in, first out. */
struct tasklet_queue {
	struct tasklet_struct *first, *last; /* last: undefined if empty */
	/* While the softirq runs, which takes all that is queued: what it has
	 * still to serve, and the function that it calls. */
	struct tasklet_struct *rest;
	const void *called;
};
static DEFINE_PER_CPU(struct tasklet_queue, tasklet_queues[2]);

/* Into this CPU's queue; SCHED is set, and the caller's. */
static void tasklet_enqueue(struct tasklet_struct *t)
{
	unsigned long flags = local_irq_save();
	bool hi = test_bit(TASKLET_STATE_HI, &t->state);
	struct tasklet_queue *q = &(*this_cpu_ptr(&tasklet_queues))[hi];

	t->next = NULL;
	if (q->first)
		q->last->next = t;
	else
		q->first = t;
	q->last = t;
	raise_softirq_irqoff(hi ? HI_SOFTIRQ : TASKLET_SOFTIRQ);
	local_irq_restore(flags);
}

void tasklet_schedule(struct tasklet_struct *t)
{
	if (test_and_set_bit(TASKLET_STATE_SCHED, &t->state))
		return;
	clear_bit(TASKLET_STATE_HI, &t->state);
	tasklet_enqueue(t);
}
EXPORT_SYMBOL(tasklet_schedule);

void tasklet_hi_schedule(struct tasklet_struct *t)
{
	if (test_and_set_bit(TASKLET_STATE_SCHED, &t->state))
		return;
	set_bit(TASKLET_STATE_HI, &t->state);
	tasklet_enqueue(t);
}
EXPORT_SYMBOL(tasklet_hi_schedule);

static const void *tasklet_function(const struct tasklet_struct *t)
{
	return t->use_callback ? (const void *)t->callback :
				 (const void *)t->func;
}

static void tasklet_call(struct tasklet_struct *t)
{
	unsigned int before = preempt_count();
	unsigned long fn;

	if (t->use_callback) {
		fn = (unsigned long)t->callback;
		t->callback(t);
	} else {
		fn = (unsigned long)t->func;
		t->func(t->data);
	}
	softirq_check_balance(before, "tasklet", fn);
}

/* A tasklet that is disabled leaves the queues, unless it was enabled just
 * now. */
static void tasklet_park(struct tasklet_struct *t)
{
	set_bit(TASKLET_STATE_PARKED, &t->state);
	smp_mb__after_atomic(); /* pairs with tasklet_enable() */
	if (!atomic_read(&t->count) &&
	    test_and_clear_bit(TASKLET_STATE_PARKED, &t->state))
		tasklet_enqueue(t);
}

/* Out of the queue, SCHED set. The call itself may free @t only if nobody else
 * can hold it back, as on Linux: RUN is cleared behind it. */
static void tasklet_serve(struct tasklet_struct *t)
{
	if (test_and_set_bit_lock(TASKLET_STATE_RUN, &t->state)) {
		tasklet_enqueue(t); /* runs on another CPU */
		return;
	}
	if (atomic_read(&t->count)) {
		/* RUN last: it keeps tasklet_kill() from returning, behind which
		 * the tasklet's memory may go. */
		tasklet_park(t);
		clear_bit_unlock(TASKLET_STATE_RUN, &t->state);
		return;
	}
	clear_bit(TASKLET_STATE_SCHED, &t->state);
	smp_mb__after_atomic(); /* scheduled from now on, it runs again */
	tasklet_call(t);
	clear_bit_unlock(TASKLET_STATE_RUN, &t->state);
}

static void tasklets_run(unsigned int hi)
{
	struct tasklet_queue *q = &(*this_cpu_ptr(&tasklet_queues))[hi];
	struct tasklet_struct *t, *next;

	local_irq_disable();
	t = q->first;
	q->rest = t;
	q->first = NULL;
	local_irq_enable();
	for (; t; t = next) {
		next = t->next;
		/* In this order: a search by interrupt sees it in one of both. */
		WRITE_ONCE(q->called, tasklet_function(t));
		WRITE_ONCE(q->rest, next);
		tasklet_serve(t);
		WRITE_ONCE(q->called, NULL);
	}
}

static void tasklets_run_hi(void)
{
	tasklets_run(1);
}

static void tasklets_run_normal(void)
{
	tasklets_run(0);
}

void tasklet_setup(struct tasklet_struct *t,
		   void (*callback)(struct tasklet_struct *t))
{
	*t = (struct tasklet_struct)TASKLET_INITIALIZER(callback, 0);
}
EXPORT_SYMBOL(tasklet_setup);

void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long data),
		  unsigned long data)
{
	*t = (struct tasklet_struct)TASKLET_INITIALIZER_OLD(func, data, 0);
}
EXPORT_SYMBOL(tasklet_init);

void tasklet_disable_nosync(struct tasklet_struct *t)
{
	atomic_inc(&t->count);
	smp_mb__after_atomic(); /* pairs with the look in tasklet_serve() */
}
EXPORT_SYMBOL(tasklet_disable_nosync);

void tasklet_disable(struct tasklet_struct *t)
{
	tasklet_disable_nosync(t);
	/* On this CPU it cannot be in the middle of a call, unless the caller
	 * is in that call. */
	while (test_bit(TASKLET_STATE_RUN, (unsigned long *)&t->state))
		cpu_relax();
	smp_rmb(); /* what it did is seen from here on */
}
EXPORT_SYMBOL(tasklet_disable);

void tasklet_enable(struct tasklet_struct *t)
{
	/* A full barrier: pairs with tasklet_park(). */
	int count = atomic_dec_return(&t->count);

	if (WARN_ON_ONCE(count < 0)) {
		atomic_set(&t->count, 0);
		return;
	}
	if (!count && test_and_clear_bit(TASKLET_STATE_PARKED, &t->state))
		tasklet_enqueue(t);
}
EXPORT_SYMBOL(tasklet_enable);

void tasklet_kill(struct tasklet_struct *t)
{
	might_sleep();
	/* Get hold of SCHED: then nobody can put it into a queue. */
	while (test_and_set_bit(TASKLET_STATE_SCHED, &t->state)) {
		if (test_and_clear_bit(TASKLET_STATE_PARKED, &t->state))
			break;
		schedule_timeout_uninterruptible(1);
	}
	while (test_bit(TASKLET_STATE_RUN, &t->state))
		schedule_timeout_uninterruptible(1);
	clear_bit_unlock(TASKLET_STATE_SCHED, &t->state);
}
EXPORT_SYMBOL(tasklet_kill);

/* --- tasklets of a module ------------------------------------------------------- */

/* @called has been found already, and may be queued once more. */
static void chain_find(struct module_search *search,
		       const struct tasklet_struct *t, const void *called)
{
	for (; t; t = t->next) {
		const void *fn = tasklet_function(t);

		if (fn != called && (module_search_has(search, t) ||
				     module_search_has(search, fn)))
			module_holding_found(search, "tasklet", t, fn);
	}
}

/* By interrupt, on the CPU whose queues they are. */
static void queues_find(void *arg)
{
	struct tasklet_queue *q = *this_cpu_ptr(&tasklet_queues);
	struct module_search *search = arg;
	unsigned int hi;

	for (hi = 0; hi < 2; hi++, q++) {
		if (module_search_has(search, q->called))
			module_holding_found(search, "tasklet", q, q->called);
		chain_find(search, q->rest, q->called);
		chain_find(search, q->first, q->called);
	}
}

/* One CPU after the other: the search counts without a lock. One that is parked
 * is not seen: it runs when the module itself enables it. */
static void tasklets_find(struct module_search *search, const char *kind)
{
	unsigned int cpu;

	(void)kind;
	for_each_online_cpu(cpu)
		(void)smp_call_function_single(cpu, queues_find, search, true);
}
MODULE_HOLDING(tasklets, "tasklet", tasklets_find);

void tasklets_init(void)
{
	open_softirq(HI_SOFTIRQ, tasklets_run_hi);
	open_softirq(TASKLET_SOFTIRQ, tasklets_run_normal);
}

/* SPDX-License-Identifier: MIT */
/*
 * sched_rq.c - one CPU's ready tasks, and which of them is best
 *
 * FIFO tasks stand in a list by priority and go before all others. The others
 * share what is left: each has a vruntime, the time it ran divided by its
 * weight, and the one with the smallest runs next. So two of equal nice get
 * equal time, and one step of nice is worth a quarter more or a fifth less,
 * whatever the number of tasks.
 *
 * A vruntime means something on one run queue only. A task that leaves keeps
 * its distance to min_vruntime, and brings that to where it arrives. One that
 * slept is set back to at most SLEEPER_CREDIT behind the others: it runs soon,
 * but cannot claim all the time it did not want.
 *
 * Invariants (with the lock held, and no switch going on):
 *   Q1  curr is on neither queue; every other ready task that does not move
 *       is on exactly one
 *   Q2  nr_running counts those on the queues, and curr unless it is idle
 *   Q3  fair_first is the leftmost node of fair
 *   Q4  min_vruntime never falls
 *   Q5  nr_movable counts those on the queues that may run on another CPU; so
 *       their masks change only while they are on none
 *
 * Locking: rq->lock, held by the callers. Only task_rq_lock() takes it here.
 */
#include <kernel/bug.h>
#include <kernel/smp.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <asm/processor.h>
#include <kernel/time.h>
#include "sched_internal.h"

/* Ticks that a normal task may run while another waits: 20 ms, so that eight
 * who are busy keep nobody waiting for longer than people notice. */
#define SLICE_TICKS 2u
/* How far behind the others somebody who slept may start. */
#define SLEEPER_CREDIT_MS 10u
/* How far ahead of a waking task the running one must be to be stopped for it:
 * less would be switching for its own sake. */
#define WAKEUP_GRANULARITY_MS 1u
#define CLOCK_PER_MS_UNKNOWN 1000000u

/* 2^20 / weight of each nice value from -20 on; nice 0 has weight 1024, and
 * each step is a factor of 1.25 (Linux's table). */
static const u32 inverse_weight[MAX_NICE - MIN_NICE + 1] = {
	12,   15,    19,    23,	   29,	  36,	 45,	56,    70,    88,
	110,  137,   171,   214,   268,	  336,	 419,	525,   655,   819,
	1024, 1279,  1601,  2001,  2480,  3130,	 3855,	4877,  6096,  7654,
	9533, 12051, 14979, 18725, 23302, 29127, 36158, 45590, 58254, 69905,
};

DEFINE_PER_CPU(struct rq, runqueues);

void rq_init(struct rq *rq, unsigned int cpu, struct task_struct *idle)
{
	*rq = (struct rq){
		.lock = SPINLOCK_INIT("runqueue", LOCK_RUNQUEUE),
		.cpu = cpu,
		.curr = idle,
		.idle = idle,
		.curr_prio = IDLE_PRIO,
		.next_balance = jiffies,
		.rt = LIST_HEAD_INIT(rq->rt),
		.fair = RB_ROOT,
	};
}

struct rq *task_rq_lock(struct task_struct *task, unsigned long *flags)
{
	for (;;) {
		unsigned int cpu = task_cpu(task);
		struct rq *rq = cpu_rq(cpu);

		*flags = spin_lock_irqsave(&rq->lock);
		if (likely(task->cpu == cpu))
			return rq;
		rq_unlock(rq, *flags);
	}
}

void rq_resched(struct rq *rq)
{
	if (rq->cpu == smp_processor_id())
		set_preempt_need_resched();
	else
		smp_send_reschedule(rq->cpu);
}

/* --- time ------------------------------------------------------------------ */

static u64 clock_from_ms(u32 ms)
{
	u32 per_ms = arch_cycles_per_ms();

	return (u64)ms * (per_ms ? per_ms : CLOCK_PER_MS_UNKNOWN);
}

/* @delta weighted; below the precision of a nice step for less than 2^10. */
static u64 weighted(const struct task_struct *task, u64 delta)
{
	u32 part = (u32)min(delta, (u64)U32_MAX);

	return (u64)part * inverse_weight[task->prio - MAX_RT_PRIO] >> 10;
}

static void min_vruntime_raise(struct rq *rq)
{
	u64 least = rq->min_vruntime;
	bool any = false;

	if (rq->curr != rq->idle && !task_is_rt(rq->curr) &&
	    rq->curr->on_rq == TASK_ON_RQ) {
		least = rq->curr->vruntime;
		any = true;
	}
	if (rq->fair_first) {
		u64 first =
			rb_entry(rq->fair_first, struct task_struct, fair_node)
				->vruntime;

		if (!any || (s64)(first - least) < 0)
			least = first;
	}
	if ((s64)(least - rq->min_vruntime) > 0)
		rq->min_vruntime = least;
}

void rq_update_curr(struct rq *rq)
{
	struct task_struct *curr = rq->curr;
	u64 now = arch_sched_clock();
	u64 delta = now - curr->run_start;

	/* Another CPU's task, and a clock that is behind that CPU's. */
	if (unlikely((s64)delta < 0))
		return;
	curr->run_start = now;
	curr->sum_exec += delta;
	if (curr == rq->idle || task_is_rt(curr))
		return;
	curr->vruntime += weighted(curr, delta);
	min_vruntime_raise(rq);
}

/* --- queues ---------------------------------------------------------------- */

/* Behind those of equal priority, or before them: who was interrupted in its
 * turn. */
static void rt_enqueue(struct rq *rq, struct task_struct *task, bool first)
{
	struct task_struct *other;
	struct list_head *pos;

	list_for_each(pos, &rq->rt) {
		other = list_entry(pos, struct task_struct, rt_link);
		if (other->prio > task->prio ||
		    (first && other->prio == task->prio))
			break;
	}
	list_add_tail(&task->rt_link, pos);
}

static void fair_enqueue(struct rq *rq, struct task_struct *task)
{
	struct rb_node **link = &rq->fair.rb_node, *parent = NULL;
	bool leftmost = true;

	while (*link) {
		struct task_struct *other =
			rb_entry(*link, struct task_struct, fair_node);

		parent = *link;
		/* Equal ones in order of arrival. */
		if ((s64)(task->vruntime - other->vruntime) < 0) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			leftmost = false;
		}
	}
	rb_link_node(&task->fair_node, parent, link);
	rb_insert_color(&task->fair_node, &rq->fair);
	if (leftmost)
		rq->fair_first = &task->fair_node;
}

static bool task_is_bound(const struct task_struct *task)
{
	return cpumask_weight(&task->cpus_allowed) == 1;
}

static void queue_add(struct rq *rq, struct task_struct *task, bool first)
{
	if (!task_is_bound(task))
		WRITE_ONCE(rq->nr_movable, rq->nr_movable + 1);
	if (task_is_rt(task))
		rt_enqueue(rq, task, first);
	else
		fair_enqueue(rq, task);
}

static void queue_del(struct rq *rq, struct task_struct *task)
{
	if (!task_is_bound(task))
		WRITE_ONCE(rq->nr_movable, rq->nr_movable - 1);
	if (task_is_rt(task)) {
		list_del(&task->rt_link);
		return;
	}
	if (rq->fair_first == &task->fair_node)
		rq->fair_first = rb_next(&task->fair_node);
	rb_erase(&task->fair_node, &rq->fair);
}

void rq_attach(struct rq *rq, struct task_struct *task)
{
	lockdep_assert_held(&rq->lock);
	VM_BUG_ON(task->on_rq == TASK_ON_RQ || task->cpu != rq->cpu);
	task->vruntime += rq->min_vruntime;
	WRITE_ONCE(task->on_rq, TASK_ON_RQ);
	WRITE_ONCE(rq->nr_running, rq->nr_running + 1);
	queue_add(rq, task, false);
}

void rq_detach(struct rq *rq, struct task_struct *task)
{
	lockdep_assert_held(&rq->lock);
	VM_BUG_ON(task->on_rq != TASK_ON_RQ || task == rq->curr);
	queue_del(rq, task);
	task->vruntime -= rq->min_vruntime;
	WRITE_ONCE(task->on_rq, TASK_MOVES);
	WRITE_ONCE(rq->nr_running, rq->nr_running - 1);
}

void rq_put_prev(struct rq *rq, struct task_struct *task)
{
	if (task != rq->idle)
		queue_add(rq, task, !rq->yields);
	rq->yields = false;
}

void rq_sleep_prev(struct rq *rq, struct task_struct *task)
{
	BUG_ON(task == rq->idle);
	WRITE_ONCE(task->on_rq, TASK_OFF_RQ);
	WRITE_ONCE(rq->nr_running, rq->nr_running - 1);
}

void rq_leave_prev(struct rq *rq, struct task_struct *task)
{
	rq_sleep_prev(rq, task);
	WRITE_ONCE(task->on_rq, TASK_MOVES);
	task->vruntime -= rq->min_vruntime;
	rq->yields = false;
}

struct task_struct *rq_pick_next(struct rq *rq)
{
	struct task_struct *task;

	if (!list_empty(&rq->rt))
		task = list_first_entry(&rq->rt, struct task_struct, rt_link);
	else if (rq->fair_first)
		task = rb_entry(rq->fair_first, struct task_struct, fair_node);
	else
		return rq->idle;
	queue_del(rq, task);
	return task;
}

struct task_struct *rq_find_movable(struct rq *rq, unsigned int cpu)
{
	struct task_struct *task;
	struct list_head *pos;
	struct rb_node *node;

	for (node = rb_last(&rq->fair); node; node = rb_prev(node)) {
		task = rb_entry(node, struct task_struct, fair_node);
		if (cpumask_test_cpu(cpu, &task->cpus_allowed))
			return task;
	}
	list_for_each(pos, &rq->rt) {
		task = list_entry(pos, struct task_struct, rt_link);
		if (cpumask_test_cpu(cpu, &task->cpus_allowed))
			return task;
	}
	return NULL;
}

/* --- who is better --------------------------------------------------------- */

void rq_rebase_sleeper(struct rq *rq, struct task_struct *task)
{
	s64 credit = (s64)clock_from_ms(SLEEPER_CREDIT_MS);
	s64 distance = (s64)(task->vruntime - rq->min_vruntime);

	/* Ahead it may be by what it ran before it slept, and no more than a
	 * long slice of the worst nice: a FIFO task has a stale value. */
	task->vruntime = (u64)clamp(distance, -credit, 100 * credit);
}

bool rq_should_preempt(struct rq *rq, const struct task_struct *task)
{
	const struct task_struct *curr = rq->curr;

	if (task_is_rt(task) || task_is_rt(curr) || curr == rq->idle)
		return task->prio < curr->prio;
	if (task->batch)
		return false;
	rq_update_curr(rq);
	return (s64)(curr->vruntime - task->vruntime) >
	       (s64)clock_from_ms(WAKEUP_GRANULARITY_MS);
}

bool rq_slice_is_over(struct rq *rq)
{
	struct task_struct *curr = rq->curr, *first;

	if (curr == rq->idle)
		return rq->nr_running;
	if (task_is_rt(curr) || !rq->fair_first)
		return false;
	if (curr->slice_ticks < SLICE_TICKS) {
		curr->slice_ticks++;
		return false;
	}
	first = rb_entry(rq->fair_first, struct task_struct, fair_node);
	return (s64)(curr->vruntime - first->vruntime) > 0;
}

void rq_yield(struct rq *rq)
{
	struct task_struct *curr = rq->curr;
	struct rb_node *last = rb_last(&rq->fair);
	u64 vruntime;

	rq_update_curr(rq);
	rq->yields = true;
	if (task_is_rt(curr) || !last)
		return;
	vruntime = rb_entry(last, struct task_struct, fair_node)->vruntime;
	if ((s64)(vruntime - curr->vruntime) > 0)
		curr->vruntime = vruntime;
}

/* --- figures --------------------------------------------------------------- */

unsigned long nr_running(void)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for_each_cpu(cpu, &sched_cpus)
		sum += READ_ONCE(cpu_rq(cpu)->nr_running);
	return sum;
}

/* Negative for a moment, if a task went to sleep on one CPU and woke on another
 * between the two reads. */
static unsigned long not_negative(long sum)
{
	return sum > 0 ? (unsigned long)sum : 0;
}

unsigned long nr_iowait(void)
{
	unsigned int cpu;
	long sum = 0;

	for_each_cpu(cpu, &sched_cpus)
		sum += READ_ONCE(cpu_rq(cpu)->nr_iowait);
	return not_negative(sum);
}

unsigned long nr_uninterruptible(void)
{
	unsigned int cpu;
	long sum = 0;

	for_each_cpu(cpu, &sched_cpus)
		sum += READ_ONCE(cpu_rq(cpu)->nr_uninterruptible);
	return not_negative(sum);
}

u64 nr_context_switches(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_cpu(cpu, &sched_cpus)
		sum += READ_ONCE(cpu_rq(cpu)->nr_switches);
	return sum;
}

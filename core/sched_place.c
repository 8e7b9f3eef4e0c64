/* SPDX-License-Identifier: MIT */
/*
 * sched_place.c - which CPU a task runs on
 *
 * A task that wakes goes where it was, or to a CPU that has nothing to do; so
 * work spreads as it comes. A FIFO task for which there is none goes to the CPU
 * whose running task has the worst priority. What that leaves uneven is mended by pulling: an
 * idle CPU takes a waiting task from the busiest one before it halts, and at
 * each tick; a busy one looks every BALANCE_TICKS for one that is two or more
 * tasks ahead of it. A task is only ever moved while it waits.
 *
 * No two run queue locks are held at once. In between a task that moves is on
 * no queue, although it is ready: TASK_MOVES. Who finds it so may write its
 * state (it may have been on its way to sleep), its priority or its mask; and
 * sched_attach() looks at the mask under the lock. A task that is woken goes
 * the same way, with nothing to tell it from a sleeper but TASK_RUNNING, which
 * nobody wakes.
 *
 * Locking: as said above each function in sched_internal.h.
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/smp.h>
#include "sched_internal.h"

struct cpumask sched_cpus;

/* A moment's answer, without its lock. */
static bool cpu_is_free(unsigned int cpu)
{
	return READ_ONCE(cpu_rq(cpu)->nr_running) == 0;
}

/* None is free: for a FIFO task, the one with the least to lose; a normal one
 * waits where it was, if it may. */
static unsigned int cpu_to_share(const struct task_struct *task,
				 const struct cpumask *usable)
{
	unsigned int cpu, best = cpumask_first(usable);

	if (cpumask_test_cpu(task->cpu, usable))
		best = task->cpu;
	if (!task_is_rt(task))
		return best;
	for_each_cpu(cpu, usable) {
		if (READ_ONCE(cpu_rq(cpu)->curr_prio) >
		    READ_ONCE(cpu_rq(best)->curr_prio))
			best = cpu;
	}
	return best;
}

unsigned int sched_select_cpu(const struct task_struct *task)
{
	struct cpumask usable;
	unsigned int cpu;

	/* None of its CPUs is up yet: there it waits. */
	if (!cpumask_and(&usable, &task->cpus_allowed, &sched_cpus))
		return cpumask_test_cpu(task->cpu, &task->cpus_allowed) ?
			       task->cpu :
			       cpumask_first(&task->cpus_allowed);
	if (cpumask_test_cpu(task->cpu, &usable) && cpu_is_free(task->cpu))
		return task->cpu;
	for_each_cpu(cpu, &usable) {
		if (cpu_is_free(cpu))
			return cpu;
	}
	return cpu_to_share(task, &usable);
}

void sched_attach(struct task_struct *task)
{
	unsigned long flags;
	struct rq *rq;

	for (;;) {
		rq = task_rq_lock(task, &flags);
		if (likely(cpumask_test_cpu(rq->cpu, &task->cpus_allowed)))
			break;
		WRITE_ONCE(task->cpu, sched_select_cpu(task));
		rq_unlock(rq, flags);
	}
	rq_attach(rq, task);
	if (rq_should_preempt(rq, task))
		rq_resched(rq);
	rq_unlock(rq, flags);
}

/* The CPU with the most tasks, if that is @imbalance more than here and one of
 * them can be had. */
static struct rq *busiest_rq(unsigned int imbalance)
{
	unsigned int most = READ_ONCE(this_rq()->nr_running) + imbalance;
	unsigned int cpu, here = smp_processor_id();
	struct rq *busiest = NULL;

	for_each_cpu(cpu, &sched_cpus) {
		struct rq *rq = cpu_rq(cpu);
		unsigned int nr = READ_ONCE(rq->nr_running);

		if (cpu != here && nr >= most && READ_ONCE(rq->nr_movable)) {
			most = nr + 1;
			busiest = rq;
		}
	}
	return busiest;
}

bool sched_pull(unsigned int imbalance)
{
	struct rq *busiest = busiest_rq(imbalance);
	unsigned int here = smp_processor_id();
	struct task_struct *task;
	unsigned long flags;

	/* Whoever has the lock may be pulling, too: on a machine with many idle
	 * CPUs, waiting for turns would keep the busy one from its work. */
	if (!busiest || !spin_trylock_irqsave(&busiest->lock, &flags))
		return false;
	task = rq_find_movable(busiest, here);
	if (task) {
		rq_detach(busiest, task);
		WRITE_ONCE(task->cpu, here);
	}
	rq_unlock(busiest, flags);
	if (task)
		sched_attach(task);
	return task;
}

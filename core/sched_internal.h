/* SPDX-License-Identifier: MIT */
/*
 * sched_internal.h - a CPU's run queue; for the files of the scheduler only
 *
 * Who calls whom: sched.c (switching, waking) -> sched_place.c (which CPU)
 * -> sched_rq.c (which task).
 */
#ifndef CORE_SCHED_INTERNAL_H
#define CORE_SCHED_INTERNAL_H

#include <kernel/sched.h>
#include <kernel/spinlock.h>

/* Lowest word of a stack. Odd, and no address: nobody stores it by chance. */
#define STACK_END_MAGIC 0x57ac6e9dul

struct rq {
	spinlock_t lock; /* irq-safe, rank RUNQUEUE; held across a switch */
	unsigned int cpu;
	/* Tasks that run or are ready, without the idle one. Written under the
	 * lock; others read it to compare loads. */
	unsigned int nr_running;
	/* Of those, the ones that wait and may run elsewhere. The same. */
	unsigned int nr_movable;
	u8 curr_prio; /* of who runs; the same */

	/* Guarded by @lock. */
	struct task_struct *curr; /* who runs; on none of the queues */
	struct task_struct *idle;
	struct task_struct *prev; /* in a switch: who has just left */
	bool prev_moves; /* and may not stay on this CPU */
	bool yields; /* curr goes behind its equals when it leaves */
	struct list_head rt; /* by priority; equal ones in order of arrival */
	struct rb_root fair; /* by vruntime */
	struct rb_node *fair_first; /* the smallest */
	u64 min_vruntime; /* rises only; where newcomers start */
	u64 nr_switches;
	unsigned long next_balance; /* in jiffies */
	/* Of tasks that went to sleep here, less those woken here: only the
	 * sum over all CPUs means something. */
	long nr_uninterruptible;
	long nr_iowait;
};

DECLARE_PER_CPU(struct rq, runqueues);
#define cpu_rq(cpu) (&per_cpu(runqueues, cpu))
#define this_rq() this_cpu_ptr(&runqueues)

static inline bool task_is_rt(const struct task_struct *task)
{
	return task->prio < MAX_RT_PRIO;
}

/* --- sched_rq.c: all with rq->lock held ----------------------------------- */

void rq_init(struct rq *rq, unsigned int cpu, struct task_struct *idle);

/* Charge the running task for the time since this was last done. */
void rq_update_curr(struct rq *rq);

/* Make a task ready: it comes from elsewhere (its vruntime is relative), ... */
void rq_attach(struct rq *rq, struct task_struct *task);
/* ... and goes elsewhere; it does not run. */
void rq_detach(struct rq *rq, struct task_struct *task);

/* A task that stops running stays ready; or sleeps; or goes to another CPU. */
void rq_put_prev(struct rq *rq, struct task_struct *task);
void rq_sleep_prev(struct rq *rq, struct task_struct *task);
void rq_leave_prev(struct rq *rq, struct task_struct *task);

/* Take the best task off its queue, to run; the idle one if there is none. */
struct task_struct *rq_pick_next(struct rq *rq);

/* Is @task, which is ready, enough better than who runs to take its place? */
bool rq_should_preempt(struct rq *rq, const struct task_struct *task);

/* At a tick: has the running task had its share while another waits? */
bool rq_slice_is_over(struct rq *rq);

/* A sleeper's vruntime, made relative, for rq_attach(). */
void rq_rebase_sleeper(struct rq *rq, struct task_struct *task);

/* A ready task that does not run and may run on @cpu: who would wait longest.
 * NULL: none. */
struct task_struct *rq_find_movable(struct rq *rq, unsigned int cpu);

/* The running task goes behind all others of its kind. */
void rq_yield(struct rq *rq);

/* Lock the run queue that @task belongs to. */
struct rq *task_rq_lock(struct task_struct *task, unsigned long *flags);
static inline void rq_unlock(struct rq *rq, unsigned long flags)
{
	spin_unlock_irqrestore(&rq->lock, flags);
}

/* Its CPU shall look for the best task again. Lock held. */
void rq_resched(struct rq *rq);

/* --- sched_place.c --------------------------------------------------------- */

/* Where a task that wakes shall run: @task's own CPU if that is idle, or any
 * idle one, or its own. Lock of its run queue held. */
unsigned int sched_select_cpu(const struct task_struct *task);

/* Put a task that is on no run queue on that of task->cpu, or of another CPU if
 * it may not run there any more. No lock held. */
void sched_attach(struct task_struct *task);

/* Take a task from the busiest CPU if that is @imbalance or more ahead of this
 * one. Return: true if it did. Interrupts off, no lock held. */
bool sched_pull(unsigned int imbalance);

/* --- task.c ---------------------------------------------------------------- */

/* Give @task, which is whole, a number and a place. Return: 0; -EAGAIN if all
 * TASK_LIMIT are taken. */
int task_table_add(struct task_struct *task);
/* Before it is freed. */
void task_table_del(struct task_struct *task);
bool task_table_has(const struct task_struct *task);

/* --- sched.c --------------------------------------------------------------- */

/* The next switch is the current task's last. Under the lock: a waker that found
 * it asleep a moment ago must not make it TASK_RUNNING over this. */
void sched_set_dead(void);

/* Make a zeroed task with a stack ready to be woken for the first time. */
void sched_task_init(struct task_struct *task, void (*body)(void));

#endif

/* SPDX-License-Identifier: MIT */
/*
 * sched.c - switching from task to task, and waking
 *
 * A task gives its CPU away in schedule(), or is made to: at the end of an
 * interrupt or of a preemption-off section, when bit 31 of the preemption count
 * says that somebody better waits. The bit is set by who makes a task ready
 * (rq_resched()) and by the tick; on another CPU by an interrupt sent there.
 *
 * The lock of a run queue is held across the switch: the one who leaves takes
 * it, the one who comes drops it. So whoever holds the lock of the queue that
 * a sleeping task was on last knows that its registers are saved, and may make
 * it ready anywhere. A task that is moved while it is ready is on no queue for a
 * moment; on_rq says so, for its state may be a sleeper's (sched_place.c).
 *
 * No wake-up is lost. The sleeper writes its state, then looks for the event;
 * the waker writes the event, then looks at the state; both with a full
 * barrier in between. If the waker comes before the sleeper has left, it finds
 * the task still on its queue and just makes the state TASK_RUNNING, which
 * __schedule() reads under the same lock.
 *
 * Who wakes a better task in its own CPU with interrupts off cannot switch at
 * once. If a section ends later, or the interrupt, that looks. If neither will
 * (plain code between local_irq_save() and _restore()), an interrupt is sent to
 * the CPU itself, which comes when interrupts are on again. Only on a machine
 * without a local APIC there is none, and the next tick looks.
 *
 * An interrupt runs on the stack and under the name of the task that it came
 * over, in most cases the idle one. If that were switched away to sleep, the
 * softirqs of this CPU would stop in the middle, and might go on on another CPU;
 * and without the idle task there is nobody to switch to. So nobody sleeps in an
 * interrupt. The call is reported, and then:
 *
 *   - waits for a time pass it busily: msleep(), schedule_timeout(), *_timeout()
 *   - what can say that it did not succeed says so: the _interruptible and
 *     _killable forms; and wait_event(), and mutex_lock() of one that is taken
 *     (mutex.c), return
 *   - all else asks again and again, and is the machine's end after a time:
 *     going on would be worse than to stop with a sentence
 *
 * Locking: rq->lock (irq-safe, rank RUNQUEUE); nothing is taken inside.
 */
#include <kernel/bug.h>
#include <kernel/cpu_time.h>
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/printk.h>
#include <kernel/rcupdate.h>
#include <kernel/smp.h>
#include <kernel/softirq.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/tty.h>
#include <kernel/vsnprintf.h>
#include <asm/user.h>
#include "sched_internal.h"

/* A busy CPU compares itself with the others this often. */
#define BALANCE_TICKS 20u
/* It pulls only from one that is so far ahead: then both are better off. */
#define BALANCE_IMBALANCE 2u

#define NS_PER_SECOND 1000000000ull
/* So long an interrupt may ask for what it cannot wait for, ... */
#define REFUSAL_END_SECONDS 10u
/* ... and so often, no pause being as long as this: more than any device that
 * asks once in each interrupt. The pause is long, for on a busy host the whole
 * machine may stand still. */
#define REFUSAL_END_TURNS 20000ul
#define REFUSAL_PAUSE_NS NS_PER_SECOND

static DEFINE_PER_CPU(struct task_struct, idle_task);

/* --- the end of a task ----------------------------------------------------- */

void sched_set_dead(void)
{
	unsigned long flags;
	struct rq *rq = task_rq_lock(current, &flags);

	WRITE_ONCE(current->__state, TASK_DEAD);
	rq_unlock(rq, flags);
}

/*
 * Somebody wrote to the last word of his stack, which nobody needs if he is in
 * his right mind, but did not reach the guard page. What lies above may be
 * damaged as well: he does not run again.
 */
static noinline __cold void stack_damaged(struct task_struct *task)
{
	const struct report_sites sites = { .at = task->wchan };

	mm_report("stack-canary", &sites, "task=%s", task->comm);
	*(unsigned long *)task->stack = STACK_END_MAGIC;
	if (is_idle_task(task) || task->pid == 1 || !task->on_gone)
		panic("stack of task %s is damaged", task->comm);
	sched_set_dead();
}

static __always_inline bool stack_is_damaged(const struct task_struct *task)
{
	return task->stack &&
	       READ_ONCE(*(unsigned long *)task->stack) != STACK_END_MAGIC;
}

/* --- switching ------------------------------------------------------------- */

/*
 * The second half of a switch, on the stack of who comes. Its CPU may be
 * another one than when it left.
 */
static void finish_switch(void)
{
	struct rq *rq = this_rq();
	struct task_struct *prev = rq->prev;

	bool dead = prev->__state == TASK_DEAD, moves = rq->prev_moves;

	rq->prev = NULL;
	rq->prev_moves = false;
	prev->on_cpu = false;
	if (unlikely(moves))
		WRITE_ONCE(prev->cpu, sched_select_cpu(prev));
	rq_unlock(rq, local_save_flags());
	if (unlikely(dead))
		prev->on_gone(prev);
	else if (unlikely(moves))
		sched_attach(prev);
}

/* From @prev to @next: rq->lock held, interrupts off. */
static void switch_tasks(struct rq *rq, struct task_struct *prev,
			 struct task_struct *next)
{
	rq->nr_switches++;
	prev->nr_switches++;
	rq->curr = next;
	WRITE_ONCE(rq->curr_prio, next->prio);
	rq->prev = prev;
	next->on_cpu = true;
	next->slice_ticks = 0;
	next->run_start = prev->run_start; /* rq_update_curr() was just done */
	prev->preempt_count = preempt_count();
	this_cpu_write(__preempt_count,
		       next->preempt_count | PREEMPT_NO_RESCHED);
	this_cpu_write(current_task, next);
	/* Who has no user does not care whose addresses the CPU sees. */
	if (unlikely(next->user_tables))
		upt_switch(next->user_tables);
	task_context_switch(&prev->context, &next->context);
	finish_switch();
}

/* Does @prev go to sleep? Its state counts only if it came by itself: who is
 * preempted on its way to schedule() has not looked for its event yet. Nobody
 * sleeps whom a signal would have woken. */
static bool prev_sleeps(struct task_struct *prev, bool preempted)
{
	unsigned int state = READ_ONCE(prev->__state);

	if (state == TASK_DEAD)
		return true;
	if (preempted || state == TASK_RUNNING)
		return false;
	if (likely(!signal_pending_state(state, prev)))
		return true;
	WRITE_ONCE(prev->__state, TASK_RUNNING);
	return false;
}

static void count_sleeper(struct rq *rq, const struct task_struct *task, int n)
{
	unsigned int state = task->__state;

	if (state & TASK_UNINTERRUPTIBLE && !(state & TASK_NOLOAD))
		rq->nr_uninterruptible += n;
	if (task->in_iowait)
		rq->nr_iowait += n;
}

/*
 * Give the CPU to the best task.
 * Context: preemption off by one, which is the state saved with each task.
 */
static void __schedule(bool preempted)
{
	unsigned long irqflags = local_irq_save();
	struct task_struct *prev = current, *next;
	struct rq *rq = this_rq();

	if (unlikely(stack_is_damaged(prev)))
		stack_damaged(prev);
	rcu_note_context_switch();
	spin_lock_irqsave(&rq->lock);
	rq_update_curr(rq);
	if (prev_sleeps(prev, preempted)) {
		count_sleeper(rq, prev, 1);
		rq_sleep_prev(rq, prev);
	} else if (unlikely(!cpumask_test_cpu(rq->cpu, &prev->cpus_allowed))) {
		rq->prev_moves = true;
		rq_leave_prev(rq, prev);
	} else {
		rq_put_prev(rq, prev);
	}
	next = rq_pick_next(rq);
	clear_preempt_need_resched();
	if (next != prev)
		switch_tasks(rq, prev, next);
	else
		rq_unlock(rq, local_save_flags());
	local_irq_restore(irqflags);
}

/* --- sleeping where nobody can --------------------------------------------- */

/* Of one wait, as far as that can be told: by its place and its softirq. */
struct refusals {
	unsigned long site, softirq;
	unsigned long turns;
	u64 since, last; /* the first one and the latest; time_ns() */
};
static DEFINE_PER_CPU(struct refusals, refusals);

/* Which softirq of this CPU's it is: they are counted where they begin. */
static unsigned long softirq_number(void)
{
	unsigned int cpu = smp_processor_id(), nr;
	unsigned long sum = 0;

	for (nr = 0; nr < NR_SOFTIRQS; nr++)
		sum += softirq_count(cpu, nr);
	return sum;
}

/* Return: whether this is another turn of a wait that was told of before. */
static bool refusal_goes_on(unsigned long site)
{
	struct refusals *r = this_cpu_ptr(&refusals);
	unsigned long softirq = softirq_number();
	u64 now = time_ns(), pause = now - r->last;

	r->last = now;
	if (r->site != site || r->softirq != softirq ||
	    pause >= REFUSAL_PAUSE_NS) {
		r->site = site;
		r->softirq = softirq;
		r->since = now;
		r->turns = 0;
	}
	if (++r->turns >= REFUSAL_END_TURNS &&
	    now - r->since >= REFUSAL_END_SECONDS * NS_PER_SECOND)
		panic("an interrupt has waited for %u s in %pS: it cannot sleep",
		      REFUSAL_END_SECONDS, (void *)site);
	return r->turns > 1;
}

/*
 * Sleeping is forbidden. Tell, if there is something to tell.
 * Return: whether it cannot be done at all; a turn of waiting is over then.
 */
static noinline __cold bool sleep_refused(const char *what, unsigned long site)
{
	bool impossible = sleep_is_impossible();

	if ((!impossible || !refusal_goes_on(site)) && what)
		__might_sleep(what, site);
	/* The report may have put right a count that was wrong. */
	if (!sleep_is_impossible())
		return false;
	__set_current_state(TASK_RUNNING);
	spin_relax();
	return true;
}

/* @what: NULL if the caller has been told. Constant. */
static __always_inline bool may_not_sleep(const char *what, unsigned long site)
{
	return unlikely(in_atomic() || irqs_disabled()) &&
	       sleep_refused(what, site);
}

static __always_inline void schedule_from(unsigned long site)
{
	const struct sleep_lender *lender = current->lender;

	current->wchan = site;
	if (lender)
		lender->lend();
	do {
		preempt_disable();
		__schedule(false);
		preempt_enable_no_resched();
	} while (need_resched());
	if (lender)
		lender->take_back();
}

void schedule(void)
{
	if (!may_not_sleep("schedule", _RET_IP_))
		schedule_from(_RET_IP_);
}
EXPORT_SYMBOL(schedule);

void schedule_checked(void)
{
	if (!may_not_sleep(NULL, _RET_IP_))
		schedule_from(_RET_IP_);
}
EXPORT_SYMBOL(schedule_checked);

void io_schedule(void)
{
	current->in_iowait = true;
	schedule();
	current->in_iowait = false;
}
EXPORT_SYMBOL(io_schedule);

/* Switch without going to sleep, whatever the state. */
static void schedule_preempted(void)
{
	do {
		preempt_disable();
		__schedule(true);
		preempt_enable_no_resched();
	} while (need_resched());
}

void preempt_schedule(void)
{
	/* The section was inside of an interrupts-off one: see the head. */
	if (irqs_disabled())
		smp_send_reschedule(smp_processor_id());
	else
		schedule_preempted();
}
EXPORT_SYMBOL(preempt_schedule);

void preempt_schedule_irq(void)
{
	schedule_preempted();
}

int cond_resched(void)
{
	if (may_not_sleep("cond_resched", _RET_IP_) || !need_resched())
		return 0;
	schedule_preempted();
	return 1;
}
EXPORT_SYMBOL(cond_resched);

void yield(void)
{
	unsigned long flags;
	struct rq *rq;

	if (may_not_sleep("yield", _RET_IP_))
		return;
	__set_current_state(TASK_RUNNING);
	rq = task_rq_lock(current, &flags);
	rq_yield(rq);
	rq_unlock(rq, flags);
	schedule_preempted();
}
EXPORT_SYMBOL(yield);

/* --- waking ---------------------------------------------------------------- */

/* Make @task ready if it is in one of @states. Preemption is off: on its way to
 * a queue it depends on us alone. */
static int wake_if_asleep(struct task_struct *task, unsigned int states)
{
	unsigned long flags;
	struct rq *rq;

	rq = task_rq_lock(task, &flags);
	if (!(task->__state & states)) {
		rq_unlock(rq, flags);
		return 0;
	}
	/* Ready, or on its way to a queue: whoever moves it puts it there. */
	if (task->on_rq != TASK_OFF_RQ) {
		WRITE_ONCE(task->__state, TASK_RUNNING);
		rq_unlock(rq, flags);
		return 1;
	}
	if (task->__state != TASK_NEW) {
		count_sleeper(rq, task, -1);
		rq_rebase_sleeper(rq, task);
	}
	WRITE_ONCE(task->__state, TASK_RUNNING);
	WRITE_ONCE(task->cpu, sched_select_cpu(task));
	rq_unlock(rq, flags);
	sched_attach(task);
	return 1;
}

int wake_up_state(struct task_struct *task, unsigned int states)
{
	int woken;

	/* The partner of set_current_state()'s barrier. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!(READ_ONCE(task->__state) & states))
		return 0;
	preempt_disable();
	woken = wake_if_asleep(task, states);
	preempt_enable();
	return woken;
}
EXPORT_SYMBOL(wake_up_state);

int wake_up_process(struct task_struct *task)
{
	return wake_up_state(task, TASK_NORMAL | TASK_NEW);
}
EXPORT_SYMBOL(wake_up_process);

/* --- priorities and places ------------------------------------------------- */

/* Let its queue see @task anew with another priority. */
static void set_prio(struct task_struct *task, int prio)
{
	unsigned long flags;
	struct rq *rq = task_rq_lock(task, &flags);
	bool queued = task->on_rq == TASK_ON_RQ && rq->curr != task;

	if (rq->curr == task)
		rq_update_curr(rq);
	if (queued)
		rq_detach(rq, task);
	/* What it ran in another class does not count in this one. */
	if (task_is_rt(task) && rq->curr == task)
		task->vruntime = rq->min_vruntime;
	else if (task_is_rt(task) && (queued || task->on_rq == TASK_MOVES))
		task->vruntime = 0;
	task->prio = (u8)prio;
	if (rq->curr == task)
		WRITE_ONCE(rq->curr_prio, task->prio);
	if (queued)
		rq_attach(rq, task);
	/* Whoever was better before, now may not be. */
	if (task->on_rq == TASK_ON_RQ)
		rq_resched(rq);
	rq_unlock(rq, flags);
	preempt_check_resched();
}

void set_user_nice(struct task_struct *task, int nice)
{
	if (WARN_ON(nice < MIN_NICE || nice > MAX_NICE))
		return;
	set_prio(task, DEFAULT_PRIO + nice);
}
EXPORT_SYMBOL(set_user_nice);

void sched_set_normal(struct task_struct *task, int nice)
{
	set_user_nice(task, nice);
}
EXPORT_SYMBOL(sched_set_normal);

void sched_set_batch(struct task_struct *task)
{
	unsigned long flags;
	struct rq *rq = task_rq_lock(task, &flags);

	task->batch = true;
	rq_unlock(rq, flags);
}

void sched_set_fifo(struct task_struct *task)
{
	set_prio(task, MAX_RT_PRIO - 1 - MAX_RT_PRIO / 2);
}
EXPORT_SYMBOL(sched_set_fifo);

void sched_set_fifo_low(struct task_struct *task)
{
	set_prio(task, MAX_RT_PRIO - 1 - 1);
}
EXPORT_SYMBOL(sched_set_fifo_low);

int set_cpus_allowed_ptr(struct task_struct *task, const struct cpumask *mask)
{
	unsigned long flags;
	struct rq *rq;
	bool waits;

	if (!cpumask_intersects(mask, &sched_cpus))
		return -EINVAL;
	preempt_disable(); /* as in wake_up_state() */
	rq = task_rq_lock(task, &flags);
	waits = task->on_rq == TASK_ON_RQ && rq->curr != task;
	if (waits)
		rq_detach(rq, task);
	cpumask_copy(&task->cpus_allowed, mask);
	if (!cpumask_test_cpu(rq->cpu, mask)) {
		/* Who runs leaves by itself, in its next switch. */
		if (rq->curr == task)
			rq_resched(rq);
		else if (waits)
			WRITE_ONCE(task->cpu, sched_select_cpu(task));
	}
	rq_unlock(rq, flags);
	if (waits)
		sched_attach(task);
	preempt_enable();
	return 0;
}
EXPORT_SYMBOL(set_cpus_allowed_ptr);

/* --- ticks and idle CPUs --------------------------------------------------- */

void sched_tick(void)
{
	struct rq *rq = this_rq();
	unsigned long flags = spin_lock_irqsave(&rq->lock);
	bool idle = rq->curr == rq->idle;

	rq_update_curr(rq);
	if (rq_slice_is_over(rq))
		rq_resched(rq);
	rq_unlock(rq, flags);
	if (time_after_eq(jiffies, rq->next_balance)) {
		rq->next_balance = jiffies + (idle ? 1 : BALANCE_TICKS);
		sched_pull(BALANCE_IMBALANCE);
	}
}

/*
 * Nothing to do: look once more, then halt until an interrupt. The look and
 * the halt are one step, since "sti; hlt" lets no interrupt in between.
 */
static void idle_once(void)
{
	local_irq_disable();
	sched_pull(BALANCE_IMBALANCE);
	if (need_resched()) {
		__schedule(false);
		local_irq_enable();
		return;
	}
	rcu_note_context_switch();
	cpu_wait_as(nr_iowait() ? CPU_TIME_IOWAIT : CPU_TIME_IDLE);
}

void sched_cpu_main(void)
{
	BUG_ON(preempt_count() != PREEMPT_OFFSET || !is_idle_task(current));
	current->run_start = arch_sched_clock();
	cpumask_test_and_set_cpu(smp_processor_id(), &sched_cpus);
	for (;;)
		idle_once();
}

/* --- beginnings ------------------------------------------------------------ */

/* Where a new task comes out of its first switch. */
static void task_begin(void)
{
	finish_switch();
	local_irq_enable();
	preempt_enable();
	current->body();
	BUG();
}

void sched_task_init(struct task_struct *task, void (*body)(void))
{
	task->preempt_count = PREEMPT_OFFSET;
	task->__state = TASK_NEW;
	task->flags = PF_KTHREAD;
	atomic_set(&task->usage, 1);
	/* Where to look first when it is woken: any CPU would do. */
	task->cpu = raw_smp_processor_id();
	task->prio = DEFAULT_PRIO;
	task->cpus_allowed = CPU_MASK_ALL;
	task->cred = &init_cred;
	task->signal = &init_signals;
	task->body = body;
	*(unsigned long *)task->stack = STACK_END_MAGIC;
	task_context_init(&task->context, task->stack, task->stack_bytes,
			  task_begin);
}

struct task_struct *idle_task_of(unsigned int cpu)
{
	return cpu_rq(cpu)->idle;
}

void sched_prepare_cpu(unsigned int cpu, void *stack, size_t stack_bytes)
{
	struct task_struct *task = per_cpu_ptr(&idle_task, cpu);

	*task = init_task;
	task->context = (struct task_context){ 0 };
	task->cpu = cpu;
	task->on_cpu = true;
	task->cpus_allowed = CPU_MASK_CPU(cpu);
	snprintf(task->comm, sizeof(task->comm), "swapper/%u", cpu);
	task->stack = stack;
	task->stack_bytes = stack_bytes;
	if (stack)
		*(unsigned long *)stack = STACK_END_MAGIC;
	cpu_rq(cpu)->curr = task;
	cpu_rq(cpu)->idle = task;
	per_cpu(current_task, cpu) = task;
	per_cpu(__preempt_count, cpu) = PREEMPT_OFFSET | PREEMPT_NO_RESCHED;
}

void sched_init(void)
{
	unsigned int cpu;

	BUG_ON(current != &init_task);
	for_each_possible_cpu(cpu)
		rq_init(cpu_rq(cpu), cpu, &init_task);
	/* Start-up goes on as the idle task, which nobody takes the CPU from. */
	preempt_disable();
	cpumask_set_cpu(0, &sched_cpus);
}

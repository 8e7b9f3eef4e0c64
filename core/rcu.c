/* SPDX-License-Identifier: MIT */
/*
 * rcu.c - grace periods: when nobody can still see what was taken out of sight
 *
 * A read section is a stretch without preemption. So a CPU that is seen where
 * preemption is allowed, switching threads, or going idle, is in none: that is a
 * quiet state. A grace period begins by noting all CPUs that run threads, and
 * ends when each of them has been quiet once since.
 *
 * Grace periods are numbered. rcu_started is the last one that began, rcu.ended
 * the last that ended; they are equal when none is under way. A CPU looks at
 * each of its ticks: what the tick interrupted says whether the CPU is quiet; a
 * switch of threads, and going idle, leave the number of the grace period that
 * they happened in.
 * If the CPU's bit is still in rcu.waiting, it takes it out; who takes out the
 * last ends the grace period, and begins the next if one is wanted.
 *
 * A callback goes through three lists of its CPU: @fresh (given to call_rcu()),
 * @waiting (for the grace period wait_gp to end), @done (to be called). The
 * softirq RCU moves each on as a whole. A callback that comes while a grace
 * period is under way cannot use that one, for it may be too late for readers
 * that are inside: it waits for the one behind it. So a grace period takes one
 * to three ticks, and any number of callbacks share it.
 *
 * Invariants:
 *   - rcu_started is rcu.ended or rcu.ended + 1
 *   - a CPU's bit in rcu.waiting is taken out only after a quiet state that came
 *     after the grace period began: its number was read before, from a word
 *     that is written when it begins
 *   - @waiting is not empty only with a wait_gp that has begun or is wanted
 *
 * A CPU that joins while a grace period is under way is not waited for:
 * it begins to read after the object was taken out of sight.
 *
 * Locking: rcu.lock (irq-safe, LOCK_RCU) guards the grace period; a CPU's
 * fresh.lock (the same rank, never both) its fresh list, to which rcu_barrier()
 * adds from elsewhere. The other lists are the softirq's of that CPU alone.
 */
#define pr_fmt(fmt) "rcu: " fmt

#include <kernel/atomic.h>
#include <kernel/bug.h>
#include <kernel/completion.h>
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/mutex.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/rcupdate.h>
#include <kernel/sched.h>
#include <kernel/softirq.h>
#include <kernel/spinlock.h>
#include <kernel/util.h>

/* Linux's: a reader that takes so long is stuck. Said again at this pace. */
#define STALL_TICKS (21ul * HZ)
/* Callbacks in a row before threads and other softirqs get their turn. */
#define BATCH 256u

/* First in, first out; @last is not defined when it is empty. */
struct rcu_list {
	struct rcu_head *first, *last;
};

struct rcu_cpu {
	spinlock_t lock;
	struct rcu_list fresh; /* guarded by @lock */
	struct rcu_list waiting;
	unsigned long wait_gp;
	struct rcu_list done;
	unsigned long nr_called;
};

static DEFINE_PER_CPU(struct rcu_cpu, rcu_cpus) = {
	.lock = SPINLOCK_INIT("rcu-callbacks", LOCK_RCU),
};
DEFINE_PER_CPU(unsigned long, rcu_switched_gp);
EXPORT_PER_CPU_SYMBOL(rcu_switched_gp);
/* The last grace period that began; written under rcu.lock. */
unsigned long rcu_started;
EXPORT_SYMBOL(rcu_started);

static struct {
	spinlock_t lock;
	unsigned long ended, wanted;
	unsigned long waiting; /* CPUs that were not quiet yet; a bit each */
	unsigned long start_jiffies, stall_jiffies;
} rcu = {
	.lock = SPINLOCK_INIT("rcu", LOCK_RCU),
};

static void (*rcu_free)(const void *object);

/* --- lists ----------------------------------------------------------------- */

static void rcu_list_add(struct rcu_list *list, struct rcu_head *head)
{
	head->next = NULL;
	if (list->first)
		list->last->next = head;
	else
		list->first = head;
	list->last = head;
}

/* All of @from behind @to; @from is empty then. */
static void rcu_list_move(struct rcu_list *to, struct rcu_list *from)
{
	if (!from->first)
		return;
	if (to->first)
		to->last->next = from->first;
	else
		to->first = from->first;
	to->last = from->last;
	from->first = NULL;
}

/* --- grace periods --------------------------------------------------------- */

/* @gp, or a later one, has ended. Pairs with the release in gp_end(). */
static bool gp_has_ended(unsigned long gp)
{
	return (long)(smp_load_acquire(&rcu.ended) - gp) >= 0;
}

static bool gp_under_way(void)
{
	return READ_ONCE(rcu_started) != READ_ONCE(rcu.ended);
}

/* rcu.lock is held; none is under way. */
static void gp_start(void)
{
	rcu.start_jiffies = jiffies;
	rcu.stall_jiffies = jiffies + STALL_TICKS;
	rcu.waiting = READ_ONCE(sched_cpus.bits);
	/* Who reads the new number sees all that came before call_rcu(). */
	smp_store_release(&rcu_started, rcu_started + 1);
}

/* rcu.lock is held; all CPUs have been quiet. */
static void gp_end(void)
{
	smp_store_release(&rcu.ended, rcu_started);
	if ((long)(rcu.wanted - rcu.ended) > 0)
		gp_start();
}

/* Ask for a grace period that begins from now on. Return: its number. */
static unsigned long gp_request(void)
{
	unsigned long flags = spin_lock_irqsave(&rcu.lock);
	unsigned long gp = rcu_started + 1;

	if ((long)(gp - rcu.wanted) > 0)
		rcu.wanted = gp;
	if (!gp_under_way())
		gp_start();
	spin_unlock_irqrestore(&rcu.lock, flags);
	return gp;
}

/* This CPU was quiet within grace period @gp. */
static void cpu_was_quiet(unsigned long gp)
{
	unsigned long flags = spin_lock_irqsave(&rcu.lock);

	if (rcu_started == gp && gp_under_way()) {
		rcu.waiting &= ~BIT(smp_processor_id());
		if (!rcu.waiting)
			gp_end();
	}
	spin_unlock_irqrestore(&rcu.lock, flags);
}

/* --- callbacks ------------------------------------------------------------- */

static void callback_call(struct rcu_head *head)
{
	unsigned long offset = (unsigned long)head->func;
	unsigned int before = preempt_count();
	rcu_callback_t func = head->func;

	if (offset < RCU_FREE_OFFSET_MAX)
		rcu_free((char *)head - offset);
	else
		func(head);
	softirq_check_balance(before, "rcu", (unsigned long)func);
}

static void callbacks_call(struct rcu_cpu *rc)
{
	unsigned int left = BATCH;
	struct rcu_head *head;

	while ((head = rc->done.first) && left--) {
		rc->done.first = head->next;
		rc->nr_called++;
		callback_call(head);
	}
}

static void callbacks_advance(struct rcu_cpu *rc)
{
	unsigned long flags;

	if (rc->waiting.first && gp_has_ended(rc->wait_gp))
		rcu_list_move(&rc->done, &rc->waiting);
	if (rc->waiting.first || !READ_ONCE(rc->fresh.first))
		return;
	flags = spin_lock_irqsave(&rc->lock);
	rcu_list_move(&rc->waiting, &rc->fresh);
	spin_unlock_irqrestore(&rc->lock, flags);
	rc->wait_gp = gp_request();
}

/* Is there something for the softirq to do? */
static bool callbacks_can_go_on(const struct rcu_cpu *rc)
{
	if (rc->done.first)
		return true;
	if (rc->waiting.first)
		return gp_has_ended(rc->wait_gp);
	return READ_ONCE(rc->fresh.first) != NULL;
}

static void rcu_softirq(void)
{
	struct rcu_cpu *rc = this_cpu_ptr(&rcu_cpus);

	callbacks_advance(rc);
	callbacks_call(rc);
	if (rc->done.first)
		raise_softirq(RCU_SOFTIRQ);
}

static void callback_add(struct rcu_cpu *rc, struct rcu_head *head,
			 rcu_callback_t func)
{
	unsigned long flags;

	head->func = func;
	flags = spin_lock_irqsave(&rc->lock);
	rcu_list_add(&rc->fresh, head);
	spin_unlock_irqrestore(&rc->lock, flags);
}

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	unsigned long flags = local_irq_save(); /* stay on this CPU */

	callback_add(this_cpu_ptr(&rcu_cpus), head, func);
	local_irq_restore(flags);
}
EXPORT_SYMBOL(call_rcu);

void call_rcu_free(struct rcu_head *head, unsigned long offset,
		   void (*free)(const void *object))
{
	BUG_ON(offset >= RCU_FREE_OFFSET_MAX);
	WRITE_ONCE(rcu_free, free); /* always the same */
	call_rcu(head, (rcu_callback_t)offset);
}

/* --- quiet states ---------------------------------------------------------- */

/* Did the tick come where no read section can be? */
static bool tick_found_quiet(void)
{
	return preempt_count() == HARDIRQ_OFFSET;
}

/* A reader seems to be stuck: said once in STALL_TICKS, by one CPU. */
static void stall_check(void)
{
	unsigned long waiting, flags, ticks;
	bool stalled;

	if (time_before(jiffies, READ_ONCE(rcu.stall_jiffies)))
		return;
	flags = spin_lock_irqsave(&rcu.lock);
	stalled = gp_under_way() && time_after_eq(jiffies, rcu.stall_jiffies);
	if (stalled)
		rcu.stall_jiffies = jiffies + STALL_TICKS;
	waiting = rcu.waiting;
	ticks = jiffies - rcu.start_jiffies;
	spin_unlock_irqrestore(&rcu.lock, flags);
	if (stalled)
		pr_err("stall: cpus=%#lx in a read section for seconds=%lu\n",
		       waiting, ticks / HZ);
}

void rcu_tick(void)
{
	unsigned long gp = smp_load_acquire(&rcu_started);

	if (gp_under_way() &&
	    READ_ONCE(rcu.waiting) & BIT(smp_processor_id())) {
		if (tick_found_quiet() || this_cpu_read(rcu_switched_gp) == gp)
			cpu_was_quiet(gp);
		else
			/* A thread with section after section: where this one
			 * ends it passes through the scheduler. */
			set_preempt_need_resched();
	}
	if (gp_under_way())
		stall_check();
	if (callbacks_can_go_on(this_cpu_ptr(&rcu_cpus)))
		raise_softirq_irqoff(RCU_SOFTIRQ);
}

/* --- waiting --------------------------------------------------------------- */

struct rcu_waiter {
	struct rcu_head head;
	struct completion done;
};

static void waiter_wake(struct rcu_head *head)
{
	complete(&container_of(head, struct rcu_waiter, head)->done);
}

void synchronize_rcu(void)
{
	struct rcu_waiter waiter;

	might_sleep();
	/* A caller that may sleep is in no section, and there is no other CPU
	 * that could be; a thread cannot have been preempted in one. */
	if (cpumask_weight(&sched_cpus) == 1)
		return;
	init_completion(&waiter.done);
	call_rcu(&waiter.head, waiter_wake);
	wait_for_completion(&waiter.done);
}
EXPORT_SYMBOL(synchronize_rcu);

static DEFINE_MUTEX(rcu_barrier_mutex);
/* Guarded by rcu_barrier_mutex: a callback for each CPU, and how many of them
 * have still to be called, and one for who sends them. */
static struct rcu_head rcu_barrier_heads[CONFIG_NR_CPUS];
static atomic_t rcu_barrier_left;
static struct completion rcu_barrier_done;

static void barrier_arrived(struct rcu_head *head)
{
	(void)head;
	if (atomic_dec_and_test(&rcu_barrier_left))
		complete(&rcu_barrier_done);
}

void rcu_barrier(void)
{
	unsigned int cpu;

	might_sleep();
	mutex_lock(&rcu_barrier_mutex);
	init_completion(&rcu_barrier_done);
	atomic_set(&rcu_barrier_left, 1);
	for_each_cpu(cpu, &sched_cpus) {
		atomic_inc(&rcu_barrier_left);
		callback_add(per_cpu_ptr(&rcu_cpus, cpu),
			     &rcu_barrier_heads[cpu], barrier_arrived);
	}
	barrier_arrived(NULL);
	wait_for_completion(&rcu_barrier_done);
	mutex_unlock(&rcu_barrier_mutex);
}
EXPORT_SYMBOL(rcu_barrier);

/* --- figures --------------------------------------------------------------- */

unsigned long rcu_grace_periods(void)
{
	return READ_ONCE(rcu.ended);
}

unsigned long rcu_callbacks_called(void)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(rcu_cpus, cpu).nr_called);
	return sum;
}

void rcu_init(void)
{
	open_softirq(RCU_SOFTIRQ, rcu_softirq);
}

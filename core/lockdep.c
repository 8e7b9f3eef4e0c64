/* SPDX-License-Identifier: MIT */
/*
 * lockdep.c - the lock rank checker of the debug build
 *
 * Each CPU keeps the locks it holds. Taking one whose rank is not above all
 * of them is the first half of a deadlock, and taking one it holds already is
 * a whole one; both are reported before the lock is waited for, so that there
 * is still somebody to say it.
 *
 * Locks of drivers have one rank for all, and sleeping locks have none: their
 * order is learnt (lock_order.c). What a task holds of the latter goes with it.
 *
 * The checker is quiet while it reports: a report takes locks of its own. A
 * wrong order and a recursion stop the machine then, unless a test announced
 * them: what is to come is a deadlock.
 */
#include <kernel/break_in.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/lock_order.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/seq_file.h>
#include <kernel/spinlock.h>
#include <kernel/vsnprintf.h>

/* One of each rank, and some of drivers. */
#define MAX_HELD (NR_LOCK_RANKS + 8u)

struct held_locks {
	spinlock_t *lock[MAX_HELD];
	unsigned int nr;
	bool reporting;
};
static DEFINE_PER_CPU(struct held_locks, held_locks);

static const char *const rank_name[NR_LOCK_RANKS] = {
#define LOCK_AS_NAME(id, name, help) name,
	LOCK_RANKS(LOCK_AS_NAME)
};
static const char *const rank_help[NR_LOCK_RANKS] = {
#define LOCK_AS_HELP(id, name, help) help,
	LOCK_RANKS(LOCK_AS_HELP)
};

/* Report, then stop: what was found is a deadlock, now or soon. A test that
 * announced the report goes on. */
static void __printf(3, 4)
	report_and_stop(const char *class, unsigned long site, const char *fmt,
			...)
{
	struct report_sites sites = { .at = site };
	unsigned long before = reports_unexpected();
	struct held_locks *held;
	char text[128];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* Of a mutex it is said where the caller could be moved. */
	held = get_cpu_ptr(&held_locks);
	held->reporting = true;
	mm_report(class, &sites, "%s", text);
	held->reporting = false;
	put_cpu_ptr(&held_locks);
	if (reports_unexpected() != before)
		panic("%s %s", class, text);
}

void lock_recursion(const char *name, unsigned long site)
{
	report_and_stop("lock-recursion", site, "%s", name);
}
EXPORT_SYMBOL(lock_recursion);

/* Not the end: the lock is free, or somebody else's. */
static void not_held_report(const spinlock_t *lock, unsigned long site)
{
	struct report_sites sites = { .at = site };
	struct held_locks *held = get_cpu_ptr(&held_locks);

	held->reporting = true;
	mm_report("lock-not-held", &sites, "%s", lock->name);
	held->reporting = false;
	put_cpu_ptr(&held_locks);
}

/* May @lock be taken while @outer is held? */
static bool spinlock_order_is_right(const spinlock_t *outer,
				    const spinlock_t *lock)
{
	struct lock_id held = { outer, outer->name };
	struct lock_id taken = { lock, lock->name };

	if (outer->rank != LOCK_DRIVER || lock->rank != LOCK_DRIVER)
		return outer->rank < lock->rank;
	return lock_order_learn(&held, &taken);
}

static void held_push(struct held_locks *held, spinlock_t *lock)
{
	if (held->nr == MAX_HELD)
		panic("lockdep: %s is taken while holding %u locks", lock->name,
		      held->nr);
	held->lock[held->nr++] = lock;
}

void lockdep_acquire(spinlock_t *lock, unsigned long site)
{
	struct held_locks *held = this_cpu_ptr(&held_locks);
	unsigned int i;

	if (held->reporting)
		return;
	for (i = 0; i < held->nr; i++) {
		const spinlock_t *outer = held->lock[i];

		if (outer == lock)
			lock_recursion(lock->name, site);
		else if (!spinlock_order_is_right(outer, lock))
			report_and_stop("lock-order", site, "%s>%s %s>%s",
					outer->name, lock->name, lock->name,
					outer->name);
	}
	held_push(held, lock);
}
EXPORT_SYMBOL(lockdep_acquire);

void lockdep_acquired(spinlock_t *lock)
{
	if (!this_cpu_ptr(&held_locks)->reporting)
		lock->held_by = (u8)(smp_processor_id() + 1);
}
EXPORT_SYMBOL(lockdep_acquired);

void lockdep_acquire_try(spinlock_t *lock)
{
	struct held_locks *held = this_cpu_ptr(&held_locks);

	if (held->reporting)
		return;
	held_push(held, lock);
	lock->held_by = (u8)(smp_processor_id() + 1);
}
EXPORT_SYMBOL(lockdep_acquire_try);

/* Return: whether @lock was in the list of this CPU's. */
static bool held_take_out(struct held_locks *held, spinlock_t *lock)
{
	unsigned int i;

	for (i = held->nr; i-- > 0;) {
		if (held->lock[i] != lock)
			continue;
		for (; i + 1 < held->nr; i++)
			held->lock[i] = held->lock[i + 1];
		held->nr--;
		lock->held_by = 0;
		return true;
	}
	return false;
}

/* Who gives back what he does not hold may be moved meanwhile. */
bool lockdep_release(spinlock_t *lock, unsigned long site)
{
	struct held_locks *held = get_cpu_ptr(&held_locks);
	bool was_held = held->reporting || held_take_out(held, lock);

	preempt_enable_no_resched();
	if (was_held)
		return true;
	not_held_report(lock, site);
	/* Taken where reports were made, or by another CPU: it is held. */
	return spin_is_locked(lock);
}
EXPORT_SYMBOL(lockdep_release);

void lockdep_forget_held(void)
{
	struct held_locks *held = this_cpu_ptr(&held_locks);

	while (held->nr)
		held->lock[--held->nr]->held_by = 0;
}

void lockdep_held_or_report(const spinlock_t *lock, unsigned long site)
{
	/* Who holds it stays on his CPU; whoever can be moved does not. */
	if (this_cpu_read(held_locks.reporting) ||
	    lock->held_by == raw_smp_processor_id() + 1)
		return;
	not_held_report(lock, site);
}
EXPORT_SYMBOL(lockdep_held_or_report);

/* What a CPU holds, or waits for; it may change while it is read. */
static void show_held(unsigned int cpu)
{
	const struct held_locks *held = per_cpu_ptr(&held_locks, cpu);
	unsigned int i, nr = READ_ONCE(held->nr);
	char line[256];
	int n = 0;

	for (i = 0; i < nr && i < MAX_HELD; i++) {
		const spinlock_t *lock = READ_ONCE(held->lock[i]);

		n += scnprintf(line + n, sizeof(line) - (size_t)n, " %s%s",
			       lock->name,
			       lock->held_by == cpu + 1 ? "" : " (waits)");
	}
	pr_emerg("Locks of CPU%u:%s\n", cpu, nr ? line : " none");
}

/* Without the list there is the one that each CPU took last. */
static void show_last_held(unsigned int cpu)
{
	const spinlock_t *lock = READ_ONCE(per_cpu(held_spinlock, cpu));

	pr_emerg("Lock of CPU%u: %s\n", cpu, lock ? lock->name : "none");
}

static void show_locks(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (CONFIG_MM_DEBUG)
			show_held(cpu);
		else
			show_last_held(cpu);
	}
}
BREAK_IN(locks, show_locks);

void lockdep_sleeper_acquire(const void *lock, const char *name,
			     unsigned long site)
{
	struct held_sleepers *held = &current->held_sleepers;
	struct lock_id taken = { lock, name };
	unsigned int i;

	for (i = 0; i < held->nr && i < MAX_SLEEPING_HELD; i++) {
		if (!lock_order_learn(&held->id[i], &taken))
			report_and_stop("lock-order", site, "%s>%s %s>%s",
					held->id[i].name, name, name,
					held->id[i].name);
	}
	if (held->nr < MAX_SLEEPING_HELD)
		held->id[held->nr] = taken;
	held->nr++;
}
EXPORT_SYMBOL(lockdep_sleeper_acquire);

void lockdep_sleeper_release(const void *lock)
{
	struct held_sleepers *held = &current->held_sleepers;
	unsigned int i;

	for (i = 0; i < held->nr && i < MAX_SLEEPING_HELD; i++) {
		if (held->id[i].lock == lock)
			break;
	}
	/* A reader may give back what another one took. */
	if (i == held->nr)
		return;
	held->nr--;
	for (; i < held->nr && i + 1 < MAX_SLEEPING_HELD; i++)
		held->id[i] = held->id[i + 1];
}
EXPORT_SYMBOL(lockdep_sleeper_release);

static void lock_ranks_show(struct seq_file *m)
{
	unsigned int i;

	seq_puts(m, "rank name       guards\n");
	for (i = 0; i < NR_LOCK_RANKS; i++)
		seq_printf(m, "%4u %-10s %s\n", i, rank_name[i], rank_help[i]);
}
PROC_FILE(lock_ranks, "lock_ranks", lock_ranks_show);

/* SPDX-License-Identifier: MIT */
/*
 * lockdep.c - the lock rank checker of the debug build
 *
 * Each CPU keeps the locks it holds. Taking one whose rank is not above all
 * of them is the first half of a deadlock, and taking one it holds already is
 * a whole one; both are reported before the lock is waited for, so that there
 * is still somebody to say it.
 *
 * The checker is quiet while it reports: a report takes locks of its own.
 */
#include <kernel/break_in.h>
#include <kernel/bug.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/spinlock.h>
#include <kernel/vsnprintf.h>

/* One of each rank is the most that can be right. */
#define MAX_HELD NR_LOCK_RANKS

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
static void report_and_stop(const char *class, const char *name,
			    const char *held, unsigned long site)
{
	struct report_sites sites = { .at = site };
	unsigned long before = reports_unexpected();

	mm_report(class, &sites, "%s while holding %s", name, held);
	if (reports_unexpected() != before)
		panic("%s %s", class, name);
}

void lock_recursion(const char *name, unsigned long site)
{
	report_and_stop("lock-recursion", name, name, site);
}

void (*const spin_recursion_hook)(const char *name,
				  unsigned long site) = lock_recursion;

static void lock_report(struct held_locks *held, const char *class,
			const spinlock_t *lock, const spinlock_t *other,
			unsigned long site)
{
	struct report_sites sites = { .at = site };

	held->reporting = true;
	mm_report(class, &sites, "%s while holding %s", lock->name,
		  other ? other->name : "nothing");
	held->reporting = false;
}

void lockdep_acquire(spinlock_t *lock, unsigned long site)
{
	struct held_locks *held = this_cpu_ptr(&held_locks);
	unsigned int i;

	if (held->reporting)
		return;
	for (i = 0; i < held->nr; i++) {
		if (held->lock[i] == lock)
			lock_report(held, "lock-recursion", lock, lock, site);
		else if (held->lock[i]->rank >= lock->rank)
			lock_report(held, "lock-order", lock, held->lock[i],
				    site);
	}
	BUG_ON(held->nr == MAX_HELD); /* deeper than the table of ranks */
	held->lock[held->nr++] = lock;
}

void lockdep_acquired(spinlock_t *lock)
{
	if (!this_cpu_ptr(&held_locks)->reporting)
		lock->held_by = (u8)(smp_processor_id() + 1);
}

void lockdep_acquire_try(spinlock_t *lock)
{
	struct held_locks *held = this_cpu_ptr(&held_locks);

	if (held->reporting)
		return;
	BUG_ON(held->nr == MAX_HELD);
	held->lock[held->nr++] = lock;
	lock->held_by = (u8)(smp_processor_id() + 1);
}

void lockdep_release(spinlock_t *lock, unsigned long site)
{
	struct held_locks *held = this_cpu_ptr(&held_locks);
	unsigned int i;

	if (held->reporting)
		return;
	for (i = held->nr; i-- > 0;) {
		if (held->lock[i] != lock)
			continue;
		for (; i + 1 < held->nr; i++)
			held->lock[i] = held->lock[i + 1];
		held->nr--;
		lock->held_by = 0;
		return;
	}
	lock_report(held, "lock-not-held", lock, NULL, site);
}

void lockdep_held_or_report(const spinlock_t *lock, unsigned long site)
{
	struct held_locks *held = this_cpu_ptr(&held_locks);

	if (held->reporting || lock->held_by == smp_processor_id() + 1)
		return;
	lock_report(held, "lock-not-held", lock, NULL, site);
}

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

static void lock_ranks_show(struct seq_file *m)
{
	unsigned int i;

	seq_puts(m, "rank name       guards\n");
	for (i = 0; i < NR_LOCK_RANKS; i++)
		seq_printf(m, "%4u %-10s %s\n", i, rank_name[i], rank_help[i]);
}
PROC_FILE(lock_ranks, "lock_ranks", lock_ranks_show);

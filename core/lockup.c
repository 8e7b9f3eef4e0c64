/* SPDX-License-Identifier: MIT */
/*
 * lockup.c - what is said of a spinlock that somebody waits for in vain
 *
 *   lock-recursion <lock>
 *   lock-not-held <lock> given back too often
 *   spinlock-lockup <lock> by=<task> <context> holder=<who>
 *
 * The holder of a spinlock is not written down in the product build, but mostly
 * it can be found: a CPU that took it last notes it (spinlock.h), and a task that
 * sleeps with it, the likely culprit, was told so and is remembered here. Such a
 * note is good as long as the same ticket is served. The debug build knows the
 * CPU that took it.
 *
 * A recursion is the end, and so is a lockup with one CPU. With more, the holder
 * may yet come: it is reported once for each wait.
 *
 * Locking: none. Notes are taken by exchange of an index, and read as they are:
 * they only make a line better.
 */
#include <kernel/bug.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/sched.h>
#include <kernel/smp.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>

#define NR_SLEEPERS 8u

struct sleeper {
	const spinlock_t *lock;
	u16 ticket; /* that was served then */
	char comm[TASK_COMM_LEN];
	unsigned long site; /* who called what sleeps */
};
static struct sleeper sleepers[NR_SLEEPERS];
static unsigned int sleepers_next;

void lockup_note_sleeper(const spinlock_t *lock, unsigned long site)
{
	unsigned int i =
		__atomic_fetch_add(&sleepers_next, 1, __ATOMIC_RELAXED) %
		NR_SLEEPERS;
	struct sleeper *s = &sleepers[i];

	WRITE_ONCE(s->lock, NULL);
	s->ticket = lock->now_serving;
	s->site = site;
	strlcpy(s->comm, current->comm, sizeof(s->comm));
	smp_store_release(&s->lock, lock);
}

static const struct sleeper *sleeper_with(const spinlock_t *lock)
{
	unsigned int i;

	for (i = 0; i < NR_SLEEPERS; i++) {
		if (smp_load_acquire(&sleepers[i].lock) == lock &&
		    sleepers[i].ticket == READ_ONCE(lock->now_serving))
			return &sleepers[i];
	}
	return NULL;
}

static int holder_name(char *buf, size_t size, const spinlock_t *lock)
{
	const struct sleeper *s = sleeper_with(lock);
	unsigned int cpu;

	if (s)
		return scnprintf(buf, size, "%s, asleep in %pS", s->comm,
				 (void *)s->site);
	for_each_online_cpu(cpu) {
		if (READ_ONCE(per_cpu(held_spinlock, cpu)) == lock ||
		    lock->held_by == cpu + 1)
			return scnprintf(buf, size, "cpu%u, there %s", cpu,
					 per_cpu(current_task, cpu)->comm);
	}
	return scnprintf(buf, size, "unknown");
}

static const char *context_name(void)
{
	if (in_nmi())
		return "in-nmi";
	if (in_hardirq())
		return "in-interrupt";
	return in_serving_softirq() ? "in-softirq" : "in-task";
}

static void lockup_report(const spinlock_t *lock, unsigned long site)
{
	const struct report_sites sites = { .at = site };
	unsigned long before = reports_unexpected();
	char holder[96];

	holder_name(holder, sizeof(holder), lock);
	mm_report("spinlock-lockup", &sites, "%s by=%s %s holder=%s",
		  lock->name, current->comm, context_name(), holder);
	if (num_online_cpus() == 1 && reports_unexpected() != before)
		panic("the only CPU waits for the spinlock %s, held by %s",
		      lock->name, holder);
}

static void tell_trouble(const spinlock_t *lock, enum lock_trouble trouble,
			 unsigned long site)
{
	const struct report_sites sites = { .at = site };

	switch (trouble) {
	case LOCK_RECURSION: lock_recursion(lock->name, site); break;
	case LOCK_NOT_HELD:
		mm_report("lock-not-held", &sites, "%s given back too often",
			  lock->name);
		break;
	case LOCK_LOCKUP: lockup_report(lock, site); break;
	}
}

void (*const spin_trouble_hook)(const spinlock_t *lock,
				enum lock_trouble trouble,
				unsigned long site) = tell_trouble;

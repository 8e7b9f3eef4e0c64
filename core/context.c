/* SPDX-License-Identifier: MIT */
/*
 * context.c - who may sleep, and the slow half of saying who may not
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/sched.h>
#include <kernel/spinlock.h>
#include <kernel/vsnprintf.h>

DEFINE_PER_CPU(unsigned int, __preempt_count) = PREEMPT_COUNT_NONE;
EXPORT_PER_CPU_SYMBOL(__preempt_count);

unsigned int nr_cpu_ids = 1;
EXPORT_SYMBOL(nr_cpu_ids);
unsigned int nr_online_cpus = 1;
EXPORT_SYMBOL(nr_online_cpus);
bool system_running;
EXPORT_SYMBOL(system_running);

/* What forbids it, the widest first. */
static int forbidden_by(char *buf, size_t size, unsigned int count)
{
	if (count & (HARDIRQ_MASK | NMI_MASK))
		return scnprintf(buf, size, "in interrupt");
	if (count & SOFTIRQ_MASK)
		return scnprintf(buf, size, "in softirq");
	if (is_idle_task(current))
		return scnprintf(buf, size, "in the idle task");
	if (count)
		return scnprintf(buf, size, "preempt=%u", count & PREEMPT_MASK);
	return scnprintf(buf, size, "irqs-off");
}

/* More was given back than taken: a spin_unlock() or preempt_enable() without its
 * counterpart. What borrowed from the bits above says so. Return: whether it was
 * that, and nothing else; then the call may sleep. */
static bool count_put_right(const char *what, unsigned long site)
{
	const struct report_sites sites = { .at = site };
	int wrong = (int)(preempt_count() << 1) >> 1;

	if (likely(wrong >= 0))
		return false;
	preempt_count_sub((unsigned int)wrong);
	mm_report("preempt-count", &sites,
		  "%s preempt=%d: a lock was given back that was not held",
		  what, wrong);
	return !irqs_disabled();
}

void __might_sleep(const char *what, unsigned long site)
{
	const struct report_sites sites = { .at = site };
	const char *lock = lock_held_name();
	char why[32];

	/* Start-up runs with interrupts off and is allowed to "sleep". */
	if (!system_running)
		return;
	if (count_put_right(what, site))
		return;
	if (lock && !in_interrupt())
		lockup_note_sleeper(this_cpu_read(held_spinlock), site);
	forbidden_by(why, sizeof(why), preempt_count());
	mm_report("sleep-in-atomic", &sites, "%s %s%s%s", what, why,
		  lock ? " lock=" : "", lock ? lock : "");
}
EXPORT_SYMBOL(__might_sleep);

void context_check_balance(unsigned int before, const char *what,
			   unsigned long fn)
{
	const struct report_sites sites = { .at = fn };
	bool irqs_off = system_running && irqs_disabled();
	/* 31 bits; negative: more was given back than taken. */
	int wrong = (int)((preempt_count() - before) << 1) >> 1;
	const char *lock = lock_held_name();

	if (likely(!wrong && !irqs_off))
		return;
	/* First, for a report looks at the context, too. */
	if (CONFIG_MM_DEBUG && wrong > 0)
		lockdep_forget_held();
	if (irqs_off)
		local_irq_enable();
	preempt_count_sub((unsigned int)wrong);
	mm_report("left-atomic", &sites, "%s preempt=%d%s%s%s", what, wrong,
		  irqs_off ? " irqs-off" : "", lock ? " lock=" : "",
		  lock ? lock : "");
}

/* SPDX-License-Identifier: MIT */
/*
 * softirq.c - what interrupts leave behind, and the way out of them
 *
 * Each CPU has a word with a bit for each softirq that was raised on it. It is
 * looked at where the last of nested interrupts ends, and where softirqs are
 * enabled again: if it is not 0 the softirqs are served there, in the order of
 * their numbers, with interrupts on, on the stack of whoever was interrupted.
 * Bits that are raised meanwhile get another round; after MAX_ROUNDS or
 * MAX_TICKS the rest is left to this CPU's thread ksoftirqd, so that a device
 * that interrupts without end cannot keep threads from running.
 *
 * A thread that raises a softirq outside of all this wakes ksoftirqd, since no
 * interrupt's end may be near.
 *
 * Invariants:
 *   - softirqs do not nest: while they are served the count's SOFTIRQ_OFFSET is
 *     set, and the end of an interrupt does not look again
 *   - a raised bit is served: there is a round, an interrupt's end, or an awake
 *     ksoftirqd still to come that looks at it
 *
 * Locking: none. A CPU's words are its own; they change with interrupts off.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/percpu.h>
#include <kernel/seq_file.h>
#include <kernel/softirq.h>
#include <kernel/util.h>

/* Linux's figures: most bursts end well within them. */
#define MAX_ROUNDS 10u
#define MAX_TICKS 2ul

static void (*softirq_action[NR_SOFTIRQS])(void);
static const char *const softirq_name[NR_SOFTIRQS] = {
#define SOFTIRQ_AS_NAME(id, name, help) name,
	SOFTIRQS(SOFTIRQ_AS_NAME)
};

static DEFINE_PER_CPU(unsigned int, softirq_pending);
static DEFINE_PER_CPU(unsigned long, softirq_counts[NR_SOFTIRQS]);
static void (*softirq_wake_thread)(void);

void open_softirq(unsigned int nr, void (*action)(void))
{
	softirq_action[nr] = action;
}

unsigned int local_softirq_pending(void)
{
	return this_cpu_read(softirq_pending);
}

unsigned long softirq_count(unsigned int cpu, unsigned int nr)
{
	return READ_ONCE(per_cpu(softirq_counts, cpu)[nr]);
}

void softirq_set_waker(void (*wake)(void))
{
	WRITE_ONCE(softirq_wake_thread, wake);
}

/* Interrupts are off. */
static void ksoftirqd_wake(void)
{
	void (*wake)(void) = READ_ONCE(softirq_wake_thread);

	if (wake)
		wake();
}

void raise_softirq_irqoff(unsigned int nr)
{
	this_cpu_write(softirq_pending,
		       this_cpu_read(softirq_pending) | (unsigned int)BIT(nr));
	if (!in_interrupt())
		ksoftirqd_wake();
}

void raise_softirq(unsigned int nr)
{
	unsigned long flags = local_irq_save();

	raise_softirq_irqoff(nr);
	local_irq_restore(flags);
}

void softirq_check_balance(unsigned int before, const char *what,
			   unsigned long fn)
{
	struct report_sites sites = { .at = fn };

	if (likely(preempt_count() == before))
		return;
	mm_report("softirq-count", &sites, "%s count=%#x before=%#x", what,
		  preempt_count(), before);
	preempt_count_add(before - preempt_count());
}

static void softirqs_call(unsigned long raised)
{
	unsigned int before = preempt_count();

	while (raised) {
		unsigned int nr = __ffs(raised);

		raised &= raised - 1;
		(*this_cpu_ptr(&softirq_counts))[nr]++;
		softirq_action[nr]();
		softirq_check_balance(before, softirq_name[nr],
				      (unsigned long)softirq_action[nr]);
	}
}

/* Interrupts are off, and no softirq is being served. */
static void softirqs_serve(void)
{
	unsigned long end = jiffies + MAX_TICKS;
	unsigned int rounds = MAX_ROUNDS;
	unsigned int raised;

	preempt_count_add(SOFTIRQ_OFFSET);
	while ((raised = this_cpu_read(softirq_pending)) && rounds-- &&
	       time_before(jiffies, end)) {
		this_cpu_write(softirq_pending, 0);
		local_irq_enable();
		softirqs_call(raised);
		local_irq_disable();
	}
	preempt_count_sub(SOFTIRQ_OFFSET);
	if (raised)
		ksoftirqd_wake();
}

void irq_enter(void)
{
	preempt_count_add(HARDIRQ_OFFSET);
}

void irq_exit(void)
{
	unsigned long flags;

	preempt_count_sub(HARDIRQ_OFFSET);
	if (likely(!this_cpu_read(softirq_pending)) || in_interrupt())
		return;
	flags = local_irq_save();
	softirqs_serve();
	local_irq_restore(flags);
}

void local_bh_enable(void)
{
	unsigned long flags;

	WARN_ON_ONCE(in_hardirq() || irqs_disabled());
	/* Preemption stays off until the end, so that this CPU's are served. */
	preempt_count_sub(SOFTIRQ_DISABLE_OFFSET - PREEMPT_OFFSET);
	if (unlikely(this_cpu_read(softirq_pending)) && !in_interrupt()) {
		flags = local_irq_save();
		softirqs_serve();
		local_irq_restore(flags);
	}
	preempt_enable();
}
EXPORT_SYMBOL(local_bh_enable);

void softirq_run_pending(void)
{
	local_irq_disable();
	if (this_cpu_read(softirq_pending))
		softirqs_serve();
	local_irq_enable();
}

/* Linux's file, to the byte. */
static void softirqs_show(struct seq_file *m)
{
	unsigned int cpu, nr;

	seq_puts(m, "                    ");
	for_each_possible_cpu(cpu)
		seq_printf(m, "CPU%-8u", cpu);
	seq_putc(m, '\n');
	for (nr = 0; nr < NR_SOFTIRQS; nr++) {
		seq_printf(m, "%12s:", softirq_name[nr]);
		for_each_possible_cpu(cpu)
			seq_printf(m, " %10lu", softirq_count(cpu, nr));
		seq_putc(m, '\n');
	}
}
PROC_FILE(softirqs, "softirqs", softirqs_show);

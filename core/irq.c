/* SPDX-License-Identifier: MIT */
/*
 * irq.c - who handles which device interrupt
 *
 * One handler a line (shared lines come with PCI). The counts are per CPU and
 * line, and shown in /proc/interrupts. An interrupt without a handler is
 * counted and masked at once, with one line: it would come again for ever.
 *
 * Locking: irq_lock (irq-safe, LOCK_IRQ) guards the table. The dispatcher takes
 * no lock: it says in @running that it is at a slot, and then looks at it. Who
 * frees a line takes the handler away, waits until nobody is at the slot, and
 * only then gives the slot, and what the handler used, to others.
 */
#include <kernel/atomic.h>
#include <kernel/barrier.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/irq.h>
#include <kernel/module_holding.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/spinlock.h>
#include <asm/processor.h>

struct irq_line {
	/* Guarded by irq_lock; the handler is also read without it. */
	irq_handler_t handler; /* NULL: free, or about to be */
	bool taken; /* from request_irq() until free_irq() has waited */
	const char *name; /* also read without the lock */
	void *dev_id; /* the handler's; does not change while taken */
	/* Dispatchers that are at this slot; hosted, there may be several. */
	atomic_t running;
};

struct irq_counts {
	unsigned long handled[NR_IRQS];
	unsigned long local[NR_LOCAL_IRQS];
	unsigned long errors;
};

static struct irq_line lines[NR_IRQS];
static const struct irq_chip *irq_chip;
static spinlock_t irq_lock = SPINLOCK_INIT("irq", LOCK_IRQ);
static DEFINE_PER_CPU(struct irq_counts, irq_counts);

void irq_set_chip(const struct irq_chip *chip)
{
	irq_chip = chip;
}

int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags,
		const char *name, void *dev_id)
{
	unsigned long irqflags;
	int err = -EBUSY;

	if (irq >= NR_IRQS || !handler || flags)
		return -EINVAL;
	irqflags = spin_lock_irqsave(&irq_lock);
	if (!lines[irq].taken) {
		lines[irq].taken = true;
		lines[irq].dev_id = dev_id;
		WRITE_ONCE(lines[irq].name, name);
		smp_store_release(&lines[irq].handler, handler);
		err = 0;
	}
	spin_unlock_irqrestore(&irq_lock, irqflags);
	smp_mb(); /* pairs with irq_nobody_cares() */
	if (!err && irq_chip)
		irq_chip->unmask(irq);
	return err;
}
EXPORT_SYMBOL(request_irq);

/* Wait until no dispatcher has the handler that was taken away. In an interrupt
 * that would be a wait for who was interrupted, perhaps for oneself. */
static void irq_wait_idle(const struct irq_line *line)
{
	smp_mb(); /* pairs with irq_call_handler() */
	while (!in_hardirq() && atomic_read_acquire(&line->running))
		cpu_relax();
}

void free_irq(unsigned int irq, void *dev_id)
{
	unsigned long irqflags;
	bool mine;

	if (WARN_ON_ONCE(irq >= NR_IRQS))
		return;
	irqflags = spin_lock_irqsave(&irq_lock);
	mine = lines[irq].handler && lines[irq].dev_id == dev_id;
	if (mine && irq_chip)
		irq_chip->mask(irq);
	if (mine) {
		WRITE_ONCE(lines[irq].handler, NULL);
		WRITE_ONCE(lines[irq].name, NULL);
	}
	spin_unlock_irqrestore(&irq_lock, irqflags);
	if (!mine) {
		pr_warn("irq %u: free by %pS, which does not have it\n", irq,
			(void *)_RET_IP_);
		return;
	}
	irq_wait_idle(&lines[irq]);
	irqflags = spin_lock_irqsave(&irq_lock);
	lines[irq].taken = false;
	spin_unlock_irqrestore(&irq_lock, irqflags);
}
EXPORT_SYMBOL(free_irq);

/* If the line was requested since the dispatcher looked, the mask may have come
 * behind request_irq()'s unmask, and nobody else would ever take it away. */
static void irq_nobody_cares(unsigned int irq)
{
	this_cpu_inc(irq_counts.errors);
	if (irq_chip && irq < NR_IRQS) {
		irq_chip->mask(irq);
		smp_mb(); /* pairs with request_irq() */
		if (READ_ONCE(lines[irq].handler)) {
			irq_chip->unmask(irq);
			return;
		}
	}
	pr_warn("irq %u: nobody cares; masked\n", irq);
}

static bool irq_call_handler(struct irq_line *line, unsigned int irq)
{
	irq_handler_t handler;

	atomic_inc(&line->running);
	smp_mb__after_atomic(); /* pairs with irq_wait_idle() */
	handler = smp_load_acquire(&line->handler);
	if (likely(handler))
		handler((int)irq, line->dev_id);
	(void)atomic_fetch_sub_release(1, &line->running);
	return handler;
}

void irq_dispatch(unsigned int irq)
{
	if (irq < NR_IRQS) {
		this_cpu_inc(irq_counts.handled[irq]);
		if (likely(irq_call_handler(&lines[irq], irq)))
			return;
	}
	irq_nobody_cares(irq);
}

unsigned long irq_count(unsigned int irq)
{
	unsigned long sum = 0;
	unsigned int cpu;

	if (irq >= NR_IRQS)
		return 0;
	for_each_online_cpu(cpu)
		sum += per_cpu(irq_counts, cpu).handled[irq];
	return sum;
}

void irq_count_local(enum local_irq which)
{
	this_cpu_inc(irq_counts.local[which]);
}

unsigned long irq_local_count(unsigned int cpu, enum local_irq which)
{
	return READ_ONCE(per_cpu(irq_counts, cpu).local[which]);
}

void irq_count_error(void)
{
	this_cpu_inc(irq_counts.errors);
}

static void interrupts_show_lines(struct seq_file *m)
{
	unsigned int cpu, irq;

	for (irq = 0; irq < NR_IRQS; irq++) {
		const char *name = READ_ONCE(lines[irq].name);

		if (!name)
			continue;
		seq_printf(m, "%3u:", irq);
		for_each_online_cpu(cpu)
			seq_printf(m, " %10lu",
				   per_cpu(irq_counts, cpu).handled[irq]);
		seq_printf(m, "   %-8s %s\n",
			   irq_chip ? irq_chip->name : "none", name);
	}
}

static void interrupts_show_local(struct seq_file *m)
{
	static const char *const text[NR_LOCAL_IRQS][2] = {
#define LOCAL_IRQ_AS_TEXT(id, name, help) { name, help },
		LOCAL_IRQS(LOCAL_IRQ_AS_TEXT)
	};
	unsigned int cpu, i;

	for (i = 0; i < NR_LOCAL_IRQS; i++) {
		seq_printf(m, "%3s:", text[i][0]);
		for_each_online_cpu(cpu)
			seq_printf(m, " %10lu", irq_local_count(cpu, i));
		seq_printf(m, "  %s\n", text[i][1]);
	}
}

static void interrupts_show(struct seq_file *m)
{
	unsigned long errors = 0;
	unsigned int cpu;

	seq_puts(m, "    ");
	for_each_online_cpu(cpu)
		seq_printf(m, "       CPU%-2u", cpu);
	seq_putc(m, '\n');
	interrupts_show_lines(m);
	interrupts_show_local(m);
	for_each_online_cpu(cpu)
		errors += per_cpu(irq_counts, cpu).errors;
	seq_printf(m, "ERR: %10lu\n", errors);
}
PROC_FILE(interrupts, "interrupts", interrupts_show);

static void lines_find(struct module_search *search, const char *kind)
{
	unsigned long flags = spin_lock_irqsave(&irq_lock);
	unsigned int irq;

	for (irq = 0; irq < NR_IRQS; irq++) {
		const struct irq_line *line = &lines[irq];

		if (line->taken && (module_search_has(search, line->handler) ||
				    module_search_has(search, line->name)))
			module_holding_found(search, kind, line->dev_id,
					     line->handler);
	}
	spin_unlock_irqrestore(&irq_lock, flags);
}
MODULE_HOLDING(irqs, "irq-handler", lines_find);

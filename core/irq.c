/* SPDX-License-Identifier: MIT */
/*
 * irq.c - who handles which device interrupt
 *
 * A line has a list of handlers; they come from a table, as core has no memory.
 * A line without one is masked as soon as it interrupts, with one line: it would
 * come again for ever. So would a level that none of the handlers knows how to
 * end: its interrupts are judged by thousands, and the line is shut.
 *
 * A line can interrupt while it has a handler, is not disabled (@depth) and not
 * shut. The dispatcher changes @shut and @pending without a lock, and may mask
 * the line behind the back of who wants it open: after masking it looks again,
 * as who opens it unmasks after he said so.
 *
 * Invariants:
 *   a handler that is in a list is TAKEN; what a dispatcher may still stand at
 *   is TAKEN or GOING, never FREE or in another list
 *
 * Locking: irq_lock (irq-safe, LOCK_IRQ) guards lists and table. The dispatcher
 * does not take it: it says in @running that it is at a line, and then looks at
 * it. Who frees a handler takes it out of the list, waits until nobody is at
 * the line, and only then gives the slot, and what the handler used, to others.
 * One dispatcher is at a line at a time, so that no handler runs twice at once:
 * an edge that is sent again may be on another CPU than the line's next one.
 */
#include <kernel/atomic.h>
#include <kernel/barrier.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/interrupt.h>
#include <kernel/jiffies.h>
#include <kernel/module_holding.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include "irq_internal.h"

/* Linux's measure: of so many interrupts at most so many may be nobody's; and
 * one that comes alone, a tenth of a second after the last, is no storm. */
#define JUDGED_IRQS 100000u
#define UNHANDLED_IRQS 99900u
#define STORM_JIFFIES (HZ / 10)

/* Of older editions, and true here without being asked: handlers run with
 * interrupts off; every line feeds the random numbers. */
#define IRQF_OLD_DISABLED 0x20ul
#define IRQF_OLD_SAMPLE_RANDOM 0x40ul
#define IRQF_KNOWN                                               \
	(IRQF_TRIGGER_MASK | IRQF_SHARED | IRQF_PROBE_SHARED |   \
	 IRQF_NOBALANCING | IRQF_NO_AUTOEN | IRQF_OLD_DISABLED | \
	 IRQF_OLD_SAMPLE_RANDOM)
#define IRQF_LEVEL (IRQF_TRIGGER_HIGH | IRQF_TRIGGER_LOW)

enum irq_action_state { ACTION_FREE, ACTION_TAKEN, ACTION_GOING };

/* Guarded by irq_lock; in a list also read without it. */
struct irq_action {
	struct irq_action *next; /* stays, when it is taken out */
	irq_handler_t handler;
	void *dev_id;
	const char *name;
	unsigned long flags; /* IRQF_* */
	enum irq_action_state state;
	u8 irq; /* whose it was, while GOING */
};

struct irq_line {
	/* Guarded by irq_lock; first, depth and generation are also read
	 * without it. */
	struct irq_action *first;
	unsigned int nr_taken; /* until free_irq() has waited */
	unsigned int depth; /* calls of disable_irq() */
	unsigned int generation; /* counts request_irq() */
	bool level;

	atomic_t running; /* 1: a dispatcher is at this line */
	/* The dispatcher's. */
	bool shut; /* nobody cared */
	bool pending; /* came while it was disabled */
	unsigned int nr_judged, nr_unhandled;
	unsigned long last_unhandled; /* jiffies */
};

static struct irq_line lines[NR_IRQS];
static struct irq_action actions[NR_IRQ_ACTIONS];
static const struct irq_chip *irq_chip;
static spinlock_t irq_lock = SPINLOCK_INIT("irq", LOCK_IRQ);

static void lines_resend(struct tasklet_struct *t);
static DECLARE_TASKLET(resend, lines_resend);
static unsigned long resend_lines; /* a bit for each; atomic */

void irq_set_chip(const struct irq_chip *chip)
{
	irq_chip = chip;
}

const char *irq_chip_name(void)
{
	return irq_chip ? irq_chip->name : "none";
}

static void line_mask(unsigned int irq)
{
	if (irq_chip)
		irq_chip->mask(irq);
}

/* Unless it is disabled or shut. */
static void line_unmask(unsigned int irq)
{
	const struct irq_line *line = &lines[irq];

	smp_mb(); /* pairs with line_shut(), irq_nobody_cares() and the like */
	if (irq_chip && !READ_ONCE(line->depth) && !READ_ONCE(line->shut))
		irq_chip->unmask(irq);
}

/* Lock held. */
static void line_set_level(unsigned int irq)
{
	lines[irq].level = true;
	if (irq_chip && irq_chip->set_level)
		irq_chip->set_level(irq);
}

void irq_set_level(unsigned int irq)
{
	unsigned long flags;

	if (WARN_ON_ONCE(irq >= NR_IRQS))
		return;
	flags = spin_lock_irqsave(&irq_lock);
	line_set_level(irq);
	spin_unlock_irqrestore(&irq_lock, flags);
}
EXPORT_SYMBOL(irq_set_level);

/* --- taking and giving back ------------------------------------------------- */

/* Lock held. What was given back in an interrupt is free when its line rests. */
static struct irq_action *action_get(void)
{
	struct irq_action *a;

	for (a = actions; a < actions + NR_IRQ_ACTIONS; a++) {
		if (a->state == ACTION_FREE ||
		    (a->state == ACTION_GOING && lines[a->irq].nr_taken == 0 &&
		     !atomic_read_acquire(&lines[a->irq].running)))
			return a;
	}
	return NULL;
}

/* Can a handler with these flags join? Lock held. */
static bool line_may_be_joined(const struct irq_line *line, unsigned long flags)
{
	unsigned long theirs, trigger = flags & IRQF_TRIGGER_MASK;

	if (!line->nr_taken)
		return true;
	/* All are about to go; what they shared is not known any more. */
	if (!line->first)
		return false;
	theirs = line->first->flags;
	return theirs & flags & IRQF_SHARED &&
	       (!trigger || !(theirs & IRQF_TRIGGER_MASK) ||
		trigger == (theirs & IRQF_TRIGGER_MASK));
}

/* Lock held. */
static void line_begin(unsigned int irq, unsigned long flags)
{
	struct irq_line *line = &lines[irq];

	WRITE_ONCE(line->depth, flags & IRQF_NO_AUTOEN ? 1 : 0);
	line->pending = false;
	line->nr_judged = line->nr_unhandled = 0;
}

/* Lock held; @a is filled in. */
static void line_add(unsigned int irq, struct irq_action *a)
{
	struct irq_line *line = &lines[irq];
	struct irq_action **link = &line->first;

	if (!line->nr_taken++)
		line_begin(irq, a->flags);
	if (a->flags & IRQF_LEVEL)
		line_set_level(irq);
	while (*link)
		link = &(*link)->next;
	smp_store_release(link, a);
	WRITE_ONCE(line->generation, line->generation + 1);
	/* Perhaps this is who was missing. */
	WRITE_ONCE(line->shut, false);
	line_unmask(irq);
}

int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags,
		const char *name, void *dev_id)
{
	struct irq_action *a = NULL;
	unsigned long irqflags, theirs = 0;
	char holder[32] = "?";
	int err = 0;

	if (irq >= NR_IRQS || !handler || flags & ~IRQF_KNOWN ||
	    (flags & IRQF_SHARED && !dev_id))
		return -EINVAL;
	irqflags = spin_lock_irqsave(&irq_lock);
	if (!line_may_be_joined(&lines[irq], flags)) {
		err = -EBUSY;
		if (lines[irq].first) {
			theirs = lines[irq].first->flags;
			strscpy(holder, lines[irq].first->name, sizeof(holder));
		}
	} else if (!(a = action_get())) {
		err = -ENOMEM;
	} else {
		*a = (struct irq_action){ .handler = handler,
					  .dev_id = dev_id,
					  .name = name ? name : "?",
					  .flags = flags,
					  .state = ACTION_TAKEN };
		line_add(irq, a);
	}
	spin_unlock_irqrestore(&irq_lock, irqflags);
	if (err == -ENOMEM)
		pr_warn("irq %u: no room for %s's handler\n", irq, name);
	else if (err && !(flags & IRQF_PROBE_SHARED))
		pr_warn("genirq: Flags mismatch irq %u. %08lx (%s) vs. %08lx"
			" (%s)\n",
			irq, flags, name, theirs, holder);
	return err;
}
EXPORT_SYMBOL(request_irq);

/* Wait until no dispatcher is at the line. In an interrupt that would be a wait
 * for who was interrupted, perhaps for oneself. */
static void line_wait_idle(const struct irq_line *line)
{
	smp_mb(); /* pairs with line_dispatch() */
	while (!in_hardirq() && atomic_read_acquire(&line->running))
		spin_relax();
}

/* Lock held. Return: the handler, out of the list; NULL: there is none. */
static struct irq_action *line_remove(unsigned int irq, const void *dev_id)
{
	struct irq_action **link = &lines[irq].first, *a;

	while ((a = *link) && a->dev_id != dev_id)
		link = &a->next;
	if (!a)
		return NULL;
	/* Whoever stands at @a goes on to those behind it. */
	WRITE_ONCE(*link, a->next);
	a->state = ACTION_GOING;
	a->irq = (u8)irq;
	if (!lines[irq].first)
		line_mask(irq);
	return a;
}

void free_irq(unsigned int irq, void *dev_id)
{
	struct irq_action *a;
	unsigned long irqflags;

	if (WARN_ON_ONCE(irq >= NR_IRQS))
		return;
	irqflags = spin_lock_irqsave(&irq_lock);
	a = line_remove(irq, dev_id);
	spin_unlock_irqrestore(&irq_lock, irqflags);
	if (!a) {
		pr_warn("irq %u: free by %pS, which does not have it\n", irq,
			(void *)_RET_IP_);
		return;
	}
	line_wait_idle(&lines[irq]);
	irqflags = spin_lock_irqsave(&irq_lock);
	if (!in_hardirq())
		a->state = ACTION_FREE;
	lines[irq].nr_taken--;
	spin_unlock_irqrestore(&irq_lock, irqflags);
}
EXPORT_SYMBOL(free_irq);

/* --- closing a line for a while ------------------------------------------------ */

void synchronize_irq(unsigned int irq)
{
	if (!WARN_ON_ONCE(irq >= NR_IRQS))
		line_wait_idle(&lines[irq]);
}
EXPORT_SYMBOL(synchronize_irq);

void disable_irq_nosync(unsigned int irq)
{
	unsigned long flags;

	if (WARN_ON_ONCE(irq >= NR_IRQS))
		return;
	flags = spin_lock_irqsave(&irq_lock);
	/* An IO-APIC forgets edges that come while they are masked (82093AA
	 * data sheet, section 3.2.4): so a line is open until one has come. */
	if (!lines[irq].depth && lines[irq].level)
		line_mask(irq);
	WRITE_ONCE(lines[irq].depth, lines[irq].depth + 1);
	spin_unlock_irqrestore(&irq_lock, flags);
}
EXPORT_SYMBOL(disable_irq_nosync);

void disable_irq(unsigned int irq)
{
	disable_irq_nosync(irq);
	synchronize_irq(irq);
}
EXPORT_SYMBOL(disable_irq);

/* Lock held. A level asks again by itself; an edge has come and gone. */
static void line_open(unsigned int irq)
{
	struct irq_line *line = &lines[irq];

	if (!line->first)
		return;
	line_unmask(irq);
	if (!READ_ONCE(line->pending))
		return;
	WRITE_ONCE(line->pending, false);
	if (!line->level) {
		set_bit(irq, &resend_lines);
		tasklet_schedule(&resend);
	}
}

void enable_irq(unsigned int irq)
{
	unsigned long flags;
	bool was_disabled;

	if (WARN_ON_ONCE(irq >= NR_IRQS))
		return;
	flags = spin_lock_irqsave(&irq_lock);
	was_disabled = lines[irq].depth;
	if (was_disabled) {
		WRITE_ONCE(lines[irq].depth, lines[irq].depth - 1);
		if (!lines[irq].depth)
			line_open(irq);
	}
	spin_unlock_irqrestore(&irq_lock, flags);
	if (!was_disabled)
		pr_warn("irq %u: enabled by %pS, but was not disabled\n", irq,
			(void *)_RET_IP_);
}
EXPORT_SYMBOL(enable_irq);

/* --- when one comes --------------------------------------------------------------- */

/* If the line was requested since the dispatcher looked, the mask may have come
 * behind request_irq()'s unmask, and nobody else would ever take it away. */
static void irq_nobody_cares(unsigned int irq)
{
	this_cpu_inc(irq_counts.errors);
	if (irq < NR_IRQS) {
		line_mask(irq);
		smp_mb(); /* pairs with line_unmask() */
		if (READ_ONCE(lines[irq].first)) {
			line_unmask(irq);
			return;
		}
	}
	pr_warn("irq %u: nobody cares; masked\n", irq);
}

/* A dispatcher is at the line, so its handlers stay. */
static __cold void line_shut(struct irq_line *line, unsigned int irq,
			     unsigned int generation)
{
	const struct irq_action *a;

	WRITE_ONCE(line->shut, true);
	line_mask(irq);
	smp_mb(); /* pairs with line_unmask() */
	if (READ_ONCE(line->generation) != generation) {
		WRITE_ONCE(line->shut, false);
		line_unmask(irq);
		return;
	}
	pr_err("irq %u: nobody cared (%u of %u interrupts)\n", irq,
	       line->nr_unhandled, JUDGED_IRQS);
	pr_err("handlers:\n");
	for (a = READ_ONCE(line->first); a; a = READ_ONCE(a->next))
		pr_err("[<%p>] %pS\n", (void *)a->handler, (void *)a->handler);
	pr_emerg("Disabling IRQ #%u\n", irq);
}

/* Called from the first interrupt on that nobody handled, until a round is over. */
static void line_judge(struct irq_line *line, unsigned int irq, bool handled,
		       unsigned int generation)
{
	if (!handled) {
		if (time_after(jiffies, line->last_unhandled + STORM_JIFFIES))
			line->nr_unhandled = 1;
		else
			line->nr_unhandled++;
		line->last_unhandled = jiffies;
	}
	if (++line->nr_judged < JUDGED_IRQS)
		return;
	if (line->nr_unhandled > UNHANDLED_IRQS)
		line_shut(line, irq, generation);
	line->nr_judged = line->nr_unhandled = 0;
}

/*
 * An edge on a disabled line, or a level that was masked a moment too late.
 * Return: false: the line has been enabled meanwhile, by who may not have seen
 * @pending.
 */
static bool line_postpone(struct irq_line *line, unsigned int irq)
{
	WRITE_ONCE(line->pending, true);
	line_mask(irq);
	smp_mb(); /* pairs with line_unmask() */
	if (READ_ONCE(line->depth))
		return true;
	WRITE_ONCE(line->pending, false);
	line_unmask(irq);
	return false;
}

/* Return: whether it has a handler at all. */
static bool line_dispatch(struct irq_line *line, unsigned int irq)
{
	unsigned int generation = READ_ONCE(line->generation);
	const struct irq_action *a, *first;
	bool handled = false;

	while (atomic_cmpxchg(&line->running, 0, 1))
		spin_relax(); /* the other one may ask us for something */
	smp_mb__after_atomic(); /* pairs with line_wait_idle() */
	first = smp_load_acquire(&line->first);
	if (unlikely(READ_ONCE(line->depth)) && line_postpone(line, irq)) {
		/* It will come again. */
	} else if (likely(first)) {
		for (a = first; a; a = smp_load_acquire(&a->next))
			handled |= a->handler((int)irq, a->dev_id) ==
				   IRQ_HANDLED;
		if (unlikely(!handled || line->nr_unhandled))
			line_judge(line, irq, handled, generation);
	}
	(void)atomic_fetch_sub_release(1, &line->running);
	return first;
}

void irq_dispatch(unsigned int irq)
{
	if (irq < NR_IRQS) {
		this_cpu_inc(irq_counts.handled[irq]);
		if (likely(line_dispatch(&lines[irq], irq)))
			return;
	}
	irq_nobody_cares(irq);
}

/* Edges that came while their line was disabled; they are counted already. */
static void lines_resend(struct tasklet_struct *t)
{
	unsigned int irq;

	(void)t;
	for (irq = 0; irq < NR_IRQS; irq++) {
		unsigned long flags;

		if (!test_and_clear_bit(irq, &resend_lines))
			continue;
		flags = local_irq_save();
		irq_enter();
		line_dispatch(&lines[irq], irq);
		irq_exit();
		local_irq_restore(flags);
	}
}

/* --- who has them --------------------------------------------------------------------- */

bool irq_is_shut(unsigned int irq)
{
	return irq < NR_IRQS && READ_ONCE(lines[irq].shut);
}

bool irq_names(unsigned int irq, char *buf, size_t size)
{
	unsigned long flags = spin_lock_irqsave(&irq_lock);
	const struct irq_action *a = lines[irq].first;
	size_t n = 0;

	for (; a; a = a->next)
		n += (size_t)scnprintf(buf + n, size - n, "%s%s", n ? ", " : "",
				       a->name);
	spin_unlock_irqrestore(&irq_lock, flags);
	return n;
}

static void lines_find(struct module_search *search, const char *kind)
{
	unsigned long flags = spin_lock_irqsave(&irq_lock);
	const struct irq_action *a;

	for (a = actions; a < actions + NR_IRQ_ACTIONS; a++) {
		if (a->state != ACTION_FREE &&
		    (module_search_has(search, a->handler) ||
		     module_search_has(search, a->name)))
			module_holding_found(search, kind, a->dev_id,
					     a->handler);
	}
	spin_unlock_irqrestore(&irq_lock, flags);
}
MODULE_HOLDING(irqs, "irq-handler", lines_find);

/* SPDX-License-Identifier: MIT */
/*
 * irq_probe.c - on which line does a device interrupt?
 *
 * The ISA bus tells nobody. So a driver has its device interrupt, and looks which
 * line came: every line that nobody has is taken meanwhile, by a handler that
 * writes down that it was called, and shuts the line, since it does not know how
 * to make a device let go of a level. Lines that interrupt by themselves, before
 * the device was asked, are nobody's answer.
 *
 * Locking: probe_lock, held from probe_irq_on() to probe_irq_off().
 */
#include <kernel/bitops.h>
#include <kernel/delay.h>
#include <kernel/export.h>
#include <kernel/irq.h>
#include <kernel/mutex.h>

/* As Linux: what was on its way, and devices that ask again and again. */
#define SETTLE_MS 100u
/* The timer's, and the second controller's: no device's. */
#define NEVER_PROBED (BIT(0) | BIT(2))

static DEFINE_MUTEX(probe_lock);
static unsigned long lines_came; /* a bit for each; atomic */

static irqreturn_t line_came(int irq, void *dev_id)
{
	(void)dev_id;
	set_bit((unsigned int)irq, &lines_came);
	disable_irq_nosync((unsigned int)irq);
	return IRQ_HANDLED;
}

static void lines_give(unsigned long mask)
{
	unsigned int irq;

	for (irq = 0; irq < NR_IRQS; irq++) {
		if (mask & BIT(irq))
			free_irq(irq, &lines_came);
	}
}

unsigned long probe_irq_on(void)
{
	unsigned long mask = 0, noisy;
	unsigned int irq;

	mutex_lock(&probe_lock);
	lines_came = 0;
	for (irq = 0; irq < NR_IRQS; irq++) {
		/* That a line is taken is an answer, too: nothing is said. */
		if (!(NEVER_PROBED & BIT(irq)) &&
		    !request_irq(irq, line_came, IRQF_PROBE_SHARED, "probe",
				 &lines_came))
			mask |= BIT(irq);
	}
	msleep(SETTLE_MS);
	noisy = READ_ONCE(lines_came) & mask;
	lines_give(noisy);
	return mask & ~noisy;
}
EXPORT_SYMBOL(probe_irq_on);

int probe_irq_off(unsigned long mask)
{
	unsigned long came;
	int irq = 0;

	lines_give(mask);
	came = READ_ONCE(lines_came) & mask;
	mutex_unlock(&probe_lock);
	if (came)
		irq = (int)__ffs(came);
	return came & (came - 1) ? -irq : irq;
}
EXPORT_SYMBOL(probe_irq_off);

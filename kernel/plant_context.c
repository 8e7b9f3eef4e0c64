/* SPDX-License-Identifier: MIT */
/*
 * plant_context.c - calls that may sleep, from where nobody may
 *
 * Each is served or refused as its page says, and the report comes even when
 * the fast path could have served it without sleeping.
 */
#include <kernel/errno.h>
#include <kernel/irq.h>
#include <kernel/plant.h>
#include <kernel/preempt.h>
#include <kernel/spinlock.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#define PLANT_BYTES 64u
/* A line that no device of the tested machines uses. */
#define PLANT_LINE 13

static int plant_kmalloc_locked(void)
{
	static spinlock_t lock = SPINLOCK_INIT("plant", LOCK_TEST);
	void *p;

	spin_lock(&lock);
	p = kmalloc(PLANT_BYTES, GFP_KERNEL);
	spin_unlock(&lock);
	kfree(p);
	return 0;
}
PLANTED_BUG(kmalloc_locked, "P40", "sleeping kmalloc with a spinlock held",
	    plant_kmalloc_locked);

static int plant_kmalloc_irqs_off(void)
{
	unsigned long flags = local_irq_save();
	void *p = kmalloc(PLANT_BYTES, GFP_KERNEL);

	local_irq_restore(flags);
	kfree(p);
	return 0;
}
PLANTED_BUG(kmalloc_irqs_off, "P41", "sleeping kmalloc with interrupts off",
	    plant_kmalloc_irqs_off);

static irqreturn_t plant_vmalloc_handler(int irq, void *dev_id)
{
	(void)irq;
	*(void **)dev_id = vmalloc(PAGE_SIZE);
	return IRQ_HANDLED;
}

static int plant_vmalloc_in_irq(void)
{
	void *p = NULL;
	unsigned long flags;

	if (request_irq(PLANT_LINE, plant_vmalloc_handler, 0, "plant", &p))
		return -ENOMEM;
	/* As if the line had interrupted here. */
	flags = local_irq_save();
	irq_enter();
	irq_dispatch(PLANT_LINE);
	irq_exit();
	local_irq_restore(flags);
	free_irq(PLANT_LINE, &p);
	vfree(p);
	return 0;
}
PLANTED_BUG(vmalloc_in_irq, "P42", "vmalloc in an interrupt handler",
	    plant_vmalloc_in_irq);

static int plant_vfree_irqs_off(void)
{
	void *p = vmalloc(PAGE_SIZE);
	unsigned long flags;

	if (!p)
		return -ENOMEM;
	flags = local_irq_save();
	vfree(p);
	local_irq_restore(flags);
	return 0;
}
PLANTED_BUG(vfree_irqs_off, "P43", "vfree with interrupts off",
	    plant_vfree_irqs_off);

/* SPDX-License-Identifier: MIT */
/*
 * plant_locks.c - planted bugs of locking: P44 and P45
 *
 * Both are found before they happen, and stop the machine: what they lead to
 * is a deadlock.
 */
#include <kernel/errno.h>
#include <kernel/plant.h>
#include <kernel/preempt.h>
#include <kernel/smp.h>
#include <kernel/spinlock.h>
#include <mm/page_alloc.h>
#include <mm/zone.h>

/* Memory asked for in an interrupt that came while the allocator's lock was
 * held. */
static noinline int plant_lock_recursion(void)
{
	struct zone *zone = &mm_node.zones[ZONE_NORMAL];
	unsigned long flags = spin_lock_irqsave(&zone->lock);
	struct page *page;

	irq_enter();
	page = alloc_pages(GFP_ATOMIC, MAX_ORDER - 1);
	irq_exit();
	spin_unlock_irqrestore(&zone->lock, flags);
	if (page)
		__free_pages(page, MAX_ORDER - 1);
	return 0;
}

static DEFINE_SPINLOCK(plant_a);
static DEFINE_SPINLOCK(plant_b);

static void take_b_then_a(void *unused)
{
	(void)unused;
	spin_lock(&plant_b);
	spin_lock(&plant_a);
	spin_unlock(&plant_a);
	spin_unlock(&plant_b);
}

/* One CPU after the other, so that it is found before it happens. */
static noinline int plant_lock_order(void)
{
	unsigned long flags;

	if (!CONFIG_MM_DEBUG)
		return -ENOSYS;
	flags = spin_lock_irqsave(&plant_a);
	(void)spin_lock_irqsave(&plant_b);
	spin_unlock_irqrestore(&plant_b, local_save_flags());
	spin_unlock_irqrestore(&plant_a, flags);
	return smp_call_function_single(num_online_cpus() - 1, take_b_then_a,
					NULL, true);
}

PLANTED_BUG(lock_recursion, "P44",
	    "memory in an interrupt that met its lock held (the end)",
	    plant_lock_recursion);
PLANTED_BUG(lock_order, "P45",
	    "two locks in both orders (the end; debug build)",
	    plant_lock_order);

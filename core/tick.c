/* SPDX-License-Identifier: MIT */
/*
 * tick.c - what each CPU does HZ times a second
 *
 * Apart from the clock itself (time.c), which reports and the log need: they
 * must not depend on the scheduler, who reports.
 */
#include <kernel/cpu_time.h>
#include <kernel/entropy.h>
#include <kernel/jiffies.h>
#include <kernel/rcupdate.h>
#include <kernel/sched.h>
#include <kernel/time.h>
#include <kernel/timer.h>
#include <asm/percpu.h>

/* Told apart from the devices' lines. */
#define TICK_IRQ 0x100u

void time_tick(void)
{
	/* One CPU keeps the time for all. */
	if (smp_processor_id() == 0)
		jiffies_tick();
	random_add_interrupt(TICK_IRQ);
	cpu_time_tick();
	timers_tick();
	rcu_tick();
	sched_tick();
}

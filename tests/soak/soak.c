/* SPDX-License-Identifier: MIT */
/*
 * soak.c - all allocators at once, for as long as one likes
 *
 * Threads, tasklets, timers and interrupts on every CPU take memory of every
 * kind, fill it, pass it on, check it and give it back, while one request in a
 * thousand fails on purpose. Then everything must be as it was: contents while
 * they were held, counts and invariants afterwards.
 *
 * First comes a short run that is not counted: it makes what is made once and
 * then stays (page tables, the arrays of caches).
 *
 * Every other second the failing is left to pages: while objects are refused on
 * purpose too, no request takes the fast path of the slab caches.
 */
#include <kernel/bug.h>
#include <kernel/command.h>
#include <kernel/delay.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/soak.h>
#include <kernel/smp.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/zone.h>
#include "soak.h"

#define WARM_UP_SECONDS 3u
/* Every thousandth, always, from the first on, for ever. */
#define SOAK_PLAN "1000,100,0,-1"
#define COMPLAINTS 20

atomic_t soak_wrong;

void soak_complain(const char *fmt, ...)
{
	struct va_format vaf;
	va_list args;

	if (atomic_add_return(1, &soak_wrong) > COMPLAINTS)
		return;
	va_start(args, fmt);
	vaf.fmt = fmt;
	vaf.va = &args;
	pr_err("soak: wrong: %pV\n", &vaf);
	va_end(args);
}

/* Let the actors run, with failures, until Ctrl-C at most. */
static void soak_for(unsigned int seconds)
{
	struct fault_attr pages, objects;
	unsigned int i;

	fault_plan_save(&mm_node.fault, &pages);
	fault_plan_save(&fault_slab, &objects);
	BUG_ON(fault_attr_parse(&mm_node.fault, SOAK_PLAN));
	for (i = 0; i < seconds && !atomic_read(&soak_wrong) &&
		    !signal_pending(current);
	     i++) {
		if (i % 2)
			BUG_ON(fault_attr_parse(&fault_slab, SOAK_PLAN));
		else
			fault_reset(&fault_slab);
		msleep_interruptible(1000);
	}
	fault_plan_restore(&fault_slab, &objects);
	fault_plan_restore(&mm_node.fault, &pages);
}

/* With caches and pools of its own: what those keep goes with them. */
static void soak_phase(unsigned int seconds, u32 seed)
{
	if (!soak_items_init())
		soak_complain("no memory for caches and pools");
	else if (!soak_actors_start(seed))
		soak_complain("no memory for the actors");
	else
		soak_for(seconds);
	soak_actors_stop();
	soak_items_exit();
}

int soak_run(unsigned int seconds)
{
	u32 seed = (u32)time_ns() | 1;

	console_printf("soak: seed=%#x cpus=%u seconds=%u\n", seed,
		       num_online_cpus(), seconds);
	atomic_set(&soak_wrong, 0);
	soak_phase(WARM_UP_SECONDS, ~seed);
	soak_count_begin();
	if (!signal_pending(current))
		soak_phase(seconds, seed);
	soak_count_end();
	soak_actors_show();
	if (atomic_read(&soak_wrong))
		console_printf("soak: FAILED: %d wrong\n",
			       atomic_read(&soak_wrong));
	else
		console_printf("soak: passed\n");
	return atomic_read(&soak_wrong) != 0;
}

static int cmd_soak(int argc, char **argv)
{
	unsigned int seconds = SOAK_SECONDS;

	if (argc > 2 || (argc == 2 && (kstrtouint(argv[1], 10, &seconds) ||
				       !seconds || seconds > SOAK_MAX_SECONDS)))
		return command_usage("soak");
	return soak_run(seconds);
}
CONSOLE_COMMAND(soak, "[SECONDS]",
		"load all allocators on all CPUs, then count what is left",
		cmd_soak);

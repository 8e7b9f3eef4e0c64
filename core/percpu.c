/* SPDX-License-Identifier: MIT */
/*
 * percpu.c - what all rooms know of per-CPU addresses, and the debug build's eye
 * on who may be moved to another CPU
 *
 * A pointer to this CPU's copy, or its number, is worth something only while
 * the caller stays on it: with interrupts or preemption off. Who asks without
 * either is reported; what it was told may be another CPU's truth a moment
 * later. Before threads run nobody can be moved.
 *
 * Locking: none.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/preempt.h>
#include <kernel/sched.h>
#include <kernel/util.h>
#include <asm/irqflags.h>

unsigned long percpu_address_bytes;

/* Others may still give it other CPUs; who binds a thread has said he won't. */
static bool bound_to_one_cpu(void)
{
	return is_power_of_2(READ_ONCE(current->cpus_allowed.bits));
}

void percpu_check_preemptible(const char *what, unsigned long site)
{
	struct report_sites sites = { .at = site };

	if (likely(!system_running || preempt_count() || irqs_disabled() ||
		   bound_to_one_cpu()))
		return;
	mm_report("percpu", &sites, "preemptible %s", what);
}
EXPORT_SYMBOL(percpu_check_preemptible);

/* SPDX-License-Identifier: MIT */
/*
 * percpu.c - the debug build's eye on who may be moved to another CPU
 *
 * A pointer to this CPU's copy, or its number, is worth something only while
 * the caller stays on it: with interrupts or preemption off. Who asks without
 * either is reported; what it was told may be another CPU's truth a moment
 * later. Before the system runs nobody can be moved.
 *
 * Locking: none.
 */
#include <kernel/bug.h>
#include <kernel/preempt.h>
#include <asm/irqflags.h>

void percpu_check_preemptible(const char *what, unsigned long site)
{
	struct report_sites sites = { .at = site };

	if (likely(!system_running || preempt_count() ||
		   irqs_disabled()))
		return;
	mm_report("percpu", &sites, "preemptible %s", what);
}

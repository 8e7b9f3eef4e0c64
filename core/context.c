/* SPDX-License-Identifier: MIT */
/*
 * context.c - who may sleep, and the slow half of saying who may not
 */
#include <kernel/bug.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>

DEFINE_PER_CPU(unsigned int, __preempt_count) = PREEMPT_COUNT_NONE;

unsigned int nr_cpu_ids = 1;
unsigned int nr_online_cpus = 1;
bool system_running;

void __might_sleep(const char *what, unsigned long site)
{
	struct report_sites sites = { .at = site };
	unsigned int count = preempt_count();

	/* Start-up runs with interrupts off and is allowed to "sleep". */
	if (!system_running)
		return;
	if (count & (HARDIRQ_MASK | NMI_MASK))
		mm_report("sleep-in-atomic", &sites, "%s in interrupt", what);
	else if (count & SOFTIRQ_MASK)
		mm_report("sleep-in-atomic", &sites, "%s in softirq", what);
	else if (count)
		mm_report("sleep-in-atomic", &sites, "%s preempt=%u", what,
			  count & PREEMPT_MASK);
	else
		mm_report("sleep-in-atomic", &sites, "%s irqs-off", what);
}

/* SPDX-License-Identifier: MIT */
/*
 * stay_here.h - for a test that looks into what belongs to its own CPU, and
 * calls what may sleep: preemption cannot be off meanwhile
 */
#ifndef TESTS_STAY_HERE_H
#define TESTS_STAY_HERE_H

#include <kernel/ktest.h>
#include <kernel/sched.h>

/* Return: this CPU, on which the test stays until go_anywhere(). */
static inline unsigned int stay_here(struct ktest *t)
{
	unsigned int cpu = raw_smp_processor_id();

	KTEST_EXPECT_EQ(t, set_cpus_allowed_ptr(current, &CPU_MASK_CPU(cpu)),
			0);
	return cpu;
}

static inline void go_anywhere(struct ktest *t)
{
	const struct cpumask all = CPU_MASK_ALL;

	KTEST_EXPECT_EQ(t, set_cpus_allowed_ptr(current, &all), 0);
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * sched_fixture.h - what suites with several threads share
 */
#ifndef TESTS_SCHED_FIXTURE_H
#define TESTS_SCHED_FIXTURE_H

#include <kernel/sched.h>
#include <kernel/time.h>

/* Far more than anything here takes, on a host that does other work too. */
#define SCHED_PATIENCE (20 * HZ)

/* Let others run until @cond holds; false if it does not in all that time. */
#define EVENTUALLY(cond)                                               \
	({                                                             \
		unsigned long _start = jiffies;                        \
		while (!(cond) && jiffies - _start < SCHED_PATIENCE) { \
			cpu_relax();                                   \
			yield();                                       \
		}                                                      \
		!!(cond);                                              \
	})

/* CPUs that run threads, from 0 on: hosted, the first only. */
static inline unsigned int nr_running_cpus(void)
{
	return cpumask_weight(&sched_cpus);
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * percpu.h - one copy of a variable for each CPU
 *
 * DEFINE_PER_CPU(type, name) makes the template; this_cpu_*() reach this
 * CPU's copy (machine words, safe against interrupts), per_cpu(name, cpu)
 * another's. A pointer from this_cpu_ptr() is good only while the caller
 * cannot migrate: interrupts or preemption off.
 */
#ifndef KERNEL_PERCPU_H
#define KERNEL_PERCPU_H

#include <asm/percpu.h>

#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name
#define DEFINE_PER_CPU(type, name) \
	__section(PER_CPU_SECTION) __typeof__(type) name

#define per_cpu_ptr(ptr, cpu) \
	((__typeof__(ptr))((unsigned long)(ptr) + per_cpu_offset(cpu)))
#define per_cpu(var, cpu) (*per_cpu_ptr(&(var), cpu))
#define this_cpu_ptr(ptr) \
	((__typeof__(ptr))((unsigned long)(ptr) + my_cpu_offset()))

/* CPUs that may come up, and that are up; both at least 1 after boot. */
extern unsigned int nr_cpu_ids;
extern unsigned int nr_online_cpus;
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++)
#define for_each_online_cpu(cpu) \
	for ((cpu) = 0; (cpu) < nr_online_cpus; (cpu)++)

#endif

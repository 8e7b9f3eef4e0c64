/* SPDX-License-Identifier: MIT */
/*
 * asm/percpu.h - per-CPU data (hosted)
 *
 * A CPU is a thread, so its offset is a thread-local word. Interrupts come
 * only where the thread enables them, so a plain access cannot be split.
 */
#ifndef ASM_PERCPU_H
#define ASM_PERCPU_H

#include <kernel/types.h>

#define PER_CPU_SECTION "percpu"

extern char __start_percpu[], __stop_percpu[];
extern unsigned long __per_cpu_offset[CONFIG_NR_CPUS];
extern __thread unsigned long host_cpu_offset;
extern __thread unsigned int host_cpu_number;

static inline unsigned long per_cpu_offset(unsigned int cpu)
{
	return __per_cpu_offset[cpu];
}

static __always_inline unsigned long my_cpu_offset(void)
{
	return host_cpu_offset;
}

static __always_inline unsigned int smp_processor_id(void)
{
	return host_cpu_number;
}

#define __host_this(var) \
	(*(volatile __typeof__(var) *)((unsigned long)&(var) + my_cpu_offset()))
#define this_cpu_read(var) ((__typeof__(var))__host_this(var))
#define this_cpu_write(var, val) ((void)(__host_this(var) = (val)))
#define this_cpu_add(var, val) ((void)(__host_this(var) += (val)))
#define this_cpu_inc(var) this_cpu_add(var, 1)
#define this_cpu_dec(var) ((void)(__host_this(var) -= 1))

#endif

/* SPDX-License-Identifier: MIT */
/*
 * asm/percpu.h - per-CPU data through %fs (x86, design decision D6)
 *
 * The section percpu holds one template of each variable. A CPU's copy lies
 * at template address + its offset, and %fs has that offset as its base: so
 * "movl %fs:var" reaches this CPU's copy in one instruction that no interrupt
 * can split. CPU 0 uses the template itself until copies are made.
 */
#ifndef ASM_PERCPU_H
#define ASM_PERCPU_H

#include <kernel/types.h>

#define PER_CPU_SECTION "percpu"

extern char __start_percpu[], __stop_percpu[];
extern unsigned long __per_cpu_offset[CONFIG_NR_CPUS];

static inline unsigned long per_cpu_offset(unsigned int cpu)
{
	return __per_cpu_offset[cpu];
}

/* In every CPU's copy: its own offset and number. */
extern unsigned long percpu_this_offset;
extern unsigned int percpu_cpu_number;

#define __percpu_read_4(var)                                                \
	({                                                                  \
		unsigned long _v;                                           \
		__asm__ volatile("movl %%fs:%1, %0" : "=r"(_v) : "m"(var)); \
		_v;                                                         \
	})

static __always_inline unsigned long my_cpu_offset(void)
{
	return __percpu_read_4(percpu_this_offset);
}

static __always_inline unsigned int smp_processor_id(void)
{
	return (unsigned int)__percpu_read_4(percpu_cpu_number);
}

/* Machine-word variables only (int, long, pointers): checked below. */
#define this_cpu_read(var)                                                \
	({                                                                \
		static_assert(sizeof(var) == 4, "this_cpu_read: a word"); \
		(__typeof__(var))__percpu_read_4(var);                    \
	})
#define this_cpu_write(var, val)                                           \
	do {                                                               \
		static_assert(sizeof(var) == 4, "this_cpu_write: a word"); \
		__asm__ volatile("movl %1, %%fs:%0"                        \
				 : "+m"(var)                               \
				 : "ri"((unsigned long)(val)));            \
	} while (0)
#define this_cpu_add(var, val)                                           \
	do {                                                             \
		static_assert(sizeof(var) == 4, "this_cpu_add: a word"); \
		__asm__ volatile("addl %1, %%fs:%0"                      \
				 : "+m"(var)                             \
				 : "ri"((unsigned long)(val))            \
				 : "cc");                                \
	} while (0)
#define this_cpu_inc(var) this_cpu_add(var, 1)
#define this_cpu_dec(var) this_cpu_add(var, -1)

#endif

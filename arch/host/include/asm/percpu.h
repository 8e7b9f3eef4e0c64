/* SPDX-License-Identifier: MIT */
/*
 * asm/percpu.h - per-CPU data (hosted)
 *
 * A CPU is a thread, so its offset is a thread-local word. Interrupts come
 * only where the thread enables them, so a plain access cannot be split. The
 * template is an ordinary part of the program: its raw use is not noticed here.
 * CPU 0 leaves it for a copy in host_machine_init(), and that for its unit.
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

static __always_inline unsigned int raw_smp_processor_id(void)
{
	return host_cpu_number;
}

/* The operations for one size each; @p is a per-CPU address. */
#define __PERCPU_OPERATIONS(bytes, type)                                       \
	static __always_inline volatile type *__percpu_at_##bytes(             \
		const void *p)                                                 \
	{                                                                      \
		return (volatile type *)((unsigned long)p + my_cpu_offset());  \
	}                                                                      \
	static __always_inline type __percpu_read_##bytes(const void *p)       \
	{                                                                      \
		return *__percpu_at_##bytes(p);                                \
	}                                                                      \
	static __always_inline void __percpu_write_##bytes(void *p, type v)    \
	{                                                                      \
		*__percpu_at_##bytes(p) = v;                                   \
	}                                                                      \
	static __always_inline type __percpu_add_return_##bytes(void *p,       \
								type v)        \
	{                                                                      \
		type sum = (type)(*__percpu_at_##bytes(p) + v);                \
                                                                               \
		*__percpu_at_##bytes(p) = sum;                                 \
		return sum;                                                    \
	}                                                                      \
	static __always_inline void __percpu_add_##bytes(void *p, type v)      \
	{                                                                      \
		__percpu_add_return_##bytes(p, v);                             \
	}                                                                      \
	static __always_inline void __percpu_and_##bytes(void *p, type v)      \
	{                                                                      \
		*__percpu_at_##bytes(p) &= v;                                  \
	}                                                                      \
	static __always_inline void __percpu_or_##bytes(void *p, type v)       \
	{                                                                      \
		*__percpu_at_##bytes(p) |= v;                                  \
	}                                                                      \
	static __always_inline type __percpu_xchg_##bytes(void *p, type v)     \
	{                                                                      \
		type old = *__percpu_at_##bytes(p);                            \
                                                                               \
		*__percpu_at_##bytes(p) = v;                                   \
		return old;                                                    \
	}                                                                      \
	/* Return: the value found; @v was stored if that equals @old. */      \
	static __always_inline type __percpu_cmpxchg_##bytes(void *p,          \
							     type old, type v) \
	{                                                                      \
		type found = *__percpu_at_##bytes(p);                          \
                                                                               \
		if (found == old)                                              \
			*__percpu_at_##bytes(p) = v;                           \
		return found;                                                  \
	}

__PERCPU_OPERATIONS(1, u8)
__PERCPU_OPERATIONS(2, u16)
__PERCPU_OPERATIONS(4, u32)
__PERCPU_OPERATIONS(8, u64)

/* The values that variables start with, page-aligned; never written. */
#define __percpu_template ((const char *)__start_percpu)

/* Tell the unit of @cpu, a copy of the template, whose it is. Its offset is in
 * __per_cpu_offset[]. */
void arch_percpu_unit_init(unsigned int cpu);

/**
 * arch_percpu_move - let CPU 0 leave its first copy for its unit
 *
 * The unit has what the copy has, and __per_cpu_offset[0] leads there.
 * Context: CPU 0, interrupts off, once.
 */
void arch_percpu_move(void);

#endif

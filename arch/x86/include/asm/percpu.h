/* SPDX-License-Identifier: MIT */
/*
 * asm/percpu.h - per-CPU data through %fs (x86, design decision D6)
 *
 * The section percpu holds one template of each variable, linked at an address
 * that is never mapped. A CPU's copy lies at template address + its offset,
 * and %fs has that offset as its base: so "movl %fs:var" reaches this CPU's
 * copy in one instruction that no interrupt can split. CPU 0 has a copy from the
 * first C statement on (boot/entry.asm); percpu_areas_init() makes the others.
 *
 * Each operation is one instruction without a lock prefix: safe against
 * interrupts and preemption on this CPU, not against other CPUs, which have no
 * business writing here. Eight bytes go by cmpxchg8b, in a loop where needed.
 */
#ifndef ASM_PERCPU_H
#define ASM_PERCPU_H

#include <kernel/types.h>

#define PER_CPU_SECTION "percpu"

/* The template's bounds, as per-CPU addresses: not where it lies. */
extern char __start_percpu[], __stop_percpu[];
extern unsigned long __per_cpu_offset[CONFIG_NR_CPUS];

/* What a per-CPU address needs to be one in the copy of @cpu. */
static inline unsigned long per_cpu_offset(unsigned int cpu)
{
	return __per_cpu_offset[cpu];
}

/* In every CPU's copy: its own offset and number. */
extern unsigned long percpu_this_offset;
extern unsigned int percpu_cpu_number;

/*
 * The operations for one size each; @p is a per-CPU address. xchg locks the
 * bus by itself, which costs time but no instruction.
 */
#define __PERCPU_OPERATIONS(bytes, type, suffix, reg)                          \
	static __always_inline type __percpu_read_##bytes(const void *p)       \
	{                                                                      \
		type v;                                                        \
                                                                               \
		__asm__ volatile("mov" suffix " %%fs:%1, %0"                   \
				 : "=" reg(v)                                  \
				 : "m"(*(const type *)p));                     \
		return v;                                                      \
	}                                                                      \
	static __always_inline void __percpu_write_##bytes(void *p, type v)    \
	{                                                                      \
		__asm__ volatile("mov" suffix " %1, %%fs:%0"                   \
				 : "=m"(*(type *)p)                            \
				 : reg "i"(v));                                \
	}                                                                      \
	static __always_inline void __percpu_add_##bytes(void *p, type v)      \
	{                                                                      \
		__asm__ volatile("add" suffix " %1, %%fs:%0"                   \
				 : "+m"(*(type *)p)                            \
				 : reg "i"(v)                                  \
				 : "cc");                                      \
	}                                                                      \
	static __always_inline void __percpu_and_##bytes(void *p, type v)      \
	{                                                                      \
		__asm__ volatile("and" suffix " %1, %%fs:%0"                   \
				 : "+m"(*(type *)p)                            \
				 : reg "i"(v)                                  \
				 : "cc");                                      \
	}                                                                      \
	static __always_inline void __percpu_or_##bytes(void *p, type v)       \
	{                                                                      \
		__asm__ volatile("or" suffix " %1, %%fs:%0"                    \
				 : "+m"(*(type *)p)                            \
				 : reg "i"(v)                                  \
				 : "cc");                                      \
	}                                                                      \
	static __always_inline type __percpu_xchg_##bytes(void *p, type v)     \
	{                                                                      \
		__asm__ volatile("xchg" suffix " %0, %%fs:%1"                  \
				 : "+" reg(v), "+m"(*(type *)p));              \
		return v;                                                      \
	}                                                                      \
	static __always_inline type __percpu_add_return_##bytes(void *p,       \
								type v)        \
	{                                                                      \
		type old = v;                                                  \
                                                                               \
		__asm__ volatile("xadd" suffix " %0, %%fs:%1"                  \
				 : "+" reg(old), "+m"(*(type *)p)              \
				 :                                             \
				 : "cc");                                      \
		return (type)(old + v);                                        \
	}                                                                      \
	/* Return: the value found; @v was stored if that equals @old. */      \
	static __always_inline type __percpu_cmpxchg_##bytes(void *p,          \
							     type old, type v) \
	{                                                                      \
		__asm__ volatile("cmpxchg" suffix " %2, %%fs:%1"               \
				 : "+a"(old), "+m"(*(type *)p)                 \
				 : reg(v)                                      \
				 : "cc");                                      \
		return old;                                                    \
	}

__PERCPU_OPERATIONS(1, u8, "b", "q")
__PERCPU_OPERATIONS(2, u16, "w", "r")
__PERCPU_OPERATIONS(4, u32, "l", "r")

/* --- eight bytes ---------------------------------------------------------- */

static __always_inline u64 __percpu_read_8(const void *p)
{
	u64 v;

	/* Compare with what happens to be in ecx:ebx: if it is equal, the same
	 * is stored again; if not, edx:eax is loaded. */
	__asm__ volatile("movl %%ebx, %%eax\n\t"
			 "movl %%ecx, %%edx\n\t"
			 "cmpxchg8b %%fs:%1"
			 : "=&A"(v)
			 : "m"(*(const u64 *)p)
			 : "cc");
	return v;
}

static __always_inline u64 __percpu_cmpxchg_8(void *p, u64 old, u64 v)
{
	__asm__ volatile("cmpxchg8b %%fs:%1"
			 : "+A"(old), "+m"(*(u64 *)p)
			 : "b"((u32)v), "c"((u32)(v >> 32))
			 : "cc");
	return old;
}

/* Change *@p from @old to @v. Return: true if nothing else came between. */
static __always_inline bool __percpu_change_8(void *p, u64 *old, u64 v)
{
	u64 found = __percpu_cmpxchg_8(p, *old, v);

	if (likely(found == *old))
		return true;
	*old = found;
	return false;
}

static __always_inline u64 __percpu_xchg_8(void *p, u64 v)
{
	u64 old = __percpu_read_8(p);

	while (!__percpu_change_8(p, &old, v))
		;
	return old;
}

static __always_inline void __percpu_write_8(void *p, u64 v)
{
	__percpu_xchg_8(p, v);
}

static __always_inline u64 __percpu_add_return_8(void *p, u64 v)
{
	u64 old = __percpu_read_8(p);

	while (!__percpu_change_8(p, &old, old + v))
		;
	return old + v;
}

static __always_inline void __percpu_add_8(void *p, u64 v)
{
	__percpu_add_return_8(p, v);
}

static __always_inline void __percpu_and_8(void *p, u64 v)
{
	u64 old = __percpu_read_8(p);

	while (!__percpu_change_8(p, &old, old & v))
		;
}

static __always_inline void __percpu_or_8(void *p, u64 v)
{
	u64 old = __percpu_read_8(p);

	while (!__percpu_change_8(p, &old, old | v))
		;
}

static __always_inline unsigned long my_cpu_offset(void)
{
	return __percpu_read_4(&percpu_this_offset);
}

/* This CPU's number; it may be another's by now unless we cannot migrate. */
static __always_inline unsigned int raw_smp_processor_id(void)
{
	return __percpu_read_4(&percpu_cpu_number);
}

/* The values that variables start with, page-aligned; never written. */
extern const char __percpu_template[];

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

/* SPDX-License-Identifier: MIT */
/*
 * percpu.h - one copy of a variable for each CPU
 *
 * DEFINE_PER_CPU(type, name) makes a template; each CPU has a copy of it. What
 * &name gives is no address of memory but a per-CPU address: added to a CPU's
 * offset it is one. alloc_percpu() (mm/percpu.h) returns such addresses, too,
 * and all that stands here takes both kinds alike. To use one raw faults
 * ("percpu raw").
 *
 *   this_cpu_inc(name)           this CPU's copy; one step that no interrupt
 *                                and no migration can split
 *   get_cpu_var(name), put_..    this CPU's copy for a while, not preempted
 *   *this_cpu_ptr(&name)         the same where the caller cannot migrate
 *                                anyway: interrupts or preemption off
 *   per_cpu(name, cpu)           that CPU's copy
 *
 * this_cpu_*() may be called with preemption on; __this_cpu_*() and
 * this_cpu_ptr() want it off and say so in the debug build ("percpu
 * preemptible"); raw_cpu_*() ask nothing. They work on integers and pointers of
 * 1, 2, 4 and 8 bytes, and what they return has the variable's type.
 */
#ifndef KERNEL_PERCPU_H
#define KERNEL_PERCPU_H

#include <asm/page.h>
#include <asm/percpu.h>
#include <asm/processor.h>

#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name
#define DEFINE_PER_CPU(type, name) \
	__section(PER_CPU_SECTION) __typeof__(type) name

/* In cache lines of its own in each copy, so that neighbours do not suffer. */
#define DECLARE_PER_CPU_ALIGNED(type, name) \
	extern __aligned(L1_CACHE_BYTES) __typeof__(type) name
#define DEFINE_PER_CPU_ALIGNED(type, name) \
	__aligned(L1_CACHE_BYTES) DEFINE_PER_CPU(type, name)
/* The same: for variables that other CPUs write to. */
#define DECLARE_PER_CPU_SHARED_ALIGNED DECLARE_PER_CPU_ALIGNED
#define DEFINE_PER_CPU_SHARED_ALIGNED DEFINE_PER_CPU_ALIGNED
#define DECLARE_PER_CPU_PAGE_ALIGNED(type, name) \
	extern __aligned(PAGE_SIZE) __typeof__(type) name
#define DEFINE_PER_CPU_PAGE_ALIGNED(type, name) \
	__aligned(PAGE_SIZE) DEFINE_PER_CPU(type, name)

/* CPUs that may come up, and that are up; both at least 1 after boot. */
extern unsigned int nr_cpu_ids;
extern unsigned int nr_online_cpus;
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++)
#define for_each_online_cpu(cpu) \
	for ((cpu) = 0; (cpu) < nr_online_cpus; (cpu)++)

/* So many addresses from __start_percpu on are per-CPU addresses; 0 until
 * percpu_areas_init(), when only those of DEFINE_PER_CPU() are. */
extern unsigned long percpu_address_bytes;

/* --- which CPU, and its copy ---------------------------------------------- */

/*
 * The debug build's question: can the caller be moved to another CPU at this
 * moment? If so it is reported: percpu preemptible @what. Nobody can before
 * system_running is set, or in a thread that is bound to one CPU.
 */
void percpu_check_preemptible(const char *what, unsigned long site);

static __always_inline void __percpu_want_bound(const char *what)
{
	if (CONFIG_MM_DEBUG)
		percpu_check_preemptible(what, _THIS_IP_);
}

static __always_inline unsigned int smp_processor_id(void)
{
	__percpu_want_bound("smp_processor_id");
	return raw_smp_processor_id();
}

static __always_inline unsigned long __my_cpu_offset_bound(void)
{
	__percpu_want_bound("this_cpu_ptr");
	return my_cpu_offset();
}

#define __percpu_shift(ptr, offset) \
	((__typeof__(*(ptr)) __force *)((unsigned long)(ptr) + (offset)))
#define per_cpu_ptr(ptr, cpu) __percpu_shift(ptr, per_cpu_offset(cpu))
#define per_cpu(var, cpu) (*per_cpu_ptr(&(var), cpu))
#define this_cpu_ptr(ptr) __percpu_shift(ptr, __my_cpu_offset_bound())
#define raw_cpu_ptr(ptr) __percpu_shift(ptr, my_cpu_offset())

/*
 * This CPU, or its copy, until put_..(): preemption is off in between. They
 * nest. <kernel/preempt.h> has to be included for these.
 */
#define get_cpu()                       \
	({                              \
		preempt_disable();      \
		raw_smp_processor_id(); \
	})
#define put_cpu() preempt_enable()
#define get_cpu_ptr(ptr)           \
	({                         \
		preempt_disable(); \
		raw_cpu_ptr(ptr);  \
	})
#define put_cpu_ptr(ptr)          \
	do {                      \
		(void)(ptr);      \
		preempt_enable(); \
	} while (0)
#define get_cpu_var(var) (*get_cpu_ptr(&(var)))
#define put_cpu_var(var) put_cpu_ptr(&(var))

/* --- one step on this CPU's copy ------------------------------------------ */

/* Fails to link: the operations are for 1, 2, 4 and 8 bytes. */
void __percpu_bad_size(void);

/* The one of four that fits the size of @var; the others only type-check. */
#define __percpu_pick(var, one, two, four, eight)                              \
	__builtin_choose_expr(                                                 \
		sizeof(var) == 1, one,                                         \
		__builtin_choose_expr(                                         \
			sizeof(var) == 2, two,                                 \
			__builtin_choose_expr(                                 \
				sizeof(var) == 4, four,                        \
				__builtin_choose_expr(sizeof(var) == 8, eight, \
						      __percpu_bad_size()))))

/* A value, or a pointer of a word, as the integer that an operation takes. */
#define __percpu_word(val) ((unsigned long)(val))
#define __percpu_eight(var, val) \
	((u64) __builtin_choose_expr(sizeof(var) == 8, (val), 0))

/* What an operation takes: the per-CPU address, const if @var is. */
#define __percpu_arg(var) ((__typeof__(var) __force *)&(var))

#define __percpu_op0(op, var)                                    \
	__percpu_pick(var, __percpu_##op##_1(__percpu_arg(var)), \
		      __percpu_##op##_2(__percpu_arg(var)),      \
		      __percpu_##op##_4(__percpu_arg(var)),      \
		      __percpu_##op##_8(__percpu_arg(var)))
#define __percpu_op1(op, var, val)                                             \
	__percpu_pick(                                                         \
		var,                                                           \
		__percpu_##op##_1(__percpu_arg(var), (u8)__percpu_word(val)),  \
		__percpu_##op##_2(__percpu_arg(var), (u16)__percpu_word(val)), \
		__percpu_##op##_4(__percpu_arg(var), (u32)__percpu_word(val)), \
		__percpu_##op##_8(__percpu_arg(var),                           \
				  __percpu_eight(var, val)))
#define __percpu_op2(op, var, old, val)                                        \
	__percpu_pick(                                                         \
		var,                                                           \
		__percpu_##op##_1(__percpu_arg(var), (u8)__percpu_word(old),   \
				  (u8)__percpu_word(val)),                     \
		__percpu_##op##_2(__percpu_arg(var), (u16)__percpu_word(old),  \
				  (u16)__percpu_word(val)),                    \
		__percpu_##op##_4(__percpu_arg(var), (u32)__percpu_word(old),  \
				  (u32)__percpu_word(val)),                    \
		__percpu_##op##_8(__percpu_arg(var), __percpu_eight(var, old), \
				  __percpu_eight(var, val)))

/* Whatever the context: for code that knows what a migration would do to it. */
#define raw_cpu_read(var) ((__typeof__(var))__percpu_op0(read, var))
#define raw_cpu_write(var, val) __percpu_op1(write, var, val)
#define raw_cpu_add(var, val) __percpu_op1(add, var, val)
#define raw_cpu_sub(var, val) raw_cpu_add(var, -(__typeof__(var))(val))
#define raw_cpu_inc(var) raw_cpu_add(var, 1)
#define raw_cpu_dec(var) raw_cpu_add(var, -1)
#define raw_cpu_and(var, val) __percpu_op1(and, var, val)
#define raw_cpu_or(var, val) __percpu_op1(or, var, val)
/* The sum. */
#define raw_cpu_add_return(var, val) \
	((__typeof__(var))__percpu_op1(add_return, var, val))
#define raw_cpu_sub_return(var, val) \
	raw_cpu_add_return(var, -(__typeof__(var))(val))
#define raw_cpu_inc_return(var) raw_cpu_add_return(var, 1)
#define raw_cpu_dec_return(var) raw_cpu_add_return(var, -1)
/* What was there before. cmpxchg stores @val only if that was @old. */
#define raw_cpu_xchg(var, val) ((__typeof__(var))__percpu_op1(xchg, var, val))
#define raw_cpu_cmpxchg(var, old, val) \
	((__typeof__(var))__percpu_op2(cmpxchg, var, old, val))

/* Wherever we are: the one step is done on one CPU's copy. */
#define this_cpu_read(var) raw_cpu_read(var)
#define this_cpu_write(var, val) raw_cpu_write(var, val)
#define this_cpu_add(var, val) raw_cpu_add(var, val)
#define this_cpu_sub(var, val) raw_cpu_sub(var, val)
#define this_cpu_inc(var) raw_cpu_inc(var)
#define this_cpu_dec(var) raw_cpu_dec(var)
#define this_cpu_and(var, val) raw_cpu_and(var, val)
#define this_cpu_or(var, val) raw_cpu_or(var, val)
#define this_cpu_add_return(var, val) raw_cpu_add_return(var, val)
#define this_cpu_sub_return(var, val) raw_cpu_sub_return(var, val)
#define this_cpu_inc_return(var) raw_cpu_inc_return(var)
#define this_cpu_dec_return(var) raw_cpu_dec_return(var)
#define this_cpu_xchg(var, val) raw_cpu_xchg(var, val)
#define this_cpu_cmpxchg(var, old, val) raw_cpu_cmpxchg(var, old, val)

/* One of several steps that have to see the same copy: preemption is off. */
#define __percpu_bound(name, step)         \
	({                                 \
		__percpu_want_bound(name); \
		step;                      \
	})
#define __this_cpu_read(var) \
	__percpu_bound("__this_cpu_read", raw_cpu_read(var))
#define __this_cpu_write(var, val) \
	__percpu_bound("__this_cpu_write", raw_cpu_write(var, val))
#define __this_cpu_add(var, val) \
	__percpu_bound("__this_cpu_add", raw_cpu_add(var, val))
#define __this_cpu_sub(var, val) \
	__percpu_bound("__this_cpu_sub", raw_cpu_sub(var, val))
#define __this_cpu_inc(var) __this_cpu_add(var, 1)
#define __this_cpu_dec(var) __this_cpu_add(var, -1)
#define __this_cpu_and(var, val) \
	__percpu_bound("__this_cpu_and", raw_cpu_and(var, val))
#define __this_cpu_or(var, val) \
	__percpu_bound("__this_cpu_or", raw_cpu_or(var, val))
#define __this_cpu_add_return(var, val) \
	__percpu_bound("__this_cpu_add_return", raw_cpu_add_return(var, val))
#define __this_cpu_sub_return(var, val) \
	__percpu_bound("__this_cpu_sub_return", raw_cpu_sub_return(var, val))
#define __this_cpu_inc_return(var) __this_cpu_add_return(var, 1)
#define __this_cpu_dec_return(var) __this_cpu_add_return(var, -1)
#define __this_cpu_xchg(var, val) \
	__percpu_bound("__this_cpu_xchg", raw_cpu_xchg(var, val))
#define __this_cpu_cmpxchg(var, old, val) \
	__percpu_bound("__this_cpu_cmpxchg", raw_cpu_cmpxchg(var, old, val))

#endif

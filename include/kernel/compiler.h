/* SPDX-License-Identifier: MIT */
/* compiler.h - attributes and barriers, under the names kernel code uses. */
#ifndef KERNEL_COMPILER_H
#define KERNEL_COMPILER_H

#define __packed __attribute__((packed))
#define __aligned(n) __attribute__((aligned(n)))
#define __noreturn __attribute__((noreturn))
#define __used __attribute__((used))
#define __maybe_unused __attribute__((unused))
#define __must_check __attribute__((warn_unused_result))
#define __printf(fmt, args) __attribute__((format(printf, fmt, args)))
#define __malloc __attribute__((malloc))
#define __pure __attribute__((pure))
#define __cold __attribute__((cold))
#define __section(name) __attribute__((section(name)))
#define noinline __attribute__((noinline))
#define __always_inline inline __attribute__((always_inline))
#define fallthrough __attribute__((fallthrough))

/* Address spaces, checked by sparse; plain pointers to the compiler. */
#ifdef __CHECKER__
#define __iomem __attribute__((noderef, address_space(__iomem)))
#define __user __attribute__((noderef, address_space(__user)))
#define __percpu __attribute__((noderef, address_space(__percpu)))
#define __force __attribute__((force))
#else
#define __iomem
#define __user
#define __percpu
#define __force
#endif

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define unreachable() __builtin_unreachable()

/* The compiler may neither cache nor reorder memory across this. */
#define barrier() __asm__ volatile("" : : : "memory")
/* What was written to @ptr is looked at here, for all the compiler knows. */
#define barrier_data(ptr) __asm__ volatile("" : : "r"(ptr) : "memory")
/* A function that looks at what another CPU is changing, for a figure that may
 * be old: race detectors are to pass it over. Linux's name. */
#define __no_kcsan __attribute__((no_sanitize("thread"))) noinline
/* The compiler knows nothing of @var's value, and keeps it in a register. */
#define OPTIMIZER_HIDE_VAR(var) __asm__("" : "+r"(var))
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

/* The address of this function's caller: the "site" of a request. */
#define _RET_IP_ ((unsigned long)__builtin_return_address(0))
/* An address in this function: the site for an inline function to name, since
 * what it is inlined into is its caller. */
#define _THIS_IP_                       \
	({                              \
		__label__ _here;        \
_here:                                  \
		(unsigned long)&&_here; \
	})

/*
 * Tables built by the linker: each entry is a pointer in a section whose name
 * is a C identifier, so that the linker itself provides __start_ and __stop_
 * symbols, on every machine alike.
 */
#define SECTION_ENTRY(section_name, type, object)          \
	static type *const __used __section(#section_name) \
		section_name##_##object = &(object)
/* Weak: a program with no entry at all has no such section, and no loop. */
#define DECLARE_SECTION_TABLE(section_name, type)                          \
	extern type *const __start_##section_name[] __attribute__((weak)); \
	extern type *const __stop_##section_name[] __attribute__((weak))
/*
 * The first entry from @pos on that is there: a record of the suites goes with
 * them (suites.h). @stop if there is none.
 */
const void *section_entry_from(const void *pos, const void *stop);
#define for_each_section_entry(pos, section_name)               \
	for ((pos) = section_entry_from(__start_##section_name, \
					__stop_##section_name); \
	     (pos) < __stop_##section_name;                     \
	     (pos) = section_entry_from((pos) + 1, __stop_##section_name))

#endif

/* SPDX-License-Identifier: MIT */
/*
 * tsan_marks.c - volatile accesses are relaxed atomics to TSan
 *
 * READ_ONCE(), WRITE_ONCE() and this_cpu_*() are volatile accesses: they may
 * race with other marked ones, and order nothing. Built with
 * -tsan-distinguish-volatile the compiler calls one of these functions before
 * each of them. It tells TSan of a relaxed atomic access to the same place, so
 * that a plain access of another CPU that races with it is still reported.
 *
 * A write is told as an atomic "or" with 0: nothing changes, whatever other
 * CPUs do to the place at that moment.
 */
#include <kernel/types.h>

#define NO_TSAN __attribute__((no_sanitize("thread")))
#define RELAXED 0 /* as TSan numbers the orders */

#define TSAN_MARKS(bytes, bits)                                        \
	u##bits __tsan_atomic##bits##_load(const volatile u##bits *at, \
					   int order);                 \
	u##bits __tsan_atomic##bits##_fetch_or(volatile u##bits *at,   \
					       u##bits v, int order);  \
	void __tsan_volatile_read##bytes(void *at);                    \
	void __tsan_volatile_write##bytes(void *at);                   \
	NO_TSAN void __tsan_volatile_read##bytes(void *at)             \
	{                                                              \
		__tsan_atomic##bits##_load(at, RELAXED);               \
	}                                                              \
	NO_TSAN void __tsan_volatile_write##bytes(void *at)            \
	{                                                              \
		__tsan_atomic##bits##_fetch_or(at, 0, RELAXED);        \
	}

TSAN_MARKS(1, 8)
TSAN_MARKS(2, 16)
TSAN_MARKS(4, 32)
TSAN_MARKS(8, 64)

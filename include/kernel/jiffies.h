/* SPDX-License-Identifier: MIT */
/*
 * jiffies.h - time in ticks, HZ a second, and how to compare it
 *
 * The counter starts five minutes before it wraps on 32 bits, as on Linux, so
 * that whoever compares with < instead of time_before() finds out today. Two
 * times may be compared if they lie less than half the counter's range apart:
 * 248 days.
 */
#ifndef KERNEL_JIFFIES_H
#define KERNEL_JIFFIES_H

#include <kernel/math64.h>
#include <kernel/time.h>
#include <kernel/types.h>

#define INITIAL_JIFFIES ((unsigned long)(unsigned int)(-300 * (int)HZ))

/* The longest time that can be asked for; more is meant as "for ever". */
#define MAX_JIFFY_OFFSET ((unsigned long)((LONG_MAX >> 1) - 1))

#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
/* @a in [b, c], and in [b, c). */
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))
#define time_in_range_open(a, b, c) (time_after_eq(a, b) && time_before(a, c))
#define time_is_before_jiffies(a) time_after(jiffies, a)
#define time_is_after_jiffies(a) time_before(jiffies, a)
#define time_is_before_eq_jiffies(a) time_after_eq(jiffies, a)
#define time_is_after_eq_jiffies(a) time_before_eq(jiffies, a)

/* For get_jiffies_64(), which does not wrap. */
#define time_after64(a, b) ((s64)((b) - (a)) < 0)
#define time_before64(a, b) time_after64(b, a)
#define time_after_eq64(a, b) ((s64)((a) - (b)) >= 0)
#define time_before_eq64(a, b) time_after_eq64(b, a)

/* All 64 bits of the counter whose lower half, here, is jiffies. Context: any but
 * NMI. */
u64 get_jiffies_64(void);

/* One more, of both. Context: the timer interrupt of CPU 0. */
void jiffies_tick(void);

/* Rounded up, so that a wait is never shorter than was asked for. */
static inline unsigned long msecs_to_jiffies(unsigned int ms)
{
	if ((int)ms < 0)
		return MAX_JIFFY_OFFSET;
	return (unsigned long)div_u64((u64)ms * HZ + 999, 1000);
}

static inline unsigned long usecs_to_jiffies(unsigned int us)
{
	return (unsigned long)div_u64((u64)us * HZ + 999999, 1000000);
}

static inline unsigned int jiffies_to_msecs(unsigned long j)
{
	return (unsigned int)(j * (1000 / HZ));
}

static inline unsigned int jiffies_to_usecs(unsigned long j)
{
	return (unsigned int)(j * (1000000 / HZ));
}

static_assert(1000 % HZ == 0, "a jiffy is a whole number of milliseconds");

#endif

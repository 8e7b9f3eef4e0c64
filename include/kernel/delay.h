/* SPDX-License-Identifier: MIT */
/*
 * delay.h - letting time pass, busy or asleep
 *
 * udelay() and mdelay() (time.h) keep the CPU busy, for device timing and any
 * context. The others sleep, with the grain of a tick: never shorter than was
 * asked for, up to two ticks longer.
 *
 * Context: those that sleep may sleep.
 */
#ifndef KERNEL_DELAY_H
#define KERNEL_DELAY_H

#include <kernel/math64.h>
#include <kernel/time.h>
#include <kernel/types.h>

void msleep(unsigned int ms);
/* Return: milliseconds that are left, if a wake-up cut the sleep short. */
unsigned long msleep_interruptible(unsigned int ms);
void ssleep(unsigned int seconds);
/* Between @min_us and @max_us, if that is no less than a tick; what is too
 * short to sleep is waited out busily. */
void usleep_range(unsigned long min_us, unsigned long max_us);
/* Whatever suits the length: busy up to 10 us, else asleep. */
void fsleep(unsigned long us);

static inline void ndelay(unsigned long ns)
{
	udelay((u32)div_u64((u64)ns + 999, 1000));
}

#endif

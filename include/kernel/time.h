/* SPDX-License-Identifier: MIT */
/* time.h - time since boot. */
#ifndef KERNEL_TIME_H
#define KERNEL_TIME_H

#include <kernel/types.h>

#define HZ 100u

/* Nanoseconds since power-on as far as known; 0 until calibrated. Any context. */
u64 time_ns(void);

/* Timer ticks since boot, HZ a second. */
extern volatile unsigned long jiffies;

/* A tick on this CPU: called by its timer interrupt, HZ times a second. */
void time_tick(void);

/* Busy-wait; for device timing only. */
void udelay(u32 us);
void mdelay(u32 ms);

#endif

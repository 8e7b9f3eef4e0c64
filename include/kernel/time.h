/* SPDX-License-Identifier: MIT */
/* time.h - time since boot. */
#ifndef KERNEL_TIME_H
#define KERNEL_TIME_H

#include <kernel/types.h>

#define HZ 100u

/* Nanoseconds since power-on as far as known; 0 until calibrated. Any context. */
u64 time_ns(void);
/* Linux's name for it. */
static inline u64 ktime_get_ns(void)
{
	return time_ns();
}

typedef s64 time64_t;

/* A moment, since 1970. */
struct timespec64 {
	time64_t tv_sec;
	long tv_nsec;
};

/* Now, by the clock that the machine was started with. A machine without one
 * begins in 1970. Any context. */
void ktime_get_real_ts64(struct timespec64 *ts);
time64_t ktime_get_real_seconds(void);
/* The same, but it goes on in steps of a tick only. */
void ktime_get_coarse_real_ts64(struct timespec64 *ts);

static inline int timespec64_compare(const struct timespec64 *a,
				     const struct timespec64 *b)
{
	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	return a->tv_nsec < b->tv_nsec ? -1 : a->tv_nsec > b->tv_nsec;
}

/* Timer ticks since boot, HZ a second. */
extern volatile unsigned long jiffies;

/* A tick on this CPU: called by its timer interrupt, HZ times a second. */
void time_tick(void);

/* Busy-wait; for device timing only. */
void udelay(u32 us);
void mdelay(u32 ms);

#endif

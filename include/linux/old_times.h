/* SPDX-License-Identifier: MIT */
/*
 * linux/old_times.h - the time of day as older editions of Linux tell it
 *
 * In 32-bit seconds, which end in 2038: what is to last takes a timespec64.
 */
#ifndef LINUX_OLD_TIMES_H
#define LINUX_OLD_TIMES_H

#include <kernel/jiffies.h>
#include <kernel/math64.h>
#include <kernel/time.h>

typedef long time_t; /* 1.0 .. 5.5, as the next two */

struct timeval {
	time_t tv_sec;
	long tv_usec;
};

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

static inline struct timespec timespec64_to_timespec(struct timespec64 ts)
{
	return (struct timespec){ (time_t)ts.tv_sec, ts.tv_nsec };
}

/* 2.6.7 .. 5.5. */
static inline void getnstimeofday(struct timespec *ts)
{
	struct timespec64 now;

	ktime_get_real_ts64(&now);
	*ts = timespec64_to_timespec(now);
}

/* 1.0 .. 4.20. */
static inline void do_gettimeofday(struct timeval *tv)
{
	struct timespec64 now;

	ktime_get_real_ts64(&now);
	tv->tv_sec = (time_t)now.tv_sec;
	tv->tv_usec = now.tv_nsec / 1000;
}

/* 2.6.0 .. 4.20: in steps of a tick. */
static inline struct timespec current_kernel_time(void)
{
	struct timespec64 now;

	ktime_get_coarse_real_ts64(&now);
	return timespec64_to_timespec(now);
}

/* 2.6.0 .. 5.5. */
static inline unsigned long get_seconds(void)
{
	return (unsigned long)ktime_get_real_seconds();
}

/* 2.4 .. 5.5: times and ticks. To ticks it is rounded up. */
static inline unsigned long timespec_to_jiffies(const struct timespec *ts)
{
	if ((unsigned long)ts->tv_sec >= MAX_JIFFY_OFFSET / HZ)
		return MAX_JIFFY_OFFSET;
	return (unsigned long)ts->tv_sec * HZ +
	       ((unsigned long)ts->tv_nsec + 1000000000ul / HZ - 1) /
		       (1000000000ul / HZ);
}

static inline void jiffies_to_timespec(unsigned long j, struct timespec *ts)
{
	ts->tv_sec = (time_t)(j / HZ);
	ts->tv_nsec = (long)(j % HZ * (1000000000ul / HZ));
}

static inline unsigned long timeval_to_jiffies(const struct timeval *tv)
{
	const struct timespec ts = { tv->tv_sec, tv->tv_usec * 1000 };

	return timespec_to_jiffies(&ts);
}

static inline void jiffies_to_timeval(unsigned long j, struct timeval *tv)
{
	tv->tv_sec = (time_t)(j / HZ);
	tv->tv_usec = (long)(j % HZ * (1000000ul / HZ));
}

#endif

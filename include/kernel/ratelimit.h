/* SPDX-License-Identifier: MIT */
/*
 * ratelimit.h - lines that would come too often
 *
 * At most @burst in @interval ticks; when the next interval begins, a line says
 * how many were left out.
 */
#ifndef KERNEL_RATELIMIT_H
#define KERNEL_RATELIMIT_H

#include <kernel/time.h>
#include <kernel/types.h>

struct ratelimit_state {
	int interval; /* ticks; 0: no limit */
	int burst;
	/* Of who has set @busy; who comes meanwhile is one too many. */
	bool busy;
	bool begun; /* @begin counts */
	unsigned long begin; /* of this interval, in jiffies */
	int printed; /* in this interval */
	int missed;
};

#define DEFAULT_RATELIMIT_INTERVAL ((int)(5 * HZ))
#define DEFAULT_RATELIMIT_BURST 10

#define RATELIMIT_STATE_INIT(name, ticks, most)      \
	{                                            \
		.interval = (ticks), .burst = (most) \
	}
#define DEFINE_RATELIMIT_STATE(name, ticks, most) \
	struct ratelimit_state name = RATELIMIT_STATE_INIT(name, ticks, most)

static inline void ratelimit_state_init(struct ratelimit_state *rs,
					int interval, int burst)
{
	*rs = (struct ratelimit_state)RATELIMIT_STATE_INIT(rs, interval, burst);
}

/**
 * __ratelimit - may one more line be printed?
 * @rs: zeroes but for interval and burst, at first
 * Return: above 0 if it may. Context: any.
 */
#define __ratelimit(rs) ___ratelimit(rs, __func__)
int ___ratelimit(struct ratelimit_state *rs, const char *func);

/* One limit that all share who ask nothing else. */
int __printk_ratelimit(const char *func);
#define printk_ratelimit() __printk_ratelimit(__func__)

#endif

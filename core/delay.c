/* SPDX-License-Identifier: MIT */
/*
 * delay.c - letting time pass asleep
 *
 * A tick that is already under way does not count, hence the one more.
 */
#include <kernel/delay.h>
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/preempt.h>
#include <kernel/sched.h>

/* Up to here a switch to another thread costs more than it gives. */
#define FSLEEP_BUSY_US 10ul
#define US_PER_TICK (1000000ul / HZ)

void msleep(unsigned int ms)
{
	long left = (long)msecs_to_jiffies(ms) + 1;

	might_sleep();
	while (left)
		left = schedule_timeout_uninterruptible(left);
}
EXPORT_SYMBOL(msleep);

unsigned long msleep_interruptible(unsigned int ms)
{
	long left = (long)msecs_to_jiffies(ms) + 1;

	might_sleep();
	while (left && !signal_pending(current))
		left = schedule_timeout_interruptible(left);
	return jiffies_to_msecs((unsigned long)left);
}
EXPORT_SYMBOL(msleep_interruptible);

void ssleep(unsigned int seconds)
{
	might_sleep();
	while (seconds--)
		msleep(1000);
}
EXPORT_SYMBOL(ssleep);

/* Asleep for as many ticks as surely lie within, and the rest busily if that
 * would come too early. */
void usleep_range(unsigned long min_us, unsigned long max_us)
{
	u64 end = time_ns() + (u64)min_us * 1000;

	might_sleep();
	if (max_us >= 2 * US_PER_TICK)
		schedule_timeout_uninterruptible((long)(max_us / US_PER_TICK) -
						 1);
	while (time_ns() < end)
		if (!cond_resched())
			udelay(1);
}
EXPORT_SYMBOL(usleep_range);

void fsleep(unsigned long us)
{
	might_sleep();
	if (us <= FSLEEP_BUSY_US)
		udelay((u32)us);
	else
		usleep_range(us, us * 2);
}
EXPORT_SYMBOL(fsleep);

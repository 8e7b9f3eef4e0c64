/* SPDX-License-Identifier: MIT */
/*
 * delay.c - letting time pass asleep
 *
 * A tick that is already under way does not count, hence the one more. Where
 * nobody can sleep the time passes all the same (sleep.c), after the report.
 */
#include <kernel/delay.h>
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/preempt.h>
#include <kernel/sched.h>

/* Up to here a switch to another thread costs more than it gives. */
#define FSLEEP_BUSY_US 10ul
#define US_PER_TICK (1000000ul / HZ)

/* might_sleep() has been said. */
static void sleep_ms(unsigned int ms)
{
	long left = (long)msecs_to_jiffies(ms) + 1;

	while (left) {
		__set_current_state(TASK_UNINTERRUPTIBLE);
		left = schedule_timeout_checked(left);
	}
}

void msleep(unsigned int ms)
{
	might_sleep();
	sleep_ms(ms);
}
EXPORT_SYMBOL(msleep);

unsigned long msleep_interruptible(unsigned int ms)
{
	long left = (long)msecs_to_jiffies(ms) + 1;

	might_sleep();
	while (left && !signal_pending(current)) {
		__set_current_state(TASK_INTERRUPTIBLE);
		left = schedule_timeout_checked(left);
	}
	return jiffies_to_msecs((unsigned long)left);
}
EXPORT_SYMBOL(msleep_interruptible);

void ssleep(unsigned int seconds)
{
	might_sleep();
	while (seconds--)
		sleep_ms(1000);
}
EXPORT_SYMBOL(ssleep);

/* Asleep for as many ticks as surely lie within, and the rest busily if that
 * would come too early. */
static void sleep_us(unsigned long min_us, unsigned long max_us)
{
	u64 end = time_ns() + (u64)min_us * 1000;

	if (max_us >= 2 * US_PER_TICK) {
		__set_current_state(TASK_UNINTERRUPTIBLE);
		schedule_timeout_checked((long)(max_us / US_PER_TICK) - 1);
	}
	/* Who may not sleep has been told so once. */
	while (time_ns() < end)
		if (!preemptible() || !cond_resched())
			udelay(1);
}

void usleep_range(unsigned long min_us, unsigned long max_us)
{
	might_sleep();
	sleep_us(min_us, max_us);
}
EXPORT_SYMBOL(usleep_range);

void fsleep(unsigned long us)
{
	might_sleep();
	if (us <= FSLEEP_BUSY_US)
		udelay((u32)us);
	else
		sleep_us(us, us * 2);
}
EXPORT_SYMBOL(fsleep);

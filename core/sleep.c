/* SPDX-License-Identifier: MIT */
/*
 * sleep.c - sleep until woken, or until a time has come
 *
 * A timer on the sleeper's stack wakes it. It is taken back, and its function
 * waited for, before the stack goes on.
 *
 * Where nobody can sleep (sched.c) the time passes busily, by the cycle counter:
 * interrupts may be off, and no tick come.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/math64.h>
#include <kernel/preempt.h>
#include <kernel/sched.h>
#include <kernel/spinlock.h>
#include <kernel/time.h>
#include <kernel/timer.h>

#define NS_PER_TICK (1000000000u / HZ)

struct sleep_timer {
	struct timer_list timer;
	struct task_struct *task;
};

static void sleep_is_over(struct timer_list *t)
{
	struct sleep_timer *sleep = from_timer(sleep, t, timer);

	wake_up_process(sleep->task);
}

/* Until the time is over or somebody makes the task TASK_RUNNING. */
static long wait_busily(long timeout)
{
	u64 now = time_ns(), end = now + (u64)timeout * NS_PER_TICK;

	while (now < end && READ_ONCE(current->__state) != TASK_RUNNING) {
		spin_relax();
		now = time_ns();
	}
	__set_current_state(TASK_RUNNING);
	return now < end ?
		       (long)div_u64(end - now + NS_PER_TICK - 1, NS_PER_TICK) :
		       0;
}

long schedule_timeout_checked(long timeout)
{
	struct sleep_timer sleep = { .task = current };
	unsigned long end = jiffies + (unsigned long)timeout;

	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule_checked();
		return timeout;
	}
	if (WARN_ON_ONCE(timeout < 0)) {
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	if (unlikely(sleep_is_impossible()))
		return wait_busily(timeout);
	timer_setup(&sleep.timer, sleep_is_over, 0);
	mod_timer(&sleep.timer, end);
	schedule_checked();
	del_timer_sync(&sleep.timer);
	timeout = (long)(end - jiffies);
	return timeout < 0 ? 0 : timeout;
}
EXPORT_SYMBOL(schedule_timeout_checked);

long schedule_timeout(long timeout)
{
	might_sleep();
	return schedule_timeout_checked(timeout);
}
EXPORT_SYMBOL(schedule_timeout);

long schedule_timeout_interruptible(long timeout)
{
	might_sleep();
	__set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout_checked(timeout);
}
EXPORT_SYMBOL(schedule_timeout_interruptible);

long schedule_timeout_killable(long timeout)
{
	might_sleep();
	__set_current_state(TASK_KILLABLE);
	return schedule_timeout_checked(timeout);
}
EXPORT_SYMBOL(schedule_timeout_killable);

long schedule_timeout_uninterruptible(long timeout)
{
	might_sleep();
	__set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout_checked(timeout);
}
EXPORT_SYMBOL(schedule_timeout_uninterruptible);

long schedule_timeout_idle(long timeout)
{
	might_sleep();
	__set_current_state(TASK_IDLE);
	return schedule_timeout_checked(timeout);
}
EXPORT_SYMBOL(schedule_timeout_idle);

long io_schedule_timeout(long timeout)
{
	long left;

	might_sleep();
	current->in_iowait = true;
	left = schedule_timeout_checked(timeout);
	current->in_iowait = false;
	return left;
}
EXPORT_SYMBOL(io_schedule_timeout);

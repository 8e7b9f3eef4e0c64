/* SPDX-License-Identifier: MIT */
/*
 * sleep.c - sleep until woken, or until a time has come
 *
 * A timer on the sleeper's stack wakes it. It is taken back, and its function
 * waited for, before the stack goes on.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/sched.h>
#include <kernel/timer.h>

struct sleep_timer {
	struct timer_list timer;
	struct task_struct *task;
};

static void sleep_is_over(struct timer_list *t)
{
	struct sleep_timer *sleep = from_timer(sleep, t, timer);

	wake_up_process(sleep->task);
}

long schedule_timeout(long timeout)
{
	struct sleep_timer sleep = { .task = current };
	unsigned long end = jiffies + (unsigned long)timeout;

	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	if (WARN_ON_ONCE(timeout < 0)) {
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	timer_setup(&sleep.timer, sleep_is_over, 0);
	mod_timer(&sleep.timer, end);
	schedule();
	del_timer_sync(&sleep.timer);
	timeout = (long)(end - jiffies);
	return timeout < 0 ? 0 : timeout;
}
EXPORT_SYMBOL(schedule_timeout);

long schedule_timeout_interruptible(long timeout)
{
	__set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_interruptible);

long schedule_timeout_killable(long timeout)
{
	__set_current_state(TASK_KILLABLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_killable);

long schedule_timeout_uninterruptible(long timeout)
{
	__set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_uninterruptible);

long schedule_timeout_idle(long timeout)
{
	__set_current_state(TASK_IDLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_idle);

long io_schedule_timeout(long timeout)
{
	long left;

	current->in_iowait = true;
	left = schedule_timeout(timeout);
	current->in_iowait = false;
	return left;
}
EXPORT_SYMBOL(io_schedule_timeout);

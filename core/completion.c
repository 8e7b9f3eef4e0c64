/* SPDX-License-Identifier: MIT */
/*
 * completion.c - wait for something that happens once
 *
 * A count of those who may pass, and a queue of those who wait, under one lock.
 * complete() holds it until it has woken somebody, and a waiter takes it before
 * it passes: so whoever has passed may give the completion's memory back.
 *
 * Locking: x->wait.lock (irq-safe, LOCK_WAIT).
 */
#include <kernel/completion.h>
#include <kernel/export.h>
#include <kernel/preempt.h>

#define DONE_FOR_ALL UINT_MAX

void init_completion(struct completion *x)
{
	x->done = 0;
	__init_waitqueue_head(&x->wait, "completion");
}
EXPORT_SYMBOL(init_completion);

static void complete_some(struct completion *x, bool all)
{
	unsigned long irqflags;

	preempt_disable(); /* as in __wake_up() */
	irqflags = spin_lock_irqsave(&x->wait.lock);
	if (all)
		x->done = DONE_FOR_ALL;
	else if (x->done != DONE_FOR_ALL)
		x->done++;
	__wake_up_locked(&x->wait, TASK_NORMAL, all ? 0 : 1);
	spin_unlock_irqrestore(&x->wait.lock, irqflags);
	preempt_enable();
}

void complete(struct completion *x)
{
	complete_some(x, false);
}
EXPORT_SYMBOL(complete);

void complete_all(struct completion *x)
{
	complete_some(x, true);
}
EXPORT_SYMBOL(complete_all);

/* Sleep until somebody completed, the time is over or a signal came. The lock
 * is held before and after. Return: what is left of @timeout, or < 0. */
static long wait_locked(struct completion *x, long timeout, unsigned int state)
{
	DEFINE_WAIT_FUNC(wait, default_wake_function);

	wait.flags = WQ_FLAG_EXCLUSIVE;
	list_add_tail(&wait.entry, &x->wait.head);
	do {
		if (sleep_is_cut_short(state)) {
			timeout = -ERESTARTSYS;
			break;
		}
		set_current_state(state);
		spin_unlock_irq(&x->wait.lock);
		timeout = schedule_timeout_checked(timeout);
		spin_lock_irq(&x->wait.lock);
	} while (!x->done && timeout);
	list_del(&wait.entry);
	return timeout;
}

static void pass_locked(struct completion *x)
{
	if (x->done != DONE_FOR_ALL)
		x->done--;
}

/* Return: what is left of @timeout, at least 1; 0 if it is over; or
 * -ERESTARTSYS. */
static long wait_common(struct completion *x, long timeout, unsigned int state)
{
	unsigned long irqflags = spin_lock_irqsave(&x->wait.lock);

	if (!x->done)
		timeout = wait_locked(x, timeout, state);
	/* In time, though at the last moment. */
	if (x->done && timeout >= 0) {
		pass_locked(x);
		timeout = timeout ? timeout : 1;
	}
	spin_unlock_irqrestore(&x->wait.lock, irqflags);
	return timeout;
}

void wait_for_completion(struct completion *x)
{
	might_sleep();
	wait_common(x, MAX_SCHEDULE_TIMEOUT, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion);

int wait_for_completion_interruptible(struct completion *x)
{
	long left;

	might_sleep();
	left = wait_common(x, MAX_SCHEDULE_TIMEOUT, TASK_INTERRUPTIBLE);
	return left < 0 ? (int)left : 0;
}
EXPORT_SYMBOL(wait_for_completion_interruptible);

int wait_for_completion_killable(struct completion *x)
{
	long left;

	might_sleep();
	left = wait_common(x, MAX_SCHEDULE_TIMEOUT, TASK_KILLABLE);
	return left < 0 ? (int)left : 0;
}
EXPORT_SYMBOL(wait_for_completion_killable);

unsigned long wait_for_completion_timeout(struct completion *x,
					  unsigned long timeout)
{
	might_sleep();
	return (unsigned long)wait_common(x, (long)timeout,
					  TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion_timeout);

void wait_for_completion_io(struct completion *x)
{
	might_sleep();
	current->in_iowait = true;
	(void)wait_common(x, MAX_SCHEDULE_TIMEOUT, TASK_UNINTERRUPTIBLE);
	current->in_iowait = false;
}
EXPORT_SYMBOL(wait_for_completion_io);

unsigned long wait_for_completion_io_timeout(struct completion *x,
					     unsigned long timeout)
{
	long left;

	might_sleep();
	current->in_iowait = true;
	left = wait_common(x, (long)timeout, TASK_UNINTERRUPTIBLE);
	current->in_iowait = false;
	return (unsigned long)left;
}
EXPORT_SYMBOL(wait_for_completion_io_timeout);

long wait_for_completion_interruptible_timeout(struct completion *x,
					       unsigned long timeout)
{
	might_sleep();
	return wait_common(x, (long)timeout, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion_interruptible_timeout);

bool try_wait_for_completion(struct completion *x)
{
	unsigned long irqflags = spin_lock_irqsave(&x->wait.lock);
	bool passes = x->done != 0;

	if (passes)
		pass_locked(x);
	spin_unlock_irqrestore(&x->wait.lock, irqflags);
	return passes;
}
EXPORT_SYMBOL(try_wait_for_completion);

/* With the lock: who sees true may give the memory back, so complete() must be
 * done with it. */
bool completion_done(struct completion *x)
{
	unsigned long irqflags = spin_lock_irqsave(&x->wait.lock);
	bool done = x->done != 0;

	spin_unlock_irqrestore(&x->wait.lock, irqflags);
	return done;
}
EXPORT_SYMBOL(completion_done);

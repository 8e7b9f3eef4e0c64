/* SPDX-License-Identifier: MIT */
/*
 * completion.h - wait for something that happens once
 *
 * complete() lets one waiter through, now or later; complete_all() all there
 * are and will be, until reinit_completion(). The completion may lie on the
 * waiter's stack: complete() is done with it when the waiter returns.
 *
 * Context: waiting may sleep; complete() is allowed in any context.
 */
#ifndef KERNEL_COMPLETION_H
#define KERNEL_COMPLETION_H

#include <kernel/wait.h>

struct completion {
	/* Guarded by wait.lock. */
	unsigned int done; /* how many may pass; UINT_MAX: all */
	struct wait_queue_head wait;
};

#define COMPLETION_INITIALIZER(name)                               \
	{                                                          \
		.wait = __WAIT_QUEUE_HEAD_INITIALIZER((name).wait) \
	}
#define DECLARE_COMPLETION(name) \
	struct completion name = COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION_ONSTACK(name) DECLARE_COMPLETION(name)

void init_completion(struct completion *x);
static inline void reinit_completion(struct completion *x)
{
	x->done = 0;
}

void complete(struct completion *x);
void complete_all(struct completion *x);

void wait_for_completion(struct completion *x);
/* Return: 0, or -ERESTARTSYS if a signal came first. */
int __must_check wait_for_completion_interruptible(struct completion *x);
int __must_check wait_for_completion_killable(struct completion *x);
/* @timeout in jiffies. Return: what is left of it, at least 1; 0: too late. */
unsigned long wait_for_completion_timeout(struct completion *x,
					  unsigned long timeout);
/* The same, counted as waiting for a device. */
void wait_for_completion_io(struct completion *x);
unsigned long wait_for_completion_io_timeout(struct completion *x,
					     unsigned long timeout);
/* The same as the first, or -ERESTARTSYS. */
long __must_check wait_for_completion_interruptible_timeout(
	struct completion *x, unsigned long timeout);

/* Pass if that needs no wait. Return: whether it passed. Context: any. */
bool try_wait_for_completion(struct completion *x);
/* Would a waiter pass? Context: any. */
bool completion_done(struct completion *x);

#endif

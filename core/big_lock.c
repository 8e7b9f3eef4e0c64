/* SPDX-License-Identifier: MIT */
/*
 * big_lock.c - the lock under which the code of older drivers does not meet
 *
 * A semaphore, whose owner counts in its task how often it took it. The task is
 * a lender from when the semaphore is had until it is given back: so sleeping
 * for the semaphore itself lends nothing.
 */
#include <kernel/big_lock.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/semaphore.h>

static DEFINE_SEMAPHORE(big_lock);

static void big_lock_take(void);
static void big_lock_give(void);

static const struct sleep_lender big_lock_lender = {
	.lend = big_lock_give,
	.take_back = big_lock_take,
};

static void big_lock_take(void)
{
	down(&big_lock);
	current->lender = &big_lock_lender;
}

static void big_lock_give(void)
{
	current->lender = NULL;
	up(&big_lock);
}

void lock_kernel(void)
{
	if (!current->big_lock_depth)
		big_lock_take();
	current->big_lock_depth++;
}
EXPORT_SYMBOL(lock_kernel);

void unlock_kernel(void)
{
	if (WARN_ON_ONCE(!current->big_lock_depth))
		return;
	if (!--current->big_lock_depth)
		big_lock_give();
}
EXPORT_SYMBOL(unlock_kernel);

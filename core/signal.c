/* SPDX-License-Identifier: MIT */
/*
 * signal.c - signals: a word of bits in each task
 *
 * A sender sets the bit, then wakes the task if it sleeps interruptibly. The
 * task sets its state, then looks at the word (schedule() does, for all): one
 * of them sees the other.
 *
 * Locking: none; both words are atomic.
 */
#include <kernel/atomic.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/signal.h>
#include <kernel/util.h>

static int signal_bit(int sig)
{
	return (int)(1u << (unsigned int)(sig - 1));
}

static bool signal_is_one(int sig)
{
	return sig >= 1 && sig <= _NSIG;
}

void allow_signal(int sig)
{
	if (signal_is_one(sig))
		atomic_or(signal_bit(sig), &current->signals.allowed);
}
EXPORT_SYMBOL(allow_signal);

void disallow_signal(int sig)
{
	if (!signal_is_one(sig))
		return;
	atomic_andnot(signal_bit(sig), &current->signals.allowed);
	atomic_andnot(signal_bit(sig), &current->signals.pending);
}
EXPORT_SYMBOL(disallow_signal);

int send_sig(int sig, struct task_struct *task, int priv)
{
	unsigned int states = TASK_INTERRUPTIBLE;

	(void)priv;
	if (sig < 0 || sig > _NSIG)
		return -EINVAL;
	if (!sig || !(atomic_read(&task->signals.allowed) & signal_bit(sig)))
		return 0;
	if (sig == SIGKILL)
		states |= TASK_WAKEKILL;
	atomic_or(signal_bit(sig), &task->signals.pending);
	wake_up_state(task, states);
	return 0;
}
EXPORT_SYMBOL(send_sig);

int kernel_dequeue_signal(void)
{
	unsigned int pending =
		(unsigned int)atomic_read(&current->signals.pending);
	int sig;

	if (!pending)
		return 0;
	sig = (int)__ffs(pending) + 1;
	atomic_andnot(signal_bit(sig), &current->signals.pending);
	return sig;
}
EXPORT_SYMBOL(kernel_dequeue_signal);

void flush_signals(struct task_struct *task)
{
	atomic_set(&task->signals.pending, 0);
}
EXPORT_SYMBOL(flush_signals);

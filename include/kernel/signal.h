/* SPDX-License-Identifier: MIT */
/*
 * signal.h - telling a task that something happened, whatever it waits for
 *
 * A signal is a bit that is set for a task and ends its interruptible sleeps:
 * they return -ERESTARTSYS, or -EINTR, and do so again until the task has taken
 * the signal. As in Linux a thread of the kernel gets none but those that it
 * allowed; the others are lost. SIGKILL, if allowed, ends killable sleeps, too.
 *
 * A signal that is sent twice before it is taken is taken once.
 */
#ifndef KERNEL_SIGNAL_H
#define KERNEL_SIGNAL_H

#include <kernel/sched.h>

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGUSR1 10
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGCHLD 17
#define SIGURG 23
#define SIGIO 29
#define SIGPOLL SIGIO
#define _NSIG 32 /* the highest */

/* Why SIGIO came: siginfo's si_code, the band of kill_fasync(). */
#define POLL_IN 0x20001
#define POLL_OUT 0x20002
#define POLL_MSG 0x20003
#define POLL_ERR 0x20004
#define POLL_PRI 0x20005
#define POLL_HUP 0x20006

/* The calling task wants to be told of @sig, or no longer. */
void allow_signal(int sig);
void disallow_signal(int sig);

/**
 * send_sig - tell @task
 * @priv: whether the kernel itself sends; nobody else does so far
 *
 * Return: 0, also if the task does not want to know; -EINVAL for a number that
 * is none (0 is allowed, and does nothing). Context: any.
 */
int send_sig(int sig, struct task_struct *task, int priv);

/**
 * kernel_dequeue_signal - the calling task takes a signal
 * Return: the lowest that is pending, pending no more; 0: none is.
 */
int kernel_dequeue_signal(void);

/* Forget what is pending for @task. Context: any. */
void flush_signals(struct task_struct *task);

#endif

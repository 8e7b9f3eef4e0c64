/* SPDX-License-Identifier: MIT */
/*
 * softirq.h - work that interrupts leave behind, done with interrupts on
 *
 * A handler raises a softirq; it runs on the same CPU, on the way out of the
 * interrupt, before the thread that was interrupted goes on. It may be
 * interrupted but not preempted, and does not sleep. What is raised faster
 * than it can be done goes to the thread ksoftirqd/N, so that threads get
 * their share. The theory is in core/softirq.c.
 *
 * Drivers use tasklets and timers (interrupt.h, timer.h), which are made of
 * softirqs.
 */
#ifndef KERNEL_SOFTIRQ_H
#define KERNEL_SOFTIRQ_H

#include <kernel/bottom_half.h>
#include <kernel/types.h>

/* In Linux's order, which /proc/softirqs and /proc/stat show; served from the
 * first to the last. Those without a user here are counted as 0. */
#define SOFTIRQS(X)                                         \
	X(HI, "HI", "tasklets of high priority")            \
	X(TIMER, "TIMER", "timers that are due")            \
	X(NET_TX, "NET_TX", "nothing here")                 \
	X(NET_RX, "NET_RX", "nothing here")                 \
	X(BLOCK, "BLOCK", "nothing here")                   \
	X(IRQ_POLL, "IRQ_POLL", "nothing here")             \
	X(TASKLET, "TASKLET", "tasklets")                   \
	X(SCHED, "SCHED", "balancing threads between CPUs") \
	X(HRTIMER, "HRTIMER", "nothing here")               \
	X(RCU, "RCU", "callbacks of RCU, and its quiet states")

#define SOFTIRQ_AS_ENUM(id, name, help) id##_SOFTIRQ,
enum { SOFTIRQS(SOFTIRQ_AS_ENUM) NR_SOFTIRQS };

/* Say who serves @nr; once, at start-up. */
void open_softirq(unsigned int nr, void (*action)(void));

/* Have @nr served on this CPU soon. Context: any; the second: interrupts off. */
void raise_softirq(unsigned int nr);
void raise_softirq_irqoff(unsigned int nr);

/* Bit n: softirq n is raised on this CPU and not yet served. */
unsigned int local_softirq_pending(void);

/* How often @nr was served on @cpu since boot. */
unsigned long softirq_count(unsigned int cpu, unsigned int nr);

/**
 * softirq_set_waker - who has this CPU's ksoftirqd run
 * @wake: called with interrupts off. Until it is set, what is left over waits
 *	for the CPU's next interrupt.
 */
void softirq_set_waker(void (*wake)(void));

/* Serve what is pending on this CPU. Context: ksoftirqd, interrupts on. */
void softirq_run_pending(void);

/**
 * softirq_check_balance - a deferred function returned: does it hold what it
 * did not come with?
 * @before: preempt_count() when it was called
 * @what, @fn: for the report (softirq-count)
 *
 * Every later look at the context would be wrong: the count is put right.
 */
void softirq_check_balance(unsigned int before, const char *what,
			   unsigned long fn);

/* Make the threads ksoftirqd/N of the CPUs that run threads. Context: may sleep;
 * once (core/ksoftirqd.c). */
void softirq_threads_start(void);

#endif

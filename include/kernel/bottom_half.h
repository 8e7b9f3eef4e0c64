/* SPDX-License-Identifier: MIT */
/*
 * bottom_half.h - keep softirqs away from this CPU
 *
 * Timers and tasklets run as softirqs, on the way out of an interrupt. Who
 * shares data with them, or must not be held up by them, disables them. The
 * calls nest. What was raised meanwhile runs in the outermost
 * local_bh_enable().
 *
 * Context: thread or softirq, interrupts on.
 */
#ifndef KERNEL_BOTTOM_HALF_H
#define KERNEL_BOTTOM_HALF_H

#include <kernel/preempt.h>

static __always_inline void local_bh_disable(void)
{
	preempt_count_add(SOFTIRQ_DISABLE_OFFSET);
	barrier();
}

/* The outermost one may run softirqs, which takes time (core/softirq.c). */
void local_bh_enable(void);

#endif

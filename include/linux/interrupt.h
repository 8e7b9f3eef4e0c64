/* SPDX-License-Identifier: MIT */
/* linux/interrupt.h - interrupts, softirqs and tasklets, where drivers look. */
#ifndef LINUX_INTERRUPT_H
#define LINUX_INTERRUPT_H

#include <kernel/interrupt.h>
#include <kernel/preempt.h>
#include <linux/old_names.h>

#endif

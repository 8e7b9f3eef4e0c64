/* SPDX-License-Identifier: MIT */
/* linux/interrupt.h - interrupts, softirqs and tasklets, where drivers look. */
#ifndef LINUX_INTERRUPT_H
#define LINUX_INTERRUPT_H

#include <fs/devres_io.h>
#include <kernel/interrupt.h>
#include <kernel/preempt.h>
#include <linux/old_names.h>
#include <linux/spinlock.h>

/* 2.0 .. 2.6.18: handlers had it as their third argument. */
struct pt_regs;

#endif

/* SPDX-License-Identifier: MIT */
/* linux/preempt.h - keeping the CPU, where drivers look. */
#ifndef LINUX_PREEMPT_H
#define LINUX_PREEMPT_H

#include <kernel/guards.h>
#include <kernel/preempt.h>

#endif

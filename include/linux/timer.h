/* SPDX-License-Identifier: MIT */
/* linux/timer.h - timers and their times, where drivers look. */
#ifndef LINUX_TIMER_H
#define LINUX_TIMER_H

#include <kernel/timer.h>
#include <linux/jiffies.h>

#endif

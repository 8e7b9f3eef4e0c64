/* SPDX-License-Identifier: MIT */
/* linux/time.h - times of the clock and of jiffies, where drivers look. */
#ifndef LINUX_TIME_H
#define LINUX_TIME_H

#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/old_times.h>

#endif

/* SPDX-License-Identifier: MIT */
/* linux/jiffies.h - time in ticks, where drivers look. */
#ifndef LINUX_JIFFIES_H
#define LINUX_JIFFIES_H

#include <kernel/jiffies.h>

#endif

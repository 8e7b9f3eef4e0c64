/* SPDX-License-Identifier: MIT */
/* linux/ktime.h - ktime_get_ns(), where drivers look. */
#ifndef LINUX_KTIME_H
#define LINUX_KTIME_H

#include <kernel/time.h>

#endif

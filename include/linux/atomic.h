/* SPDX-License-Identifier: MIT */
/* linux/atomic.h - atomic counters and barriers, where drivers look. */
#ifndef LINUX_ATOMIC_H
#define LINUX_ATOMIC_H

#include <kernel/atomic.h>
#include <kernel/barrier.h>

#endif

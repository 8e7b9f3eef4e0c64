/* SPDX-License-Identifier: MIT */
/* linux/bottom_half.h - keeping softirqs away, where drivers look. */
#ifndef LINUX_BOTTOM_HALF_H
#define LINUX_BOTTOM_HALF_H

#include <kernel/bottom_half.h>

#endif

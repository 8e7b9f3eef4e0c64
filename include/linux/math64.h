/* SPDX-License-Identifier: MIT */
/* linux/math64.h - division of 64 bits, where drivers look. */
#ifndef LINUX_MATH64_H
#define LINUX_MATH64_H

#include <kernel/math64.h>

#endif

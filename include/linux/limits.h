/* SPDX-License-Identifier: MIT */
/* linux/limits.h - what types can hold, where drivers look. */
#ifndef LINUX_LIMITS_H
#define LINUX_LIMITS_H

#include <kernel/types.h>

#endif

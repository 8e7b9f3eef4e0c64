/* SPDX-License-Identifier: MIT */
/* linux/spinlock_types.h - spinlock_t and rwlock_t, where drivers look. */
#ifndef LINUX_SPINLOCK_TYPES_H
#define LINUX_SPINLOCK_TYPES_H

#include <linux/spinlock.h>

#endif

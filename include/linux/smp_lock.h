/* SPDX-License-Identifier: MIT */
/* linux/smp_lock.h - lock_kernel() of 2.0 .. 2.6.38, where drivers look. */
#ifndef LINUX_SMP_LOCK_H
#define LINUX_SMP_LOCK_H

#include <kernel/big_lock.h>

#endif

/* SPDX-License-Identifier: MIT */
/* asm/spinlock.h - 2.1 .. 2.6: where the spinlocks were. */
#ifndef ASM_SPINLOCK_H
#define ASM_SPINLOCK_H

#include <linux/spinlock.h>

#endif

/* SPDX-License-Identifier: MIT */
/* asm/atomic.h - 2.0 .. 3.x: where atomic_t was. */
#ifndef ASM_ATOMIC_H
#define ASM_ATOMIC_H

#include <linux/atomic.h>

#endif

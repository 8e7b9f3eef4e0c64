/* SPDX-License-Identifier: MIT */
/* asm/semaphore.h - 2.0 .. 2.6: what linux/semaphore.h is now. */
#ifndef ASM_SEMAPHORE_H
#define ASM_SEMAPHORE_H

#include <linux/semaphore.h>

#endif

/* SPDX-License-Identifier: MIT */
/* asm/bitops.h - 2.0 .. 2.6: where the bit operations were. */
#ifndef ASM_BITOPS_H
#define ASM_BITOPS_H

#include <linux/bitops.h>

#endif

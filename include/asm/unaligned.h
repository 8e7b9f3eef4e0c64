/* SPDX-License-Identifier: MIT */
/* asm/unaligned.h - words at any address, where drivers look. */
#ifndef ASM_UNALIGNED_H
#define ASM_UNALIGNED_H

#include <kernel/unaligned.h>

#endif

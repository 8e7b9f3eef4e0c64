/* SPDX-License-Identifier: MIT */
/* asm/byteorder.h - the order of bytes in a word, where drivers look. */
#ifndef ASM_BYTEORDER_H
#define ASM_BYTEORDER_H

#include <kernel/byteorder.h>

#endif

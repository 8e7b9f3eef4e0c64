/* SPDX-License-Identifier: MIT */
/* asm/io.h - the name of <linux/io.h> that all editions know. */
#ifndef ASM_IO_H
#define ASM_IO_H

#include <linux/io.h>

#endif

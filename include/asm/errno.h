/* SPDX-License-Identifier: MIT */
/* asm/errno.h - the name of <linux/errno.h> that drivers use, too. */
#ifndef ASM_ERRNO_H
#define ASM_ERRNO_H

#include <linux/errno.h>

#endif

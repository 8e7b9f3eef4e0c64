/* SPDX-License-Identifier: MIT */
/* asm/uaccess.h - forwards to linux/uaccess.h. */
#ifndef ASM_UACCESS_H
#define ASM_UACCESS_H

#include <linux/uaccess.h>

#endif

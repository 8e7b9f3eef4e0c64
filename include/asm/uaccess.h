/* SPDX-License-Identifier: MIT */
/* asm/uaccess.h - forwards to mm/uaccess.h. */
#ifndef ASM_UACCESS_H
#define ASM_UACCESS_H

#include <mm/uaccess.h>

#endif

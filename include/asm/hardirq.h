/* SPDX-License-Identifier: MIT */
/* asm/hardirq.h - of the context, by the name that the books know. */
#ifndef ASM_HARDIRQ_H
#define ASM_HARDIRQ_H

#include <linux/hardirq.h>

#endif

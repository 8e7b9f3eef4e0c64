/* SPDX-License-Identifier: MIT */
/* asm/irq.h - of interrupts, by the name that all editions know. */
#ifndef ASM_IRQ_H
#define ASM_IRQ_H

#include <linux/interrupt.h>

#endif

/* SPDX-License-Identifier: MIT */
/* linux/irqflags.h - interrupts off and on, where drivers look. */
#ifndef LINUX_IRQFLAGS_H
#define LINUX_IRQFLAGS_H

#include <kernel/guards.h>
#include <asm/irqflags.h>

#endif

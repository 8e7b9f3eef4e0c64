/* SPDX-License-Identifier: MIT */
/* linux/irqreturn.h - what an interrupt handler returns. */
#ifndef LINUX_IRQRETURN_H
#define LINUX_IRQRETURN_H

#include <linux/interrupt.h>

#endif

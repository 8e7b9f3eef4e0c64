/* SPDX-License-Identifier: MIT */
/* linux/irq.h - interrupt lines, where some drivers look. */
#ifndef LINUX_IRQ_H
#define LINUX_IRQ_H

#include <linux/interrupt.h>

#endif

/* SPDX-License-Identifier: MIT */
/* linux/hardirq.h - what context is this?, where drivers look. */
#ifndef LINUX_HARDIRQ_H
#define LINUX_HARDIRQ_H

#include <kernel/preempt.h>

#endif

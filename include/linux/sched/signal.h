/* SPDX-License-Identifier: MIT */
/* linux/sched/signal.h - signals, where drivers look for them. */
#ifndef LINUX_SCHED_SIGNAL_H
#define LINUX_SCHED_SIGNAL_H

#include <kernel/signal.h>
#include <linux/sched.h>

#endif

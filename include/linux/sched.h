/* SPDX-License-Identifier: MIT */
/* linux/sched.h - forwards to kernel/sched.h. */
#ifndef LINUX_SCHED_H
#define LINUX_SCHED_H

#include <kernel/sched.h>

#endif

/* SPDX-License-Identifier: MIT */
/* linux/sched.h - forwards to kernel/sched.h. */
#ifndef LINUX_SCHED_H
#define LINUX_SCHED_H

#include <kernel/cred.h>
#include <kernel/sched.h>
#include <linux/old_names.h>
#include <linux/spinlock.h>
#include <linux/time.h>
#include <linux/timer.h>

#endif

/* SPDX-License-Identifier: MIT */
/* linux/wait.h - wait queues, where drivers look. */
#ifndef LINUX_WAIT_H
#define LINUX_WAIT_H

#include <kernel/wait.h>
#include <linux/old_names.h>
#include <linux/spinlock.h>

#endif

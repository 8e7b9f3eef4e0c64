/* SPDX-License-Identifier: MIT */
/* linux/kthread.h - forwards to kernel/kthread.h. */
#ifndef LINUX_KTHREAD_H
#define LINUX_KTHREAD_H

#include <kernel/kthread.h>

#endif

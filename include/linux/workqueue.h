/* SPDX-License-Identifier: MIT */
/* linux/workqueue.h - work queues, where drivers look. */
#ifndef LINUX_WORKQUEUE_H
#define LINUX_WORKQUEUE_H

#include <kernel/workqueue.h>

#endif

/* SPDX-License-Identifier: MIT */
/* linux/semaphore.h - semaphores, and their old names, where drivers look. */
#ifndef LINUX_SEMAPHORE_H
#define LINUX_SEMAPHORE_H

#include <kernel/semaphore.h>
#include <linux/old_names.h>

#endif

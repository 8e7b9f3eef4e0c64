/* SPDX-License-Identifier: MIT */
/* linux/mutex.h - mutexes, where drivers look. */
#ifndef LINUX_MUTEX_H
#define LINUX_MUTEX_H

#include <kernel/guards.h>
#include <kernel/mutex.h>

#endif

/* SPDX-License-Identifier: MIT */
/* linux/rwlock.h - locks with many readers, where drivers look. */
#ifndef LINUX_RWLOCK_H
#define LINUX_RWLOCK_H

#include <kernel/rwlock.h>

#endif

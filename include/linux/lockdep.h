/* SPDX-License-Identifier: MIT */
/* linux/lockdep.h - who holds which lock, where drivers look. */
#ifndef LINUX_LOCKDEP_H
#define LINUX_LOCKDEP_H

#include <kernel/mutex.h>
#include <kernel/spinlock.h>

#endif

/* SPDX-License-Identifier: MIT */
/* linux/rwsem.h - sleeping locks with many readers, where drivers look. */
#ifndef LINUX_RWSEM_H
#define LINUX_RWSEM_H

#include <kernel/guards.h>
#include <kernel/rwsem.h>

#endif

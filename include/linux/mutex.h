/* SPDX-License-Identifier: MIT */
/* linux/mutex.h - mutexes, where drivers look. */
#ifndef LINUX_MUTEX_H
#define LINUX_MUTEX_H

#include <kernel/guards.h>
#include <kernel/mutex.h>

/* Known behind any header of Linux's: drivers declare functions with them. */
struct file;
struct inode;

#endif

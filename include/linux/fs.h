/* SPDX-License-Identifier: MIT */
/* linux/fs.h - files, and what their drivers expect beside them. */
#ifndef LINUX_FS_H
#define LINUX_FS_H

#include <fs/cdev.h>
#include <fs/dcache.h>
#include <fs/fs.h>
#include <kernel/jiffies.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/old_names.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#endif

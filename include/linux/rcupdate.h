/* SPDX-License-Identifier: MIT */
/* linux/rcupdate.h - RCU and kfree_rcu(), where drivers look. */
#ifndef LINUX_RCUPDATE_H
#define LINUX_RCUPDATE_H

#include <kernel/guards.h>
#include <kernel/mutex.h>
#include <kernel/rcupdate.h>
#include <mm/rcu_free.h>

#endif

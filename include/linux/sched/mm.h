/* SPDX-License-Identifier: MIT */
/* linux/sched/mm.h - where drivers expect memalloc_nofs_save() and its kin. */
#ifndef LINUX_SCHED_MM_H
#define LINUX_SCHED_MM_H

#include <mm/memalloc.h>
#include <mm/user_space.h>

#endif

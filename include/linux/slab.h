/* SPDX-License-Identifier: MIT */
/* linux/slab.h - kmalloc() and caches, where driver books look for them. */
#ifndef LINUX_SLAB_H
#define LINUX_SLAB_H

#include <kernel/overflow.h>
#include <kernel/string.h>
#include <linux/gfp.h>
#include <linux/old_names.h>
#include <mm/slab.h>
#include <mm/user_space.h>

#endif

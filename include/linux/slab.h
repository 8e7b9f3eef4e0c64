/* SPDX-License-Identifier: MIT */
/* linux/slab.h - kmalloc() and caches, where driver books look for them. */
#ifndef LINUX_SLAB_H
#define LINUX_SLAB_H

#include <mm/page_alloc.h>
#include <mm/slab.h>

#endif

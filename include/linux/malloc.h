/* SPDX-License-Identifier: MIT */
/* linux/malloc.h - what linux/slab.h was called up to 2.2. */
#ifndef LINUX_MALLOC_H
#define LINUX_MALLOC_H

#include <linux/slab.h>

#endif

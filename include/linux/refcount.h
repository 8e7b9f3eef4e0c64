/* SPDX-License-Identifier: MIT */
/* linux/refcount.h - counts of references, where drivers look. */
#ifndef LINUX_REFCOUNT_H
#define LINUX_REFCOUNT_H

#include <kernel/refcount.h>

#endif

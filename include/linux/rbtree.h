/* SPDX-License-Identifier: MIT */
/* linux/rbtree.h - balanced trees, where drivers look. */
#ifndef LINUX_RBTREE_H
#define LINUX_RBTREE_H

#include <kernel/rbtree.h>

#endif

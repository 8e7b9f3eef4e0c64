/* SPDX-License-Identifier: MIT */
/* linux/sort.h - sorting, where drivers look. */
#ifndef LINUX_SORT_H
#define LINUX_SORT_H

#include <kernel/sort.h>

#endif

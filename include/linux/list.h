/* SPDX-License-Identifier: MIT */
/* linux/list.h - lists, where drivers look. */
#ifndef LINUX_LIST_H
#define LINUX_LIST_H

#include <kernel/list.h>

#endif

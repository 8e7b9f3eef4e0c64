/* SPDX-License-Identifier: MIT */
/* linux/mm_types.h - forwards to mm/user_space.h. */
#ifndef LINUX_MM_TYPES_H
#define LINUX_MM_TYPES_H

#include <mm/user_space.h>

#endif

/* SPDX-License-Identifier: MIT */
/* linux/types.h - sizes and scalars, where drivers look. */
#ifndef LINUX_TYPES_H
#define LINUX_TYPES_H

#include <kernel/types.h>

#endif

/* SPDX-License-Identifier: MIT */
/* linux/minmax.h - min, max, clamp, where drivers look. */
#ifndef LINUX_MINMAX_H
#define LINUX_MINMAX_H

#include <kernel/util.h>

#endif

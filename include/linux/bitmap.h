/* SPDX-License-Identifier: MIT */
/* linux/bitmap.h - bitmaps, where drivers look. */
#ifndef LINUX_BITMAP_H
#define LINUX_BITMAP_H

#include <kernel/bitmap.h>

#endif

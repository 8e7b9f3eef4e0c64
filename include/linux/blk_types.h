/* SPDX-License-Identifier: MIT */
/* linux/blk_types.h - bios and their like, where drivers look. */
#ifndef LINUX_BLK_TYPES_H
#define LINUX_BLK_TYPES_H

#include <linux/blkdev.h>

#endif

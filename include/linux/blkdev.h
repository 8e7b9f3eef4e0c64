/* SPDX-License-Identifier: MIT */
/* linux/blkdev.h - disks, where drivers look. */
#ifndef LINUX_BLKDEV_H
#define LINUX_BLKDEV_H

#include <fs/blkdev.h>
#include <linux/bio.h>
#include <linux/fs.h>

#endif

/* SPDX-License-Identifier: MIT */
/* linux/genhd.h - disks, where drivers of before Linux 5.18 look. */
#ifndef LINUX_GENHD_H
#define LINUX_GENHD_H

#include <linux/blkdev.h>

#endif

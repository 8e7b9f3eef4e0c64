/* SPDX-License-Identifier: MIT */
/* linux/blk-mq.h - disks whose requests come one by one, where drivers look. */
#ifndef LINUX_BLK_MQ_H
#define LINUX_BLK_MQ_H

#include <fs/block_mq.h>
#include <linux/blkdev.h>

#endif

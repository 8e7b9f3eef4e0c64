/* SPDX-License-Identifier: MIT */
/*
 * linux/buffer_head.h - what is kept of a disk in memory, where drivers look
 *
 * Nothing is: /dev/DISK has no page cache, and there are no buffer heads. What
 * throws the cached away, or writes it out, has nothing to do.
 */
#ifndef LINUX_BUFFER_HEAD_H
#define LINUX_BUFFER_HEAD_H

#include <linux/blkdev.h>

static inline void invalidate_bdev(struct block_device *bdev)
{
	(void)bdev;
}

/* A write is on its way when write() returns, and through when that waits. */
static inline int sync_blockdev(struct block_device *bdev)
{
	(void)bdev;
	return 0;
}

#endif

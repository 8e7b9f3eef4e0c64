/* SPDX-License-Identifier: MIT */
/*
 * block_direct.c - disks of drivers that take bios as they come
 *
 * Such a disk has a queue, because it has limits and an owner, but no requests:
 * submit_bio() goes past the queue to the driver (block_submit.c). It goes with
 * its disk, as that of blk_mq_alloc_disk() does.
 *
 * Locking: none; all of it happens before add_disk() or after del_gendisk().
 */
#include <kernel/export.h>

#include "block_internal.h"

void blk_queue_make_request(struct request_queue *q, make_request_fn *fn)
{
	q->make_request_fn = fn;
}
EXPORT_SYMBOL(blk_queue_make_request);

void put_disk(struct gendisk *disk)
{
	if (!disk)
		return;
	if (test_and_clear_bit(GD_OWNS_QUEUE, &disk->state))
		blk_cleanup_queue(disk->queue);
	disk_unref(disk);
}
EXPORT_SYMBOL(put_disk);

struct gendisk *blk_alloc_disk(int node)
{
	struct gendisk *disk = alloc_disk(0);

	if (!disk)
		return NULL;
	disk->queue = blk_alloc_queue((unsigned int)node);
	if (!disk->queue) {
		put_disk(disk);
		return NULL;
	}
	disk_own_queue(disk);
	return disk;
}
EXPORT_SYMBOL(blk_alloc_disk);

void blk_cleanup_disk(struct gendisk *disk)
{
	blk_cleanup_queue(disk->queue);
	put_disk(disk);
}
EXPORT_SYMBOL(blk_cleanup_disk);

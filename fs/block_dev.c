/* SPDX-License-Identifier: MIT */
/*
 * block_dev.c - opening and closing disks, by their number or their file
 *
 * The driver is asked at each opening and told of each closing, one at a time
 * for one disk. With FMODE_EXCL a disk has one holder, who may open it more than
 * once; others may still open it without: a holder keeps other holders out, such
 * as two who would both write all over it.
 *
 * Locking: disk->open_mutex.
 */
#include <fs/dcache.h>
#include <fs/namei.h>
#include <kernel/bug.h>
#include <kernel/export.h>

#include "block_internal.h"

/* As far as it can be told before the driver is asked. open_mutex held. */
static int bdev_may_open(struct block_device *bdev, fmode_t mode, void *holder)
{
	if (mode & FMODE_EXCL && WARN_ON_ONCE(!holder))
		return -EINVAL;
	if (test_bit(GD_DEAD, &bdev->bd_disk->state))
		return -ENXIO;
	if (mode & FMODE_EXCL && bdev->bd_holder && bdev->bd_holder != holder)
		return -EBUSY;
	return 0;
}

static int bdev_open(struct block_device *bdev, fmode_t mode, void *holder)
{
	const struct block_device_operations *fops = bdev->bd_disk->fops;
	int err = bdev_may_open(bdev, mode, holder);

	if (!err && fops->open)
		err = fops->open(bdev, mode);
	if (err)
		return err;
	/* Only now: the driver may have found another medium. */
	if (mode & FMODE_WRITE && get_disk_ro(bdev->bd_disk)) {
		if (fops->release)
			fops->release(bdev->bd_disk, mode);
		return -EROFS;
	}
	bdev->bd_openers++;
	if (mode & FMODE_EXCL) {
		bdev->bd_holder = holder;
		bdev->bd_holders++;
	}
	return 0;
}

struct block_device *blkdev_get_by_dev(dev_t dev, fmode_t mode, void *holder)
{
	struct gendisk *disk = disk_get(dev);
	int err;

	if (!disk)
		return ERR_PTR(-ENXIO);
	mutex_lock(&disk->open_mutex);
	err = bdev_open(&disk->bdev, mode, holder);
	mutex_unlock(&disk->open_mutex);
	if (!err)
		return &disk->bdev;
	disk_let_go(disk);
	return ERR_PTR(err);
}
EXPORT_SYMBOL(blkdev_get_by_dev);

struct block_device *blkdev_get_by_path(const char *path, fmode_t mode,
					void *holder)
{
	struct inode *inode;
	struct path found;
	dev_t dev = 0;
	int err = kern_path(path, LOOKUP_FOLLOW, &found);

	if (err)
		return ERR_PTR(err);
	inode = found.dentry->d_inode;
	if (S_ISBLK(inode->i_mode))
		dev = inode->i_rdev;
	path_put(&found);
	if (!dev)
		return ERR_PTR(-ENOTBLK);
	return blkdev_get_by_dev(dev, mode, holder);
}
EXPORT_SYMBOL(blkdev_get_by_path);

void blkdev_put(struct block_device *bdev, fmode_t mode)
{
	struct gendisk *disk = bdev->bd_disk;

	mutex_lock(&disk->open_mutex);
	bdev->bd_openers--;
	if (mode & FMODE_EXCL && !--bdev->bd_holders)
		bdev->bd_holder = NULL;
	if (disk->fops->release)
		disk->fops->release(disk, mode);
	mutex_unlock(&disk->open_mutex);
	disk_let_go(disk);
}
EXPORT_SYMBOL(blkdev_put);

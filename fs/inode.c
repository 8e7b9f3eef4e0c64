/* SPDX-License-Identifier: MIT */
/*
 * inode.c - files themselves, counted by their names and their openings
 *
 * The memory is the file system's: an inode is a part of a larger structure of
 * its own, which its kind's free() gives back when nobody knows it any more.
 *
 * Locking: the count is atomic; what else there is, fs.h says by whom it is
 * guarded.
 */
#include <fs/cdev.h>
#include <fs/dcache.h>
#include <kernel/bug.h>

/* Of the inode made last. 0 is no number. */
static atomic_long_t last_ino;

void inode_init(struct inode *inode, const struct inode_kind *kind,
		umode_t mode)
{
	inode->i_ino = (unsigned long)atomic_long_inc_return(&last_ino);
	inode->i_kind = kind;
	inode->i_mode = mode;
	atomic_set(&inode->i_count, 1);
	init_rwsem(&inode->i_rwsem);
	INIT_LIST_HEAD(&inode->i_devices);
}

void ihold(struct inode *inode)
{
	WARN_ON_ONCE(atomic_inc_return(&inode->i_count) < 2);
}

void iput(struct inode *inode)
{
	if (!inode || !atomic_dec_and_test(&inode->i_count))
		return;
	cd_forget(inode);
	inode->i_kind->free(inode);
}

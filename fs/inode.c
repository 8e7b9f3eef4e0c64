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
#include <kernel/seq_file.h>

/* Of the inode made last. 0 is no number. */
static atomic_long_t last_ino;
struct fs_counts fs_counts;

void inode_init(struct inode *inode, const struct inode_kind *kind,
		umode_t mode)
{
	inode->i_ino = (unsigned long)atomic_long_inc_return(&last_ino);
	inode->i_kind = kind;
	inode->i_mode = mode;
	atomic_set(&inode->i_count, 1);
	init_rwsem(&inode->i_rwsem);
	INIT_LIST_HEAD(&inode->i_devices);
	atomic_long_inc(&fs_counts.inodes);
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
	atomic_long_dec(&fs_counts.inodes);
	inode->i_kind->free(inode);
}

/* --- /proc/sys/fs, in Linux's formats ------------------------------------------ */

/* Used, unused, limit: nothing is kept unused, and memory is the limit. */
static void file_nr_show(struct seq_file *m)
{
	seq_printf(m, "%ld\t0\t%ld\n", atomic_long_read(&fs_counts.files),
		   LONG_MAX);
}
PROC_FILE(file_nr, "sys/fs/file-nr", file_nr_show);

static void inode_nr_show(struct seq_file *m)
{
	seq_printf(m, "%ld\t0\n", atomic_long_read(&fs_counts.inodes));
}
PROC_FILE(inode_nr, "sys/fs/inode-nr", inode_nr_show);

static void dentry_state_show(struct seq_file *m)
{
	seq_printf(m, "%ld\t0\t45\t0\t0\t0\n",
		   atomic_long_read(&fs_counts.dentries));
}
PROC_FILE(dentry_state, "sys/fs/dentry-state", dentry_state_show);

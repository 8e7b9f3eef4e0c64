/* SPDX-License-Identifier: MIT */
/*
 * inode.c - files themselves, counted by their names and their openings
 *
 * The memory is the file system's: an inode is a part of a larger structure of
 * its own, which its kind's free() gives back when nobody knows it any more.
 *
 * Locking: the count is atomic; times_lock guards the times of all inodes; what
 * else there is, fs.h says by whom it is guarded.
 */
#include <fs/cdev.h>
#include <fs/dcache.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/seq_file.h>

/* Of the inode made last. 0 is no number. */
static atomic_long_t last_ino;
struct fs_counts fs_counts;

/* Held for a few words' time: one for all will do. */
static spinlock_t times_lock = SPINLOCK_INIT("inode-times", LOCK_FILE);

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
	inode_touch(inode, S_ATIME | S_MTIME | S_CTIME);
}

void inode_touch(struct inode *inode, unsigned int times)
{
	struct timespec64 now;
	unsigned long flags;

	ktime_get_real_ts64(&now);
	flags = spin_lock_irqsave(&times_lock);
	if (times & S_ATIME)
		inode->i_atime = now;
	if (times & S_MTIME)
		inode->i_mtime = now;
	if (times & S_CTIME)
		inode->i_ctime = now;
	spin_unlock_irqrestore(&times_lock, flags);
}

#define ACCESS_SECONDS (24 * 60 * 60) /* an older time of reading is renewed */

void file_accessed(struct file *file)
{
	struct inode *inode = file->f_inode;
	struct kstat stat;

	inode_stat(inode, &stat);
	if (timespec64_compare(&stat.atime, &stat.mtime) <= 0 ||
	    timespec64_compare(&stat.atime, &stat.ctime) <= 0 ||
	    ktime_get_real_seconds() - stat.atime.tv_sec >= ACCESS_SECONDS)
		inode_touch(inode, S_ATIME);
}
EXPORT_SYMBOL(file_accessed);

void inode_stat(struct inode *inode, struct kstat *stat)
{
	unsigned long flags = spin_lock_irqsave(&times_lock);

	*stat = (struct kstat){
		.ino = inode->i_ino,
		.mode = READ_ONCE(inode->i_mode),
		.nlink = READ_ONCE(inode->i_nlink),
		.uid = inode->i_uid,
		.gid = inode->i_gid,
		.rdev = inode->i_rdev,
		.size = i_size_read(inode),
		.atime = inode->i_atime,
		.mtime = inode->i_mtime,
		.ctime = inode->i_ctime,
	};
	spin_unlock_irqrestore(&times_lock, flags);
}

/* The caller may set what he likes: fs_utimes() has judged him. */
void inode_set_times(struct inode *inode, const struct timespec64 *times)
{
	unsigned long flags = spin_lock_irqsave(&times_lock);

	inode->i_atime = times[0];
	inode->i_mtime = times[1];
	spin_unlock_irqrestore(&times_lock, flags);
	inode_touch(inode, S_CTIME);
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

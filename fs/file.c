/* SPDX-License-Identifier: MIT */
/*
 * file.c - open files: made, counted, and closed by the last who has one
 *
 * Locking: the count is atomic; f_lock guards flags and owner. fput() may call
 * a driver's release(), so it may sleep.
 */
#include <fs/cdev.h>
#include <fs/dcache.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <mm/slab.h>

#include "file_internal.h"

static struct kmem_cache *filp_cache;

void files_init(void)
{
	filp_cache = kmem_cache_create("filp", sizeof(struct file), 0,
				       SLAB_HWCACHE_ALIGN | SLAB_PANIC, NULL);
}

struct file *file_alloc(struct dentry *dentry, unsigned int flags)
{
	struct file *file = kmem_cache_zalloc(filp_cache, GFP_KERNEL);

	if (!file)
		return NULL;
	file->f_path.dentry = dget(dentry);
	file->f_inode = dentry->d_inode;
	file->f_flags = flags;
	spin_lock_init(&file->f_lock, "f_lock", LOCK_FILE);
	atomic_long_set(&file->f_count, 1);
	atomic_long_inc(&fs_counts.files);
	return file;
}

static void file_release(struct file *file)
{
	const struct file_operations *fops = file->f_op;

	if (!(file->f_mode & FMODE_OPENED))
		return;
	if (file->f_flags & FASYNC && fops->fasync)
		(void)fops->fasync(-1, file, 0);
	if (fops->release)
		(void)fops->release(file->f_inode, file);
}

void fput(struct file *file)
{
	if (!atomic_long_dec_and_test(&file->f_count))
		return;
	might_sleep();
	file_release(file);
	cdev_put(file->f_cdev);
	fops_put(file->f_op);
	if (file->f_owner.task)
		put_task_struct(file->f_owner.task);
	dput(file->f_path.dentry);
	kmem_cache_free(filp_cache, file);
	atomic_long_dec(&fs_counts.files);
}
EXPORT_SYMBOL(fput);

int filp_close(struct file *file, fl_owner_t id)
{
	int err = 0;

	if (WARN_ON_ONCE(!file_count(file)))
		return 0;
	if (file->f_op->flush)
		err = file->f_op->flush(file, id);
	fput(file);
	return err;
}
EXPORT_SYMBOL(filp_close);

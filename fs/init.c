/* SPDX-License-Identifier: MIT */
/*
 * init.c - the tree at start-up
 *
 * The root is a RAM file system; /proc and /sys are trees of another kind hung
 * into it. /dev begins empty: its nodes are made by the drivers' start-up and by
 * mknod.
 */
#include <fs/init.h>
#include <fs/blkdev.h>
#include <fs/dcache.h>
#include <fs/miscdevice.h>
#include <fs/namei.h>
#include <fs/proc_fs.h>
#include <fs/ramfs.h>
#include <kernel/bug.h>
#include <kernel/printk.h>
#include <kernel/util.h>

#include "file_internal.h"

static const char *const directories[] = { "/dev", "/lib", "/lib/modules",
					   "/tmp" };

static struct proc_dir_entry *hang_entries(const char *name)
{
	struct proc_dir_entry *root = proc_make_root(name);

	if (!root)
		panic("fs: no memory for /%s", name);
	down_write(&names_lock);
	d_insert(init_fs.root, root->dentry);
	up_write(&names_lock);
	return root;
}

void fs_init(void)
{
	unsigned int i;

	files_init();
	mmap_init();
	ramfs_init();
	init_fs.root = ramfs_make_root();
	if (!init_fs.root)
		panic("fs: no memory for the root");
	init_fs.pwd = dget(init_fs.root);
	for (i = 0; i < ARRAY_SIZE(directories); i++) {
		int err = fs_mkdir(NULL, directories[i], 0755);

		if (err)
			panic("fs: %s: error %d", directories[i], err);
	}
	proc_root = hang_entries("proc");
	sys_root = hang_entries("sys");
	proc_table_init();
	misc_init();
	block_init();
}

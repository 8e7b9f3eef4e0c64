/* SPDX-License-Identifier: MIT */
/*
 * ramfs.h - files whose contents are pages of RAM, and nothing else
 */
#ifndef FS_RAMFS_H
#define FS_RAMFS_H

#include <fs/dcache.h>

/* No file is longer; one byte more is -EFBIG. */
#define RAMFS_MAX_BYTES ((loff_t)MIB(1024))

/* The cache of inodes. Context: boot, once. */
void ramfs_init(void);

/**
 * ramfs_make_root - a tree of its own, empty
 * Return: its root, one reference; NULL: no memory. d_remove_tree() under
 * names_lock, then dput(), gives it back.
 */
struct dentry *__must_check ramfs_make_root(void);

#endif

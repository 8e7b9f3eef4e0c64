/* SPDX-License-Identifier: MIT */
/* file_internal.h - making open files: for who opens them. */
#ifndef FS_FILE_INTERNAL_H
#define FS_FILE_INTERNAL_H

#include <fs/fs.h>

/* The cache of files. Context: boot, once. */
void files_init(void);

/* One that is not open yet, so that fput() takes it back in silence.
 * Return: one reference; NULL: no memory. */
struct file *file_alloc(struct dentry *dentry, unsigned int flags);

/* Stretches of users' memory have references to files. Context: boot, once. */
void mmap_init(void);

#endif

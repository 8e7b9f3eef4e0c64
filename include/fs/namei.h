/* SPDX-License-Identifier: MIT */
/*
 * namei.h - what can be done with paths
 *
 * Each call names whose root and current directory count; NULL: those of the
 * kernel (init_fs). Errors are those of the system calls of the same name.
 * Context: may sleep.
 */
#ifndef FS_NAMEI_H
#define FS_NAMEI_H

#include <fs/fs.h>

/* Where paths begin. */
struct fs_struct {
	struct dentry *root; /* held; no path leads above it */
	struct dentry *pwd; /* held; guarded by names_lock */
	umode_t umask; /* rights that nothing new gets */
};

extern struct fs_struct init_fs;

#define LOOKUP_FOLLOW 0x1u /* the last name, too, if it is a link */
#define LOOKUP_DIRECTORY 0x2u /* anything else is -ENOTDIR */

/* @path is set to what @name leads to, held; give it back with path_put(). */
int __must_check path_lookup(const struct fs_struct *fs, const char *name,
			     unsigned int flags, struct path *path);
/* The same from init_fs; Linux's name. */
int __must_check kern_path(const char *name, unsigned int flags,
			   struct path *path);
void path_put(const struct path *path);

/* filp_open() for another root and current directory. */
struct file *file_open_at(const struct fs_struct *fs, const char *path,
			  int flags, umode_t mode);
/* Open what was found. Takes a reference of its own. */
struct file *dentry_open(const struct path *path, int flags);

int fs_chdir(struct fs_struct *fs, const char *path);
int fs_mkdir(const struct fs_struct *fs, const char *path, umode_t mode);
/* @mode: S_IFREG, S_IFCHR, S_IFBLK, S_IFIFO or S_IFSOCK, and rights. */
int fs_mknod(const struct fs_struct *fs, const char *path, umode_t mode,
	     dev_t dev);
int fs_symlink(const struct fs_struct *fs, const char *target,
	       const char *path);
int fs_link(const struct fs_struct *fs, const char *old_path,
	    const char *new_path);
int fs_unlink(const struct fs_struct *fs, const char *path);
int fs_rmdir(const struct fs_struct *fs, const char *path);
int fs_rename(const struct fs_struct *fs, const char *old_path,
	      const char *new_path);
/* Where a symbolic link leads. Return: bytes in @buf, no NUL. */
int fs_readlink(const struct fs_struct *fs, const char *path, char *buf,
		size_t size);

#endif

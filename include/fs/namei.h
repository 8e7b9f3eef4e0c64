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
/**
 * fs_chmod, fs_chown - other rights, another owner
 * @mode: of S_IALLUGO
 * @uid, @gid: -1: stays as it is
 *
 * The rules are Linux's: rights are changed by the owner, or with CAP_FOWNER; the
 * owner only with CAP_CHOWN; the group by the owner to one he is in. A change of
 * owner takes S_ISUID and S_ISGID from a file.
 * Return: 0, -EPERM, or why the path leads nowhere.
 */
int fs_chmod(const struct fs_struct *fs, const char *path, umode_t mode);
int fs_chown(const struct fs_struct *fs, const char *path, uid_t uid,
	     gid_t gid);

/* When it was read ([0]) and written ([1]); NULL: now, which who may write may
 * say, too. Return: 0, -EPERM, -EACCES, -EINVAL, or of the path. */
int fs_utimes(const struct fs_struct *fs, const char *path,
	      const struct timespec64 *times);
/* @flags: LOOKUP_FOLLOW */
int fs_stat(const struct fs_struct *fs, const char *path, unsigned int flags,
	    struct kstat *stat);

/**
 * fs_permission - may the calling task do that with a file?
 * @mask: MAY_READ, MAY_WRITE, MAY_EXEC together
 *
 * By the rights of the owner, the group, or all others: the first that fits.
 * CAP_DAC_OVERRIDE goes over them, but runs no file that nobody may run, and
 * CAP_DAC_READ_SEARCH reads. Return: 0 or -EACCES. Context: process.
 */
int fs_permission(const struct inode *inode, int mask);

/* Where a symbolic link leads. Return: bytes in @buf, no NUL. */
int fs_readlink(const struct fs_struct *fs, const char *path, char *buf,
		size_t size);

#endif

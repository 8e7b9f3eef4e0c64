/* SPDX-License-Identifier: MIT */
/* namei_internal.h - a walk along a path, for who looks up and who makes names. */
#ifndef FS_NAMEI_INTERNAL_H
#define FS_NAMEI_INTERNAL_H

#include <fs/dcache.h>
#include <fs/namei.h>

struct walk {
	const struct fs_struct *fs;
	struct dentry *at; /* the directory reached */
	struct dentry *child; /* what the last name means; NULL: nothing */
	const char *last; /* the last name, not NUL-terminated */
	size_t last_len; /* 0: the path ends without: "/", "a/.." */
	unsigned int dots; /* it ended in so many dots */
	bool slash; /* a slash is behind the last name */

	/* What is left of the path, and in front of it of each link's text. */
	const char *rest[MAXSYMLINKS + 1];
	unsigned int depth; /* of @rest */
	unsigned int links; /* followed so far */
};

/**
 * walk_path - go along @path to its last name
 * @fs: NULL: init_fs
 * @flags: LOOKUP_FOLLOW
 *
 * Return: 0, also if the last name means nothing; -ENOENT, -ENOTDIR,
 * -ENAMETOOLONG, -ELOOP. Context: names_lock is held, and for as long as what
 * was found is used.
 */
int __must_check walk_path(struct walk *w, const struct fs_struct *fs,
			   const char *path, unsigned int flags);

/**
 * walk_make - make the name that @w ended at
 * @mode, @rdev, @target: as inode_kind.make()
 * Return: the dentry, no reference of the caller's; ERR_PTR. Context:
 * names_lock held for writing.
 */
struct dentry *walk_make(const struct walk *w, umode_t mode, dev_t rdev,
			 const char *target);

/* May the caller do what only its owner may? */
bool inode_is_owner(const struct inode *inode);

/* A new inode is the caller's, in the directory @dir. */
void inode_own(struct inode *inode, const struct inode *dir);
/* May the caller take the name of @inode out of @dir? S_ISVTX lets only owners.
 * Return: 0, -EACCES, -EPERM. */
int may_delete_from(const struct inode *dir, const struct inode *inode);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * attr.c - rights, owners and times of a file are changed and shown
 *
 * Locking: i_rwsem is held while rights and owners change; each is a word, and
 * who judges by it (permission.c) reads it as it is. Times: inode.c.
 */
#include <kernel/cred.h>
#include <kernel/errno.h>

#include "namei_internal.h"

#define NSEC_PER_SEC 1000000000ul

/* i_rwsem held. */
static int mode_change(struct inode *inode, umode_t mode)
{
	if (!inode_is_owner(inode))
		return -EPERM;
	if (!in_group_p(inode->i_gid) && !capable(CAP_FSETID))
		mode &= (umode_t)~S_ISGID;
	WRITE_ONCE(inode->i_mode,
		   (umode_t)((inode->i_mode & S_IFMT) | (mode & S_IALLUGO)));
	inode_touch(inode, S_CTIME);
	return 0;
}

/* i_rwsem held; -1 stays. */
static int owner_change(struct inode *inode, uid_t uid, gid_t gid)
{
	bool owns = uid_eq(current_fsuid(), inode->i_uid);
	const kuid_t none_uid = { (uid_t)-1 };
	const kgid_t none_gid = { (gid_t)-1 }, group = { gid };
	const kuid_t user = { uid };

	if (!capable(CAP_CHOWN)) {
		if (!uid_eq(user, none_uid) &&
		    !(owns && uid_eq(user, inode->i_uid)))
			return -EPERM;
		if (!gid_eq(group, none_gid) &&
		    !(owns &&
		      (in_group_p(group) || gid_eq(group, inode->i_gid))))
			return -EPERM;
	}
	if (!S_ISDIR(inode->i_mode))
		WRITE_ONCE(inode->i_mode,
			   (umode_t)(inode->i_mode & ~(S_ISUID | S_ISGID)));
	if (!uid_eq(user, none_uid))
		inode->i_uid = user;
	if (!gid_eq(group, none_gid))
		inode->i_gid = group;
	inode_touch(inode, S_CTIME);
	return 0;
}

int fs_chmod(const struct fs_struct *fs, const char *path, umode_t mode)
{
	struct path there;
	int err = path_lookup(fs, path, LOOKUP_FOLLOW, &there);

	if (err)
		return err;
	inode_lock(there.dentry->d_inode);
	err = mode_change(there.dentry->d_inode, mode);
	inode_unlock(there.dentry->d_inode);
	path_put(&there);
	return err;
}

int fs_chown(const struct fs_struct *fs, const char *path, uid_t uid, gid_t gid)
{
	struct path there;
	int err = path_lookup(fs, path, LOOKUP_FOLLOW, &there);

	if (err)
		return err;
	inode_lock(there.dentry->d_inode);
	err = owner_change(there.dentry->d_inode, uid, gid);
	inode_unlock(there.dentry->d_inode);
	path_put(&there);
	return err;
}

/* To now may who may write, to anything only the owner. */
static int times_change(struct inode *inode, const struct timespec64 *times)
{
	if (!times) {
		if (!inode_is_owner(inode) && fs_permission(inode, MAY_WRITE))
			return -EACCES;
		inode_touch(inode, S_ATIME | S_MTIME | S_CTIME);
		return 0;
	}
	if (!inode_is_owner(inode))
		return -EPERM;
	if ((unsigned long)times[0].tv_nsec >= NSEC_PER_SEC ||
	    (unsigned long)times[1].tv_nsec >= NSEC_PER_SEC)
		return -EINVAL;
	inode_set_times(inode, times);
	return 0;
}

int fs_utimes(const struct fs_struct *fs, const char *path,
	      const struct timespec64 *times)
{
	struct path there;
	int err = path_lookup(fs, path, LOOKUP_FOLLOW, &there);

	if (err)
		return err;
	err = times_change(there.dentry->d_inode, times);
	path_put(&there);
	return err;
}

int fs_stat(const struct fs_struct *fs, const char *path, unsigned int flags,
	    struct kstat *stat)
{
	struct path there;
	int err = path_lookup(fs, path, flags, &there);

	if (err)
		return err;
	inode_stat(there.dentry->d_inode, stat);
	path_put(&there);
	return 0;
}

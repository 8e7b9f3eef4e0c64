/* SPDX-License-Identifier: MIT */
/*
 * permission.c - whose a file is, and what others may do with it
 *
 * All threads of the kernel are root, whom rights refuse nearly nothing. Who acts
 * in another's name (override_creds()) is judged as that one's process would be.
 *
 * Locking: none; rights and owners are words, read as they are.
 */
#include <kernel/cred.h>
#include <kernel/errno.h>

#include "namei_internal.h"

/* Of the three groups of rights, the one that is about the caller. */
static unsigned int rights_of_caller(const struct inode *inode)
{
	umode_t mode = READ_ONCE(inode->i_mode);

	if (uid_eq(current_fsuid(), inode->i_uid))
		return mode >> 6 & 7;
	if (in_group_p(inode->i_gid))
		return mode >> 3 & 7;
	return mode & 7;
}

/* What goes over the rights. */
static bool may_override(const struct inode *inode, int mask)
{
	bool is_dir = S_ISDIR(inode->i_mode);

	if (mask == MAY_READ || (is_dir && !(mask & MAY_WRITE))) {
		if (capable(CAP_DAC_READ_SEARCH))
			return true;
	}
	if (!is_dir && mask & MAY_EXEC && !(inode->i_mode & S_IXUGO))
		return false;
	return capable(CAP_DAC_OVERRIDE);
}

int fs_permission(const struct inode *inode, int mask)
{
	if (!((unsigned int)mask & ~rights_of_caller(inode)))
		return 0;
	return may_override(inode, mask) ? 0 : -EACCES;
}

void inode_own(struct inode *inode, const struct inode *dir)
{
	inode->i_uid = current_fsuid();
	inode->i_gid = current_fsgid();
	if (!(dir->i_mode & S_ISGID))
		return;
	inode->i_gid = dir->i_gid;
	if (S_ISDIR(inode->i_mode))
		inode->i_mode |= S_ISGID;
}

bool inode_is_owner(const struct inode *inode)
{
	return uid_eq(current_fsuid(), inode->i_uid) || capable(CAP_FOWNER);
}

int may_delete_from(const struct inode *dir, const struct inode *inode)
{
	int err = fs_permission(dir, MAY_WRITE | MAY_EXEC);

	if (err || !(dir->i_mode & S_ISVTX))
		return err;
	return inode_is_owner(inode) || uid_eq(current_fsuid(), dir->i_uid) ?
		       0 :
		       -EPERM;
}

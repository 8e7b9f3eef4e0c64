/* SPDX-License-Identifier: MIT */
/*
 * open.c - from a path and flags to an open file
 *
 * First the name: found, or made if the flags say so. The tree is looked at
 * under names_lock for reading, and once more for writing before anything is
 * made, so that of two who make one name only one does. Then the file: the
 * operations of its inode are held, with their module, and asked to open it.
 *
 * Locking: names_lock while walking only; the file's own open() runs without.
 */
#include <kernel/bug.h>
#include <kernel/export.h>

#include "file_internal.h"
#include "namei_internal.h"

/* These are about the opening, not about the open file. */
#define O_OPENING (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC)

/* --- the name -------------------------------------------------------------------- */

static unsigned int lookup_flags(int flags)
{
	if (flags & O_NOFOLLOW || (flags & O_CREAT && flags & O_EXCL))
		return 0;
	return LOOKUP_FOLLOW;
}

static int wanted_rights(int flags)
{
	int mask = flags & O_TRUNC ? MAY_WRITE : 0;

	if ((flags & O_ACCMODE) != O_WRONLY)
		mask |= MAY_READ;
	if ((flags & O_ACCMODE) != O_RDONLY)
		mask |= MAY_WRITE;
	return mask;
}

/* What @flags say to a name that is there. */
static int may_open(const struct dentry *dentry, int flags, bool made)
{
	bool writes = (flags & O_ACCMODE) != O_RDONLY;

	if (!made && flags & O_CREAT && flags & O_EXCL)
		return -EEXIST;
	if (d_is_symlink(dentry))
		return -ELOOP;
	if (d_is_dir(dentry) && (writes || flags & O_CREAT))
		return -EISDIR;
	if (!d_is_dir(dentry) && flags & O_DIRECTORY)
		return -ENOTDIR;
	/* Who made it has what he asked for. */
	return made ? 0 : fs_permission(dentry->d_inode, wanted_rights(flags));
}

/* names_lock held for writing. */
static struct dentry *make_file(struct walk *w, umode_t mode)
{
	struct dentry *dentry;

	if (w->slash)
		return ERR_PTR(-EISDIR);
	mode &= (umode_t)(S_IALLUGO & ~w->fs->umask);
	dentry = walk_make(w, S_IFREG | mode, 0, NULL);
	/* Where none can be made, none is: as Linux says of /proc. */
	return dentry == ERR_PTR(-EPERM) ? ERR_PTR(-ENOENT) : dentry;
}

/* The name, held; it is made if it must be, and *@made says so. */
static struct dentry *find_or_make(const struct fs_struct *fs, const char *path,
				   int flags, umode_t mode, bool *made)
{
	struct dentry *dentry;
	struct walk w;
	int err;

	down_write(&names_lock);
	err = walk_path(&w, fs, path, lookup_flags(flags));
	if (err)
		dentry = ERR_PTR(err);
	else if (w.child)
		dentry = dget(w.child);
	else
		dentry = make_file(&w, mode);
	if (!err && !w.child && !IS_ERR(dentry)) {
		*made = true;
		dget(dentry);
	}
	up_write(&names_lock);
	return dentry;
}

static struct dentry *find(const struct fs_struct *fs, const char *path,
			   int flags, umode_t mode, bool *made)
{
	struct path there;
	int err = path_lookup(fs, path, lookup_flags(flags), &there);

	if (!err)
		return there.dentry;
	if (err != -ENOENT || !(flags & O_CREAT))
		return ERR_PTR(err);
	return find_or_make(fs, path, flags, mode, made);
}

/* --- the file ---------------------------------------------------------------------- */

/* What the file can do at all, once its operations are known. */
static void set_can(struct file *file)
{
	const struct file_operations *fops = file->f_op;

	if (file->f_mode & FMODE_READ &&
	    (fops->read || fops->read_iter || fops->aio_read))
		file->f_mode |= FMODE_CAN_READ;
	if (file->f_mode & FMODE_WRITE &&
	    (fops->write || fops->write_iter || fops->aio_write))
		file->f_mode |= FMODE_CAN_WRITE;
	if (!fops->llseek)
		file->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE);
}

/* Each open() may replace the operations (char_dev.c), hence f_op->open. */
static int open_found(struct file *file)
{
	struct inode *inode = file->f_inode;
	int err;

	file->f_op = fops_get(inode->i_fop);
	if (!file->f_op)
		return inode->i_fop ? -ENODEV : -ENXIO;
	file->f_mode = (file->f_flags + 1) & O_ACCMODE;
	file->f_mode |= FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE;
	if (file->f_op->open) {
		err = file->f_op->open(inode, file);
		if (err)
			return WARN_ON_ONCE(err > 0) ? -EINVAL : err;
	}
	file->f_mode |= FMODE_OPENED;
	set_can(file);
	return 0;
}

struct file *dentry_open(const struct path *path, int flags)
{
	struct file *file =
		file_alloc(path->dentry, (unsigned int)(flags & ~O_OPENING));
	int err;

	might_sleep();
	if (!file)
		return ERR_PTR(-ENOMEM);
	err = open_found(file);
	if (!err)
		return file;
	fput(file);
	return ERR_PTR(err);
}
EXPORT_SYMBOL(dentry_open);

/* O_TRUNC says nothing to what has no length. */
static int truncate_opened(struct file *file)
{
	struct inode *inode = file->f_inode;

	if (!S_ISREG(inode->i_mode) || !inode->i_kind->truncate)
		return 0;
	return vfs_truncate(file, 0);
}

struct file *file_open_at(const struct fs_struct *fs, const char *path,
			  int flags, umode_t mode)
{
	bool made = false;
	struct dentry *dentry = find(fs, path, flags, mode, &made);
	struct file *file;
	int err;

	if (IS_ERR(dentry))
		return ERR_CAST(dentry);
	err = may_open(dentry, flags, made);
	if (err) {
		dput(dentry);
		return ERR_PTR(err);
	}
	file = dentry_open(&(struct path){ dentry }, flags);
	dput(dentry);
	if (IS_ERR(file) || made || !(flags & O_TRUNC))
		return file;
	err = truncate_opened(file);
	if (!err)
		return file;
	fput(file);
	return ERR_PTR(err);
}

struct file *filp_open(const char *path, int flags, umode_t mode)
{
	return file_open_at(NULL, path, flags, mode);
}
EXPORT_SYMBOL(filp_open);

/* SPDX-License-Identifier: MIT */
/*
 * names.c - making names, taking them away, and giving files others
 *
 * Each call walks to its name with names_lock held for writing, judges what it
 * finds, and changes the tree before it lets the lock go: nobody sees half of
 * it. What is taken away is put behind the lock.
 *
 * A file system that makes no inodes by path (inode_kind.make is NULL: /proc)
 * has names that cannot be made or taken away this way, either.
 *
 * Locking: names_lock. Making an inode allocates under it, which may sleep.
 */
#include <fs/fs.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/slab.h>

#include "namei_internal.h"

static const struct inode_kind *kind_of(const struct dentry *dentry)
{
	return dentry->d_inode->i_kind;
}

/* --- making -------------------------------------------------------------------- */

struct dentry *walk_make(const struct walk *w, umode_t mode, dev_t rdev,
			 const char *target)
{
	struct inode *inode, *dir = w->at->d_inode;
	struct dentry *dentry;
	int err;

	if (d_unhashed(w->at))
		return ERR_PTR(-ENOENT);
	if (!dir->i_kind->make)
		return ERR_PTR(-EPERM);
	err = fs_permission(dir, MAY_WRITE | MAY_EXEC);
	if (err)
		return ERR_PTR(err);
	inode = dir->i_kind->make(dir, mode, rdev, target);
	if (IS_ERR(inode))
		return ERR_CAST(inode);
	inode_own(inode, dir);
	dentry = d_alloc(w->last, w->last_len, inode);
	if (!dentry) {
		iput(inode);
		return ERR_PTR(-ENOMEM);
	}
	d_insert(w->at, dentry);
	return dentry;
}

/* To a name that means nothing yet; names_lock held. */
static int walk_to_new(struct walk *w, const struct fs_struct *fs,
		       const char *path, bool directory)
{
	int err = walk_path(w, fs, path, 0);

	if (err)
		return err;
	if (w->child)
		return -EEXIST;
	return w->slash && !directory ? -ENOENT : 0;
}

static int make_at(const struct fs_struct *fs, const char *path, umode_t mode,
		   dev_t rdev, const char *target)
{
	struct walk w;
	int err;

	down_write(&names_lock);
	err = walk_to_new(&w, fs, path, S_ISDIR(mode));
	if (!err) {
		struct dentry *made;

		if (!S_ISLNK(mode))
			mode &= (umode_t)~w.fs->umask;
		made = walk_make(&w, mode, rdev, target);
		if (IS_ERR(made))
			err = (int)PTR_ERR(made);
	}
	up_write(&names_lock);
	return err;
}

int fs_mkdir(const struct fs_struct *fs, const char *path, umode_t mode)
{
	mode &= S_IRWXUGO | S_ISVTX;
	return make_at(fs, path, S_IFDIR | mode, 0, NULL);
}

int fs_mknod(const struct fs_struct *fs, const char *path, umode_t mode,
	     dev_t dev)
{
	if (!(mode & S_IFMT))
		mode |= S_IFREG;
	if (S_ISDIR(mode))
		return -EPERM;
	if (S_ISLNK(mode))
		return -EINVAL;
	if ((S_ISCHR(mode) || S_ISBLK(mode)) && !capable(CAP_MKNOD))
		return -EPERM;
	return make_at(fs, path, mode, dev, NULL);
}

int fs_symlink(const struct fs_struct *fs, const char *target, const char *path)
{
	if (!*target)
		return -ENOENT;
	if (strnlen(target, PATH_MAX) == PATH_MAX)
		return -ENAMETOOLONG;
	return make_at(fs, path, S_IFLNK | S_IRWXUGO, 0, target);
}

static int link_to(struct walk *w, struct inode *inode)
{
	struct dentry *dentry;
	int err;

	if (S_ISDIR(inode->i_mode))
		return -EPERM;
	if (inode->i_kind != kind_of(w->at))
		return -EXDEV;
	if (!inode->i_kind->make)
		return -EPERM;
	if (!inode->i_nlink || d_unhashed(w->at))
		return -ENOENT;
	err = fs_permission(w->at->d_inode, MAY_WRITE | MAY_EXEC);
	if (err)
		return err;
	dentry = d_alloc(w->last, w->last_len, inode);
	if (!dentry)
		return -ENOMEM;
	ihold(inode);
	d_insert(w->at, dentry);
	return 0;
}

int fs_link(const struct fs_struct *fs, const char *old_path,
	    const char *new_path)
{
	struct path old;
	struct walk w;
	int err = path_lookup(fs, old_path, 0, &old);

	if (err)
		return err;
	down_write(&names_lock);
	err = walk_to_new(&w, fs, new_path, false);
	if (!err)
		err = link_to(&w, old.dentry->d_inode);
	up_write(&names_lock);
	path_put(&old);
	return err;
}

/* --- taking away ------------------------------------------------------------------ */

/* May the name @dentry go? */
static int may_remove(const struct dentry *dentry)
{
	const struct inode_kind *dir_kind = kind_of(dentry->d_parent);
	int err;

	if (!dir_kind->make)
		return -EPERM;
	err = may_delete_from(dentry->d_parent->d_inode, dentry->d_inode);
	if (err)
		return err;
	/* Where another file system begins. */
	return kind_of(dentry) == dir_kind ? 0 : -EBUSY;
}

static int may_unlink(const struct walk *w)
{
	if (!w->last_len)
		return -EISDIR;
	if (!w->child)
		return -ENOENT;
	if (d_is_dir(w->child))
		return -EISDIR;
	return may_remove(w->child);
}

static int may_rmdir(const struct walk *w)
{
	static const int ends_in_dots[] = { -EBUSY, -EINVAL, -ENOTEMPTY };
	int err;

	if (!w->last_len)
		return ends_in_dots[w->dots];
	if (!w->child)
		return -ENOENT;
	if (!d_is_dir(w->child))
		return -ENOTDIR;
	err = may_remove(w->child);
	if (err)
		return err;
	return RB_EMPTY_ROOT(&w->child->d_children) ? 0 : -ENOTEMPTY;
}

static int remove_at(const struct fs_struct *fs, const char *path,
		     int (*may)(const struct walk *w))
{
	struct dentry *removed = NULL;
	struct walk w;
	int err;

	down_write(&names_lock);
	err = walk_path(&w, fs, path, 0);
	if (!err)
		err = may(&w);
	if (!err) {
		removed = w.child;
		d_remove(removed);
	}
	up_write(&names_lock);
	dput(removed);
	return err;
}

int fs_unlink(const struct fs_struct *fs, const char *path)
{
	return remove_at(fs, path, may_unlink);
}

int fs_rmdir(const struct fs_struct *fs, const char *path)
{
	return remove_at(fs, path, may_rmdir);
}

/* --- other names --------------------------------------------------------------------- */

/* Is @dentry, or a directory above it, @above? */
static bool is_below(const struct dentry *dentry, const struct dentry *above)
{
	while (dentry != above && dentry->d_parent != dentry)
		dentry = dentry->d_parent;
	return dentry == above;
}

/* Do @to and @from mean one file, under one name or two? */
static bool is_same_file(const struct walk *from, const struct walk *to)
{
	return to->child && to->child->d_inode == from->child->d_inode;
}

/* May what @to means give way to @old? */
static int may_replace(const struct walk *to, const struct dentry *old)
{
	int err;

	if (!to->child)
		return to->slash && !d_is_dir(old) ? -ENOTDIR : 0;
	err = may_remove(to->child);
	if (err)
		return err;
	if (d_is_dir(old) != d_is_dir(to->child))
		return d_is_dir(old) ? -ENOTDIR : -EISDIR;
	return RB_EMPTY_ROOT(&to->child->d_children) ? 0 : -ENOTEMPTY;
}

static int may_rename(const struct walk *from, const struct walk *to)
{
	int err;

	if (!from->last_len || !to->last_len)
		return -EBUSY;
	if (!from->child)
		return -ENOENT;
	if (kind_of(from->at) != kind_of(to->at))
		return -EXDEV;
	err = may_remove(from->child);
	if (!err)
		err = fs_permission(to->at->d_inode, MAY_WRITE | MAY_EXEC);
	/* Its ".." will be another one. */
	if (!err && d_is_dir(from->child) && from->at != to->at)
		err = fs_permission(from->child->d_inode, MAY_WRITE);
	if (err)
		return err;
	if (d_unhashed(to->at))
		return -ENOENT;
	if (is_below(to->at, from->child))
		return -EINVAL;
	if (to->child && is_below(from->at, to->child))
		return -ENOTEMPTY;
	/* Then nothing gives way, whatever is in it. */
	return is_same_file(from, to) ? 0 : may_replace(to, from->child);
}

/* @dentry has another name, in @dir. Its old directory is to be put. */
static struct dentry *move_name(struct dentry *dentry, struct dentry *dir,
				const char *name, size_t len)
{
	struct dentry *old_dir = dentry->d_parent;
	const char *old_name = dentry->d_name.name;

	d_remove(dentry);
	dentry->d_name = (struct qstr){ (unsigned int)len, name };
	d_insert(dir, dentry);
	if (old_name != dentry->d_iname)
		kfree(old_name);
	return old_dir;
}

static int rename_found(const struct walk *from, const struct walk *to,
			struct dentry **replaced, struct dentry **old_dir)
{
	const char *name;
	int err = may_rename(from, to);

	if (err || is_same_file(from, to))
		return err;
	name = kmemdup_nul(to->last, to->last_len, GFP_KERNEL);
	if (!name)
		return -ENOMEM;
	if (to->child) {
		*replaced = to->child;
		d_remove(to->child);
	}
	*old_dir = move_name(from->child, to->at, name, to->last_len);
	return 0;
}

int fs_rename(const struct fs_struct *fs, const char *old_path,
	      const char *new_path)
{
	struct dentry *replaced = NULL, *old_dir = NULL;
	struct walk from, to;
	int err;

	down_write(&names_lock);
	err = walk_path(&from, fs, old_path, 0);
	if (!err)
		err = walk_path(&to, fs, new_path, 0);
	if (!err)
		err = rename_found(&from, &to, &replaced, &old_dir);
	up_write(&names_lock);
	dput(replaced);
	dput(old_dir);
	return err;
}

/* --- what else paths are for ----------------------------------------------------------- */

int fs_chdir(struct fs_struct *fs, const char *path)
{
	struct path there;
	struct dentry *old;
	int err =
		path_lookup(fs, path, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &there);

	if (err)
		return err;
	err = fs_permission(there.dentry->d_inode, MAY_EXEC);
	if (err) {
		path_put(&there);
		return err;
	}
	if (!fs)
		fs = &init_fs;
	down_write(&names_lock);
	old = fs->pwd;
	fs->pwd = there.dentry;
	up_write(&names_lock);
	dput(old);
	return 0;
}

int fs_readlink(const struct fs_struct *fs, const char *path, char *buf,
		size_t size)
{
	struct path link;
	int len = path_lookup(fs, path, 0, &link);

	if (len)
		return len;
	len = -EINVAL;
	if (d_is_symlink(link.dentry)) {
		struct inode *inode = link.dentry->d_inode;
		const char *target = inode->i_kind->get_link(inode);

		len = (int)min(size, strlen(target));
		memcpy(buf, target, (size_t)len);
	}
	path_put(&link);
	return len;
}

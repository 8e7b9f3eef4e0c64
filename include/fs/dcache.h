/* SPDX-License-Identifier: MIT */
/*
 * dcache.h - the tree of names, and inodes: for the rooms of fs/
 *
 * All file systems live in memory, so the tree of dentries is not a cache of
 * names on a disk: it is the names. Each dentry has its inode, always; the tree
 * holds each dentry, a dentry its parent and its inode. An open file holds a
 * dentry, so what is unlinked stays until it is closed.
 */
#ifndef FS_DCACHE_H
#define FS_DCACHE_H

#include <fs/fs.h>
#include <kernel/rbtree.h>

/* What a file system does for its inodes. */
struct inode_kind {
	const char *name; /* "ramfs" */
	/*
	 * make - an inode for a new name in the directory @dir
	 * @target: of a symbolic link, else NULL
	 * Return: a reference, or ERR_PTR. NULL: names here are not made or
	 * taken away by path.
	 */
	struct inode *(*make)(struct inode *dir, umode_t mode, dev_t rdev,
			      const char *target);
	const char *(*get_link)(struct inode *inode);
	/* Make it so long; i_rwsem is held. NULL: -EINVAL. */
	int (*truncate)(struct inode *inode, loff_t size);
	/* Nobody knows the inode any more. */
	void (*free)(struct inode *inode);
};

struct qstr {
	unsigned int len;
	const char *name; /* NUL-terminated */
};

struct dentry {
	atomic_t d_count;
	struct inode *d_inode; /* held */
	/* Held; itself for a root. Guarded by names_lock, like the rest: */
	struct dentry *d_parent;
	struct qstr d_name;
	struct rb_root d_children; /* of a directory, by name */
	struct rb_node d_node; /* among the parent's; clear: in no directory */
	char d_iname[]; /* the name's memory */
};

/* Every change of the tree is made under it; who reads the tree holds it for
 * reading. No lock of an inode is taken inside. */
extern struct rw_semaphore names_lock;

/* How many there are; Linux shows them in /proc/sys/fs. */
struct fs_counts {
	atomic_long_t inodes;
	atomic_long_t dentries;
	atomic_long_t files; /* open */
	atomic_long_t ramfs_pages; /* contents of files in RAM */
};
extern struct fs_counts fs_counts;

/* --- inodes ----------------------------------------------------------------- */

/* In memory of the file system's, zeroed: a number, and one reference. */
void inode_init(struct inode *inode, const struct inode_kind *kind,
		umode_t mode);
/* [0]: when it was read, [1]: when it was written. */
void inode_set_times(struct inode *inode, const struct timespec64 *times);
void ihold(struct inode *inode);
void iput(struct inode *inode);

/* --- names -------------------------------------------------------------------- */

/**
 * d_alloc - a name for @inode, in no directory yet
 * Return: a reference, NULL: no memory, and @inode is still the caller's; else
 * the dentry has taken his reference over.
 */
struct dentry *d_alloc(const char *name, size_t len, struct inode *inode);
/* The same for the top of a tree. */
struct dentry *d_make_root(struct inode *inode);

struct dentry *dget(struct dentry *dentry);
void dput(struct dentry *dentry);

/* names_lock held, at least for reading. Return: the child, no reference. */
struct dentry *d_lookup(const struct dentry *dir, const char *name, size_t len);
/* The first child, or the first whose name comes behind @name. */
struct dentry *d_first(const struct dentry *dir);
struct dentry *d_behind(const struct dentry *dir, const char *name, size_t len);

/* names_lock held for writing. The tree takes the caller's reference over. */
void d_insert(struct dentry *dir, struct dentry *dentry);
/* Out of its directory. The tree's reference is the caller's, to put when he
 * has let names_lock go. */
void d_remove(struct dentry *dentry);
/* Take everything below @top out, and @top itself, and put the tree's
 * references. The caller has one of @top. */
void d_remove_tree(struct dentry *top);

static inline bool d_unhashed(const struct dentry *dentry)
{
	return RB_EMPTY_NODE(&dentry->d_node) && dentry->d_parent != dentry;
}

static inline bool d_is_dir(const struct dentry *dentry)
{
	return S_ISDIR(dentry->d_inode->i_mode);
}

static inline bool d_is_symlink(const struct dentry *dentry)
{
	return S_ISLNK(dentry->d_inode->i_mode);
}

/**
 * d_path - the path of a name from the root of its tree
 * @buf: the path is at its end
 * Return: where in @buf it begins; ERR_PTR(-ENAMETOOLONG). What was unlinked
 * has " (deleted)" behind it. Takes names_lock.
 */
char *d_path(const struct path *path, char *buf, int len);

/* What an open directory does, of whatever file system. */
extern const struct file_operations simple_dir_operations;

#endif

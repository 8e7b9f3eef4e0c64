/* SPDX-License-Identifier: MIT */
/*
 * namei.c - from a path to a name in the tree
 *
 * A walk goes from directory to directory and stops at the last name: at is
 * the directory, child what the name means there, or NULL. Who makes a name
 * needs both. Symbolic links on the way are not followed by recursion: what is
 * left of the path is kept on a stack, MAXSYMLINKS deep, and the link's text is
 * read first. ".." never leads above the root of the walk.
 *
 * Locking: names_lock is held by the caller from the first name until he is
 * done with what was found; so a walk takes no references, and texts of links
 * stay. Each directory on the way must let the caller look names up
 * (permission.c).
 */
#include <kernel/export.h>
#include <kernel/string.h>

#include "namei_internal.h"

struct fs_struct init_fs = { .umask = S_IWGRP | S_IWOTH };

/* The next name of the path; false: there is none. */
static bool next_name(struct walk *w)
{
	const char *p;

	for (;;) {
		p = w->rest[w->depth];
		p += strspn(p, "/");
		if (*p || !w->depth)
			break;
		w->depth--;
	}
	w->last = p;
	w->last_len = strcspn(p, "/");
	w->rest[w->depth] = p + w->last_len;
	return w->last_len != 0;
}

/* Is no name left behind the one just read? Slashes may be. */
static bool name_is_last(struct walk *w)
{
	unsigned int i;

	w->slash = false;
	for (i = 0; i <= w->depth; i++) {
		const char *p = w->rest[i];

		if (p[strspn(p, "/")])
			return false;
		w->slash |= *p == '/';
	}
	return true;
}

static int walk_link(struct walk *w)
{
	struct inode *link = w->child->d_inode;
	const char *target = link->i_kind->get_link(link);

	if (++w->links > MAXSYMLINKS)
		return -ELOOP;
	w->rest[++w->depth] = target;
	if (*target == '/')
		w->at = w->fs->root;
	return 1;
}

/* "." and "..": the walk stands still, or goes back. */
static bool walk_dots(struct walk *w)
{
	if (w->last_len > 2 || strncmp(w->last, "..", w->last_len))
		return false;
	w->dots = (unsigned int)w->last_len;
	if (w->last_len == 2 && w->at != w->fs->root)
		w->at = w->at->d_parent;
	return true;
}

/* One name more. Return: 1: go on, 0: it was the last, or an error. */
static int walk_name(struct walk *w, unsigned int flags)
{
	bool is_last;
	int err;

	if (!next_name(w)) {
		w->child = w->at;
		return 0;
	}
	if (!d_is_dir(w->at))
		return -ENOTDIR;
	err = fs_permission(w->at->d_inode, MAY_EXEC);
	if (err)
		return err;
	if (w->last_len > NAME_MAX)
		return -ENAMETOOLONG;
	if (walk_dots(w))
		return 1;
	w->dots = 0;
	w->child = d_lookup(w->at, w->last, w->last_len);
	is_last = name_is_last(w);
	if (w->child && d_is_symlink(w->child) &&
	    (!is_last || w->slash || flags & LOOKUP_FOLLOW))
		return walk_link(w);
	if (!is_last && !w->child)
		return -ENOENT;
	if (is_last)
		return w->slash && w->child && !d_is_dir(w->child) ? -ENOTDIR :
								     0;
	w->at = w->child;
	return 1;
}

int walk_path(struct walk *w, const struct fs_struct *fs, const char *path,
	      unsigned int flags)
{
	int more = 1;

	if (!*path)
		return -ENOENT;
	if (strnlen(path, PATH_MAX) == PATH_MAX)
		return -ENAMETOOLONG;
	w->fs = fs ? fs : &init_fs;
	w->at = *path == '/' ? w->fs->root : w->fs->pwd;
	w->rest[0] = path;
	w->depth = w->links = w->dots = 0;
	w->slash = false;
	while (more > 0)
		more = walk_name(w, flags);
	return more;
}

int path_lookup(const struct fs_struct *fs, const char *name,
		unsigned int flags, struct path *path)
{
	struct walk w;
	int err;

	down_read(&names_lock);
	err = walk_path(&w, fs, name, flags);
	if (!err && !w.child)
		err = -ENOENT;
	if (!err && flags & LOOKUP_DIRECTORY && !d_is_dir(w.child))
		err = -ENOTDIR;
	if (!err)
		path->dentry = dget(w.child);
	up_read(&names_lock);
	return err;
}

int kern_path(const char *name, unsigned int flags, struct path *path)
{
	return path_lookup(NULL, name, flags, path);
}
EXPORT_SYMBOL(kern_path);

void path_put(const struct path *path)
{
	dput(path->dentry);
}
EXPORT_SYMBOL(path_put);

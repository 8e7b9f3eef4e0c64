/* SPDX-License-Identifier: MIT */
/*
 * dcache.c - the tree of names
 *
 * A directory's names are a red-black tree by name: finding one costs the
 * logarithm, and they are listed in order. References go upwards (a name holds
 * its directory) and sideways (a name holds its inode); the tree holds each
 * name that is in it once. So whoever holds a name holds all above it, and what
 * the last reference lets go is in no directory and has no names below it.
 *
 * Invariants:
 *   N1  a dentry that is in a directory has a count of at least 1
 *   N2  children exist only below directories
 *   N3  an inode's i_nlink is the number of names that have it; a directory's
 *       has one more for itself and one for each directory in it
 *
 * Locking: names_lock, a sleeping lock; counts are atomic. d_count reaches 0
 * only when the tree has let go, so dput() needs no lock.
 *
 * Not here: paths (namei.c), what is done with them (names.c).
 */
#include <fs/dcache.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/slab.h>

DECLARE_RWSEM(names_lock);

/* --- dentries ----------------------------------------------------------------- */

struct dentry *d_alloc(const char *name, size_t len, struct inode *inode)
{
	struct dentry *dentry = kzalloc(sizeof(*dentry) + len + 1, GFP_KERNEL);

	if (!dentry)
		return NULL;
	memcpy(dentry->d_iname, name, len);
	dentry->d_name = (struct qstr){ (unsigned int)len, dentry->d_iname };
	dentry->d_inode = inode;
	dentry->d_children = RB_ROOT;
	RB_CLEAR_NODE(&dentry->d_node);
	atomic_set(&dentry->d_count, 1);
	atomic_long_inc(&fs_counts.dentries);
	return dentry;
}

struct dentry *d_make_root(struct inode *inode)
{
	struct dentry *dentry = d_alloc("/", 1, inode);

	if (dentry) {
		dentry->d_parent = dentry;
		inode->i_nlink = 2;
	}
	return dentry;
}

struct dentry *dget(struct dentry *dentry)
{
	WARN_ON_ONCE(atomic_inc_return(&dentry->d_count) < 2);
	return dentry;
}

void dput(struct dentry *dentry)
{
	while (dentry && atomic_dec_and_test(&dentry->d_count)) {
		struct dentry *parent = dentry->d_parent;

		BUG_ON(!RB_EMPTY_NODE(&dentry->d_node));
		BUG_ON(!RB_EMPTY_ROOT(&dentry->d_children));
		iput(dentry->d_inode);
		if (dentry->d_name.name != dentry->d_iname)
			kfree(dentry->d_name.name);
		if (parent == dentry)
			parent = NULL;
		kfree(dentry);
		atomic_long_dec(&fs_counts.dentries);
		/* It held its parent: perhaps the last to do so. */
		dentry = parent;
	}
}

/* --- a directory's names -------------------------------------------------------- */

/* As strcmp(), for a name that has no NUL. */
static int name_compare(const char *name, size_t len, const struct qstr *other)
{
	int order = memcmp(name, other->name, min(len, (size_t)other->len));

	if (order || len == other->len)
		return order;
	return len < other->len ? -1 : 1;
}

struct dentry *d_lookup(const struct dentry *dir, const char *name, size_t len)
{
	struct rb_node *node = dir->d_children.rb_node;

	while (node) {
		struct dentry *dentry = rb_entry(node, struct dentry, d_node);
		int order = name_compare(name, len, &dentry->d_name);

		if (!order)
			return dentry;
		node = order < 0 ? node->rb_left : node->rb_right;
	}
	return NULL;
}

struct dentry *d_first(const struct dentry *dir)
{
	return rb_entry_safe(rb_first(&dir->d_children), struct dentry, d_node);
}

struct dentry *d_behind(const struct dentry *dir, const char *name, size_t len)
{
	struct rb_node *node = dir->d_children.rb_node;
	struct dentry *behind = NULL;

	while (node) {
		struct dentry *dentry = rb_entry(node, struct dentry, d_node);

		if (name_compare(name, len, &dentry->d_name) < 0) {
			behind = dentry;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return behind;
}

/* N3, when a name of @inode comes into @dir or leaves it. */
static void count_links(struct inode *dir, struct inode *inode, int n)
{
	inode->i_nlink += (unsigned int)n;
	if (S_ISDIR(inode->i_mode)) {
		inode->i_nlink += (unsigned int)n;
		dir->i_nlink += (unsigned int)n;
	}
}

static void names_changed(struct inode *dir, struct inode *inode)
{
	inode_touch(dir, S_MTIME | S_CTIME);
	inode_touch(inode, S_CTIME);
}

void d_insert(struct dentry *dir, struct dentry *dentry)
{
	struct rb_node **link = &dir->d_children.rb_node, *parent = NULL;

	BUG_ON(!d_is_dir(dir));
	while (*link) {
		const struct dentry *other =
			rb_entry(*link, struct dentry, d_node);
		int order = name_compare(dentry->d_name.name,
					 dentry->d_name.len, &other->d_name);

		BUG_ON(!order);
		parent = *link;
		link = order < 0 ? &parent->rb_left : &parent->rb_right;
	}
	dentry->d_parent = dget(dir);
	rb_link_node(&dentry->d_node, parent, link);
	rb_insert_color(&dentry->d_node, &dir->d_children);
	count_links(dir->d_inode, dentry->d_inode, 1);
	names_changed(dir->d_inode, dentry->d_inode);
}

void d_remove(struct dentry *dentry)
{
	struct dentry *dir = dentry->d_parent;

	BUG_ON(RB_EMPTY_NODE(&dentry->d_node));
	rb_erase(&dentry->d_node, &dir->d_children);
	RB_CLEAR_NODE(&dentry->d_node);
	count_links(dir->d_inode, dentry->d_inode, -1);
	names_changed(dir->d_inode, dentry->d_inode);
}

void d_remove_tree(struct dentry *top)
{
	struct dentry *dentry = top;

	/* Down to a name with none below it, take it out, and up again. */
	for (;;) {
		struct dentry *child = d_first(dentry), *dir;

		if (child) {
			dentry = child;
			continue;
		}
		if (dentry == top)
			break;
		dir = dentry->d_parent;
		d_remove(dentry);
		dput(dentry);
		dentry = dir;
	}
	if (!RB_EMPTY_NODE(&top->d_node)) {
		d_remove(top);
		dput(top);
	}
}

/* --- paths back from names ---------------------------------------------------------- */

/* @len bytes in front of *@at, if they fit in behind @buf. */
static int prepend(const char *buf, char **at, const char *text, size_t len)
{
	if ((size_t)(*at - buf) < len)
		return -ENAMETOOLONG;
	*at -= len;
	memcpy(*at, text, len);
	return 0;
}

static int prepend_names(const struct dentry *dentry, const char *buf,
			 char **at)
{
	int err = 0;

	if (dentry->d_parent == dentry)
		return prepend(buf, at, "/", 1);
	for (; dentry->d_parent != dentry && !err; dentry = dentry->d_parent) {
		err = prepend(buf, at, dentry->d_name.name, dentry->d_name.len);
		if (!err)
			err = prepend(buf, at, "/", 1);
	}
	return err;
}

char *d_path(const struct path *path, char *buf, int len)
{
	char *at = buf + len;
	int err;

	down_read(&names_lock);
	err = prepend(buf, &at, "", 1);
	if (!err && d_unhashed(path->dentry))
		err = prepend(buf, &at, " (deleted)", 10);
	if (!err)
		err = prepend_names(path->dentry, buf, &at);
	up_read(&names_lock);
	return err ? ERR_PTR(err) : at;
}
EXPORT_SYMBOL(d_path);

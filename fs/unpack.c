/* SPDX-License-Identifier: MIT */
/*
 * unpack.c - an archive's entries become files
 *
 * Files with several names: of those that have one number (and device) the first
 * is made, the others are links to it; their data may come with any of them,
 * and mostly comes with the last.
 *
 * A file whose contents cannot be written whole is taken away again, with all
 * the names that it has: what is there is whole.
 */
#define pr_fmt(fmt) "archive: " fmt
#include <fs/dcache.h>
#include <fs/namei.h>
#include <fs/newc.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/slab.h>

/* A name of a file that has more of them. */
struct unpack_link {
	struct unpack_link *next;
	u32 ino, dev_major, dev_minor;
	const char *name; /* in the archive */
};

struct unpack {
	struct fs_struct fs; /* as the caller's, without an umask */
	struct unpack_link *links;
	struct newc_result *result;
};

static void links_forget(struct unpack *u)
{
	while (u->links) {
		struct unpack_link *link = u->links;

		u->links = link->next;
		kfree(link);
	}
}

/* Behind @link: where a name of the file that @e is of is linked, or NULL is. */
static struct unpack_link **link_find(struct unpack_link **link,
				      const struct newc_entry *e)
{
	for (; *link; link = &(*link)->next) {
		if ((*link)->ino == e->ino &&
		    (*link)->dev_major == e->dev_major &&
		    (*link)->dev_minor == e->dev_minor)
			break;
	}
	return link;
}

static int link_note(struct unpack *u, const struct newc_entry *e)
{
	struct unpack_link *link = kmalloc(sizeof(*link), GFP_KERNEL);

	if (!link)
		return -ENOMEM;
	*link = (struct unpack_link){ u->links, e->ino, e->dev_major,
				      e->dev_minor, e->name };
	u->links = link;
	return 0;
}

/* The file that has the name @e, made just now: it is noted, or taken away. */
static int link_keep(struct unpack *u, const struct newc_entry *e)
{
	int err = link_note(u, e);

	if (err)
		(void)fs_unlink(&u->fs, e->name);
	return err;
}

/* The file that @e is of cannot be had whole: none of its names stays. */
static void links_drop(struct unpack *u, const struct newc_entry *e)
{
	struct unpack_link **place = &u->links, *link;

	while ((link = *(place = link_find(place, e))) != NULL) {
		(void)fs_unlink(&u->fs, link->name);
		if (strcmp(link->name, e->name)) {
			pr_err("%.80s: is the same file as %.80s; left out\n",
			       link->name, e->name);
			u->result->entries--;
			u->result->refused++;
		}
		*place = link->next;
		kfree(link);
	}
}

/* --- kinds -------------------------------------------------------------------- */

static int write_all(struct file *file, const struct newc_entry *e)
{
	loff_t pos = 0;

	while ((u32)pos < e->data_bytes) {
		ssize_t n = kernel_write(file, e->data + pos,
					 e->data_bytes - (u32)pos, &pos);

		if (n <= 0)
			return n ? (int)n : -EIO;
	}
	return 0;
}

static int unpack_contents(struct unpack *u, const struct newc_entry *e,
			   const char *name, int flags)
{
	struct file *file = file_open_at(&u->fs, name, O_WRONLY | flags,
					 (umode_t)(e->mode & S_IALLUGO));
	int err;

	if (IS_ERR(file)) {
		err = (int)PTR_ERR(file);
	} else {
		err = write_all(file, e);
		fput(file);
	}
	/* It may have been made, and not been opened; not if it was there. */
	if (err && err != -EEXIST)
		(void)fs_unlink(&u->fs, name);
	return err;
}

/* One name more for the file that has the name @other. What comes with it is
 * the file's, even if this name cannot be had. */
static int unpack_link(struct unpack *u, const struct newc_entry *e,
		       const char *other)
{
	int err = fs_link(&u->fs, other, e->name);
	int written = 0;

	if (!err)
		err = link_keep(u, e);
	if (e->data_bytes)
		written = unpack_contents(u, e, other, 0);
	if (written)
		links_drop(u, e);
	return written ? written : err;
}

static int unpack_file(struct unpack *u, const struct newc_entry *e)
{
	const struct unpack_link *other = *link_find(&u->links, e);
	int err;

	if (e->nlink > 1 && other)
		return unpack_link(u, e, other->name);
	err = unpack_contents(u, e, e->name, O_CREAT | O_EXCL);
	if (!err && e->nlink > 1)
		err = link_keep(u, e);
	return err;
}

static int unpack_directory(struct unpack *u, const struct newc_entry *e)
{
	struct path there;
	int err = fs_mkdir(&u->fs, e->name, (umode_t)(e->mode & S_IALLUGO));

	if (err != -EEXIST)
		return err;
	err = path_lookup(&u->fs, e->name, LOOKUP_DIRECTORY, &there);
	if (!err)
		path_put(&there);
	return err == -ENOTDIR ? -EEXIST : err;
}

static int unpack_symlink(struct unpack *u, const struct newc_entry *e)
{
	char *target = kmemdup_nul((const char *)e->data,
				   min(e->data_bytes, (u32)PATH_MAX),
				   GFP_KERNEL);
	int err;

	if (!target)
		return -ENOMEM;
	err = strlen(target) == e->data_bytes ?
		      fs_symlink(&u->fs, target, e->name) :
		      -EINVAL;
	kfree(target);
	return err;
}

static int unpack_entry(struct unpack *u, const struct newc_entry *e)
{
	switch (e->mode & S_IFMT) {
	case S_IFREG: return unpack_file(u, e);
	case S_IFDIR: return unpack_directory(u, e);
	case S_IFLNK: return unpack_symlink(u, e);
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
	case S_IFSOCK:
		if (e->mode > 0177777 || e->rdev_major >= 1u << 12 ||
		    e->rdev_minor > MINORMASK)
			return -EINVAL;
		return fs_mknod(&u->fs, e->name, (umode_t)e->mode,
				MKDEV(e->rdev_major, e->rdev_minor));
	default: return -EINVAL;
	}
}

/* --- all of it ------------------------------------------------------------------- */

static void refuse(struct unpack *u, const struct newc_entry *e,
		   const char *why, int err)
{
	u->result->refused++;
	if (why)
		pr_err("%.80s (at byte %zu): %s; left out\n", e->name, e->at,
		       why);
	else
		pr_err("%.80s (at byte %zu): error %d; left out\n", e->name,
		       e->at, -err);
}

static void unpack_one(struct unpack *u, const struct newc_entry *e)
{
	int err;

	if (e->trailer) {
		/* Numbers of files hold within one archive. */
		links_forget(u);
		return;
	}
	if (e->refused) {
		refuse(u, e, e->refused, 0);
		return;
	}
	err = unpack_entry(u, e);
	if (err) {
		refuse(u, e, err == -EEXIST ? "it is there already" : NULL,
		       err);
		return;
	}
	u->result->entries++;
	u->result->bytes += e->data_bytes;
}

void newc_unpack(const struct fs_struct *fs, const void *bytes, size_t size,
		 struct newc_result *result)
{
	struct unpack u = { .fs = fs ? *fs : init_fs, .result = result };
	struct newc_reader r;
	struct newc_entry e;

	*result = (struct newc_result){ 0 };
	u.fs.umask = 0;
	/* Names are relative: to the root, wherever the caller is. */
	u.fs.pwd = u.fs.root;
	newc_begin(&r, bytes, size);
	while (newc_next(&r, &e))
		unpack_one(&u, &e);
	links_forget(&u);
	if (r.why)
		pr_err("damaged at byte %zu of %zu: %s; the rest is left out\n",
		       r.at, r.size, r.why);
}

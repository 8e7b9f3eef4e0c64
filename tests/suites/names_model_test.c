/* SPDX-License-Identifier: MIT */
/*
 * names_model_test.c - random names made, moved and taken away, against a list
 * of paths
 *
 * The reference knows no tree: each name is a whole path in a list, and a file
 * is a number. Which error comes first is as rename(2) and the others have it
 * on Linux.
 */
#include <kernel/string.h>
#include <kernel/util.h>

#include "fs_fixture.h"

#define MOST_NAMES 40
#define PATH_BYTES 192
#define ROUNDS 3000
#define ROUNDS_A_CHECK 50

enum model_kind { MODEL_DIR, MODEL_FILE, MODEL_LINK };

struct model_name {
	char path[PATH_BYTES]; /* "" is a free place */
	enum model_kind kind;
	char target[12]; /* of a link */
	unsigned long ino;
};

static struct model_name names[MOST_NAMES];
static struct fs_struct fs;

/* Where a path led to: the directory, the last name there, and what it means. */
struct model_walk {
	char dir[PATH_BYTES];
	char path[PATH_BYTES];
	struct model_name *name; /* NULL: nothing */
};

static struct model_name *model_find(const char *path)
{
	unsigned int i;

	for (i = 0; i < MOST_NAMES; i++) {
		if (*path && !strcmp(names[i].path, path))
			return &names[i];
	}
	return NULL;
}

/* Is @path @dir, or below it? */
static bool model_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strncmp(path, dir, len) && (!path[len] || path[len] == '/');
}

static bool model_is_empty(const struct model_name *dir)
{
	unsigned int i;

	for (i = 0; i < MOST_NAMES; i++) {
		if (names[i].path[0] && &names[i] != dir &&
		    model_below(names[i].path, dir->path))
			return false;
	}
	return true;
}

/* Text after text, cut to fit: then the walk finds nothing, and neither does
 * the real one, as no such path is ever made. */
static void text_join(char *to, const char *a, const char *b)
{
	char joined[PATH_BYTES];

	strscpy(joined, a, sizeof(joined));
	strlcat(joined, b, sizeof(joined));
	strscpy(to, joined, PATH_BYTES);
}

/* The first name of @rest goes behind w->dir into w->path. */
static void model_step(struct model_walk *w, char *rest)
{
	size_t len = 1 + strcspn(rest + 1, "/");
	char step[PATH_BYTES];

	strscpy(step, rest, len + 1);
	text_join(w->path, w->dir, step);
	memmove(rest, rest + len, strlen(rest + len) + 1);
	w->name = model_find(w->path);
}

/* Links on the way are followed, the last name is not. */
static int model_walk(struct model_walk *w, const char *path)
{
	char rest[PATH_BYTES];
	unsigned int links = 0;

	strscpy(rest, path, sizeof(rest));
	w->dir[0] = '\0';
	for (;;) {
		model_step(w, rest);
		if (!rest[0])
			return 0;
		if (!w->name)
			return -ENOENT;
		if (w->name->kind == MODEL_FILE)
			return -ENOTDIR;
		if (w->name->kind == MODEL_DIR) {
			strscpy(w->dir, w->path, sizeof(w->dir));
			continue;
		}
		if (++links > MAXSYMLINKS)
			return -ELOOP;
		/* All targets begin at the root. */
		text_join(rest, w->name->target, rest);
		w->dir[0] = '\0';
	}
}

/* --- what each call does ------------------------------------------------------- */

static int model_make(const char *path, enum model_kind kind,
		      const char *target, struct model_name **made)
{
	struct model_walk w;
	int err = model_walk(&w, path);
	unsigned int i;

	if (err || w.name)
		return err ? err : -EEXIST;
	for (i = 0; names[i].path[0]; i++)
		;
	*made = &names[i];
	strscpy((*made)->path, w.path, PATH_BYTES);
	strscpy((*made)->target, target, sizeof((*made)->target));
	(*made)->kind = kind;
	(*made)->ino = 0;
	return 0;
}

static int model_link(const char *old, const char *path,
		      struct model_name **made)
{
	struct model_walk from, to;
	int err = model_walk(&from, old);

	if (!err && !from.name)
		err = -ENOENT;
	if (!err)
		err = model_walk(&to, path);
	if (!err && to.name)
		err = -EEXIST;
	if (!err && from.name->kind == MODEL_DIR)
		err = -EPERM;
	if (!err)
		err = model_make(path, from.name->kind, from.name->target,
				 made);
	if (!err)
		(*made)->ino = from.name->ino;
	return err;
}

static int model_unlink(const char *path)
{
	struct model_walk w;
	int err = model_walk(&w, path);

	if (err || !w.name)
		return err ? err : -ENOENT;
	if (w.name->kind == MODEL_DIR)
		return -EISDIR;
	w.name->path[0] = '\0';
	return 0;
}

static int model_rmdir(const char *path)
{
	struct model_walk w;
	int err = model_walk(&w, path);

	if (err || !w.name)
		return err ? err : -ENOENT;
	if (w.name->kind != MODEL_DIR)
		return -ENOTDIR;
	if (!model_is_empty(w.name))
		return -ENOTEMPTY;
	w.name->path[0] = '\0';
	return 0;
}

static int model_may_rename(const struct model_walk *from,
			    const struct model_walk *to)
{
	if (!from->name)
		return -ENOENT;
	if (model_below(to->dir, from->path))
		return -EINVAL;
	if (!to->name)
		return 0;
	if (model_below(from->dir, to->path))
		return -ENOTEMPTY;
	if (from->name->ino == to->name->ino)
		return 1;
	if (from->name->kind == MODEL_DIR && to->name->kind != MODEL_DIR)
		return -ENOTDIR;
	if (from->name->kind != MODEL_DIR && to->name->kind == MODEL_DIR)
		return -EISDIR;
	return model_is_empty(to->name) ? 0 : -ENOTEMPTY;
}

static int model_rename(const char *old, const char *path)
{
	struct model_walk from, to;
	int err = model_walk(&from, old);
	unsigned int i;

	if (!err)
		err = model_walk(&to, path);
	if (!err)
		err = model_may_rename(&from, &to);
	if (err)
		return min(err, 0);
	if (to.name)
		to.name->path[0] = '\0';
	for (i = 0; i < MOST_NAMES; i++) {
		if (names[i].path[0] && model_below(names[i].path, from.path))
			text_join(names[i].path, to.path,
				  names[i].path + strlen(from.path));
	}
	return 0;
}

/* --- both ------------------------------------------------------------------------ */

static unsigned int pick(struct ktest *t, unsigned int n)
{
	return (u32)(((u64)ktest_random(t) * n) >> 32);
}

/* One to three names of four. */
static void path_pick(struct ktest *t, char *path)
{
	unsigned int nr = 1 + pick(t, 3);

	for (; nr; nr--) {
		*path++ = '/';
		*path++ = (char)('a' + pick(t, 4));
	}
	*path = '\0';
}

static unsigned long ino_of(const char *path)
{
	unsigned long ino = 0;
	struct path there;

	if (!path_lookup(&fs, path, 0, &there)) {
		ino = there.dentry->d_inode->i_ino;
		path_put(&there);
	}
	return ino;
}

static int real_create(const char *path)
{
	return open_error(&fs, path, O_CREAT | O_EXCL | O_WRONLY);
}

/* One call of both. */
static void one_round(struct ktest *t, unsigned int nr_names)
{
	/* A full list makes nothing new. */
	unsigned int what = pick(t, nr_names < MOST_NAMES - 1 ? 8 : 4);
	struct model_name *made = NULL;
	char a[12], b[12];
	int real, model;

	path_pick(t, a);
	path_pick(t, b);
	switch (what) {
	case 0:
		real = fs_unlink(&fs, a);
		model = model_unlink(a);
		break;
	case 1:
		real = fs_rmdir(&fs, a);
		model = model_rmdir(a);
		break;
	case 2:
	case 3:
		real = fs_rename(&fs, a, b);
		model = model_rename(a, b);
		break;
	case 4:
		real = real_create(a);
		model = model_make(a, MODEL_FILE, "", &made);
		break;
	case 5:
		real = fs_link(&fs, a, b);
		model = model_link(a, b, &made);
		break;
	case 6:
		real = fs_symlink(&fs, b, a);
		model = model_make(a, MODEL_LINK, b, &made);
		break;
	default:
		real = fs_mkdir(&fs, a, 0755);
		model = model_make(a, MODEL_DIR, "", &made);
		break;
	}
	if (!KTEST_EXPECT_EQ(t, real, model))
		ktest_fail(t, __FILE__, __LINE__, "call %u of %s, %s", what, a,
			   b);
	if (made && !made->ino)
		made->ino = ino_of(made->path);
}

static unsigned int count_names(void)
{
	unsigned int i, nr = 0;

	for (i = 0; i < MOST_NAMES; i++)
		nr += names[i].path[0] != '\0';
	return nr;
}

/* Names of the file @ino. */
static unsigned int count_links(unsigned long ino)
{
	unsigned int i, nr = 0;

	for (i = 0; i < MOST_NAMES; i++)
		nr += names[i].path[0] && names[i].ino == ino;
	return nr;
}

static void name_is_there(struct ktest *t, const struct model_name *name)
{
	static const umode_t modes[] = { S_IFDIR, S_IFREG, S_IFLNK };
	struct inode *inode;
	struct path there;
	char buf[64];

	if (!KTEST_EXPECT_EQ(t, path_lookup(&fs, name->path, 0, &there), 0))
		return;
	inode = there.dentry->d_inode;
	KTEST_EXPECT_EQ(t, inode->i_ino, name->ino);
	KTEST_EXPECT_EQ(t, inode->i_mode & S_IFMT, modes[name->kind]);
	if (name->kind != MODEL_DIR)
		KTEST_EXPECT_EQ(t, inode->i_nlink, count_links(name->ino));
	if (strlen(name->path) < sizeof(buf))
		KTEST_EXPECT_TRUE(t, !strcmp(d_path(&there, buf, sizeof(buf)),
					     name->path));
	path_put(&there);
}

/* All names, and no others. */
static void trees_agree(struct ktest *t, long dentries_before)
{
	unsigned int i;

	for (i = 0; i < MOST_NAMES; i++) {
		if (names[i].path[0])
			name_is_there(t, &names[i]);
	}
	KTEST_EXPECT_EQ(t, atomic_long_read(&fs_counts.dentries),
			dentries_before + (long)count_names());
}

static void random_calls_agree_with_a_list_of_paths(struct ktest *t)
{
	unsigned int i;
	long dentries;
	struct fs_had had;

	fs_had_note(&had);
	memset(names, 0, sizeof(names));
	if (!tree_make(t, &fs))
		return;
	dentries = atomic_long_read(&fs_counts.dentries);
	for (i = 0; i < ROUNDS && !t->failed; i++) {
		one_round(t, count_names());
		if (i % ROUNDS_A_CHECK == 0)
			trees_agree(t, dentries);
	}
	trees_agree(t, dentries);
	tree_free(&fs);
	fs_had_still(t, &had);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(random_calls_agree_with_a_list_of_paths),
};
KTEST_SUITE(names_model, cases);

/* SPDX-License-Identifier: MIT */
/* fs_fixture.c - a tree of files of a test's own. */
#include <fs/ramfs.h>
#include <kernel/string.h>

#include "fs_fixture.h"

bool tree_make(struct ktest *t, struct fs_struct *fs)
{
	*fs = (struct fs_struct){ .root = ramfs_make_root(), .umask = 022 };
	if (!KTEST_EXPECT_NOT_NULL(t, fs->root))
		return false;
	fs->pwd = dget(fs->root);
	return true;
}

void tree_free(struct fs_struct *fs)
{
	dput(fs->pwd);
	down_write(&names_lock);
	d_remove_tree(fs->root);
	up_write(&names_lock);
	dput(fs->root);
}

void fs_had_note(struct fs_had *had)
{
	had->inodes = atomic_long_read(&fs_counts.inodes);
	had->dentries = atomic_long_read(&fs_counts.dentries);
	had->files = atomic_long_read(&fs_counts.files);
	had->pages = atomic_long_read(&fs_counts.ramfs_pages);
}

bool fs_had_still(struct ktest *t, const struct fs_had *had)
{
	bool failed = t->failed, same;
	struct fs_had now;

	t->failed = false;
	fs_had_note(&now);
	KTEST_EXPECT_EQ(t, now.inodes, had->inodes);
	KTEST_EXPECT_EQ(t, now.dentries, had->dentries);
	KTEST_EXPECT_EQ(t, now.files, had->files);
	KTEST_EXPECT_EQ(t, now.pages, had->pages);
	same = !t->failed;
	t->failed |= failed;
	return same;
}

int file_write_text(const struct fs_struct *fs, const char *path, int flags,
		    const char *text)
{
	struct file *file = file_open_at(fs, path, O_WRONLY | flags, 0644);
	size_t len = strlen(text);
	ssize_t n;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	n = kernel_write(file, text, len, &file->f_pos);
	fput(file);
	if (n < 0)
		return (int)n;
	return n == (ssize_t)len ? 0 : -EIO;
}

ssize_t file_read_on(struct file *file, char *buf, size_t size)
{
	ssize_t n = kernel_read(file, buf, size - 1, &file->f_pos);

	buf[n > 0 ? n : 0] = '\0';
	return n;
}

ssize_t file_read_text(const struct fs_struct *fs, const char *path, char *buf,
		       size_t size)
{
	struct file *file = file_open_at(fs, path, O_RDONLY, 0);
	ssize_t n;

	buf[0] = '\0';
	if (IS_ERR(file))
		return PTR_ERR(file);
	n = file_read_on(file, buf, size);
	fput(file);
	return n;
}

int open_error(const struct fs_struct *fs, const char *path, int flags)
{
	struct file *file = file_open_at(fs, path, flags, 0644);

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	fput(file);
	return 0;
}

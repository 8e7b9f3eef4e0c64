/* SPDX-License-Identifier: MIT */
/* fs_fixture.h - a tree of files of a test's own. */
#ifndef SUITES_FS_FIXTURE_H
#define SUITES_FS_FIXTURE_H

#include <fs/dcache.h>
#include <fs/namei.h>
#include <kernel/ktest.h>

/* An empty RAM file system, root and current directory of its own. False: the
 * case has failed. */
bool tree_make(struct ktest *t, struct fs_struct *fs);
/* Give it back with all that is in it. */
void tree_free(struct fs_struct *fs);

/* What there is of everything; and is it as it was? */
struct fs_had {
	long inodes, dentries, files, pages;
};
void fs_had_note(struct fs_had *had);
bool fs_had_still(struct ktest *t, const struct fs_had *had);

/* Make @path with @text as its contents. Return: 0 or an error. */
int file_write_text(const struct fs_struct *fs, const char *path, int flags,
		    const char *text);
/* The contents of @path as a text. Return: bytes, or an error. */
ssize_t file_read_text(const struct fs_struct *fs, const char *path, char *buf,
		       size_t size);
/* From an open file, at its position. */
ssize_t file_read_on(struct file *file, char *buf, size_t size);
/* Open, and say which error there was: 0 for a file, which is closed. */
int open_error(const struct fs_struct *fs, const char *path, int flags);

#endif

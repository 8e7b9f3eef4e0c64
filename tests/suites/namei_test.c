/* SPDX-License-Identifier: MIT */
/* namei_test.c - paths, and what can be done with them */
#include <fs/ramfs.h>
#include <kernel/string.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#include "fs_fixture.h"

static struct fs_struct fs;
static char text[128];

static void a_file_is_made_written_and_read(struct ktest *t)
{
	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, open_error(&fs, "/a", O_RDONLY), -ENOENT);
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/a", O_CREAT, "hello"), 0);
	KTEST_EXPECT_EQ(t, file_read_text(&fs, "/a", text, sizeof(text)), 5);
	KTEST_EXPECT_STREQ(t, text, "hello");
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "a", O_APPEND, ", you"), 0);
	KTEST_EXPECT_EQ(t, file_read_text(&fs, "a", text, sizeof(text)), 10);
	KTEST_EXPECT_STREQ(t, text, "hello, you");
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/a", O_TRUNC, "x"), 0);
	KTEST_EXPECT_EQ(t, file_read_text(&fs, "/a", text, sizeof(text)), 1);
	tree_free(&fs);
}

static void dots_and_slashes_lead_where_they_should(struct ktest *t)
{
	static const char *const same[] = {
		"/d/e/f",	 "//d///e//f", "/d/./e/./f", "/d/../d/e/../e/f",
		"/../../d/e/f",	 "e/f",	       "./e/f",	     "../d/e/f",
		"e/../../d/e/f",
	};
	unsigned int i;

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/d", 0755), 0);
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/d/e/", 0755), 0);
	KTEST_EXPECT_EQ(t, fs_chdir(&fs, "/d"), 0);
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "e/f", O_CREAT, "f"), 0);
	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		KTEST_EXPECT_EQ(t, open_error(&fs, same[i], O_RDONLY), 0);
	tree_free(&fs);
}

static void errors_are_those_of_linux(struct ktest *t)
{
	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/d", 0755), 0);
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", O_CREAT, "f"), 0);
	KTEST_EXPECT_EQ(t, open_error(&fs, "", O_RDONLY), -ENOENT);
	KTEST_EXPECT_EQ(t, open_error(&fs, "/no/f", O_CREAT), -ENOENT);
	KTEST_EXPECT_EQ(t, open_error(&fs, "/f/g", O_RDONLY), -ENOTDIR);
	KTEST_EXPECT_EQ(t, open_error(&fs, "/f/", O_RDONLY), -ENOTDIR);
	KTEST_EXPECT_EQ(t, open_error(&fs, "/f/.", O_RDONLY), -ENOTDIR);
	KTEST_EXPECT_EQ(t, open_error(&fs, "/new/", O_CREAT | O_WRONLY),
			-EISDIR);
	KTEST_EXPECT_EQ(t, open_error(&fs, "/d", O_WRONLY), -EISDIR);
	KTEST_EXPECT_EQ(t, open_error(&fs, "/d", O_RDONLY | O_CREAT), -EISDIR);
	KTEST_EXPECT_EQ(t, open_error(&fs, "/f", O_DIRECTORY), -ENOTDIR);
	KTEST_EXPECT_EQ(t, open_error(&fs, "/f", O_CREAT | O_EXCL), -EEXIST);
	KTEST_EXPECT_EQ(t, open_error(&fs, "/d", O_RDONLY), 0);
	KTEST_EXPECT_EQ(t, file_read_text(&fs, "/d", text, sizeof(text)),
			-EISDIR);
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/d", 0755), -EEXIST);
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/", 0755), -EEXIST);
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/f/x", 0755), -ENOTDIR);
	KTEST_EXPECT_EQ(t, fs_unlink(&fs, "/d"), -EISDIR);
	KTEST_EXPECT_EQ(t, fs_unlink(&fs, "/no"), -ENOENT);
	KTEST_EXPECT_EQ(t, fs_rmdir(&fs, "/f"), -ENOTDIR);
	KTEST_EXPECT_EQ(t, fs_rmdir(&fs, "/"), -EBUSY);
	KTEST_EXPECT_EQ(t, fs_rmdir(&fs, "/d/."), -EINVAL);
	KTEST_EXPECT_EQ(t, fs_rmdir(&fs, "/d/.."), -ENOTEMPTY);
	KTEST_EXPECT_EQ(t, fs_chdir(&fs, "/f"), -ENOTDIR);
	tree_free(&fs);
}

static void names_and_paths_have_their_longest(struct ktest *t)
{
	const size_t bytes = 64 * 1024;
	char *path = vmalloc(bytes);

	if (!KTEST_EXPECT_NOT_NULL(t, path) || !tree_make(t, &fs)) {
		vfree(path);
		return;
	}
	memset(path, 'n', bytes);
	path[0] = '/';
	path[1 + NAME_MAX] = '\0';
	KTEST_EXPECT_EQ(t, open_error(&fs, path, O_CREAT | O_WRONLY), 0);
	path[1 + NAME_MAX] = 'n';
	path[2 + NAME_MAX] = '\0';
	KTEST_EXPECT_EQ(t, open_error(&fs, path, O_CREAT | O_WRONLY),
			-ENAMETOOLONG);
	memset(path, '/', bytes);
	path[PATH_MAX - 1] = '\0';
	KTEST_EXPECT_EQ(t, open_error(&fs, path, O_RDONLY), 0);
	path[PATH_MAX - 1] = '/';
	path[PATH_MAX] = '\0';
	KTEST_EXPECT_EQ(t, open_error(&fs, path, O_RDONLY), -ENAMETOOLONG);
	path[PATH_MAX] = '/';
	path[bytes - 1] = '\0';
	KTEST_EXPECT_EQ(t, open_error(&fs, path, O_RDONLY), -ENAMETOOLONG);
	tree_free(&fs);
	vfree(path);
}

static void what_is_unlinked_stays_until_it_is_closed(struct ktest *t)
{
	struct file *file;

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", O_CREAT, "still"), 0);
	file = file_open_at(&fs, "/f", O_RDWR, 0);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(file))) {
		KTEST_EXPECT_EQ(t, fs_unlink(&fs, "/f"), 0);
		KTEST_EXPECT_EQ(t, open_error(&fs, "/f", O_RDONLY), -ENOENT);
		KTEST_EXPECT_STREQ(t, d_path(&file->f_path, text, sizeof(text)),
				   "/f (deleted)");
		KTEST_EXPECT_EQ(t, file_inode(file)->i_nlink, 0);
		KTEST_EXPECT_EQ(t, file_read_on(file, text, sizeof(text)), 5);
		KTEST_EXPECT_STREQ(t, text, "still");
		fput(file);
	}
	tree_free(&fs);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_file_is_made_written_and_read),
	KTEST_CASE(dots_and_slashes_lead_where_they_should),
	KTEST_CASE(errors_are_those_of_linux),
	KTEST_CASE(names_and_paths_have_their_longest),
	KTEST_CASE(what_is_unlinked_stays_until_it_is_closed),
};
KTEST_SUITE(namei, cases);

/* SPDX-License-Identifier: MIT */
/* ramfs_test.c - files in RAM: contents, holes, lengths, and running out */
#include <fs/ramfs.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

#include "fs_fixture.h"
#include "user_fixture.h"

static struct fs_struct fs;
static struct fs_had had;
static char text[128];

static struct file *open_new(struct ktest *t, const char *path)
{
	struct file *file =
		file_open_at(&fs, path, O_RDWR | O_CREAT | O_TRUNC, 0644);

	return KTEST_EXPECT_FALSE(t, IS_ERR(file)) ? file : NULL;
}

static void holes_are_zeroes_and_cost_nothing(struct ktest *t)
{
	static const char zeroes[sizeof(text)];
	loff_t pos = MIB(64);
	struct file *file;

	fs_had_note(&had);
	if (!tree_make(t, &fs))
		return;
	file = open_new(t, "/f");
	if (file) {
		KTEST_EXPECT_EQ(t, kernel_write(file, "end", 3, &pos), 3);
		KTEST_EXPECT_EQ(t, i_size_read(file->f_inode), MIB(64) + 3);
		KTEST_EXPECT_EQ(t, atomic_long_read(&fs_counts.ramfs_pages),
				had.pages + 1);
		pos = MIB(32);
		KTEST_EXPECT_EQ(t, kernel_read(file, text, sizeof(text), &pos),
				sizeof(text));
		KTEST_EXPECT_EQ(t, memcmp(text, zeroes, sizeof(text)), 0);
		pos = MIB(64) - 1;
		KTEST_EXPECT_EQ(t, kernel_read(file, text, sizeof(text), &pos),
				4);
		KTEST_EXPECT_EQ(t, memcmp(text, "\0end", 4), 0);
		KTEST_EXPECT_EQ(t, kernel_read(file, text, sizeof(text), &pos),
				0);
		fput(file);
	}
	tree_free(&fs);
	fs_had_still(t, &had);
}

static void a_file_that_grows_again_shows_no_old_bytes(struct ktest *t)
{
	struct file *file;
	loff_t pos = 0;

	if (!tree_make(t, &fs))
		return;
	file = open_new(t, "/f");
	if (file) {
		KTEST_EXPECT_EQ(t, kernel_write(file, "old bytes", 9, &pos), 9);
		KTEST_EXPECT_EQ(t, vfs_truncate(file, 3), 0);
		KTEST_EXPECT_EQ(t, vfs_truncate(file, 9), 0);
		pos = 0;
		KTEST_EXPECT_EQ(t, kernel_read(file, text, sizeof(text), &pos),
				9);
		KTEST_EXPECT_EQ(t, memcmp(text, "old\0\0\0\0\0\0", 9), 0);
		fput(file);
	}
	tree_free(&fs);
}

static void no_file_is_longer_than_the_limit(struct ktest *t)
{
	loff_t pos = RAMFS_MAX_BYTES - 2;
	struct file *file;

	if (!tree_make(t, &fs))
		return;
	file = open_new(t, "/f");
	if (file) {
		KTEST_EXPECT_EQ(t, kernel_write(file, "abcd", 4, &pos), 2);
		KTEST_EXPECT_EQ(t, kernel_write(file, "cd", 2, &pos), -EFBIG);
		KTEST_EXPECT_EQ(t, vfs_truncate(file, RAMFS_MAX_BYTES), 0);
		KTEST_EXPECT_EQ(t, vfs_truncate(file, RAMFS_MAX_BYTES + 1),
				-EFBIG);
		KTEST_EXPECT_EQ(t, vfs_truncate(file, -1), -EINVAL);
		pos = -1;
		KTEST_EXPECT_EQ(t, kernel_write(file, "x", 1, &pos), -EINVAL);
		pos = MAX_LFS_FILESIZE;
		KTEST_EXPECT_EQ(t, kernel_write(file, "x", 1, &pos),
				-EOVERFLOW);
		fput(file);
	}
	tree_free(&fs);
}

static void rights_of_an_opening_are_kept(struct ktest *t)
{
	struct file *file;

	if (!tree_make(t, &fs))
		return;
	file = file_open_at(&fs, "/f", O_WRONLY | O_CREAT, 0666);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(file))) {
		KTEST_EXPECT_EQ(t, file->f_inode->i_mode, S_IFREG | 0644);
		KTEST_EXPECT_EQ(t, file_read_on(file, text, 8), -EBADF);
		fput(file);
	}
	file = file_open_at(&fs, "/f", O_RDONLY, 0);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(file))) {
		KTEST_EXPECT_EQ(t, kernel_write(file, "x", 1, &file->f_pos),
				-EBADF);
		KTEST_EXPECT_EQ(t, vfs_ioctl(file, 1, 0), -ENOTTY);
		KTEST_EXPECT_EQ(t, vfs_llseek(file, 5, SEEK_END), 5);
		KTEST_EXPECT_EQ(t, vfs_llseek(file, -6, SEEK_CUR), -EINVAL);
		KTEST_EXPECT_EQ(t, vfs_llseek(file, 0, SEEK_MAX + 1), -EINVAL);
		fput(file);
	}
	tree_free(&fs);
}

/* --- pieces ------------------------------------------------------------------- */

/* The user has one page, behind which nothing is. */
static void a_write_that_ends_early_changes_no_byte_behind_it(struct ktest *t)
{
	static const char had_before[] = "0123456789abcdef";
	const unsigned long end = USER_BASE + PAGE_SIZE;
	struct test_user u;
	struct file *file;
	loff_t pos = 0;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, copy_to_user(user_ptr(end - 3), "XYZ", 3), 0);
	if (tree_make(t, &fs)) {
		file = open_new(t, "/f");
		if (file) {
			KTEST_EXPECT_EQ(
				t, kernel_write(file, had_before, 16, &pos),
				16);
			pos = 2;
			KTEST_EXPECT_EQ(
				t, vfs_write(file, user_ptr(end - 3), 10, &pos),
				3);
			pos = 0;
			KTEST_EXPECT_EQ(t, kernel_read(file, text, 16, &pos),
					16);
			KTEST_EXPECT_EQ(t, memcmp(text, "01XYZ56789abcdef", 16),
					0);
			fput(file);
		}
		tree_free(&fs);
	}
	user_end(t, &u);
}

static void one_transfer_may_have_many_pieces(struct ktest *t)
{
	char a[3], b[1], d[6];
	struct kvec in[] = { { (char *)"", 0 },
			     { (char *)"ab", 2 },
			     { (char *)"", 0 },
			     { (char *)"cdefgh", 6 } };
	struct kvec out[] = { { a, 3 }, { b, 1 }, { b, 0 }, { d, 6 } };
	struct iov_iter iter;
	struct file *file;
	loff_t pos = 0;

	if (!tree_make(t, &fs))
		return;
	file = open_new(t, "/f");
	if (file) {
		iov_iter_kvec(&iter, WRITE, in, 4, 8);
		KTEST_EXPECT_EQ(t, vfs_iter_write(file, &iter, &pos), 8);
		KTEST_EXPECT_EQ(t, iov_iter_count(&iter), 0);
		pos = 0;
		iov_iter_kvec(&iter, READ, out, 4, 10);
		KTEST_EXPECT_EQ(t, vfs_iter_read(file, &iter, &pos), 8);
		KTEST_EXPECT_EQ(t, iov_iter_count(&iter), 2);
		KTEST_EXPECT_EQ(t, memcmp(a, "abc", 3), 0);
		KTEST_EXPECT_EQ(t, b[0], 'd');
		KTEST_EXPECT_EQ(t, memcmp(d, "efgh", 4), 0);
		/* Back over three pieces, and the same again. */
		iov_iter_revert(&iter, 6);
		KTEST_EXPECT_EQ(t, copy_to_iter("12345678", 8, &iter), 8);
		KTEST_EXPECT_EQ(t, memcmp(a, "ab1", 3), 0);
		KTEST_EXPECT_EQ(t, b[0], '2');
		KTEST_EXPECT_EQ(t, memcmp(d, "345678", 6), 0);
		fput(file);
	}
	tree_free(&fs);
}

/* --- against a naive model -------------------------------------------------------- */

#define MODEL_BYTES (3 * PAGE_SIZE)
#define MODEL_ROUNDS 600u

struct model {
	u8 *bytes; /* what the file should have */
	u8 *buf;
	size_t size;
	struct file *file;
};

static void model_write(struct ktest *t, struct model *m)
{
	size_t at = ktest_random(t) % MODEL_BYTES;
	size_t len = ktest_random(t) % (MODEL_BYTES - at) + 1;
	u8 with = (u8)ktest_random(t);
	loff_t pos = (loff_t)at;

	memset(m->buf, with, len);
	KTEST_EXPECT_EQ(t, kernel_write(m->file, m->buf, len, &pos), len);
	KTEST_EXPECT_EQ(t, pos, at + len);
	memset(m->bytes + at, with, len);
	m->size = max(m->size, at + len);
}

static void model_truncate(struct ktest *t, struct model *m)
{
	size_t size = ktest_random(t) % MODEL_BYTES;

	KTEST_EXPECT_EQ(t, vfs_truncate(m->file, (loff_t)size), 0);
	if (size < m->size)
		memset(m->bytes + size, 0, m->size - size);
	m->size = size;
}

static void model_read(struct ktest *t, struct model *m)
{
	size_t at = ktest_random(t) % MODEL_BYTES;
	size_t len = ktest_random(t) % MODEL_BYTES;
	size_t want = at < m->size ? min(len, m->size - at) : 0;
	loff_t pos = (loff_t)at;

	KTEST_EXPECT_EQ(t, kernel_read(m->file, m->buf, len, &pos), want);
	KTEST_EXPECT_EQ(t, memcmp(m->buf, m->bytes + at, want), 0);
}

static void contents_are_those_of_a_plain_array(struct ktest *t)
{
	struct model m = { .bytes = kzalloc(MODEL_BYTES, GFP_KERNEL),
			   .buf = kzalloc(MODEL_BYTES, GFP_KERNEL) };
	unsigned int i;

	fs_had_note(&had);
	if (m.bytes && m.buf && tree_make(t, &fs)) {
		m.file = open_new(t, "/f");
		for (i = 0; m.file && i < MODEL_ROUNDS && !t->failed; i++) {
			unsigned int what = ktest_random(t) % 8;

			if (what < 3)
				model_write(t, &m);
			else if (what < 4)
				model_truncate(t, &m);
			else
				model_read(t, &m);
			KTEST_EXPECT_EQ(t, i_size_read(m.file->f_inode),
					m.size);
		}
		if (m.file)
			fput(m.file);
		tree_free(&fs);
	}
	kfree(m.bytes);
	kfree(m.buf);
	fs_had_still(t, &had);
}

/* --- running out --------------------------------------------------------------------- */

/* All that asks for memory. Return: the first error, or 0. */
static int use_everything(void)
{
	static char buf[2 * PAGE_SIZE];
	struct fs_struct tree = { .root = ramfs_make_root() };
	struct file *file;
	int err = -ENOMEM;
	ssize_t n;

	if (!tree.root)
		return err;
	tree.pwd = dget(tree.root);
	err = fs_mkdir(&tree, "/d", 0755);
	if (!err)
		err = fs_symlink(&tree, "/d/f", "/l");
	if (!err) {
		file = file_open_at(&tree, "/l", O_RDWR | O_CREAT, 0644);
		err = IS_ERR(file) ? (int)PTR_ERR(file) : 0;
	}
	if (!err) {
		n = kernel_write(file, buf, sizeof(buf), &file->f_pos);
		err = n == sizeof(buf) ? 0 : -ENOMEM;
		fput(file);
	}
	if (!err)
		err = fs_link(&tree, "/d/f", "/d/g");
	if (!err)
		err = fs_rename(&tree, "/d/g", "/d/a longer name than before");
	tree_free(&tree);
	return err;
}

static void sweep(struct ktest *t, struct fault_attr *attr)
{
	struct fault_attr boot_plan;
	unsigned int n;
	int err = -1;

	for (n = 1; err && n < 100; n++) {
		fs_had_note(&had);
		fault_plan_save(attr, &boot_plan);
		fault_fail_nth(attr, n);
		err = use_everything();
		fault_plan_restore(attr, &boot_plan);
		if (err)
			KTEST_EXPECT_EQ(t, err, -ENOMEM);
		if (!fs_had_still(t, &had))
			return;
	}
	KTEST_EXPECT_EQ(t, err, 0);
	/* Not before several failed. */
	KTEST_EXPECT_GE(t, n, 4);
}

static void each_allocation_may_fail_and_nothing_is_lost(struct ktest *t)
{
	sweep(t, &fault_slab);
}

static void each_page_may_fail_and_nothing_is_lost(struct ktest *t)
{
	sweep(t, &mm_node.fault);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(holes_are_zeroes_and_cost_nothing),
	KTEST_CASE(a_file_that_grows_again_shows_no_old_bytes),
	KTEST_CASE(no_file_is_longer_than_the_limit),
	KTEST_CASE(rights_of_an_opening_are_kept),
	KTEST_CASE(a_write_that_ends_early_changes_no_byte_behind_it),
	KTEST_CASE(one_transfer_may_have_many_pieces),
	KTEST_CASE(contents_are_those_of_a_plain_array),
	KTEST_CASE(each_allocation_may_fail_and_nothing_is_lost),
	KTEST_CASE(each_page_may_fail_and_nothing_is_lost),
};
KTEST_SUITE(ramfs, cases);

/* SPDX-License-Identifier: MIT */
/*
 * user_files_test.c - reading and writing with a user's memory, where it is,
 * where it is not, and where it ends
 *
 * The user has one page, and one that is read only; nothing lies around them.
 * What arrived before a bad byte counts, to the byte; -EFAULT only if nothing
 * did.
 */
#include <fs/cdev.h>
#include <fs/proc_fs.h>
#include <kernel/big_lock.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>

#include "fs_fixture.h"
#include "user_fixture.h"

#define PAGE_AT USER_BASE
#define PAGE_END (USER_BASE + PAGE_SIZE)
#define READ_ONLY (USER_BASE + MIB(4))
#define FILE_BYTES (loff_t)(PAGE_SIZE + 40)

static struct fs_struct fs;
static struct fs_had had;
static char text[64];

/* A user and /f, whose bytes are 'a' to 'z' again and again. */
static struct file *begin(struct ktest *t, struct test_user *u)
{
	struct file *file;
	loff_t pos = 0;
	char c;

	fs_had_note(&had);
	if (!user_begin(t, u) || !tree_make(t, &fs))
		return NULL;
	user_pages(t, u, PAGE_AT, 1, USER_RW);
	user_pages(t, u, READ_ONLY, 1, VM_READ);
	file = file_open_at(&fs, "/f", O_CREAT | O_RDWR, 0644);
	if (!KTEST_EXPECT_FALSE(t, IS_ERR(file)))
		return NULL;
	while (pos < FILE_BYTES) {
		c = (char)('a' + (unsigned long)pos % 26);
		if (kernel_write(file, &c, 1, &pos) != 1)
			break;
	}
	KTEST_EXPECT_EQ(t, pos, FILE_BYTES);
	return file;
}

static void end(struct ktest *t, struct test_user *u, struct file *file)
{
	fput(file);
	user_end(t, u);
	tree_free(&fs);
	fs_had_still(t, &had);
}

static bool user_has(unsigned long addr, const char *s)
{
	size_t len = strlen(s);

	memset(text, 0, sizeof(text));
	return !copy_from_user(text, user_ptr(addr), len) && !strcmp(text, s);
}

/* One call at @pos; the position must move by what is returned. */
static ssize_t read_at(struct ktest *t, struct file *file, unsigned long addr,
		       size_t count, loff_t pos)
{
	loff_t before = pos;
	ssize_t n = vfs_read(file, user_ptr(addr), count, &pos);

	KTEST_EXPECT_EQ(t, pos - before, max(n, (ssize_t)0));
	return n;
}

static ssize_t write_at(struct ktest *t, struct file *file, unsigned long addr,
			size_t count, loff_t pos)
{
	loff_t before = pos;
	ssize_t n = vfs_write(file, user_ptr(addr), count, &pos);

	KTEST_EXPECT_EQ(t, pos - before, max(n, (ssize_t)0));
	return n;
}

/* --- files in RAM ------------------------------------------------------------------ */

static void a_read_ends_where_the_memory_does(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u);

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, read_at(t, file, PAGE_AT, PAGE_SIZE, 1), PAGE_SIZE);
	KTEST_EXPECT_TRUE(t, user_has(PAGE_AT, "bcdef"));
	KTEST_EXPECT_EQ(t, read_at(t, file, PAGE_END - 5, 30, 0), 5);
	KTEST_EXPECT_TRUE(t, user_has(PAGE_END - 5, "abcde"));
	/* Across a page of the file, too. */
	KTEST_EXPECT_EQ(t, read_at(t, file, PAGE_END - 30, 40, PAGE_SIZE - 10),
			30);
	KTEST_EXPECT_EQ(t, read_at(t, file, PAGE_END - 1, 2, 25), 1);
	KTEST_EXPECT_TRUE(t, user_has(PAGE_END - 1, "z"));
	KTEST_EXPECT_EQ(t, read_at(t, file, PAGE_END, 1, 0), -EFAULT);
	KTEST_EXPECT_EQ(t, read_at(t, file, PAGE_AT - 1, 20, 0), -EFAULT);
	/* At the end there is nothing to copy, and at 0 bytes neither. */
	KTEST_EXPECT_EQ(t, read_at(t, file, PAGE_END, 1, FILE_BYTES), 0);
	KTEST_EXPECT_EQ(t, read_at(t, file, PAGE_END, 0, 0), 0);
	end(t, &u, file);
}

static void a_write_ends_where_the_memory_does(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u);
	loff_t pos = 0;

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, copy_to_user(user_ptr(PAGE_END - 4), "WXYZ", 4), 0);
	KTEST_EXPECT_EQ(t, write_at(t, file, PAGE_END - 4, 100, 0), 4);
	KTEST_EXPECT_EQ(t, kernel_read(file, text, 6, &pos), 6);
	KTEST_EXPECT_EQ(t, memcmp(text, "WXYZef", 6), 0);
	KTEST_EXPECT_EQ(t, write_at(t, file, PAGE_END, 100, 0), -EFAULT);
	/* What did not come makes no file longer, and takes no page. */
	KTEST_EXPECT_EQ(t, write_at(t, file, PAGE_END, 100, MIB(1)), -EFAULT);
	KTEST_EXPECT_EQ(t, i_size_read(file->f_inode), FILE_BYTES);
	KTEST_EXPECT_EQ(t, atomic_long_read(&fs_counts.ramfs_pages),
			had.pages + 2);
	KTEST_EXPECT_EQ(t, write_at(t, file, PAGE_END - 4, 100, MIB(1)), 4);
	KTEST_EXPECT_EQ(t, i_size_read(file->f_inode), MIB(1) + 4);
	end(t, &u, file);
}

static void read_only_memory_is_written_from_but_not_read_into(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u);
	loff_t pos = 0;

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, read_at(t, file, READ_ONLY, 8, 0), -EFAULT);
	KTEST_EXPECT_EQ(t, write_at(t, file, READ_ONLY, 8, 0), 8);
	KTEST_EXPECT_EQ(t, kernel_read(file, text, 10, &pos), 10);
	KTEST_EXPECT_EQ(t, memcmp(text, "\0\0\0\0\0\0\0\0ij", 10), 0);
	/* The page is there now, and still not written. */
	KTEST_EXPECT_EQ(t, read_at(t, file, READ_ONLY, 8, 0), -EFAULT);
	end(t, &u, file);
}

static void addresses_that_are_nobodys_are_refused_at_once(struct ktest *t)
{
	const unsigned long bad[] = {
		0,	   PAGE_SIZE,	USER_START - 1, TASK_SIZE - 1,
		TASK_SIZE, PAGE_OFFSET, -PAGE_SIZE,	-1ul
	};
	struct test_user u;
	struct file *file = begin(t, &u);
	unsigned int i;
	loff_t pos = 0;

	if (!file)
		return;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		KTEST_EXPECT_EQ(t, read_at(t, file, bad[i], 8, 0), -EFAULT);
		KTEST_EXPECT_EQ(t, write_at(t, file, bad[i], 8, 0), -EFAULT);
	}
	/* A count that reaches beyond all users, though the file is short. */
	KTEST_EXPECT_EQ(t, read_at(t, file, TASK_SIZE - PAGE_SIZE, MIB(1), 0),
			-EFAULT);
	KTEST_EXPECT_EQ(t, vfs_read(file, user_ptr(PAGE_AT), -(size_t)1, &pos),
			-EINVAL);
	pos = -1;
	KTEST_EXPECT_EQ(t, vfs_read(file, user_ptr(PAGE_AT), 1, &pos), -EINVAL);
	end(t, &u, file);
}

static void pieces_end_at_the_first_bad_byte(struct ktest *t)
{
	const struct iovec pieces[] = {
		{ user_ptr(PAGE_AT), 3 },
		{ user_ptr(PAGE_END), 0 },
		{ user_ptr(PAGE_END - 2), 4 },
		{ user_ptr(PAGE_AT + 100), 5 },
	};
	struct test_user u;
	struct file *file = begin(t, &u);
	struct iov_iter iter;
	loff_t pos = 0;

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, clear_user(user_ptr(PAGE_AT), PAGE_SIZE), 0);
	iov_iter_init(&iter, READ, pieces, 4, 12);
	KTEST_EXPECT_EQ(t, vfs_iter_read(file, &iter, &pos), 5);
	KTEST_EXPECT_EQ(t, pos, 5);
	KTEST_EXPECT_EQ(t, iov_iter_count(&iter), 7);
	KTEST_EXPECT_TRUE(t, user_has(PAGE_AT, "abc"));
	KTEST_EXPECT_TRUE(t, user_has(PAGE_END - 2, "de"));
	KTEST_EXPECT_FALSE(t, user_has(PAGE_AT + 100, "f"));
	pos = 10;
	iov_iter_init(&iter, WRITE, pieces, 4, 12);
	KTEST_EXPECT_EQ(t, vfs_iter_write(file, &iter, &pos), 5);
	KTEST_EXPECT_EQ(t, pos, 15);
	pos = 0;
	iov_iter_init(&iter, READ, pieces + 2, 2, 9);
	iov_iter_advance(&iter, 2);
	KTEST_EXPECT_EQ(t, vfs_iter_read(file, &iter, &pos), -EFAULT);
	end(t, &u, file);
}

/* --- /proc ------------------------------------------------------------------------- */

static int show_lines(struct seq_file *m, void *v)
{
	(void)v;
	seq_puts(m, "first line\nsecond line\n");
	return 0;
}

static void a_text_goes_on_where_the_copy_ended(struct ktest *t)
{
	struct proc_dir_entry *entry =
		proc_create_single("ktest_user", 0444, NULL, show_lines);
	struct file *text_file;
	struct test_user u;
	struct file *file;

	if (!KTEST_EXPECT_NOT_NULL(t, entry))
		return;
	file = begin(t, &u);
	if (!file)
		return;
	text_file = filp_open("/proc/ktest_user", O_RDONLY, 0);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(text_file))) {
		loff_t *pos = &text_file->f_pos;

		KTEST_EXPECT_EQ(
			t, vfs_read(text_file, user_ptr(PAGE_END), 99, pos),
			-EFAULT);
		KTEST_EXPECT_EQ(t, *pos, 0);
		KTEST_EXPECT_EQ(
			t, vfs_read(text_file, user_ptr(PAGE_END - 8), 99, pos),
			8);
		KTEST_EXPECT_TRUE(t, user_has(PAGE_END - 8, "first li"));
		KTEST_EXPECT_EQ(
			t, vfs_read(text_file, user_ptr(PAGE_AT), 99, pos), 15);
		KTEST_EXPECT_TRUE(t, user_has(PAGE_AT, "ne\nsecond line\n"));
		KTEST_EXPECT_EQ(
			t, vfs_read(text_file, user_ptr(PAGE_END), 99, pos), 0);
		fput(text_file);
	}
	end(t, &u, file);
	proc_remove(entry);
}

/* --- a driver ---------------------------------------------------------------------- */

static char device_bytes[16];

static ssize_t device_read(struct file *file, char __user *buf, size_t count,
			   loff_t *pos)
{
	(void)file;
	return simple_read_from_buffer(buf, count, pos, device_bytes,
				       sizeof(device_bytes));
}

static ssize_t device_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *pos)
{
	(void)file;
	return simple_write_to_buffer(device_bytes, sizeof(device_bytes), pos,
				      buf, count);
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u32 word;

	(void)file;
	if (cmd)
		return put_user(0x12345678u, (u32 __user *)user_ptr(arg));
	if (get_user(word, (u32 __user *)user_ptr(arg)))
		return -EFAULT;
	return (long)(word & 0xff);
}

static const struct file_operations device_fops = {
	.read = device_read,
	.write = device_write,
	.unlocked_ioctl = device_ioctl,
	.llseek = default_llseek,
};

/* The same as up to 2.6.35. */
static int older_ioctl(struct inode *inode, struct file *file, unsigned int cmd,
		       unsigned long arg)
{
	if (inode != file_inode(file) || !kernel_locked())
		return -EIO;
	return (int)device_ioctl(file, cmd, arg);
}

static ssize_t older_aio_read(struct kiocb *iocb, char __user *buf,
			      size_t count, loff_t pos)
{
	ssize_t n = device_read(iocb->ki_filp, buf, count, &pos);

	iocb->ki_pos = pos;
	return n;
}

static ssize_t older_aio_write(struct kiocb *iocb, const char __user *buf,
			       size_t count, loff_t pos)
{
	ssize_t n = device_write(iocb->ki_filp, buf, count, &pos);

	iocb->ki_pos = pos;
	return is_sync_kiocb(iocb) ? n : -EIO;
}

static const struct file_operations older_fops = {
	.aio_read = older_aio_read,
	.aio_write = older_aio_write,
	.ioctl = older_ioctl,
	.llseek = default_llseek,
};

static void try_device(struct ktest *t, struct file *dev)
{
	KTEST_EXPECT_EQ(t, copy_to_user(user_ptr(PAGE_END - 6), "device", 6),
			0);
	KTEST_EXPECT_EQ(t, write_at(t, dev, PAGE_END - 6, 10, 2), 6);
	KTEST_EXPECT_EQ(t, write_at(t, dev, PAGE_END, 10, 8), -EFAULT);
	KTEST_EXPECT_EQ(t, memcmp(device_bytes, "\0\0device\0\0", 10), 0);
	KTEST_EXPECT_EQ(t, read_at(t, dev, PAGE_END - 3, 16, 2), 3);
	KTEST_EXPECT_TRUE(t, user_has(PAGE_END - 3, "dev"));
	KTEST_EXPECT_EQ(t, read_at(t, dev, PAGE_END, 16, 2), -EFAULT);
	KTEST_EXPECT_EQ(t, read_at(t, dev, READ_ONLY, 16, 0), -EFAULT);
	KTEST_EXPECT_EQ(t, read_at(t, dev, PAGE_OFFSET, 16, 0), -EFAULT);
	/* Commands: a word that is half there is not there. */
	KTEST_EXPECT_EQ(t, vfs_ioctl(dev, 1, PAGE_AT), 0);
	KTEST_EXPECT_EQ(t, vfs_ioctl(dev, 0, PAGE_AT), 0x78);
	KTEST_EXPECT_EQ(t, vfs_ioctl(dev, 1, PAGE_END - 2), -EFAULT);
	KTEST_EXPECT_EQ(t, vfs_ioctl(dev, 0, PAGE_END - 2), -EFAULT);
	KTEST_EXPECT_EQ(t, vfs_ioctl(dev, 1, READ_ONLY), -EFAULT);
	KTEST_EXPECT_EQ(t, vfs_ioctl(dev, 0, READ_ONLY), 0);
	KTEST_EXPECT_EQ(t, vfs_ioctl(dev, 1, 0), -EFAULT);
	KTEST_EXPECT_EQ(t, vfs_ioctl(dev, 0, TASK_SIZE - 2), -EFAULT);
}

static void try_driver(struct ktest *t, const struct file_operations *fops)
{
	int major = register_chrdev(0, "user_files", fops);
	struct test_user u;
	struct file *file = begin(t, &u), *dev;

	if (!file)
		return;
	memset(device_bytes, 0, sizeof(device_bytes));
	KTEST_EXPECT_EQ(t, fs_mknod(&fs, "/d", S_IFCHR | 0666, MKDEV(major, 0)),
			0);
	dev = file_open_at(&fs, "/d", O_RDWR, 0);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(dev))) {
		try_device(t, dev);
		fput(dev);
	}
	end(t, &u, file);
	unregister_chrdev((unsigned int)major, "user_files");
}

static void a_driver_says_what_its_copies_say(struct ktest *t)
{
	try_driver(t, &device_fops);
}

static void a_driver_of_older_editions_does_too(struct ktest *t)
{
	try_driver(t, &older_fops);
	KTEST_EXPECT_FALSE(t, kernel_locked());
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_read_ends_where_the_memory_does),
	KTEST_CASE(a_write_ends_where_the_memory_does),
	KTEST_CASE(read_only_memory_is_written_from_but_not_read_into),
	KTEST_CASE(addresses_that_are_nobodys_are_refused_at_once),
	KTEST_CASE(pieces_end_at_the_first_bad_byte),
	KTEST_CASE(a_text_goes_on_where_the_copy_ended),
	KTEST_CASE(a_driver_says_what_its_copies_say),
	KTEST_CASE(a_driver_of_older_editions_does_too),
};
KTEST_SUITE(user_files, cases);

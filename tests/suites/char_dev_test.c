/* SPDX-License-Identifier: MIT */
/* char_dev_test.c - device numbers, and drivers behind them */
#include <fs/cdev.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>

#include "fs_fixture.h"

static struct fs_struct fs;
static char text[128];

/* A device that counts its openings and answers with its minor. */
static struct cdev device;
static int opened, released;

static int device_open(struct inode *inode, struct file *file)
{
	file->private_data = inode->i_cdev;
	opened++;
	return 0;
}

static int device_release(struct inode *inode, struct file *file)
{
	(void)inode;
	(void)file;
	released++;
	return 0;
}

static ssize_t device_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	char c = (char)('0' + iminor(file_inode(iocb->ki_filp)));

	return (ssize_t)copy_to_iter(&c, 1, to);
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.read_iter = device_read_iter,
};

static void numbers_that_overlap_are_refused(struct ktest *t)
{
	KTEST_ASSERT_EQ(t, register_chrdev_region(MKDEV(240, 4), 4, "a"), 0);
	KTEST_EXPECT_EQ(t, register_chrdev_region(MKDEV(240, 7), 1, "b"),
			-EBUSY);
	KTEST_EXPECT_EQ(t, register_chrdev_region(MKDEV(240, 0), 5, "b"),
			-EBUSY);
	KTEST_EXPECT_EQ(t, register_chrdev_region(MKDEV(240, 0), 4, "b"), 0);
	KTEST_EXPECT_EQ(t, register_chrdev_region(MKDEV(240, 8), 1, "c"), 0);
	unregister_chrdev_region(MKDEV(240, 0), 4);
	unregister_chrdev_region(MKDEV(240, 4), 4);
	unregister_chrdev_region(MKDEV(240, 8), 1);
	KTEST_EXPECT_EQ(t, register_chrdev_region(MKDEV(240, 0), 9, "d"), 0);
	unregister_chrdev_region(MKDEV(240, 0), 9);
}

static void numbers_end_where_majors_do(struct ktest *t)
{
	dev_t dev;

	KTEST_EXPECT_EQ(t, register_chrdev_region(MKDEV(512, 0), 1, "a"),
			-EINVAL);
	KTEST_EXPECT_EQ(t, register_chrdev_region(MKDEV(0, 1), 1, "a"),
			-EINVAL);
	KTEST_EXPECT_EQ(t, register_chrdev_region(MKDEV(240, 0), 0, "a"),
			-EINVAL);
	/* Into the next major, and over the last one's end. */
	KTEST_EXPECT_EQ(
		t, register_chrdev_region(MKDEV(240, MINORMASK), 2, "a"), 0);
	KTEST_EXPECT_EQ(t, register_chrdev_region(MKDEV(241, 0), 1, "b"),
			-EBUSY);
	unregister_chrdev_region(MKDEV(240, MINORMASK), 2);
	KTEST_EXPECT_EQ(t,
			register_chrdev_region(MKDEV(511, MINORMASK), 2, "a"),
			-EINVAL);
	KTEST_EXPECT_EQ(
		t, register_chrdev_region(MKDEV(511, MINORMASK), 1, "b"), 0);
	unregister_chrdev_region(MKDEV(511, MINORMASK), 1);
	KTEST_EXPECT_EQ(t, alloc_chrdev_region(&dev, MINORMASK, 2, "a"),
			-EINVAL);
}

static void a_device_is_opened_by_its_number(struct ktest *t)
{
	dev_t dev;

	if (!tree_make(t, &fs))
		return;
	opened = released = 0;
	KTEST_EXPECT_EQ(t, alloc_chrdev_region(&dev, 0, 2, "counted"), 0);
	KTEST_EXPECT_EQ(t, fs_mknod(&fs, "/dev1", S_IFCHR | 0666, dev + 1), 0);
	KTEST_EXPECT_EQ(t, open_error(&fs, "/dev1", O_RDONLY), -ENXIO);
	cdev_init(&device, &device_fops);
	KTEST_EXPECT_EQ(t, cdev_add(&device, dev, 2), 0);
	KTEST_EXPECT_EQ(t, file_read_text(&fs, "/dev1", text, sizeof(text)), 1);
	KTEST_EXPECT_STREQ(t, text, "1");
	KTEST_EXPECT_EQ(t, opened, 1);
	KTEST_EXPECT_EQ(t, released, 1);
	cdev_del(&device);
	KTEST_EXPECT_EQ(t, open_error(&fs, "/dev1", O_RDONLY), -ENXIO);
	unregister_chrdev_region(dev, 2);
	tree_free(&fs);
}

static void an_open_device_outlives_its_removal(struct ktest *t)
{
	struct file *file;
	int major;

	if (!tree_make(t, &fs))
		return;
	opened = released = 0;
	major = register_chrdev(0, "removed", &device_fops);
	if (!KTEST_EXPECT_GE(t, major, (int)CHRDEV_MAJOR_DYN_END)) {
		tree_free(&fs);
		return;
	}
	KTEST_EXPECT_EQ(t, fs_mknod(&fs, "/d", S_IFCHR | 0666, MKDEV(major, 7)),
			0);
	file = file_open_at(&fs, "/d", O_RDONLY, 0);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(file))) {
		KTEST_EXPECT_PTR_EQ(t, file->private_data,
				    file_inode(file)->i_cdev);
		unregister_chrdev((unsigned int)major, "removed");
		KTEST_EXPECT_EQ(t, open_error(&fs, "/d", O_RDONLY), -ENXIO);
		KTEST_EXPECT_EQ(t, file_read_on(file, text, sizeof(text)), 1);
		KTEST_EXPECT_STREQ(t, text, "7");
		KTEST_EXPECT_EQ(t, released, 0);
		fput(file);
		KTEST_EXPECT_EQ(t, released, 1);
	}
	tree_free(&fs);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(numbers_that_overlap_are_refused),
	KTEST_CASE(numbers_end_where_majors_do),
	KTEST_CASE(a_device_is_opened_by_its_number),
	KTEST_CASE(an_open_device_outlives_its_removal),
};
KTEST_SUITE(char_dev, cases);

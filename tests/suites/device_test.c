/* SPDX-License-Identifier: MIT */
/* device_test.c - devices that appear in /dev by themselves */
#include <fs/cdev.h>
#include <fs/dcache.h>
#include <fs/device.h>
#include <fs/miscdevice.h>
#include <fs/namei.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/slab.h>

#define NUMBER MKDEV(200, 7)

/* The number of the device file at @path; 0: there is none. */
static dev_t device_at(const char *path)
{
	struct path found;
	dev_t number = 0;

	if (path_lookup(&init_fs, path, 0, &found))
		return 0;
	if (S_ISCHR(found.dentry->d_inode->i_mode))
		number = found.dentry->d_inode->i_rdev;
	path_put(&found);
	return number;
}

static void a_device_is_a_file_as_long_as_it_is_there(struct ktest *t)
{
	struct class *class = class_create(NULL, "test");
	struct device *dev;

	KTEST_ASSERT_TRUE(t, !IS_ERR(class));
	dev = device_create(class, NULL, NUMBER, t, "test%d", 7);
	KTEST_ASSERT_TRUE(t, !IS_ERR(dev));
	KTEST_EXPECT_STREQ(t, dev_name(dev), "test7");
	KTEST_EXPECT_PTR_EQ(t, dev_get_drvdata(dev), t);
	KTEST_EXPECT_EQ(t, device_at("/dev/test7"), NUMBER);
	device_destroy(class, NUMBER);
	KTEST_EXPECT_EQ(t, device_at("/dev/test7"), 0);
	device_destroy(class, NUMBER);
	class_destroy(class);
	class_destroy(NULL);
}

static void a_name_or_number_is_taken_once(struct ktest *t)
{
	struct class *class = class_create(NULL, "test");

	KTEST_ASSERT_TRUE(t, !IS_ERR(class));
	KTEST_ASSERT_TRUE(
		t, !IS_ERR(device_create(class, NULL, NUMBER, NULL, "twice")));
	KTEST_EXPECT_EQ(
		t, PTR_ERR(device_create(class, NULL, NUMBER, NULL, "other")),
		-EEXIST);
	KTEST_EXPECT_EQ(
		t,
		PTR_ERR(device_create(class, NULL, NUMBER + 1, NULL, "twice")),
		-EEXIST);
	KTEST_EXPECT_EQ(t, device_at("/dev/other"), 0);
	device_destroy(class, NUMBER);
	class_destroy(class);
}

static void a_folder_in_the_name_is_made(struct ktest *t)
{
	struct class *class = class_create(NULL, "test");
	static char longest[200];

	KTEST_ASSERT_TRUE(t, !IS_ERR(class));
	KTEST_EXPECT_TRUE(t, !IS_ERR(device_create(class, NULL, NUMBER, NULL,
						   "testdir/a/b")));
	KTEST_EXPECT_EQ(t, device_at("/dev/testdir/a/b"), NUMBER);
	memset(longest, 'x', sizeof(longest) - 1);
	KTEST_EXPECT_EQ(t,
			PTR_ERR(device_create(class, NULL, NUMBER + 1, NULL,
					      "%s", longest)),
			-ENAMETOOLONG);
	device_destroy(class, NUMBER);
	class_destroy(class);
	KTEST_EXPECT_EQ(t, fs_rmdir(&init_fs, "/dev/testdir/a"), 0);
	KTEST_EXPECT_EQ(t, fs_rmdir(&init_fs, "/dev/testdir"), 0);
}

static void what_somebody_put_in_its_place_stays(struct ktest *t)
{
	struct class *class = class_create(NULL, "test");

	KTEST_ASSERT_TRUE(t, !IS_ERR(class));
	KTEST_EXPECT_TRUE(
		t, !IS_ERR(device_create(class, NULL, NUMBER, NULL, "mine")));
	KTEST_EXPECT_EQ(t, fs_unlink(&init_fs, "/dev/mine"), 0);
	KTEST_EXPECT_EQ(
		t, fs_mknod(&init_fs, "/dev/mine", S_IFCHR | 0600, NUMBER + 1),
		0);
	/* The class goes with the device it still has. */
	class_destroy(class);
	KTEST_EXPECT_EQ(t, device_at("/dev/mine"), NUMBER + 1);
	KTEST_EXPECT_EQ(t, fs_unlink(&init_fs, "/dev/mine"), 0);
}

static int misc_opened;

static int misc_test_open(struct inode *inode, struct file *file)
{
	(void)inode;
	misc_opened = ((struct miscdevice *)file->private_data)->minor;
	return 0;
}

static const struct file_operations misc_test_fops = {
	.open = misc_test_open,
};

static void a_misc_device_is_opened_by_its_minor_number(struct ktest *t)
{
	struct miscdevice a = { .minor = MISC_DYNAMIC_MINOR,
				.name = "misc-a",
				.fops = &misc_test_fops };
	struct miscdevice b = { .minor = 77,
				.name = "misc-b",
				.fops = &misc_test_fops };
	struct file *file;

	KTEST_ASSERT_EQ(t, misc_register(&a), 0);
	KTEST_ASSERT_EQ(t, misc_register(&b), 0);
	KTEST_EXPECT_NE(t, a.minor, MISC_DYNAMIC_MINOR);
	file = filp_open("/dev/misc-b", O_RDONLY, 0);
	KTEST_EXPECT_TRUE(t, !IS_ERR(file));
	KTEST_EXPECT_EQ(t, misc_opened, 77);
	if (!IS_ERR(file))
		filp_close(file, NULL);
	misc_deregister(&b);
	KTEST_EXPECT_EQ(t, device_at("/dev/misc-b"), 0);
	misc_deregister(&a);
}

/* Return: the rights of the file at @path; 0: there is none. */
static umode_t rights_at(const char *path)
{
	struct path there;
	umode_t mode;

	if (kern_path(path, 0, &there))
		return 0;
	mode = there.dentry->d_inode->i_mode & S_IRWXUGO;
	path_put(&there);
	return mode;
}

static void a_misc_device_has_the_rights_it_asks_for(struct ktest *t)
{
	struct miscdevice all = { .minor = MISC_DYNAMIC_MINOR,
				  .name = "misc-all",
				  .fops = &misc_test_fops,
				  .mode = 0666 };
	struct miscdevice plain = { .minor = MISC_DYNAMIC_MINOR,
				    .name = "misc-plain",
				    .fops = &misc_test_fops };

	KTEST_ASSERT_EQ(t, misc_register(&all), 0);
	KTEST_ASSERT_EQ(t, misc_register(&plain), 0);
	KTEST_EXPECT_EQ(t, rights_at("/dev/misc-all"), 0666);
	KTEST_EXPECT_EQ(t, rights_at("/dev/misc-plain"), 0600);
	misc_deregister(&all);
	misc_deregister(&plain);
}

static char *other_name(struct device *dev, umode_t *mode)
{
	(void)dev;
	*mode = 0622;
	return kstrdup("ktest/other", GFP_KERNEL);
}

static void a_class_may_name_the_file_itself(struct ktest *t)
{
	struct class *class = class_create(NULL, "ktest");
	const dev_t devt = MKDEV(200, 3);

	KTEST_ASSERT_TRUE(t, !IS_ERR(class));
	class->devnode = other_name;
	KTEST_EXPECT_FALSE(t, IS_ERR(device_create(class, NULL, devt, NULL,
						   "ktest-this")));
	KTEST_EXPECT_EQ(t, rights_at("/dev/ktest-this"), 0);
	KTEST_EXPECT_EQ(t, rights_at("/dev/ktest/other"), 0622);
	device_destroy(class, devt);
	KTEST_EXPECT_EQ(t, rights_at("/dev/ktest/other"), 0);
	class_destroy(class);
	KTEST_EXPECT_EQ(t, fs_rmdir(NULL, "/dev/ktest"), 0);
}

static void a_misc_number_is_taken_once(struct ktest *t)
{
	struct miscdevice a = { .minor = 77,
				.name = "misc-a",
				.fops = &misc_test_fops };
	struct miscdevice b = { .minor = 77,
				.name = "misc-b",
				.fops = &misc_test_fops };

	KTEST_ASSERT_EQ(t, misc_register(&a), 0);
	KTEST_EXPECT_EQ(t, misc_register(&b), -EBUSY);
	b.minor = 256;
	KTEST_EXPECT_EQ(t, misc_register(&b), -EINVAL);
	/* Of a name that is taken no number stays behind. */
	b.minor = MISC_DYNAMIC_MINOR;
	b.name = "misc-a";
	KTEST_EXPECT_EQ(t, misc_register(&b), -EEXIST);
	KTEST_EXPECT_EQ(t, b.minor, MISC_DYNAMIC_MINOR);
	misc_deregister(&a);
}

static const struct ktest_case device_cases[] = {
	KTEST_CASE(a_device_is_a_file_as_long_as_it_is_there),
	KTEST_CASE(a_name_or_number_is_taken_once),
	KTEST_CASE(a_folder_in_the_name_is_made),
	KTEST_CASE(what_somebody_put_in_its_place_stays),
	KTEST_CASE(a_misc_device_is_opened_by_its_minor_number),
	KTEST_CASE(a_misc_device_has_the_rights_it_asks_for),
	KTEST_CASE(a_class_may_name_the_file_itself),
	KTEST_CASE(a_misc_number_is_taken_once),
};
KTEST_SUITE(device, device_cases);

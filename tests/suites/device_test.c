/* SPDX-License-Identifier: MIT */
/* device_test.c - devices that appear in /dev by themselves */
#include <fs/cdev.h>
#include <fs/dcache.h>
#include <fs/device.h>
#include <fs/miscdevice.h>
#include <fs/namei.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/slab.h>

#include "log_lines.h"

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
	/* The first of these is there, the second is not. */
	KTEST_EXPECT_TRUE(t, !IS_ERR(device_create(class, NULL, NUMBER + 1,
						   NULL, "testdir/c/d")));
	KTEST_EXPECT_EQ(t, device_at("/dev/testdir/c/d"), NUMBER + 1);
	device_destroy(class, NUMBER + 1);
	KTEST_EXPECT_EQ(t, fs_rmdir(&init_fs, "/dev/testdir/c"), 0);
	memset(longest, 'x', sizeof(longest) - 1);
	KTEST_EXPECT_EQ(t,
			PTR_ERR(device_create(class, NULL, NUMBER + 1, NULL,
					      "%s", longest)),
			-ENAMETOOLONG);
	device_destroy(class, NUMBER);
	class_destroy(class);
	/* A file is no folder. */
	KTEST_EXPECT_EQ(t, fs_mknod(&init_fs, "/dev/testdir/a/f", S_IFREG, 0),
			0);
	class = class_create(NULL, "test");
	KTEST_ASSERT_TRUE(t, !IS_ERR(class));
	KTEST_EXPECT_EQ(t,
			PTR_ERR(device_create(class, NULL, NUMBER, NULL,
					      "testdir/a/f/b")),
			-ENOTDIR);
	class_destroy(class);
	KTEST_EXPECT_EQ(t, fs_unlink(&init_fs, "/dev/testdir/a/f"), 0);
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

/* A file that somebody made, which is no device at all. */
static void a_file_of_its_name_is_left_alone_and_named(struct ktest *t)
{
	struct class *class = class_create(NULL, "test");
	umode_t mode = S_IFREG | 0640;
	u64 log = log_end();

	KTEST_ASSERT_TRUE(t, !IS_ERR(class));
	KTEST_EXPECT_EQ(t, fs_mknod(&init_fs, "/dev/mine", mode, 0), 0);
	KTEST_EXPECT_EQ(
		t, PTR_ERR(device_create(class, NULL, NUMBER, NULL, "mine")),
		-EEXIST);
	KTEST_EXPECT_EQ(t,
			log_count(log, "class test: no /dev/mine (-17): there "
				       "is a file of that name"),
			1);
	KTEST_EXPECT_EQ(t, log_count(log, "/dev/mine"), 1);
	/* The number is free, and the name once the file is gone. */
	KTEST_EXPECT_TRUE(
		t, !IS_ERR(device_create(class, NULL, NUMBER, NULL, "yours")));
	device_destroy(class, NUMBER);
	KTEST_EXPECT_EQ(t, rights_at("/dev/mine"), 0640);
	KTEST_EXPECT_EQ(t, fs_unlink(&init_fs, "/dev/mine"), 0);
	KTEST_EXPECT_TRUE(
		t, !IS_ERR(device_create(class, NULL, NUMBER, NULL, "mine")));
	class_destroy(class);
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
	KTEST_EXPECT_PTR_EQ(t, dev_get_drvdata(b.this_device), &b);
	if (!IS_ERR(file)) {
		/* From then on it is the driver's. */
		KTEST_EXPECT_PTR_EQ(t, file->f_op, &misc_test_fops);
		filp_close(file, NULL);
	}
	misc_deregister(&b);
	KTEST_EXPECT_EQ(t, device_at("/dev/misc-b"), 0);
	misc_deregister(&a);
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
	b.minor = -1;
	KTEST_EXPECT_EQ(t, misc_register(&b), -EINVAL);
	/* Of a name that is taken no number stays behind. */
	b.minor = MISC_DYNAMIC_MINOR;
	b.name = "misc-a";
	KTEST_EXPECT_EQ(t, misc_register(&b), -EEXIST);
	KTEST_EXPECT_EQ(t, b.minor, MISC_DYNAMIC_MINOR);
	misc_deregister(&a);
}

static void a_misc_devices_file_may_have_another_name(struct ktest *t)
{
	struct miscdevice misc = { .minor = MISC_DYNAMIC_MINOR,
				   .name = "misc-a",
				   .nodename = "ktest-misc/a",
				   .fops = &misc_test_fops };

	KTEST_ASSERT_EQ(t, misc_register(&misc), 0);
	KTEST_EXPECT_EQ(t, rights_at("/dev/misc-a"), 0);
	KTEST_EXPECT_EQ(t, rights_at("/dev/ktest-misc/a"), 0600);
	misc_deregister(&misc);
	KTEST_EXPECT_EQ(t, fs_rmdir(NULL, "/dev/ktest-misc"), 0);
}

static void a_number_that_nobody_has_is_no_device(struct ktest *t)
{
	struct file *file;

	KTEST_EXPECT_EQ(t,
			fs_mknod(NULL, "/dev/ktest-10", S_IFCHR | 0600,
				 MKDEV(MISC_MAJOR, 0)),
			0);
	file = filp_open("/dev/ktest-10", O_RDONLY, 0);
	KTEST_EXPECT_EQ(t, PTR_ERR(file), -ENODEV);
	KTEST_EXPECT_EQ(t, fs_unlink(NULL, "/dev/ktest-10"), 0);
}

struct named_misc {
	struct miscdevice misc;
	char name[16];
};

static void all_misc_numbers_are_given_out(struct ktest *t)
{
	struct named_misc *all =
		kcalloc(MISC_DYNAMIC_MINOR + 1, sizeof(*all), GFP_KERNEL);
	int nr, lowest = MISC_DYNAMIC_MINOR, err = 0;

	KTEST_ASSERT_NOT_NULL(t, all);
	for (nr = 0; nr <= MISC_DYNAMIC_MINOR; nr++) {
		struct named_misc *m = &all[nr];

		snprintf(m->name, sizeof(m->name), "ktest-%d", nr);
		m->misc = (struct miscdevice){ .minor = MISC_DYNAMIC_MINOR,
					       .name = m->name,
					       .fops = &misc_test_fops };
		err = misc_register(&m->misc);
		if (err)
			break;
		lowest = min(lowest, m->misc.minor);
	}
	KTEST_EXPECT_EQ(t, err, -EBUSY);
	KTEST_EXPECT_EQ(t, lowest, 0);
	while (nr--)
		misc_deregister(&all[nr].misc);
	kfree(all);
}

static void a_device_is_spoken_for_by_its_driver(struct ktest *t)
{
	struct class class = { .name = "ktest-class" };
	struct device_driver driver = { .name = "ktest-driver" };
	struct device dev = { .init_name = "ktest0" };
	u64 log = log_end();

	KTEST_EXPECT_STREQ(t, dev_driver_string(&dev), "");
	dev.class = &class;
	KTEST_EXPECT_STREQ(t, dev_driver_string(&dev), "ktest-class");
	dev.driver = &driver;
	dev_info(&dev, "number %d\n", 5);
	KTEST_EXPECT_EQ(t, log_count(log, "ktest-driver ktest0: number 5"), 1);
}

static const struct ktest_case device_cases[] = {
	KTEST_CASE(a_device_is_a_file_as_long_as_it_is_there),
	KTEST_CASE(a_name_or_number_is_taken_once),
	KTEST_CASE(a_folder_in_the_name_is_made),
	KTEST_CASE(what_somebody_put_in_its_place_stays),
	KTEST_CASE(a_file_of_its_name_is_left_alone_and_named),
	KTEST_CASE(a_misc_device_is_opened_by_its_minor_number),
	KTEST_CASE(a_misc_device_has_the_rights_it_asks_for),
	KTEST_CASE(a_class_may_name_the_file_itself),
	KTEST_CASE(a_misc_number_is_taken_once),
	KTEST_CASE(a_misc_devices_file_may_have_another_name),
	KTEST_CASE(a_number_that_nobody_has_is_no_device),
	KTEST_CASE(all_misc_numbers_are_given_out),
	KTEST_CASE(a_device_is_spoken_for_by_its_driver),
};
KTEST_SUITE(device, device_cases);

/* SPDX-License-Identifier: MIT */
/* x86_scull_test.c - a device of drivers/scull that is read into itself */
#include <fs/fcntl.h>
#include <fs/fs.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/module_loader.h>
#include <mm/uaccess.h>
#include <mm/user_space.h>
#include <mm/vmalloc.h>

#include "user_fixture.h"

#define MODULE_PATH "/lib/modules/scullp.ko"
#define SHOWN (USER_BASE + 16 * PAGE_SIZE)

/* Return: 0; -ENOENT: there is no archive with modules; an error. */
static int load_scullp(void)
{
	struct file *file = filp_open(MODULE_PATH, O_RDONLY, 0);
	ssize_t got = -ENOMEM;
	size_t bytes;
	loff_t pos = 0;
	void *image;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	bytes = (size_t)i_size_read(file->f_inode);
	image = vmalloc(bytes);
	if (image)
		got = kernel_read(file, image, bytes, &pos);
	filp_close(file, NULL);
	if (got > 0)
		got = module_load(image, bytes, "");
	vfree(image);
	return (int)got;
}

static int show_file(struct vm_area_struct *vma, void *file)
{
	return ((struct file *)file)->f_op->mmap(file, vma);
}

static void read_into_itself(struct ktest *t, struct test_user *u,
			     struct file *file)
{
	const struct user_mapping shown = { .addr = SHOWN,
					    .fixed = true,
					    .len = PAGE_SIZE,
					    .flags = USER_RW | VM_SHARED,
					    .setup = show_file,
					    .arg = file };
	char byte = 0;
	loff_t pos = 0;

	user_pages(t, u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, put_user('s', (char __user *)user_ptr(USER_BASE)),
			0);
	KTEST_EXPECT_EQ(t,
			vfs_write(file, user_ptr(USER_BASE), PAGE_SIZE, &pos),
			PAGE_SIZE);
	KTEST_EXPECT_EQ(t, user_map(u->mm, &shown), SHOWN);
	/* The page is not there yet: the copy faults, and asks the device. */
	pos = 0;
	KTEST_EXPECT_EQ(t, vfs_read(file, user_ptr(SHOWN + 100), 1, &pos), 1);
	KTEST_EXPECT_EQ(t, get_user(byte, (char __user *)user_ptr(SHOWN + 100)),
			0);
	KTEST_EXPECT_EQ(t, byte, 's');
	KTEST_EXPECT_EQ(t, user_unmap(u->mm, SHOWN, PAGE_SIZE), 0);
}

static void a_device_can_be_read_into_its_own_mapping(struct ktest *t)
{
	struct test_user u;
	struct file *file;
	int err = load_scullp();

	if (err == -ENOENT) {
		ktest_skip(t, "there is no " MODULE_PATH);
		return;
	}
	KTEST_ASSERT_EQ(t, err, 0);
	file = filp_open("/dev/scullp0", O_RDWR, 0);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(file))) {
		if (user_begin(t, &u)) {
			read_into_itself(t, &u, file);
			user_end(t, &u);
		}
		filp_close(file, NULL);
	}
	KTEST_EXPECT_EQ(t, module_unload("scullp"), 0);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_device_can_be_read_into_its_own_mapping),
};
KTEST_SUITE(x86_scull, cases);

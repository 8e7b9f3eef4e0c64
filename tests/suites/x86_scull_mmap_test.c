/* SPDX-License-Identifier: MIT */
/*
 * x86_scull_mmap_test.c - a driver's memory seen by a user, from insmod to rmmod
 *
 * The modules are those of the boot archive; a machine that was started without
 * it has none of them.
 */
#include <fs/fcntl.h>
#include <fs/fs.h>
#include <fs/mman.h>
#include <kernel/module_loader.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/slab.h>

#include "user_fixture.h"

#define BUFFER USER_BASE
#define SHOWN (USER_BASE + MIB(4))
/* From the last bytes of the first page into the second. */
#define TEXT_AT (PAGE_SIZE - 6)

/* The loader is to say @want. Return: false: the case is over. */
static bool load_wants(struct ktest *t, const char *name, const char *args,
		       int want)
{
	struct file *file;
	char path[40];
	size_t bytes;
	loff_t pos = 0;
	void *copy;
	int err = -ENOMEM;

	snprintf(path, sizeof(path), "/lib/modules/%s.ko", name);
	file = filp_open(path, O_RDONLY, 0);
	if (IS_ERR(file)) {
		ktest_skip(t, "no modules: started without the boot archive");
		return false;
	}
	bytes = (size_t)i_size_read(file->f_inode);
	copy = vmalloc(bytes);
	if (copy && kernel_read(file, copy, bytes, &pos) == (ssize_t)bytes)
		err = module_load(copy, bytes, args);
	vfree(copy);
	fput(file);
	return KTEST_EXPECT_EQ(t, err, want);
}

static bool load(struct ktest *t, const char *name, const char *args)
{
	return load_wants(t, name, args, 0);
}

static struct file *open_device(struct ktest *t, const char *name, int flags)
{
	struct file *file;
	char path[24];

	snprintf(path, sizeof(path), "/dev/%s0", name);
	file = filp_open(path, flags, 0);
	return KTEST_EXPECT_FALSE(t, IS_ERR(file)) ? file : NULL;
}

static int open_error_of(const char *name, int flags)
{
	struct file *file;
	char path[24];

	snprintf(path, sizeof(path), "/dev/%s0", name);
	file = filp_open(path, flags, 0);
	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	fput(file);
	return 0;
}

static bool user_sees(unsigned long addr, const char *s)
{
	char seen[16] = "";

	return !copy_from_user(seen, user_ptr(addr), strlen(s)) &&
	       !strcmp(seen, s);
}

static void write_text(struct ktest *t, const char *name)
{
	struct file *file = open_device(t, name, O_WRONLY);
	loff_t pos = TEXT_AT;

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, copy_to_user(user_ptr(BUFFER), "hello scull", 11),
			0);
	KTEST_EXPECT_EQ(t, vfs_write(file, user_ptr(BUFFER), 6, &pos), 6);
	KTEST_EXPECT_EQ(t, vfs_write(file, user_ptr(BUFFER + 6), 5, &pos), 5);
	fput(file);
}

/* What was written is seen, and what is put there is read. */
static void see_and_put(struct ktest *t, struct file *file)
{
	loff_t pos = PAGE_SIZE;

	KTEST_EXPECT_EQ(t,
			vm_mmap(file, SHOWN, 4 * PAGE_SIZE,
				PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
				0),
			SHOWN);
	KTEST_EXPECT_TRUE(t, user_sees(SHOWN + TEXT_AT, "hello scull"));
	KTEST_EXPECT_EQ(
		t, copy_to_user(user_ptr(SHOWN + PAGE_SIZE), "SKULL", 5), 0);
	KTEST_EXPECT_EQ(t, vfs_read(file, user_ptr(BUFFER), 100, &pos), 5);
	KTEST_EXPECT_TRUE(t, user_sees(BUFFER, "SKULL"));
	/* The second page is there, the third is behind the end. */
	KTEST_EXPECT_EQ(t, clear_user(user_ptr(SHOWN + 2 * PAGE_SIZE - 1), 1),
			0);
	KTEST_EXPECT_EQ(t, clear_user(user_ptr(SHOWN + 2 * PAGE_SIZE), 1), 1);
}

/* Pages that are not there yet are asked for while the device is read, and
 * written. */
static void copy_within(struct ktest *t, struct file *file)
{
	loff_t from = PAGE_SIZE, to = PAGE_SIZE + 5;

	KTEST_EXPECT_EQ(t, vm_munmap(SHOWN, 4 * PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t,
			vm_mmap(file, SHOWN, 4 * PAGE_SIZE,
				PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
				0),
			SHOWN);
	KTEST_EXPECT_EQ(t, vfs_read(file, user_ptr(SHOWN + 8), 5, &from), 5);
	KTEST_EXPECT_TRUE(t, user_sees(SHOWN + 8, "SKULL"));
	KTEST_EXPECT_EQ(t, vfs_write(file, user_ptr(SHOWN + PAGE_SIZE), 5, &to),
			5);
	KTEST_EXPECT_TRUE(t, user_sees(SHOWN + PAGE_SIZE, "SKULLSKULL"));
}

static void a_mapped_device_stays(struct ktest *t, const char *name)
{
	KTEST_EXPECT_EQ(t, open_error_of(name, O_WRONLY), -EBUSY);
	KTEST_EXPECT_EQ(t, module_unload(name), -EAGAIN);
	/* In pieces, too. */
	KTEST_EXPECT_EQ(t, vm_munmap(SHOWN, PAGE_SIZE), 0);
	KTEST_EXPECT_TRUE(t, user_sees(SHOWN + PAGE_SIZE, "SKULL"));
	KTEST_EXPECT_EQ(t, open_error_of(name, O_WRONLY), -EBUSY);
	KTEST_EXPECT_EQ(t, module_unload(name), -EAGAIN);
	KTEST_EXPECT_EQ(t, vm_munmap(SHOWN, 4 * PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, open_error_of(name, O_WRONLY), 0);
}

static void map_device(struct ktest *t, const char *name, const char *args)
{
	struct test_user u;
	struct file *file;

	if (!load(t, name, args))
		return;
	if (user_begin(t, &u)) {
		user_pages(t, &u, BUFFER, 1, USER_RW);
		write_text(t, name);
		file = open_device(t, name, O_RDWR);
		if (file) {
			see_and_put(t, file);
			copy_within(t, file);
			fput(file);
			a_mapped_device_stays(t, name);
		}
		user_end(t, &u);
	}
	KTEST_EXPECT_EQ(t, module_unload(name), 0);
}

static void pages_of_scullp_are_shared_with_the_user(struct ktest *t)
{
	map_device(t, "scullp", "scullp_order=0");
}

static void a_block_of_pages_is_shared_page_by_page(struct ktest *t)
{
	map_device(t, "scullp", "scullp_order=2");
}

static void pages_of_scullv_are_shared_with_the_user(struct ktest *t)
{
	map_device(t, "scullv", "scullv_order=4");
}

static void objects_smaller_than_a_page_cannot_be_mapped(struct ktest *t)
{
	struct test_user u;
	struct file *file;

	if (!load(t, "scull", ""))
		return;
	if (user_begin(t, &u)) {
		file = open_device(t, "scull", O_RDWR);
		if (file) {
			KTEST_EXPECT_EQ(t,
					(long)vm_mmap(file, 0, PAGE_SIZE,
						      PROT_READ, MAP_SHARED, 0),
					-ENODEV);
			fput(file);
		}
		user_end(t, &u);
	}
	KTEST_EXPECT_EQ(t, module_unload("scull"), 0);
}

static void a_unit_that_cannot_be_had_is_refused(struct ktest *t)
{
	char args[40];

	snprintf(args, sizeof(args), "scullc_quantum=%lu",
		 (unsigned long)KMALLOC_MAX_SIZE + 1);
	if (!load_wants(t, "scullc", args, -EINVAL))
		return;
	snprintf(args, sizeof(args), "scullc_quantum=%lu",
		 (unsigned long)KMALLOC_MAX_SIZE);
	if (load(t, "scullc", args))
		KTEST_EXPECT_EQ(t, module_unload("scullc"), 0);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(pages_of_scullp_are_shared_with_the_user),
	KTEST_CASE(a_block_of_pages_is_shared_page_by_page),
	KTEST_CASE(pages_of_scullv_are_shared_with_the_user),
	KTEST_CASE(objects_smaller_than_a_page_cannot_be_mapped),
	KTEST_CASE(a_unit_that_cannot_be_had_is_refused),
};
KTEST_SUITE(x86_scull_mmap, cases);

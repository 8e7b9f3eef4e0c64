/* SPDX-License-Identifier: MIT */
/* block_file_test.c - a disk as a file in /dev */
#include <fs/dcache.h>
#include <fs/namei.h>
#include <kernel/cred.h>
#include <kernel/string.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/vmalloc.h>

#include "ram_disk.h"
#include "room.h"
#include "user_fixture.h"

#define PATH "/dev/ramtest"
#define DISK_BYTES (RAM_DISK_SECTORS * SECTOR_SIZE)

#define rd SUITE_ROOM(struct ram_disk)
static char text[1600];

static struct file *disk_open(struct ktest *t, int flags)
{
	struct file *file;

	if (!ram_disk_make(t, rd))
		return NULL;
	file = filp_open(PATH, flags, 0);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(file)))
		return file;
	ram_disk_free(rd);
	return NULL;
}

static void disk_close(struct file *file)
{
	filp_close(file, NULL);
	ram_disk_free(rd);
}

static void a_disk_is_a_file_as_long_as_it_is_there(struct ktest *t)
{
	struct path found;
	struct file *file;

	KTEST_ASSERT_TRUE(t, ram_disk_make(t, rd));
	if (KTEST_EXPECT_EQ(t, kern_path(PATH, 0, &found), 0)) {
		KTEST_EXPECT_TRUE(t, S_ISBLK(found.dentry->d_inode->i_mode));
		KTEST_EXPECT_EQ(t, found.dentry->d_inode->i_rdev,
				MKDEV(RAM_DISK_MAJOR, 0));
		path_put(&found);
	}
	file = filp_open(PATH, O_RDONLY, 0);
	KTEST_EXPECT_FALSE(t, IS_ERR(file));
	if (!IS_ERR(file))
		filp_close(file, NULL);
	ram_disk_free(rd);
	KTEST_EXPECT_EQ(t, kern_path(PATH, 0, &found), -ENOENT);
}

static void any_bytes_are_read(struct ktest *t)
{
	struct file *file = disk_open(t, O_RDONLY);
	loff_t pos = 3 * SECTOR_SIZE - 1;

	KTEST_ASSERT_NOT_NULL(t, file);
	KTEST_EXPECT_EQ(t, kernel_read(file, text, SECTOR_SIZE + 2, &pos),
			(ssize_t)SECTOR_SIZE + 2);
	KTEST_EXPECT_EQ(t, pos, 4 * (loff_t)SECTOR_SIZE + 1);
	KTEST_EXPECT_EQ(t, (u8)text[0], ram_disk_byte(2));
	KTEST_EXPECT_EQ(t, (u8)text[1], ram_disk_byte(3));
	KTEST_EXPECT_EQ(t, (u8)text[SECTOR_SIZE], ram_disk_byte(3));
	KTEST_EXPECT_EQ(t, (u8)text[SECTOR_SIZE + 1], ram_disk_byte(4));
	/* Three sectors, in one request. */
	KTEST_EXPECT_EQ(t, rd->nr_log, 1);
	KTEST_EXPECT_EQ(t, rd->log[0].sector, 2);
	KTEST_EXPECT_EQ(t, rd->log[0].sectors, 3);
	disk_close(file);
}

static void a_write_within_sectors_keeps_what_is_around(struct ktest *t)
{
	struct file *file = disk_open(t, O_RDWR);
	loff_t pos = 5 * SECTOR_SIZE + 510;

	KTEST_ASSERT_NOT_NULL(t, file);
	KTEST_EXPECT_EQ(t, kernel_write(file, "abcd", 4, &pos), 4);
	KTEST_EXPECT_EQ(t, rd->data[5 * SECTOR_SIZE + 509], ram_disk_byte(5));
	KTEST_EXPECT_EQ(t, memcmp(rd->data + 5 * SECTOR_SIZE + 510, "abcd", 4),
			0);
	KTEST_EXPECT_EQ(t, rd->data[6 * SECTOR_SIZE + 2], ram_disk_byte(6));
	/* Read first, then written. */
	KTEST_EXPECT_EQ(t, rd->nr_log, 2);
	KTEST_EXPECT_EQ(t, rd->log[0].op, REQ_OP_READ);
	KTEST_EXPECT_EQ(t, rd->log[1].op, REQ_OP_WRITE);
	disk_close(file);
}

static void a_write_of_whole_sectors_reads_nothing(struct ktest *t)
{
	struct file *file = disk_open(t, O_RDWR);
	loff_t pos = 8 * SECTOR_SIZE;

	KTEST_ASSERT_NOT_NULL(t, file);
	memset(text, 'x', sizeof(text));
	KTEST_EXPECT_EQ(t, kernel_write(file, text, 2 * SECTOR_SIZE, &pos),
			2 * (ssize_t)SECTOR_SIZE);
	KTEST_EXPECT_EQ(t, rd->nr_log, 1);
	KTEST_EXPECT_EQ(t, rd->data[8 * SECTOR_SIZE], 'x');
	KTEST_EXPECT_EQ(t, rd->data[10 * SECTOR_SIZE - 1], 'x');
	KTEST_EXPECT_EQ(t, rd->data[10 * SECTOR_SIZE], ram_disk_byte(10));
	disk_close(file);
}

static void the_whole_disk_goes_in_one_call(struct ktest *t)
{
	struct file *file = disk_open(t, O_RDWR);
	u8 *copy = vmalloc(DISK_BYTES + 1);
	loff_t pos = 0;

	KTEST_ASSERT_NOT_NULL(t, file);
	KTEST_ASSERT_NOT_NULL(t, copy);
	KTEST_EXPECT_EQ(t, kernel_read(file, copy, DISK_BYTES + 1, &pos),
			(ssize_t)DISK_BYTES);
	KTEST_EXPECT_EQ(t, memcmp(copy, rd->data, DISK_BYTES), 0);
	KTEST_EXPECT_EQ(t, kernel_read(file, copy, 1, &pos), 0);
	copy[1000] ^= 0xff;
	copy[DISK_BYTES - 1] ^= 0xff;
	pos = 0;
	KTEST_EXPECT_EQ(t, kernel_write(file, copy, DISK_BYTES, &pos),
			(ssize_t)DISK_BYTES);
	KTEST_EXPECT_EQ(t, memcmp(copy, rd->data, DISK_BYTES), 0);
	vfree(copy);
	disk_close(file);
}

static void one_page_is_enough_for_a_transfer(struct ktest *t)
{
	struct file *file = disk_open(t, O_RDONLY);
	u8 *copy = vmalloc(DISK_BYTES);
	struct fault_attr saved;
	loff_t pos = 0;

	KTEST_ASSERT_NOT_NULL(t, file);
	KTEST_ASSERT_NOT_NULL(t, copy);
	fault_plan_save(&mm_node.fault, &saved);
	fault_fail_nth(&mm_node.fault, 2);
	KTEST_EXPECT_EQ(t, kernel_read(file, copy, DISK_BYTES, &pos),
			(ssize_t)DISK_BYTES);
	fault_plan_restore(&mm_node.fault, &saved);
	KTEST_EXPECT_EQ(t, memcmp(copy, rd->data, DISK_BYTES), 0);
	KTEST_EXPECT_EQ(t, rd->nr_log, DISK_BYTES / PAGE_SIZE);
	vfree(copy);
	disk_close(file);
}

static void a_disk_ends_where_it_ends(struct ktest *t)
{
	struct file *file = disk_open(t, O_RDWR);
	loff_t pos = DISK_BYTES - 3;

	KTEST_ASSERT_NOT_NULL(t, file);
	KTEST_EXPECT_EQ(t, kernel_read(file, text, 8, &pos), 3);
	KTEST_EXPECT_EQ(t, kernel_read(file, text, 8, &pos), 0);
	KTEST_EXPECT_EQ(t, kernel_write(file, text, 8, &pos), -ENOSPC);
	KTEST_EXPECT_EQ(t, kernel_write(file, text, 0, &pos), 0);
	pos = DISK_BYTES - 3;
	KTEST_EXPECT_EQ(t, kernel_write(file, text, 8, &pos), 3);
	pos = (loff_t)1 << 40;
	KTEST_EXPECT_EQ(t, kernel_read(file, text, 8, &pos), 0);
	KTEST_EXPECT_EQ(t, vfs_llseek(file, 0, SEEK_END), (loff_t)DISK_BYTES);
	KTEST_EXPECT_EQ(t, vfs_llseek(file, 1, SEEK_END), -EINVAL);
	disk_close(file);
}

static void a_read_brings_what_lies_before_a_bad_sector(struct ktest *t)
{
	struct file *file = disk_open(t, O_RDONLY);
	u8 *copy = vmalloc(DISK_BYTES);
	loff_t pos = 0;

	KTEST_ASSERT_NOT_NULL(t, file);
	KTEST_ASSERT_NOT_NULL(t, copy);
	rd->bad = 77;
	KTEST_EXPECT_EQ(t, kernel_read(file, copy, DISK_BYTES, &pos),
			77 * (ssize_t)SECTOR_SIZE);
	KTEST_EXPECT_EQ(t, memcmp(copy, rd->data, 77 * SECTOR_SIZE), 0);
	KTEST_EXPECT_EQ(t, kernel_read(file, copy, 1, &pos), -EIO);
	pos = 78 * SECTOR_SIZE;
	KTEST_EXPECT_EQ(t, kernel_read(file, copy, 1, &pos), 1);
	vfree(copy);
	disk_close(file);
}

static unsigned int nr_opened, nr_released;

static int count_open(struct block_device *bdev, fmode_t mode)
{
	(void)bdev;
	(void)mode;
	nr_opened++;
	return 0;
}

static void count_release(struct gendisk *disk, fmode_t mode)
{
	(void)mode;
	nr_released += disk->part0->bd_openers == 0;
}

static void a_read_only_disk_is_not_opened_for_writing(struct ktest *t)
{
	static const struct block_device_operations counting = {
		.owner = THIS_MODULE,
		.open = count_open,
		.release = count_release,
	};
	struct file *file;

	KTEST_ASSERT_TRUE(t, ram_disk_make(t, rd));
	nr_opened = nr_released = 0;
	rd->disk->fops = &counting;
	set_disk_ro(rd->disk, true);
	KTEST_EXPECT_EQ(t, PTR_ERR(filp_open(PATH, O_RDWR, 0)), -EROFS);
	/* The driver was asked, and told. */
	KTEST_EXPECT_EQ(t, nr_opened, 1);
	KTEST_EXPECT_EQ(t, nr_released, 1);
	file = filp_open(PATH, O_RDONLY, 0);
	KTEST_EXPECT_FALSE(t, IS_ERR(file));
	if (!IS_ERR(file))
		filp_close(file, NULL);
	ram_disk_free(rd);
}

static long command(struct file *file, unsigned int cmd, unsigned long addr)
{
	return vfs_ioctl(file, cmd, addr);
}

static void commands_tell_size_and_rights(struct ktest *t)
{
	struct test_user u;
	struct file *file = disk_open(t, O_RDONLY);
	unsigned long sectors = 0;
	u64 bytes = 0;
	int value = 0;

	KTEST_ASSERT_NOT_NULL(t, file);
	KTEST_ASSERT_TRUE(t, user_begin(t, &u));
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, command(file, BLKGETSIZE, USER_BASE), 0);
	KTEST_EXPECT_EQ(
		t,
		copy_from_user(&sectors, user_ptr(USER_BASE), sizeof(sectors)),
		0);
	KTEST_EXPECT_EQ(t, sectors, RAM_DISK_SECTORS);
	KTEST_EXPECT_EQ(t, command(file, BLKGETSIZE64, USER_BASE), 0);
	KTEST_EXPECT_EQ(
		t, copy_from_user(&bytes, user_ptr(USER_BASE), sizeof(bytes)),
		0);
	KTEST_EXPECT_EQ(t, bytes, DISK_BYTES);
	KTEST_EXPECT_EQ(t, command(file, BLKSSZGET, USER_BASE), 0);
	KTEST_EXPECT_EQ(
		t, copy_from_user(&value, user_ptr(USER_BASE), sizeof(value)),
		0);
	KTEST_EXPECT_EQ(t, value, (int)SECTOR_SIZE);
	KTEST_EXPECT_EQ(t, command(file, BLKROSET, USER_BASE), 0);
	KTEST_EXPECT_TRUE(t, get_disk_ro(rd->disk));
	KTEST_EXPECT_EQ(t, command(file, BLKGETSIZE, USER_BASE + PAGE_SIZE),
			-EFAULT);
	KTEST_EXPECT_EQ(t, command(file, HDIO_GETGEO, USER_BASE), -ENOTTY);
	KTEST_EXPECT_EQ(t, command(file, 0x1234, USER_BASE), -ENOTTY);
	user_end(t, &u);
	disk_close(file);
}

/* He may read the disk, and that is all. */
static void who_has_no_right_makes_no_disk_writable(struct ktest *t)
{
	static const struct cred guest = { .uid = { 1000 }, .euid = { 1000 } };
	struct file *file = disk_open(t, O_RDONLY);
	const struct cred *own;
	struct test_user u;

	KTEST_ASSERT_NOT_NULL(t, file);
	KTEST_ASSERT_TRUE(t, user_begin(t, &u));
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	set_disk_ro(rd->disk, true);
	own = override_creds(&guest);
	KTEST_EXPECT_EQ(t, command(file, BLKROSET, USER_BASE), -EACCES);
	KTEST_EXPECT_EQ(t, command(file, BLKROGET, USER_BASE), 0);
	revert_creds(own);
	KTEST_EXPECT_TRUE(t, get_disk_ro(rd->disk));
	KTEST_EXPECT_EQ(t, put_user(0, (int __user *)user_ptr(USER_BASE)), 0);
	KTEST_EXPECT_EQ(t, command(file, BLKROSET, USER_BASE), 0);
	KTEST_EXPECT_FALSE(t, get_disk_ro(rd->disk));
	user_end(t, &u);
	disk_close(file);
}

static void a_user_without_memory_stops_a_transfer(struct ktest *t)
{
	struct test_user u;
	struct file *file = disk_open(t, O_RDWR);
	loff_t pos = 0;

	KTEST_ASSERT_NOT_NULL(t, file);
	KTEST_ASSERT_TRUE(t, user_begin(t, &u));
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	/* One page and a half: of whole sectors, those that were there. */
	KTEST_EXPECT_EQ(t,
			vfs_write(file, user_ptr(USER_BASE + 100),
				  PAGE_SIZE + 1024, &pos),
			(ssize_t)PAGE_SIZE - 512);
	KTEST_EXPECT_EQ(t, rd->data[PAGE_SIZE - 512], ram_disk_byte(7));
	KTEST_EXPECT_EQ(t, rd->data[PAGE_SIZE - 513], 0);
	pos = 0;
	KTEST_EXPECT_EQ(
		t, vfs_write(file, user_ptr(USER_BASE + PAGE_SIZE), 512, &pos),
		-EFAULT);
	KTEST_EXPECT_EQ(t, pos, 0);
	KTEST_EXPECT_EQ(
		t,
		vfs_read(file, user_ptr(USER_BASE + PAGE_SIZE - 10), 20, &pos),
		10);
	user_end(t, &u);
	disk_close(file);
}

/* Who passes on what is left of an iterator passes on what was not written. */
static void an_iterator_stands_behind_what_was_written(struct ktest *t)
{
	const size_t asked = PAGE_SIZE + 1024, there = PAGE_SIZE - 512;
	struct file *file = disk_open(t, O_RDWR);
	struct test_user u;
	struct iov_iter iter;
	struct kiocb iocb;

	KTEST_ASSERT_NOT_NULL(t, file);
	KTEST_ASSERT_TRUE(t, user_begin(t, &u));
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	init_sync_kiocb(&iocb, file);
	iov_iter_ubuf(&iter, WRITE, user_ptr(USER_BASE + 100), asked);
	KTEST_EXPECT_EQ(t, file->f_op->write_iter(&iocb, &iter),
			(ssize_t)there);
	KTEST_EXPECT_EQ(t, iov_iter_count(&iter), asked - there);
	KTEST_EXPECT_EQ(t, iocb.ki_pos, (loff_t)there);
	user_end(t, &u);
	disk_close(file);
}

/* Two hundred pages and more, if they did not. */
static void the_pages_of_a_transfer_come_back(struct ktest *t)
{
	struct file *file = disk_open(t, O_RDWR);
	unsigned long before = nr_free_pages();
	unsigned int i;
	loff_t pos;

	KTEST_ASSERT_NOT_NULL(t, file);
	for (i = 0; i < 100; i++) {
		pos = 100;
		KTEST_EXPECT_EQ(t, kernel_read(file, text, 100, &pos), 100);
	}
	KTEST_EXPECT_GE(t, nr_free_pages() + 64, before);
	for (i = 0; i < 100; i++) {
		pos = 100;
		KTEST_EXPECT_EQ(t, kernel_write(file, text, 100, &pos), 100);
	}
	KTEST_EXPECT_GE(t, nr_free_pages() + 64, before);
	disk_close(file);
}

static void a_disk_that_is_taken_away_fails_who_has_it_open(struct ktest *t)
{
	struct file *file = disk_open(t, O_RDWR);
	loff_t pos = 0;

	KTEST_ASSERT_NOT_NULL(t, file);
	ram_disk_free(rd);
	/* The file's. */
	KTEST_EXPECT_EQ(t, atomic_read(&rd->disk->refs), 1);
	KTEST_EXPECT_EQ(t, kernel_read(file, text, 4, &pos), -EIO);
	KTEST_EXPECT_EQ(t, vfs_fsync(file, 0), -EIO);
	/* The driver's data may be gone: he is not asked. */
	KTEST_EXPECT_EQ(t, command(file, HDIO_GETGEO, USER_BASE), -ENXIO);
	KTEST_EXPECT_EQ(t, command(file, 0x1234, USER_BASE), -ENXIO);
	filp_close(file, NULL);
}

/* Behind the last byte there is none: the first ones must not be it. */
static void nothing_is_appended_to_a_disk(struct ktest *t)
{
	struct file *file = disk_open(t, O_WRONLY | O_APPEND);
	loff_t pos = 0;

	KTEST_ASSERT_NOT_NULL(t, file);
	KTEST_EXPECT_EQ(t, kernel_write(file, "abcd", 4, &pos), -ENOSPC);
	KTEST_EXPECT_EQ(t, rd->data[0], ram_disk_byte(0));
	disk_close(file);
}

static void one_holder_has_a_disk_for_himself(struct ktest *t)
{
	const fmode_t mode = FMODE_READ | FMODE_EXCL;
	struct block_device *mine, *again;
	static bool warned;

	KTEST_ASSERT_TRUE(t, ram_disk_make(t, rd));
	mine = blkdev_get_by_path(PATH, mode, t);
	again = blkdev_get_by_dev(MKDEV(RAM_DISK_MAJOR, 0), mode, t);
	KTEST_EXPECT_FALSE(t, IS_ERR(mine) || IS_ERR(again));
	KTEST_EXPECT_EQ(t, PTR_ERR(blkdev_get_by_path(PATH, mode, rd)), -EBUSY);
	blkdev_put(mine, mode);
	KTEST_EXPECT_EQ(t, PTR_ERR(blkdev_get_by_path(PATH, mode, rd)), -EBUSY);
	blkdev_put(again, mode);
	mine = blkdev_get_by_path(PATH, mode, rd);
	KTEST_EXPECT_FALSE(t, IS_ERR(mine));
	if (!IS_ERR(mine))
		blkdev_put(mine, mode);
	KTEST_EXPECT_EQ(t, PTR_ERR(blkdev_get_by_path("/dev", mode, rd)),
			-ENOTBLK);
	/* Nobody is no holder: he would keep nobody out. */
	if (!warned)
		ktest_expect_report(t, "WARN");
	warned = true;
	KTEST_EXPECT_EQ(t, PTR_ERR(blkdev_get_by_path(PATH, mode, NULL)),
			-EINVAL);
	KTEST_EXPECT_EQ(t, rd->disk->bdev.bd_openers, 0);
	ram_disk_free(rd);
	KTEST_EXPECT_EQ(t,
			PTR_ERR(blkdev_get_by_dev(MKDEV(RAM_DISK_MAJOR, 0),
						  FMODE_READ, NULL)),
			-ENXIO);
}

static const struct ktest_case block_file_cases[] = {
	KTEST_CASE(a_disk_is_a_file_as_long_as_it_is_there),
	KTEST_CASE(any_bytes_are_read),
	KTEST_CASE(a_write_within_sectors_keeps_what_is_around),
	KTEST_CASE(a_write_of_whole_sectors_reads_nothing),
	KTEST_CASE(the_whole_disk_goes_in_one_call),
	KTEST_CASE(one_page_is_enough_for_a_transfer),
	KTEST_CASE(a_disk_ends_where_it_ends),
	KTEST_CASE(a_read_brings_what_lies_before_a_bad_sector),
	KTEST_CASE(a_read_only_disk_is_not_opened_for_writing),
	KTEST_CASE(commands_tell_size_and_rights),
	KTEST_CASE(who_has_no_right_makes_no_disk_writable),
	KTEST_CASE(a_user_without_memory_stops_a_transfer),
	KTEST_CASE(an_iterator_stands_behind_what_was_written),
	KTEST_CASE(the_pages_of_a_transfer_come_back),
	KTEST_CASE(a_disk_that_is_taken_away_fails_who_has_it_open),
	KTEST_CASE(nothing_is_appended_to_a_disk),
	KTEST_CASE(one_holder_has_a_disk_for_himself),
};
KTEST_SUITE(block_file, block_file_cases);

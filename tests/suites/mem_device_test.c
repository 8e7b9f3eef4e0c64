/* SPDX-License-Identifier: MIT */
/* mem_device_test.c - /dev/null, zero, full, random, urandom, mem, kmsg */
#include <drivers/mem.h>
#include <fs/poll.h>
#include <kernel/completion.h>
#include <kernel/jiffies.h>
#include <kernel/kthread.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/uaccess.h>
#include <mm/user_space.h>

#include "fs_fixture.h"
#include "log_lines.h"

static u8 bytes[3 * PAGE_SIZE];

/* @count bytes of @path at @pos into bytes[]. Return: as kernel_read(). */
static ssize_t device_read(const char *path, loff_t pos, size_t count)
{
	struct file *file = filp_open(path, O_RDONLY | O_NONBLOCK, 0);
	ssize_t n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	n = kernel_read(file, bytes, count, &pos);
	filp_close(file, NULL);
	return n;
}

static ssize_t device_write(const char *path, loff_t pos, const void *from,
			    size_t count)
{
	struct file *file = filp_open(path, O_WRONLY, 0);
	ssize_t n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	n = kernel_write(file, from, count, &pos);
	filp_close(file, NULL);
	return n;
}

static void null_and_zero_and_full_take_and_give(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, device_read("/dev/null", 0, 10), 0);
	KTEST_EXPECT_EQ(t, device_write("/dev/null", 0, bytes, 5000), 5000);
	memset(bytes, 1, sizeof(bytes));
	KTEST_EXPECT_EQ(t, device_read("/dev/zero", 7, 5000), 5000);
	KTEST_EXPECT_NULL(t, memchr_inv(bytes, 0, 5000));
	KTEST_EXPECT_EQ(t, bytes[5000], 1);
	KTEST_EXPECT_EQ(t, device_write("/dev/zero", 0, bytes, 9), 9);
	KTEST_EXPECT_EQ(t, device_read("/dev/full", 0, 5001), 5001);
	KTEST_EXPECT_EQ(t, bytes[5000], 0);
	KTEST_EXPECT_EQ(t, device_write("/dev/full", 0, bytes, 9), -ENOSPC);
}

static void random_numbers_are_other_ones_each_time(struct ktest *t)
{
	u8 first[64];

	KTEST_EXPECT_EQ(t, device_read("/dev/urandom", 0, 64), 64);
	memcpy(first, bytes, 64);
	KTEST_EXPECT_EQ(t, device_read("/dev/urandom", 0, 64), 64);
	KTEST_EXPECT_TRUE(t, memcmp(first, bytes, 64) != 0);
	/* More than one piece of 64. */
	memset(bytes, 0, 200);
	KTEST_EXPECT_EQ(t, device_read("/dev/urandom", 0, 190), 190);
	KTEST_EXPECT_NOT_NULL(t, memchr_inv(bytes + 128, 0, 62));
	KTEST_EXPECT_EQ(t, bytes[190], 0);
	KTEST_EXPECT_EQ(t, device_write("/dev/random", 0, bytes, 190), 190);
}

static void a_minor_without_a_device_is_refused(struct ktest *t)
{
	const dev_t dev = MKDEV(MEM_MAJOR, 200);

	KTEST_ASSERT_EQ(t, fs_mknod(NULL, "/tmp/m", S_IFCHR | 0600, dev), 0);
	KTEST_EXPECT_EQ(t, device_read("/tmp/m", 0, 1), -ENXIO);
	KTEST_EXPECT_EQ(t, fs_unlink(NULL, "/tmp/m"), 0);
}

static void ram_in_use_is_not_shown_by_dev_mem(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	char *va;
	loff_t phys;

	KTEST_ASSERT_NOT_NULL(t, page);
	phys = (loff_t)pfn_to_phys(page_to_pfn(page));
	va = page_address(page);
	memset(va, 'x', PAGE_SIZE);
	if (phys < (loff_t)MIB(1)) {
		KTEST_EXPECT_EQ(t, device_read("/dev/mem", phys, 10), 10);
		KTEST_EXPECT_NULL(t, memchr_inv(bytes, 0, 10));
	} else {
		KTEST_EXPECT_EQ(t, device_read("/dev/mem", phys, 10), -EPERM);
		KTEST_EXPECT_EQ(t, device_write("/dev/mem", phys, "y", 1),
				-EPERM);
	}
	KTEST_EXPECT_EQ(t, va[0], 'x');
	__free_page(page);
	/* The first MiB: nothing to see, and nothing happens. */
	memset(bytes, 1, 16);
	KTEST_EXPECT_EQ(t, device_write("/dev/mem", 0x1000, bytes, 16), 16);
	KTEST_EXPECT_EQ(t, device_read("/dev/mem", 0x1000, 16), 16);
	KTEST_EXPECT_NULL(t, memchr_inv(bytes, 0, 16));
}

/* A read that moves nothing says that the file ends. */
static void a_signal_is_no_end_of_dev_mem(struct ktest *t)
{
	allow_signal(SIGIO);
	send_sig(SIGIO, current, 1);
	KTEST_EXPECT_TRUE(t, signal_pending(current));
	KTEST_EXPECT_EQ(t, device_read("/dev/mem", 0x1ff0, 16), 16);
	KTEST_EXPECT_EQ(t, device_write("/dev/mem", 0x1ff0, bytes, 16), 16);
	/* Nor is it kept waiting. */
	KTEST_EXPECT_EQ(t, device_read("/dev/mem", 0x1ff0, 32), 16);
	flush_signals(current);
	disallow_signal(SIGIO);
}

static void dev_mem_ends_where_addresses_do(struct ktest *t)
{
	loff_t limit = (loff_t)arch_layout()->phys_limit;

	KTEST_EXPECT_EQ(t, device_read("/dev/mem", limit, 1), -EFAULT);
	KTEST_EXPECT_EQ(t, device_write("/dev/mem", limit, "x", 1), -EFAULT);
	KTEST_EXPECT_EQ(t, device_read("/dev/mem", -1, 1), -EINVAL);
}

/* --- mmap ---------------------------------------------------------------------- */

static int call_mmap(struct vm_area_struct *vma, void *file)
{
	return ((struct file *)file)->f_op->mmap(file, vma);
}

/* A page of @path at @pgoff for a user who sees @value there first, if it can be
 * mapped. Return: 0 or an error. */
static int map_and_read(struct ktest *t, const char *path, unsigned long pgoff,
			int *value)
{
	struct file *file = filp_open(path, O_RDWR, 0);
	struct mm_struct *mm = mm_alloc();
	const struct user_mapping m = { .len = PAGE_SIZE,
					.flags = VM_READ | VM_WRITE,
					.pgoff = pgoff,
					.setup = call_mmap,
					.arg = file };
	unsigned long addr = (unsigned long)-ENOMEM;
	int err = -EINVAL;

	if (!IS_ERR(file) && mm)
		addr = user_map(mm, &m);
	if (IS_ERR_VALUE(addr)) {
		err = (int)addr;
	} else {
		int __user *p = (int __user *)addr;

		int again = 0;

		kthread_use_mm(mm);
		err = get_user(*value, p);
		KTEST_EXPECT_EQ(t, put_user(5, p), 0);
		KTEST_EXPECT_EQ(t, get_user(again, p), 0);
		KTEST_EXPECT_EQ(t, again, 5);
		kthread_unuse_mm(mm);
	}
	mmput(mm);
	filp_close(file, NULL);
	return err;
}

static void zero_is_mapped_as_memory_and_ram_is_not_mapped(struct ktest *t)
{
	struct page *dirty[16], *page;
	unsigned int i;
	int value = -1;

	/* Pages that were freed last are the next ones given. */
	for (i = 0; i < ARRAY_SIZE(dirty); i++) {
		dirty[i] = alloc_page(GFP_HIGHUSER);
		KTEST_ASSERT_NOT_NULL(t, dirty[i]);
		memset(kmap(dirty[i]), 0xff, PAGE_SIZE);
		kunmap(dirty[i]);
	}
	for (i = 0; i < ARRAY_SIZE(dirty); i++)
		__free_page(dirty[i]);
	KTEST_EXPECT_EQ(t, map_and_read(t, "/dev/zero", 0, &value), 0);
	KTEST_EXPECT_EQ(t, value, 0);
	page = alloc_page(GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_EQ(t,
			map_and_read(t, "/dev/mem", page_to_pfn(page), &value),
			-EPERM);
	KTEST_EXPECT_EQ(
		t,
		map_and_read(t, "/dev/mem",
			     (unsigned long)(arch_layout()->phys_limit >>
					     PAGE_SHIFT),
			     &value),
		-EINVAL);
	__free_page(page);
}

/* --- kmsg ---------------------------------------------------------------------- */

static void a_line_written_to_kmsg_is_read_as_a_record(struct ktest *t)
{
	struct file *file = filp_open("/dev/kmsg", O_RDWR | O_NONBLOCK, 0);
	const char text[] = "<6>kmsg: from a self-test\n";
	u64 from = log_end();
	bool seen = false;
	loff_t pos = 0;
	ssize_t n;

	KTEST_ASSERT_TRUE(t, !IS_ERR(file));
	KTEST_EXPECT_EQ(t, vfs_llseek(file, 0, SEEK_END), 0);
	KTEST_EXPECT_EQ(t, kernel_write(file, text, strlen(text), &pos),
			(ssize_t)strlen(text));
	KTEST_EXPECT_EQ(t, log_count(from, "] kmsg: from a self-test\n"), 1);
	/* A record is given whole or not at all. */
	KTEST_EXPECT_EQ(t, kernel_read(file, bytes, 5, &pos), -EINVAL);
	while ((n = kernel_read(file, bytes, sizeof(bytes) - 1, &pos)) > 0) {
		bytes[n] = '\0';
		seen |= bytes[0] == '6' &&
			strstr((char *)bytes, ",-;kmsg: from a self-test\n");
	}
	KTEST_EXPECT_TRUE(t, seen);
	KTEST_EXPECT_EQ(t, n, -EAGAIN);
	KTEST_EXPECT_EQ(t, vfs_llseek(file, 1, SEEK_SET), -ESPIPE);
	KTEST_EXPECT_EQ(t, kernel_write(file, bytes, 1024, &pos), -EINVAL);
	filp_close(file, NULL);
}

struct late_line {
	struct completion looked;
	struct task_struct *poller;
};

static int print_later(void *arg)
{
	struct late_line *line = arg;

	wait_for_completion(&line->looked);
	while (READ_ONCE(line->poller->__state) == TASK_RUNNING)
		yield();
	pr_info("kmsg: news for who polls\n");
	return 0;
}

/* The printer begins when the poller has looked, found nothing, and sleeps. */
static void who_polls_kmsg_is_told_of_a_line(struct ktest *t)
{
	struct file *file = filp_open("/dev/kmsg", O_RDONLY | O_NONBLOCK, 0);
	struct poll_file poll = { .file = file, .events = EPOLLIN };
	struct late_line line = { .poller = current };
	struct task_struct *task;
	unsigned long begin;

	KTEST_ASSERT_TRUE(t, !IS_ERR(file));
	init_completion(&line.looked);
	task = kthread_create(print_later, &line, "ktest-print");
	KTEST_ASSERT_TRUE(t, !IS_ERR(task));
	get_task_struct(task);
	wake_up_process(task);
	/* Others may print at any time. */
	do
		KTEST_EXPECT_EQ(t, vfs_llseek(file, 0, SEEK_END), 0);
	while (poll_files(&poll, 1, 0) > 0);
	complete(&line.looked);
	begin = jiffies;
	KTEST_EXPECT_EQ(t, poll_files(&poll, 1, 40 * HZ), 1);
	KTEST_EXPECT_LE(t, jiffies - begin, 30 * HZ);
	KTEST_EXPECT_EQ(t, poll.revents, EPOLLIN);
	kthread_stop(task);
	put_task_struct(task);
	filp_close(file, NULL);
}

static void who_only_writes_kmsg_has_nothing_to_poll(struct ktest *t)
{
	struct file *file = filp_open("/dev/kmsg", O_WRONLY, 0);
	struct poll_file poll = { .file = file, .events = EPOLLIN };

	KTEST_ASSERT_TRUE(t, !IS_ERR(file));
	KTEST_EXPECT_EQ(t, poll_files(&poll, 1, 0), 1);
	KTEST_EXPECT_EQ(t, poll.revents, EPOLLERR);
	filp_close(file, NULL);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(null_and_zero_and_full_take_and_give),
	KTEST_CASE(random_numbers_are_other_ones_each_time),
	KTEST_CASE(a_minor_without_a_device_is_refused),
	KTEST_CASE(ram_in_use_is_not_shown_by_dev_mem),
	KTEST_CASE(a_signal_is_no_end_of_dev_mem),
	KTEST_CASE(dev_mem_ends_where_addresses_do),
	KTEST_CASE(zero_is_mapped_as_memory_and_ram_is_not_mapped),
	KTEST_CASE(a_line_written_to_kmsg_is_read_as_a_record),
	KTEST_CASE(who_polls_kmsg_is_told_of_a_line),
	KTEST_CASE(who_only_writes_kmsg_has_nothing_to_poll),
};
KTEST_SUITE(mem_device, cases);

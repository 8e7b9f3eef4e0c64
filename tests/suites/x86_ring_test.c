/* SPDX-License-Identifier: MIT */
/*
 * x86_ring_test.c - examples/ring: who waits, who does not, and who is told
 *
 * Whoever reads or writes here does so as a process: with a page of a user's.
 */
#include <fs/poll.h>
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/string.h>

#include "module_files.h"
#include "user_fixture.h"

#define RING_BYTES 16

/* One read() or write(). */
struct ring_io {
	struct file *file;
	bool is_write;
	size_t count;
	char bytes[2 * RING_BYTES];
};

static ssize_t ring_call(struct ring_io *io)
{
	char __user *p = user_ptr(USER_BASE);
	loff_t pos = 0;
	ssize_t done;

	if (io->is_write && copy_to_user(p, io->bytes, io->count))
		return -EFAULT;
	done = io->is_write ? vfs_write(io->file, p, io->count, &pos) :
			      vfs_read(io->file, p, io->count, &pos);
	if (!io->is_write && done > 0 &&
	    copy_from_user(io->bytes, p, (size_t)done))
		return -EFAULT;
	return done;
}

static ssize_t as_process(struct ring_io *io)
{
	const struct user_mapping page = { .addr = USER_BASE,
					   .fixed = true,
					   .len = PAGE_SIZE,
					   .flags = USER_RW };
	struct mm_struct *mm = mm_alloc();
	ssize_t done = -ENOMEM;

	if (!mm)
		return -ENOMEM;
	kthread_use_mm(mm);
	if (user_map(mm, &page) == USER_BASE)
		done = ring_call(io);
	kthread_unuse_mm(mm);
	mmput(mm);
	return done;
}

static ssize_t ring_put(struct file *file, const char *text)
{
	struct ring_io io = { file, true, strlen(text), "" };

	memcpy(io.bytes, text, io.count);
	return as_process(&io);
}

/* What is read, as a text; "" for an error. */
static const char *ring_get(struct file *file, ssize_t *result)
{
	static struct ring_io io;

	io = (struct ring_io){ file, false, RING_BYTES, "" };
	*result = as_process(&io);
	return io.bytes;
}

static struct file *ring_begin(struct ktest *t, int flags)
{
	int err = module_file_load("ring", "size=16");
	struct file *file;

	if (err == -ENOENT) {
		ktest_skip(t, "no ring.ko in " MODULE_FOLDER);
		return NULL;
	}
	if (!KTEST_EXPECT_EQ(t, err, 0))
		return NULL;
	file = filp_open("/dev/ring", O_RDWR | flags, 0);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(file)))
		return file;
	KTEST_EXPECT_EQ(t, module_unload("ring"), 0);
	return NULL;
}

static void ring_end(struct ktest *t, struct file *file)
{
	KTEST_EXPECT_EQ(t, module_unload("ring"), -EWOULDBLOCK);
	KTEST_EXPECT_EQ(t, filp_close(file, NULL), 0);
	KTEST_EXPECT_EQ(t, module_unload("ring"), 0);
}

static void bytes_come_out_in_order_through_the_end_of_the_ring(struct ktest *t)
{
	struct file *file = ring_begin(t, O_NONBLOCK);
	ssize_t n;

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, ring_put(file, "0123456789"), 10);
	KTEST_EXPECT_STREQ(t, ring_get(file, &n), "0123456789");
	/* 6 up to the end; who wants more calls again. */
	KTEST_EXPECT_EQ(t, ring_put(file, "abcdefghij"), 6);
	KTEST_EXPECT_EQ(t, ring_put(file, "ghij"), 4);
	KTEST_EXPECT_STREQ(t, ring_get(file, &n), "abcdef");
	KTEST_EXPECT_STREQ(t, ring_get(file, &n), "ghij");
	KTEST_EXPECT_EQ(t, n, 4);
	ring_end(t, file);
}

static void who_will_not_wait_is_told_so(struct ktest *t)
{
	struct file *file = ring_begin(t, O_NONBLOCK);
	struct poll_file polled = { .file = file,
				    .events = EPOLLIN | EPOLLOUT };
	ssize_t n;

	if (!file)
		return;
	ring_get(file, &n);
	KTEST_EXPECT_EQ(t, n, -EAGAIN);
	KTEST_EXPECT_EQ(t, poll_files(&polled, 1, 0), 1);
	KTEST_EXPECT_EQ(t, polled.revents, EPOLLOUT);
	KTEST_EXPECT_EQ(t, ring_put(file, "0123456789abcdefgh"), RING_BYTES);
	KTEST_EXPECT_EQ(t, ring_put(file, "i"), -EAGAIN);
	KTEST_EXPECT_EQ(t, poll_files(&polled, 1, 0), 1);
	KTEST_EXPECT_EQ(t, polled.revents, EPOLLIN);
	KTEST_EXPECT_EQ(t, vfs_llseek(file, 0, SEEK_SET), -ESPIPE);
	ring_end(t, file);
}

/* --- waiting ------------------------------------------------------------ */

static int io_thread(void *data)
{
	allow_signal(SIGINT);
	return (int)as_process(data);
}

static struct task_struct *start(struct ktest *t, struct ring_io *io)
{
	struct task_struct *task = kthread_create(io_thread, io, "ktest_ring");

	if (!KTEST_EXPECT_FALSE(t, IS_ERR(task)))
		return NULL;
	get_task_struct(task);
	wake_up_process(task);
	while (READ_ONCE(task->on_rq) != TASK_OFF_RQ)
		schedule_timeout_uninterruptible(1);
	return task;
}

static int finish(struct task_struct *task)
{
	int result = task ? kthread_join(task) : -ENOMEM;

	if (task)
		put_task_struct(task);
	return result;
}

static void a_reader_waits_for_bytes_and_a_writer_for_room(struct ktest *t)
{
	struct file *file = ring_begin(t, 0);
	struct ring_io reader = { file, false, RING_BYTES, "" };
	struct ring_io writer = { file, true, 3, "xyz" };
	struct task_struct *task;
	ssize_t n;

	if (!file)
		return;
	task = start(t, &reader);
	KTEST_EXPECT_EQ(t, ring_put(file, "bread"), 5);
	KTEST_EXPECT_EQ(t, finish(task), 5);
	KTEST_EXPECT_STREQ(t, reader.bytes, "bread");
	/* 11 up to the end, and 5 from the beginning. */
	KTEST_EXPECT_EQ(t, ring_put(file, "0123456789a"), 11);
	KTEST_EXPECT_EQ(t, ring_put(file, "bcdef"), 5);
	task = start(t, &writer);
	KTEST_EXPECT_STREQ(t, ring_get(file, &n), "0123456789a");
	KTEST_EXPECT_EQ(t, finish(task), 3);
	KTEST_EXPECT_STREQ(t, ring_get(file, &n), "bcdefxyz");
	ring_end(t, file);
}

static void a_signal_ends_the_waiting(struct ktest *t)
{
	struct file *file = ring_begin(t, 0);
	struct ring_io reader = { file, false, RING_BYTES, "" };
	struct task_struct *task;

	if (!file)
		return;
	task = start(t, &reader);
	if (task)
		KTEST_EXPECT_EQ(t, send_sig(SIGINT, task, 1), 0);
	KTEST_EXPECT_EQ(t, finish(task), -ERESTARTSYS);
	ring_end(t, file);
}

static void news_come_by_signal(struct ktest *t)
{
	struct file *file = ring_begin(t, 0);

	if (!file)
		return;
	allow_signal(SIGIO);
	KTEST_EXPECT_EQ(t, f_setown(file, (unsigned long)current->pid, 1), 0);
	KTEST_EXPECT_EQ(t, file_set_flags(file, file->f_flags | FASYNC), 0);
	KTEST_EXPECT_EQ(t, ring_put(file, "news"), 4);
	KTEST_EXPECT_EQ(t, kernel_dequeue_signal(), SIGIO);
	KTEST_EXPECT_EQ(t, kernel_dequeue_signal(), 0);
	disallow_signal(SIGIO);
	/* Closing takes the file off the list. */
	ring_end(t, file);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(bytes_come_out_in_order_through_the_end_of_the_ring),
	KTEST_CASE(who_will_not_wait_is_told_so),
	KTEST_CASE(a_reader_waits_for_bytes_and_a_writer_for_room),
	KTEST_CASE(a_signal_ends_the_waiting),
	KTEST_CASE(news_come_by_signal),
};
KTEST_SUITE(x86_ring, cases);

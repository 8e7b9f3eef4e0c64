/* SPDX-License-Identifier: MIT */
/*
 * kmsg.c - /dev/kmsg: the log as records, and lines added to it
 *
 * A read gives one record in Linux's form: "LEVEL,PLACE,MICROSECONDS,-;TEXT".
 * Places rise, but not by one. Each opening reads on its own, from the oldest
 * record there is. At the end a reader waits for the next record, by looking
 * now and then: whoever prints may be in any context, and wakes nobody. Who polls
 * is woken by a timer to look again.
 *
 * A write adds a line. It may begin with <N>: N & 7 is its level.
 *
 * Locking: an opening's mutex guards its cursor and its texts; nobody sleeps for
 * news with it held.
 */
#include <drivers/mem.h>
#include <fs/fs.h>
#include <fs/poll.h>
#include <kernel/ctype.h>
#include <kernel/jiffies.h>
#include <kernel/math64.h>
#include <kernel/mutex.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/timer.h>
#include <kernel/util.h>
#include <kernel/wait.h>
#include <mm/slab.h>

/* Longest text written; the log cuts lines that are longer than its own. */
#define KMSG_WRITE_BYTES 1024u
#define KMSG_RECORD_BYTES 640u
/* How often a waiting reader looks. */
#define KMSG_LOOK_TICKS (HZ / 20)

struct kmsg_reader {
	struct mutex lock;
	u64 cursor;
	struct timer_list look; /* runs as long as somebody polls in vain */
	wait_queue_head_t news;
	char text[KMSG_RECORD_BYTES];
	char record[KMSG_RECORD_BYTES];
};

static void kmsg_look(struct timer_list *timer)
{
	struct kmsg_reader *r = container_of(timer, struct kmsg_reader, look);

	wake_up_interruptible(&r->news);
}

static int kmsg_open(struct inode *inode, struct file *file)
{
	struct kmsg_reader *r;

	(void)inode;
	if (!(file->f_mode & FMODE_READ))
		return 0;
	r = kzalloc(sizeof(*r), GFP_KERNEL);
	if (!r)
		return -ENOMEM;
	mutex_init(&r->lock);
	init_waitqueue_head(&r->news);
	timer_setup(&r->look, kmsg_look, 0);
	file->private_data = r;
	return 0;
}

static int kmsg_release(struct inode *inode, struct file *file)
{
	struct kmsg_reader *r = file->private_data;

	(void)inode;
	if (r)
		del_timer_sync(&r->look);
	kfree(r);
	return 0;
}

/* The next record into r->record. Return: its bytes; 0: there is none. The lock
 * is held. */
static size_t kmsg_next(struct kmsg_reader *r)
{
	struct log_line line;

	if (!log_read_line(&r->cursor, &line, r->text, sizeof(r->text)))
		return 0;
	return (size_t)scnprintf(
		r->record, sizeof(r->record), "%u,%llu,%llu,-;%s\n", line.level,
		(unsigned long long)line.at,
		(unsigned long long)div_u64(line.ns, 1000), r->text);
}

/* A record, whole. Return: bytes; -EAGAIN: there is none. The lock is held. */
static ssize_t kmsg_take(struct kmsg_reader *r, struct iov_iter *to)
{
	u64 before = r->cursor;
	size_t len = kmsg_next(r);
	ssize_t ret = -EFAULT;

	if (!len)
		return -EAGAIN;
	if (iov_iter_count(to) < len)
		ret = -EINVAL;
	else if (copy_to_iter(r->record, len, to) == len)
		ret = (ssize_t)len;
	if (ret < 0)
		r->cursor = before;
	return ret;
}

/* Waits for a record if the file says so. */
static ssize_t kmsg_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct kmsg_reader *r = iocb->ki_filp->private_data;
	ssize_t ret;

	for (;;) {
		mutex_lock(&r->lock);
		ret = kmsg_take(r, to);
		mutex_unlock(&r->lock);
		if (ret != -EAGAIN || iocb->ki_filp->f_flags & O_NONBLOCK)
			return ret;
		if (signal_pending(current))
			return -ERESTARTSYS;
		schedule_timeout_interruptible(KMSG_LOOK_TICKS);
	}
}

/* Who only writes gets what Linux gives him. */
static __poll_t kmsg_poll(struct file *file, struct poll_table_struct *wait)
{
	struct kmsg_reader *r = file->private_data;
	struct log_line line;
	bool has_news;
	u64 cursor;

	if (!r)
		return EPOLLERR;
	poll_wait(file, &r->news, wait);
	mutex_lock(&r->lock);
	cursor = r->cursor;
	has_news = log_read_line(&cursor, &line, r->text, sizeof(r->text));
	mutex_unlock(&r->lock);
	if (has_news)
		return EPOLLIN | EPOLLRDNORM;
	mod_timer(&r->look, jiffies + KMSG_LOOK_TICKS);
	return 0;
}

/* To the oldest record, or behind the last. */
static loff_t kmsg_llseek(struct file *file, loff_t offset, int whence)
{
	struct kmsg_reader *r = file->private_data;

	if (!r)
		return -EBADF;
	if (offset)
		return -ESPIPE;
	if (whence == SEEK_CUR)
		return -EINVAL;
	mutex_lock(&r->lock);
	r->cursor = whence == SEEK_END ? log_read_end() : 0;
	mutex_unlock(&r->lock);
	return 0;
}

/* Cut "<N>" off the text at *@p. Return: its level; -1: there is none. */
static int kmsg_level(const char **p)
{
	const char *digit = *p + 1;
	int n = 0;

	if (**p != '<' || !isdigit(*digit))
		return -1;
	for (; isdigit(*digit) && n < 1000; digit++)
		n = n * 10 + *digit - '0';
	if (*digit != '>')
		return -1;
	*p = digit + 1;
	return n & 7;
}

static void kmsg_log(const char *text)
{
	int level = kmsg_level(&text);

	if (level < 0)
		printk("%s\n", text);
	else
		printk(KERN_SOH "%c%s\n", '0' + level, text);
}

static ssize_t kmsg_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	size_t len = iov_iter_count(from);
	ssize_t ret = (ssize_t)len;
	char *text;

	(void)iocb;
	if (len >= KMSG_WRITE_BYTES)
		return -EINVAL;
	text = kmalloc(len + 1, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	if (copy_from_iter_full(text, len, from)) {
		if (len && text[len - 1] == '\n')
			len--;
		text[len] = '\0';
		kmsg_log(text);
	} else {
		ret = -EFAULT;
	}
	kfree(text);
	return ret;
}

const struct file_operations kmsg_operations = {
	.open = kmsg_open,
	.release = kmsg_release,
	.read_iter = kmsg_read_iter,
	.write_iter = kmsg_write_iter,
	.llseek = kmsg_llseek,
	.poll = kmsg_poll,
};

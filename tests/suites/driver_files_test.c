/* SPDX-License-Identifier: MIT */
/*
 * driver_files_test.c - a character driver as the books write it: it includes
 * nothing but <linux/...>, blocks, polls, signals and shows itself
 *
 * The device is a ring of RING_BYTES - 1 bytes. Its read and write take an
 * iterator, so that they work for the kernel's memory, too.
 */
#include <linux/aio.h>
#include <linux/cdev.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/kdev_t.h>
#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/uio.h>

#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <fs/namei.h>

#define RING_BYTES 8
#define RING_IOC_MAGIC 'r'
#define RING_IOCRESET _IO(RING_IOC_MAGIC, 0)
#define RING_IOCQSPACE _IOR(RING_IOC_MAGIC, 1, int)

struct ring_dev {
	wait_queue_head_t inq, outq;
	char bytes[RING_BYTES];
	unsigned int rp, wp;
	struct fasync_struct *async_queue;
	struct mutex lock;
	struct cdev cdev;
};

static struct ring_dev ring;
static dev_t ring_number;

static unsigned int ring_space(const struct ring_dev *dev)
{
	return (dev->rp + RING_BYTES - dev->wp - 1) % RING_BYTES;
}

static unsigned int ring_filled(const struct ring_dev *dev)
{
	return RING_BYTES - 1 - ring_space(dev);
}

static int ring_fasync(int fd, struct file *filp, int mode)
{
	struct ring_dev *dev = filp->private_data;

	return fasync_helper(fd, filp, mode, &dev->async_queue);
}

static int ring_open(struct inode *inode, struct file *filp)
{
	filp->private_data = container_of(inode->i_cdev, struct ring_dev, cdev);
	return nonseekable_open(inode, filp);
}

static int ring_release(struct inode *inode, struct file *filp)
{
	(void)inode;
	return ring_fasync(-1, filp, 0);
}

static ssize_t ring_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct file *filp = iocb->ki_filp;
	struct ring_dev *dev = filp->private_data;
	ssize_t n = 0;

	if (mutex_lock_interruptible(&dev->lock))
		return -ERESTARTSYS;
	while (!ring_filled(dev)) {
		mutex_unlock(&dev->lock);
		if (filp->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(dev->inq, ring_filled(dev)))
			return -ERESTARTSYS;
		if (mutex_lock_interruptible(&dev->lock))
			return -ERESTARTSYS;
	}
	while (ring_filled(dev) &&
	       copy_to_iter(&dev->bytes[dev->rp], 1, to) == 1) {
		dev->rp = (dev->rp + 1) % RING_BYTES;
		n++;
	}
	mutex_unlock(&dev->lock);
	wake_up_interruptible(&dev->outq);
	return n;
}

/* As the books do it by hand: the signal is asked for behind schedule(). */
static int ring_wait_for_space(struct ring_dev *dev, const struct file *filp)
{
	while (!ring_space(dev)) {
		DEFINE_WAIT(wait);

		mutex_unlock(&dev->lock);
		if (filp->f_flags & O_NONBLOCK)
			return -EAGAIN;
		prepare_to_wait(&dev->outq, &wait, TASK_INTERRUPTIBLE);
		if (!ring_space(dev))
			schedule();
		finish_wait(&dev->outq, &wait);
		if (signal_pending(current))
			return -ERESTARTSYS;
		if (mutex_lock_interruptible(&dev->lock))
			return -ERESTARTSYS;
	}
	return 0;
}

static ssize_t ring_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct ring_dev *dev = iocb->ki_filp->private_data;
	ssize_t n = 0;
	int err;

	if (mutex_lock_interruptible(&dev->lock))
		return -ERESTARTSYS;
	err = ring_wait_for_space(dev, iocb->ki_filp);
	if (err)
		return err;
	while (ring_space(dev) &&
	       copy_from_iter(&dev->bytes[dev->wp], 1, from) == 1) {
		dev->wp = (dev->wp + 1) % RING_BYTES;
		n++;
	}
	mutex_unlock(&dev->lock);
	wake_up_interruptible(&dev->inq);
	if (dev->async_queue)
		kill_fasync(&dev->async_queue, SIGIO, POLL_IN);
	return n;
}

static unsigned int ring_poll(struct file *filp, poll_table *wait)
{
	struct ring_dev *dev = filp->private_data;
	unsigned int mask = 0;

	mutex_lock(&dev->lock);
	poll_wait(filp, &dev->inq, wait);
	poll_wait(filp, &dev->outq, wait);
	if (ring_filled(dev))
		mask |= POLLIN | POLLRDNORM;
	if (ring_space(dev))
		mask |= POLLOUT | POLLWRNORM;
	mutex_unlock(&dev->lock);
	return mask;
}

static long ring_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct ring_dev *dev = filp->private_data;

	(void)arg;
	if (_IOC_TYPE(cmd) != RING_IOC_MAGIC)
		return -ENOIOCTLCMD;
	switch (cmd) {
	case RING_IOCRESET: dev->rp = dev->wp = 0; return 0;
	case RING_IOCQSPACE: return (long)ring_space(dev);
	default: return -ENOTTY;
	}
}

static const struct file_operations ring_fops = {
	.owner = THIS_MODULE,
	.llseek = no_llseek,
	.read_iter = ring_read_iter,
	.write_iter = ring_write_iter,
	.poll = ring_poll,
	.unlocked_ioctl = ring_ioctl,
	.open = ring_open,
	.release = ring_release,
	.fasync = ring_fasync,
};

/* --- the module's two ends ------------------------------------------------------ */

static bool ring_begin(struct ktest *t)
{
	init_waitqueue_head(&ring.inq);
	init_waitqueue_head(&ring.outq);
	mutex_init(&ring.lock);
	ring.rp = ring.wp = 0;
	cdev_init(&ring.cdev, &ring_fops);
	ring.cdev.owner = THIS_MODULE;
	return KTEST_EXPECT_EQ(
		       t, alloc_chrdev_region(&ring_number, 0, 1, "ktest_ring"),
		       0) &&
	       KTEST_EXPECT_EQ(t, cdev_add(&ring.cdev, ring_number, 1), 0) &&
	       KTEST_EXPECT_EQ(t,
			       fs_mknod(NULL, "/dev/ktest_ring",
					S_IFCHR | S_IRUGO | S_IWUGO,
					ring_number),
			       0);
}

static void ring_end(struct ktest *t)
{
	KTEST_EXPECT_NULL(t, ring.async_queue);
	KTEST_EXPECT_EQ(t, fs_unlink(NULL, "/dev/ktest_ring"), 0);
	cdev_del(&ring.cdev);
	unregister_chrdev_region(ring_number, 1);
}

static struct file *ring_file(struct ktest *t, int flags)
{
	struct file *filp = filp_open("/dev/ktest_ring", O_RDWR | flags, 0);

	return KTEST_EXPECT_FALSE(t, IS_ERR(filp)) ? filp : NULL;
}

static ssize_t ring_put(struct file *filp, const char *text)
{
	return kernel_write(filp, text, strlen(text), &filp->f_pos);
}

static ssize_t ring_get(struct file *filp)
{
	char got[RING_BYTES];

	return kernel_read(filp, got, sizeof(got), &filp->f_pos);
}

static void a_driver_without_waiting(struct ktest *t)
{
	struct file *filp;

	if (!ring_begin(t))
		return;
	filp = ring_file(t, O_NONBLOCK);
	if (filp) {
		KTEST_EXPECT_EQ(t, imajor(filp->f_dentry->d_inode),
				MAJOR(ring_number));
		KTEST_EXPECT_EQ(t, ring_get(filp), -EAGAIN);
		KTEST_EXPECT_EQ(t, ring_put(filp, "12345678"), 7);
		KTEST_EXPECT_EQ(t, ring_put(filp, "8"), -EAGAIN);
		KTEST_EXPECT_EQ(t, vfs_ioctl(filp, RING_IOCQSPACE, 0), 0);
		KTEST_EXPECT_EQ(t, ring_get(filp), 7);
		KTEST_EXPECT_EQ(t, vfs_ioctl(filp, RING_IOCQSPACE, 0), 7);
		KTEST_EXPECT_EQ(t, vfs_ioctl(filp, _IO('x', 0), 0), -ENOTTY);
		KTEST_EXPECT_EQ(t, vfs_llseek(filp, 0, SEEK_SET), -ESPIPE);
		KTEST_EXPECT_EQ(t, filp_close(filp, NULL), 0);
	}
	ring_end(t);
}

/* --- waiting ----------------------------------------------------------------------- */

static int get_thread(void *data)
{
	allow_signal(SIGINT);
	return (int)ring_get(data);
}

static int put_thread(void *data)
{
	allow_signal(SIGINT);
	return (int)ring_put(data, "x");
}

/* Let @task get to where it sleeps, if it does. */
static void until_it_sleeps(struct task_struct *task)
{
	while (READ_ONCE(task->on_rq) != TASK_OFF_RQ)
		schedule_timeout_uninterruptible(1);
}

static struct task_struct *start(struct ktest *t, int (*fn)(void *data),
				 void *data)
{
	struct task_struct *task = kthread_create(fn, data, "ktest_files");

	if (!KTEST_EXPECT_FALSE(t, IS_ERR(task)))
		return NULL;
	get_task_struct(task);
	wake_up_process(task);
	return task;
}

static int finish(struct task_struct *task)
{
	int result = kthread_join(task);

	put_task_struct(task);
	return result;
}

static void a_reader_waits_for_bytes_and_a_writer_for_room(struct ktest *t)
{
	struct task_struct *task;
	struct file *filp;

	if (!ring_begin(t))
		return;
	filp = ring_file(t, 0);
	if (filp) {
		task = start(t, get_thread, filp);
		until_it_sleeps(task);
		KTEST_EXPECT_EQ(t, ring_put(filp, "abc"), 3);
		KTEST_EXPECT_EQ(t, finish(task), 3);
		KTEST_EXPECT_EQ(t, ring_put(filp, "1234567"), 7);
		task = start(t, put_thread, filp);
		until_it_sleeps(task);
		KTEST_EXPECT_EQ(t, ring_get(filp), 7);
		KTEST_EXPECT_EQ(t, finish(task), 1);
		fput(filp);
	}
	ring_end(t);
}

static void a_signal_ends_both_kinds_of_waiting(struct ktest *t)
{
	struct task_struct *task;
	struct file *filp;

	if (!ring_begin(t))
		return;
	filp = ring_file(t, 0);
	if (filp) {
		task = start(t, get_thread, filp);
		until_it_sleeps(task);
		/* One that it did not ask for is lost. */
		KTEST_EXPECT_EQ(t, send_sig(SIGTERM, task, 1), 0);
		KTEST_EXPECT_FALSE(t, signal_pending(task));
		KTEST_EXPECT_EQ(t, send_sig(_NSIG + 1, task, 1), -EINVAL);
		KTEST_EXPECT_EQ(t, send_sig(SIGINT, task, 1), 0);
		KTEST_EXPECT_EQ(t, finish(task), -ERESTARTSYS);
		KTEST_EXPECT_EQ(t, ring_put(filp, "1234567"), 7);
		task = start(t, put_thread, filp);
		until_it_sleeps(task);
		send_sig(SIGINT, task, 1);
		KTEST_EXPECT_EQ(t, finish(task), -ERESTARTSYS);
		fput(filp);
	}
	ring_end(t);
}

/* Who has one pending does not even begin to sleep, however it waits. */
static void a_pending_signal_is_taken_once(struct ktest *t)
{
	allow_signal(SIGUSR1);
	allow_signal(SIGUSR2);
	send_sig(SIGUSR2, current, 1);
	send_sig(SIGUSR1, current, 1);
	send_sig(SIGUSR1, current, 1);
	set_current_state(TASK_INTERRUPTIBLE);
	schedule();
	KTEST_EXPECT_EQ(t, current->__state, TASK_RUNNING);
	/* Not that every sleep is cut short. */
	KTEST_EXPECT_EQ(t, schedule_timeout_uninterruptible(1), 0);
	KTEST_EXPECT_EQ(t, kernel_dequeue_signal(), SIGUSR1);
	KTEST_EXPECT_TRUE(t, signal_pending(current));
	KTEST_EXPECT_EQ(t, kernel_dequeue_signal(), SIGUSR2);
	KTEST_EXPECT_EQ(t, kernel_dequeue_signal(), 0);
	send_sig(SIGUSR1, current, 1);
	disallow_signal(SIGUSR1);
	disallow_signal(SIGUSR2);
	KTEST_EXPECT_FALSE(t, signal_pending(current));
}

/* --- several files ------------------------------------------------------------------ */

static struct poll_file polled[2];

static int poll_thread(void *data)
{
	(void)data;
	allow_signal(SIGINT);
	return poll_files(polled, 2, 1000 * HZ);
}

static void poll_says_what_a_file_is_ready_for(struct ktest *t)
{
	struct task_struct *task;
	struct file *filp;

	if (!ring_begin(t))
		return;
	filp = ring_file(t, 0);
	if (filp) {
		polled[0] = (struct poll_file){ .events = POLLIN };
		polled[1] = (struct poll_file){ .file = filp,
						.events = POLLIN | POLLOUT };
		KTEST_EXPECT_EQ(t, poll_files(polled, 2, 0), 1);
		KTEST_EXPECT_EQ(t, polled[1].revents, POLLOUT);
		polled[1].events = POLLIN;
		KTEST_EXPECT_EQ(t, poll_files(polled, 2, 0), 0);
		KTEST_EXPECT_EQ(t, poll_files(polled, 2, 2), 0);
		task = start(t, poll_thread, NULL);
		until_it_sleeps(task);
		KTEST_EXPECT_EQ(t, ring_put(filp, "a"), 1);
		KTEST_EXPECT_EQ(t, finish(task), 1);
		KTEST_EXPECT_EQ(t, polled[1].revents, POLLIN);
		KTEST_EXPECT_EQ(t, ring_get(filp), 1);
		task = start(t, poll_thread, NULL);
		until_it_sleeps(task);
		send_sig(SIGINT, task, 1);
		KTEST_EXPECT_EQ(t, finish(task), -EINTR);
		KTEST_EXPECT_FALSE(t, waitqueue_active(&ring.inq));
		KTEST_EXPECT_EQ(t, file_count(filp), 1);
		fput(filp);
	}
	ring_end(t);
}

#define MANY_POLLED 200u

static void many_files_can_be_waited_for(struct ktest *t)
{
	struct poll_file *many =
		kcalloc(MANY_POLLED, sizeof(*many), GFP_KERNEL);
	struct file *filp;
	unsigned int i;

	if (!many || !ring_begin(t)) {
		kfree(many);
		return;
	}
	filp = ring_file(t, 0);
	if (filp) {
		for (i = 0; i < MANY_POLLED; i++)
			many[i] = (struct poll_file){ filp, POLLIN, 0 };
		KTEST_EXPECT_EQ(t, poll_files(many, MANY_POLLED, 1), 0);
		KTEST_EXPECT_EQ(t, file_count(filp), 1);
		KTEST_EXPECT_FALSE(t, waitqueue_active(&ring.outq));
		fput(filp);
	}
	ring_end(t);
	kfree(many);
}

/* --- signals when there is news ------------------------------------------------------- */

static void news_are_signalled_to_who_asked(struct ktest *t)
{
	struct file *filp;

	if (!ring_begin(t))
		return;
	allow_signal(SIGIO);
	filp = ring_file(t, 0);
	if (filp) {
		KTEST_EXPECT_EQ(t, ring_put(filp, "a"), 1);
		KTEST_EXPECT_FALSE(t, signal_pending(current));
		KTEST_EXPECT_EQ(
			t, f_setown(filp, (unsigned long)current->pid, 1), 0);
		KTEST_EXPECT_EQ(t, f_getown(filp), current->pid);
		KTEST_EXPECT_EQ(t, f_setown(filp, INT_MAX, 1), -ESRCH);
		KTEST_EXPECT_EQ(t, file_set_flags(filp, FASYNC), 0);
		KTEST_EXPECT_TRUE(t, filp->f_flags & FASYNC);
		KTEST_EXPECT_EQ(t, ring_put(filp, "b"), 1);
		KTEST_EXPECT_EQ(t, kernel_dequeue_signal(), SIGIO);
		KTEST_EXPECT_EQ(t, file_set_flags(filp, 0), 0);
		KTEST_EXPECT_FALSE(t, filp->f_flags & FASYNC);
		KTEST_EXPECT_EQ(t, ring_put(filp, "c"), 1);
		KTEST_EXPECT_EQ(t, kernel_dequeue_signal(), 0);
		/* Closing takes it out of the list. */
		KTEST_EXPECT_EQ(t, file_set_flags(filp, FASYNC), 0);
		fput(filp);
	}
	disallow_signal(SIGIO);
	ring_end(t);
}

/* --- /proc, the way of 2.6 ---------------------------------------------------------- */

static int old_read(char *page, char **start, off_t off, int count, int *eof,
		    void *data)
{
	(void)start;
	(void)off;
	(void)count;
	*eof = 1;
	return snprintf(page, PAGE_SIZE, "old text of %s\n",
			(const char *)data);
}

static void a_page_of_text_as_26_made_it(struct ktest *t)
{
	static char name[] = "ring";
	struct proc_dir_entry *entry =
		create_proc_read_entry("ktest_old", 0, NULL, old_read, name);
	struct file *filp = filp_open("/proc/ktest_old", O_RDONLY, 0);
	char text[32] = "";

	KTEST_EXPECT_NOT_NULL(t, entry);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(filp))) {
		KTEST_EXPECT_EQ(t, kernel_read(filp, text, 4, &filp->f_pos), 4);
		KTEST_EXPECT_EQ(
			t, kernel_read(filp, text + 4, 20, &filp->f_pos), 13);
		KTEST_EXPECT_STREQ(t, text, "old text of ring\n");
		KTEST_EXPECT_EQ(t, kernel_read(filp, text, 4, &filp->f_pos), 0);
		fput(filp);
	}
	remove_proc_entry("ktest_old", NULL);
}

static int ring_proc_show(struct seq_file *m, void *v)
{
	(void)v;
	seq_printf(m, "%4i of %li, buffer %p", ring_filled(&ring), 7l, NULL);
	return 0;
}

static int ring_proc_open(struct inode *inode, struct file *filp)
{
	return single_open(filp, ring_proc_show, PDE_DATA(inode));
}

static const struct file_operations ring_proc_fops = {
	.owner = THIS_MODULE,
	.open = ring_proc_open,
	.read_iter = seq_read_iter,
	.llseek = seq_lseek,
	.release = single_release,
};

static void file_operations_in_proc_as_26_had_them(struct ktest *t)
{
	struct proc_dir_entry *entry = create_proc_entry("ktest_old", 0, NULL);
	struct file *filp;
	char text[64] = "";

	KTEST_ASSERT_NOT_NULL(t, entry);
	entry->proc_fops = &ring_proc_fops;
	ring.rp = ring.wp = 0;
	filp = filp_open("/proc/ktest_old", O_RDONLY, 0);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(filp))) {
		KTEST_EXPECT_GE(t, kernel_read(filp, text, 60, &filp->f_pos),
				20);
		KTEST_EXPECT_EQ(t, strncmp(text, "   0 of 7, buffer ", 18), 0);
		fput(filp);
	}
	remove_proc_entry("ktest_old", NULL);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_driver_without_waiting),
	KTEST_CASE(a_reader_waits_for_bytes_and_a_writer_for_room),
	KTEST_CASE(a_signal_ends_both_kinds_of_waiting),
	KTEST_CASE(a_pending_signal_is_taken_once),
	KTEST_CASE(poll_says_what_a_file_is_ready_for),
	KTEST_CASE(many_files_can_be_waited_for),
	KTEST_CASE(news_are_signalled_to_who_asked),
	KTEST_CASE(a_page_of_text_as_26_made_it),
	KTEST_CASE(file_operations_in_proc_as_26_had_them),
};
KTEST_SUITE(driver_files, cases);

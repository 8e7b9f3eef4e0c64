/* SPDX-License-Identifier: MIT */
/*
 * ring.c - a device between writers and readers: what goes in comes out
 *
 * The bytes are kept in a ring of kmalloc(). Whoever finds it empty, or full,
 * sleeps until there is something to do, unless the file was opened with
 * O_NONBLOCK; poll() says beforehand, and fasync sends a signal.
 *
 *	tail              head
 *	  |                |
 *	..XXXXXXXXXXXXXXXXX......	X: bytes written and not yet read
 *
 * head and tail count bytes since the start and never go back: head - tail is
 * how many there are, and a byte's place is its number modulo the size.
 *
 * Locking: ring.lock, a mutex: bytes are copied from and to a process with it,
 * which may sleep. Nobody waits for bytes, or for room, with the lock.
 */
#define pr_fmt(fmt) "ring: " fmt
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

static unsigned int size = 1024;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "bytes of the ring, 16 to 65536");

#define SIZE_LEAST 16
#define SIZE_MOST 65536

static struct {
	struct cdev cdev;
	struct mutex lock; /* guards data, head and tail */
	char *data;
	unsigned int head; /* bytes ever written */
	unsigned int tail; /* and read */
	wait_queue_head_t readers, writers;
	struct fasync_struct *fasync;
} ring;

static dev_t ring_number;
static struct class *ring_class;

/* Both are asked without the lock, too: then the answer may be old already. */
static unsigned int ring_bytes(void)
{
	return READ_ONCE(ring.head) - READ_ONCE(ring.tail);
}

static unsigned int ring_room(void)
{
	return size - ring_bytes();
}

/* Take the lock with bytes to read (or room to write) there. */
static int ring_lock(struct file *file, wait_queue_head_t *queue,
		     unsigned int (*there)(void))
{
	if (mutex_lock_interruptible(&ring.lock))
		return -ERESTARTSYS;
	while (!there()) {
		mutex_unlock(&ring.lock);
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(*queue, there()))
			return -ERESTARTSYS;
		/* Somebody else may have been quicker. */
		if (mutex_lock_interruptible(&ring.lock))
			return -ERESTARTSYS;
	}
	return 0;
}

/* How much of @count one copy can move, from or to place @at, if there are
 * @there bytes. Not beyond the ring's end: who wants more calls again. */
static size_t ring_piece(size_t count, unsigned int at, unsigned int there)
{
	count = min_t(size_t, count, there);
	return min_t(size_t, count, size - at);
}

static ssize_t ring_read(struct file *file, char __user *buf, size_t count,
			 loff_t *pos)
{
	unsigned int at;
	int err;

	if (!count)
		return 0;
	err = ring_lock(file, &ring.readers, ring_bytes);
	if (err)
		return err;
	at = ring.tail % size;
	count = ring_piece(count, at, ring_bytes());
	if (copy_to_user(buf, ring.data + at, count)) {
		mutex_unlock(&ring.lock);
		return -EFAULT;
	}
	WRITE_ONCE(ring.tail, ring.tail + (unsigned int)count);
	mutex_unlock(&ring.lock);
	wake_up_interruptible(&ring.writers);
	return (ssize_t)count;
}

static ssize_t ring_write(struct file *file, const char __user *buf,
			  size_t count, loff_t *pos)
{
	unsigned int at;
	int err;

	if (!count)
		return 0;
	err = ring_lock(file, &ring.writers, ring_room);
	if (err)
		return err;
	at = ring.head % size;
	count = ring_piece(count, at, ring_room());
	if (copy_from_user(ring.data + at, buf, count)) {
		mutex_unlock(&ring.lock);
		return -EFAULT;
	}
	WRITE_ONCE(ring.head, ring.head + (unsigned int)count);
	mutex_unlock(&ring.lock);
	wake_up_interruptible(&ring.readers);
	kill_fasync(&ring.fasync, SIGIO, POLL_IN);
	return (ssize_t)count;
}

static __poll_t ring_poll(struct file *file, poll_table *wait)
{
	__poll_t mask = 0;

	poll_wait(file, &ring.readers, wait);
	poll_wait(file, &ring.writers, wait);
	if (ring_bytes())
		mask |= EPOLLIN | EPOLLRDNORM;
	if (ring_room())
		mask |= EPOLLOUT | EPOLLWRNORM;
	return mask;
}

static int ring_fasync(int fd, struct file *file, int on)
{
	return fasync_helper(fd, file, on, &ring.fasync);
}

static int ring_release(struct inode *inode, struct file *file)
{
	ring_fasync(-1, file, 0);
	return 0;
}

static const struct file_operations ring_fops = {
	.owner = THIS_MODULE,
	.open = nonseekable_open,
	.read = ring_read,
	.write = ring_write,
	.poll = ring_poll,
	.fasync = ring_fasync,
	.release = ring_release,
	.llseek = no_llseek,
};

/* The order matters: from cdev_add() on the device can be opened. */
static int __init ring_init(void)
{
	struct device *device;
	int err = -ENOMEM;

	/* A power of two, so that places are right when the counters wrap. */
	if (size < SIZE_LEAST || size > SIZE_MOST || (size & (size - 1))) {
		pr_err("size=%u: a power of two, %u to %u\n", size, SIZE_LEAST,
		       SIZE_MOST);
		return -EINVAL;
	}
	mutex_init(&ring.lock);
	init_waitqueue_head(&ring.readers);
	init_waitqueue_head(&ring.writers);
	ring.data = kmalloc(size, GFP_KERNEL);
	if (!ring.data)
		return -ENOMEM;
	err = alloc_chrdev_region(&ring_number, 0, 1, "ring");
	if (err)
		goto out_data;
	cdev_init(&ring.cdev, &ring_fops);
	ring.cdev.owner = THIS_MODULE;
	err = cdev_add(&ring.cdev, ring_number, 1);
	if (err)
		goto out_number;
	ring_class = class_create(THIS_MODULE, "ring");
	if (IS_ERR(ring_class)) {
		err = (int)PTR_ERR(ring_class);
		goto out_cdev;
	}
	device = device_create(ring_class, NULL, ring_number, NULL, "ring");
	if (IS_ERR(device)) {
		err = (int)PTR_ERR(device);
		goto out_class;
	}
	return 0;

out_class:
	class_destroy(ring_class);
out_cdev:
	cdev_del(&ring.cdev);
out_number:
	unregister_chrdev_region(ring_number, 1);
out_data:
	kfree(ring.data);
	return err;
}

static void __exit ring_exit(void)
{
	device_destroy(ring_class, ring_number);
	class_destroy(ring_class);
	cdev_del(&ring.cdev);
	unregister_chrdev_region(ring_number, 1);
	kfree(ring.data);
}

module_init(ring_init);
module_exit(ring_exit);
MODULE_DESCRIPTION("a ring of bytes between writers and readers");
MODULE_LICENSE("Dual MIT/GPL");

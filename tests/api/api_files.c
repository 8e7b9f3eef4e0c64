/* SPDX-License-Identifier: MIT */
/* api_files.c - a device with all that the books' have, asked by its own user */
#include <linux/module.h>
#include <linux/fs.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/miscdevice.h>
#include <linux/uaccess.h>
#include <linux/poll.h>
#include <linux/ioctl.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/cred.h>
#include <linux/tty.h>
#include <linux/ioport.h>
#include <linux/io.h>
#include <linux/interrupt.h>
#include <linux/random.h>
#include <linux/rbtree.h>
#include "api.h"

#define API_IOCGET _IOR('a', 1, int)
#define API_IOCSET _IOW('a', 2, int)

static dev_t number;
static struct cdev cdev;
static int value = 42;
static struct fasync_struct *listeners;
static DECLARE_WAIT_QUEUE_HEAD(queue);

static int api_open(struct inode *inode, struct file *file)
{
	API_EXPECT(inode->i_cdev == &cdev && iminor(inode) == 0);
	API_EXPECT(MAJOR(inode->i_rdev) == MAJOR(number));
	API_EXPECT(file->f_path.dentry->d_inode == inode);
	API_EXPECT(file->f_dentry->d_inode == file_inode(file));
	file->private_data = &value;
	return nonseekable_open(inode, file);
}

static int api_fasync(int fd, struct file *file, int on)
{
	return fasync_helper(fd, file, on, &listeners);
}

static int api_release(struct inode *inode, struct file *file)
{
	return api_fasync(-1, file, 0);
}

static ssize_t api_read(struct file *file, char __user *buf, size_t count,
			loff_t *pos)
{
	char text[16];
	int len = sprintf(text, "%d\n", *(int *)file->private_data);

	return simple_read_from_buffer(buf, count, pos, text, len);
}

static long api_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case API_IOCGET: return put_user(value, (int __user *)arg);
	case API_IOCSET:
		if (!capable(CAP_SYS_ADMIN))
			return -EPERM;
		return get_user(value, (int __user *)arg);
	}
	return -ENOTTY;
}

static __poll_t api_poll(struct file *file, poll_table *wait)
{
	poll_wait(file, &queue, wait);
	return POLLIN | POLLRDNORM;
}

static const struct file_operations api_fops = {
	.owner = THIS_MODULE,
	.open = api_open,
	.release = api_release,
	.read = api_read,
	.unlocked_ioctl = api_ioctl,
	.poll = api_poll,
	.fasync = api_fasync,
	.llseek = no_llseek,
};

static int show(struct seq_file *m, void *v)
{
	seq_printf(m, "% 4i %li %s\n", value, 7l, "shown");
	return 0;
}

static int proc_open(struct inode *inode, struct file *file)
{
	return single_open(file, show, NULL);
}

static const struct proc_ops api_proc_ops = {
	.proc_open = proc_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

/* What a user of the device sees, at his own addresses. */
static void use_device(struct mm_struct *mm)
{
	struct user_mapping m = { .len = PAGE_SIZE,
				  .flags = VM_READ | VM_WRITE };
	unsigned long at = user_map(mm, &m);
	struct file *file = filp_open("/dev/api0", O_RDWR, 0);
	char text[8];
	loff_t pos = 0;

	API_EXPECT(!IS_ERR_VALUE(at) && !IS_ERR(file));
	API_EXPECT(vfs_read(file, (char __user *)at, 100, &pos) == 3);
	API_EXPECT(!copy_from_user(text, (void __user *)at, 3));
	API_EXPECT(!memcmp(text, "42\n", 3));
	API_EXPECT(!put_user(43, (int __user *)at));
	API_EXPECT(!vfs_ioctl(file, API_IOCSET, at) && value == 43);
	API_EXPECT(vfs_ioctl(file, API_IOCGET, 0xfffff000) == -EFAULT);
	API_EXPECT(vfs_ioctl(file, 0, 0) == -ENOTTY);
	pos = 0;
	API_EXPECT(vfs_read(file, (char __user *)0xfffff000, 3, &pos) < 0);
	API_EXPECT(vfs_llseek(file, 0, SEEK_SET) == -ESPIPE);
	filp_close(file, NULL);
}

static void use_proc(struct mm_struct *mm)
{
	struct user_mapping m = { .len = PAGE_SIZE,
				  .flags = VM_READ | VM_WRITE };
	unsigned long at = user_map(mm, &m);
	struct file *file = filp_open("/proc/api", O_RDONLY, 0);
	char text[32] = "";
	loff_t pos = 0;

	API_EXPECT(!IS_ERR_VALUE(at) && !IS_ERR(file));
	API_EXPECT(vfs_read(file, (char __user *)at, 100, &pos) == 13);
	API_EXPECT(!copy_from_user(text, (void __user *)at, 13));
	API_EXPECT(!strcmp(text, "  43 7 shown\n"));
	filp_close(file, NULL);
}

static int device_make(struct class **class)
{
	API_EXPECT(!alloc_chrdev_region(&number, 0, 2, "api"));
	cdev_init(&cdev, &api_fops);
	cdev.owner = THIS_MODULE;
	API_EXPECT(!cdev_add(&cdev, number, 1));
	API_EXPECT(register_chrdev_region(number, 1, "again") == -EBUSY);
	*class = class_create(THIS_MODULE, "api");
	API_EXPECT(!IS_ERR(*class));
	return IS_ERR(device_create(*class, NULL, number, NULL, "api0"));
}

static void hardware(void)
{
	u32 random = get_random_u32(), other = get_random_u32();

	API_EXPECT(random != other);
	API_EXPECT(request_region(0x2f0, 4, "api"));
	API_EXPECT(!request_region(0x2f0, 4, "api again"));
	release_region(0x2f0, 4);
	API_EXPECT(!ioremap(0, 0));
	API_EXPECT(tty_devnum(NULL) == 0 && current_uid().val == 0);
	/* Who types insmod sits at the console. */
	API_EXPECT(current->signal->tty &&
		   tty_devnum(current->signal->tty) == MKDEV(5, 1));
}

static int __init api_init(void)
{
	struct mm_struct *mm = mm_alloc();
	struct class *class = NULL;

	API_EXPECT(mm && !device_make(&class));
	API_EXPECT(proc_create("api", 0444, NULL, &api_proc_ops));
	if (current->mm || !mm)
		return -EBUSY;
	kthread_use_mm(mm);
	use_device(mm);
	use_proc(mm);
	kthread_unuse_mm(mm);
	mmput(mm);
	hardware();
	remove_proc_entry("api", NULL);
	device_destroy(class, number);
	class_destroy(class);
	cdev_del(&cdev);
	unregister_chrdev_region(number, 2);
	return api_result();
}

static void __exit api_exit(void)
{
}

module_init(api_init);
module_exit(api_exit);
MODULE_LICENSE("GPL");

/* SPDX-License-Identifier: MIT */
/*
 * user_io.c - a buffer of a user's, and files read into it and written from it
 *
 * Pages of the buffer come when they are first touched, and all go at the end.
 *
 * Locking: none; a struct user_io is one thread's.
 */
#include <kernel/sched.h>
#include <kernel/util.h>
#include <mm/uaccess.h>
#include <mm/user_space.h>

#include "user_io.h"

int user_io_begin(struct user_io *io, size_t size)
{
	const struct user_mapping m = { .len = size,
					.flags = VM_READ | VM_WRITE };
	unsigned long addr;

	if (current->mm)
		return -EBUSY;
	io->mm = mm_alloc();
	if (!io->mm)
		return -ENOMEM;
	addr = user_map(io->mm, &m);
	if (IS_ERR_VALUE(addr)) {
		mmput(io->mm);
		return (int)addr;
	}
	io->buf = (char __user *)addr;
	io->size = size;
	return 0;
}

void user_io_end(struct user_io *io)
{
	mmput(io->mm);
}

ssize_t user_io_read(struct user_io *io, struct file *file, size_t count,
		     loff_t *pos)
{
	ssize_t n;

	kthread_use_mm(io->mm);
	n = vfs_read(file, io->buf, min(count, io->size), pos);
	kthread_unuse_mm(io->mm);
	return n;
}

static ssize_t write_from(struct user_io *io, struct file *file, size_t offset,
			  size_t count, loff_t *pos)
{
	ssize_t n;

	kthread_use_mm(io->mm);
	n = vfs_write(file, io->buf + offset, count, pos);
	kthread_unuse_mm(io->mm);
	return n;
}

ssize_t user_io_write(struct user_io *io, struct file *file, size_t count,
		      loff_t *pos)
{
	return write_from(io, file, 0, min(count, io->size), pos);
}

int user_io_write_all(struct user_io *io, struct file *file, size_t offset,
		      size_t count, loff_t *pos, size_t *written)
{
	size_t done = 0;
	int err = 0;

	while (!err && done < count) {
		ssize_t n =
			write_from(io, file, offset + done, count - done, pos);

		if (n > 0)
			done += (size_t)n;
		else
			err = n ? (int)n : -EIO;
	}
	if (written)
		*written = done;
	return err;
}

int user_io_get(struct user_io *io, void *to, size_t offset, size_t count)
{
	unsigned long left;

	kthread_use_mm(io->mm);
	left = copy_from_user(to, io->buf + offset, count);
	kthread_unuse_mm(io->mm);
	return left ? -EFAULT : 0;
}

int user_io_put(struct user_io *io, const void *from, size_t count)
{
	unsigned long left;

	kthread_use_mm(io->mm);
	left = copy_to_user(io->buf, from, count);
	kthread_unuse_mm(io->mm);
	return left ? -EFAULT : 0;
}

long user_io_ioctl(struct user_io *io, struct file *file, unsigned int cmd,
		   unsigned long arg)
{
	long ret;

	kthread_use_mm(io->mm);
	ret = vfs_ioctl(file, cmd, arg);
	kthread_unuse_mm(io->mm);
	return ret;
}

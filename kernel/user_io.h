/* SPDX-License-Identifier: MIT */
/*
 * user_io.h - files moved through a user's memory: for the console's commands
 *
 * Drivers copy to and from users, so who has no user makes one: memory below
 * 3 GiB in which one buffer is mapped. The calling thread works for him only
 * while it asks a file, so commands may print and be nested as they like.
 */
#ifndef KERNEL_USER_IO_H
#define KERNEL_USER_IO_H

#include <fs/fs.h>

/* What a command moves at once. */
#define USER_IO_BYTES (64u * 1024u)

struct mm_struct;

struct user_io {
	struct mm_struct *mm;
	char __user *buf;
	size_t size; /* of the buffer */
};

/* Return: 0; -ENOMEM; -EBUSY: the thread works for another user. May sleep; so
 * do all. */
int __must_check user_io_begin(struct user_io *io, size_t size);
void user_io_end(struct user_io *io);

/* Read from, or write to @file at *@pos, which moves on. Up to @count bytes and
 * the size of the buffer. Return: as vfs_read() and vfs_write(). */
ssize_t user_io_read(struct user_io *io, struct file *file, size_t count,
		     loff_t *pos);
ssize_t user_io_write(struct user_io *io, struct file *file, size_t count,
		      loff_t *pos);

/* As user_io_write(), until all of [@offset, @offset + @count) of the buffer is
 * written. Return: 0, or an error; -EIO: the file takes nothing. *@written says
 * how many bytes it took; NULL: nobody asks. */
int user_io_write_all(struct user_io *io, struct file *file, size_t offset,
		      size_t count, loff_t *pos, size_t *written);

/* Between the buffer and memory of the kernel. Return: 0 or -EFAULT. */
int __must_check user_io_get(struct user_io *io, void *to, size_t offset,
			     size_t count);
int __must_check user_io_put(struct user_io *io, const void *from,
			     size_t count);

/* A driver's ioctl(), in the user's name. */
long user_io_ioctl(struct user_io *io, struct file *file, unsigned int cmd,
		   unsigned long arg);

#endif

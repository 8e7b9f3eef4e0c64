/* SPDX-License-Identifier: MIT */
/*
 * read_write.c - moving bytes, positions and commands of open files
 *
 * Each call checks what every file has in common (opened for it, sizes and
 * positions that are none, memory that is no process's) and hands on to the
 * file's operations. A file with read_iter() serves both kinds of memory, one
 * with read() processes only.
 *
 * Locking: none here; a file's users agree about f_pos among themselves.
 */
#include <fs/dcache.h>
#include <kernel/big_lock.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/preempt.h>
#include <kernel/util.h>
#include <mm/uaccess.h>

/* --- what all have in common ---------------------------------------------------- */

/* May @count bytes at *@pos be moved? Return: how many of them at once. */
static ssize_t rw_verify(const struct file *file, const loff_t *pos,
			 size_t count)
{
	if ((ssize_t)count < 0)
		return -EINVAL;
	if (pos && !(file->f_mode & FMODE_STREAM)) {
		if (*pos < 0)
			return -EINVAL;
		if (*pos > MAX_LFS_FILESIZE - (loff_t)count)
			return -EOVERFLOW;
	}
	return (ssize_t)min(count, MAX_RW_COUNT);
}

/* Is @file open for @mode, and has it a function for @can? */
static int rw_may(const struct file *file, fmode_t mode, fmode_t can)
{
	if (!(file->f_mode & mode))
		return -EBADF;
	if (S_ISDIR(file->f_inode->i_mode))
		return -EISDIR;
	return file->f_mode & can ? 0 : -EINVAL;
}

static ssize_t rw_check(const struct file *file, fmode_t mode, fmode_t can,
			const loff_t *pos, size_t count)
{
	int err = rw_may(file, mode, can);

	might_sleep();
	return err ? err : rw_verify(file, pos, count);
}

/* One transfer by an operation with an iterator. */
static ssize_t rw_iter(struct file *file, struct iov_iter *iter, loff_t *pos,
		       ssize_t (*op)(struct kiocb *iocb, struct iov_iter *iter))
{
	struct kiocb iocb;
	ssize_t n;

	init_sync_kiocb(&iocb, file);
	if (pos)
		iocb.ki_pos = *pos;
	n = op(&iocb, iter);
	if (pos)
		*pos = iocb.ki_pos;
	return n;
}

/* One transfer by an operation of older editions. */
static ssize_t rw_aio(struct file *file, int direction, char __user *buf,
		      size_t count, loff_t *pos)
{
	const struct file_operations *fops = file->f_op;
	struct kiocb iocb;
	ssize_t n;

	init_sync_kiocb(&iocb, file);
	if (pos)
		iocb.ki_pos = *pos;
	n = direction == READ ? fops->aio_read(&iocb, buf, count, iocb.ki_pos) :
				fops->aio_write(&iocb, buf, count, iocb.ki_pos);
	/* Nobody would be told of the end: this one may not be put off. */
	if (WARN_ON_ONCE(n == -EIOCBQUEUED))
		return -EIO;
	if (pos)
		*pos = iocb.ki_pos;
	return n;
}

void aio_complete(struct kiocb *iocb, long result, long result2)
{
	(void)result2;
	if (!WARN_ON_ONCE(is_sync_kiocb(iocb)))
		iocb->ki_complete(iocb, result);
}
EXPORT_SYMBOL(aio_complete);

/* --- memory of processes ---------------------------------------------------------- */

ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	ssize_t n = rw_check(file, FMODE_READ, FMODE_CAN_READ, pos, count);
	struct iov_iter to;

	if (n < 0)
		return n;
	if (!access_ok(buf, count))
		return -EFAULT;
	if (file->f_op->read)
		return file->f_op->read(file, buf, (size_t)n, pos);
	if (!file->f_op->read_iter)
		return rw_aio(file, READ, buf, (size_t)n, pos);
	iov_iter_ubuf(&to, READ, buf, (size_t)n);
	return rw_iter(file, &to, pos, file->f_op->read_iter);
}
EXPORT_SYMBOL(vfs_read);

ssize_t vfs_write(struct file *file, const char __user *buf, size_t count,
		  loff_t *pos)
{
	ssize_t n = rw_check(file, FMODE_WRITE, FMODE_CAN_WRITE, pos, count);
	struct iov_iter from;

	if (n < 0)
		return n;
	if (!access_ok(buf, count))
		return -EFAULT;
	if (file->f_op->write)
		return file->f_op->write(file, buf, (size_t)n, pos);
	if (!file->f_op->write_iter)
		return rw_aio(file, WRITE, (char __user *)buf, (size_t)n, pos);
	iov_iter_ubuf(&from, WRITE, (char __user *)buf, (size_t)n);
	return rw_iter(file, &from, pos, file->f_op->write_iter);
}
EXPORT_SYMBOL(vfs_write);

/* --- memory of the kernel --------------------------------------------------------- */

ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)
{
	ssize_t n = rw_check(file, FMODE_READ, FMODE_CAN_READ, pos, count);
	struct kvec vec = { .iov_base = buf };
	struct iov_iter to;

	if (n < 0)
		return n;
	if (file->f_op->read || !file->f_op->read_iter)
		return -EINVAL;
	vec.iov_len = (size_t)n;
	iov_iter_kvec(&to, READ, &vec, 1, vec.iov_len);
	return rw_iter(file, &to, pos, file->f_op->read_iter);
}
EXPORT_SYMBOL(kernel_read);

ssize_t kernel_write(struct file *file, const void *buf, size_t count,
		     loff_t *pos)
{
	ssize_t n = rw_check(file, FMODE_WRITE, FMODE_CAN_WRITE, pos, count);
	struct kvec vec = { .iov_base = (void *)(unsigned long)buf };
	struct iov_iter from;

	if (n < 0)
		return n;
	if (file->f_op->write || !file->f_op->write_iter)
		return -EINVAL;
	vec.iov_len = (size_t)n;
	iov_iter_kvec(&from, WRITE, &vec, 1, vec.iov_len);
	return rw_iter(file, &from, pos, file->f_op->write_iter);
}
EXPORT_SYMBOL(kernel_write);

/* --- pieces of either -------------------------------------------------------------- */

ssize_t vfs_iter_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	ssize_t n = rw_check(file, FMODE_READ, FMODE_CAN_READ, pos,
			     iov_iter_count(to));

	if (n < 0)
		return n;
	if (!file->f_op->read_iter)
		return -EINVAL;
	iov_iter_truncate(to, (size_t)n);
	return rw_iter(file, to, pos, file->f_op->read_iter);
}
EXPORT_SYMBOL(vfs_iter_read);

ssize_t vfs_iter_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	ssize_t n = rw_check(file, FMODE_WRITE, FMODE_CAN_WRITE, pos,
			     iov_iter_count(from));

	if (n < 0)
		return n;
	if (!file->f_op->write_iter)
		return -EINVAL;
	iov_iter_truncate(from, (size_t)n);
	return rw_iter(file, from, pos, file->f_op->write_iter);
}
EXPORT_SYMBOL(vfs_iter_write);

/* --- the rest ----------------------------------------------------------------------- */

loff_t vfs_llseek(struct file *file, loff_t offset, int whence)
{
	if (whence < 0 || whence > SEEK_MAX)
		return -EINVAL;
	if (!(file->f_mode & FMODE_LSEEK))
		return -ESPIPE;
	return file->f_op->llseek(file, offset, whence);
}
EXPORT_SYMBOL(vfs_llseek);

long vfs_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	long ret = -ENOIOCTLCMD;

	if (file->f_op->unlocked_ioctl) {
		ret = file->f_op->unlocked_ioctl(file, cmd, arg);
	} else if (file->f_op->ioctl) {
		lock_kernel();
		ret = file->f_op->ioctl(file->f_inode, file, cmd, arg);
		unlock_kernel();
	}
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}
EXPORT_SYMBOL(vfs_ioctl);

int vfs_fsync(struct file *file, int datasync)
{
	if (!file->f_op->fsync)
		return -EINVAL;
	return file->f_op->fsync(file, 0, MAX_LFS_FILESIZE, datasync);
}
EXPORT_SYMBOL(vfs_fsync);

int vfs_truncate(struct file *file, loff_t length)
{
	struct inode *inode = file->f_inode;
	int err;

	if (S_ISDIR(inode->i_mode))
		return -EISDIR;
	if (length < 0 || !inode->i_kind->truncate)
		return -EINVAL;
	inode_lock(inode);
	err = inode->i_kind->truncate(inode, length);
	inode_unlock(inode);
	return err;
}
EXPORT_SYMBOL(vfs_truncate);

int file_set_flags(struct file *file, unsigned int flags)
{
	unsigned long irqflags;
	int err = 0;

	if ((flags ^ file->f_flags) & FASYNC && file->f_op->fasync)
		err = file->f_op->fasync(-1, file, (flags & FASYNC) != 0);
	if (err < 0)
		return err;
	irqflags = spin_lock_irqsave(&file->f_lock);
	/* FASYNC is fasync_helper()'s. */
	flags &= O_SETTABLE & ~FASYNC;
	file->f_flags = (file->f_flags & ~(O_SETTABLE & ~FASYNC)) | flags;
	spin_unlock_irqrestore(&file->f_lock, irqflags);
	return 0;
}
EXPORT_SYMBOL(file_set_flags);

int iterate_dir(struct file *file, struct dir_context *ctx)
{
	int err;

	might_sleep();
	if (!file->f_op->iterate_shared)
		return -ENOTDIR;
	ctx->pos = file->f_pos;
	err = file->f_op->iterate_shared(file, ctx);
	file->f_pos = ctx->pos;
	return err;
}
EXPORT_SYMBOL(iterate_dir);

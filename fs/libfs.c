/* SPDX-License-Identifier: MIT */
/* libfs.c - ready-made operations: positions, buffers, opening. */
#include <fs/fs.h>
#include <kernel/export.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/uaccess.h>

/* --- opening ---------------------------------------------------------------- */

int nonseekable_open(struct inode *inode, struct file *file)
{
	(void)inode;
	file->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE);
	return 0;
}
EXPORT_SYMBOL(nonseekable_open);

int stream_open(struct inode *inode, struct file *file)
{
	(void)inode;
	file->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE);
	file->f_mode |= FMODE_STREAM;
	return 0;
}
EXPORT_SYMBOL(stream_open);

int simple_open(struct inode *inode, struct file *file)
{
	if (inode->i_private)
		file->private_data = inode->i_private;
	return 0;
}
EXPORT_SYMBOL(simple_open);

/* --- positions ---------------------------------------------------------------- */

loff_t no_llseek(struct file *file, loff_t offset, int whence)
{
	(void)file;
	(void)offset;
	(void)whence;
	return -ESPIPE;
}
EXPORT_SYMBOL(no_llseek);

loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	(void)offset;
	(void)whence;
	return file->f_pos;
}
EXPORT_SYMBOL(noop_llseek);

loff_t vfs_setpos(struct file *file, loff_t offset, loff_t maxsize)
{
	if (offset < 0 || offset > maxsize)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}
EXPORT_SYMBOL(vfs_setpos);

loff_t generic_file_llseek_size(struct file *file, loff_t offset, int whence,
				loff_t maxsize, loff_t eof)
{
	loff_t base = 0;

	if (whence == SEEK_CUR)
		base = file->f_pos;
	else if (whence == SEEK_END)
		base = eof;
	else if (whence != SEEK_SET)
		return -EINVAL;
	/* Asking where the file is changes nothing. */
	if (whence == SEEK_CUR && !offset)
		return base;
	if (offset > 0 && base > MAX_LFS_FILESIZE - offset)
		return -EINVAL;
	return vfs_setpos(file, base + offset, maxsize);
}
EXPORT_SYMBOL(generic_file_llseek_size);

loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)
{
	return generic_file_llseek_size(file, offset, whence, MAX_LFS_FILESIZE,
					i_size_read(file->f_inode));
}
EXPORT_SYMBOL(generic_file_llseek);

loff_t default_llseek(struct file *file, loff_t offset, int whence)
{
	return generic_file_llseek(file, offset, whence);
}
EXPORT_SYMBOL(default_llseek);

loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence,
			 loff_t size)
{
	return generic_file_llseek_size(file, offset, whence, size, size);
}
EXPORT_SYMBOL(fixed_size_llseek);

loff_t no_seek_end_llseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_END)
		return -EINVAL;
	return generic_file_llseek_size(file, offset, whence, MAX_LFS_FILESIZE,
					0);
}
EXPORT_SYMBOL(no_seek_end_llseek);

/* --- buffers ------------------------------------------------------------------ */

/* Of @count bytes at @pos, how many there are below @available. */
static ssize_t buffer_part(loff_t pos, size_t count, size_t available)
{
	if (pos < 0)
		return -EINVAL;
	if ((u64)pos >= available)
		return 0;
	return (ssize_t)min(count, available - (size_t)pos);
}

ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *pos,
				const void *from, size_t available)
{
	ssize_t n = buffer_part(*pos, count, available);
	size_t left;

	if (n <= 0)
		return n;
	left = copy_to_user(to, (const char *)from + *pos, (size_t)n);
	n -= (ssize_t)left;
	if (!n)
		return -EFAULT;
	*pos += n;
	return n;
}
EXPORT_SYMBOL(simple_read_from_buffer);

ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *pos,
			       const void __user *from, size_t count)
{
	ssize_t n = buffer_part(*pos, count, available);
	size_t left;

	if (n <= 0)
		return n;
	left = copy_from_user((char *)to + *pos, from, (size_t)n);
	n -= (ssize_t)left;
	if (!n)
		return -EFAULT;
	*pos += n;
	return n;
}
EXPORT_SYMBOL(simple_write_to_buffer);

ssize_t memory_read_from_buffer(void *to, size_t count, loff_t *pos,
				const void *from, size_t available)
{
	ssize_t n = buffer_part(*pos, count, available);

	if (n <= 0)
		return n;
	memcpy(to, (const char *)from + *pos, (size_t)n);
	*pos += n;
	return n;
}
EXPORT_SYMBOL(memory_read_from_buffer);

/* --- what needs a page cache ------------------------------------------------------ */

ssize_t generic_file_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	(void)iocb;
	(void)to;
	return -EINVAL;
}
EXPORT_SYMBOL(generic_file_read_iter);

ssize_t generic_file_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	(void)iocb;
	(void)from;
	return -EINVAL;
}
EXPORT_SYMBOL(generic_file_write_iter);

/* SPDX-License-Identifier: MIT */
/*
 * fs.h - files as drivers and the rest of the kernel see them
 *
 *   struct inode    a file itself: kind, size, device number
 *   struct dentry   a name of it in a directory (dcache.h)
 *   struct file     one opening of it: position, flags, the operations
 *
 * A driver gives a struct file_operations and finds its device through the
 * inode. Functions come in pairs for two kinds of memory: vfs_read() and
 * vfs_write() move bytes of a process, kernel_read() and kernel_write() bytes
 * of the kernel. The latter need read_iter or write_iter, since a driver's
 * read() copies to a process by itself.
 */
#ifndef FS_FS_H
#define FS_FS_H

#include <fs/fcntl.h>
#include <fs/kdev_t.h>
#include <fs/stat.h>
#include <fs/uio.h>
#include <kernel/atomic.h>
#include <kernel/cred.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/list.h>
#include <kernel/module.h>
#include <kernel/mutex.h>
#include <kernel/rwsem.h>
#include <kernel/spinlock.h>
#include <kernel/time.h>
#include <kernel/wait.h>
#include <asm/page.h>

struct cdev;
struct dentry;
struct dir_context;
struct fasync_struct;
struct file;
struct fs_struct;
struct inode_kind;
struct kiocb;
struct poll_table_struct;
struct vm_area_struct;

#define NAME_MAX 255 /* bytes in one name */
#define PATH_MAX 4096 /* bytes in a path, NUL included */
#define MAXSYMLINKS 40 /* links that one path may lead through */
/* No call moves more: a whole number of pages below 2 GiB. */
#define MAX_RW_COUNT ((size_t)(INT_MAX & PAGE_MASK))
#define MAX_LFS_FILESIZE ((loff_t)0x7fffffffffffffffll)

typedef void *fl_owner_t;

/* --- the file itself ------------------------------------------------------ */

struct inode {
	/* Written with i_rwsem held by fs_chmod() and fs_chown(); one word each,
	 * so who only looks takes no lock. The kind never changes. */
	umode_t i_mode; /* kind and rights */
	kuid_t i_uid; /* whose it is */
	kgid_t i_gid;

	/* Set when it is made. */
	dev_t i_rdev; /* of a device's file */
	unsigned long i_ino;
	const struct inode_kind *i_kind; /* which file system it is of */
	const struct file_operations *i_fop; /* what an open file gets */

	atomic_t i_count; /* names and open files */
	unsigned int i_nlink; /* names; guarded by names_lock */

	/*
	 * Guards the contents, and with them i_size. Readers of i_size alone
	 * take no lock: files end below 4 GiB, so its high word is always 0.
	 */
	struct rw_semaphore i_rwsem;
	loff_t i_size;

	/* Read, written, and changed in any way; guarded by one lock for all
	 * (inode.c). */
	struct timespec64 i_atime, i_mtime, i_ctime;

	/* Guarded by the lock of all cdevs. */
	struct cdev *i_cdev; /* of an S_IFCHR that was opened */
	struct list_head i_devices; /* among the inodes of i_cdev */

	void *i_private; /* the file system's, or the driver's */
};

static inline void inode_lock(struct inode *inode)
{
	down_write(&inode->i_rwsem);
}

static inline void inode_unlock(struct inode *inode)
{
	up_write(&inode->i_rwsem);
}

static inline void inode_lock_shared(struct inode *inode)
{
	down_read(&inode->i_rwsem);
}

static inline void inode_unlock_shared(struct inode *inode)
{
	up_read(&inode->i_rwsem);
}

static inline loff_t i_size_read(const struct inode *inode)
{
	return READ_ONCE(inode->i_size);
}

static inline void i_size_write(struct inode *inode, loff_t size)
{
	WRITE_ONCE(inode->i_size, size);
}

static inline unsigned int iminor(const struct inode *inode)
{
	return MINOR(inode->i_rdev);
}

static inline unsigned int imajor(const struct inode *inode)
{
	return MAJOR(inode->i_rdev);
}

static inline uid_t i_uid_read(const struct inode *inode)
{
	return inode->i_uid.val;
}

static inline gid_t i_gid_read(const struct inode *inode)
{
	return inode->i_gid.val;
}

#define MAY_EXEC 0x1 /* of a directory: look names up in it */
#define MAY_WRITE 0x2
#define MAY_READ 0x4

/* Which times. */
#define S_ATIME 0x1u
#define S_MTIME 0x2u
#define S_CTIME 0x4u
/* They are now. Context: any but NMI. */
void inode_touch(struct inode *inode, unsigned int times);
/* The file was read: its time of that moves only if it was written since, or a
 * day has passed (Linux's relatime). */
void file_accessed(struct file *file);

/* What there is to know of a file. */
struct kstat {
	u64 ino;
	umode_t mode;
	unsigned int nlink;
	kuid_t uid;
	kgid_t gid;
	dev_t rdev;
	loff_t size;
	struct timespec64 atime, mtime, ctime;
};
void inode_stat(struct inode *inode, struct kstat *stat);

/* Where a file is in the tree of names. */
struct path {
	struct dentry *dentry;
};

/* --- an open file --------------------------------------------------------- */

#define FMODE_READ ((fmode_t)0x1)
#define FMODE_WRITE ((fmode_t)0x2)
#define FMODE_LSEEK ((fmode_t)0x4)
#define FMODE_PREAD ((fmode_t)0x8)
#define FMODE_PWRITE ((fmode_t)0x10)
#define FMODE_CAN_READ ((fmode_t)0x20000) /* has a function to read */
#define FMODE_CAN_WRITE ((fmode_t)0x40000)
#define FMODE_OPENED ((fmode_t)0x80000) /* open() succeeded */
#define FMODE_STREAM ((fmode_t)0x200000) /* there is no position */

/* Who is sent a signal when there is news (fasync). */
struct fown_struct {
	struct task_struct *task; /* pinned; guarded by the lock of all lists */
	int signum; /* 0 stands for SIGIO */
};

struct file {
	struct path f_path; /* held until the last fput() */
	struct inode *f_inode;
	const struct file_operations *f_op; /* its module is held */
	atomic_long_t f_count;
	fmode_t f_mode;
	loff_t f_pos; /* the callers', who share the file, keep order */
	void *private_data; /* the driver's */
	struct cdev *f_cdev; /* of a device's file: held */
	struct fown_struct f_owner;

	spinlock_t f_lock; /* LOCK_FILE; guards: */
	unsigned int f_flags; /* O_* */
};

static inline struct inode *file_inode(const struct file *file)
{
	return file->f_inode;
}

/* The name by which it was opened. */
static inline struct dentry *file_dentry(const struct file *file)
{
	return file->f_path.dentry;
}

/* One more user of an open file. Context: any. */
static inline struct file *get_file(struct file *file)
{
	atomic_long_inc(&file->f_count);
	return file;
}

#define file_count(file) atomic_long_read(&(file)->f_count)

/* One transfer; @ki_complete is NULL: it is over when the function returns. */
struct kiocb {
	struct file *ki_filp;
	loff_t ki_pos;
	void (*ki_complete)(struct kiocb *iocb, long result);
	void *private;
	int ki_flags; /* IOCB_* */
};

#define IOCB_APPEND O_APPEND
#define IOCB_NOWAIT 0x8

/* 2.6 .. 3.x: a transfer that was put off (-EIOCBQUEUED) is over: calls
 * @iocb->ki_complete(). One that is waited for may not be put off: a report. */
void aio_complete(struct kiocb *iocb, long result, long result2);

static inline bool is_sync_kiocb(const struct kiocb *iocb)
{
	return iocb->ki_complete == NULL;
}

static inline void init_sync_kiocb(struct kiocb *iocb, struct file *file)
{
	*iocb = (struct kiocb){
		.ki_filp = file,
		.ki_flags = (int)(file->f_flags & O_APPEND),
	};
}

/*
 * What can be done with an open file. Linux's names; all may be left out. With
 * both read and read_iter, or both write and write_iter, the first is called.
 */
struct file_operations {
	struct module *owner; /* held while a file is open */
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char __user *buf, size_t count,
			loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf,
			 size_t count, loff_t *pos);
	ssize_t (*read_iter)(struct kiocb *iocb, struct iov_iter *to);
	ssize_t (*write_iter)(struct kiocb *iocb, struct iov_iter *from);
	int (*iterate_shared)(struct file *file, struct dir_context *ctx);
	__poll_t (*poll)(struct file *file, struct poll_table_struct *wait);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd,
			       unsigned long arg);
	/* For processes of another word size: there are none. */
	long (*compat_ioctl)(struct file *file, unsigned int cmd,
			     unsigned long arg);
	/* 1.0 .. 2.6.35: without unlocked_ioctl(), and under lock_kernel(). */
	int (*ioctl)(struct inode *inode, struct file *file, unsigned int cmd,
		     unsigned long arg);
	/* 2.6.0 .. 2.6.18: without read() or read_iter(), and so for writing.
	 * They move iocb->ki_pos on. */
	ssize_t (*aio_read)(struct kiocb *iocb, char __user *buf, size_t count,
			    loff_t pos);
	ssize_t (*aio_write)(struct kiocb *iocb, const char __user *buf,
			     size_t count, loff_t pos);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	unsigned long mmap_supported_flags;
	int (*open)(struct inode *inode, struct file *file);
	int (*flush)(struct file *file, fl_owner_t id);
	int (*release)(struct inode *inode, struct file *file);
	int (*fsync)(struct file *file, loff_t start, loff_t end, int datasync);
	int (*fasync)(int fd, struct file *file, int on);
	unsigned long (*get_unmapped_area)(struct file *file,
					   unsigned long addr,
					   unsigned long len,
					   unsigned long pgoff,
					   unsigned long flags);
};

/* Hold the module of @fops. Return: @fops; NULL if there are none, or their
 * module is on its way out. */
#define fops_get(fops)                                               \
	({                                                           \
		const struct file_operations *_fops = (fops);        \
		_fops &&try_module_get(_fops->owner) ? _fops : NULL; \
	})
#define fops_put(fops)                                        \
	do {                                                  \
		const struct file_operations *_fops = (fops); \
		if (_fops)                                    \
			module_put(_fops->owner);             \
	} while (0)
/* In open(): go on with other operations, held already. */
#define replace_fops(file, fops)             \
	do {                                 \
		struct file *_file = (file); \
		fops_put(_file->f_op);       \
		_file->f_op = (fops);        \
		BUG_ON(!_file->f_op);        \
	} while (0)

/* --- opening and closing ---------------------------------------------------- */

/**
 * filp_open - open a file by its path
 * @path: from the root if it begins with '/', else from the current directory
 * @flags: O_*
 * @mode: rights, if O_CREAT makes it; less what fs_struct.umask has
 *
 * Return: the file, one reference; ERR_PTR: as open(2). Context: may sleep.
 */
struct file *filp_open(const char *path, int flags, umode_t mode);

/**
 * filp_close - a user closes the file: flush(), then fput()
 * @id: whose file; NULL: the kernel's
 * Return: what flush() said, or 0.
 */
int filp_close(struct file *file, fl_owner_t id);

/* The last one calls release(). May sleep. */
void fput(struct file *file);

/* --- reading and writing --------------------------------------------------- */

/**
 * vfs_read - what a read() of a process does
 * @buf: memory of the process that runs
 * @pos: where; is moved on by what was read
 *
 * Return: bytes, fewer than @count or 0 at the end; -EBADF: not open for
 * reading; -EINVAL: cannot be read, or @count or @pos is negative; -EFAULT;
 * -EISDIR; else what the driver says. Context: may sleep.
 */
ssize_t vfs_read(struct file *file, char __user *buf, size_t count,
		 loff_t *pos);
ssize_t vfs_write(struct file *file, const char __user *buf, size_t count,
		  loff_t *pos);

/* The same with memory of the kernel. -EINVAL also for a file whose driver has
 * read() or write(): those are for memory of processes. */
ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos);
ssize_t kernel_write(struct file *file, const void *buf, size_t count,
		     loff_t *pos);

/* The same with pieces of either memory. Files without read_iter: -EINVAL. */
ssize_t vfs_iter_read(struct file *file, struct iov_iter *to, loff_t *pos);
ssize_t vfs_iter_write(struct file *file, struct iov_iter *from, loff_t *pos);

/* Return: the new position, or an error; -ESPIPE: there are no positions. */
loff_t vfs_llseek(struct file *file, loff_t offset, int whence);
/* Return: what the driver says; -ENOTTY: it knows no commands. */
long vfs_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
int vfs_fsync(struct file *file, int datasync);
/* Change those of O_SETTABLE; FASYNC through the driver's fasync(). */
int file_set_flags(struct file *file, unsigned int flags);
/* Make it @length bytes long. Return: 0, -EINVAL, -EFBIG, -ENOSPC ... */
int vfs_truncate(struct file *file, loff_t length);

/* --- ready-made operations ---------------------------------------------------- */

int nonseekable_open(struct inode *inode, struct file *file);
int stream_open(struct inode *inode, struct file *file);
int simple_open(struct inode *inode, struct file *file);

/* llseek: refuse; say yes and do nothing; any position; one up to @size; within
 * the inode's size. */
loff_t no_llseek(struct file *file, loff_t offset, int whence);
loff_t noop_llseek(struct file *file, loff_t offset, int whence);
loff_t default_llseek(struct file *file, loff_t offset, int whence);
loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence,
			 loff_t size);
loff_t no_seek_end_llseek(struct file *file, loff_t offset, int whence);
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence);
loff_t generic_file_llseek_size(struct file *file, loff_t offset, int whence,
				loff_t maxsize, loff_t eof);
loff_t vfs_setpos(struct file *file, loff_t offset, loff_t maxsize);

/**
 * simple_read_from_buffer - answer a read() from memory
 * @from, @available: all there is
 * Return: bytes copied; -EFAULT; -EINVAL for a negative position.
 */
ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *pos,
				const void *from, size_t available);
ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *pos,
			       const void __user *from, size_t count);
ssize_t memory_read_from_buffer(void *to, size_t count, loff_t *pos,
				const void *from, size_t available);

/*
 * Reading and writing through a page cache, which there is none of yet: -EINVAL.
 * A driver that names them beside its own read() and write() is not affected.
 */
ssize_t generic_file_read_iter(struct kiocb *iocb, struct iov_iter *to);
ssize_t generic_file_write_iter(struct kiocb *iocb, struct iov_iter *from);

/* --- directories ------------------------------------------------------------ */

/*
 * Who reads a directory embeds this. The actor gets each name; false: no more.
 * It may sleep.
 */
struct dir_context {
	bool (*actor)(struct dir_context *ctx, const char *name, int namelen,
		      loff_t pos, u64 ino, unsigned int type);
	loff_t pos;
};

/* The names from where the last call ended, "." and ".." first, then in order.
 * Return: 0, or -ENOTDIR. */
int iterate_dir(struct file *file, struct dir_context *ctx);

/* --- fasync: a signal when there is news -------------------------------------- */

struct fasync_struct {
	struct fasync_struct *fa_next; /* guarded by the lock of all lists */
	struct file *fa_file;
	int fa_fd;
};

/**
 * fasync_helper - what a driver's fasync() does
 * @on: from the call
 * @list: the driver's, NULL at first
 *
 * Return: above 0 if the list changed, 0 if not, -ENOMEM. May sleep.
 */
int fasync_helper(int fd, struct file *file, int on,
		  struct fasync_struct **list);

/**
 * kill_fasync - there is news: tell all who asked
 * @sig: SIGIO
 * @band: POLL_IN, POLL_OUT, ...
 *
 * Each file's owner is sent his signal (signal.h). Context: any.
 */
void kill_fasync(struct fasync_struct **list, int sig, int band);

/* Who owns the file's signals: task number @pid, 0 for nobody.
 * Return: 0; -ESRCH; -EINVAL for a number below 0. */
int f_setown(struct file *file, unsigned long pid, int force);
int f_getown(struct file *file);

#endif

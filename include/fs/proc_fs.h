/* SPDX-License-Identifier: MIT */
/*
 * proc_fs.h - files of /proc: texts that are made when they are read
 *
 * An entry can be removed while files of it are open: the call waits until no
 * operation runs any more, closes them for their driver, and from then on they
 * answer -EIO. So when it returns the driver's functions are not needed.
 */
#ifndef FS_PROC_FS_H
#define FS_PROC_FS_H

#include <fs/fs.h>
#include <fs/seq_file.h>
#include <kernel/completion.h>

/* What can be done with a file of /proc. All may be left out. */
struct proc_ops {
	unsigned int proc_flags;
	int (*proc_open)(struct inode *inode, struct file *file);
	ssize_t (*proc_read)(struct file *file, char __user *buf, size_t count,
			     loff_t *pos);
	ssize_t (*proc_read_iter)(struct kiocb *iocb, struct iov_iter *to);
	ssize_t (*proc_write)(struct file *file, const char __user *buf,
			      size_t count, loff_t *pos);
	/* Not in Linux; together with proc_read_iter only. */
	ssize_t (*proc_write_iter)(struct kiocb *iocb, struct iov_iter *from);
	loff_t (*proc_lseek)(struct file *file, loff_t offset, int whence);
	int (*proc_release)(struct inode *inode, struct file *file);
	__poll_t (*proc_poll)(struct file *file,
			      struct poll_table_struct *wait);
	long (*proc_ioctl)(struct file *file, unsigned int cmd,
			   unsigned long arg);
	int (*proc_mmap)(struct file *file, struct vm_area_struct *vma);
	unsigned long (*proc_get_unmapped_area)(struct file *file,
						unsigned long addr,
						unsigned long len,
						unsigned long pgoff,
						unsigned long flags);
};

/* A page of text, as drivers made it before there was seq_file: see
 * create_proc_read_entry() in linux/old_names.h. */
typedef int(read_proc_t)(char *page, char **start, off_t off, int count,
			 int *eof, void *data);
typedef int(write_proc_t)(struct file *file, const char __user *buf,
			  unsigned long count, void *data);

struct proc_dir_entry {
	struct inode inode;
	struct dentry *dentry; /* the tree's reference */
	void *data; /* the driver's; pde_data() */

	/* One of these says what a file does. */
	const struct proc_ops *proc_ops;
	const struct file_operations *proc_fops; /* 2.6 */
	read_proc_t *read_proc; /* 2.6 */
	write_proc_t *write_proc; /* 2.6 */

	/* Of proc_create_seq() and proc_create_single(). */
	const struct seq_operations *seq_ops;
	int (*single_show)(struct seq_file *m, void *v);
	unsigned int state_size;

	atomic_t in_use; /* operations that run; below 0: it is removed */
	struct completion *removal; /* the last of them then says so here */
	struct mutex openers_lock; /* guards @openers; release() runs in it */
	struct list_head openers; /* files whose release() is still to come */
};

/**
 * proc_mkdir - a directory
 * @name: may begin with the names of directories that exist: "driver/mine"
 * @parent: NULL: /proc
 *
 * Return: the entry; NULL, with a line that says why. May sleep; so do all.
 */
struct proc_dir_entry *proc_mkdir(const char *name,
				  struct proc_dir_entry *parent);
struct proc_dir_entry *proc_mkdir_mode(const char *name, umode_t mode,
				       struct proc_dir_entry *parent);
struct proc_dir_entry *proc_symlink(const char *name,
				    struct proc_dir_entry *parent,
				    const char *target);

/* A file. @mode: rights; 0: all may read. Return: as proc_mkdir(). */
struct proc_dir_entry *proc_create_data(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct proc_ops *ops, void *data);
struct proc_dir_entry *proc_create(const char *name, umode_t mode,
				   struct proc_dir_entry *parent,
				   const struct proc_ops *ops);

/* 2.6.25 .. 5.5, which proc_create() of linux/old_names.h is for file_operations:
 * after open() nothing stands between them and the callers. */
struct proc_dir_entry *proc_create_fops(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct file_operations *fops,
					void *data);

/* Its text is @ops'; m->private is memory of @state_size bytes, if any; the data
 * is pde_data(file_inode(m->file)). */
struct proc_dir_entry *proc_create_seq_private(const char *name, umode_t mode,
					       struct proc_dir_entry *parent,
					       const struct seq_operations *ops,
					       unsigned int state_size,
					       void *data);
#define proc_create_seq_data(name, mode, parent, ops, data) \
	proc_create_seq_private(name, mode, parent, ops, 0, data)
#define proc_create_seq(name, mode, parent, ops) \
	proc_create_seq_private(name, mode, parent, ops, 0, NULL)

/* One call of @show prints it; m->private is @data. */
struct proc_dir_entry *
proc_create_single_data(const char *name, umode_t mode,
			struct proc_dir_entry *parent,
			int (*show)(struct seq_file *m, void *v), void *data);
#define proc_create_single(name, mode, parent, show) \
	proc_create_single_data(name, mode, parent, show, NULL)

/* 2.6's create_proc_entry() of linux/old_names.h: a file that is told what it
 * does later, by setting proc_fops, or read_proc and write_proc. */
struct proc_dir_entry *__create_proc_entry(const char *name, umode_t mode,
					   struct proc_dir_entry *parent);

/* What stat() shows of it: bytes, and whose it is. Right after its creation. */
static inline void proc_set_size(struct proc_dir_entry *entry, loff_t size)
{
	entry->inode.i_size = size;
}

static inline void proc_set_user(struct proc_dir_entry *entry, kuid_t uid,
				 kgid_t gid)
{
	entry->inode.i_uid = uid;
	entry->inode.i_gid = gid;
}

/* The entry, with all that is below it. NULL is allowed. */
void proc_remove(struct proc_dir_entry *entry);
/* By name. A directory that is not empty stays, with a line. */
void remove_proc_entry(const char *name, struct proc_dir_entry *parent);
/* Return: 0; -ENOENT, with a line. */
int remove_proc_subtree(const char *name, struct proc_dir_entry *parent);

static inline struct proc_dir_entry *PDE(const struct inode *inode)
{
	return container_of(inode, struct proc_dir_entry, inode);
}

/* What the entry was created with. */
static inline void *pde_data(const struct inode *inode)
{
	return PDE(inode)->data;
}

#define DEFINE_PROC_SHOW_ATTRIBUTE(name)                                \
	static int name##_open(struct inode *inode, struct file *file)  \
	{                                                               \
		return single_open(file, name##_show, pde_data(inode)); \
	}                                                               \
	static const struct proc_ops name##_proc_ops = {                \
		.proc_open = name##_open,                               \
		.proc_read = seq_read,                                  \
		.proc_lseek = seq_lseek,                                \
		.proc_release = single_release,                         \
	}

/* --- for the other rooms of fs/ ----------------------------------------------- */

/* The top of a tree of entries, in no directory yet. Return: NULL: no memory. */
struct proc_dir_entry *proc_make_root(const char *name);
/* /proc and /sys, in the kernel's tree; set by fs_init(). An entry of /sys is
 * made with sys_root, or a directory below it, as its @parent. */
extern struct proc_dir_entry *proc_root, *sys_root;

/* Files for all of PROC_FILE(), with the directories they need. */
#ifndef MODULE /* whose own init may be called so */
void proc_table_init(void);
#endif

#endif

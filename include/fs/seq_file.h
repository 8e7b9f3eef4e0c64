/* SPDX-License-Identifier: MIT */
/*
 * seq_file.h - open files whose text is shown record by record
 *
 * The driver gives an iterator: start at record *pos, show it, next, ... until
 * NULL, stop. Between start and stop a lock may be held. Readers of any buffer
 * size get the same text; a record that does not fit makes the buffer grow, and
 * is shown again.
 */
#ifndef FS_SEQ_FILE_H
#define FS_SEQ_FILE_H

#include <fs/fs.h>
#include <kernel/seq_file.h>

struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, loff_t *pos);
	int (*show)(struct seq_file *m, void *v);
};

/* show() may return it: leave this record out. */
#define SEQ_SKIP 1
/* start() may return it: show(m, SEQ_START_TOKEN) prints the head. */
#define SEQ_START_TOKEN ((void *)1)

/**
 * seq_open - a driver's open(): the text is @op's
 *
 * file->private_data is the struct seq_file; its member private is the
 * driver's. Return: 0 or -ENOMEM.
 */
int seq_open(struct file *file, const struct seq_operations *op);
/* The same, and @size bytes of zeroes that are given back with the file. */
void *__seq_open_private(struct file *file, const struct seq_operations *op,
			 int size);
int seq_open_private(struct file *file, const struct seq_operations *op,
		     int size);

/* A text that one call of @show prints; @size: so much at least is its length
 * expected to be. */
int single_open(struct file *file, int (*show)(struct seq_file *m, void *v),
		void *data);
int single_open_size(struct file *file,
		     int (*show)(struct seq_file *m, void *v), void *data,
		     size_t size);

ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *pos);
ssize_t seq_read_iter(struct kiocb *iocb, struct iov_iter *to);
loff_t seq_lseek(struct file *file, loff_t offset, int whence);
int seq_release(struct inode *inode, struct file *file);
int seq_release_private(struct inode *inode, struct file *file);
int single_release(struct inode *inode, struct file *file);

/* For start() and next() of a text about a list. */
struct list_head *seq_list_start(struct list_head *head, loff_t pos);
struct list_head *seq_list_start_head(struct list_head *head, loff_t pos);
struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *pos);

/* @s, with the characters of @esc as \ooo. */
void seq_escape(struct seq_file *m, const char *s, const char *esc);

/* Where @path leads, the same without its root, and where @file is, with the
 * characters of @esc as \ooo. Return: bytes; -1 if it did not fit. They take
 * names_lock, so they may sleep. */
int seq_path(struct seq_file *m, const struct path *path, const char *esc);
int seq_dentry(struct seq_file *m, struct dentry *dentry, const char *esc);
int seq_file_path(struct seq_file *m, struct file *file, const char *esc);

#define DEFINE_SEQ_ATTRIBUTE(name)                                         \
	static int name##_open(struct inode *inode, struct file *file)     \
	{                                                                  \
		int _err = seq_open(file, &name##_sops);                   \
                                                                           \
		if (!_err && inode->i_private)                             \
			((struct seq_file *)file->private_data)->private = \
				inode->i_private;                          \
		return _err;                                               \
	}                                                                  \
	static const struct file_operations name##_fops = {                \
		.owner = THIS_MODULE,                                      \
		.open = name##_open,                                       \
		.read = seq_read,                                          \
		.llseek = seq_lseek,                                       \
		.release = seq_release,                                    \
	}

#define DEFINE_SHOW_ATTRIBUTE(name)                                      \
	static int name##_open(struct inode *inode, struct file *file)   \
	{                                                                \
		return single_open(file, name##_show, inode->i_private); \
	}                                                                \
	static const struct file_operations name##_fops = {              \
		.owner = THIS_MODULE,                                    \
		.open = name##_open,                                     \
		.read = seq_read,                                        \
		.llseek = seq_lseek,                                     \
		.release = single_release,                               \
	}

#endif

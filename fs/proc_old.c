/* SPDX-License-Identifier: MIT */
/*
 * proc_old.c - files of /proc as 2.6 had them: a function that fills a page
 *
 * read_proc() writes at most a page of text and says through *start where what
 * was asked for begins:
 *
 *   NULL              the whole text is in the page, from its start
 *   within the page   what is at the position asked for is at *start
 *   a small number    the page begins with it, and it is so many positions long,
 *                     whatever the number of bytes
 *
 * *eof says that nothing comes behind it. Once the entry is removed, neither
 * function is called any more.
 */
#include <fs/proc_fs.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/page_addr.h>

#include "proc_internal.h"

/* A bit of the page is left to functions that print too much. */
#define READ_PROC_BYTES ((size_t)PAGE_SIZE - 1024)

/* The last position that such a function can be told of: Linux's. */
#define READ_PROC_END ((loff_t)INT_MAX)

/* What one call of read_proc() brought. */
struct old_part {
	const char *from;
	size_t len; /* 0: the end */
	loff_t step; /* how far it moves the position */
	int eof;
};

static int old_read_part(const struct proc_dir_entry *entry, char *page,
			 loff_t pos, size_t wanted, struct old_part *part)
{
	char *start = NULL;
	ssize_t n;

	wanted = min(wanted, READ_PROC_BYTES);
	n = entry->read_proc(page, &start, (off_t)pos, (int)wanted, &part->eof,
			     entry->data);
	if (n <= 0)
		return (int)n;
	if (WARN_ON_ONCE(n > (ssize_t)PAGE_SIZE))
		n = (ssize_t)PAGE_SIZE;
	part->from = page;
	if (!start) {
		n = n > pos ? n - (ssize_t)pos : 0;
		part->from += n ? pos : 0;
	} else if (start >= page && start < page + PAGE_SIZE) {
		part->from = start;
		n = min(n, (ssize_t)(page + PAGE_SIZE - start));
	}
	part->len = min((size_t)n, wanted);
	part->step = start && start < page ? (loff_t)(unsigned long)start :
					     (loff_t)part->len;
	return 0;
}

static ssize_t old_read_page(struct kiocb *iocb, struct iov_iter *to,
			     char *page)
{
	const struct proc_dir_entry *entry = PDE(iocb->ki_filp->f_inode);
	struct old_part part = { 0 };
	ssize_t done = 0;

	while (iov_iter_count(to) && !part.eof &&
	       iocb->ki_pos <= READ_PROC_END) {
		int err;

		part.len = 0;
		err = old_read_part(entry, page, iocb->ki_pos,
				    iov_iter_count(to), &part);
		if (err || !part.len)
			return done ? done : err;
		if (copy_to_iter(part.from, part.len, to) < part.len)
			return done ? done : -EFAULT;
		iocb->ki_pos += part.step;
		done += (ssize_t)part.len;
	}
	return done;
}

static ssize_t old_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct proc_dir_entry *entry = PDE(iocb->ki_filp->f_inode);
	char *page = (char *)get_zeroed_page(GFP_KERNEL);
	ssize_t n = -EIO;

	if (!page)
		return -ENOMEM;
	if (entry_use(entry)) {
		if (entry->read_proc)
			n = old_read_page(iocb, to, page);
		entry_unuse(entry);
	}
	free_page((unsigned long)page);
	return n;
}

static ssize_t old_write(struct file *file, const char __user *buf,
			 size_t count, loff_t *pos)
{
	struct proc_dir_entry *entry = PDE(file->f_inode);
	ssize_t n = -EIO;

	(void)pos;
	if (!entry_use(entry))
		return -EIO;
	if (entry->write_proc)
		n = entry->write_proc(file, buf, count, entry->data);
	entry_unuse(entry);
	return n;
}

const struct file_operations proc_old_operations = {
	.llseek = default_llseek,
	.read_iter = old_read_iter,
	.write = old_write,
};

struct proc_dir_entry *__create_proc_entry(const char *name, umode_t mode,
					   struct proc_dir_entry *parent)
{
	return proc_create_data(name, mode, parent, NULL, NULL);
}
EXPORT_SYMBOL(__create_proc_entry);

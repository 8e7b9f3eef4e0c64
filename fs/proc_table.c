/* SPDX-License-Identifier: MIT */
/*
 * proc_table.c - the kernel's own files of /proc: those of PROC_FILE()
 *
 * A text is made at the first read, whole, and stays with the opening: its
 * readers see one moment's figures. A file that can be written takes what one
 * write() brings as its whole text; why it refuses one is said in the log.
 */
#define pr_fmt(fmt) "proc: " fmt
#include <fs/dcache.h>
#include <fs/proc_fs.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <mm/slab.h>

#include "proc_internal.h"

static const struct proc_file *table_file(const struct file *file)
{
	return pde_data(file->f_inode);
}

static int table_show(struct seq_file *m, void *v)
{
	const struct proc_file *file = m->private;

	(void)v;
	file->show(m);
	return 0;
}

static int table_open(struct inode *inode, struct file *file)
{
	return single_open(file, table_show, pde_data(inode));
}

/* @text as the whole text of the file; NUL-terminated. */
static int table_take(const struct proc_file *file, const char *text)
{
	struct proc_write w;
	int err = proc_file_write(file, text, &w);

	if (err && w.why[0])
		pr_notice("/proc/%s: %s\n", file->name, w.why);
	return err;
}

static ssize_t table_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	size_t len = iov_iter_count(from);
	char *text = iov_iter_text(from, PAGE_SIZE);
	int err;

	if (IS_ERR(text))
		return PTR_ERR(text);
	err = table_take(table_file(iocb->ki_filp), text);
	kfree(text);
	if (err)
		return err;
	iocb->ki_pos += (loff_t)len;
	return (ssize_t)len;
}

static const struct proc_ops table_ops = {
	.proc_open = table_open,
	.proc_read_iter = seq_read_iter,
	.proc_write_iter = table_write_iter,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

/* The directories that @name goes through, as far as they are missing. */
static void make_directories(const char *name)
{
	char part[NAME_MAX + 1];
	const char *slash = name;

	while ((slash = strchr(slash, '/'))) {
		size_t len = (size_t)(slash - name);
		struct dentry *there = proc_root->dentry;
		const char *from = part, *end;

		strscpy(part, name, len + 1);
		down_read(&names_lock);
		for (; there && *from; from = *end ? end + 1 : end) {
			end = from + strcspn(from, "/");
			there = d_lookup(there, from, (size_t)(end - from));
		}
		up_read(&names_lock);
		if (!there)
			proc_mkdir(part, NULL);
		slash++;
	}
}

struct proc_dir_entry *proc_table_create(const struct proc_file *file)
{
	make_directories(file->name);
	return proc_create_data(file->name, file->write ? 0644 : 0444, NULL,
				&table_ops, (void *)file);
}

void proc_table_init(void)
{
	const struct proc_file *const *pos;

	/* Where drivers of the books put their files: "driver/NAME". */
	proc_mkdir("driver", NULL);
	for_each_section_entry(pos, proc_files)
		(void)proc_table_create(*pos);
}

/* SPDX-License-Identifier: MIT */
/*
 * notes.c - a /proc file of many records, by seq_file
 *
 * What is written to /proc/notes becomes a record; reading shows them all,
 * numbered. seq_file asks for one record after the other and may stop anywhere,
 * when the reader's buffer is full; the list is locked from start to stop.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define NOTE_BYTES 128 /* the longest, with its NUL */

static unsigned int most = 16;
module_param(most, uint, 0444);
MODULE_PARM_DESC(most, "how many notes there can be");

struct note {
	struct list_head list;
	unsigned int nr;
	char text[];
};

static LIST_HEAD(notes);
static unsigned int nr_notes;
static DEFINE_MUTEX(notes_lock); /* guards both */

static void *notes_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&notes_lock);
	return seq_list_start(&notes, *pos);
}

static void *notes_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &notes, pos);
}

static void notes_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&notes_lock);
}

static int notes_show(struct seq_file *m, void *v)
{
	const struct note *note = list_entry(v, struct note, list);

	seq_printf(m, "%2u  %s\n", note->nr, note->text);
	return 0;
}

static const struct seq_operations notes_seq_ops = {
	.start = notes_start,
	.next = notes_next,
	.stop = notes_stop,
	.show = notes_show,
};

static int notes_open(struct inode *inode, struct file *file)
{
	return seq_open(file, &notes_seq_ops);
}

static int note_add(struct note *note)
{
	int err = -ENOSPC;

	mutex_lock(&notes_lock);
	if (nr_notes < most) {
		note->nr = ++nr_notes;
		list_add_tail(&note->list, &notes);
		err = 0;
	}
	mutex_unlock(&notes_lock);
	return err;
}

/* One write is one note; the newline at its end does not belong to it. */
static ssize_t notes_write(struct file *file, const char __user *buf,
			   size_t count, loff_t *pos)
{
	struct note *note;
	size_t len = count;
	int err;

	if (!count || count >= NOTE_BYTES)
		return -EINVAL;
	note = kmalloc(sizeof(*note) + count + 1, GFP_KERNEL);
	if (!note)
		return -ENOMEM;
	err = -EFAULT;
	if (copy_from_user(note->text, buf, count))
		goto out_free;
	if (note->text[len - 1] == '\n')
		len--;
	note->text[len] = '\0';
	err = note_add(note);
	if (err)
		goto out_free;
	return (ssize_t)count;

out_free:
	kfree(note);
	return err;
}

static const struct proc_ops notes_proc_ops = {
	.proc_open = notes_open,
	.proc_read = seq_read,
	.proc_write = notes_write,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
};

static int __init notes_init(void)
{
	if (!proc_create("notes", 0644, NULL, &notes_proc_ops))
		return -ENOMEM;
	return 0;
}

static void __exit notes_exit(void)
{
	struct note *note, *next;

	/* The file first: then nobody can add a note any more. */
	remove_proc_entry("notes", NULL);
	list_for_each_entry_safe(note, next, &notes, list)
		kfree(note);
}

module_init(notes_init);
module_exit(notes_exit);
MODULE_DESCRIPTION("a /proc file of many records");
MODULE_LICENSE("Dual MIT/GPL");

/* SPDX-License-Identifier: MIT */
/*
 * block_majors.c - the major numbers of disks, and who has them
 *
 * A driver takes a number for all disks of its kind; which disk answers to which
 * minor is block_disk.c's affair. The table is sorted by number, and shown as
 * the second part of /proc/devices.
 *
 * Locking: majors_lock, a mutex.
 */
#define pr_fmt(fmt) "block: " fmt
#include <fs/blkdev.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <mm/slab.h>

static DEFINE_MUTEX(majors_lock);

#define MAJOR_NAME_BYTES 16
/* As on Linux: the last of the plain ones is tried first. */
#define MAJOR_DYN_LAST 254u

struct blk_major {
	struct list_head link;
	unsigned int major;
	char name[MAJOR_NAME_BYTES];
};
static LIST_HEAD(majors); /* by number */

/* The entry behind which @major belongs; *@taken: it is there. Lock held. */
static struct list_head *major_place(unsigned int major, bool *taken)
{
	struct list_head *behind = &majors;
	const struct blk_major *m;

	*taken = false;
	list_for_each_entry(m, &majors, link) {
		if (m->major > major)
			break;
		*taken = m->major == major;
		behind = (struct list_head *)&m->link;
	}
	return behind;
}

static int major_add(struct blk_major *m, unsigned int major)
{
	unsigned int first = major ? major : 1;
	bool taken;

	for (m->major = major ? major : MAJOR_DYN_LAST; m->major >= first;
	     m->major--) {
		struct list_head *behind = major_place(m->major, &taken);

		if (!taken) {
			list_add(&m->link, behind);
			return major ? 0 : (int)m->major;
		}
	}
	return -EBUSY;
}

int register_blkdev(unsigned int major, const char *name)
{
	struct blk_major *m;
	int err;

	if (major >= BLKDEV_MAJOR_MAX) {
		pr_err("major %u for %s: there are %u\n", major, name,
		       BLKDEV_MAJOR_MAX);
		return -EINVAL;
	}
	m = kzalloc(sizeof(*m), GFP_KERNEL);
	if (!m)
		return -ENOMEM;
	strscpy(m->name, name, sizeof(m->name));
	mutex_lock(&majors_lock);
	err = major_add(m, major);
	mutex_unlock(&majors_lock);
	if (err < 0) {
		pr_err("major %u for %s is taken\n", major, name);
		kfree(m);
	}
	return err;
}
EXPORT_SYMBOL(register_blkdev);

void unregister_blkdev(unsigned int major, const char *name)
{
	struct blk_major *m, *found = NULL;

	mutex_lock(&majors_lock);
	list_for_each_entry(m, &majors, link) {
		if (m->major == major)
			found = m;
	}
	if (WARN_ON_ONCE(!found ||
			 strncmp(found->name, name, MAJOR_NAME_BYTES - 1)))
		found = NULL;
	else
		list_del(&found->link);
	mutex_unlock(&majors_lock);
	kfree(found);
}
EXPORT_SYMBOL(unregister_blkdev);

void blkdev_show(struct seq_file *m)
{
	const struct blk_major *entry;

	mutex_lock(&majors_lock);
	list_for_each_entry(entry, &majors, link)
		seq_printf(m, "%3u %s\n", entry->major, entry->name);
	mutex_unlock(&majors_lock);
}

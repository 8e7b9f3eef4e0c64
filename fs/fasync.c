/* SPDX-License-Identifier: MIT */
/*
 * fasync.c - a signal for who asked to be told of news
 *
 * A driver has one list for each source of news; a file is in it once. Whoever
 * owns the file is sent the signal.
 *
 * Locking: fasync_lock, irq-safe, LOCK_FASYNC, for all lists and for the files'
 * owners: kill_fasync() comes from interrupts. The flag FASYNC of a file
 * changes together with its place in a list, under f_lock.
 */
#include <fs/fs.h>
#include <kernel/export.h>
#include <kernel/signal.h>
#include <mm/slab.h>

static spinlock_t fasync_lock = SPINLOCK_INIT("fasync", LOCK_FASYNC);

/* --- owners ------------------------------------------------------------------- */

int f_setown(struct file *file, unsigned long pid, int force)
{
	struct task_struct *task = NULL, *old;
	unsigned long flags;

	if ((long)pid < 0 || pid > INT_MAX)
		return -EINVAL;
	if (pid) {
		task = task_find_get((int)pid);
		if (!task)
			return -ESRCH;
	}
	flags = spin_lock_irqsave(&fasync_lock);
	old = file->f_owner.task;
	if (force || !old)
		file->f_owner.task = task;
	else
		old = task; /* it has an owner already */
	spin_unlock_irqrestore(&fasync_lock, flags);
	if (old)
		put_task_struct(old);
	return 0;
}
EXPORT_SYMBOL(f_setown);

int f_getown(struct file *file)
{
	unsigned long flags = spin_lock_irqsave(&fasync_lock);
	const struct task_struct *task = file->f_owner.task;
	int pid = task ? task->pid : 0;

	spin_unlock_irqrestore(&fasync_lock, flags);
	return pid;
}
EXPORT_SYMBOL(f_getown);

/* --- lists --------------------------------------------------------------------- */

/* Where the place of @file is linked, or would be; lock held. */
static struct fasync_struct **fasync_find(struct fasync_struct **list,
					  const struct file *file)
{
	while (*list && (*list)->fa_file != file)
		list = &(*list)->fa_next;
	return list;
}

/* @place: to be used if the file is in no list yet. Return: what is to be freed
 * now; *@changed says whether the list did. */
static struct fasync_struct *fasync_change(struct file *file, bool on,
					   struct fasync_struct **list,
					   struct fasync_struct *place,
					   bool *changed)
{
	struct fasync_struct **link, *found;
	unsigned long flags;

	spin_lock(&file->f_lock);
	flags = spin_lock_irqsave(&fasync_lock);
	link = fasync_find(list, file);
	found = *link;
	*changed = on == !found;
	if (on && found) {
		found->fa_fd = place->fa_fd;
	} else if (on) {
		*link = place;
		place = NULL;
	} else if (found) {
		*link = found->fa_next;
		place = found;
	}
	if (on)
		file->f_flags |= FASYNC;
	else
		file->f_flags &= ~(unsigned int)FASYNC;
	spin_unlock_irqrestore(&fasync_lock, flags);
	spin_unlock(&file->f_lock);
	return place;
}

int fasync_helper(int fd, struct file *file, int on,
		  struct fasync_struct **list)
{
	struct fasync_struct *place = NULL;
	bool changed;

	if (on) {
		place = kzalloc(sizeof(*place), GFP_KERNEL);
		if (!place)
			return -ENOMEM;
		place->fa_fd = fd;
		place->fa_file = file;
	}
	kfree(fasync_change(file, on, list, place, &changed));
	return changed;
}
EXPORT_SYMBOL(fasync_helper);

void kill_fasync(struct fasync_struct **list, int sig, int band)
{
	const struct fasync_struct *place;
	unsigned long flags;

	(void)band; /* a signal carries nothing else yet */
	/* Nobody asked: the common case, and no lock. */
	if (!READ_ONCE(*list))
		return;
	flags = spin_lock_irqsave(&fasync_lock);
	for (place = *list; place; place = place->fa_next) {
		struct fown_struct *owner = &place->fa_file->f_owner;

		if (owner->task)
			(void)send_sig(owner->signum ? owner->signum : sig,
				       owner->task, 1);
	}
	spin_unlock_irqrestore(&fasync_lock, flags);
}
EXPORT_SYMBOL(kill_fasync);

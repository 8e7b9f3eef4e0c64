/* SPDX-License-Identifier: MIT */
/*
 * wait.c - wait queues
 *
 * A waiter puts an entry on its own stack into the queue, says that it sleeps,
 * looks at its condition and calls schedule(). A waker makes the condition
 * true, then walks the queue and wakes. No wake-up is lost, since each side
 * writes before it looks, with a full barrier in between:
 *
 *	waiter: state = TASK_...; [barrier in set_current_state()]; condition?
 *	waker:  condition = true; [the lock's locked add]; queue, state?
 *
 * If the waker comes too early to find the entry in the queue, the waiter sees
 * the condition; else the waker finds the state, and makes it TASK_RUNNING, so
 * that schedule() comes back at once.
 *
 * A waiter that leaves always takes the lock: then no waker is in the middle of
 * its entry, and the stack that the entry lies on may go.
 *
 * Locking: wq->lock (irq-safe, LOCK_WAIT); run queue locks are taken inside.
 * Wakers keep preemption off until the lock is free: else the thread that is
 * woken could preempt them while they hold what it wants next.
 */
#include <kernel/export.h>
#include <kernel/preempt.h>
#include <kernel/wait.h>

void __init_waitqueue_head(struct wait_queue_head *wq, const char *name)
{
	spin_lock_init(&wq->lock, name, LOCK_WAIT);
	INIT_LIST_HEAD(&wq->head);
}
EXPORT_SYMBOL(__init_waitqueue_head);

int default_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			  int flags, void *key)
{
	(void)flags;
	(void)key;
	return wake_up_state(entry->private, mode);
}
EXPORT_SYMBOL(default_wake_function);

int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			     int flags, void *key)
{
	int woken = default_wake_function(entry, mode, flags, key);

	if (woken)
		list_del_init(&entry->entry);
	return woken;
}
EXPORT_SYMBOL(autoremove_wake_function);

void init_wait_entry(struct wait_queue_entry *entry, unsigned int flags)
{
	entry->flags = flags;
	entry->private = current;
	entry->func = autoremove_wake_function;
	INIT_LIST_HEAD(&entry->entry);
}
EXPORT_SYMBOL(init_wait_entry);

void init_waitqueue_entry(struct wait_queue_entry *entry,
			  struct task_struct *task)
{
	entry->flags = 0;
	entry->private = task;
	entry->func = default_wake_function;
	INIT_LIST_HEAD(&entry->entry);
}
EXPORT_SYMBOL(init_waitqueue_entry);

void init_waitqueue_func_entry(struct wait_queue_entry *entry,
			       wait_queue_func_t func)
{
	entry->flags = 0;
	entry->private = NULL;
	entry->func = func;
	INIT_LIST_HEAD(&entry->entry);
}
EXPORT_SYMBOL(init_waitqueue_func_entry);

/* Exclusive ones go last, so that a wake-up meets all others first. */
static void queue_add(struct wait_queue_head *wq,
		      struct wait_queue_entry *entry)
{
	if (entry->flags & WQ_FLAG_EXCLUSIVE)
		list_add_tail(&entry->entry, &wq->head);
	else
		list_add(&entry->entry, &wq->head);
}

void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	unsigned long irqflags = spin_lock_irqsave(&wq->lock);

	entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	queue_add(wq, entry);
	spin_unlock_irqrestore(&wq->lock, irqflags);
}
EXPORT_SYMBOL(add_wait_queue);

void add_wait_queue_exclusive(struct wait_queue_head *wq,
			      struct wait_queue_entry *entry)
{
	unsigned long irqflags = spin_lock_irqsave(&wq->lock);

	entry->flags |= WQ_FLAG_EXCLUSIVE;
	queue_add(wq, entry);
	spin_unlock_irqrestore(&wq->lock, irqflags);
}
EXPORT_SYMBOL(add_wait_queue_exclusive);

void remove_wait_queue(struct wait_queue_head *wq,
		       struct wait_queue_entry *entry)
{
	unsigned long irqflags = spin_lock_irqsave(&wq->lock);

	list_del_init(&entry->entry);
	spin_unlock_irqrestore(&wq->lock, irqflags);
}
EXPORT_SYMBOL(remove_wait_queue);

static void prepare(struct wait_queue_head *wq, struct wait_queue_entry *entry,
		    unsigned int state)
{
	unsigned long irqflags = spin_lock_irqsave(&wq->lock);

	if (list_empty(&entry->entry))
		queue_add(wq, entry);
	set_current_state(state);
	spin_unlock_irqrestore(&wq->lock, irqflags);
}

void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry,
		     unsigned int state)
{
	entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	prepare(wq, entry, state);
}
EXPORT_SYMBOL(prepare_to_wait);

void prepare_to_wait_exclusive(struct wait_queue_head *wq,
			       struct wait_queue_entry *entry,
			       unsigned int state)
{
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	prepare(wq, entry, state);
}
EXPORT_SYMBOL(prepare_to_wait_exclusive);

/*
 * A signal takes the entry out of the queue before the condition is looked at
 * again: an exclusive wake-up that came already shows in the condition, and
 * none can come to a waiter who will not use it. Where nobody can sleep the
 * second look is the last one: who waits for a time has passed it by then.
 */
long prepare_to_wait_event(struct wait_queue_head *wq,
			   struct wait_queue_entry *entry, unsigned int state)
{
	if (unlikely(signal_pending_state(state, current)) ||
	    unlikely(sleep_is_impossible() && !list_empty(&entry->entry))) {
		remove_wait_queue(wq, entry);
		return -ERESTARTSYS;
	}
	prepare(wq, entry, state);
	return 0;
}
EXPORT_SYMBOL(prepare_to_wait_event);

void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	__set_current_state(TASK_RUNNING);
	remove_wait_queue(wq, entry);
}
EXPORT_SYMBOL(finish_wait);

/* The caller holds the lock. */
static int queue_wake(struct wait_queue_head *wq, unsigned int mode,
		      int nr_exclusive, void *key)
{
	struct wait_queue_entry *entry, *next;
	int woken = 0;

	lockdep_assert_held(&wq->lock);
	list_for_each_entry_safe(entry, next, &wq->head, entry) {
		unsigned int exclusive = entry->flags & WQ_FLAG_EXCLUSIVE;

		if (entry->func(entry, mode, 0, key) && exclusive &&
		    ++woken == nr_exclusive)
			break;
	}
	return woken;
}

int __wake_up(struct wait_queue_head *wq, unsigned int mode, int nr_exclusive,
	      void *key)
{
	unsigned long irqflags;
	int woken;

	preempt_disable();
	irqflags = spin_lock_irqsave(&wq->lock);
	woken = queue_wake(wq, mode, nr_exclusive, key);
	spin_unlock_irqrestore(&wq->lock, irqflags);
	preempt_enable();
	return woken;
}
EXPORT_SYMBOL(__wake_up);

void __wake_up_locked(struct wait_queue_head *wq, unsigned int mode,
		      int nr_exclusive)
{
	queue_wake(wq, mode, nr_exclusive, NULL);
}
EXPORT_SYMBOL(__wake_up_locked);

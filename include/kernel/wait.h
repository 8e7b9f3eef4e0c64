/* SPDX-License-Identifier: MIT */
/*
 * wait.h - wait queues: threads that sleep until something is so
 *
 * One side makes it so and calls wake_up(); the other waits for it with
 * wait_event(queue, condition). The condition is looked at again after each
 * wake-up, and no wake-up between the look and the sleep is lost: the waiter
 * is in the queue and says that it sleeps before it looks (core/wait.c).
 *
 * Exclusive waiters are woken one at a time: for queues where one can go on.
 *
 * By hand, as the books show it:
 *
 *	DEFINE_WAIT(wait);
 *
 *	for (;;) {
 *		prepare_to_wait(&queue, &wait, TASK_INTERRUPTIBLE);
 *		if (condition || signal_pending(current))
 *			break;
 *		schedule();
 *	}
 *	finish_wait(&queue, &wait);
 *
 * Context: waiting may sleep; wake-ups are allowed in any context.
 */
#ifndef KERNEL_WAIT_H
#define KERNEL_WAIT_H

#include <kernel/barrier.h>
#include <kernel/errno.h>
#include <kernel/list.h>
#include <kernel/sched.h>
#include <kernel/spinlock.h>

struct wait_queue_head {
	spinlock_t lock;
	struct list_head head; /* wait_queue_entry; exclusive ones last */
};
typedef struct wait_queue_head wait_queue_head_t;

struct wait_queue_entry;
/* Wake the waiter up if @mode (TASK_*) says so. Called with the queue's lock
 * held. Return: 1 if somebody was woken. */
typedef int (*wait_queue_func_t)(struct wait_queue_entry *entry,
				 unsigned int mode, int flags, void *key);

struct wait_queue_entry {
	unsigned int flags; /* WQ_FLAG_* */
	void *private; /* the thread, if @func is one of ours */
	wait_queue_func_t func;
	struct list_head entry;
};
typedef struct wait_queue_entry wait_queue_entry_t;

#define WQ_FLAG_EXCLUSIVE 0x01u

int default_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			  int flags, void *key);
/* The same, and a thread that was woken is out of the queue. */
int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode,
			     int flags, void *key);

#define __WAIT_QUEUE_HEAD_INITIALIZER(name)              \
	{                                                \
		.lock = SPINLOCK_INIT(#name, LOCK_WAIT), \
		.head = LIST_HEAD_INIT((name).head),     \
	}
#define DECLARE_WAIT_QUEUE_HEAD(name) \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_WAIT_QUEUE_HEAD(name)

/* @name: for lock reports. */
void __init_waitqueue_head(struct wait_queue_head *wq, const char *name);
#define init_waitqueue_head(wq) __init_waitqueue_head(wq, #wq)

#define DEFINE_WAIT_FUNC(name, fn)                     \
	struct wait_queue_entry name = {               \
		.private = current,                    \
		.func = (fn),                          \
		.entry = LIST_HEAD_INIT((name).entry), \
	}
#define DEFINE_WAIT(name) DEFINE_WAIT_FUNC(name, autoremove_wake_function)
/* For add_wait_queue(): stays in the queue until it is removed. */
#define DECLARE_WAITQUEUE(name, task)                  \
	struct wait_queue_entry name = {               \
		.private = (task),                     \
		.func = default_wake_function,         \
		.entry = LIST_HEAD_INIT((name).entry), \
	}

void init_wait_entry(struct wait_queue_entry *entry, unsigned int flags);
void init_waitqueue_entry(struct wait_queue_entry *entry,
			  struct task_struct *task);
void init_waitqueue_func_entry(struct wait_queue_entry *entry,
			       wait_queue_func_t func);

/* Does anybody wait? Without the lock: who asks must have made the condition
 * true before, with smp_mb() in between. */
static inline bool waitqueue_active(const struct wait_queue_head *wq)
{
	return !list_empty(&wq->head);
}

static inline bool wq_has_sleeper(struct wait_queue_head *wq)
{
	/* Pairs with the barrier in set_current_state(). */
	smp_mb();
	return waitqueue_active(wq);
}

void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry);
void add_wait_queue_exclusive(struct wait_queue_head *wq,
			      struct wait_queue_entry *entry);
void remove_wait_queue(struct wait_queue_head *wq,
		       struct wait_queue_entry *entry);

/**
 * prepare_to_wait - into the queue, and say that this thread sleeps
 * @state: TASK_INTERRUPTIBLE, TASK_UNINTERRUPTIBLE, ...
 *
 * Then look at the condition, then schedule(). Harmless if in the queue.
 */
void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry,
		     unsigned int state);
void prepare_to_wait_exclusive(struct wait_queue_head *wq,
			       struct wait_queue_entry *entry,
			       unsigned int state);
/* Return: 0; -ERESTARTSYS (and out of the queue) if a signal ends the wait. */
long prepare_to_wait_event(struct wait_queue_head *wq,
			   struct wait_queue_entry *entry, unsigned int state);
/* Awake, and out of the queue. */
void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry);

/**
 * __wake_up - wake threads that sleep in one of the states of @mode
 * @nr_exclusive: exclusive waiters to wake; 0: all
 * @key: for wake functions
 *
 * A full barrier comes before the look at each waiter's state.
 * Return: how many exclusive ones were woken. Context: any.
 */
int __wake_up(struct wait_queue_head *wq, unsigned int mode, int nr_exclusive,
	      void *key);
/* The caller holds wq->lock. */
void __wake_up_locked(struct wait_queue_head *wq, unsigned int mode,
		      int nr_exclusive);

#define wake_up(wq) __wake_up(wq, TASK_NORMAL, 1, NULL)
#define wake_up_nr(wq, nr) __wake_up(wq, TASK_NORMAL, nr, NULL)
#define wake_up_all(wq) __wake_up(wq, TASK_NORMAL, 0, NULL)
#define wake_up_interruptible(wq) __wake_up(wq, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_nr(wq, nr) \
	__wake_up(wq, TASK_INTERRUPTIBLE, nr, NULL)
#define wake_up_interruptible_all(wq) __wake_up(wq, TASK_INTERRUPTIBLE, 0, NULL)
/* Linux: the caller is about to sleep, so do not switch to the woken one now.
 * Here a wake-up only asks for a switch. */
#define wake_up_sync(wq) wake_up(wq)
#define wake_up_interruptible_sync(wq) wake_up_interruptible(wq)
#define wake_up_poll(wq, key) \
	__wake_up(wq, TASK_NORMAL, 1, (void *)(unsigned long)(key))
#define wake_up_interruptible_poll(wq, key) \
	__wake_up(wq, TASK_INTERRUPTIBLE, 1, (void *)(unsigned long)(key))

/*
 * The loop behind all wait_event forms; @nap sleeps. The value is @init, or
 * what cut the wait short.
 */
#define ___wait_event(wq, condition, state, wait_flags, init, nap)             \
	({                                                                     \
		struct wait_queue_entry _wait;                                 \
		__typeof__(init) _ret = (init);                                \
                                                                               \
		init_wait_entry(&_wait, (wait_flags));                         \
		for (;;) {                                                     \
			long _int =                                            \
				prepare_to_wait_event(&(wq), &_wait, (state)); \
                                                                               \
			if (condition)                                         \
				break;                                         \
			if (_int) {                                            \
				_ret = (__typeof__(init))_int;                 \
				break;                                         \
			}                                                      \
			nap;                                                   \
		}                                                              \
		finish_wait(&(wq), &_wait);                                    \
		_ret;                                                          \
	})

/* @condition, or the time is over: @left jiffies are. In time, they are 1 at
 * least. */
#define ___wait_cond_timeout(condition, left) \
	({                                    \
		bool _cond = (condition);     \
                                              \
		if (_cond && !(left))         \
			(left) = 1;           \
		_cond || !(left);             \
	})

/* Wait until @condition is true. In an interrupt, which cannot, this returns
 * after the report. */
#define wait_event(wq, condition)                                       \
	do {                                                            \
		might_sleep();                                          \
		if (!(condition))                                       \
			(void)___wait_event(wq, condition,              \
					    TASK_UNINTERRUPTIBLE, 0, 0, \
					    schedule_checked());        \
	} while (0)

#define wait_event_in_state(wq, condition, state, wait_flags)                  \
	({                                                                     \
		int _res = 0;                                                  \
                                                                               \
		might_sleep();                                                 \
		if (!(condition))                                              \
			_res = ___wait_event(wq, condition, state, wait_flags, \
					     0, schedule_checked());           \
		_res;                                                          \
	})
/* Return: 0, or -ERESTARTSYS if a signal came first. */
#define wait_event_interruptible(wq, condition) \
	wait_event_in_state(wq, condition, TASK_INTERRUPTIBLE, 0)
#define wait_event_interruptible_exclusive(wq, condition)      \
	wait_event_in_state(wq, condition, TASK_INTERRUPTIBLE, \
			    WQ_FLAG_EXCLUSIVE)
#define wait_event_killable(wq, condition) \
	wait_event_in_state(wq, condition, TASK_KILLABLE, 0)

#define wait_event_timeout_in_state(wq, condition, timeout, state)         \
	({                                                                 \
		long _left = (timeout);                                    \
                                                                           \
		might_sleep();                                             \
		if (!___wait_cond_timeout(condition, _left))               \
			_left = ___wait_event(                             \
				wq, ___wait_cond_timeout(condition, _ret), \
				state, 0, _left,                           \
				_ret = schedule_timeout_checked(_ret));    \
		_left;                                                     \
	})
/* @timeout in jiffies. Return: what is left of it, at least 1, if @condition
 * is true; 0 if the time is over and it is not; and from the second form
 * -ERESTARTSYS if a signal came first. */
#define wait_event_timeout(wq, condition, timeout)          \
	wait_event_timeout_in_state(wq, condition, timeout, \
				    TASK_UNINTERRUPTIBLE)
#define wait_event_interruptible_timeout(wq, condition, timeout) \
	wait_event_timeout_in_state(wq, condition, timeout, TASK_INTERRUPTIBLE)

#endif

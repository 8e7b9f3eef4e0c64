/* SPDX-License-Identifier: MIT */
/*
 * workqueue.h - functions that a thread calls later, and that may sleep
 *
 * What a tasklet may not do, a work item may: it runs in a thread. An item is
 * queued at most once at a time; queued again while it runs, it runs again,
 * but never twice at once on one queue.
 *
 * system_wq, which schedule_work() uses, has one thread for each CPU; so does
 * every queue of create_workqueue(). One of create_singlethread_workqueue() has
 * a single thread, and its items run one after the other in the order in which
 * they came. An item must not wait for another one that the same thread has
 * still to run; flush_work() from inside a work function is the exception: the
 * thread then runs that item at once. The theory is in kernel/workqueue.c.
 *
 * Up to 2.6.19 an item's function was given a pointer of its owner's choice, and
 * each item could be delayed. So it is with INIT_WORK() and DECLARE_WORK() of
 * three arguments; what takes a delayed item takes a plain one, too.
 */
#ifndef KERNEL_WORKQUEUE_H
#define KERNEL_WORKQUEUE_H

#include <kernel/list.h>
#include <kernel/timer.h>
#include <kernel/types.h>

struct work_struct;
struct workqueue_struct;
typedef void (*work_func_t)(struct work_struct *work);

/* Members are kernel/workqueue.c's own. */
struct work_struct {
	unsigned long state; /* bits WORK_STATE_* */
	unsigned int home; /* the pool it was queued on last; 0: none yet */
	struct list_head entry;
	bool of_data; /* which of the two is set */
	union {
		work_func_t func;
		void (*func_of_data)(void *data);
	};
	void *data;

	/* While it waits for its time. */
	struct timer_list timer;
	struct workqueue_struct *wq;
	unsigned int cpu;
};

/* An item under another type, which says that it may be delayed. */
struct delayed_work {
	union {
		struct work_struct work;
		struct {
			char __item[offsetof(struct work_struct, timer)];
			struct timer_list timer;
			struct workqueue_struct *wq;
			unsigned int cpu;
		};
	};
};
static_assert(sizeof(struct delayed_work) == sizeof(struct work_struct) &&
		      offsetof(struct delayed_work, timer) ==
			      offsetof(struct work_struct, timer) &&
		      offsetof(struct delayed_work, cpu) ==
			      offsetof(struct work_struct, cpu),
	      "one is the other");

/* A pointer to either. */
typedef union {
	struct delayed_work *dwork;
	struct work_struct *work;
} delayed_item_t __attribute__((transparent_union));

enum {
	/* Queued, or its timer runs, or somebody cancels it. */
	WORK_STATE_PENDING,
	WORK_STATE_CANCELING, /* the last of these */
};

/* The timer's function of delayed work. */
void delayed_work_timer_fn(struct timer_list *timer);

/* What is the same in each item. */
#define WORK_MEMBERS(name)                     \
	.entry = LIST_HEAD_INIT((name).entry), \
	.timer = TIMER_INITIALIZER(delayed_work_timer_fn, TIMER_IRQSAFE)
/* __WORK_INITIALIZER(name, fn), or with the old (name, fn, data). */
#define __WORK_INITIALIZER(name, ...)                           \
	WORK_FORM2(__VA_ARGS__, __WORK_OF_DATA, __WORK_OF_ITEM) \
	(name, __VA_ARGS__)
#define __WORK_OF_ITEM(name, fn)                  \
	{                                         \
		.func = (fn), WORK_MEMBERS(name), \
	}
#define __WORK_OF_DATA(name, fn, arg)                                 \
	{                                                             \
		.of_data = true, .func_of_data = (fn), .data = (arg), \
		WORK_MEMBERS(name),                                   \
	}
#define WORK_FORM2(a, b, form, ...) form

#define DECLARE_WORK(name, ...) \
	struct work_struct name = __WORK_INITIALIZER(name, __VA_ARGS__)
#define DECLARE_DELAYED_WORK(name, fn)                       \
	struct delayed_work name = {                         \
		.work = __WORK_INITIALIZER((name).work, fn), \
	}
void init_work(struct work_struct *work, work_func_t func);
void init_work_of_data(struct work_struct *work, void (*func)(void *data),
		       void *data);
void init_delayed_work(struct delayed_work *work, work_func_t func);
/* INIT_WORK(work, fn), or with the old (work, fn, data). */
#define INIT_WORK(work, ...)                                  \
	WORK_FORM2(__VA_ARGS__, init_work_of_data, init_work) \
	(work, __VA_ARGS__)
#define INIT_DELAYED_WORK(work, fn) init_delayed_work(work, fn)
#define INIT_WORK_ONSTACK(work, fn) init_work(work, fn)
/* 2.4 .. 3.14: another function for an item that is not queued. */
#define PREPARE_WORK(work, ...)                                     \
	WORK_FORM2(__VA_ARGS__, prepare_work_of_data, prepare_work) \
	(work, __VA_ARGS__)
static inline void prepare_work(struct work_struct *work, work_func_t func)
{
	work->of_data = false;
	work->func = func;
}
static inline void prepare_work_of_data(struct work_struct *work,
					void (*func)(void *data), void *data)
{
	work->of_data = true;
	work->func_of_data = func;
	work->data = data;
}
#define destroy_work_on_stack(work) ((void)(work))

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

/* Queued and not yet begun. */
static inline bool work_pending(const struct work_struct *work)
{
	return READ_ONCE(work->state) & (1ul << WORK_STATE_PENDING);
}

#define delayed_work_pending(dwork) work_pending(&(dwork)->work)

/* For alloc_workqueue(). */
#define WQ_UNBOUND 0x02u /* one thread for all CPUs */
#define WQ_MEM_RECLAIM 0x08u /* its threads exist from the start: always so */
#define WQ_HIGHPRI 0x10u /* its threads come before plain ones */
#define WQ_FREEZABLE 0x04u /* accepted */
#define WQ_CPU_INTENSIVE 0x20u /* accepted */
#define WORK_CPU_UNBOUND CONFIG_NR_CPUS

/* There from the start; the threads of the last come before plain ones. */
extern struct workqueue_struct *system_wq;
extern struct workqueue_struct *system_unbound_wq;
extern struct workqueue_struct *system_highpri_wq;
#define system_long_wq system_wq

/**
 * alloc_workqueue - make a work queue and its threads
 * @fmt: a name, of its threads, too: the first 11 characters are kept
 * @flags: WQ_*
 * @max_active: as on Linux; here each thread runs one item at a time
 *
 * Return: the queue; NULL if there is no memory, or there are 128 queues.
 * Context: may sleep.
 */
struct workqueue_struct *__must_check __printf(1, 4)
	alloc_workqueue(const char *fmt, unsigned int flags, int max_active,
			...);
#define alloc_ordered_workqueue(fmt, flags, ...) \
	alloc_workqueue(fmt, (flags) | WQ_UNBOUND, 1, ##__VA_ARGS__)
#define create_workqueue(name) alloc_workqueue("%s", WQ_MEM_RECLAIM, 0, name)
#define create_singlethread_workqueue(name) \
	alloc_workqueue("%s", WQ_UNBOUND | WQ_MEM_RECLAIM, 1, name)

/* Run what is queued, and what that queues, then end the threads. Nobody else
 * may queue any more. Context: may sleep. */
void destroy_workqueue(struct workqueue_struct *wq);

/* Return: true if @work was queued, false if it was already. Context: any. */
bool queue_work(struct workqueue_struct *wq, struct work_struct *work);
bool queue_work_on(unsigned int cpu, struct workqueue_struct *wq,
		   struct work_struct *work);
/* @delay in jiffies; 0: at once. */
bool queue_delayed_work(struct workqueue_struct *wq, delayed_item_t item,
			unsigned long delay);
bool queue_delayed_work_on(unsigned int cpu, struct workqueue_struct *wq,
			   delayed_item_t item, unsigned long delay);
/* The same; one that waits for its time gets a new one. Return: true if it
 * waited or was queued. */
bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *work,
		      unsigned long delay);

static inline bool schedule_work(struct work_struct *work)
{
	return queue_work(system_wq, work);
}

static inline bool schedule_work_on(unsigned int cpu, struct work_struct *work)
{
	return queue_work_on(cpu, system_wq, work);
}

static inline bool schedule_delayed_work(delayed_item_t item,
					 unsigned long delay)
{
	return queue_delayed_work(system_wq, item, delay);
}

static inline bool schedule_delayed_work_on(unsigned int cpu,
					    delayed_item_t item,
					    unsigned long delay)
{
	return queue_delayed_work_on(cpu, system_wq, item, delay);
}

/**
 * flush_work - wait until the last queueing of @work has been run
 *
 * Return: true if it had to wait. Context: may sleep.
 */
bool flush_work(struct work_struct *work);
/* The same, without waiting for the delay to pass. */
bool flush_delayed_work(struct delayed_work *work);
/* Wait until all that is queued now has run. */
void flush_workqueue(struct workqueue_struct *wq);
/* And all that its items queue there meanwhile, for as long as they do.
 * Context: may sleep. */
void drain_workqueue(struct workqueue_struct *wq);
#define flush_scheduled_work() flush_workqueue(system_wq)

/**
 * cancel_work_sync - take @work back, and wait until it does not run
 *
 * It cannot be queued meanwhile, not even by itself.
 * Return: true if it was queued. Context: may sleep; not in @work itself.
 */
bool cancel_work_sync(struct work_struct *work);
bool cancel_delayed_work_sync(delayed_item_t item);
/* Take it back if it has not begun; it may be running when this returns.
 * Context: any. */
bool cancel_work(struct work_struct *work);
bool cancel_delayed_work(delayed_item_t item);
/* 2.6.11 .. 2.6.37: of one that queues itself again. */
#define cancel_rearming_delayed_work(item) \
	((void)cancel_delayed_work_sync(item))
#define cancel_rearming_delayed_workqueue(wq, item) \
	((void)(wq), (void)cancel_delayed_work_sync(item))

/* Is @work queued or running? A moment later that may be different. */
bool work_busy(struct work_struct *work);

/* Make the system queues. At start-up, once threads can be made. */
#ifndef MODULE /* whose own init may be called so */
void workqueue_init(void);
#endif

#endif

/* SPDX-License-Identifier: MIT */
/*
 * kthread.h - making and ending threads
 *
 * A thread runs fn(data) until that returns, or until somebody has asked it to
 * stop and it has noticed:
 *
 *	while (!kthread_should_stop()) { work; sleep; }
 *	return result;
 *
 * Its stack has a guard page below. Who ends by himself is freed by the thread
 * kthreadd; who is stopped, by who stops him, before kthread_stop() returns.
 */
#ifndef KERNEL_KTHREAD_H
#define KERNEL_KTHREAD_H

#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/sched.h>
#include <kernel/types.h>

/**
 * kthread_create - make a thread, not running yet
 * @fn, @data: what it does; its return value is kthread_stop()'s
 * @fmt, ...: its name, cut to 15 characters
 *
 * Wake it with wake_up_process(); bind it before, if at all.
 * Return: the task, or ERR_PTR(): -ENOMEM; -EAGAIN if there are TASK_LIMIT.
 * Never NULL.
 * Context: may sleep.
 */
struct task_struct *__printf(3, 4)
	kthread_create(int (*fn)(void *data), void *data, const char *fmt, ...);

/**
 * kthread_create_on_cpu - the same, bound to @cpu
 * @fmt: a name with one %u for the CPU
 */
struct task_struct *kthread_create_on_cpu(int (*fn)(void *data), void *data,
					  unsigned int cpu, const char *fmt);

/* Make a thread and wake it. Return: as kthread_create(). */
#define kthread_run(fn, data, ...)                             \
	({                                                     \
		struct task_struct *_task =                    \
			kthread_create(fn, data, __VA_ARGS__); \
		if (!IS_ERR(_task))                            \
			wake_up_process(_task);                \
		_task;                                         \
	})

/**
 * kthread_bind - let a thread run on @cpu only
 * Context: before it was first woken; anything else is a WARN, and refused.
 */
void kthread_bind(struct task_struct *task, unsigned int cpu);

/**
 * kthread_stop - ask a thread to end, wake it, and wait until it is gone
 *
 * A thread that was never woken ends without running. One that may have ended
 * by itself must be pinned with get_task_struct() by who wants to stop it; the
 * pin stays the caller's. A task that is not there, or that somebody else
 * stops already, is reported (bad-kthread).
 * Return: what its function returned; -EINTR if that was never called;
 * -ESRCH if refused.
 * Context: may sleep; not the thread itself.
 */
int kthread_stop(struct task_struct *task);

/**
 * kthread_join - wait until a thread that was woken has ended by itself
 * Return, Context: as kthread_stop(), but nobody asks the thread to end.
 */
int kthread_join(struct task_struct *task);

/* Has somebody asked the caller, a thread, to end? */
bool kthread_should_stop(void);

/* The @data of a thread. */
void *kthread_data(struct task_struct *task);

/**
 * kthread_exit - end the calling thread, as if its function returned @result
 * Context: process; holds nothing.
 */
void __noreturn kthread_exit(int result);

struct completion;
/**
 * kthread_complete_and_exit - tell @done, and end the calling thread
 * @done: may be NULL
 *
 * For a thread whose end somebody waits for who is going to take its code away,
 * as a module's exit is: nothing of that code runs after complete().
 */
void __noreturn kthread_complete_and_exit(struct completion *done, long code);
/* 2.5 .. 5.16, in linux/completion.h. */
#define complete_and_exit(done, code) kthread_complete_and_exit(done, code)

/*
 * For exceptions: may the thread that made it be ended where it stands? Not if
 * it is needed (init, idle), holds a lock or was interrupted: then the machine
 * has to stop.
 */
bool kthread_may_die(void);
/* End it; the result is -EFAULT. Context: on its own stack, interrupts on. */
void __noreturn kthread_die(void);

/* Wait until every thread that has ended so far is freed. May sleep. */
void kthread_flush(void);

/* Where the memory of a task comes from; set once at start-up by the floor that
 * has memory. */
struct kthread_memory {
	/* A zeroed task with its stack (@stack, @stack_bytes); NULL: none. May
	 * sleep. */
	struct task_struct *(*alloc)(void);
	/* May sleep. The task is on no list. */
	void (*free)(struct task_struct *task);
};

/**
 * kthread_init - threads can be made from now on
 * Context: boot CPU, once, after sched_init().
 */
void kthread_init(const struct kthread_memory *memory);

/* What a thread that ends while it works for a user calls first: it may sleep.
 * Set once at start-up. */
void kthread_set_mm_release(void (*release)(void));

/* Make the thread that frees the others: before any of them can end. */
void kthreadd_start(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * kthread.c - threads from their making to their end
 *
 * A thread that ends leaves its CPU for good in schedule(), in state TASK_DEAD.
 * Its stack is in use until the very end of that switch; so it is declared gone
 * by who runs next (thread_gone()), and its memory is freed by somebody who may
 * sleep: the one who stops it, or the thread kthreadd.
 *
 * A task is counted: once for the thread itself until it is gone, and once for
 * each get_task_struct(). When somebody stops the thread, its own count is left
 * to him, so that its memory is free when kthread_stop() returns.
 *
 * Locking: kthread_lock (irq-safe, rank THREAD) guards what passes between a
 * thread and who stops it, and the list of the dead. Waking is done under it:
 * else the one to be woken could see what it waits for, go on, and be freed.
 */
#include <kernel/bug.h>
#include <kernel/completion.h>
#include <kernel/export.h>
#include <kernel/kthread.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include "sched_internal.h"

/* Who waits in kthread_flush(). */
struct flusher {
	struct list_head link;
	struct task_struct *task;
};

static const struct kthread_memory *thread_memory;
static void (*mm_release)(void);
static struct task_struct *kthreadd_task;
static LIST_HEAD(dead_threads);
static LIST_HEAD(flushers);
static bool kthreadd_busy; /* with what it took off the list */
static spinlock_t kthread_lock = SPINLOCK_INIT("kthread", LOCK_THREAD);

/* --- the end --------------------------------------------------------------- */

/* Nobody knows @task any more. May sleep. */
static void thread_free(struct task_struct *task)
{
	task_table_del(task);
	task_context_exit(&task->context);
	thread_memory->free(task);
}

static bool thread_put(struct task_struct *task)
{
	return atomic_dec_and_test(&task->usage);
}

void put_task_struct(struct task_struct *task)
{
	unsigned long flags;

	if (!thread_put(task))
		return;
	flags = spin_lock_irqsave(&kthread_lock);
	list_add_tail(&task->kthread.dead_link, &dead_threads);
	wake_up_process(kthreadd_task);
	spin_unlock_irqrestore(&kthread_lock, flags);
}
EXPORT_SYMBOL(put_task_struct);

/* @task has left its stack for ever. Interrupts off, no lock held. */
static void thread_gone(struct task_struct *task)
{
	struct kthread_info *info = &task->kthread;
	unsigned long flags = spin_lock_irqsave(&kthread_lock);
	struct task_struct *waiter = info->waiter;

	info->gone = true;
	if (waiter)
		wake_up_process(waiter);
	spin_unlock_irqrestore(&kthread_lock, flags);
	if (!waiter)
		put_task_struct(task);
}

void kthread_set_mm_release(void (*release)(void))
{
	mm_release = release;
}

void kthread_exit(int result)
{
	if (current->mm)
		mm_release();
	current->kthread.result = result;
	current->flags |= PF_EXITING;
	sched_set_dead();
	schedule();
	BUG();
}
EXPORT_SYMBOL(kthread_exit);

void kthread_complete_and_exit(struct completion *done, long code)
{
	if (done)
		complete(done);
	kthread_exit((int)code);
}
EXPORT_SYMBOL(kthread_complete_and_exit);

bool kthread_may_die(void)
{
	return current->on_gone && current->pid != 1 && !preempt_count();
}

void kthread_die(void)
{
	/* If it has run off its stack, that was said. */
	*(unsigned long *)current->stack = STACK_END_MAGIC;
	pr_err("thread %s (%d) is ended\n", current->comm, current->pid);
	kthread_exit(-EFAULT);
}

/* --- the beginning --------------------------------------------------------- */

static void thread_main(void)
{
	struct kthread_info *info = &current->kthread;

	if (READ_ONCE(info->should_stop))
		kthread_exit(-EINTR);
	kthread_exit(info->fn(info->data));
}

static struct task_struct *__printf(3, 0)
	thread_create(int (*fn)(void *data), void *data, const char *fmt,
		      va_list args)
{
	struct task_struct *task = thread_memory->alloc();
	int err;

	if (!task)
		return ERR_PTR(-ENOMEM);
	vsnprintf(task->comm, sizeof(task->comm), fmt, args);
	task->kthread.fn = fn;
	task->kthread.data = data;
	/* If its stack is damaged before it begins. */
	task->kthread.result = -EFAULT;
	task->on_gone = thread_gone;
	sched_task_init(task, thread_main);
	err = task_table_add(task);
	if (!err)
		return task;
	task_context_exit(&task->context);
	thread_memory->free(task);
	return ERR_PTR(err);
}

struct task_struct *kthread_create(int (*fn)(void *data), void *data,
				   const char *fmt, ...)
{
	struct task_struct *task;
	va_list args;

	might_sleep_at("kthread_create", _RET_IP_);
	va_start(args, fmt);
	task = thread_create(fn, data, fmt, args);
	va_end(args);
	return task;
}
EXPORT_SYMBOL(kthread_create);

void kthread_bind(struct task_struct *task, unsigned int cpu)
{
	if (WARN_ON(cpu >= nr_cpu_ids) ||
	    WARN_ON(READ_ONCE(task->__state) != TASK_NEW))
		return;
	task->cpus_allowed = CPU_MASK_CPU(cpu);
	WRITE_ONCE(task->cpu, cpu);
}
EXPORT_SYMBOL(kthread_bind);

struct task_struct *kthread_create_on_cpu(int (*fn)(void *data), void *data,
					  unsigned int cpu, const char *fmt)
{
	struct task_struct *task = kthread_create(fn, data, fmt, cpu);

	if (!IS_ERR(task))
		kthread_bind(task, cpu);
	return task;
}
EXPORT_SYMBOL(kthread_create_on_cpu);

/* --- stopping -------------------------------------------------------------- */

bool kthread_should_stop(void)
{
	return READ_ONCE(current->kthread.should_stop);
}
EXPORT_SYMBOL(kthread_should_stop);

void *kthread_data(struct task_struct *task)
{
	return task->kthread.data;
}
EXPORT_SYMBOL(kthread_data);

enum stop { STOP_REFUSED, STOP_GONE, STOP_ASKED };

/* Tell @task who waits for its end, and with @ask that it shall end, unless it
 * has ended already. */
static enum stop stop_ask(struct task_struct *task, bool ask)
{
	unsigned long flags = spin_lock_irqsave(&kthread_lock);
	struct kthread_info *info = &task->kthread;
	enum stop answer = STOP_ASKED;

	if (task == current || !task_table_has(task) || info->waiter)
		answer = STOP_REFUSED;
	else if (info->gone)
		answer = STOP_GONE;
	if (answer == STOP_ASKED) {
		info->waiter = current;
		WRITE_ONCE(info->should_stop, ask);
	}
	if (answer == STOP_ASKED && ask)
		wake_up_process(task);
	spin_unlock_irqrestore(&kthread_lock, flags);
	return answer;
}

static bool thread_is_gone(struct task_struct *task)
{
	unsigned long flags = spin_lock_irqsave(&kthread_lock);
	bool gone = task->kthread.gone;

	spin_unlock_irqrestore(&kthread_lock, flags);
	return gone;
}

static void wait_until_gone(struct task_struct *task)
{
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (thread_is_gone(task))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}

static int thread_end(struct task_struct *task, bool ask, unsigned long site)
{
	const struct report_sites sites = { .at = site };
	int result;

	might_sleep_at(ask ? "kthread_stop" : "kthread_join", site);
	switch (stop_ask(task, ask)) {
	case STOP_REFUSED:
		mm_report("bad-kthread", &sites, "%s task=%p",
			  ask ? "stop" : "join", task);
		return -ESRCH;
	case STOP_GONE: return task->kthread.result;
	case STOP_ASKED: break;
	}
	wait_until_gone(task);
	result = task->kthread.result;
	if (thread_put(task))
		thread_free(task);
	return result;
}

int kthread_stop(struct task_struct *task)
{
	return thread_end(task, true, _RET_IP_);
}
EXPORT_SYMBOL(kthread_stop);

int kthread_join(struct task_struct *task)
{
	return thread_end(task, false, _RET_IP_);
}

/* --- kthreadd -------------------------------------------------------------- */

/* The next of the dead; NULL: there is none, and who waits for that is told. */
static struct task_struct *dead_take(void)
{
	unsigned long flags = spin_lock_irqsave(&kthread_lock);
	struct task_struct *task = NULL;
	struct flusher *flusher;

	kthreadd_busy = !list_empty(&dead_threads);
	if (kthreadd_busy) {
		task = list_first_entry(&dead_threads, struct task_struct,
					kthread.dead_link);
		list_del(&task->kthread.dead_link);
	} else {
		list_for_each_entry(flusher, &flushers, link)
			wake_up_process(flusher->task);
	}
	spin_unlock_irqrestore(&kthread_lock, flags);
	return task;
}

static int kthreadd(void *data)
{
	(void)data;
	for (;;) {
		struct task_struct *task;

		set_current_state(TASK_IDLE);
		task = dead_take();
		if (task) {
			__set_current_state(TASK_RUNNING);
			thread_free(task);
		} else {
			schedule();
		}
	}
	return 0;
}

/* Are all of the dead freed? If not, @flusher is woken when they are. */
static bool dead_are_gone(struct flusher *flusher)
{
	unsigned long flags = spin_lock_irqsave(&kthread_lock);
	bool gone = list_empty(&dead_threads) && !kthreadd_busy;

	list_del_init(&flusher->link);
	if (!gone)
		list_add(&flusher->link, &flushers);
	spin_unlock_irqrestore(&kthread_lock, flags);
	return gone;
}

void kthread_flush(void)
{
	struct flusher flusher = { LIST_HEAD_INIT(flusher.link), current };

	might_sleep();
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (dead_are_gone(&flusher))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}

void kthread_init(const struct kthread_memory *memory)
{
	thread_memory = memory;
}

void kthreadd_start(void)
{
	kthreadd_task = kthread_run(kthreadd, NULL, "kthreadd");
	if (IS_ERR(kthreadd_task))
		panic("no memory for the thread kthreadd");
}

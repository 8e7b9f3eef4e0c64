/* SPDX-License-Identifier: MIT */
/*
 * thread_memory.c - where a thread's memory comes from
 *
 * The record from a slab cache, the stack from the vmalloc window: so each stack has an
 * unmapped page below it (the guard behind the area before, or a hole), and
 * running off its end is noticed at once.
 */
#include <kernel/bug.h>
#include <kernel/kthread.h>
#include <kernel/thread.h>
#include <mm/show.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

static struct kmem_cache *task_cache;
static unsigned long nr_stacks; /* atomic */

/* For meminfo and vmstat; each CPU's idle task has a stack, too. */
static unsigned long stack_pages(void)
{
	unsigned long nr = READ_ONCE(nr_stacks) + nr_online_cpus;

	return nr * (THREAD_SIZE / PAGE_SIZE);
}

static void task_memory_free(struct task_struct *task)
{
	__atomic_sub_fetch(&nr_stacks, 1, __ATOMIC_RELAXED);
	vfree_stack(task->stack);
	kmem_cache_free(task_cache, task);
}

static struct task_struct *task_memory_alloc(void)
{
	struct task_struct *task = kmem_cache_zalloc(task_cache, GFP_KERNEL);

	if (!task)
		return NULL;
	task->stack = vmalloc_stack(THREAD_SIZE);
	if (!task->stack) {
		kmem_cache_free(task_cache, task);
		return NULL;
	}
	__atomic_add_fetch(&nr_stacks, 1, __ATOMIC_RELAXED);
	task->stack_bytes = THREAD_SIZE;
	return task;
}

static const struct kthread_memory memory = {
	.alloc = task_memory_alloc,
	.free = task_memory_free,
};

void threads_init(void)
{
	task_cache = kmem_cache_create(
		"task_struct", sizeof(struct task_struct), 0, SLAB_PANIC, NULL);
	mm_usage_register(MM_USAGE_KERNEL_STACK, stack_pages);
	sched_init();
	kthread_init(&memory);
}

void threads_run(int (*init)(void *data))
{
	struct task_struct *task = kthread_create(init, NULL, "init");

	if (IS_ERR(task))
		panic("no memory for the thread init");
	kthreadd_start();
	wake_up_process(task);
	sched_cpu_main();
}

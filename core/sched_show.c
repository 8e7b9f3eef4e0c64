/* SPDX-License-Identifier: MIT */
/* sched_show.c - where a task is that does not run. */
#include <kernel/bug.h>
#include <kernel/printk.h>
#include <kernel/sched.h>

#define MAX_CALLS 24u

void sched_show_task(struct task_struct *task)
{
	unsigned long pcs[MAX_CALLS];
	unsigned int i, n;

	pr_info("task %d (%s) on CPU %u, priority %u%s\n", task->pid,
		task->comm, task_cpu(task), task->prio,
		READ_ONCE(task->on_cpu) ? ", runs" : "");
	if (task == current) {
		dump_stack();
		return;
	}
	n = READ_ONCE(task->on_cpu) ?
		    0 :
		    task_context_backtrace(&task->context, pcs, MAX_CALLS);
	for (i = 0; i < n && pcs[i]; i++)
		pr_info(" [<%p>] %pS\n", (void *)pcs[i], (void *)pcs[i]);
}

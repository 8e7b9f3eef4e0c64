/* SPDX-License-Identifier: MIT */
/*
 * task.c - the table of all tasks, and their numbers
 *
 * A table of fixed size, for two reasons: core allocates nothing, and an
 * exception must be able to ask whose stack an address lies in, whatever was
 * interrupted. So readers need no lock: a slot is filled when the task is
 * whole and emptied before it goes, and the memory of a task stays readable.
 *
 * Idle tasks are not in the table; each CPU has its own.
 *
 * Locking: tasks_lock (irq-safe, rank TASKS) guards the table and the numbers.
 */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/math64.h>
#include <kernel/module_holding.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/tty.h>
#include <asm/page.h>
#include <asm/processor.h>
#include "sched_internal.h"

#define PID_MAX 32768 /* numbers wrap to the lowest free one, as on Linux */

struct task_struct init_task = {
	.preempt_count = PREEMPT_OFFSET,
	.flags = PF_KTHREAD | PF_IDLE,
	.usage = ATOMIC_INIT(1),
	.on_rq = TASK_ON_RQ,
	.on_cpu = true,
	.prio = IDLE_PRIO,
	.cpus_allowed = CPU_MASK_CPU(0),
	.cred = &init_cred,
	.signal = &init_signals,
	.comm = "swapper/0",
};
DEFINE_PER_CPU(struct task_struct *, current_task) = &init_task;
EXPORT_PER_CPU_SYMBOL(current_task);

static struct task_struct *task_table[TASK_LIMIT];
static unsigned int nr_in_table;
static unsigned int table_high; /* slots at and above were never used */
static unsigned long nr_made;
static int pid_last;
static spinlock_t tasks_lock = SPINLOCK_INIT("tasks", LOCK_TASKS);

/* --- the table ------------------------------------------------------------- */

static bool pid_in_use(int pid)
{
	unsigned int i;

	for (i = 0; i < table_high; i++) {
		if (task_table[i] && task_table[i]->pid == pid)
			return true;
	}
	return false;
}

/* The next number that nobody has: there are more than slots. Lock held. */
static int pid_take(void)
{
	do {
		if (++pid_last >= PID_MAX)
			pid_last = 1;
	} while (nr_made >= PID_MAX - 1 && pid_in_use(pid_last));
	return pid_last;
}

int task_table_add(struct task_struct *task)
{
	unsigned long flags = spin_lock_irqsave(&tasks_lock);
	unsigned int i;

	for (i = 0; i < TASK_LIMIT && task_table[i]; i++)
		;
	if (i < TASK_LIMIT) {
		task->pid = pid_take();
		task->slot = i + 1;
		nr_made++;
		nr_in_table++;
		__atomic_store_n(&task_table[i], task, __ATOMIC_RELEASE);
		if (i >= table_high)
			table_high = i + 1;
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return i < TASK_LIMIT ? 0 : -EAGAIN;
}

void task_table_del(struct task_struct *task)
{
	unsigned long flags = spin_lock_irqsave(&tasks_lock);

	WRITE_ONCE(task_table[task->slot - 1], NULL);
	task->slot = 0;
	nr_in_table--;
	spin_unlock_irqrestore(&tasks_lock, flags);
}

bool task_table_has(const struct task_struct *task)
{
	unsigned int i;

	for (i = 0; i < READ_ONCE(table_high); i++) {
		if (READ_ONCE(task_table[i]) == task)
			return true;
	}
	return false;
}

/* --- questions ------------------------------------------------------------- */

static bool in_stack_of(const struct task_struct *task, unsigned long addr)
{
	unsigned long start = (unsigned long)task->stack - PAGE_SIZE;

	return task->stack && addr - start < task->stack_bytes + PAGE_SIZE;
}

const struct task_struct *task_find_stack(unsigned long addr)
{
	const struct task_struct *task = current;
	unsigned int i, cpu;

	if (in_stack_of(task, addr))
		return task;
	for (i = 0; i < READ_ONCE(table_high); i++) {
		task = __atomic_load_n(&task_table[i], __ATOMIC_ACQUIRE);
		if (task && in_stack_of(task, addr))
			return task;
	}
	for_each_cpu(cpu, &sched_cpus) {
		task = cpu_rq(cpu)->idle;
		if (in_stack_of(task, addr))
			return task;
	}
	return NULL;
}

static char state_char(const struct task_struct *task)
{
	unsigned int state = READ_ONCE(task->__state);

	if (state & TASK_DEAD)
		return 'X';
	if (state & TASK_NOLOAD || is_idle_task(task))
		return 'I';
	if (state & (TASK_UNINTERRUPTIBLE | TASK_NEW))
		return 'D';
	return state & TASK_INTERRUPTIBLE ? 'S' : 'R';
}

static void info_fill(struct task_info *info, const struct task_struct *task)
{
	u32 per_ms = arch_cycles_per_ms();

	*info = (struct task_info){
		.pid = task->pid,
		.state = state_char(task),
		.cpu = task->cpu,
		.prio = task->prio,
		.on_cpu = task->on_cpu,
		.nr_switches = task->nr_switches,
		.sum_exec_ms = per_ms ? div_u64(task->sum_exec, per_ms) : 0,
		.wchan = task_is_runnable(task) ? 0 : task->wchan,
		.stack_bytes = task->stack_bytes,
	};
	strlcpy(info->comm, task->comm, sizeof(info->comm));
}

/* The task with the lowest number above @pid; lock held. */
static const struct task_struct *task_above(int pid)
{
	const struct task_struct *best = NULL;
	unsigned int i;

	for (i = 0; i < table_high; i++) {
		const struct task_struct *task = task_table[i];

		if (task && task->pid > pid && (!best || task->pid < best->pid))
			best = task;
	}
	return best;
}

bool task_info_next(struct task_info *info)
{
	const struct task_struct *task;
	unsigned long flags;

	if (info->pid <= 0) {
		unsigned int cpu = info->pid < 0 ? 0 : info->cpu + 1;

		if (cpu < nr_cpu_ids && cpumask_test_cpu(cpu, &sched_cpus)) {
			info_fill(info, cpu_rq(cpu)->idle);
			return true;
		}
	}
	flags = spin_lock_irqsave(&tasks_lock);
	task = task_above(info->pid < 0 ? 0 : info->pid);
	if (task)
		info_fill(info, task);
	spin_unlock_irqrestore(&tasks_lock, flags);
	return task;
}

struct task_struct *task_find_get(int pid)
{
	unsigned long flags = spin_lock_irqsave(&tasks_lock);
	struct task_struct *found = NULL;
	unsigned int i;

	for (i = 0; i < table_high && !found; i++) {
		if (task_table[i] && task_table[i]->pid == pid &&
		    atomic_inc_not_zero(&task_table[i]->usage))
			found = task_table[i];
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return found;
}

unsigned long nr_tasks(void)
{
	return READ_ONCE(nr_in_table);
}

unsigned long total_forks(void)
{
	return READ_ONCE(nr_made);
}

int last_pid(void)
{
	return READ_ONCE(pid_last);
}

/* What a thread was told to do says whose it is. */
static void threads_find(struct module_search *search, const char *kind)
{
	unsigned long flags = spin_lock_irqsave(&tasks_lock);
	unsigned int i;

	for (i = 0; i < table_high; i++) {
		const struct task_struct *task = task_table[i];

		if (task && !task->kthread.gone &&
		    module_search_has(search, task->kthread.fn))
			module_holding_found(search, kind, task,
					     task->kthread.fn);
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
}
MODULE_HOLDING(threads, "kthread", threads_find);

/* SPDX-License-Identifier: MIT */
/*
 * break_in.c - what a machine says of itself when it is asked by key
 *
 * The CPUs come first: this one, which the key interrupted, and then each other
 * one, which is made to say where it is by an NMI, so also when its interrupts
 * are off. They talk one after the other. Then the sections of all who have
 * something to add.
 *
 * Locking: none. Everything may be in the middle of something.
 */
#include <kernel/break_in.h>
#include <kernel/bug.h>
#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/smp.h>
#include <kernel/time.h>
#include <asm/processor.h>
#include <asm/smp.h>

/* A CPU prints some twenty lines. */
#define TALK_MS 1000u

/* Until @cpu has had its say; time goes on without the timer. */
static void let_talk(unsigned int cpu)
{
	u64 limit = (u64)arch_cycles_per_ms() * TALK_MS;
	u64 start = read_cycles();

	while (arch_is_asked_where(cpu)) {
		if (read_cycles() - start > limit) {
			pr_emerg("CPU%u does not even answer an NMI\n", cpu);
			return;
		}
		smp_relax();
	}
}

/* The record of a task that ends just now may tell nonsense, and no more. */
static void show_task(unsigned int cpu)
{
	const struct task_struct *task = READ_ONCE(per_cpu(current_task, cpu));

	pr_emerg("CPU%u runs %.*s, pid %d\n", cpu, TASK_COMM_LEN, task->comm,
		 task->pid);
}

static void show_other(unsigned int cpu)
{
	show_task(cpu);
	if (arch_ask_where(cpu))
		let_talk(cpu);
	else
		pr_emerg("CPU%u cannot be asked\n", cpu);
}

void break_in(void)
{
	const struct break_in_section *const *pos;
	unsigned int cpu, me = smp_processor_id();

	pr_emerg("---[ break-in: up %llu s, %u of %u CPUs online ]---\n",
		 div_u64(time_ns(), 1000000000u), num_online_cpus(),
		 nr_cpu_ids);
	show_task(me);
	dump_stack();
	for_each_online_cpu(cpu)
		if (cpu != me)
			show_other(cpu);
	for_each_section_entry(pos, break_ins)
		(*pos)->show();
	pr_emerg("---[ end of break-in ]---\n");
}

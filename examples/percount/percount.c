/* SPDX-License-Identifier: MIT */
/*
 * percount.c - a counter that CPUs do not fight for
 *
 * Each CPU has a counter of its own and adds to it without lock or atomic
 * operation. Who wants the sum adds them up; he may see some of them a moment
 * earlier than others, which is good enough for statistics.
 *
 * Reading /proc/percount counts once on every CPU, and shows both counters: the
 * one that lies in the module, and the one that was allocated.
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/smp.h>

static DEFINE_PER_CPU(unsigned long, calls);
static unsigned long __percpu *bytes;

/* On each CPU, with interrupts off. */
static void count_here(void *arg)
{
	this_cpu_inc(calls);
	this_cpu_add(*bytes, 100);
}

static int percount_show(struct seq_file *m, void *v)
{
	unsigned long all_calls = 0, all_bytes = 0;
	unsigned int cpu;

	on_each_cpu(count_here, NULL, 1);
	for_each_online_cpu(cpu) {
		seq_printf(m, "cpu%u: calls %lu bytes %lu\n", cpu,
			   per_cpu(calls, cpu), *per_cpu_ptr(bytes, cpu));
		all_calls += per_cpu(calls, cpu);
		all_bytes += *per_cpu_ptr(bytes, cpu);
	}
	seq_printf(m, "all: calls %lu bytes %lu\n", all_calls, all_bytes);
	return 0;
}

static int __init percount_init(void)
{
	bytes = alloc_percpu(unsigned long);
	if (!bytes)
		return -ENOMEM;
	if (!proc_create_single("percount", 0444, NULL, percount_show)) {
		free_percpu(bytes);
		return -ENOMEM;
	}
	return 0;
}

static void __exit percount_exit(void)
{
	remove_proc_entry("percount", NULL);
	free_percpu(bytes);
}

module_init(percount_init);
module_exit(percount_exit);
MODULE_DESCRIPTION("counters of each CPU's own");
MODULE_LICENSE("Dual MIT/GPL");

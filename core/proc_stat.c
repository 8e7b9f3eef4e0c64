/* SPDX-License-Identifier: MIT */
/*
 * proc_stat.c - stat, loadavg and uptime below /proc
 *
 * In the formats of Linux 6.1: vmstat(8), uptime(1) and monitoring parse them.
 * Time is in ticks of 1/100 second. Columns and lines of things that do not
 * exist here (user programs, soft interrupts, tasks that are forked) read 0.
 *
 * The kernel is one thread of execution: when a file is read, its reader is
 * the one task there is, and it runs.
 *
 * Locking: none; a file may mix two moments, as on Linux.
 */
#include <kernel/cpu_time.h>
#include <kernel/irq.h>
#include <kernel/math64.h>
#include <kernel/percpu.h>
#include <kernel/seq_file.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <asm/processor.h>

static_assert(HZ == 100, "the files count in 1/100 second");

#define NR_TASKS 1ul
#define NR_TASKS_RUNNING 1ul
/* hi, timer, net_tx, net_rx, block, irq_poll, tasklet, sched, hrtimer, rcu */
#define NR_SOFT_INTERRUPTS 10u
#define NS_PER_CENTISECOND 10000000u

/* user nice system idle iowait irq softirq steal guest guest_nice; a tick never
 * meets a handler, since those run with interrupts off. */
static void stat_cpu(struct seq_file *m, unsigned long system,
		     unsigned long idle, unsigned long iowait)
{
	seq_printf(m, " 0 0 %lu %lu %lu 0 0 0 0 0\n", system, idle, iowait);
}

static void stat_interrupts(struct seq_file *m)
{
	unsigned int irq;
	u64 sum = 0;

	for (irq = 0; irq < NR_IRQS; irq++)
		sum += irq_count(irq);
	seq_printf(m, "intr %llu", sum);
	for (irq = 0; irq < NR_IRQS; irq++)
		seq_printf(m, " %lu", irq_count(irq));
	seq_putc(m, '\n');
}

static void stat_soft_interrupts(struct seq_file *m)
{
	unsigned int i;

	seq_puts(m, "softirq 0");
	for (i = 0; i < NR_SOFT_INTERRUPTS; i++)
		seq_puts(m, " 0");
	seq_putc(m, '\n');
}

static void stat_show(struct seq_file *m)
{
	unsigned int cpu;

	/* The sum has two blanks behind its name: Linux pads it to "cpuN". */
	seq_puts(m, "cpu ");
	stat_cpu(m, cpu_time_sum(CPU_TIME_SYSTEM), cpu_time_sum(CPU_TIME_IDLE),
		 cpu_time_sum(CPU_TIME_IOWAIT));
	for_each_online_cpu(cpu) {
		seq_printf(m, "cpu%u", cpu);
		stat_cpu(m, cpu_time_ticks(cpu, CPU_TIME_SYSTEM),
			 cpu_time_ticks(cpu, CPU_TIME_IDLE),
			 cpu_time_ticks(cpu, CPU_TIME_IOWAIT));
	}
	stat_interrupts(m);
	seq_printf(m,
		   "ctxt 0\n"
		   "btime %llu\n"
		   "processes 0\n"
		   "procs_running %lu\n"
		   "procs_blocked 0\n",
		   arch_boot_time(), NR_TASKS_RUNNING);
	stat_soft_interrupts(m);
}
PROC_FILE(stat, "stat", stat_show);

/* Means with two decimals, rounded; tasks that run and all; the last number
 * given to a task. */
static void loadavg_show(struct seq_file *m)
{
	unsigned long load[NR_LOADS];
	unsigned int i;

	load_read(load);
	for (i = 0; i < NR_LOADS; i++) {
		unsigned long rounded = load[i] + LOAD_ONE / 200;

		seq_printf(m, "%lu.%02lu ", rounded >> LOAD_SHIFT,
			   ((rounded & (LOAD_ONE - 1)) * 100) >> LOAD_SHIFT);
	}
	seq_printf(m, "%lu/%lu 0\n", NR_TASKS_RUNNING, NR_TASKS);
}
PROC_FILE(loadavg, "loadavg", loadavg_show);

static void uptime_show(struct seq_file *m)
{
	unsigned long idle = cpu_time_sum(CPU_TIME_IDLE);
	u64 up = div_u64(time_ns(), NS_PER_CENTISECOND);
	u32 rest;
	u64 seconds = div_u64_rem(up, 100, &rest);

	seq_printf(m, "%llu.%02u %lu.%02lu\n", seconds, rest, idle / 100,
		   idle % 100);
}
PROC_FILE(uptime, "uptime", uptime_show);

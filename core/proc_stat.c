/* SPDX-License-Identifier: MIT */
/*
 * proc_stat.c - stat, loadavg and uptime below /proc
 *
 * In the formats of Linux 6.1: vmstat(8), uptime(1) and monitoring parse them.
 * Time is in ticks of 1/100 second. Columns of things that do not exist here
 * (user programs) read 0.
 *
 * Locking: none; a file may mix two moments, as on Linux. The lines of the CPUs
 * are of one, so that their sum is what the first line says.
 */
#include <kernel/cpu_time.h>
#include <kernel/irq.h>
#include <kernel/math64.h>
#include <kernel/percpu.h>
#include <kernel/sched.h>
#include <kernel/seq_file.h>
#include <kernel/softirq.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <asm/processor.h>

static_assert(HZ == 100, "the files count in 1/100 second");

#define NS_PER_CENTISECOND 10000000u

/* user nice system idle iowait irq softirq steal guest guest_nice; a tick never
 * meets a handler, since those run with interrupts off. */
static void stat_cpu(struct seq_file *m, const u32 times[NR_CPU_TIMES])
{
	seq_printf(m, " 0 0 %u %u %u 0 %u 0 0 0\n", times[CPU_TIME_SYSTEM],
		   times[CPU_TIME_IDLE], times[CPU_TIME_IOWAIT],
		   times[CPU_TIME_SOFTIRQ]);
}

/* The sum of all CPUs, and each of them. */
static void stat_cpus(struct seq_file *m)
{
	u32 times[CONFIG_NR_CPUS][NR_CPU_TIMES] = { { 0 } };
	u32 sum[NR_CPU_TIMES] = { 0 };
	unsigned int cpu, i;

	for_each_online_cpu(cpu) {
		for (i = 0; i < NR_CPU_TIMES; i++) {
			times[cpu][i] = (u32)cpu_time_ticks(cpu, i);
			sum[i] += times[cpu][i];
		}
	}
	/* Two blanks behind its name: Linux pads it to "cpuN". */
	seq_puts(m, "cpu ");
	stat_cpu(m, sum);
	for_each_online_cpu(cpu) {
		seq_printf(m, "cpu%u", cpu);
		stat_cpu(m, times[cpu]);
	}
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
	unsigned long counts[NR_SOFTIRQS] = { 0 }, sum = 0;
	unsigned int cpu, i;

	for_each_online_cpu(cpu) {
		for (i = 0; i < NR_SOFTIRQS; i++)
			counts[i] += softirq_count(cpu, i);
	}
	for (i = 0; i < NR_SOFTIRQS; i++)
		sum += counts[i];
	seq_printf(m, "softirq %lu", sum);
	for (i = 0; i < NR_SOFTIRQS; i++)
		seq_printf(m, " %lu", counts[i]);
	seq_putc(m, '\n');
}

static void stat_show(struct seq_file *m)
{
	stat_cpus(m);
	stat_interrupts(m);
	seq_printf(m,
		   "ctxt %llu\n"
		   "btime %llu\n"
		   "processes %lu\n"
		   "procs_running %lu\n"
		   "procs_blocked %lu\n",
		   nr_context_switches(), arch_boot_time(), total_forks(),
		   nr_running(), nr_iowait());
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
	seq_printf(m, "%lu/%lu %d\n", nr_running(), nr_tasks(), last_pid());
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

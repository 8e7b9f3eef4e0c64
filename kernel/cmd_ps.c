/* SPDX-License-Identifier: MIT */
/* cmd_ps.c - the command ps: what threads there are, and what they wait for. */
#include <kernel/command.h>
#include <kernel/math64.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/sched.h>

static void ps_line(const struct task_info *info)
{
	u32 ms;
	u64 seconds = div_u64_rem(info->sum_exec_ms, 1000, &ms);

	console_printf("%5d %-15s %c %3u %3u %6llu.%03u %9lu ", info->pid,
		       info->comm, info->state, info->cpu, info->prio, seconds,
		       ms, info->nr_switches);
	if (info->wchan)
		console_printf("%pS\n", (void *)info->wchan);
	else
		console_printf("%s\n", info->on_cpu ? "(runs)" : "(ready)");
}

/* All CPUs' idle threads have pid 0. */
static int ps_idle_calls(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		sched_show_task(idle_task_of(cpu));
	return 0;
}

/* Where one thread is. */
static int ps_calls(const char *number)
{
	struct task_struct *task = NULL;
	int pid = -1;

	if (!kstrtoint(number, 10, &pid))
		task = task_find_get(pid);
	if (!pid)
		return ps_idle_calls();
	if (!task) {
		console_printf("ps: %.20s: no such thread\n", number);
		return 1;
	}
	sched_show_task(task);
	put_task_struct(task);
	return 0;
}

static int cmd_ps(int argc, char **argv)
{
	struct task_info info = { .pid = -1 };

	if (argc == 2)
		return ps_calls(argv[1]);
	if (argc != 1)
		return command_usage("ps");
	console_printf("  PID NAME            S CPU PRI       TIME  SWITCHES "
		       "SLEEPS IN\n");
	while (task_info_next(&info))
		ps_line(&info);
	return 0;
}
CONSOLE_COMMAND(ps, "[PID]", "threads: CPU, priority, time; or one's calls",
		cmd_ps);

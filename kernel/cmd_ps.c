/* SPDX-License-Identifier: MIT */
/* cmd_ps.c - the command ps: what threads there are, and what they wait for. */
#include <kernel/command.h>
#include <kernel/math64.h>
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

static int cmd_ps(int argc, char **argv)
{
	struct task_info info = { .pid = -1 };

	(void)argv;
	if (argc != 1)
		return command_usage("ps");
	console_printf("  PID NAME            S CPU PRI       TIME  SWITCHES "
		       "SLEEPS IN\n");
	while (task_info_next(&info))
		ps_line(&info);
	return 0;
}
CONSOLE_COMMAND(ps, "", "threads: state, CPU, priority, time used, where",
		cmd_ps);

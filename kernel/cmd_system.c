/* SPDX-License-Identifier: MIT */
/* cmd_system.c - console commands about the system: help, log, tests, end. */
#include <kernel/bench.h>
#include <kernel/bug.h>
#include <kernel/command.h>
#include <kernel/ktest.h>
#include <kernel/param.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/seq_file.h>
#include <kernel/shell.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <kernel/suites.h>
#include <kernel/util.h>
#include <mm/reclaim.h>
#include <asm/processor.h>

#include "cmd_internal.h"

/* --- help --------------------------------------------------------------- */

/* The command whose name comes next behind @last; NULL: there is none. */
static const struct console_command *command_behind(const char *last)
{
	const struct console_command *const *pos, *next = NULL;

	for_each_section_entry(pos, console_commands) {
		if (strcmp((*pos)->name, last) > 0 &&
		    (!next || strcmp((*pos)->name, next->name) < 0))
			next = *pos;
	}
	return next;
}

/* The same for words of the boot command line. */
static const struct boot_param *param_behind(const char *last)
{
	const struct boot_param *const *pos, *next = NULL;

	for_each_section_entry(pos, kernel_params) {
		if (strcmp((*pos)->name, last) > 0 &&
		    (!next || strcmp((*pos)->name, next->name) < 0))
			next = *pos;
	}
	return next;
}

static int help_boot(void)
{
	const struct boot_param *param = param_behind("");

	for (; param; param = param_behind(param->name))
		console_printf("%-16s %s\n", param->name, param->help);
	return 0;
}

static int help_all(void)
{
	const struct console_command *c = command_behind("");

	for (; c; c = command_behind(c->name))
		console_printf("%-10s %s\n", c->name, c->help);
	console_printf("'help COMMAND' shows its words, 'help boot' the words "
		       "of the kernel command line\n");
	return 0;
}

static int help_one(const char *name)
{
	const struct console_command *const *pos;

	for_each_section_entry(pos, console_commands) {
		if (strcmp((*pos)->name, name))
			continue;
		console_printf("%s %s\n    %s\n", (*pos)->name, (*pos)->usage,
			       (*pos)->help);
		return 0;
	}
	console_printf("help: %.40s: no such command\n", name);
	return 1;
}

static int cmd_help(int argc, char **argv)
{
	if (argc == 1)
		return help_all();
	if (argc != 2)
		return command_usage("help");
	return strcmp(argv[1], "boot") ? help_one(argv[1]) : help_boot();
}
CONSOLE_COMMAND_WORDS(help, "[COMMAND | boot]", "list commands, or explain one",
		      cmd_help, command_name_candidate);

/* --- the log ------------------------------------------------------------ */

static int cmd_dmesg(int argc, char **argv)
{
	char line[600];
	u64 cursor = 0;
	size_t len;

	(void)argv;
	if (argc != 1)
		return command_usage("dmesg");
	while ((len = log_read(&cursor, line, sizeof(line))))
		console_write(line, len);
	return 0;
}
CONSOLE_COMMAND(dmesg, "", "show the kernel log", cmd_dmesg);

/* --- tests -------------------------------------------------------------- */

/* Who asks for a test that cannot be run is told why. */
static bool suites_are_gone(void)
{
	const struct ktest_suite *const *pos;

	for_each_section_entry(pos, ktest_suites)
		return false;
	if (suites_gone.bytes)
		console_printf("selftest: the suites were given back at boot,"
			       " %lu KiB; suites=keep keeps them\n",
			       suites_gone.bytes >> 10);
	else
		console_printf("selftest: this is the small image, which has"
			       " no suites\n");
	shell_note_failures(1);
	return true;
}

int selftest_command(const char *glob)
{
	struct ktest_totals totals;
	int failed;

	if (suites_are_gone())
		return 1;
	/* Suites count free pages; those about kswapd let it go on. */
	kswapd_park(&live_reclaim);
	ktest_run(glob, &totals);
	kswapd_unpark(&live_reclaim);
	failed = totals.failed != 0;
	if (!totals.passed && !totals.failed && !totals.skipped &&
	    !signal_pending(current)) {
		console_printf("selftest: no test matches '%.60s'\n", glob);
		failed = 1;
	}
	shell_note_failures(failed);
	return failed;
}

static int cmd_selftest(int argc, char **argv)
{
	const char *glob = argc > 1 ? argv[1] : "*";

	if (argc > 2)
		return command_usage("selftest");
	if (!strcmp(glob, "-l")) {
		if (suites_are_gone())
			return 1;
		ktest_list();
		return 0;
	}
	return selftest_command(glob);
}

static const char *suite_candidate(const char *word, unsigned int i)
{
	const struct ktest_suite *const *pos;

	(void)word;
	for_each_section_entry(pos, ktest_suites) {
		if (!i--)
			return (*pos)->name;
	}
	return NULL;
}
CONSOLE_COMMAND_WORDS(selftest, "[GLOB,-GLOB... | -l]",
		      "run self-tests, or list them", cmd_selftest,
		      suite_candidate);

static int cmd_bench(int argc, char **argv)
{
	int failed;

	if (argc > 2)
		return command_usage("bench");
	failed = bench_run(argc > 1 ? argv[1] : "*");
	shell_note_failures(failed);
	return failed;
}
CONSOLE_COMMAND(bench, "[GLOB]",
		"cycles an operation takes (exact only "
		"with tools/vm --icount)",
		cmd_bench);

/* --- the end ------------------------------------------------------------ */

static int cmd_poweroff(int argc, char **argv)
{
	(void)argv;
	if (argc != 1)
		return command_usage("poweroff");
	pr_info("Power down.\n");
	machine_end_judged();
}
CONSOLE_COMMAND(poweroff, "", "end the machine", cmd_poweroff);

static int cmd_reboot(int argc, char **argv)
{
	(void)argv;
	if (argc != 1)
		return command_usage("reboot");
	pr_info("Restarting system.\n");
	arch_machine_end(MACHINE_REBOOT);
}
CONSOLE_COMMAND(reboot, "", "restart the machine", cmd_reboot);

static void version_show(struct seq_file *m)
{
	seq_printf(m, "Pagewright version %s (%s) %s\n", PAGEWRIGHT_VERSION,
		   __VERSION__, CONFIG_MM_DEBUG ? "debug" : "product");
}
PROC_FILE(version, "version", version_show);

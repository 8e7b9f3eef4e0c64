/* SPDX-License-Identifier: MIT */
/* cmd_system.c - console commands about the system: files, log, tests, end. */
#include <kernel/bench.h>
#include <kernel/bug.h>
#include <kernel/command.h>
#include <kernel/ktest.h>
#include <kernel/param.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/shell.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/reclaim.h>
#include <asm/processor.h>

#include "cmd_internal.h"

/* A sink that shows its text on the consoles. */
static void sink_flush(struct seq_file *m)
{
	console_write(m->buf, m->count);
}

void console_show(void (*show)(struct seq_file *m, unsigned long arg),
		  unsigned long arg)
{
	char buf[256];
	struct seq_file m = { .buf = buf,
			      .size = sizeof(buf),
			      .flush = sink_flush };

	show(&m, arg);
	seq_flush(&m);
}

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

/* NAME =VALUE: TEXT, or [=VALUE] where it may be left out, or nothing where there
 * is none; whoever wrote the text may have begun it with NAME= or with the value
 * alone. */
static void help_param(const struct boot_param *param)
{
	const char *text = param->help;
	size_t len = strlen(param->name);

	if (!strncmp(text, param->name, len) && text[len] == '=')
		text += len;
	if (*text == '=' || *text == ':' || !strncmp(text, "[=", 2))
		console_printf("%-16s %s\n", param->name, text);
	else
		console_printf("%-16s =%s\n", param->name, text);
}

static int help_boot(void)
{
	const struct boot_param *param = param_behind("");

	for (; param; param = param_behind(param->name))
		help_param(param);
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
CONSOLE_COMMAND(help, "[COMMAND | boot]", "list commands, or explain one",
		cmd_help);

/* --- files -------------------------------------------------------------- */

static void show_file(struct seq_file *m, unsigned long arg)
{
	((const struct proc_file *)arg)->show(m);
}

/* The file behind "/proc/NAME"; one line if there is none. */
static const struct proc_file *file_by_path(const char *command,
					    const char *path)
{
	const struct proc_file *file = NULL;

	if (!strncmp(path, "/proc/", 6))
		file = proc_file_find(path + 6);
	if (file)
		return file;
	if (proc_file_find(path))
		console_printf("%s: %.80s: no such file; there is /proc/%s\n",
			       command, path, path);
	else
		console_printf("%s: %.80s: no such file\n", command, path);
	return NULL;
}

static int cmd_cat(int argc, char **argv)
{
	int i, failed = 0;

	if (argc < 2)
		return command_usage("cat");
	for (i = 1; i < argc; i++) {
		const struct proc_file *file = file_by_path("cat", argv[i]);

		if (file)
			console_show(show_file, (unsigned long)file);
		else
			failed = 1;
	}
	return failed;
}
CONSOLE_COMMAND(cat, "/proc/FILE ...", "show files", cmd_cat);

static int cmd_ls(int argc, char **argv)
{
	const struct proc_file *const *pos;

	if (argc > 2)
		return command_usage("ls");
	if (argc == 2 && strcmp(argv[1], "/proc") && strcmp(argv[1], "/proc/"))
		return file_by_path("ls", argv[1]) ? 0 : 1;
	for_each_section_entry(pos, proc_files)
		console_printf("/proc/%s\n", (*pos)->name);
	return 0;
}
CONSOLE_COMMAND(ls, "[/proc]", "list the files there are", cmd_ls);

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

static int cmd_echo(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		console_printf("%s%s", i > 1 ? " " : "", argv[i]);
	console_printf("\n");
	return 0;
}

/* Longer than any text that a file of /proc takes. */
#define ECHO_BYTES 256

static int cmd_echo_into(int argc, char **argv, const char *path)
{
	const struct proc_file *file = file_by_path("echo", path);
	char text[ECHO_BYTES];
	struct proc_write w;
	int i, len = 0, err;

	if (!file)
		return 1;
	for (i = 1; i < argc; i++)
		len += scnprintf(text + len, sizeof(text) - (size_t)len, "%s%s",
				 i > 1 ? " " : "", argv[i]);
	if (len + 2 > ECHO_BYTES) {
		console_printf("echo: more than %d characters\n",
			       ECHO_BYTES - 2);
		return 1;
	}
	strscpy(text + len, "\n", sizeof(text) - (size_t)len);
	err = proc_file_write(file, text, &w);
	if (err)
		console_printf("echo: %s: %s (error %d)\n", path, w.why, -err);
	return err != 0;
}
CONSOLE_COMMAND_INTO(echo, "WORD ... [> /proc/FILE]",
		     "print words, or write them into a file", cmd_echo,
		     cmd_echo_into);

/* --- tests -------------------------------------------------------------- */

int selftest_command(const char *glob)
{
	struct ktest_totals totals;
	int failed;

	/* Suites count free pages; those about kswapd let it go on. */
	kswapd_park(&live_reclaim);
	ktest_run(glob, &totals);
	kswapd_unpark(&live_reclaim);
	failed = totals.failed != 0;
	if (!totals.passed && !totals.failed && !totals.skipped) {
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
		ktest_list();
		return 0;
	}
	return selftest_command(glob);
}
CONSOLE_COMMAND(selftest, "[GLOB,-GLOB... | -l]",
		"run self-tests, or list them", cmd_selftest);

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

/* SPDX-License-Identifier: MIT */
/*
 * boot_words.c - words of the command line that run something and then end
 * the machine: selftest=, bench=, soak=, run=, provoke=
 *
 * provoke= brings about each way in which a run can end, so that the judge of
 * runs (tools/vm) can itself be tested.
 */
#include <kernel/bug.h>
#include <kernel/command.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/param.h>
#include <kernel/printk.h>
#include <kernel/parse.h>
#include <kernel/shell.h>
#include <kernel/smp.h>
#include <kernel/soak.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <asm/irqflags.h>
#include <asm/processor.h>

#include <kernel/bench.h>
#include "suites_keep.h"

#define RUN_BYTES 1024u

static const char *selftest_glob;
static const char *bench_glob;
static unsigned int soak_seconds; /* 0: not asked for */
static const char *provoke_what;
static bool run_asked;
static char selftest_text[512], bench_text[64], run_text[RUN_BYTES];
static char provoke_text[16];

static int glob_set(char *text, size_t size, const char **glob,
		    const char *value)
{
	if (strscpy(text, value && *value ? value : "*", size) < 0)
		return -EINVAL;
	*glob = text;
	return 0;
}

static int selftest_set(const char *value)
{
	return glob_set(selftest_text, sizeof(selftest_text), &selftest_glob,
			value);
}
KERNEL_PARAM(selftest, "selftest", selftest_set,
	     "[=GLOBS]: run self-tests, then end the machine");

static int bench_set(const char *value)
{
	return glob_set(bench_text, sizeof(bench_text), &bench_glob, value);
}
KERNEL_PARAM(bench, "bench", bench_set,
	     "[=GLOB]: run benchmarks, then end the machine");

static int soak_set(const char *value)
{
	unsigned int seconds = SOAK_SECONDS;

	if (value && (kstrtouint(value, 10, &seconds) || !seconds ||
		      seconds > SOAK_MAX_SECONDS))
		return -EINVAL;
	soak_seconds = seconds;
	return 0;
}
KERNEL_PARAM(soak, "soak", soak_set,
	     "[=SECONDS]: load all allocators, then end the machine");

static int run_set(const char *value)
{
	if (!value || !*value || strscpy(run_text, value, sizeof(run_text)) < 0)
		return -EINVAL;
	run_asked = true;
	return 0;
}
KERNEL_PARAM(run, "run", run_set,
	     "=\"cmd; cmd\": run console commands, then end the machine");

static int provoke_set(const char *value)
{
	static const char *const known[] = { "pass",   "fail", "panic",
					     "panics", "hang", "triple" };
	unsigned int i;

	for (i = 0; value && i < ARRAY_SIZE(known); i++) {
		if (!strcmp(value, known[i])) {
			strlcpy(provoke_text, value, sizeof(provoke_text));
			provoke_what = provoke_text;
			return 0;
		}
	}
	return -EINVAL;
}
KERNEL_PARAM(provoke, "provoke", provoke_set,
	     "=pass|fail|panic|panics|hang|triple: end the machine that way");

static void panic_here(void *arg)
{
	(void)arg;
	panic("provoked on every CPU at once");
}

static void __noreturn provoke(void)
{
	if (!strcmp(provoke_what, "fail"))
		arch_machine_end(MACHINE_FAIL);
	if (!strcmp(provoke_what, "panic"))
		panic("provoked by the command line");
	if (!strcmp(provoke_what, "panics"))
		on_each_cpu(panic_here, NULL, false);
	if (!strcmp(provoke_what, "triple"))
		arch_triple_fault();
	if (!strcmp(provoke_what, "hang")) {
		local_irq_disable();
		for (;;)
			cpu_relax();
	}
	arch_machine_end(MACHINE_PASS);
}

bool boot_words_want_suites(void)
{
	return selftest_glob || strstr(run_text, "selftest");
}

void boot_words_run(void)
{
	if (provoke_what)
		provoke();
	if (!selftest_glob && !bench_glob && !soak_seconds && !run_asked)
		return;
	if (selftest_glob)
		selftest_command(selftest_glob);
	if (bench_glob)
		shell_note_failures(bench_run(bench_glob));
	if (soak_seconds)
		shell_note_failures(soak_run(soak_seconds));
	if (run_asked)
		shell_note_failures(command_run_line(run_text));
	machine_end_judged();
}

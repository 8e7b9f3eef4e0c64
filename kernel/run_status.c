/* SPDX-License-Identifier: MIT */
/* run_status.c - did anything fail since boot? What a run's end tells. */
#include <kernel/bug.h>
#include <kernel/printk.h>
#include <kernel/shell.h>
#include <asm/processor.h>

/* Tests and benchmarks that failed, and commands of run=; a mistyped command
 * of a person is no failure. */
static unsigned int nr_failures;

void shell_note_failures(int nr_failed)
{
	nr_failures += (unsigned int)nr_failed;
}

void machine_end_judged(void)
{
	if (reports_unexpected()) {
		pr_err("run: %lu unexpected reports\n", reports_unexpected());
		nr_failures++;
	}
	arch_machine_end(nr_failures ? MACHINE_FAIL : MACHINE_PASS);
}

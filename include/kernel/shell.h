/* SPDX-License-Identifier: MIT */
/* shell.h - the interactive console, and how a run is ended. */
#ifndef KERNEL_SHELL_H
#define KERNEL_SHELL_H

#include <kernel/types.h>

/**
 * selftest_command - run the suites that match @glob, and say so if none does
 * Return: 0, or 1 if a case failed or none matched. Context: may sleep.
 */
int selftest_command(const char *glob);

/**
 * console_sit - the calling task is at the console from now on
 *
 * Its commands have `current->signal->tty`: device 5:1, as /dev/console.
 * Context: process.
 */
void console_sit(void);

/**
 * console_loop - read and run lines until the end of input
 *
 * Ctrl-D on an empty line is the end of input. Context: process.
 */
void console_loop(void);

/* Something failed that a run's exit status shall tell. Context: process. */
void shell_note_failures(int nr_failed);

/* End the machine: PASS, or FAIL if a failure was noted or an unexpected
 * report was made since boot. Context: any. */
void __noreturn machine_end_judged(void);

/**
 * boot_words_run - do what selftest=, bench=, run= and provoke= asked for
 *
 * In this order; then the machine ends with a status if any of them was there.
 * Return: only if none was.
 */
void boot_words_run(void);

#endif

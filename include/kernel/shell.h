/* SPDX-License-Identifier: MIT */
/* shell.h - the interactive console, and how a run is ended. */
#ifndef KERNEL_SHELL_H
#define KERNEL_SHELL_H

#include <kernel/types.h>

/**
 * console_loop - read and run lines until the end of input
 *
 * Ctrl-D on an empty line is the end of input. Context: process.
 */
void console_loop(void);

/**
 * boot_words_run - do what selftest=, bench=, run= and provoke= asked for
 *
 * In this order; then the machine ends with a status if any of them was there.
 * Return: only if none was.
 */
void boot_words_run(void);

#endif

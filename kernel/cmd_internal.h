/* SPDX-License-Identifier: MIT */
/* cmd_internal.h - between the files of console commands. */
#ifndef KERNEL_CMD_INTERNAL_H
#define KERNEL_CMD_INTERNAL_H

#include <kernel/seq_file.h>
#include <kernel/types.h>

/* Show what @show writes on the consoles. */
void console_show(void (*show)(struct seq_file *m, unsigned long arg),
		  unsigned long arg);

/* One line "COMMAND: WHAT: no such file or directory". Return: 1, as a command
 * that refuses does. */
int command_error(const char *command, const char *what, int err);

/* The file of PROC_FILE() that "/proc/NAME" is; NULL: it is another, or none. */
const struct proc_file *proc_file_by_path(const char *path);

/* A number argument, perhaps with K, M or G behind it; one line that says what
 * is wrong with it otherwise. */
bool number_arg(const char *command, const char *text, unsigned long *value);

/* Room for the paths that commands put together. */
#define NAME_BUFFER 512u

bool path_exists(const char *name);
/* Is it one, or does it lead to one? */
bool path_is_directory(const char *name);
/* @name in the directory @dir, in NAME_BUFFER bytes. Return: false: too long. */
bool path_join(char *buf, const char *dir, const char *name);
/* Where a copy of @from comes to lie: in the directory @to, or at @to. Return:
 * @to, or @buf of NAME_BUFFER bytes; NULL: too long. */
const char *path_into(const char *to, const char *from, char *buf);

/* Names that begin like the path @word, for completion; directories end in a
 * slash. Return: the @i-th; NULL behind the last. */
const char *path_candidate(const char *word, unsigned int i);

#endif

/* SPDX-License-Identifier: MIT */
/* command_output.h - a command's output on its way into a file: `CMD > FILE`. */
#ifndef KERNEL_COMMAND_OUTPUT_H
#define KERNEL_COMMAND_OUTPUT_H

#include <fs/fs.h>
#include <kernel/printk.h>

struct proc_file;

/* Longest text that a file of PROC_FILE() is given. */
#define COMMAND_OUTPUT_SMALL 512u

struct command_output {
	struct console_sink sink;
	const char *command, *path; /* the caller's; for messages */
	/* One of them: */
	struct file *file;
	const struct proc_file *proc;
	loff_t pos;
	char *buf;
	size_t size, count;
	size_t lost; /* bytes there was no room for where nobody may sleep */
	int err; /* the first */
	char small[COMMAND_OUTPUT_SMALL];
};

/**
 * command_output_begin - from here on the thread prints into the file @path
 * @append: behind what it has
 *
 * Return: 0, or 1 after a line that says why not. May sleep.
 */
int __must_check command_output_begin(struct command_output *out,
				      const char *command, const char *path,
				      bool append);

/* And no longer. Return: 0, or 1 after a line if some of it was not taken. */
int command_output_end(struct command_output *out);

#endif

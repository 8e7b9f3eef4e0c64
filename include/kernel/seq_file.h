/* SPDX-License-Identifier: MIT */
/*
 * seq_file.h - a text sink, and the table of files that /proc will show
 *
 * A show function writes its text with seq_printf() and knows nothing of who
 * reads it: the console prints it, tests compare it, a file system will copy
 * it to a reader. The sink has a flush function, so no text is too long for
 * it and nothing is allocated.
 */
#ifndef KERNEL_SEQ_FILE_H
#define KERNEL_SEQ_FILE_H

#include <kernel/types.h>
#include <kernel/vsnprintf.h>

struct seq_file {
	char *buf; /* the sink's memory */
	size_t size; /* of @buf */
	size_t count; /* bytes in @buf */
	bool overflowed; /* no flush function, and the text did not fit */
	/* Empties @buf when it is full; NULL for a fixed buffer. */
	void (*flush)(struct seq_file *m);
	void *private; /* the flush function's */
};

void __printf(2, 3) seq_printf(struct seq_file *m, const char *fmt, ...);
void seq_vprintf(struct seq_file *m, const char *fmt, va_list args);
void seq_puts(struct seq_file *m, const char *s);
void seq_putc(struct seq_file *m, char c);
void seq_write(struct seq_file *m, const char *data, size_t len);
/* Empties the sink into its reader; call at the end. */
void seq_flush(struct seq_file *m);

/* A file of /proc: its name below /proc, and how to show it. */
struct proc_file {
	const char *name; /* "meminfo", "sys/vm/min_free_kbytes" */
	void (*show)(struct seq_file *m);
	/* NULL for read-only; @text is NUL-terminated. Return: 0 or -Exxx. */
	int (*write)(const char *text, size_t len);
};

#define PROC_FILE(id, file_name, show_fn)                                   \
	static const struct proc_file proc_file_##id = { .name = file_name, \
							 .show = show_fn }; \
	SECTION_ENTRY(proc_files, const struct proc_file, proc_file_##id)
#define PROC_FILE_RW(id, file_name, show_fn, write_fn)                        \
	static const struct proc_file proc_file_##id = { .name = file_name,   \
							 .show = show_fn,     \
							 .write = write_fn }; \
	SECTION_ENTRY(proc_files, const struct proc_file, proc_file_##id)

DECLARE_SECTION_TABLE(proc_files, const struct proc_file);

/* The file named @name (without "/proc/"), or NULL. */
const struct proc_file *proc_file_find(const char *name);

#endif

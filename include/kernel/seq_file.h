/* SPDX-License-Identifier: MIT */
/*
 * seq_file.h - a text sink, and the table of files that /proc shows
 *
 * A show function writes its text with seq_printf() and knows nothing of who
 * reads it: a console prints it, tests compare it, a file copies it to its
 * readers. A sink has a flush function, so that no text is too long for it and
 * nothing is allocated; or it has none, and then says when a text did not fit,
 * so that its owner begins again with a larger one (fs/seq_file.c).
 *
 * A file that can be written takes its whole text at once. What it does not
 * like it refuses with an error number and a sentence for whoever typed it; a
 * refused text has changed nothing.
 */
#ifndef KERNEL_SEQ_FILE_H
#define KERNEL_SEQ_FILE_H

#include <kernel/types.h>
#include <kernel/vsnprintf.h>

struct file;
struct seq_operations;

struct seq_file {
	char *buf; /* the sink's memory */
	size_t size; /* of @buf */
	size_t count; /* bytes in @buf */
	size_t pad_until; /* seq_setwidth(): where @count should get to */
	bool overflowed; /* no flush function, and the text did not fit */
	/* Empties @buf when it is full; NULL for a fixed buffer. */
	void (*flush)(struct seq_file *m);
	void *private; /* the flush function's; of an open file the driver's */

	/* Of an open file (fs/seq_file.h). */
	const struct seq_operations *op;
	const struct file *file;
	loff_t index; /* of the record that comes next */
};

void __printf(2, 3) seq_printf(struct seq_file *m, const char *fmt, ...);
void seq_vprintf(struct seq_file *m, const char *fmt, va_list args);
void seq_puts(struct seq_file *m, const char *s);
void seq_putc(struct seq_file *m, char c);
/* Return: 0; -1 if it did not fit. */
int seq_write(struct seq_file *m, const void *data, size_t len);

/* Bytes, a row a line; as print_hex_dump(). */
void seq_hex_dump(struct seq_file *m, const char *prefix_str, int prefix_type,
		  int rowsize, int groupsize, const void *buf, size_t len,
		  bool ascii);

/* Columns: what comes from here on should be @width bytes; fill it up with
 * blanks, and end with @c unless it is 0. */
static inline void seq_setwidth(struct seq_file *m, size_t width)
{
	m->pad_until = m->count + width;
}
void seq_pad(struct seq_file *m, char c);

/* Was, or would be the next byte, too much? */
static inline bool seq_has_overflowed(const struct seq_file *m)
{
	return m->count == m->size;
}

/* Empties the sink into its reader; call at the end. */
void seq_flush(struct seq_file *m);

/* A text on its way into a file. */
#define PROC_WHY_BYTES 96u
struct proc_write {
	const char *text; /* NUL-terminated; a line end may be its last */
	size_t len; /* without the NUL */
	char why[PROC_WHY_BYTES]; /* out: what is wrong with it; "" so far */
};

/* A file of /proc: its name below /proc, and how to show it. */
struct proc_file {
	const char *name; /* "meminfo", "sys/vm/min_free_kbytes" */
	void (*show)(struct seq_file *m);
	/* NULL for read-only. Return: 0, or what proc_refuse() returned. May
	 * sleep. */
	int (*write)(struct proc_write *w);
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

/**
 * proc_file_write - give a file a text
 * @text: NUL-terminated; must stay until the call returns
 * @w: working memory; w->why is a sentence's end if the text is refused
 *
 * Return: 0; -EACCES for a file that cannot be written; else what the file
 * says. Context: may sleep.
 */
int __must_check proc_file_write(const struct proc_file *file, const char *text,
				 struct proc_write *w);

/**
 * proc_refuse - say why a text is refused
 * @err: -EINVAL, -ERANGE, -EPERM ...
 * @fmt: continues "FILE: ", such as "'x' is not a number"
 * Return: @err.
 */
int __printf(3, 4)
	proc_refuse(struct proc_write *w, int err, const char *fmt, ...);

#define PROC_NUMBERS_MOST 8u
/**
 * proc_read_ulongs - the text as decimal numbers with blanks between
 * @values: written only on success, as many as there are in the text
 * @most: room in @values, up to PROC_NUMBERS_MOST
 * @min, @max: what each may be, both inclusive
 *
 * Return: how many, at least 1; -EINVAL, -ERANGE or -E2BIG after proc_refuse().
 */
int __must_check proc_read_ulongs(struct proc_write *w, unsigned long *values,
				  unsigned int most, unsigned long min,
				  unsigned long max);

/* The file named @name (without "/proc/"), or NULL. */
const struct proc_file *proc_file_find(const char *name);

#endif

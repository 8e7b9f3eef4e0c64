/* SPDX-License-Identifier: MIT */
/*
 * seq_file.c - the text sink, and the table of /proc files
 *
 * Text goes into the sink's buffer; when a piece does not fit, the buffer is
 * flushed first, and a piece larger than the whole buffer goes through it in
 * parts. Without a flush function the text is cut and @overflowed says so.
 *
 * Locking: a sink belongs to one caller. The table is constant.
 *
 * Not here: texts that are written into a file (proc_write.c).
 */
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>

/* The longest text of one seq_printf(); longer ones are cut. */
#define SEQ_PIECE 512u

void seq_flush(struct seq_file *m)
{
	if (m->flush && m->count) {
		m->flush(m);
		m->count = 0;
	}
}

void seq_write(struct seq_file *m, const char *data, size_t len)
{
	while (len) {
		size_t part = min(len, m->size - m->count);

		memcpy(m->buf + m->count, data, part);
		m->count += part;
		data += part;
		len -= part;
		if (!len)
			return;
		if (!m->flush) {
			m->overflowed = true;
			return;
		}
		seq_flush(m);
	}
}

void seq_puts(struct seq_file *m, const char *s)
{
	seq_write(m, s, strlen(s));
}

void seq_putc(struct seq_file *m, char c)
{
	seq_write(m, &c, 1);
}

void seq_vprintf(struct seq_file *m, const char *fmt, va_list args)
{
	char piece[SEQ_PIECE];
	int n = vscnprintf(piece, sizeof(piece), fmt, args);

	seq_write(m, piece, (size_t)n);
}

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	seq_vprintf(m, fmt, args);
	va_end(args);
}

const struct proc_file *proc_file_find(const char *name)
{
	const struct proc_file *const *pos;

	for_each_section_entry(pos, proc_files) {
		if (!strcmp((*pos)->name, name))
			return *pos;
	}
	return NULL;
}

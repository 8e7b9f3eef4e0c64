/* SPDX-License-Identifier: MIT */
/*
 * seq_file.c - the text sink, and the table of /proc files
 *
 * Text goes into the sink's buffer; when a piece does not fit, the buffer is
 * flushed first, and a piece larger than the whole buffer goes through it in
 * parts. Without a flush function the text is cut and @overflowed says so; one
 * seq_printf() may then be as long as the buffer.
 *
 * Locking: a sink belongs to one caller. The table is constant.
 *
 * Not here: texts that are written into a file (proc_write.c).
 */
#include <kernel/export.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>

/* The longest text of one seq_printf() that does not fit into what is left of the
 * buffer; longer ones are cut. */
#define SEQ_PIECE 512u

void seq_flush(struct seq_file *m)
{
	if (m->flush && m->count) {
		m->flush(m);
		m->count = 0;
	}
}

int seq_write(struct seq_file *m, const void *data, size_t len)
{
	const char *from = data;

	while (len) {
		size_t part = min(len, m->size - m->count);

		memcpy(m->buf + m->count, from, part);
		m->count += part;
		from += part;
		len -= part;
		if (!len)
			break;
		if (!m->flush) {
			m->overflowed = true;
			return -1;
		}
		seq_flush(m);
	}
	return 0;
}
EXPORT_SYMBOL(seq_write);

void seq_puts(struct seq_file *m, const char *s)
{
	seq_write(m, s, strlen(s));
}
EXPORT_SYMBOL(seq_puts);

void seq_putc(struct seq_file *m, char c)
{
	seq_write(m, &c, 1);
}
EXPORT_SYMBOL(seq_putc);

void seq_pad(struct seq_file *m, char c)
{
	while (m->count < m->pad_until && !m->overflowed)
		seq_putc(m, ' ');
	if (c)
		seq_putc(m, c);
}
EXPORT_SYMBOL(seq_pad);

/* Straight into the sink; false: it does not fit there. */
static bool print_in_place(struct seq_file *m, const char *fmt, va_list args)
{
	size_t room = m->size - m->count;
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(m->buf + m->count, room, fmt, again);
	va_end(again);
	if (n < 0 || (size_t)n >= room)
		return false;
	m->count += (size_t)n;
	return true;
}

void seq_vprintf(struct seq_file *m, const char *fmt, va_list args)
{
	char piece[SEQ_PIECE];
	int n;

	if (print_in_place(m, fmt, args))
		return;
	n = vscnprintf(piece, sizeof(piece), fmt, args);
	seq_write(m, piece, (size_t)n);
	/* A larger sink may have it whole. */
	if (!m->flush)
		m->overflowed = true;
}
EXPORT_SYMBOL(seq_vprintf);

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	seq_vprintf(m, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL(seq_printf);

const struct proc_file *proc_file_find(const char *name)
{
	const struct proc_file *const *pos;

	for_each_section_entry(pos, proc_files) {
		if (!strcmp((*pos)->name, name))
			return *pos;
	}
	return NULL;
}

/* SPDX-License-Identifier: MIT */
/* hexdump.c - dumps of memory into the log, and into a text of /proc. */
#include <kernel/export.h>
#include <kernel/hex.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/util.h>

/* What stands before the row at @offset; a blank text for NONE. */
static void prefix_text(char *text, size_t size, int type, const u8 *row,
			size_t offset)
{
	text[0] = '\0';
	if (type == DUMP_PREFIX_ADDRESS)
		snprintf(text, size, "%p: ", row);
	else if (type == DUMP_PREFIX_OFFSET)
		snprintf(text, size, "%.8zx: ", offset);
}

/* Rows one after the other, into the log or into @m. */
static void dump_rows(struct seq_file *m, const char *level, const char *prefix,
		      int type, int rowsize, int groupsize, const void *buf,
		      size_t len, bool ascii)
{
	size_t bytes = rowsize == 32 ? 32 : 16, offset;
	char line[HEX_DUMP_LINE], place[2 * sizeof(void *) + 3];

	for (offset = 0; offset < len; offset += bytes) {
		const u8 *row = (const u8 *)buf + offset;

		hex_dump_to_buffer(row, min(len - offset, bytes), (int)bytes,
				   groupsize, line, sizeof(line), ascii);
		prefix_text(place, sizeof(place), type, row, offset);
		if (m)
			seq_printf(m, "%s%s%s\n", prefix, place, line);
		else
			printk("%s%s%s%s\n", level, prefix, place, line);
	}
}

void print_hex_dump(const char *level, const char *prefix_str, int prefix_type,
		    int rowsize, int groupsize, const void *buf, size_t len,
		    bool ascii)
{
	dump_rows(NULL, level, prefix_str, prefix_type, rowsize, groupsize, buf,
		  len, ascii);
}
EXPORT_SYMBOL(print_hex_dump);

void seq_hex_dump(struct seq_file *m, const char *prefix_str, int prefix_type,
		  int rowsize, int groupsize, const void *buf, size_t len,
		  bool ascii)
{
	dump_rows(m, "", prefix_str, prefix_type, rowsize, groupsize, buf, len,
		  ascii);
}
EXPORT_SYMBOL(seq_hex_dump);

/* SPDX-License-Identifier: MIT */
/*
 * hexdump.c - bytes as hexadecimal digits, and back
 *
 * A row is a list of groups, each printed as one number of the machine's own
 * byte order, and then perhaps the bytes as characters. Rows and sizes that
 * nobody knows are taken as 16 and 1, and so is a group that the bytes do not
 * fill, as on Linux.
 */
#include <kernel/ctype.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/hex.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>

const char hex_asc[] = "0123456789abcdef";
const char hex_asc_upper[] = "0123456789ABCDEF";
EXPORT_SYMBOL(hex_asc);
EXPORT_SYMBOL(hex_asc_upper);

int hex_to_bin(unsigned char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit |= 0x20;
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}
EXPORT_SYMBOL(hex_to_bin);

int hex2bin(u8 *dst, const char *src, size_t count)
{
	for (; count; count--, src += 2) {
		int high = hex_to_bin((unsigned char)src[0]);
		int low = high < 0 ? -1 : hex_to_bin((unsigned char)src[1]);

		if (low < 0)
			return -EINVAL;
		*dst++ = (u8)(high << 4 | low);
	}
	return 0;
}
EXPORT_SYMBOL(hex2bin);

char *bin2hex(char *dst, const void *src, size_t count)
{
	const u8 *from = src;

	for (; count; count--, from++) {
		*dst++ = hex_asc_hi(*from);
		*dst++ = hex_asc_lo(*from);
	}
	return dst;
}
EXPORT_SYMBOL(bin2hex);

/* A row into a buffer; what does not fit is counted only. */
struct hex_row {
	char *buf;
	size_t size;
	size_t len;
};

static void row_put(struct hex_row *row, char c)
{
	if (row->len + 1 < row->size)
		row->buf[row->len] = c;
	row->len++;
}

/* @size bytes as one number. */
static void row_group(struct hex_row *row, const u8 *bytes, size_t size)
{
	char text[2 * sizeof(u64) + 1];
	u64 value = 0;
	const char *p;

	/* Both machines are little-endian. */
	memcpy(&value, bytes, size);
	snprintf(text, sizeof(text), "%0*llx", (int)(2 * size), value);
	for (p = text; *p; p++)
		row_put(row, *p);
}

int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize,
		       char *linebuf, size_t linebuflen, bool ascii)
{
	struct hex_row row = { .buf = linebuf, .size = linebuflen };
	size_t bytes = rowsize == 32 ? 32 : 16, group = (size_t)groupsize, i;
	const u8 *from = buf;
	size_t column;

	len = min(len, bytes);
	if (group > 8 || !is_power_of_2(group) || len % group)
		group = 1;
	column = 2 * bytes + bytes / group + 1;
	for (i = 0; i < len; i += group) {
		if (i)
			row_put(&row, ' ');
		row_group(&row, from + i, group);
	}
	while (ascii && len && row.len < column)
		row_put(&row, ' ');
	for (i = 0; ascii && i < len; i++)
		row_put(&row, isprint(from[i]) ? (char)from[i] : '.');
	if (linebuflen)
		linebuf[min(row.len, linebuflen - 1)] = '\0';
	return (int)row.len;
}
EXPORT_SYMBOL(hex_dump_to_buffer);

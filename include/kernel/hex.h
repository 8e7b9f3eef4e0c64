/* SPDX-License-Identifier: MIT */
/* hex.h - bytes as hexadecimal digits, and back. */
#ifndef KERNEL_HEX_H
#define KERNEL_HEX_H

#include <kernel/types.h>

extern const char hex_asc[], hex_asc_upper[]; /* the digits */
#define hex_asc_lo(x) hex_asc[(x)&0x0f]
#define hex_asc_hi(x) hex_asc[((x)&0xf0) >> 4]

/* Return: the digit's value, -1 if it is none. */
int hex_to_bin(unsigned char digit);
/* @count bytes of @src. Return: 0; -EINVAL at what is no digit. */
int __must_check hex2bin(u8 *dst, const char *src, size_t count);
/* Return: behind the last digit; there is no NUL. */
char *bin2hex(char *dst, const void *src, size_t count);

/**
 * hex_dump_to_buffer - one row of a dump, as a text
 * @rowsize: bytes in a full row: 16 or 32
 * @groupsize: bytes that stand together, as one number: 1, 2, 4 or 8
 * @ascii: and as characters, behind
 *
 * Return: the length it has, or would have in a larger @linebuf, without NUL.
 */
int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize,
		       char *linebuf, size_t linebuflen, bool ascii);
/* A row of 32 bytes with characters behind. */
#define HEX_DUMP_LINE (32 * 3 + 2 + 32 + 1)

/* What stands before each row. */
enum {
	DUMP_PREFIX_NONE,
	DUMP_PREFIX_ADDRESS,
	DUMP_PREFIX_OFFSET,
};

#endif

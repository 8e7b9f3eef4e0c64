/* SPDX-License-Identifier: MIT */
/*
 * vsnprintf.h - formatted text into a buffer of known size
 *
 * Conversions: d i u x X o c s p %, flags "- + space # 0", width and precision
 * as digits or *, lengths hh h l ll z t. A NULL %s prints (null); a pointer
 * into page 0 or an error pointer prints (efault). There is no floating point
 * and no %n. An unknown conversion is printed as it stands, and so is all that
 * follows it, because the types of further arguments are not known any more.
 *
 * Pointers:
 *   %p    8 (64-bit: 16) plain hex digits; %px is the same
 *   %pS   symbol+0xoffset/0xsize as the symbolizer gives it, %ps the bare
 *         name; 0x and hex digits if nobody knows the address
 *   %pe   an error pointer: -ENOENT, -4095 where there is no name; any other
 *         pointer as %p
 *   %pa   a phys_addr_t by reference: 0x and at least 8 digits; also %pap, and
 *         %pad for a dma_addr_t, which is as wide
 *   %pR   a struct resource: [mem 0xfebd0000-0xfebdffff 64bit pref]
 *   %pr   the same, with the number of its flags
 *   %pV   a struct va_format: another format with its own arguments
 *   %*ph  that many bytes (at most 64) in hex, with blanks between them;
 *         %*phC puts colons, %*phD dashes, %*phN nothing
 *
 * Context: any. Nothing here takes a lock; %pS calls the symbolizer.
 */
#ifndef KERNEL_VSNPRINTF_H
#define KERNEL_VSNPRINTF_H

#include <kernel/types.h>

/* The argument of %pV. The list is copied, so @va stays as it was. */
struct va_format {
	const char *fmt;
	va_list *va;
};

/**
 * vsnprintf - format into @buf, never past @size bytes
 * @buf: may be NULL if @size is 0
 * @size: includes the NUL; above INT_MAX (an underflow at the caller) it
 *	counts as 0
 *
 * Return: the length of the whole text without the NUL, written or not, at
 * most INT_MAX. The text was cut when that is not below @size.
 */
int __printf(3, 0)
	vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
int __printf(3, 4) snprintf(char *buf, size_t size, const char *fmt, ...);

/*
 * The same text; Return: the characters that are in @buf now, without the NUL
 * (0 if @size is 0), so that the result may be added to an offset.
 */
int __printf(3, 0)
	vscnprintf(char *buf, size_t size, const char *fmt, va_list args);
int __printf(3, 4) scnprintf(char *buf, size_t size, const char *fmt, ...);

/*
 * For old drivers that know by themselves that the text fits: nothing looks
 * at where @buf ends. New code: scnprintf().
 */
int __printf(2, 0) vsprintf(char *buf, const char *fmt, va_list args);
int __printf(2, 3) sprintf(char *buf, const char *fmt, ...);

/*
 * Writes name, or name+0xoff/0xsize, with its NUL into @buf of @size bytes.
 * Return: a number above 0; 0 if it does not know @addr.
 * Context: any, for any @addr.
 */
typedef int vsnprintf_symbolizer(char *buf, size_t size, unsigned long addr,
				 bool with_offset);

/**
 * vsnprintf_set_symbolizer - who knows the names of code addresses
 * @fn: called for %pS and %ps; NULL: nobody
 *
 * Return: the one before, for a test to put back.
 * Context: start-up; the last call wins.
 */
vsnprintf_symbolizer *vsnprintf_set_symbolizer(vsnprintf_symbolizer *fn);

#endif

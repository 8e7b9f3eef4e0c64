/* SPDX-License-Identifier: MIT */
/*
 * vsnprintf.h - formatted text into a buffer of known size
 *
 * Conversions: d i u x X o c s p %, flags "- + space # 0", width and precision
 * as digits or *, lengths hh h l ll L z Z t. A NULL %s prints (null); a pointer
 * into page 0 or an error pointer prints (efault). There is no floating point
 * and no %n. An unknown conversion is printed as it stands, and so is all that
 * follows it, because the types of further arguments are not known any more.
 *
 * As on Linux, and not as in C99: %#x of 0 is 0x0, %.0d of 0 is 0, zeros fill the
 * width in spite of a precision.
 *
 * Pointers:
 *   %p    8 (64-bit: 16) plain hex digits, fewer if a width is given; %px and
 *         %pK are the same
 *   %pS   symbol+0xoffset/0xsize as the symbolizer gives it, %ps the bare
 *         name, %pB that of the call before a return address; 0x and hex digits
 *         if nobody knows the address. %pSR is %pS
 *   %pe   an error pointer: -ENOENT, -4095 where there is no name; any other
 *         pointer as %p
 *   %pa   a phys_addr_t by reference: 0x and at least 8 digits; also %pap, and
 *         %pad for a dma_addr_t, which is as wide
 *   %pR   a struct resource: [mem 0xfebd0000-0xfebdffff 64bit pref]
 *   %pr   the same, with the number of its flags
 *   %pV   a struct va_format: another format with its own arguments
 *   %*ph  that many bytes (at most 64, without a width one) in hex, with blanks
 *         between them; %*phC puts colons, %*phD dashes, %*phN nothing
 *   %pM   six bytes, 00:1b:21:..; %pMF with dashes, %pMR the last one first, %pm
 *         and %pmR with nothing between
 *   %*pb  that many bits of a bitmap in hex: f,00000001; %*pbl as a list: 0,32-35
 *   %pGg  a gfp_t by reference: GFP_KERNEL|__GFP_ZERO
 * Those that follow the pointer print (null) or (efault) as %s does.
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

/* What is asked of a symbolizer. */
enum symbol_style {
	SYMBOL_NAME, /* name */
	SYMBOL_OFFSET, /* name+0xoff/0xsize */
	/* The same of a return address. A call that never returns may be the
	 * last of its function: it is looked up by the byte before. */
	SYMBOL_RETURN,
};

/*
 * Writes what @style says, with its NUL, into @buf of @size bytes.
 * Return: a number above 0; 0 if it does not know @addr.
 * Context: any, for any @addr.
 */
typedef int vsnprintf_symbolizer(char *buf, size_t size, unsigned long addr,
				 enum symbol_style style);

/**
 * vsnprintf_set_symbolizer - who knows the names of code addresses
 * @fn: called for %pS, %ps and %pB; NULL: nobody
 *
 * Return: the one before, for a test to put back.
 * Context: start-up; the last call wins.
 */
vsnprintf_symbolizer *vsnprintf_set_symbolizer(vsnprintf_symbolizer *fn);

/* The words of a request for memory, in @buf. Return: @buf. Context: any. */
typedef const char *vsnprintf_gfp_words(unsigned int gfp, char *buf,
					size_t size);

/* The same for %pGg; while there is nobody it prints a number. */
vsnprintf_gfp_words *vsnprintf_set_gfp_words(vsnprintf_gfp_words *fn);

#endif

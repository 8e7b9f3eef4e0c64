/* SPDX-License-Identifier: MIT */
/*
 * ctype.h - classes of ASCII characters, by comparison instead of a table
 *
 * Any int is a valid argument: a negative char or a byte above 127 is in no
 * class and is its own upper and lower case.
 */
#ifndef KERNEL_CTYPE_H
#define KERNEL_CTYPE_H

#include <kernel/types.h>

/* One comparison: what lies below @lo wraps to a huge unsigned number. */
static inline int __char_in(int c, unsigned int lo, unsigned int hi)
{
	return (unsigned int)c - lo <= hi - lo;
}

static inline int isdigit(int c)
{
	return __char_in(c, '0', '9');
}

static inline int islower(int c)
{
	return __char_in(c, 'a', 'z');
}

static inline int isupper(int c)
{
	return __char_in(c, 'A', 'Z');
}

static inline int isalpha(int c)
{
	return islower(c) || isupper(c);
}

static inline int isalnum(int c)
{
	return isalpha(c) || isdigit(c);
}

static inline int isxdigit(int c)
{
	return isdigit(c) || __char_in(c, 'a', 'f') || __char_in(c, 'A', 'F');
}

/* Blank, \t \n \v \f \r. */
static inline int isspace(int c)
{
	return c == ' ' || __char_in(c, '\t', '\r');
}

static inline int iscntrl(int c)
{
	return __char_in(c, 0, 31) || c == 127;
}

static inline int isprint(int c)
{
	return __char_in(c, ' ', '~');
}

static inline int isgraph(int c)
{
	return __char_in(c, '!', '~');
}

static inline int ispunct(int c)
{
	return isgraph(c) && !isalnum(c);
}

static inline int tolower(int c)
{
	return isupper(c) ? c + ('a' - 'A') : c;
}

static inline int toupper(int c)
{
	return islower(c) ? c - ('a' - 'A') : c;
}

#endif

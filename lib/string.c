/* SPDX-License-Identifier: MIT */
/*
 * string.c - the portable string functions
 *
 * Written for size and plainness: the long blocks go through memcpy() and its
 * kin, which each machine writes for itself, and kernel strings are short. The
 * one loop that runs over whole objects, memchr_inv(), takes a word at a time.
 *
 * Invariants:
 *   S1  a function that is given a size never touches a byte beyond it, and
 *       a bounded copy ends in NUL unless its size is 0
 *   S2  characters compare as unsigned, whatever the compiler makes of char
 *
 * Locking: none, no state.
 *
 * Not here: memcpy, memmove, memset, memcmp (per machine), numbers and command
 * lines (parse.c), formatted text (vsnprintf.c).
 */
#include <kernel/ctype.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/string.h>

/* A word that may be read over memory of any type. */
typedef unsigned long __attribute__((may_alias)) string_word_t;

#define STRING_WORD_BYTES sizeof(string_word_t)
/* The byte 1 in each position: times c it is c in each position. */
#define STRING_WORD_ONES (~0ul / 0xff)

void *memchr(const void *p, int c, size_t n)
{
	const u8 *s = p;

	for (; n; n--, s++) {
		if (*s == (u8)c)
			return (void *)s;
	}
	return NULL;
}
EXPORT_SYMBOL(memchr);

/* Byte by byte, for the ends of a block and for the word that differs. */
static void *string_find_other(const u8 *s, u8 c, size_t n)
{
	for (; n; n--, s++) {
		if (*s != c)
			return (void *)s;
	}
	return NULL;
}

void *memchr_inv(const void *p, int c, size_t n)
{
	const u8 *s = p;
	unsigned long want = STRING_WORD_ONES * (u8)c;
	size_t head = -(uintptr_t)s & (STRING_WORD_BYTES - 1);
	void *other;

	if (head > n)
		head = n;
	other = string_find_other(s, (u8)c, head);
	if (other)
		return other;
	s += head;
	n -= head;
	while (n >= STRING_WORD_BYTES && *(const string_word_t *)s == want) {
		s += STRING_WORD_BYTES;
		n -= STRING_WORD_BYTES;
	}
	/* What is left is the tail, or begins with the word that differs. */
	return string_find_other(s, (u8)c, n);
}
EXPORT_SYMBOL(memchr_inv);

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}
EXPORT_SYMBOL(strnlen);

size_t strlen(const char *s)
{
	return strnlen(s, SIZE_MAX);
}
EXPORT_SYMBOL(strlen);

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		int diff = (u8)*a - (u8)*b;

		if (diff || !*a)
			return diff;
	}
	return 0;
}
EXPORT_SYMBOL(strncmp);

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}
EXPORT_SYMBOL(strcmp);

char *strncpy(char *dst, const char *src, size_t size)
{
	size_t len = strnlen(src, size);

	memcpy(dst, src, len);
	memset(dst + len, 0, size - len);
	return dst;
}
EXPORT_SYMBOL(strncpy);

char *strcat(char *dst, const char *src)
{
	strcpy(dst + strlen(dst), src);
	return dst;
}
EXPORT_SYMBOL(strcat);

char *strchr(const char *s, int c)
{
	while (*s != (char)c) {
		if (!*s++)
			return NULL;
	}
	return (char *)s;
}
EXPORT_SYMBOL(strchr);

char *strrchr(const char *s, int c)
{
	const char *found = NULL;

	do {
		if (*s == (char)c)
			found = s;
	} while (*s++);
	return (char *)found;
}
EXPORT_SYMBOL(strrchr);

char *strstr(const char *hay, const char *needle)
{
	size_t len = strlen(needle);

	do {
		if (!strncmp(hay, needle, len))
			return (char *)hay;
	} while (*hay++);
	return NULL;
}
EXPORT_SYMBOL(strstr);

char *strcpy(char *dst, const char *src)
{
	return memcpy(dst, src, strlen(src) + 1);
}
EXPORT_SYMBOL(strcpy);

size_t strlcpy(char *dst, const char *src, size_t size)
{
	size_t len = strlen(src);

	if (size) {
		size_t fits = len < size ? len : size - 1;

		memcpy(dst, src, fits);
		dst[fits] = '\0';
	}
	return len;
}
EXPORT_SYMBOL(strlcpy);

ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t len = strnlen(src, size);

	if (!size)
		return -E2BIG;
	if (len < size) {
		memcpy(dst, src, len + 1);
		return (ssize_t)len;
	}
	memcpy(dst, src, size - 1);
	dst[size - 1] = '\0';
	return -E2BIG;
}
EXPORT_SYMBOL(strscpy);

size_t strlcat(char *dst, const char *src, size_t size)
{
	size_t used = strnlen(dst, size);

	/* No room, or no end within @size: a copy to nowhere. */
	return used + strlcpy(dst + used, src, size - used);
}
EXPORT_SYMBOL(strlcat);

/* Length of the start of @s whose characters are all in @set (or all not). */
static size_t string_span(const char *s, const char *set, bool inside)
{
	size_t n = 0;

	/* strchr() would find the end of @set: look at s[n] first. */
	while (s[n] && (strchr(set, s[n]) != NULL) == inside)
		n++;
	return n;
}

size_t strspn(const char *s, const char *set)
{
	return string_span(s, set, true);
}
EXPORT_SYMBOL(strspn);

size_t strcspn(const char *s, const char *set)
{
	return string_span(s, set, false);
}
EXPORT_SYMBOL(strcspn);

char *strsep(char **s, const char *seps)
{
	char *field = *s;
	char *end;

	if (!field)
		return NULL;
	end = field + strcspn(field, seps);
	if (*end)
		*end++ = '\0';
	else
		end = NULL;
	*s = end;
	return field;
}
EXPORT_SYMBOL(strsep);

char *skip_spaces(const char *s)
{
	while (isspace(*s))
		s++;
	return (char *)s;
}
EXPORT_SYMBOL(skip_spaces);

char *strim(char *s)
{
	size_t len = strlen(s);

	while (len && isspace(s[len - 1]))
		len--;
	s[len] = '\0';
	return skip_spaces(s);
}
EXPORT_SYMBOL(strim);

/* SPDX-License-Identifier: MIT */
/*
 * string.h - strings and memory blocks, under the C library's names
 *
 * The four block primitives are declared here and written once per machine
 * (arch/x86; the host uses its C library's). All the rest is portable C in
 * lib/string.c. Names that the C library or Linux also have keep their
 * contract; only what differs from what one would expect is said below.
 *
 * Context: any, for all of them; none sleeps, allocates or takes a lock.
 */
#ifndef KERNEL_STRING_H
#define KERNEL_STRING_H

#include <kernel/types.h>

/* Per machine. memmove() alone allows the blocks to overlap. */
void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);

/* Return: the first byte equal to (unsigned char)@c of the @n, or NULL. */
void *memchr(const void *p, int c, size_t n);

/**
 * memchr_inv - find the first byte that is not @c
 * @p: start of the block, of any alignment
 * @c: the value that every byte should have
 * @n: bytes to look at
 *
 * Reads a word at a time: poison checks run over whole objects.
 * Return: the first byte that differs, or NULL if all @n equal @c.
 */
void *memchr_inv(const void *p, int c, size_t n);

size_t strlen(const char *s);
/* Return: strlen(@s), or @max if no end lies in the first @max bytes. */
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
/* Both find the terminating NUL when @c is 0. */
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
/* An empty @needle is found at the start. */
char *strstr(const char *hay, const char *needle);

/* For old drivers; new code knows the size of its buffer: strscpy(). */
char *strcpy(char *dst, const char *src);

/**
 * strlcpy - copy a string as far as it fits
 * @size: of @dst; 0 writes nothing
 *
 * Return: strlen(@src); the copy is cut when that is not below @size. Reads
 * all of @src, so @src must end: prefer strscpy() for foreign text.
 */
size_t strlcpy(char *dst, const char *src, size_t size);

/**
 * strscpy - copy a string as far as it fits, and say when it did not
 * @size: of @dst; reads no more than @size bytes of @src
 *
 * @dst ends in NUL unless @size is 0.
 * Return: characters copied, without the NUL; -E2BIG if @src was cut or
 * @size is 0.
 */
ssize_t strscpy(char *dst, const char *src, size_t size);

/*
 * strncpy - copy at most @size bytes, and fill the rest up with NULs
 *
 * For fields of fixed width and old drivers: a string that fills @dst has no
 * NUL behind it. Return: @dst.
 */
char *strncpy(char *dst, const char *src, size_t size);

/* Append @src to the string in @dst, which has room; for old drivers. */
char *strcat(char *dst, const char *src);

/**
 * strlcat - append @src to the string in @dst as far as it fits
 * @size: of the whole of @dst
 *
 * Return: the length that was tried for; the result is cut when that is not
 * below @size. If @dst has no end within @size, nothing is written.
 */
size_t strlcat(char *dst, const char *src, size_t size);

/* Length of the start of @s made of characters in @set / not in @set. */
size_t strspn(const char *s, const char *set);
size_t strcspn(const char *s, const char *set);

/**
 * strsep - cut the next field from *@s
 * @s: the rest of the text; moved behind the separator, NULL after the last
 * @seps: each of these characters separates; two in a row give an empty field
 *
 * Return: the field, ended in place by a NUL; NULL if *@s is NULL.
 */
char *strsep(char **s, const char *seps);

/* Return: the first character of @s that is not white space. */
char *skip_spaces(const char *s);

/* Cut white space off the end, in place. Return: skip_spaces(@s). */
char *strim(char *s);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * string.c - the block primitives, with the CPU's string instructions
 *
 * Whole words first, the rest by bytes. The direction flag is clear whenever C
 * code runs; memmove() sets it for as long as it copies backwards.
 */
#include <kernel/export.h>
#include <kernel/string.h>

#define WORD_BYTES sizeof(u32)
/* A byte in each position of a word. */
#define WORD_ONES 0x01010101u

void *memcpy(void *dst, const void *src, size_t n)
{
	size_t words = n / WORD_BYTES;
	void *d = dst;

	__asm__ volatile("rep movsl\n\t"
			 "movl %3, %%ecx\n\t"
			 "rep movsb"
			 : "+D"(d), "+S"(src), "+c"(words)
			 : "r"(n % WORD_BYTES)
			 : "memory");
	return dst;
}
EXPORT_SYMBOL(memcpy);

/*
 * From the last byte down: for @dst above @src. The odd bytes at the end go
 * first; then both pointers step back to the last whole word.
 */
static void copy_down(u8 *dst, const u8 *src, size_t n)
{
	size_t words = n / WORD_BYTES, rest = n % WORD_BYTES;

	dst += n - 1;
	src += n - 1;
	__asm__ volatile("std\n\t"
			 "rep movsb\n\t"
			 "subl $3, %0\n\t"
			 "subl $3, %1\n\t"
			 "movl %3, %%ecx\n\t"
			 "rep movsl\n\t"
			 "cld"
			 : "+D"(dst), "+S"(src), "+c"(rest)
			 : "r"(words)
			 : "memory", "cc");
}

void *memmove(void *dst, const void *src, size_t n)
{
	if ((size_t)((u8 *)dst - (const u8 *)src) >= n)
		return memcpy(dst, src, n);
	copy_down(dst, src, n);
	return dst;
}
EXPORT_SYMBOL(memmove);

void *memset(void *dst, int c, size_t n)
{
	size_t words = n / WORD_BYTES;
	void *d = dst;

	__asm__ volatile("rep stosl\n\t"
			 "movl %3, %%ecx\n\t"
			 "rep stosb"
			 : "+D"(d), "+c"(words)
			 : "a"((u8)c * WORD_ONES), "r"(n % WORD_BYTES)
			 : "memory");
	return dst;
}
EXPORT_SYMBOL(memset);

/*
 * By bytes: the result is the sign of the first difference, and what is
 * compared here (names, headers) differs early.
 */
int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n; n--, x++, y++) {
		if (*x != *y)
			return *x - *y;
	}
	return 0;
}
EXPORT_SYMBOL(memcmp);

/* SPDX-License-Identifier: MIT */
/*
 * parse.h - numbers, sizes and command lines from text that nobody vouches for
 *
 * Pure functions: they read a NUL-terminated text to its end at most and write
 * only what they are given.
 * Context: any.
 */
#ifndef KERNEL_PARSE_H
#define KERNEL_PARSE_H

#include <kernel/types.h>

/**
 * kstrtoull - convert a whole string to a number
 * @s: optional +, then digits, then at most one newline; nothing else
 * @base: 2 .. 36, or 0: 0x means 16, a leading 0 means 8, else 10. With 16
 *	a 0x in front is allowed too. Anything else is refused.
 * @res: written only on success
 *
 * The signed forms take a - as well.
 * Return: 0; -EINVAL if @s is no number; -ERANGE if it does not fit.
 */
int __must_check kstrtoull(const char *s, unsigned int base,
			   unsigned long long *res);
int __must_check kstrtoll(const char *s, unsigned int base, long long *res);
int __must_check kstrtoul(const char *s, unsigned int base, unsigned long *res);
int __must_check kstrtol(const char *s, unsigned int base, long *res);
int __must_check kstrtouint(const char *s, unsigned int base,
			    unsigned int *res);
int __must_check kstrtoint(const char *s, unsigned int base, int *res);
int __must_check kstrtou16(const char *s, unsigned int base, u16 *res);
int __must_check kstrtos16(const char *s, unsigned int base, s16 *res);
int __must_check kstrtou8(const char *s, unsigned int base, u8 *res);
int __must_check kstrtos8(const char *s, unsigned int base, s8 *res);

static inline int __must_check kstrtou64(const char *s, unsigned int base,
					 u64 *res)
{
	return kstrtoull(s, base, res);
}

static inline int __must_check kstrtos64(const char *s, unsigned int base,
					 s64 *res)
{
	return kstrtoll(s, base, res);
}

static inline int __must_check kstrtou32(const char *s, unsigned int base,
					 u32 *res)
{
	return kstrtouint(s, base, res);
}

static inline int __must_check kstrtos32(const char *s, unsigned int base,
					 s32 *res)
{
	return kstrtoint(s, base, res);
}

/*
 * For old drivers: the number that @s begins with, 0 if it does with none;
 * what does not fit wraps. @end, if not NULL, is set behind it.
 */
unsigned long long simple_strtoull(const char *s, char **end,
				   unsigned int base);
long long simple_strtoll(const char *s, char **end, unsigned int base);
unsigned long simple_strtoul(const char *s, char **end, unsigned int base);
long simple_strtol(const char *s, char **end, unsigned int base);

/*
 * Judged by how @s begins: y Y t T 1 on, or n N f F 0 off.
 * Return: 0; -EINVAL for anything else.
 */
int __must_check kstrtobool(const char *s, bool *res);

/**
 * memparse - read a size such as 16M or 0x100000
 * @s: digits (base 0 as in kstrtoull()), then perhaps one of K M G T P E in
 *	either case, each 1024 times the one before
 * @end: if not NULL, set to the first character not used; @s itself if there
 *	is no number
 *
 * Return: the number, 0 if there is none. What is too large for 64 bits gives
 * U64_MAX, which no caller takes for a size.
 */
unsigned long long memparse(const char *s, char **end);

/**
 * get_option_int - read the next of a row of integers, such as 1,100,,-3
 * @p: moved behind the number and the comma that follows it
 * @value: written only if there is a number
 *
 * Return: 0 no number here; 1 a number, the last; 2 a number and a comma. A
 * number that does not fit in an int is no number.
 */
int get_option_int(const char **p, int *value);

/*
 * One word of a command line. The caller sets buf and size and may use the
 * same object for word after word.
 */
struct cmdline_word {
	/* In. */
	char *buf; /* receives key and value, unquoted, each with its NUL */
	size_t size; /* of buf, in bytes; with 0, buf is not used */

	/* Out. */
	const char *key; /* never NULL; "" for a word such as =x or "" */
	const char *value; /* behind the first =; NULL if there is none */
	bool truncated; /* the word did not fit: buf holds its start */
	bool unterminated; /* the line ended inside a quotation */
};

/**
 * cmdline_next - take the next word off a kernel command line
 * @p: where to begin: the line, or what the last call returned
 * @w: buf and size set; the rest is filled in
 *
 * Words end at white space outside quotation. A quotation begins and ends with
 * " anywhere in a word, and the marks themselves are dropped, so all of
 *	run="cat /proc/meminfo"
 *	"run=cat /proc/meminfo"
 *	run=\"cat /proc/meminfo\"
 * give the key run and the value cat /proc/meminfo. The third is the first
 * after a boot loader has escaped it; such a quotation ends with \" only.
 *
 * Inside a quotation \" is a quotation mark and \\ a backslash; in an escaped
 * one, where the loader has doubled each backslash, they are \\\" and \\ or
 * \\\\. Anywhere \' is an apostrophe. Every other backslash stands for
 * itself, and so does every control character that is no white space.
 *
 * Return: the character behind the word; NULL if there was no word any more
 * (@w then holds an empty key and no flags). Each call that does not return
 * NULL moves on by at least one character.
 */
const char *__must_check cmdline_next(const char *p, struct cmdline_word *w);

#endif

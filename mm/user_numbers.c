/* SPDX-License-Identifier: MIT */
/*
 * user_numbers.c - numbers that a user has written
 *
 * What a driver's write() does most: copy a short text, end it, read it as a
 * number. As on Linux the text is cut where every number of 64 bits has ended.
 *
 * Locking: none.
 */
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/parse.h>
#include <kernel/util.h>
#include <mm/uaccess.h>
#include <mm/user_numbers.h>

/* A sign, 64 digits of base 2, a newline, the end. */
#define NUMBER_TEXT_BYTES (1 + 64 + 1 + 1)

static int number_text(char *text, const char __user *s, size_t count)
{
	count = min(count, (size_t)NUMBER_TEXT_BYTES - 1);
	if (copy_from_user(text, s, count))
		return -EFAULT;
	text[count] = '\0';
	return 0;
}

#define NUMBER_FROM_USER(type, parse)                             \
	int parse##_from_user(const char __user *s, size_t count, \
			      unsigned int base, type *res)       \
	{                                                         \
		char text[NUMBER_TEXT_BYTES];                     \
		int err = number_text(text, s, count);            \
                                                                  \
		return err ? err : parse(text, base, res);        \
	}                                                         \
	EXPORT_SYMBOL(parse##_from_user)

NUMBER_FROM_USER(unsigned long long, kstrtoull);
NUMBER_FROM_USER(long long, kstrtoll);
NUMBER_FROM_USER(unsigned long, kstrtoul);
NUMBER_FROM_USER(long, kstrtol);
NUMBER_FROM_USER(unsigned int, kstrtouint);
NUMBER_FROM_USER(int, kstrtoint);
NUMBER_FROM_USER(u16, kstrtou16);
NUMBER_FROM_USER(s16, kstrtos16);
NUMBER_FROM_USER(u8, kstrtou8);
NUMBER_FROM_USER(s8, kstrtos8);

int kstrtobool_from_user(const char __user *s, size_t count, bool *res)
{
	char text[NUMBER_TEXT_BYTES];
	int err = number_text(text, s, count);

	return err ? err : kstrtobool(text, res);
}
EXPORT_SYMBOL(kstrtobool_from_user);

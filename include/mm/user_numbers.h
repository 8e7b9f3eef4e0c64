/* SPDX-License-Identifier: MIT */
/* user_numbers.h - numbers that a user has written, as text */
#ifndef MM_USER_NUMBERS_H
#define MM_USER_NUMBERS_H

#include <kernel/parse.h>

/**
 * kstrtoull_from_user - kstrtoull() of @count bytes of a user's
 * @s: they need no NUL; one newline at the end is allowed
 *
 * The others likewise, as what they are called by.
 * Return: 0; -EFAULT if the bytes cannot be read; what kstrtoull() returns.
 * Context: process; may sleep.
 */
int __must_check kstrtoull_from_user(const char __user *s, size_t count,
				     unsigned int base,
				     unsigned long long *res);
int __must_check kstrtoll_from_user(const char __user *s, size_t count,
				    unsigned int base, long long *res);
int __must_check kstrtoul_from_user(const char __user *s, size_t count,
				    unsigned int base, unsigned long *res);
int __must_check kstrtol_from_user(const char __user *s, size_t count,
				   unsigned int base, long *res);
int __must_check kstrtouint_from_user(const char __user *s, size_t count,
				      unsigned int base, unsigned int *res);
int __must_check kstrtoint_from_user(const char __user *s, size_t count,
				     unsigned int base, int *res);
int __must_check kstrtou16_from_user(const char __user *s, size_t count,
				     unsigned int base, u16 *res);
int __must_check kstrtos16_from_user(const char __user *s, size_t count,
				     unsigned int base, s16 *res);
int __must_check kstrtou8_from_user(const char __user *s, size_t count,
				    unsigned int base, u8 *res);
int __must_check kstrtos8_from_user(const char __user *s, size_t count,
				    unsigned int base, s8 *res);
int __must_check kstrtobool_from_user(const char __user *s, size_t count,
				      bool *res);

#endif

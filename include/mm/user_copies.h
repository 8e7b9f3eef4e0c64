/* SPDX-License-Identifier: MIT */
/* user_copies.h - what a user has, copied into memory of our own */
#ifndef MM_USER_COPIES_H
#define MM_USER_COPIES_H

#include <kernel/compiler.h>
#include <kernel/err.h>
#include <kernel/types.h>

/**
 * memdup_user - @len bytes of a user's, in memory of kmalloc()
 *
 * A driver that takes @len from the user bounds it first: here the limit is
 * KMALLOC_MAX_SIZE.
 * Return: the copy, for kfree(); ERR_PTR(-ENOMEM), without a line in the log;
 * ERR_PTR(-EFAULT): not all of it can be read.
 * Context: thread, may sleep.
 */
void *__must_check memdup_user(const void __user *src, size_t len);

/* The same and a NUL behind: @len bytes that are meant as text. */
void *__must_check memdup_user_nul(const void __user *src, size_t len);

/* The same in memory of kvmalloc(), for kvfree(). */
void *__must_check vmemdup_user(const void __user *src, size_t len);

/**
 * strndup_user - a user's string, in memory of kmalloc()
 * @n: the most it may take, with its NUL
 *
 * The copy ends in NUL, even if the user changes his meanwhile.
 * Return: the copy, for kfree(); ERR_PTR(-EFAULT): it cannot be read;
 * ERR_PTR(-EINVAL): it is longer; ERR_PTR(-ENOMEM).
 * Context: thread, may sleep.
 */
char *__must_check strndup_user(const char __user *s, long n);

/* The same for somebody else, whose call site is @site. */
void *memdup_user_at(const void __user *src, size_t len, unsigned long site);
void *memdup_user_nul_at(const void __user *src, size_t len,
			 unsigned long site);
void *vmemdup_user_at(const void __user *src, size_t len, unsigned long site);
char *strndup_user_at(const char __user *s, long n, unsigned long site);

#endif

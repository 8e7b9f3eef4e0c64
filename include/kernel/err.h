/* SPDX-License-Identifier: MIT */
/*
 * err.h - a pointer that is an error number instead
 *
 * The last page of addresses is never mapped, so -1 .. -MAX_ERRNO as addresses
 * mean -Exxx.
 */
#ifndef KERNEL_ERR_H
#define KERNEL_ERR_H

#include <kernel/types.h>

#define MAX_ERRNO 4095ul
#define IS_ERR_VALUE(x) \
	unlikely((unsigned long)(void *)(x) >= (unsigned long)-MAX_ERRNO)

static inline void *__must_check ERR_PTR(long error)
{
	return (void *)error;
}

static inline long __must_check PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

/* The error that @ptr is, as a pointer of another type. */
static inline void *__must_check ERR_CAST(const void *ptr)
{
	return (void *)(unsigned long)ptr;
}

static inline bool __must_check IS_ERR(const void *ptr)
{
	return IS_ERR_VALUE((unsigned long)ptr);
}

static inline bool __must_check IS_ERR_OR_NULL(const void *ptr)
{
	return !ptr || IS_ERR_VALUE((unsigned long)ptr);
}

/* For functions that return a number: the error in @ptr, or 0. */
static inline int __must_check PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? (int)PTR_ERR(ptr) : 0;
}

#endif

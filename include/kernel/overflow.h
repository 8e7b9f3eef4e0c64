/* SPDX-License-Identifier: MIT */
/*
 * overflow.h - sums and products that may be too large
 *
 * The sizes end at SIZE_MAX instead of wrapping, and no allocator has that much:
 *
 *	p = kmalloc(struct_size(p, items, count), GFP_KERNEL);
 */
#ifndef KERNEL_OVERFLOW_H
#define KERNEL_OVERFLOW_H

#include <kernel/types.h>

/* Does it not fit into *@result? What is there then has wrapped. */
#define check_add_overflow(a, b, result) __builtin_add_overflow(a, b, result)
#define check_sub_overflow(a, b, result) __builtin_sub_overflow(a, b, result)
#define check_mul_overflow(a, b, result) __builtin_mul_overflow(a, b, result)

static inline size_t __must_check size_mul(size_t a, size_t b)
{
	size_t bytes;

	return check_mul_overflow(a, b, &bytes) ? SIZE_MAX : bytes;
}

static inline size_t __must_check size_add(size_t a, size_t b)
{
	size_t bytes;

	return check_add_overflow(a, b, &bytes) ? SIZE_MAX : bytes;
}

/* What was too large stays so. */
static inline size_t __must_check size_sub(size_t a, size_t b)
{
	size_t bytes;

	if (a == SIZE_MAX || b == SIZE_MAX || check_sub_overflow(a, b, &bytes))
		return SIZE_MAX;
	return bytes;
}

#define array_size(n, bytes) size_mul(n, bytes)
#define array3_size(a, b, c) size_mul(size_mul(a, b), c)
/* Of @n elements of the array @member at the end of *@p; and with *@p. */
#define flex_array_size(p, member, n) size_mul(n, sizeof(*(p)->member))
#define struct_size(p, member, n) \
	size_add(sizeof(*(p)), flex_array_size(p, member, n))

#endif

/* SPDX-License-Identifier: MIT */
/* sort.h - sorting in place. Linux's sort() has a fifth argument; not this. */
#ifndef KERNEL_SORT_H
#define KERNEL_SORT_H

#include <kernel/types.h>

/**
 * heap_sort - sort an array in place
 * @base: first element
 * @num: number of elements
 * @size: bytes of one element, at least 1
 * @cmp: below, equal to or above 0 as *@a sorts before, with or behind *@b
 *
 * Never allocates, never recurses, and takes O(num log num) comparisons on
 * any input. Not stable: equal elements may change places.
 *
 * Context: any.
 */
void heap_sort(void *base, size_t num, size_t size,
	       int (*cmp)(const void *a, const void *b));

#endif

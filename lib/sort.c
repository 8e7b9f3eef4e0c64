/* SPDX-License-Identifier: MIT */
/*
 * sort.c - heap sort
 *
 * The array is made a heap (no element sorts before one of its two children,
 * 2i + 1 and 2i + 2), then its top, the largest, is exchanged with the last
 * element of a heap that shrinks by one each time. Quick sort would be faster
 * on average, but has bad inputs and wants a stack; merge sort wants memory.
 *
 * A sinking element goes all the way down along the larger children first and
 * then back up to its place (bottom-up heap sort): near the end of each round
 * the sinking element is a small one, and this saves half the comparisons.
 *
 * Locking: the caller's.
 */
#include <kernel/sort.h>

/* What the steps below need to know about the array. */
struct sort_heap {
	u8 *base;
	size_t size; /* bytes of one element */
	int (*cmp)(const void *a, const void *b);
};

static void *sort_at(const struct sort_heap *heap, size_t idx)
{
	return heap->base + idx * heap->size;
}

static void sort_swap(const struct sort_heap *heap, size_t i, size_t j)
{
	u8 *a = sort_at(heap, i);
	u8 *b = sort_at(heap, j);
	size_t n;

	for (n = heap->size; n; n--) {
		u8 tmp = *a;

		*a++ = *b;
		*b++ = tmp;
	}
}

/* Follow the larger child from @top to the bottom of the @num elements. */
static size_t sort_bottom(const struct sort_heap *heap, size_t top, size_t num)
{
	size_t idx = top;

	/* 2 * idx + 2 < num, without overflow. */
	while (num > 2 && idx <= (num - 3) / 2) {
		size_t left = 2 * idx + 1;

		idx = left;
		if (heap->cmp(sort_at(heap, left), sort_at(heap, left + 1)) < 0)
			idx = left + 1;
	}
	if (num > 1 && idx <= (num - 2) / 2)
		idx = 2 * idx + 1; /* an only child, at the very end */
	return idx;
}

/* Make the subtree of @top a heap again, whose two halves are heaps. */
static void sort_sink(const struct sort_heap *heap, size_t top, size_t num)
{
	size_t idx = sort_bottom(heap, top, num);

	while (idx != top &&
	       heap->cmp(sort_at(heap, top), sort_at(heap, idx)) > 0)
		idx = (idx - 1) / 2;
	/* Those on the way move up by one; @top's element ends at idx. */
	while (idx != top) {
		sort_swap(heap, top, idx);
		idx = (idx - 1) / 2;
	}
}

void heap_sort(void *base, size_t num, size_t size,
	       int (*cmp)(const void *a, const void *b))
{
	const struct sort_heap heap = { base, size, cmp };
	size_t idx;

	for (idx = num / 2; idx--;)
		sort_sink(&heap, idx, num);
	for (idx = num; idx > 1;) {
		idx--;
		sort_swap(&heap, 0, idx);
		sort_sink(&heap, 0, idx);
	}
}

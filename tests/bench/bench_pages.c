/* SPDX-License-Identifier: MIT */
/* bench_pages.c - rows of whole pages, low and high. */
#include "mm_bench.h"

static struct page *hpage;

#define PG_PAIR(linkage, name, order)                                          \
	linkage void name(unsigned int n)                                      \
	{                                                                      \
		while (n--) {                                                  \
			unsigned long a = __get_free_pages(GFP_KERNEL, order); \
			if (!a) {                                              \
				failures++;                                    \
				return;                                        \
			}                                                      \
			bench_use(a);                                          \
			free_pages(a, order);                                  \
		}                                                              \
	}
PG_PAIR(, pg_0, 0)
PG_PAIR(static, pg_1, 1)
PG_PAIR(static, pg_2, 2)
PG_PAIR(static, pg_3, 3)
PG_PAIR(, pg_4, 4)
PG_PAIR(static, pg_5, 5)
PG_PAIR(static, pg_6, 6)
PG_PAIR(static, pg_7, 7)
PG_PAIR(static, pg_8, 8)
PG_PAIR(static, pg_9, 9)

void pg_fill(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		slot[i] = (void *)__get_free_pages(GFP_KERNEL, 0);
		if (!slot[i])
			failures++;
	}
}

void pg_drain(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		free_pages((unsigned long)slot[i], 0);
}

static void pg_drain_rand(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		free_pages((unsigned long)slot[perm[i]], 0);
}

static void zp_pair(unsigned int n)
{
	while (n--) {
		unsigned long a = get_zeroed_page(GFP_KERNEL);

		if (!a) {
			failures++;
			return;
		}
		bench_use(a);
		free_pages(a, 0);
	}
}

static void hp_pair(unsigned int n)
{
	while (n--) {
		struct page *p = alloc_page(GFP_HIGHUSER);

		if (!p) {
			failures++;
			return;
		}
		bench_use(p);
		__free_page(p);
	}
}

static void hp_map(unsigned int n)
{
	while (n--) {
		volatile u32 *v = bench_kmap(hpage);

		*v = n;
		bench_kunmap((void *)(unsigned long)v);
	}
}

static void hp_all(unsigned int n)
{
	while (n--) {
		struct page *p = alloc_page(GFP_HIGHUSER);
		volatile u32 *v;

		if (!p) {
			failures++;
			return;
		}
		v = bench_kmap(p);
		*v = n;
		bench_kunmap((void *)(unsigned long)v);
		__free_page(p);
	}
}

static void page_pairs(void)
{
	pair("pages_pair_order", 0, NPAIR, pg_0);
	pair("pages_pair_order", 1, 500, pg_1);
	pair("pages_pair_order", 2, 500, pg_2);
	pair("pages_pair_order", 3, 500, pg_3);
	pair("pages_pair_order", 4, 200, pg_4);
	pair("pages_pair_order", 5, 200, pg_5);
	pair("pages_pair_order", 6, 100, pg_6);
	pair("pages_pair_order", 7, 100, pg_7);
	pair("pages_pair_order", 8, 50, pg_8);
	pair("pages_pair_order", 9, 50, pg_9);
}

bool bench_pages(void)
{
	hpage = alloc_page(GFP_HIGHUSER);
	if (!hpage)
		return false;
	bench_printf("MMBINFO\thighmem_page\t%u\n", bench_page_is_high(hpage));
	page_pairs();
	batch("pages_batch_alloc", "pages_batch_free", 0, NBATCH, pg_fill,
	      pg_drain);
	batch("pages_batch_alloc_x", "pages_batch_free_random", 0, NBATCH,
	      pg_fill, pg_drain_rand);
	pair("zeroed_page_pair", 0, 200, zp_pair);
	pair("highuser_page_pair", 0, NPAIR, hp_pair);
	pair("kmap_atomic_touch_unmap", bench_page_is_high(hpage), NPAIR,
	     hp_map);
	pair("highuser_alloc_map_free", 0, NPAIR, hp_all);
	__free_page(hpage);
	return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * page_calls_test.c - what the books say of memory by each call: cleared or
 * not, what __GFP_HIGHMEM means where an address is wanted, and sizes to orders
 *
 * "Cleared" is shown on memory that was filled, freed and taken again. Only
 * the very same frame counts, so each case goes on taking until that frame is
 * back; it is the newest on its list, so mostly that is the first. Debug caches
 * hold freed objects back for a while: others are freed behind them.
 */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <linux/gfp.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <mm/page_poison.h>

#define PATTERN 0xa7
#define TRIES 256u

/* A way to take and give memory; @size in bytes. */
struct way {
	const char *name;
	void *(*take)(size_t size);
	void (*give)(void *p, size_t size);
	size_t size;
};

/* Take until @wanted is back; all else is given back again. */
static void *take_again(const struct way *way, const void *wanted)
{
	static void *held[TRIES];
	unsigned int n = 0;
	void *found = NULL;

	while (n < TRIES && !found) {
		void *p = way->take(way->size);

		if (!p)
			break;
		if (p == wanted)
			found = p;
		else
			held[n++] = p;
	}
	while (n)
		way->give(held[--n], way->size);
	return found;
}

/*
 * Fill what @before gives, free it, and take the same memory by @after.
 * Return: that memory, or NULL, and then the case has failed.
 */
static u8 *fill_free_take(struct ktest *t, const struct way *before,
			  const struct way *after)
{
	u8 *p = before->take(before->size), *again;

	if (!p) {
		KTEST_FAIL(t, "%s: no memory", before->name);
		return NULL;
	}
	memset(p, PATTERN, before->size);
	before->give(p, before->size);
	again = take_again(after, p);
	if (!again)
		KTEST_FAIL(t, "%s: the frame at %p did not come back",
			   after->name, p);
	return again;
}

static size_t count_byte(const u8 *p, u8 byte, size_t size)
{
	size_t n = 0;

	while (size--)
		n += *p++ == byte;
	return n;
}

/* --- whole pages -------------------------------------------------------- */

static void *take_page(size_t size)
{
	(void)size;
	return (void *)__get_free_page(GFP_KERNEL);
}

static void *take_pages(size_t size)
{
	return (void *)__get_free_pages(GFP_KERNEL, get_order(size));
}

static void *take_notes_pages(size_t size)
{
	return (void *)get_free_pages(GFP_KERNEL, get_order(size));
}

static void *take_dma_pages(size_t size)
{
	return (void *)__get_dma_pages(GFP_KERNEL, get_order(size));
}

static void *take_exact(size_t size)
{
	return alloc_pages_exact(size, GFP_KERNEL);
}

static void *take_old_page(size_t size)
{
	(void)size;
	return (void *)get_free_page(GFP_KERNEL);
}

static void *take_zeroed_page(size_t size)
{
	(void)size;
	return (void *)get_zeroed_page(GFP_KERNEL);
}

static void *take_gfp_zero(size_t size)
{
	return (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO,
					get_order(size));
}

static void *take_dma_zero(size_t size)
{
	return (void *)__get_dma_pages(GFP_KERNEL | __GFP_ZERO,
				       get_order(size));
}

static void *take_exact_zero(size_t size)
{
	return alloc_pages_exact(size, GFP_KERNEL | __GFP_ZERO);
}

static void give_pages(void *p, size_t size)
{
	free_pages((unsigned long)p, get_order(size));
}

static void give_exact(void *p, size_t size)
{
	free_pages_exact(p, size);
}

/* What pages that were filled with PATTERN hold when they have been freed. */
static u8 left_byte(void)
{
	return page_poisoning_enabled() ? PAGE_POISON : PATTERN;
}

/*
 * As it was left. In the debug build nothing else is asserted: no build writes
 * to a page when it is freed, so what was there is there; unless a boot word
 * has all of them filled.
 */
static void expect_left_as_it_was(struct ktest *t, const struct way *way)
{
	u8 *p = fill_free_take(t, way, way);

	if (!p)
		return;
	if (memchr_inv(p, left_byte(), way->size))
		KTEST_FAIL(t, "%s: memory was changed", way->name);
	way->give(p, way->size);
}

static void expect_cleared(struct ktest *t, const struct way *dirty,
			   const struct way *way)
{
	u8 *p = fill_free_take(t, dirty, way);

	if (!p)
		return;
	if (memchr_inv(p, 0, way->size))
		KTEST_FAIL(t, "%s: memory was not cleared", way->name);
	way->give(p, way->size);
}

static void pages_come_as_they_were_left(struct ktest *t)
{
	static const struct way ways[] = {
		{ "__get_free_page", take_page, give_pages, PAGE_SIZE },
		{ "__get_free_pages", take_pages, give_pages, PAGE_SIZE },
		{ "__get_free_pages", take_pages, give_pages, 4 * PAGE_SIZE },
		{ "__get_free_pages", take_pages, give_pages, 8 * PAGE_SIZE },
		{ "get_free_pages", take_notes_pages, give_pages,
		  2 * PAGE_SIZE },
		{ "__get_dma_pages", take_dma_pages, give_pages, PAGE_SIZE },
		{ "__get_dma_pages", take_dma_pages, give_pages,
		  4 * PAGE_SIZE },
		{ "alloc_pages_exact", take_exact, give_exact, PAGE_SIZE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++)
		expect_left_as_it_was(t, &ways[i]);
}

static void pages_are_cleared_when_that_was_asked(struct ktest *t)
{
	static const struct way dirty = { "__get_free_pages", take_pages,
					  give_pages, PAGE_SIZE };
	static const struct way dirty4 = { "__get_free_pages", take_pages,
					   give_pages, 4 * PAGE_SIZE };
	static const struct way dirty_dma = { "__get_dma_pages", take_dma_pages,
					      give_pages, 4 * PAGE_SIZE };
	static const struct way ways[] = {
		{ "get_free_page", take_old_page, give_pages, PAGE_SIZE },
		{ "get_zeroed_page", take_zeroed_page, give_pages, PAGE_SIZE },
		{ "__GFP_ZERO", take_gfp_zero, give_pages, PAGE_SIZE },
		{ "alloc_pages_exact", take_exact_zero, give_exact, PAGE_SIZE },
	};
	static const struct way zero4 = { "__GFP_ZERO", take_gfp_zero,
					  give_pages, 4 * PAGE_SIZE };
	static const struct way zero_dma = { "__get_dma_pages", take_dma_zero,
					     give_pages, 4 * PAGE_SIZE };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++)
		expect_cleared(t, &dirty, &ways[i]);
	expect_cleared(t, &dirty4, &zero4);
	expect_cleared(t, &dirty_dma, &zero_dma);
}

/* --- by size ------------------------------------------------------------ */

static void *take_kmalloc(size_t size)
{
	return kmalloc(size, GFP_KERNEL);
}

static void *take_kzalloc(size_t size)
{
	return kzalloc(size, GFP_KERNEL);
}

static void *take_kmalloc_zero(size_t size)
{
	return kmalloc(size, GFP_ATOMIC | __GFP_ZERO);
}

static void *take_kcalloc(size_t size)
{
	return kcalloc(size / 4, 4, GFP_KERNEL);
}

static struct kmem_cache *cache_of(size_t size)
{
	if (size > KMALLOC_MAX_CACHE_SIZE)
		return NULL;
	return &kmalloc_caches[KMALLOC_NORMAL][kmalloc_index(size)];
}

/* Are free objects of @size filled with poison? */
static bool is_poisoned(size_t size)
{
	return cache_of(size) && cache_of(size)->flags & SLAB_POISON;
}

/* Free, and on a debug cache as many more as push it out of the quarantine. */
static void give_kfree(void *p, size_t size)
{
	void *others[SLAB_QUARANTINE_MAX];
	unsigned int i;

	if (!is_poisoned(size)) {
		kfree(p);
		return;
	}
	for (i = 0; i < SLAB_QUARANTINE_MAX; i++)
		others[i] = kmalloc(size, GFP_KERNEL);
	kfree(p);
	for (i = 0; i < SLAB_QUARANTINE_MAX; i++)
		kfree(others[i]);
}

static const size_t kmalloc_test_sizes[] = { 64, 512, 4096, 8192, 20000 };

/*
 * A free object holds a link, so a few of its bytes may have changed; with
 * slab_debug=P all of them have, to a pattern that is not 0.
 */
static void kmalloc_comes_as_it_was_left(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kmalloc_test_sizes); i++) {
		const struct way way = { "kmalloc", take_kmalloc, give_kfree,
					 kmalloc_test_sizes[i] };
		u8 byte = cache_of(way.size) ? PATTERN : left_byte();
		u8 *p = fill_free_take(t, &way, &way);

		if (!p)
			continue;
		if (is_poisoned(way.size))
			KTEST_EXPECT_EQ(t, count_byte(p, 0, way.size), 0);
		else
			KTEST_EXPECT_GE(t, count_byte(p, byte, way.size),
					way.size - 2 * sizeof(void *));
		kfree(p);
	}
}

static void kmalloc_is_cleared_when_that_was_asked(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kmalloc_test_sizes); i++) {
		size_t size = kmalloc_test_sizes[i];
		const struct way dirty = { "kmalloc", take_kmalloc, give_kfree,
					   size };
		const struct way ways[] = {
			{ "kzalloc", take_kzalloc, give_kfree, size },
			{ "__GFP_ZERO", take_kmalloc_zero, give_kfree, size },
			{ "kcalloc", take_kcalloc, give_kfree, size },
		};
		unsigned int k;

		for (k = 0; k < ARRAY_SIZE(ways); k++)
			expect_cleared(t, &dirty, &ways[k]);
	}
}

/* --- vmalloc, by its frames --------------------------------------------- */

#define AREA_PAGES 8u

static void area_frames(const char *va, pfn_t *pfn)
{
	unsigned int i;

	for (i = 0; i < AREA_PAGES; i++)
		pfn[i] = vmalloc_to_pfn(va + i * PAGE_SIZE);
}

static bool was_ours(const pfn_t *pfn, pfn_t one)
{
	unsigned int i;

	for (i = 0; i < AREA_PAGES; i++) {
		if (pfn[i] == one)
			return true;
	}
	return false;
}

/* Fill an area, free it, take another: how many of its frames are the first
 * one's, and how many of those hold nothing but @byte? */
static unsigned int frames_again(struct ktest *t, u8 byte,
				 void *(*take)(unsigned long),
				 unsigned int *nr_alike)
{
	const unsigned long bytes = AREA_PAGES * PAGE_SIZE;
	pfn_t old[AREA_PAGES], new[AREA_PAGES];
	char *va = vmalloc(bytes);
	unsigned int i, again = 0;

	*nr_alike = 0;
	if (!KTEST_EXPECT_NOT_NULL(t, va))
		return 0;
	area_frames(va, old);
	memset(va, PATTERN, bytes);
	vfree(va);
	vm_unmap_aliases();
	va = take(bytes);
	if (!KTEST_EXPECT_NOT_NULL(t, va))
		return 0;
	area_frames(va, new);
	for (i = 0; i < AREA_PAGES; i++) {
		if (!was_ours(old, new[i]))
			continue;
		again++;
		*nr_alike += !memchr_inv(va + i * PAGE_SIZE, byte, PAGE_SIZE);
	}
	vfree(va);
	vm_unmap_aliases();
	return again;
}

/* Do areas of @take hold nothing but @byte where they meet an old one? A small
 * high zone may be at its low mark for one of two areas, and not for the other:
 * then they have no frame in common, and another try will. */
static void areas_come_with(struct ktest *t, u8 byte,
			    void *(*take)(unsigned long))
{
	unsigned int tries = 4, again = 0, alike = 0;

	while (tries-- && !again && !t->failed)
		again = frames_again(t, byte, take, &alike);
	KTEST_EXPECT_GE(t, again, 1);
	KTEST_EXPECT_EQ(t, alike, again);
}

static void vmalloc_comes_as_it_was_left(struct ktest *t)
{
	areas_come_with(t, left_byte(), vmalloc);
}

static void vzalloc_is_cleared(struct ktest *t)
{
	areas_come_with(t, 0, vzalloc);
}

/* --- __GFP_HIGHMEM where an address is wanted ---------------------------- */

/* Pages of high memory have no address: the request is refused, and told. */
static void pages_by_address_refuse_high_memory(struct ktest *t)
{
	unsigned long free = nr_free_pages();
	unsigned long told = mm_node.last_failure.count;

	KTEST_EXPECT_EQ(t, __get_free_pages(GFP_KERNEL | __GFP_HIGHMEM, 0), 0);
	KTEST_EXPECT_EQ(t, mm_node.last_failure.cause, ALLOC_REFUSED);
	KTEST_EXPECT_EQ(t, __get_free_pages(GFP_HIGHUSER, 3), 0);
	KTEST_EXPECT_EQ(t, get_zeroed_page(GFP_HIGHUSER), 0);
	KTEST_EXPECT_EQ(t, get_free_page(GFP_ATOMIC | __GFP_HIGHMEM), 0);
	KTEST_EXPECT_EQ(t, mm_node.last_failure.count, told + 4);
	KTEST_EXPECT_EQ(t, nr_free_pages(), free);
}

/* kmalloc() ignores the bit, whether an object lies ready or not. */
static void kmalloc_ignores_high_memory(struct ktest *t)
{
	static const size_t sizes[] = { 32, 4000, 20000 };
	void *held[40];
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (n = 0;
		     n < min(0ul + ARRAY_SIZE(held), KIB(200) / sizes[i]);
		     n++) {
			void *p = kmalloc(sizes[i], GFP_KERNEL | __GFP_HIGHMEM);

			held[n] = p;
			if (!KTEST_EXPECT_NOT_NULL(t, p))
				continue;
			KTEST_EXPECT_TRUE(t, virt_addr_valid(p));
			KTEST_EXPECT_FALSE(t, PageHighMem(virt_to_page(p)));
			memset(p, PATTERN, sizes[i]);
		}
		while (n)
			kfree(held[--n]);
	}
}

/* --- sizes and orders --------------------------------------------------- */

static void sizes_become_orders_at_their_edges(struct ktest *t)
{
	const unsigned int orders = sizeof(long) * 8 - PAGE_SHIFT;
	unsigned int order;

	KTEST_EXPECT_EQ(t, get_order(0), 0);
	KTEST_EXPECT_EQ(t, get_order(1), 0);
	for (order = 0; order < orders; order++) {
		unsigned long size = PAGE_SIZE << order;

		KTEST_EXPECT_EQ(t, get_order(size - 1), order);
		KTEST_EXPECT_EQ(t, get_order(size), order);
		KTEST_EXPECT_EQ(t, get_order(size + 1), order + 1);
	}
	KTEST_EXPECT_EQ(t, get_order(ULONG_MAX), orders);
}

static const struct ktest_case page_calls_cases[] = {
	KTEST_CASE(pages_come_as_they_were_left),
	KTEST_CASE(pages_are_cleared_when_that_was_asked),
	KTEST_CASE(kmalloc_comes_as_it_was_left),
	KTEST_CASE(kmalloc_is_cleared_when_that_was_asked),
	KTEST_CASE(vmalloc_comes_as_it_was_left),
	KTEST_CASE(vzalloc_is_cleared),
	KTEST_CASE(pages_by_address_refuse_high_memory),
	KTEST_CASE(kmalloc_ignores_high_memory),
	KTEST_CASE(sizes_become_orders_at_their_edges),
};
KTEST_SUITE(page_calls, page_calls_cases);

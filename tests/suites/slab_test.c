/* SPDX-License-Identifier: MIT */
/*
 * slab_test.c - caches: objects, constructors, arrays, memory running out,
 * misuse, and a random run against a naive list
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/preempt.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/page_poison.h>
#include <mm/slab.h>
#include "../../mm/slab_internal.h"
#include "live_fixture.h"
#include "slab_fixture.h"

#define MANY 600u /* objects: more than an array and several slabs hold */

static struct kmem_cache cache, other;
static struct fixture_source source;
static void *held[MANY];

static unsigned int alloc_many(struct kmem_cache *c, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		held[i] = kmem_cache_alloc(c, GFP_KERNEL);
		if (!held[i])
			break;
	}
	return i;
}

static void free_many(struct kmem_cache *c, unsigned int n)
{
	while (n--)
		kmem_cache_free(c, held[n]);
}

/* @n objects in held[]. Without memory for them: none, and a failed case. */
static bool hold(struct ktest *t, struct kmem_cache *c, unsigned int n)
{
	unsigned int got = alloc_many(c, n);

	if (got == n)
		return true;
	KTEST_FAIL(t, "memory for %u of %u objects only", got, n);
	free_many(c, got);
	kmem_cache_shrink(c);
	return false;
}

/* Objects of @size: distinct, aligned, writable to the last byte. */
static void try_size(struct ktest *t, size_t size)
{
	const unsigned int nr = size > 2048 ? 50 : 200;
	unsigned int i;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, size, 0, NULL))
		return;
	KTEST_EXPECT_LE(t, (unsigned long)cache.normal.objects * cache.stride,
			PAGE_SIZE << cache.normal.order);
	KTEST_ASSERT_TRUE(t, hold(t, &cache, nr));
	for (i = 0; i < nr; i++) {
		KTEST_EXPECT_EQ(t, (unsigned long)held[i] % 8, 0);
		memset(held[i], (int)i, size);
	}
	for (i = 0; i < nr; i++) {
		if (memchr_inv(held[i], (int)i, size))
			KTEST_FAIL(t, "size %zu: object %u was overwritten",
				   size, i);
	}
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	KTEST_EXPECT_EQ(t, fixture_active(&cache), nr);
	free_many(&cache, nr);
	KTEST_EXPECT_EQ(t, fixture_active(&cache), 0);
	fixture_cache_end(t, &cache, &source);
}

static void objects_of_any_size_do_not_overlap(struct ktest *t)
{
	static const size_t sizes[] = { 1,    7,    8,	  9,	24,
					100,  192,  255,  256,	500,
					1024, 1500, 4096, 5000, 8192 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		try_size(t, sizes[i]);
}

static void a_huge_object_has_a_slab_to_itself(struct ktest *t)
{
	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 100000, 0, NULL))
		return;
	KTEST_EXPECT_EQ(t, cache.normal.objects, 1);
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 4));
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	ktest_expect_report(t, "bad-free");
	kmem_cache_free(&cache, (char *)held[0] + 65536);
	free_many(&cache, 4);
	fixture_cache_end(t, &cache, &source);
}

static void alignment_is_honoured(struct ktest *t)
{
	static const size_t aligns[] = { 8, 16, 64, 256, 4096, 8192 };
	unsigned int i, j;

	fixture_source_init(&source);
	for (i = 0; i < ARRAY_SIZE(aligns); i++) {
		const struct kmem_cache_desc desc = { .name = "aligned",
						      .size = 20,
						      .align = aligns[i],
						      .source =
							      &source.source };

		KTEST_ASSERT_EQ(t, kmem_cache_init(&cache, &desc), 0);
		KTEST_ASSERT_TRUE(t, hold(t, &cache, 20));
		for (j = 0; j < 20; j++)
			KTEST_EXPECT_EQ(t, (unsigned long)held[j] % aligns[i],
					0);
		free_many(&cache, 20);
		fixture_cache_end(t, &cache, &source);
	}
}

static void hwcache_align_keeps_small_objects_in_one_line(struct ktest *t)
{
	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 20, SLAB_HWCACHE_ALIGN, NULL))
		return;
	KTEST_EXPECT_EQ(t, cache.stride, 32);
	fixture_cache_end(t, &cache, &source);
	if (!fixture_cache(t, &cache, &source, 4000, SLAB_HWCACHE_ALIGN, NULL))
		return;
	KTEST_EXPECT_EQ(t, cache.stride, 4032);
	KTEST_EXPECT_EQ(t, cache.normal.objects, 8);
	KTEST_EXPECT_EQ(t, kmem_cache_size(&cache), 4000);
	fixture_cache_end(t, &cache, &source);
}

static void geometry_of_size_classes_equals_linux(struct ktest *t)
{
	static const struct {
		u16 objects, pages;
	} linux_has[NR_KMALLOC_CLASSES] = {
		{ 512, 1 }, { 256, 1 }, { 128, 1 }, { 64, 1 }, { 42, 1 },
		{ 32, 1 },  { 21, 1 },	{ 16, 1 },  { 8, 1 },  { 8, 2 },
		{ 8, 4 },   { 8, 8 },	{ 4, 8 },
	};
	unsigned int i;

	for (i = 0; i < NR_KMALLOC_CLASSES; i++) {
		fixture_source_init(&source);
		if (!fixture_cache(t, &cache, &source, kmalloc_class_size(i), 0,
				   NULL))
			return;
		KTEST_EXPECT_EQ(t, cache.normal.objects, linux_has[i].objects);
		KTEST_EXPECT_EQ(t, 1 << cache.normal.order, linux_has[i].pages);
	}
}

static void the_object_freed_last_comes_back_first(struct ktest *t)
{
	void *p;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 64, 0, NULL))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 3));
	kmem_cache_free(&cache, held[1]);
	p = kmem_cache_alloc(&cache, GFP_KERNEL);
	KTEST_EXPECT_PTR_EQ(t, p, held[1]);
	free_many(&cache, 3);
	fixture_cache_end(t, &cache, &source);
}

static void every_object_of_a_slab_is_handed_out(struct ktest *t)
{
	unsigned int i, n;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 40, 0, NULL))
		return;
	source.fail_at = 2; /* one slab and no more */
	n = alloc_many(&cache, MANY);
	KTEST_EXPECT_EQ(t, n, cache.normal.objects);
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	for (i = 1; i < n; i++)
		KTEST_EXPECT_TRUE(t, held[i] != held[0]);
	free_many(&cache, n);
	fixture_cache_end(t, &cache, &source);
}

/* The distance from the first object to the second tells rows apart. */
static void new_slabs_are_handed_out_in_different_rows(struct ktest *t)
{
	unsigned int same = 0, i;
	long distance, first = 0;

	for (i = 0; i < 20; i++) {
		fixture_source_init(&source);
		if (!fixture_cache(t, &cache, &source, 64, 0, NULL))
			return;
		KTEST_ASSERT_TRUE(t, hold(t, &cache, 2));
		distance = (char *)held[1] - (char *)held[0];
		first = i ? first : distance;
		same += distance == first;
		/* Neighbours in time are not neighbours in memory. */
		KTEST_EXPECT_TRUE(t, distance != 64 && distance != -64);
		free_many(&cache, 2);
		fixture_cache_end(t, &cache, &source);
	}
	KTEST_EXPECT_LE(t, same, 15);
}

static void zalloc_clears_what_was_used_before(struct ktest *t)
{
	u8 *p;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 100, 0, NULL))
		return;
	p = kmem_cache_alloc(&cache, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, p);
	memset(p, 0xff, 100);
	kmem_cache_free(&cache, p);
	p = kmem_cache_zalloc(&cache, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_NULL(t, memchr_inv(p, 0, 100));
	kmem_cache_free(&cache, p);
	fixture_cache_end(t, &cache, &source);
}

static unsigned int constructed;

static void count_and_mark(void *object)
{
	constructed++;
	memset(object, 0x77, 48);
}

static void constructor_runs_once_for_each_object_of_a_slab(struct ktest *t)
{
	unsigned int round, i, slabs;

	constructed = 0;
	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 48, 0, count_and_mark))
		return;
	for (round = 0; round < 5; round++) {
		KTEST_ASSERT_TRUE(t, hold(t, &cache, 300));
		for (i = 0; i < 300; i++)
			KTEST_EXPECT_NULL(t, memchr_inv(held[i], 0x77, 48));
		free_many(&cache, 300);
	}
	slabs = (unsigned int)cache.nr_slabs;
	KTEST_EXPECT_EQ(t, constructed, slabs * cache.normal.objects);
	fixture_cache_end(t, &cache, &source);
}

static void shrink_gives_back_every_page(struct ktest *t)
{
	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 256, 0, NULL))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, MANY));
	KTEST_EXPECT_EQ(t, kmem_cache_shrink(&cache), 1);
	free_many(&cache, MANY);
	KTEST_EXPECT_TRUE(t, source.pages_out > 0);
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	KTEST_EXPECT_EQ(t, kmem_cache_shrink(&cache), 0);
	KTEST_EXPECT_EQ(t, source.pages_out, 0);
	fixture_cache_end(t, &cache, &source);
}

static void empty_slabs_beyond_the_limit_go_back_at_once(struct ktest *t)
{
	const unsigned int many = MANY / 2; /* of a page each: 1.2 MB */
	unsigned int i;

	static_assert(MANY / 2 * PAGE_SIZE > 4 * SLAB_KEEP_EMPTY_BYTES,
		      "well beyond the limit");
	if (!live_room_for(t, many * PAGE_SIZE))
		return;
	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 4096, 0, NULL))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, many));
	for (i = 0; i < many; i++)
		kmem_cache_free(&cache, held[i]);
	KTEST_EXPECT_LE(t, cache.nr_empty * PAGE_SIZE << cache.normal.order,
			SLAB_KEEP_EMPTY_BYTES);
	fixture_cache_end(t, &cache, &source);
}

static void no_request_is_lost_when_pages_run_out(struct ktest *t)
{
	unsigned long fail_at;
	unsigned int n = 0;

	for (fail_at = 1; n < 300 && !t->failed; fail_at++) {
		fixture_source_init(&source);
		source.fail_at = fail_at;
		if (!fixture_cache(t, &cache, &source, 512, 0, NULL))
			return;
		n = alloc_many(&cache, 300);
		KTEST_EXPECT_EQ(t, n, min(300ul, (fail_at - 1) * 8));
		KTEST_EXPECT_EQ(t, fixture_active(&cache), n);
		KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
		free_many(&cache, n);
		fixture_cache_end(t, &cache, &source);
	}
}

static void a_failed_slab_request_passes_the_flags_on(struct ktest *t)
{
	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 64, SLAB_CACHE_DMA, NULL))
		return;
	source.fail_at = 1;
	KTEST_EXPECT_NULL(t, kmem_cache_alloc(&cache, GFP_ATOMIC));
	KTEST_EXPECT_EQ(t, source.last_gfp, GFP_ATOMIC | __GFP_DMA);
	KTEST_EXPECT_NULL(t, kmem_cache_zalloc(&cache, GFP_KERNEL));
	KTEST_EXPECT_EQ(t, source.last_gfp, GFP_KERNEL | __GFP_DMA);
	fixture_cache_end(t, &cache, &source);
}

static void the_cache_decides_which_pages_it_gets(struct ktest *t)
{
	static const struct {
		slab_flags_t flags;
		gfp_t kind;
	} wants[] = {
		{ 0, 0 },
		{ SLAB_RECLAIM_ACCOUNT, __GFP_RECLAIMABLE },
		{ SLAB_CACHE_DMA, __GFP_DMA },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wants); i++) {
		void *object;

		fixture_source_init(&source);
		if (!fixture_cache(t, &cache, &source, 64, wants[i].flags,
				   NULL))
			return;
		object = kmem_cache_alloc(&cache, GFP_USER | __GFP_MOVABLE);
		KTEST_EXPECT_NOT_NULL(t, object);
		KTEST_EXPECT_EQ(t, source.last_gfp & __GFP_KIND_MASK,
				wants[i].kind);
		KTEST_EXPECT_EQ(t, source.last_gfp & ~__GFP_KIND_MASK,
				GFP_USER);
		kmem_cache_free(&cache, object);
		fixture_cache_end(t, &cache, &source);
	}
}

static void injected_failures_reach_every_request(struct ktest *t)
{
	struct fault_attr boot_plan;
	struct kmem_cache *c = kmem_cache_create("injected", 64, 0, 0, NULL);
	void *p;

	KTEST_ASSERT_NOT_NULL(t, c);
	p = kmem_cache_alloc(c, GFP_KERNEL); /* now the array has objects */
	fault_plan_save(&fault_slab, &boot_plan);
	fault_fail_nth(&fault_slab, 2);
	held[0] = kmem_cache_alloc(c, GFP_KERNEL);
	held[1] = kmem_cache_alloc(c, GFP_KERNEL);
	held[2] = kmem_cache_alloc(c, GFP_KERNEL);
	fault_plan_restore(&fault_slab, &boot_plan);
	KTEST_EXPECT_NOT_NULL(t, held[0]);
	KTEST_EXPECT_NULL(t, held[1]);
	KTEST_EXPECT_NOT_NULL(t, held[2]);
	KTEST_EXPECT_EQ(t, slab_check(c), 0);
	kmem_cache_free(c, held[0]);
	kmem_cache_free(c, held[2]);
	kmem_cache_free(c, p);
	kmem_cache_destroy(c);
}

static void a_cache_made_while_requests_fail_is_asked_too(struct ktest *t)
{
	struct fault_attr boot_plan;
	struct kmem_cache *c;

	fault_plan_save(&fault_slab, &boot_plan);
	fault_fail_nth(&fault_slab, 3); /* the first is for the cache itself */
	c = kmem_cache_create("late", 64, 0, 0, NULL);
	held[0] = c ? kmem_cache_alloc(c, GFP_ATOMIC) : NULL;
	held[1] = c ? kmem_cache_alloc(c, GFP_ATOMIC) : NULL;
	fault_plan_restore(&fault_slab, &boot_plan);
	KTEST_ASSERT_NOT_NULL(t, c);
	KTEST_EXPECT_NOT_NULL(t, held[0]);
	KTEST_EXPECT_NULL(t, held[1]);
	kmem_cache_free(c, held[0]);
	kmem_cache_destroy(c);
}

static void atomic_requests_work_with_interrupts_off(struct ktest *t)
{
	unsigned long flags;
	unsigned int i;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 128, 0, NULL))
		return;
	flags = local_irq_save();
	irq_enter();
	for (i = 0; i < 200; i++)
		held[i] = kmem_cache_alloc(&cache, GFP_ATOMIC);
	for (i = 0; i < 200; i++) {
		if (KTEST_EXPECT_NOT_NULL(t, held[i]))
			kmem_cache_free(&cache, held[i]);
	}
	KTEST_EXPECT_TRUE(t, irqs_disabled());
	irq_exit();
	local_irq_restore(flags);
	fixture_cache_end(t, &cache, &source);
}

static void sleeping_requests_are_reported_on_every_call(struct ktest *t)
{
	unsigned long flags;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 128, 0, NULL))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 1)); /* array has objects */
	ktest_expect_report(t, "sleep-in-atomic");
	preempt_disable();
	held[1] = kmem_cache_alloc(&cache, GFP_KERNEL);
	preempt_enable();
	fixture_expect_prefix(t, "sleep-in-atomic test-cache preempt=1");
	ktest_expect_report(t, "sleep-in-atomic");
	flags = local_irq_save();
	held[2] = kmem_cache_zalloc(&cache, GFP_NOIO);
	KTEST_EXPECT_TRUE(t, irqs_disabled());
	local_irq_restore(flags);
	fixture_expect_prefix(t, "sleep-in-atomic test-cache irqs-off");
	free_many(&cache, 3);
	fixture_cache_end(t, &cache, &source);
}

/* ---- misuse -------------------------------------------------------------- */

static void freeing_twice_in_a_row_is_caught(struct ktest *t)
{
	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 64, 0, NULL))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 2));
	kmem_cache_free(&cache, held[0]);
	ktest_expect_report(t, "double-free");
	kmem_cache_free(&cache, held[0]);
	fixture_expect_prefix(t, "double-free test-cache obj=");
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	KTEST_EXPECT_EQ(t, fixture_active(&cache), 1);
	kmem_cache_free(&cache, held[1]);
	fixture_cache_end(t, &cache, &source);
}

static void a_free_to_the_wrong_cache_is_refused(struct ktest *t)
{
	const struct kmem_cache_desc desc = { .name = "b", .size = 64 };

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 64, 0, NULL))
		return;
	KTEST_ASSERT_EQ(t, kmem_cache_init(&other, &desc), 0);
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 1));
	ktest_expect_report(t, "wrong-cache");
	kmem_cache_free(&other, held[0]);
	fixture_expect_prefix(t, "wrong-cache obj=");
	fixture_expect_part(t, " is=test-cache given=b");
	KTEST_EXPECT_EQ(t, slab_check(&other), 0);
	free_many(&cache, 1);
	KTEST_EXPECT_EQ(t, kmem_cache_exit(&other), 0);
	fixture_cache_end(t, &cache, &source);
}

static void interior_pointers_are_refused(struct ktest *t)
{
	static const size_t sizes[] = { 64, 96, 1024, 4096 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		fixture_source_init(&source);
		if (!fixture_cache(t, &cache, &source, sizes[i], 0, NULL))
			return;
		KTEST_ASSERT_TRUE(t, hold(t, &cache, 5));
		ktest_expect_report(t, "bad-free");
		kmem_cache_free(&cache, (char *)held[3] + 8);
		fixture_expect_prefix(t, "bad-free interior obj+8 ");
		KTEST_EXPECT_EQ(t, fixture_active(&cache), 5);
		free_many(&cache, 5);
		fixture_cache_end(t, &cache, &source);
	}
}

static void the_tail_of_a_slab_is_no_object(struct ktest *t)
{
	char *base;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 192, 0, NULL))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 1));
	base = (char *)((unsigned long)held[0] & PAGE_MASK);
	ktest_expect_report(t, "bad-free");
	kmem_cache_free(&cache, base + 21 * 192);
	fixture_expect_prefix(t, "bad-free slab-tail cache=test-cache");
	free_many(&cache, 1);
	fixture_cache_end(t, &cache, &source);
}

static int static_data = 1;

static void what_is_no_slab_memory_is_named_by_class(struct ktest *t)
{
	void *page = (void *)__get_free_pages(GFP_KERNEL, 0);
	int on_stack = 1;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 64, 0, NULL) || !page)
		return;
	ktest_expect_report(t, "bad-free");
	kmem_cache_free(&cache, &on_stack);
	fixture_expect_prefix(t, "bad-free stack");
	ktest_expect_report(t, "bad-free");
	kmem_cache_free(&cache, &static_data);
	fixture_expect_prefix(t, "bad-free kernel-image");
	ktest_expect_report(t, "bad-free");
	kmem_cache_free(&cache, page);
	fixture_expect_prefix(t, "bad-free lowmem");
	ktest_expect_report(t, "bad-free");
	kmem_cache_free(&cache, NULL);
	free_pages((unsigned long)page, 0);
	fixture_cache_end(t, &cache, &source);
}

static void freeing_a_slab_page_is_refused_by_the_buddy(struct ktest *t)
{
	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 64, 0, NULL))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 1));
	ktest_expect_report(t, "bad-free");
	free_pages((unsigned long)held[0] & PAGE_MASK, 0);
	fixture_expect_prefix(t, "bad-free slab-page cache=test-cache");
	free_many(&cache, 1);
	fixture_cache_end(t, &cache, &source);
}

/* An object's free link, overwritten after the free, must not be followed. */
static void a_damaged_free_list_is_contained(struct ktest *t)
{
	struct slab_usage usage;
	unsigned int i, n;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 64, SLAB_NO_ARRAY, NULL))
		return;
	n = alloc_many(&cache, 12);
	KTEST_ASSERT_EQ(t, n, 12);
	for (i = 0; i < 10; i++)
		kmem_cache_free(&cache, held[i]);
	held[12] = kmem_cache_alloc(&cache, GFP_KERNEL);
	KTEST_EXPECT_PTR_EQ(t, held[12], held[9]);
	*(unsigned long *)held[8] = 0x41414141;
	KTEST_EXPECT_TRUE(t, slab_check(&cache) > 0);
	ktest_expect_report(t, "freelist");
	held[13] = kmem_cache_alloc(&cache, GFP_KERNEL);
	fixture_expect_prefix(t, "freelist corrupt cache=test-cache obj=");
	KTEST_ASSERT_NOT_NULL(t, held[13]); /* from another slab */
	KTEST_EXPECT_TRUE(t, held[13] != held[8]);
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	slab_usage(&cache, &usage);
	KTEST_EXPECT_EQ(t, usage.active_objects, 4);
	KTEST_EXPECT_EQ(t, usage.isolated_objects, 61);
	for (i = 10; i < 14; i++)
		kmem_cache_free(&cache, held[i]);
	fixture_cache_end(t, &cache, &source);
}

static void a_busy_cache_stays(struct ktest *t)
{
	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 64, 0, NULL))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 3));
	ktest_expect_report(t, "cache-busy");
	KTEST_EXPECT_EQ(t, kmem_cache_exit(&cache), -EBUSY);
	fixture_expect_prefix(t, "cache-busy name=test-cache live=3");
	held[3] = kmem_cache_alloc(&cache, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, held[3]);
	free_many(&cache, 4);
	fixture_cache_end(t, &cache, &source);
}

/* What a slab leaves behind must not pass for a slab. */
static void an_object_of_a_cache_that_is_gone_is_refused(struct ktest *t)
{
	struct page *slab;
	unsigned int i;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 4096, 0, NULL))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 1));
	slab = slab_find(held[0]);
	KTEST_ASSERT_NOT_NULL(t, slab);
	free_many(&cache, 1);
	fixture_cache_end(t, &cache, &source);
	/* The word is page_poison.c's while a page is free: no cache either. */
	for (i = 0; i < 8; i++) {
		KTEST_EXPECT_TRUE(t, slab[i].slab_cache != &cache);
		if (!page_poisoning_enabled())
			KTEST_EXPECT_NULL(t, slab[i].slab_cache);
	}
	ktest_expect_report(t, "bad-free");
	kfree(held[0]);
	ktest_expect_report(t, "cache-dead");
	kmem_cache_free(&cache, held[0]);
	fixture_expect_prefix(t, "cache-dead free name=test-cache obj=");
}

static void refuse(struct ktest *t, const char *name, size_t size, size_t align,
		   const char *why)
{
	const struct kmem_cache_desc desc = { .name = name,
					      .size = size,
					      .align = align };

	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_EQ(t, kmem_cache_init(&cache, &desc), -EINVAL);
	fixture_expect_part(t, why);
}

static void bad_descriptions_are_refused(struct ktest *t)
{
	static const char name64[] = "0123456789012345678901234567890123456789"
				     "012345678901234567890123";

	refuse(t, NULL, 64, 0, "has no name");
	refuse(t, "", 64, 0, "has no name");
	refuse(t, "a b", 64, 0, "white space in the name");
	refuse(t, "tab\t", 64, 0, "white space in the name");
	refuse(t, name64, 64, 0, "name too long");
	refuse(t, "ok", 0, 0, "size 0");
	refuse(t, "ok", KMALLOC_MAX_SIZE + 1, 0, "size too large");
	refuse(t, "ok", SIZE_MAX, 0, "size too large");
	refuse(t, "ok", 64, 3, "alignment no power of two");
}

static void names_are_unique_and_live_as_long_as_the_cache(struct ktest *t)
{
	struct kmem_cache *first, *second;

	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_NULL(t, kmem_cache_create("kmalloc-64", 64, 0, 0, NULL));
	fixture_expect_part(t, "name in use");
	first = kmem_cache_create("twice", 64, 0, 0, NULL);
	KTEST_ASSERT_NOT_NULL(t, first);
	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_NULL(t, kmem_cache_create("twice", 64, 0, 0, NULL));
	kmem_cache_destroy(first);
	second = kmem_cache_create("twice", 64, 0, 0, NULL);
	KTEST_EXPECT_NOT_NULL(t, second);
	kmem_cache_destroy(second);
	kmem_cache_destroy(NULL);
}

/* ---- showing and checking ------------------------------------------------ */

static char info_text[8192];

static void slabinfo_has_linux_format(struct ktest *t)
{
	struct kmem_cache *c =
		kmem_cache_create("shown", 1000, 0, SLAB_HWCACHE_ALIGN, NULL);
	struct seq_file m = { .buf = info_text, .size = sizeof(info_text) };
	const struct proc_file *file = proc_file_find("slabinfo");
	const char *line;

	KTEST_ASSERT_NOT_NULL(t, c);
	KTEST_ASSERT_NOT_NULL(t, file);
	KTEST_EXPECT_EQ(t, kmem_cache_tune(c, 48, 24, 8), 0);
	KTEST_ASSERT_TRUE(t, hold(t, c, 3));
	memset(info_text, 0, sizeof(info_text));
	file->show(&m);
	KTEST_EXPECT_FALSE(t, m.overflowed);
	KTEST_EXPECT_TRUE(
		t, !strncmp(info_text,
			    "slabinfo - version: 2.1\n# name            "
			    "<active_objs> <num_objs> <objsize> <objperslab> "
			    "<pagesperslab> : tunables <limit> <batchcount> "
			    "<sharedfactor> : slabdata <active_slabs> "
			    "<num_slabs> <sharedavail>\n",
			    199));
	line = strstr(info_text, "\nshown ");
	KTEST_ASSERT_NOT_NULL(t, line);
	KTEST_EXPECT_TRUE(
		t, !strncmp(line,
			    "\nshown                  3      8   1024    8    2"
			    " : tunables   48   24    8"
			    " : slabdata      1      1      0\n",
			    98));
	free_many(c, 3);
	kmem_cache_destroy(c);
}

static void the_checker_finds_planted_flaws(struct ktest *t)
{
	struct page *slab;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 256, SLAB_NO_ARRAY, NULL))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 4));
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	slab = virt_to_page(held[0]);
	slab->slab_inuse++;
	KTEST_EXPECT_TRUE(t, slab_check(&cache) > 0); /* S3, S4 */
	slab->slab_inuse--;
	cache.nr_slabs++;
	KTEST_EXPECT_TRUE(t, slab_check(&cache) > 0); /* S1 */
	cache.nr_slabs--;
	slab->slab_first -= 8;
	KTEST_EXPECT_TRUE(t, slab_check(&cache) > 0); /* S2 */
	slab->slab_first += 8;
	cache.nr_pages++;
	KTEST_EXPECT_EQ(t, slab_check(&cache), 1); /* S1 */
	cache.nr_pages--;
	cache.nr_objects--;
	KTEST_EXPECT_EQ(t, slab_check(&cache), 1); /* S1 */
	cache.nr_objects++;
	cache.nr_inuse++;
	KTEST_EXPECT_EQ(t, slab_check(&cache), 1); /* S4 */
	cache.nr_inuse--;
	cache.nr_isolated = 5;
	KTEST_EXPECT_EQ(t, slab_check(&cache), 1); /* S6 */
	cache.nr_isolated = 0;
	free_many(&cache, 4);
	fixture_cache_end(t, &cache, &source);
}

static void the_checker_looks_into_arrays(struct ktest *t)
{
	struct slab_array *array;
	unsigned int cpu;
	void *saved;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 256, 0, NULL))
		return;
	cpu = raw_smp_processor_id();
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 1));
	array = cache.real_array[cpu];
	KTEST_ASSERT_NOT_NULL(t, array);
	KTEST_ASSERT_TRUE(t, array->avail > 2);
	saved = array->obj[0];
	array->obj[0] = array->obj[1];
	KTEST_EXPECT_EQ(t, slab_check(&cache), 1); /* S5: twice */
	array->obj[0] = (char *)saved + 8;
	KTEST_EXPECT_EQ(t, slab_check(&cache), 1); /* S5: no object */
	array->obj[0] = saved;
	free_many(&cache, 1);
	fixture_cache_end(t, &cache, &source);
}

/* ---- random runs --------------------------------------------------------- */

#define MODEL_SLOTS 400u
#define MODEL_STEPS 20000u

static struct {
	u8 *object;
	u8 mark;
} model[MODEL_SLOTS];

static void model_step(struct ktest *t, size_t size)
{
	/* Half of them are full: some 200 KiB of large objects. */
	unsigned int slot =
		ktest_random(t) % (size > 1024 ? MODEL_SLOTS / 4 : MODEL_SLOTS);

	if (!model[slot].object) {
		u8 *p = kmem_cache_alloc(
			&cache, ktest_random(t) & 1 ? GFP_KERNEL : GFP_ATOMIC);

		if (!KTEST_EXPECT_NOT_NULL(t, p))
			return;
		model[slot].object = p;
		model[slot].mark = (u8)ktest_random(t);
		memset(p, model[slot].mark, size);
		return;
	}
	if (memchr_inv(model[slot].object, model[slot].mark, size))
		KTEST_FAIL(t, "slot %u was overwritten", slot);
	kmem_cache_free(&cache, model[slot].object);
	model[slot].object = NULL;
}

static void model_run(struct ktest *t, size_t size, slab_flags_t flags)
{
	unsigned int i, live = 0;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, size, flags, NULL))
		return;
	memset(model, 0, sizeof(model));
	for (i = 0; i < MODEL_STEPS && !t->failed; i++) {
		model_step(t, size);
		if (i % 4096 == 0)
			KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	}
	for (i = 0; i < MODEL_SLOTS; i++)
		live += model[i].object != NULL;
	KTEST_EXPECT_EQ(t, fixture_active(&cache), live);
	for (i = 0; i < MODEL_SLOTS; i++) {
		if (model[i].object)
			kmem_cache_free(&cache, model[i].object);
	}
	fixture_cache_end(t, &cache, &source);
}

static void random_requests_agree_with_a_naive_list(struct ktest *t)
{
	model_run(t, 24, 0);
	model_run(t, 200, 0);
	model_run(t, 1024, 0);
	model_run(t, 3000, 0);
	model_run(t, 96, SLAB_NO_ARRAY);
	model_run(t, 96, SLAB_DEBUG_FLAGS);
	model_run(t, 2048, SLAB_RED_ZONE | SLAB_STORE_USER);
}

static const struct ktest_case slab_cases[] = {
	KTEST_CASE(objects_of_any_size_do_not_overlap),
	KTEST_CASE(a_huge_object_has_a_slab_to_itself),
	KTEST_CASE(alignment_is_honoured),
	KTEST_CASE(hwcache_align_keeps_small_objects_in_one_line),
	KTEST_CASE(geometry_of_size_classes_equals_linux),
	KTEST_CASE(the_object_freed_last_comes_back_first),
	KTEST_CASE(every_object_of_a_slab_is_handed_out),
	KTEST_CASE(new_slabs_are_handed_out_in_different_rows),
	KTEST_CASE(zalloc_clears_what_was_used_before),
	KTEST_CASE(constructor_runs_once_for_each_object_of_a_slab),
	KTEST_CASE(shrink_gives_back_every_page),
	KTEST_CASE(empty_slabs_beyond_the_limit_go_back_at_once),
	KTEST_CASE(no_request_is_lost_when_pages_run_out),
	KTEST_CASE(a_failed_slab_request_passes_the_flags_on),
	KTEST_CASE(the_cache_decides_which_pages_it_gets),
	KTEST_CASE(injected_failures_reach_every_request),
	KTEST_CASE(a_cache_made_while_requests_fail_is_asked_too),
	KTEST_CASE(atomic_requests_work_with_interrupts_off),
	KTEST_CASE(sleeping_requests_are_reported_on_every_call),
	KTEST_CASE(freeing_twice_in_a_row_is_caught),
	KTEST_CASE(a_free_to_the_wrong_cache_is_refused),
	KTEST_CASE(interior_pointers_are_refused),
	KTEST_CASE(the_tail_of_a_slab_is_no_object),
	KTEST_CASE(what_is_no_slab_memory_is_named_by_class),
	KTEST_CASE(freeing_a_slab_page_is_refused_by_the_buddy),
	KTEST_CASE(a_damaged_free_list_is_contained),
	KTEST_CASE(a_busy_cache_stays),
	KTEST_CASE(an_object_of_a_cache_that_is_gone_is_refused),
	KTEST_CASE(bad_descriptions_are_refused),
	KTEST_CASE(names_are_unique_and_live_as_long_as_the_cache),
	KTEST_CASE(slabinfo_has_linux_format),
	KTEST_CASE(the_checker_finds_planted_flaws),
	KTEST_CASE(the_checker_looks_into_arrays),
	KTEST_CASE(random_requests_agree_with_a_naive_list),
};
KTEST_SUITE_BOUND(slab, slab_cases);

/* SPDX-License-Identifier: MIT */
/* allocinfo_test.c - memory by the place that asked, for each kind of it */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/seq_file.h>
#include <kernel/util.h>
#include <mm/allocinfo.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#define ROWS 512u
/* A function of this file is not longer. */
#define FUNCTION_BYTES 4096ul

static struct allocinfo_row rows[ROWS];

/* What is held by calls from [fn, fn + FUNCTION_BYTES) of @kind. */
static struct allocinfo_row held_by(const void *fn, enum allocinfo_kind kind)
{
	struct allocinfo_row sum = { .calls = 0 };
	unsigned int nr = allocinfo_collect(rows, ROWS), i;

	for (i = 0; i < nr; i++) {
		if (rows[i].site - (unsigned long)fn >= FUNCTION_BYTES ||
		    rows[i].kind != kind)
			continue;
		sum.bytes += rows[i].bytes;
		sum.calls += rows[i].calls;
	}
	return sum;
}

/* Not inlined, so that the callers' addresses lie behind their own names. */
static noinline void *ask_pages(void)
{
	void *p = alloc_pages(GFP_KERNEL, 2);

	barrier();
	return p;
}

static noinline void *ask_vmalloc(void)
{
	void *p = vmalloc(3 * PAGE_SIZE);

	barrier();
	return p;
}

static noinline void __percpu *ask_percpu(void)
{
	void __percpu *p = __alloc_percpu(20, 4);

	barrier();
	return p;
}

static noinline void *ask_kmalloc(size_t size)
{
	void *p = kmalloc(size, GFP_KERNEL);

	barrier();
	return p;
}

static void pages_are_counted_by_block(struct ktest *t)
{
	struct page *a = ask_pages(), *b = ask_pages();
	struct allocinfo_row row = held_by(ask_pages, ALLOCINFO_PAGES);

	KTEST_ASSERT_TRUE(t, a && b);
	KTEST_EXPECT_EQ(t, row.calls, 2);
	KTEST_EXPECT_EQ(t, row.bytes, 8 * PAGE_SIZE);
	__free_pages(a, 2);
	row = held_by(ask_pages, ALLOCINFO_PAGES);
	KTEST_EXPECT_EQ(t, row.calls, 1);
	KTEST_EXPECT_EQ(t, row.bytes, 4 * PAGE_SIZE);
	__free_pages(b, 2);
	KTEST_EXPECT_EQ(t, held_by(ask_pages, ALLOCINFO_PAGES).calls, 0);
}

static void areas_are_counted_and_their_pages_are_not(struct ktest *t)
{
	void *p = ask_vmalloc();
	struct allocinfo_row row = held_by(ask_vmalloc, ALLOCINFO_VMALLOC);

	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_EQ(t, row.calls, 1);
	KTEST_EXPECT_EQ(t, row.bytes, 3 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, held_by(ask_vmalloc, ALLOCINFO_PAGES).calls, 0);
	vfree(p);
	KTEST_EXPECT_EQ(t, held_by(ask_vmalloc, ALLOCINFO_VMALLOC).calls, 0);
}

static void percpu_objects_count_for_every_cpu(struct ktest *t)
{
	void __percpu *p = ask_percpu();
	struct allocinfo_row row = held_by(ask_percpu, ALLOCINFO_PERCPU);

	KTEST_ASSERT_NOT_NULL(t, (void __force *)p);
	KTEST_EXPECT_EQ(t, row.calls, 1);
	KTEST_EXPECT_EQ(t, row.bytes, 20 * nr_cpu_ids);
	free_percpu(p);
	KTEST_EXPECT_EQ(t, held_by(ask_percpu, ALLOCINFO_PERCPU).calls, 0);
}

static void a_large_kmalloc_needs_no_watch(struct ktest *t)
{
	void *p = ask_kmalloc(100000);
	struct allocinfo_row row = held_by(ask_kmalloc, ALLOCINFO_KMALLOC);

	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_EQ(t, row.calls, 1);
	KTEST_EXPECT_EQ(t, row.bytes, 131072);
	kfree(p);
	KTEST_EXPECT_EQ(t, held_by(ask_kmalloc, ALLOCINFO_KMALLOC).calls, 0);
}

/* Somebody may watch at the console: the suite does it its own way. */
static bool watched_before;

static void watch_begin(struct ktest *t)
{
	watched_before = allocinfo_is_watching();
	KTEST_EXPECT_EQ(t, allocinfo_watch(false), 0);
}

static void watch_end(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, allocinfo_watch(watched_before), 0);
}

static void objects_are_counted_while_it_is_watched(struct ktest *t)
{
	void *before = ask_kmalloc(40), *p[3];
	struct allocinfo_row row;
	unsigned long known, missed;
	unsigned int i;

	watch_begin(t);
	KTEST_ASSERT_NOT_NULL(t, before);
	KTEST_EXPECT_FALSE(t, allocinfo_is_watching());
	KTEST_EXPECT_EQ(t, held_by(ask_kmalloc, ALLOCINFO_SLAB).calls, 0);
	KTEST_ASSERT_EQ(t, allocinfo_watch(true), 0);
	KTEST_EXPECT_TRUE(t, allocinfo_is_watching());
	for (i = 0; i < ARRAY_SIZE(p); i++)
		p[i] = ask_kmalloc(40);
	row = held_by(ask_kmalloc, ALLOCINFO_SLAB);
	KTEST_EXPECT_EQ(t, row.calls, 3);
	KTEST_EXPECT_EQ(t, row.bytes, 3 * 64);
	allocinfo_objects(&known, &missed);
	KTEST_EXPECT_GE(t, known, 3);
	KTEST_EXPECT_EQ(t, missed, 0);
	/* What it does not know of changes nothing. */
	kfree(before);
	KTEST_EXPECT_EQ(t, held_by(ask_kmalloc, ALLOCINFO_SLAB).calls, 3);
	kfree(p[1]);
	KTEST_EXPECT_EQ(t, held_by(ask_kmalloc, ALLOCINFO_SLAB).calls, 2);
	KTEST_EXPECT_EQ(t, allocinfo_watch(false), 0);
	KTEST_EXPECT_EQ(t, held_by(ask_kmalloc, ALLOCINFO_SLAB).calls, 0);
	kfree(p[0]);
	/* A new watch knows nothing of the old one's. */
	KTEST_ASSERT_EQ(t, allocinfo_watch(true), 0);
	KTEST_EXPECT_EQ(t, held_by(ask_kmalloc, ALLOCINFO_SLAB).calls, 0);
	kfree(p[2]);
	KTEST_EXPECT_EQ(t, allocinfo_watch(false), 0);
	watch_end(t);
}

/* Of the caches made meanwhile, too; and what is given back is gone. */
static void caches_made_meanwhile_are_watched(struct ktest *t)
{
	struct kmem_cache *cache;
	unsigned long before, after, missed;
	void *p[50];
	unsigned int i;

	watch_begin(t);
	KTEST_ASSERT_EQ(t, allocinfo_watch(true), 0);
	cache = kmem_cache_create("watched", 100, 0, 0, NULL);
	if (!KTEST_EXPECT_NOT_NULL(t, cache))
		goto out;
	allocinfo_objects(&before, &missed);
	for (i = 0; i < ARRAY_SIZE(p); i++)
		p[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	allocinfo_objects(&after, &missed);
	KTEST_EXPECT_EQ(t, after, before + ARRAY_SIZE(p));
	for (i = 0; i < ARRAY_SIZE(p); i++)
		kmem_cache_free(cache, p[i]);
	allocinfo_objects(&after, &missed);
	KTEST_EXPECT_EQ(t, after, before);
	kmem_cache_destroy(cache);
out:
	watch_end(t);
}

static void the_biggest_come_first(struct ktest *t)
{
	void *p = ask_vmalloc();
	unsigned int nr = allocinfo_collect(rows, ROWS), i, wrong = 0;

	for (i = 1; i < nr; i++)
		wrong += rows[i - 1].bytes < rows[i].bytes;
	KTEST_EXPECT_GE(t, nr, 2);
	KTEST_EXPECT_EQ(t, wrong, 0);
	vfree(p);
}

static void callers_without_a_row_share_one(struct ktest *t)
{
	unsigned int nr = allocinfo_collect(rows, ROWS), few, i;
	u64 all = 0, shared = 0;

	for (i = 0; i < nr; i++)
		all += rows[i].bytes;
	few = allocinfo_collect(rows, 3);
	KTEST_EXPECT_LE(t, few, 3);
	for (i = 0; i < few; i++)
		shared += rows[i].bytes;
	KTEST_EXPECT_EQ(t, shared, all);
	KTEST_EXPECT_EQ(t, allocinfo_collect(rows, 1), 0);
}

static int write_text(const char *text)
{
	struct proc_write w;

	return proc_file_write(proc_file_find("allocinfo"), text, &w);
}

static void the_file_is_switched_by_a_word(struct ktest *t)
{
	watch_begin(t);
	KTEST_EXPECT_EQ(t, write_text("on\n"), 0);
	KTEST_EXPECT_TRUE(t, allocinfo_is_watching());
	KTEST_EXPECT_EQ(t, write_text("on"), 0);
	KTEST_EXPECT_EQ(t, write_text("maybe"), -EINVAL);
	KTEST_EXPECT_EQ(t, write_text(""), -EINVAL);
	KTEST_EXPECT_EQ(t, write_text("offf"), -EINVAL);
	KTEST_EXPECT_TRUE(t, allocinfo_is_watching());
	KTEST_EXPECT_EQ(t, write_text("off\n"), 0);
	KTEST_EXPECT_FALSE(t, allocinfo_is_watching());
	watch_end(t);
}

static const struct ktest_case allocinfo_cases[] = {
	KTEST_CASE(pages_are_counted_by_block),
	KTEST_CASE(areas_are_counted_and_their_pages_are_not),
	KTEST_CASE(percpu_objects_count_for_every_cpu),
	KTEST_CASE(a_large_kmalloc_needs_no_watch),
	KTEST_CASE(objects_are_counted_while_it_is_watched),
	KTEST_CASE(caches_made_meanwhile_are_watched),
	KTEST_CASE(the_biggest_come_first),
	KTEST_CASE(callers_without_a_row_share_one),
	KTEST_CASE(the_file_is_switched_by_a_word),
};
KTEST_SUITE(allocinfo, allocinfo_cases);

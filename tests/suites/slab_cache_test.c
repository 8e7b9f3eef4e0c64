/* SPDX-License-Identifier: MIT */
/*
 * slab_cache_test.c - caches as a whole: flags, old and new constructors,
 * colours, the shared layer and its tunables, reaping, and caches that are gone
 */
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/rcupdate.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/page_alloc.h>
#include <linux/slab.h>
#include "../../mm/slab_internal.h"
#include "proc_text.h"
#include "sched_fixture.h"
#include "slab_fixture.h"

#define MANY 700u /* objects: more than an array and several slabs hold */

static struct kmem_cache cache;
static struct fixture_source source;
static void *held[MANY];

/* @n objects of @c in held[]. Without memory for them: none, and a failure. */
static bool hold(struct ktest *t, struct kmem_cache *c, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		held[i] = kmem_cache_alloc(c, GFP_KERNEL);
		if (held[i])
			continue;
		KTEST_FAIL(t, "memory for %u of %u objects only", i, n);
		while (i--)
			kmem_cache_free(c, held[i]);
		return false;
	}
	return true;
}

static void free_held(struct kmem_cache *c, unsigned int n)
{
	while (n--)
		kmem_cache_free(c, held[n]);
}

static unsigned long empty_slabs(struct kmem_cache *c)
{
	return READ_ONCE(c->nr_empty);
}

/* ---- constructors and destructors ---------------------------------------- */

static unsigned int nr_ctor, nr_dtor, nr_wrong;
static unsigned long ctor_flags;
static struct kmem_cache *told_cache;

static void old_ctor(void *object, struct kmem_cache *c, unsigned long flags)
{
	u32 *words = object;

	nr_ctor++;
	ctor_flags = flags;
	told_cache = c;
	words[0] = 0xc0de;
	words[1] = 0;
}

/* It meets objects as the constructor or their last owner left them. */
static void old_dtor(void *object, struct kmem_cache *c, unsigned long flags)
{
	u32 *words = object;

	nr_dtor++;
	nr_wrong += words[0] != 0xc0de || c != told_cache || flags;
	words[0] = 0xdead;
}

static bool old_cache(struct ktest *t, size_t size, slab_flags_t flags)
{
	const struct kmem_cache_desc desc = { .name = "old-form",
					      .size = size,
					      .flags = flags,
					      .old_ctor = old_ctor,
					      .dtor = old_dtor,
					      .source = &source.source };

	nr_ctor = nr_dtor = nr_wrong = 0;
	fixture_source_init(&source);
	return KTEST_EXPECT_EQ(t, kmem_cache_init(&cache, &desc), 0);
}

static void constructors_and_destructors_are_of_slabs(struct ktest *t)
{
	unsigned int slabs;

	if (!old_cache(t, 200, 0))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 100));
	slabs = (unsigned int)cache.nr_slabs;
	KTEST_EXPECT_EQ(t, nr_ctor, slabs * cache.normal.objects);
	KTEST_EXPECT_EQ(t, ctor_flags, SLAB_CTOR_CONSTRUCTOR);
	KTEST_EXPECT_PTR_EQ(t, told_cache, &cache);
	free_held(&cache, 100);
	KTEST_EXPECT_EQ(t, nr_dtor, 0); /* never inside kmem_cache_free() */
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 100));
	KTEST_EXPECT_EQ(t, nr_ctor, slabs * cache.normal.objects);
	free_held(&cache, 100);
	KTEST_EXPECT_EQ(t, kmem_cache_shrink(&cache), 0);
	KTEST_EXPECT_EQ(t, nr_dtor, nr_ctor);
	KTEST_EXPECT_EQ(t, nr_wrong, 0);
	/* The memory comes back: constructed again. */
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 1));
	KTEST_EXPECT_EQ(t, nr_ctor, (slabs + 1) * cache.normal.objects);
	KTEST_EXPECT_EQ(t, *(u32 *)held[0], 0xc0de);
	free_held(&cache, 1);
	fixture_cache_end(t, &cache, &source);
	KTEST_EXPECT_EQ(t, nr_dtor, nr_ctor);
	KTEST_EXPECT_EQ(t, nr_wrong, 0);
}

static void a_constructor_is_told_when_it_may_not_sleep(struct ktest *t)
{
	if (!old_cache(t, 200, 0))
		return;
	held[0] = kmem_cache_alloc(&cache, GFP_ATOMIC);
	KTEST_ASSERT_NOT_NULL(t, held[0]);
	KTEST_EXPECT_EQ(t, ctor_flags,
			SLAB_CTOR_CONSTRUCTOR | SLAB_CTOR_ATOMIC);
	free_held(&cache, 1);
	fixture_cache_end(t, &cache, &source);
}

static void a_constructed_object_keeps_its_state_while_free(struct ktest *t)
{
	unsigned int i, round;

	if (!old_cache(t, 40, 0))
		return;
	for (round = 1; round <= 3; round++) {
		KTEST_ASSERT_TRUE(t, hold(t, &cache, MANY));
		for (i = 0; i < MANY; i++) {
			u32 *words = held[i];

			KTEST_EXPECT_EQ(t, words[0], 0xc0de);
			/* Its own mark, or that of the round before. */
			KTEST_EXPECT_LE(t, words[1], round - 1);
			words[1] = round;
		}
		free_held(&cache, MANY);
	}
	KTEST_EXPECT_EQ(t, nr_dtor, 0);
	fixture_cache_end(t, &cache, &source);
}

static void six_arguments_make_a_cache_of_the_old_form(struct ktest *t)
{
	kmem_cache_t *c = kmem_cache_create("six", 100, 0, SLAB_HWCACHE_ALIGN,
					    old_ctor, old_dtor);
	kmem_cache_t *aligned, *five;

	nr_ctor = nr_dtor = nr_wrong = 0;
	KTEST_ASSERT_NOT_NULL(t, c);
	held[0] = kmem_cache_alloc(c, SLAB_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, held[0]);
	KTEST_EXPECT_EQ(t, nr_ctor, c->normal.objects);
	kmem_cache_free(c, held[0]);
	KTEST_EXPECT_EQ(t, nr_dtor, 0);
	kmem_cache_destroy(c);
	KTEST_EXPECT_EQ(t, nr_dtor, nr_ctor);
	aligned = kmem_cache_create("offset", 100, 256, 0, NULL, NULL);
	KTEST_ASSERT_NOT_NULL(t, aligned);
	KTEST_EXPECT_EQ(t, aligned->stride % 256, 0);
	kmem_cache_destroy(aligned);
	five = kmem_cache_create("five", 100, 0, 0, NULL);
	KTEST_EXPECT_NOT_NULL(t, five);
	kmem_cache_destroy(five);
}

static struct kmem_cache *recursive;
static void *inner;
static bool inner_asked;

static void ctor_that_allocates(void *object)
{
	*(u32 *)object = 7;
	if (inner_asked)
		return;
	inner_asked = true;
	inner = kmem_cache_alloc(recursive, GFP_ATOMIC);
}

static void a_constructor_cannot_have_its_own_kind(struct ktest *t)
{
	recursive =
		kmem_cache_create("recursive", 64, 0, 0, ctor_that_allocates);
	inner = ZERO_SIZE_PTR;
	inner_asked = false;
	KTEST_ASSERT_NOT_NULL(t, recursive);
	ktest_expect_report(t, "ctor-recursion");
	held[0] = kmem_cache_alloc(recursive, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, held[0]);
	fixture_expect_prefix(t, "ctor-recursion name=recursive ctor=");
	KTEST_EXPECT_NULL(t, inner);
	KTEST_EXPECT_EQ(t, *(u32 *)held[0], 7);
	KTEST_EXPECT_EQ(t, slab_check(recursive), 0);
	kmem_cache_free(recursive, held[0]);
	kmem_cache_destroy(recursive);
}

/* ---- flags --------------------------------------------------------------- */

static void reaping_passes_over_caches_that_say_so(struct ktest *t)
{
	struct kmem_cache *plain = kmem_cache_create("plain", 500, 0, 0, NULL);
	struct kmem_cache *keeps =
		kmem_cache_create("keeps", 500, 0, SLAB_NO_REAP, NULL);
	unsigned long kept;

	KTEST_ASSERT_TRUE(t, plain && keeps);
	KTEST_ASSERT_TRUE(t, hold(t, plain, 100));
	free_held(plain, 100);
	KTEST_ASSERT_TRUE(t, hold(t, keeps, 100));
	free_held(keeps, 100);
	kept = keeps->nr_slabs;
	KTEST_EXPECT_TRUE(t, plain->nr_slabs > 0 && kept > 0);
	KTEST_EXPECT_GE(t, kmem_caches_reap(), 1);
	KTEST_EXPECT_EQ(t, plain->nr_slabs, 0);
	KTEST_EXPECT_EQ(t, keeps->nr_slabs, kept);
	KTEST_EXPECT_EQ(t, kmem_cache_reap(keeps), 0);
	KTEST_EXPECT_EQ(t, kmem_cache_shrink(keeps), 0); /* asked by name */
	kmem_cache_destroy(plain);
	kmem_cache_destroy(keeps);
}

static void reaping_leaves_what_is_in_use(struct ktest *t)
{
	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 500, 0, NULL))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 100));
	memset(held[99], 0x3c, 500);
	free_held(&cache, 99);
	KTEST_EXPECT_GE(t, kmem_cache_reap(&cache), 5);
	KTEST_EXPECT_EQ(t, empty_slabs(&cache), 0);
	KTEST_EXPECT_EQ(t, cache.nr_slabs, 1);
	KTEST_EXPECT_NULL(t, memchr_inv(held[99], 0x3c, 500));
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	kmem_cache_free(&cache, held[99]);
	fixture_cache_end(t, &cache, &source);
}

static void objects_for_dma_lie_below_16_mib(struct ktest *t)
{
	struct kmem_cache *c =
		kmem_cache_create("dma", 300, 0, SLAB_CACHE_DMA, NULL);
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, c);
	if (hold(t, c, 50)) {
		for (i = 0; i < 50; i++)
			KTEST_EXPECT_LE(t, virt_to_phys(held[i]) + 300,
					MIB(16));
		free_held(c, 50);
	}
	kmem_cache_destroy(c);
}

static void lines_of_the_memory_cache_are_not_shared(struct ktest *t)
{
	static const size_t sizes[] = { 33, 64, 65, 200, 1000, 4000 };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		fixture_source_init(&source);
		if (!fixture_cache(t, &cache, &source, sizes[i],
				   SLAB_HWCACHE_ALIGN, NULL))
			return;
		KTEST_ASSERT_TRUE(t, hold(t, &cache, 60));
		for (j = 0; j < 60; j++)
			KTEST_EXPECT_EQ(
				t, (unsigned long)held[j] % L1_CACHE_BYTES, 0);
		free_held(&cache, 60);
		fixture_cache_end(t, &cache, &source);
	}
}

static void pages_wait_for_readers_of_freed_objects(struct ktest *t)
{
	unsigned int i;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 256,
			   SLAB_TYPESAFE_BY_RCU | SLAB_NO_ARRAY, NULL))
		return;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 40));
	for (i = 0; i < 40; i++)
		memset(held[i], (int)i, 256);
	rcu_read_lock();
	free_held(&cache, 40);
	KTEST_EXPECT_GE(t, slab_release_empty(&cache, 0), 3);
	KTEST_EXPECT_EQ(t, cache.nr_slabs, 0);
	KTEST_EXPECT_GE(t, source.pages_out, 3);
	for (i = 0; i < 40; i++)
		KTEST_EXPECT_NULL(t, memchr_inv(held[i], (int)i, 256));
	rcu_read_unlock();
	rcu_barrier();
	KTEST_EXPECT_EQ(t, source.pages_out, 0);
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 40));
	free_held(&cache, 40);
	fixture_cache_end(t, &cache, &source);
}

/* One who walks the caches stands on one that is destroyed, and has given a slab
 * of it to RCU. */
static struct {
	struct rcu_head head;
	struct kmem_cache *cache;
	struct task_struct *destroyer;
	bool ran, dead;
} late;

static int late_destroy(void *data)
{
	kmem_cache_destroy(data);
	return 0;
}

static void late_callback(struct rcu_head *head)
{
	(void)head;
	late.dead = late.cache->flags & SLAB_DEAD;
	smp_store_release(&late.ran, true);
}

static void late_walker(struct kmem_cache *c, void *arg)
{
	(void)arg;
	if (c != late.cache)
		return;
	wake_up_process(late.destroyer);
	(void)EVENTUALLY(!READ_ONCE(c->nr_slabs));
	/* Time to do it wrong. */
	rcu_barrier();
	schedule_timeout_uninterruptible(2);
	call_rcu(&late.head, late_callback);
}

static void a_cache_stays_for_what_its_walkers_leave_to_rcu(struct ktest *t)
{
	struct kmem_cache *c = kmem_cache_create("rcu-late", 64, 0,
						 SLAB_TYPESAFE_BY_RCU, NULL);
	void *object = c ? kmem_cache_alloc(c, GFP_KERNEL) : NULL;

	KTEST_ASSERT_NOT_NULL(t, object);
	kmem_cache_free(c, object);
	memset(&late, 0, sizeof(late));
	late.cache = c;
	late.destroyer = kthread_create(late_destroy, c, "destroyer");
	KTEST_ASSERT_TRUE(t, !IS_ERR(late.destroyer));
	get_task_struct(late.destroyer);
	slab_for_each_cache(late_walker, NULL);
	kthread_stop(late.destroyer);
	put_task_struct(late.destroyer);
	rcu_barrier();
	KTEST_EXPECT_TRUE(t, smp_load_acquire(&late.ran));
	KTEST_EXPECT_FALSE(t, late.dead);
}

/* ---- colours and orders -------------------------------------------------- */

static void slabs_begin_at_different_lines(struct ktest *t)
{
	u32 seen = 0;
	unsigned int i;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 600, 0, NULL))
		return;
	KTEST_EXPECT_TRUE(t, cache.nr_colours > 2);
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 200));
	for (i = 0; i < 200; i++) {
		const struct page *slab = slab_of(&cache, held[i]);
		long colour = slab_first(slab) - slab_base(slab);

		KTEST_EXPECT_EQ(t, colour % (long)cache.colour_unit, 0);
		seen |= 1u << (colour / (long)cache.colour_unit);
	}
	KTEST_EXPECT_EQ(t, seen, (1u << cache.nr_colours) - 1);
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	/* What lies before the first object is none. */
	for (i = 0; i < 200; i++) {
		char *base = slab_base(slab_of(&cache, held[i]));

		if (slab_first(slab_of(&cache, held[i])) == base)
			continue;
		ktest_expect_report(t, "bad-free");
		kmem_cache_free(&cache, base);
		break;
	}
	KTEST_EXPECT_TRUE(t, i < 200);
	free_held(&cache, 200);
	fixture_cache_end(t, &cache, &source);
}

/* Blocks of one page only: memory is in pieces. */
static struct page *small_blocks_alloc(const struct slab_page_source *s,
				       gfp_t gfp, unsigned int order,
				       unsigned long site)
{
	if (order > *(unsigned int *)s->private)
		return NULL;
	return slab_pages_from_buddy.alloc(s, gfp, order, site);
}

static void small_blocks_free(const struct slab_page_source *s,
			      struct page *page, unsigned int order,
			      unsigned long site)
{
	slab_pages_from_buddy.free(s, page, order, site);
}

static void slabs_get_smaller_when_memory_is_in_pieces(struct ktest *t)
{
	static const size_t sizes[] = { 700, 1024, 1500, 2048, 3000, 4096 };
	static unsigned int most;
	const struct slab_page_source pieces = { small_blocks_alloc,
						 small_blocks_free, &most };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		const struct kmem_cache_desc desc = { .name = "pieces",
						      .size = sizes[i],
						      .source = &pieces };

		unsigned int n = 40;

		KTEST_ASSERT_EQ(t, kmem_cache_init(&cache, &desc), 0);
		KTEST_ASSERT_TRUE(t, cache.normal.order > 0);
		most = 0;
		KTEST_ASSERT_TRUE(t, hold(t, &cache, 40));
		KTEST_EXPECT_EQ(t, cache.nr_pages, cache.nr_slabs);
		/* Behind its last object a small slab has nothing that could
		 * pass for one. */
		for (n = 0; n < 40; n++) {
			const struct page *slab = slab_of(&cache, held[n]);

			KTEST_EXPECT_PTR_EQ(t,
					    slab_first(slab) + cache.small.span,
					    slab_base(slab) + PAGE_SIZE);
		}
		KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
		/* Both kinds of slabs in one cache, from now on. */
		most = MAX_ORDER;
		for (; n < 100; n++) {
			held[n] = kmem_cache_alloc(&cache, GFP_KERNEL);
			KTEST_ASSERT_NOT_NULL(t, held[n]);
			memset(held[n], (int)n, sizes[i]);
		}
		KTEST_EXPECT_TRUE(t, cache.nr_pages > cache.nr_slabs);
		ktest_expect_report(t, "bad-free");
		kmem_cache_free(&cache, (char *)held[0] + 8);
		free_held(&cache, n);
		KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
		KTEST_EXPECT_EQ(t, kmem_cache_exit(&cache), 0);
		KTEST_EXPECT_EQ(t, cache.nr_pages + cache.nr_objects, 0);
	}
}

/* ---- the shared layer ---------------------------------------------------- */

static void full_arrays_wait_in_the_shared_layer(struct ktest *t)
{
	struct slab_usage usage;
	unsigned int i;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 64, 0, NULL))
		return;
	KTEST_ASSERT_EQ(t, kmem_cache_tune(&cache, 40, 20, 12), 0);
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 500));
	free_held(&cache, 500);
	slab_usage(&cache, &usage);
	KTEST_EXPECT_EQ(t, usage.shared_objects, 240); /* 12 * 20 */
	KTEST_EXPECT_EQ(t, usage.active_objects, 0);
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	/* They come back before any slab is touched. */
	source.fail_at = 1;
	KTEST_ASSERT_TRUE(t, hold(t, &cache, 240));
	for (i = 0; i < 240; i++)
		memset(held[i], (int)i, 64);
	for (i = 0; i < 240; i++)
		KTEST_EXPECT_NULL(t, memchr_inv(held[i], (int)(u8)i, 64));
	slab_usage(&cache, &usage);
	KTEST_EXPECT_LE(t, usage.shared_objects, 40);
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	free_held(&cache, 240);
	KTEST_EXPECT_EQ(t, kmem_cache_shrink(&cache), 0);
	KTEST_EXPECT_EQ(t, cache.nr_shared + cache.nr_spare, 0);
	fixture_cache_end(t, &cache, &source);
}

static void tunables_are_checked_and_take_effect(struct ktest *t)
{
	static const struct {
		unsigned int limit, batch, shared;
	} bad[] = { { 0, 0, 0 },
		    { 10, 0, 1 },
		    { 10, 11, 1 },
		    { SLAB_LIMIT_MAX + 1, 4, 1 },
		    { 10, 5, SLAB_SHARED_MAX + 1 } },
	  good[] = { { 1, 1, 0 },
		     { SLAB_LIMIT_MAX, 1, SLAB_SHARED_MAX },
		     { 3, 3, 1 },
		     { 24, 12, 8 },
		     { 25, 25, 2 } };
	unsigned int i;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 64, 0, NULL))
		return;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		KTEST_ASSERT_TRUE(t, hold(t, &cache, 300));
		KTEST_EXPECT_EQ(t,
				kmem_cache_tune(&cache, good[i].limit,
						good[i].batch, good[i].shared),
				0);
		free_held(&cache, 300);
		KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
		KTEST_EXPECT_EQ(t, cache.limit, good[i].limit);
		KTEST_EXPECT_LE(t, slab_arrays_avail(&cache),
				good[i].limit + good[i].shared * good[i].batch);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KTEST_EXPECT_EQ(t,
				kmem_cache_tune(&cache, bad[i].limit,
						bad[i].batch, bad[i].shared),
				-EINVAL);
	KTEST_EXPECT_EQ(t, cache.limit, 25);
	fixture_cache_end(t, &cache, &source);
}

static int write_slabinfo(const char *text, struct proc_write *w)
{
	return proc_file_write(proc_file_find("slabinfo"), text, w);
}

/* With slab_debug= on the command line no cache has arrays. */
static bool without_arrays(struct ktest *t, struct kmem_cache *c)
{
	if (!(c->flags & SLAB_DEBUG_FLAGS))
		return false;
	kmem_cache_destroy(c);
	ktest_skip(t, "slab_debug= is on");
	return true;
}

static void slabinfo_takes_tunables(struct ktest *t)
{
	static struct proc_write w;
	struct kmem_cache *c = kmem_cache_create("tuned", 64, 0, 0, NULL);

	KTEST_ASSERT_NOT_NULL(t, c);
	if (without_arrays(t, c))
		return;
	KTEST_EXPECT_EQ(t, write_slabinfo("tuned 30 10 6\n", &w), 0);
	KTEST_EXPECT_EQ(t, c->limit, 30);
	KTEST_EXPECT_EQ(t, c->batch, 10);
	KTEST_EXPECT_EQ(t, c->shared_factor, 6);
	KTEST_EXPECT_EQ(t, write_slabinfo("tune 30 10 6", &w), -EINVAL);
	KTEST_EXPECT_STREQ(t, w.why, "no cache is called 'tune'");
	KTEST_EXPECT_EQ(t, write_slabinfo("tuned 30 31 6", &w), -EINVAL);
	KTEST_EXPECT_EQ(t, write_slabinfo("tuned 30 31", &w), -EINVAL);
	KTEST_EXPECT_STREQ(t, w.why, "want NAME LIMIT BATCHCOUNT SHARED");
	KTEST_EXPECT_EQ(t, write_slabinfo("tuned 30 x 1", &w), -EINVAL);
	KTEST_EXPECT_EQ(t, write_slabinfo("", &w), -EINVAL);
	KTEST_EXPECT_EQ(t, write_slabinfo("kmem_cache 1 1 0", &w), -EINVAL);
	KTEST_EXPECT_EQ(t, c->limit, 30);
	kmem_cache_destroy(c);
}

/* ---- bulk ---------------------------------------------------------------- */

static void rows_of_objects_come_and_go_whole(struct ktest *t)
{
	static const size_t rows[] = { 0, 1, 7, 128, 300 };
	unsigned int i;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, 64, 0, NULL))
		return;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t n = rows[i], j;

		KTEST_ASSERT_EQ(t,
				kmem_cache_alloc_bulk(&cache,
						      GFP_KERNEL | __GFP_ZERO,
						      n, held),
				(int)n);
		KTEST_EXPECT_EQ(t, fixture_active(&cache), n);
		for (j = 0; j < n; j++) {
			KTEST_EXPECT_NULL(t, memchr_inv(held[j], 0, 64));
			memset(held[j], 0xee, 64);
		}
		kmem_cache_free_bulk(i & 1 ? NULL : &cache, n, held);
		KTEST_EXPECT_EQ(t, fixture_active(&cache), 0);
	}
	KTEST_EXPECT_EQ(t, kmem_cache_shrink(&cache), 0);
	source.fail_at = source.requests + 3; /* two slabs more */
	KTEST_EXPECT_EQ(t, kmem_cache_alloc_bulk(&cache, GFP_KERNEL, 300, held),
			0);
	KTEST_EXPECT_EQ(t, fixture_active(&cache), 0);
	fixture_cache_end(t, &cache, &source);
}

/* ---- caches that are gone ------------------------------------------------ */

static void a_destroyed_cache_answers_nobody(struct ktest *t)
{
	struct kmem_cache *c = kmem_cache_create("gone", 64, 0, 0, NULL);
	void *other = kmalloc(64, GFP_KERNEL);

	KTEST_ASSERT_TRUE(t, c && other);
	held[0] = kmem_cache_alloc(c, GFP_KERNEL);
	kmem_cache_free(c, held[0]);
	kmem_cache_destroy(c);
	ktest_expect_report(t, "cache-dead");
	KTEST_EXPECT_NULL(t, kmem_cache_alloc(c, GFP_KERNEL));
	fixture_expect_prefix(t, "cache-dead alloc name=gone");
	ktest_expect_report(t, "cache-dead");
	KTEST_EXPECT_NULL(t, kmem_cache_alloc(c, GFP_ATOMIC));
	ktest_expect_report(t, "cache-dead");
	KTEST_EXPECT_EQ(t, kmem_cache_alloc_bulk(c, GFP_KERNEL, 4, held), 0);
	ktest_expect_report(t, "cache-dead");
	kmem_cache_free(c, other);
	fixture_expect_prefix(t, "cache-dead free name=gone obj=");
	ktest_expect_report(t, "cache-dead");
	kmem_cache_destroy(c);
	fixture_expect_prefix(t, "cache-dead destroy name=gone");
	ktest_expect_report(t, "cache-dead");
	KTEST_EXPECT_EQ(t, kmem_cache_shrink(c), 0);
	ktest_expect_report(t, "cache-dead");
	KTEST_EXPECT_EQ(t, kmem_cache_reap(c), 0);
	kfree(other);
	KTEST_EXPECT_EQ(t, slab_check_all(), 0);
}

static void caches_come_and_go_without_a_trace(struct ktest *t)
{
	unsigned long before = 0;
	unsigned int i;
	char name[16];

	for (i = 0; i < 300; i++) {
		struct kmem_cache *c;

		snprintf(name, sizeof(name), "loop-%u", i % 3);
		c = kmem_cache_create(name, 50 + i, 0, i % 2 ? SLAB_POISON : 0,
				      NULL);
		KTEST_ASSERT_NOT_NULL(t, c);
		if (hold(t, c, 20))
			free_held(c, 20);
		kmem_cache_destroy(c);
		/* When the resting ones are all there. */
		if (i == 2 * SLAB_QUARANTINE_MAX) {
			kmem_caches_reap();
			before = nr_free_pages();
		}
	}
	kmem_caches_reap();
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	KTEST_EXPECT_EQ(t, slab_check_all(), 0);
}

static void a_busy_cache_names_all_owners(struct ktest *t)
{
	struct kmem_cache *c =
		kmem_cache_create("busy", 64, 0, SLAB_STORE_USER, NULL);

	KTEST_ASSERT_NOT_NULL(t, c);
	KTEST_ASSERT_TRUE(t, hold(t, c, 3));
	held[3] = kmem_cache_alloc(c, GFP_ATOMIC);
	ktest_expect_report(t, "cache-busy");
	kmem_cache_destroy(c);
	fixture_expect_prefix(t, "cache-busy name=busy live=4 first alloc=");
	/* Intact: it serves, is on the list, and can go later. */
	held[4] = kmem_cache_alloc(c, GFP_KERNEL);
	KTEST_EXPECT_NOT_NULL(t, held[4]);
	free_held(c, 5);
	KTEST_EXPECT_EQ(t, slab_check(c), 0);
	kmem_cache_destroy(c);
}

static void bad_old_forms_are_refused(struct ktest *t)
{
	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_NULL(t, kmem_cache_create("x", 64, 0, 0, NULL, old_dtor));
	fixture_expect_part(t, "a destructor without a constructor");
	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_NULL(t, kmem_cache_create("x", 64, 3, 0, NULL, NULL));
	fixture_expect_part(t, "alignment no power of two");
	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_NULL(t, kmem_cache_create("x", MIB(5), 0, 0, NULL));
	fixture_expect_part(t, "size too large");
	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_NULL(t, kmem_cache_create(NULL, 64, 0, 0, NULL));
	fixture_expect_part(t, "has no name");
	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_NULL(t, kmem_cache_create("x", 0, 0, 0, NULL));
	fixture_expect_part(t, "size 0");
}

static void other_files_show_caches_too(struct ktest *t)
{
	struct kmem_cache *c =
		kmem_cache_create("shown", 1000, 0, SLAB_HWCACHE_ALIGN, NULL);

	const char *text;

	KTEST_ASSERT_NOT_NULL(t, c);
	if (without_arrays(t, c))
		return;
	KTEST_EXPECT_EQ(t, kmem_cache_tune(c, 48, 24, 8), 0);
	KTEST_ASSERT_TRUE(t, hold(t, c, 3));
	text = text_of(t, "slabinfo24");
	KTEST_EXPECT_TRUE(
		t, !strncmp(text, "slabinfo - version: 1.1 (SMP)\n", 30));
	KTEST_EXPECT_NOT_NULL(
		t, strstr(text, "\nshown                  3      8   1024    "
				"1    1    2 :   48   24\n"));
	text = text_of(t, "slab_caches");
	KTEST_EXPECT_NOT_NULL(
		t, strstr(text, "\nshown                1000    1024    64     "
				"1    8     0    4       1     64 A\n"));
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "\nkmalloc-dma-64 "));
	free_held(c, 3);
	kmem_cache_destroy(c);
}

static const struct ktest_case slab_cache_cases[] = {
	KTEST_CASE(constructors_and_destructors_are_of_slabs),
	KTEST_CASE(a_constructor_is_told_when_it_may_not_sleep),
	KTEST_CASE(a_constructed_object_keeps_its_state_while_free),
	KTEST_CASE(six_arguments_make_a_cache_of_the_old_form),
	KTEST_CASE(a_constructor_cannot_have_its_own_kind),
	KTEST_CASE(reaping_passes_over_caches_that_say_so),
	KTEST_CASE(reaping_leaves_what_is_in_use),
	KTEST_CASE(objects_for_dma_lie_below_16_mib),
	KTEST_CASE(lines_of_the_memory_cache_are_not_shared),
	KTEST_CASE(pages_wait_for_readers_of_freed_objects),
	KTEST_CASE(a_cache_stays_for_what_its_walkers_leave_to_rcu),
	KTEST_CASE(slabs_begin_at_different_lines),
	KTEST_CASE(slabs_get_smaller_when_memory_is_in_pieces),
	KTEST_CASE(full_arrays_wait_in_the_shared_layer),
	KTEST_CASE(tunables_are_checked_and_take_effect),
	KTEST_CASE(slabinfo_takes_tunables),
	KTEST_CASE(rows_of_objects_come_and_go_whole),
	KTEST_CASE(a_destroyed_cache_answers_nobody),
	KTEST_CASE(caches_come_and_go_without_a_trace),
	KTEST_CASE(a_busy_cache_names_all_owners),
	KTEST_CASE(bad_old_forms_are_refused),
	KTEST_CASE(other_files_show_caches_too),
};
KTEST_SUITE_BOUND(slab_cache, slab_cache_cases);

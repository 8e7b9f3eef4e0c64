/* SPDX-License-Identifier: MIT */
/*
 * slab_debug_test.c - planted bugs, and the one line each of them makes
 *
 * Every case also demands that the bug was contained: the checker finds
 * nothing, the cache goes on, the damaged object is not handed out again.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/list.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/slab.h>
#include "../../mm/slab_internal.h"
#include "slab_fixture.h"

static struct kmem_cache cache;
static struct fixture_source source;

static bool debug_cache(struct ktest *t, size_t size)
{
	fixture_source_init(&source);
	return fixture_cache(t, &cache, &source, size, SLAB_DEBUG_FLAGS, NULL);
}

static void *get(void)
{
	return kmem_cache_alloc(&cache, GFP_KERNEL);
}

static void put(void *object)
{
	kmem_cache_free(&cache, object);
}

/* As kmalloc() asks for part of an object. */
static void *get_bytes(size_t bytes)
{
	return __kmalloc_class(&cache, bytes, GFP_KERNEL);
}

static void expect_isolated(struct ktest *t, unsigned long n)
{
	struct slab_usage usage;

	slab_usage(&cache, &usage);
	KTEST_EXPECT_EQ(t, usage.isolated_objects, n);
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
}

/* More requests than the quarantine holds, so that @object's turn comes. */
static void *cycle_until(const void *object)
{
	void *p = NULL;
	unsigned int i;

	for (i = 0; i < 10 * SLAB_QUARANTINE_MAX; i++) {
		p = get();
		if (!p || p == object)
			break;
		put(p);
		p = NULL;
	}
	return p;
}

static void debug_objects_have_no_array(struct ktest *t)
{
	void *p;

	if (!debug_cache(t, 64))
		return;
	p = get();
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_EQ(t, cache.limit, 0);
	KTEST_EXPECT_NULL(t, memchr_inv(p, SLAB_POISON_FRESH, 64));
	put(p);
	fixture_cache_end(t, &cache, &source);
}

static void a_late_double_free_is_caught(struct ktest *t)
{
	void *p, *q;

	if (!debug_cache(t, 64))
		return;
	p = get();
	q = get();
	KTEST_ASSERT_TRUE(t, p && q);
	put(p);
	put(q);
	ktest_expect_report(t, "double-free");
	put(p);
	fixture_expect_prefix(t, "double-free test-cache obj=");
	fixture_expect_part(t, " alloc=");
	fixture_expect_part(t, " free=");
	expect_isolated(t, 0);
	fixture_cache_end(t, &cache, &source);
}

static void a_freed_object_rests_before_it_is_used_again(struct ktest *t)
{
	unsigned int i;
	void *p;

	if (!debug_cache(t, 64))
		return;
	p = get();
	KTEST_ASSERT_NOT_NULL(t, p);
	put(p);
	for (i = 0; i < SLAB_QUARANTINE_MAX; i++) {
		void *q = get();

		KTEST_ASSERT_NOT_NULL(t, q);
		KTEST_EXPECT_TRUE(t, q != p);
		put(q);
	}
	fixture_cache_end(t, &cache, &source);
}

static void write_after_free(struct ktest *t, unsigned int offset,
			     const char *want)
{
	char *p, *q;

	if (!debug_cache(t, 64))
		return;
	p = get();
	KTEST_ASSERT_NOT_NULL(t, p);
	put(p);
	p[offset] = 'x';
	KTEST_EXPECT_EQ(t, slab_check(&cache), 1); /* S7 */
	ktest_expect_report(t, "use-after-free");
	q = cycle_until(p);
	KTEST_EXPECT_NULL(t, q);
	fixture_expect_prefix(t, want);
	expect_isolated(t, 1);
	fixture_cache_end(t, &cache, &source);
}

static void a_write_after_free_is_found(struct ktest *t)
{
	write_after_free(t, 0, "use-after-free write obj+0 found=78 want=6b");
	write_after_free(t, 50, "use-after-free write obj+50 found=78 want=6b");
	write_after_free(t, 63, "use-after-free write obj+63 found=78 want=6b");
}

static void overflow(struct ktest *t, size_t bytes, unsigned int offset,
		     unsigned int count, const char *want)
{
	char *p;

	if (!debug_cache(t, 64))
		return;
	p = get_bytes(bytes);
	KTEST_ASSERT_NOT_NULL(t, p);
	memset(p + offset, 'x', count);
	KTEST_EXPECT_EQ(t, slab_check(&cache), 1);
	ktest_expect_report(t, "overflow");
	put(p);
	fixture_expect_prefix(t, want);
	fixture_expect_part(t, " alloc=");
	expect_isolated(t, 1);
	put(p); /* told once is enough */
	fixture_cache_end(t, &cache, &source);
}

static void an_overflow_is_found(struct ktest *t)
{
	overflow(t, 64, 64, 1, "overflow test-cache obj+64 1 byte ");
	overflow(t, 64, 64, 8, "overflow test-cache obj+64 8 bytes ");
	overflow(t, 64, 66, 2, "overflow test-cache obj+66 2 bytes ");
	overflow(t, 18, 18, 1, "overflow test-cache obj+18 asked=18");
	overflow(t, 63, 63, 1, "overflow test-cache obj+63 asked=63");
}

static void an_underflow_is_found(struct ktest *t)
{
	char *p;

	if (!debug_cache(t, 64))
		return;
	p = get();
	KTEST_ASSERT_NOT_NULL(t, p);
	p[-1] = 'x';
	KTEST_EXPECT_EQ(t, slab_check(&cache), 1);
	ktest_expect_report(t, "underflow");
	put(p);
	fixture_expect_prefix(t, "underflow obj-1 1 byte ");
	expect_isolated(t, 1);
	fixture_cache_end(t, &cache, &source);
}

/* A memset that runs through the objects behind, whoever has them. */
static void a_long_overflow_names_all_it_hurt(struct ktest *t)
{
	void *held[40];
	char want[64], *victim = NULL;
	unsigned int i;

	if (!debug_cache(t, 64))
		return;
	for (i = 0; i < 40; i++) {
		held[i] = get();
		KTEST_ASSERT_NOT_NULL(t, held[i]);
	}
	/* The object at the start of a full slab has all others behind it. */
	for (i = 0; i < 40 && !victim; i++) {
		if (slab_index(&cache, slab_of(&cache, held[i]), held[i]) == 0)
			victim = held[i];
	}
	KTEST_ASSERT_NOT_NULL(t, victim);
	memset(victim + 64, 'x', 3 * cache.stride);
	ktest_expect_report(t, "overflow");
	put(victim);
	snprintf(want, sizeof(want),
		 "overflow test-cache obj+64 %u bytes, 4 objects ",
		 3 * cache.stride);
	fixture_expect_prefix(t, want);
	expect_isolated(t, 4);
	for (i = 0; i < 40; i++)
		put(held[i]);
	expect_isolated(t, 4);
	fixture_cache_end(t, &cache, &source);
}

/* The same where the objects behind are free, or wait in the quarantine. */
static void overflow_into_free(struct ktest *t, bool waiting)
{
	void *held[40];
	unsigned int i, again;
	char *victim = NULL;
	struct slab_usage usage;

	if (!debug_cache(t, 64))
		return;
	for (i = 0; i < 40; i++) {
		held[i] = get();
		KTEST_ASSERT_NOT_NULL(t, held[i]);
	}
	for (i = 0; i < 40; i++) {
		if (!victim &&
		    !slab_index(&cache, slab_of(&cache, held[i]), held[i]))
			victim = held[i];
		else
			put(held[i]);
	}
	KTEST_ASSERT_NOT_NULL(t, victim);
	if (!waiting)
		slab_quarantine_flush(&cache);
	memset(victim + 64, 'x', 5 * cache.stride);
	ktest_expect_report(t, "overflow");
	put(victim);
	fixture_expect_part(t, " bytes, 6 objects ");
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	slab_usage(&cache, &usage);
	KTEST_EXPECT_GE(t, usage.isolated_objects, 6);
	KTEST_EXPECT_EQ(t, usage.active_objects, 0);
	for (again = 0; again < 100; again++)
		put(get());
	fixture_cache_end(t, &cache, &source);
}

static void a_long_overflow_into_free_objects_is_contained(struct ktest *t)
{
	overflow_into_free(t, false);
	overflow_into_free(t, true);
}

struct typed {
	struct list_head link;
	u32 serial, state;
};

static void typed_ctor(void *object)
{
	struct typed *obj = object;

	INIT_LIST_HEAD(&obj->link);
	obj->serial = 7;
	obj->state = 0x1111;
}

static void constructed_state_is_demanded_back(struct ktest *t)
{
	char want[64];
	struct typed *p;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, sizeof(struct typed),
			   SLAB_DEBUG_FLAGS, typed_ctor))
		return;
	p = get();
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_TRUE(t, list_empty(&p->link));
	KTEST_EXPECT_EQ(t, p->state, 0x1111);
	put(p);
	p = get();
	KTEST_ASSERT_NOT_NULL(t, p);
	p->state = 0x1122;
	ktest_expect_report(t, "ctor-state");
	put(p);
	snprintf(want, sizeof(want), "ctor-state obj+%zu found=22 want=11",
		 offsetof(struct typed, state));
	fixture_expect_prefix(t, want);
	expect_isolated(t, 1);
	fixture_cache_end(t, &cache, &source);
}

static void a_write_to_a_freed_constructed_object_is_found(struct ktest *t)
{
	struct typed *p;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, sizeof(struct typed),
			   SLAB_POISON, typed_ctor))
		return;
	p = get();
	KTEST_ASSERT_NOT_NULL(t, p);
	put(p);
	p->serial = 9;
	ktest_expect_report(t, "use-after-free");
	KTEST_EXPECT_NULL(t, cycle_until(p));
	expect_isolated(t, 1);
	fixture_cache_end(t, &cache, &source);
}

/* Sets the link alone, as most constructors do. */
static void link_ctor(void *object)
{
	struct typed *obj = object;

	INIT_LIST_HEAD(&obj->link);
}

static void what_the_constructor_did_not_set_may_change(struct ktest *t)
{
	struct typed *p;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, sizeof(struct typed),
			   SLAB_DEBUG_FLAGS, link_ctor))
		return;
	p = get();
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_EQ(t, p->serial, 0x5a5a5a5a);
	p->serial = 9;
	p->state = 10;
	put(p);
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	KTEST_EXPECT_EQ(t, p->state, 0x5a5a5a5a);
	p = get();
	KTEST_ASSERT_NOT_NULL(t, p);
	p->link.next = NULL;
	ktest_expect_report(t, "ctor-state");
	put(p);
	expect_isolated(t, 1);
	fixture_cache_end(t, &cache, &source);
}

static void a_write_to_what_it_did_not_set_is_found_when_free(struct ktest *t)
{
	struct typed *p;

	fixture_source_init(&source);
	if (!fixture_cache(t, &cache, &source, sizeof(struct typed),
			   SLAB_POISON, link_ctor))
		return;
	p = get();
	KTEST_ASSERT_NOT_NULL(t, p);
	p->state = 8;
	put(p);
	p->state = 9;
	ktest_expect_report(t, "use-after-free");
	KTEST_EXPECT_NULL(t, cycle_until(p));
	expect_isolated(t, 1);
	fixture_cache_end(t, &cache, &source);
}

static void a_busy_cache_names_its_first_owner(struct ktest *t)
{
	void *p;

	if (!debug_cache(t, 64))
		return;
	p = get();
	KTEST_ASSERT_NOT_NULL(t, p);
	ktest_expect_report(t, "cache-busy");
	KTEST_EXPECT_EQ(t, kmem_cache_exit(&cache), -EBUSY);
	fixture_expect_prefix(t, "cache-busy name=test-cache live=1 first");
	fixture_expect_part(t, " first alloc=");
	put(p);
	fixture_cache_end(t, &cache, &source);
}

/* Each flag alone makes a cache that works. */
static void each_flag_works_alone(struct ktest *t)
{
	static const slab_flags_t flags[] = { SLAB_CONSISTENCY_CHECKS,
					      SLAB_RED_ZONE, SLAB_POISON,
					      SLAB_STORE_USER };
	void *held[30];
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		fixture_source_init(&source);
		if (!fixture_cache(t, &cache, &source, 100, flags[i], NULL))
			return;
		for (j = 0; j < 30; j++) {
			held[j] = kmem_cache_zalloc(&cache, GFP_ATOMIC);
			KTEST_ASSERT_NOT_NULL(t, held[j]);
			KTEST_EXPECT_NULL(t, memchr_inv(held[j], 0, 100));
		}
		KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
		for (j = 0; j < 30; j++)
			put(held[j]);
		ktest_expect_report(t, "double-free");
		put(held[0]);
		fixture_cache_end(t, &cache, &source);
	}
}

static void zeroing_leaves_the_slack_red(struct ktest *t)
{
	u8 *p;

	if (!debug_cache(t, 64))
		return;
	p = get_bytes(10);
	KTEST_ASSERT_NOT_NULL(t, p);
	put(p);
	p = __kmalloc_class(&cache, 10, GFP_KERNEL | __GFP_ZERO);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_NULL(t, memchr_inv(p, 0, 10));
	KTEST_EXPECT_EQ(t, ksize(p), 10);
	KTEST_EXPECT_EQ(t, slab_check(&cache), 0);
	put(p);
	fixture_cache_end(t, &cache, &source);
}

static slab_flags_t flags_of_new_cache(const char *name)
{
	struct kmem_cache *c = kmem_cache_create(name, 64, 0, 0, NULL);
	slab_flags_t flags = c ? c->flags : 0;

	kmem_cache_destroy(c);
	return flags;
}

static void the_boot_word_chooses_flags_and_caches(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, slab_set_debug("ZU,word-*"), 0);
	KTEST_EXPECT_EQ(t, flags_of_new_cache("other"), 0);
	KTEST_EXPECT_STREQ(t, slab_debug_unmet() ?: "", "word-*");
	KTEST_EXPECT_EQ(t, flags_of_new_cache("word-1"),
			SLAB_RED_ZONE | SLAB_STORE_USER);
	KTEST_EXPECT_EQ(t, flags_of_new_cache("other"), 0);
	KTEST_EXPECT_NULL(t, slab_debug_unmet());
	KTEST_EXPECT_EQ(t, slab_set_debug("FQ"), -EINVAL);
	KTEST_EXPECT_EQ(t, flags_of_new_cache("word-2"),
			SLAB_RED_ZONE | SLAB_STORE_USER);
	KTEST_EXPECT_EQ(t, slab_set_debug(NULL), 0);
	KTEST_EXPECT_EQ(t, flags_of_new_cache("other"), SLAB_DEBUG_FLAGS);
	KTEST_EXPECT_EQ(t, slab_set_debug("-"), 0);
	KTEST_EXPECT_EQ(t, flags_of_new_cache("word-3"), 0);
	KTEST_EXPECT_NULL(t, slab_debug_unmet());
}

static const struct ktest_case slab_debug_cases[] = {
	KTEST_CASE(debug_objects_have_no_array),
	KTEST_CASE(a_late_double_free_is_caught),
	KTEST_CASE(a_freed_object_rests_before_it_is_used_again),
	KTEST_CASE(a_write_after_free_is_found),
	KTEST_CASE(an_overflow_is_found),
	KTEST_CASE(an_underflow_is_found),
	KTEST_CASE(a_long_overflow_names_all_it_hurt),
	KTEST_CASE(a_long_overflow_into_free_objects_is_contained),
	KTEST_CASE(constructed_state_is_demanded_back),
	KTEST_CASE(a_write_to_a_freed_constructed_object_is_found),
	KTEST_CASE(what_the_constructor_did_not_set_may_change),
	KTEST_CASE(a_write_to_what_it_did_not_set_is_found_when_free),
	KTEST_CASE(a_busy_cache_names_its_first_owner),
	KTEST_CASE(each_flag_works_alone),
	KTEST_CASE(zeroing_leaves_the_slack_red),
	KTEST_CASE(the_boot_word_chooses_flags_and_caches),
};
KTEST_SUITE(slab_debug, slab_debug_cases);

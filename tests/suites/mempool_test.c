/* SPDX-License-Identifier: MIT */
/*
 * mempool_test.c - reserves of elements: filling, dipping, resizing, misuse
 *
 * Most cases use an allocator of a few numbered elements that can be told to
 * have none, so that it is known at each step where every element is. What
 * waits for an element is tried with threads, in mempool_wait_test.c.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/preempt.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/mempool.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

/* --- an allocator that is counted ----------------------------------------- */

#define NR_ELEMENTS 64u

static struct {
	struct {
		bool out;
		unsigned int times; /* handed out */
	} element[NR_ELEMENTS];
	unsigned int nr_out;
	unsigned int left; /* so many more are given, then none */
	unsigned int requests;
	gfp_t last_gfp;
	unsigned int wrong; /* given back what was not out */
} source;

static void *source_alloc(gfp_t gfp, void *pool_data)
{
	unsigned int i;

	(void)pool_data;
	source.requests++;
	source.last_gfp = gfp;
	if (!source.left)
		return NULL;
	for (i = 0; i < NR_ELEMENTS; i++) {
		if (source.element[i].out)
			continue;
		source.left--;
		source.element[i].out = true;
		source.element[i].times++;
		source.nr_out++;
		return &source.element[i];
	}
	return NULL;
}

static void source_free(void *element, void *pool_data)
{
	unsigned long i =
		(unsigned long)((char *)element - (char *)source.element) /
		sizeof(source.element[0]);

	(void)pool_data;
	if (i >= NR_ELEMENTS || !source.element[i].out) {
		source.wrong++;
		return;
	}
	source.element[i].out = false;
	source.nr_out--;
}

static mempool_t *pool;

/* A pool of @min_nr on the counted allocator, which has @left more. */
static bool pool_new(struct ktest *t, int min_nr, unsigned int left)
{
	memset(&source, 0, sizeof(source));
	source.left = (unsigned int)min_nr + left;
	pool = mempool_create(min_nr, source_alloc, source_free, NULL);
	return KTEST_EXPECT_NOT_NULL(t, pool);
}

static void pool_end(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, mempool_check(pool), 0);
	mempool_destroy(pool);
	KTEST_EXPECT_EQ(t, source.nr_out, 0);
	KTEST_EXPECT_EQ(t, source.wrong, 0);
}

/* Run @body twice: with records of what is out, and without. */
static void both_ways(struct ktest *t, void (*body)(struct ktest *t))
{
	bool was = mempool_set_debug(false);

	body(t);
	mempool_set_debug(true);
	body(t);
	mempool_set_debug(was);
}

#define BOTH_WAYS(name, body)             \
	static void name(struct ktest *t) \
	{                                 \
		both_ways(t, body);       \
	}

/* --- ordinary use --------------------------------------------------------- */

static void fill(struct ktest *t)
{
	KTEST_ASSERT_TRUE(t, pool_new(t, 5, 0));
	KTEST_EXPECT_EQ(t, source.nr_out, 5);
	KTEST_EXPECT_EQ(t, pool->curr_nr, 5);
	KTEST_EXPECT_EQ(t, pool->min_nr, 5);
	pool_end(t);
}

BOTH_WAYS(a_new_pool_has_its_reserve, fill)

static void allocator_first(struct ktest *t)
{
	void *a;

	KTEST_ASSERT_TRUE(t, pool_new(t, 3, 1));
	a = mempool_alloc(pool, GFP_KERNEL);
	KTEST_EXPECT_NOT_NULL(t, a);
	KTEST_EXPECT_EQ(t, pool->curr_nr, 3);
	KTEST_EXPECT_EQ(t, source.nr_out, 4);
	KTEST_EXPECT_EQ(t, pool->nr_reserve_takes, 0);
	/* The reserve is full: it goes back where it came from. */
	mempool_free(a, pool);
	KTEST_EXPECT_EQ(t, source.nr_out, 3);
	pool_end(t);
}

BOTH_WAYS(the_allocator_is_asked_before_the_reserve, allocator_first)

static void reserve_next(struct ktest *t)
{
	void *a, *b;

	KTEST_ASSERT_TRUE(t, pool_new(t, 2, 0));
	a = mempool_alloc(pool, GFP_ATOMIC);
	b = mempool_alloc(pool, GFP_KERNEL);
	KTEST_EXPECT_NOT_NULL(t, a);
	KTEST_EXPECT_NOT_NULL(t, b);
	KTEST_EXPECT_NE(t, (long)a, (long)b);
	KTEST_EXPECT_EQ(t, pool->curr_nr, 0);
	KTEST_EXPECT_EQ(t, pool->nr_reserve_takes, 2);
	KTEST_EXPECT_NULL(t, mempool_alloc(pool, GFP_ATOMIC));
	KTEST_EXPECT_NULL(t, mempool_alloc(pool, GFP_NOWAIT));
	/* What comes back fills the reserve, though memory is there again. */
	source.left = 10;
	mempool_free(b, pool);
	KTEST_EXPECT_EQ(t, pool->curr_nr, 1);
	mempool_free(a, pool);
	KTEST_EXPECT_EQ(t, pool->curr_nr, 2);
	KTEST_EXPECT_EQ(t, source.nr_out, 2);
	pool_end(t);
}

BOTH_WAYS(an_empty_allocator_leaves_the_reserve, reserve_next)

/* The first question may neither sleep nor dip into the zones' reserve. */
static void the_allocator_is_asked_softly(struct ktest *t)
{
	const gfp_t always = __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN;
	void *a;

	KTEST_ASSERT_TRUE(t, pool_new(t, 1, 1));
	a = mempool_alloc(pool, GFP_KERNEL);
	KTEST_EXPECT_EQ(t, source.last_gfp & always, always);
	KTEST_EXPECT_EQ(t, source.last_gfp & (__GFP_DIRECT_RECLAIM | __GFP_IO),
			0);
	mempool_free(a, pool);
	pool_end(t);
}

static void ready_made(struct ktest *t, mempool_t *p)
{
	void *held[8];
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, p);
	for (i = 0; i < ARRAY_SIZE(held); i++) {
		held[i] = mempool_alloc(p, GFP_KERNEL);
		KTEST_EXPECT_NOT_NULL(t, held[i]);
	}
	KTEST_EXPECT_EQ(t, mempool_check(p), 0);
	KTEST_EXPECT_EQ(t, atomic_read(&p->nr_out), ARRAY_SIZE(held));
	for (i = 0; i < ARRAY_SIZE(held); i++)
		mempool_free(held[i], p);
	KTEST_EXPECT_EQ(t, atomic_read(&p->nr_out), 0);
	KTEST_EXPECT_EQ(t, mempool_check(p), 0);
	mempool_destroy(p);
}

static void ready_made_all(struct ktest *t)
{
	struct kmem_cache *cache =
		kmem_cache_create("mempool-test", 100, 0, 0, NULL);

	KTEST_ASSERT_NOT_NULL(t, cache);
	ready_made(t, mempool_create_slab_pool(4, cache));
	ready_made(t, mempool_create_kmalloc_pool(4, 50));
	ready_made(t, mempool_create_kmalloc_pool(2, 3 * PAGE_SIZE));
	ready_made(t, mempool_create_page_pool(4, 0));
	ready_made(t, mempool_create_page_pool(4, 2));
	/* Every element is back, or the cache would be busy. */
	kmem_cache_destroy(cache);
}

static void the_ready_made_allocators_give_and_take(struct ktest *t)
{
	unsigned long before = nr_free_pages();

	both_ways(t, ready_made_all);
	KTEST_EXPECT_LE(t, before, nr_free_pages() + 64);
}

static void a_pool_may_be_part_of_something(struct ktest *t)
{
	static mempool_t part;

	memset(&part, 0, sizeof(part));
	KTEST_EXPECT_FALSE(t, mempool_initialized(&part));
	mempool_exit(&part);
	KTEST_ASSERT_EQ(t, mempool_init_kmalloc_pool(&part, 2, 32), 0);
	KTEST_EXPECT_TRUE(t, mempool_initialized(&part));
	mempool_free(mempool_alloc(&part, GFP_KERNEL), &part);
	mempool_free(NULL, &part);
	mempool_exit(&part);
	KTEST_EXPECT_FALSE(t, mempool_initialized(&part));
	mempool_exit(&part);
	mempool_destroy(NULL);
}

/* --- another size --------------------------------------------------------- */

static void resize(struct ktest *t)
{
	void *out[4];
	unsigned int i;

	KTEST_ASSERT_TRUE(t, pool_new(t, 4, 0));
	for (i = 0; i < 4; i++)
		out[i] = mempool_alloc(pool, GFP_ATOMIC);
	/* Down: what is out may come back, two stay. */
	KTEST_EXPECT_EQ(t, mempool_resize(pool, 2), 0);
	for (i = 0; i < 4; i++)
		mempool_free(out[i], pool);
	KTEST_EXPECT_EQ(t, pool->curr_nr, 2);
	KTEST_EXPECT_EQ(t, source.nr_out, 2);
	/* Up, with one out: the reserve is filled as far as memory goes. */
	source.left = 3;
	out[0] = mempool_alloc(pool, GFP_ATOMIC);
	KTEST_EXPECT_EQ(t, mempool_resize(pool, 6), 0);
	KTEST_EXPECT_EQ(t, pool->min_nr, 6);
	KTEST_EXPECT_EQ(t, pool->curr_nr, 4);
	mempool_free(out[0], pool);
	KTEST_EXPECT_EQ(t, pool->curr_nr, 5);
	/* Down gives the rest back at once. */
	KTEST_EXPECT_EQ(t, mempool_resize(pool, 1), 0);
	KTEST_EXPECT_EQ(t, source.nr_out, 1);
	KTEST_EXPECT_EQ(t, mempool_check(pool), 0);
	/* And the same again changes nothing. */
	KTEST_EXPECT_EQ(t, mempool_resize(pool, 1), 0);
	KTEST_EXPECT_EQ(t, source.nr_out, 1);
	pool_end(t);
}

BOTH_WAYS(a_pool_is_resized_with_elements_out, resize)

/* --- refused -------------------------------------------------------------- */

static void a_pool_of_none_is_refused(struct ktest *t)
{
	memset(&source, 0, sizeof(source));
	source.left = 10;
	ktest_expect_report(t, "mempool-args");
	KTEST_EXPECT_NULL(t,
			  mempool_create(0, source_alloc, source_free, NULL));
	ktest_expect_report(t, "mempool-args");
	KTEST_EXPECT_NULL(t,
			  mempool_create(-1, source_alloc, source_free, NULL));
	ktest_expect_report(t, "mempool-args");
	KTEST_EXPECT_NULL(t, mempool_create(1, NULL, source_free, NULL));
	ktest_expect_report(t, "mempool-args");
	KTEST_EXPECT_NULL(t, mempool_create(1, source_alloc, NULL, NULL));
	KTEST_EXPECT_EQ(t, source.requests, 0);
	KTEST_ASSERT_TRUE(t, pool_new(t, 1, 0));
	ktest_expect_report(t, "mempool-args");
	KTEST_EXPECT_EQ(t, mempool_resize(pool, 0), -EINVAL);
	KTEST_EXPECT_EQ(t, pool->min_nr, 1);
	ktest_expect_report(t, "mempool-args");
	KTEST_EXPECT_NULL(t, mempool_alloc(pool, GFP_KERNEL | __GFP_ZERO));
	pool_end(t);
}

static void without_memory_for_the_reserve_there_is_no_pool(struct ktest *t)
{
	unsigned int left;

	for (left = 0; left < 4; left++) {
		memset(&source, 0, sizeof(source));
		source.left = left;
		KTEST_EXPECT_NULL(
			t, mempool_create(4, source_alloc, source_free, NULL));
		KTEST_EXPECT_EQ(t, source.nr_out, 0);
		KTEST_EXPECT_EQ(t, source.wrong, 0);
	}
}

/* --- misuse --------------------------------------------------------------- */

static void expect_line(struct ktest *t, const char *want)
{
	if (!strstr(ktest_last_report(t), want))
		KTEST_FAIL(t, "report \"%s\" without \"%s\"",
			   ktest_last_report(t), want);
}

static void busy(struct ktest *t)
{
	void *a, *b;

	KTEST_ASSERT_TRUE(t, pool_new(t, 2, 1));
	a = mempool_alloc(pool, GFP_KERNEL);
	ktest_expect_report(t, "mempool-busy");
	mempool_destroy(pool);
	expect_line(t, "mempool-busy out=1 ");
	if (pool->track)
		expect_line(t, " first alloc=");
	/* It is as it was. */
	b = mempool_alloc(pool, GFP_ATOMIC);
	KTEST_EXPECT_NOT_NULL(t, b);
	ktest_expect_report(t, "mempool-busy");
	mempool_destroy(pool);
	expect_line(t, "mempool-busy out=2 ");
	mempool_free(a, pool);
	mempool_free(b, pool);
	pool_end(t);
}

BOTH_WAYS(a_pool_with_elements_out_is_not_destroyed, busy)

static void what_is_no_pool_is_not_destroyed(struct ktest *t)
{
	static mempool_t none;

	ktest_expect_report(t, "mempool-args");
	mempool_destroy(&none);
	KTEST_ASSERT_TRUE(t, pool_new(t, 1, 0));
	pool_end(t);
	ktest_expect_report(t, "mempool-args");
	mempool_destroy(pool);
}

static void overfull(struct ktest *t)
{
	void *a;

	/* Twice, with the reserve full... */
	KTEST_ASSERT_TRUE(t, pool_new(t, 2, 1));
	a = mempool_alloc(pool, GFP_KERNEL);
	mempool_free(a, pool);
	ktest_expect_report(t, "mempool-overfull");
	mempool_free(a, pool);
	if (pool->track)
		expect_line(t, " free=");
	KTEST_EXPECT_EQ(t, source.nr_out, 2);
	/* ... and with one lacking. */
	a = mempool_alloc(pool, GFP_ATOMIC);
	mempool_free(a, pool);
	ktest_expect_report(t, "mempool-overfull");
	mempool_free(a, pool);
	KTEST_EXPECT_EQ(t, pool->curr_nr, 2);
	KTEST_EXPECT_EQ(t, atomic_read(&pool->nr_out), 0);
	pool_end(t);
}

BOTH_WAYS(one_return_too_many_is_reported, overfull)

/* The count alone would not tell: another one is out. */
static void twice_into_the_reserve(struct ktest *t)
{
	void *a, *b;

	KTEST_ASSERT_TRUE(t, pool_new(t, 3, 0));
	a = mempool_alloc(pool, GFP_KERNEL);
	b = mempool_alloc(pool, GFP_KERNEL);
	mempool_free(a, pool);
	ktest_expect_report(t, "mempool-overfull");
	mempool_free(a, pool);
	KTEST_EXPECT_EQ(t, pool->curr_nr, 2);
	KTEST_EXPECT_EQ(t, atomic_read(&pool->nr_out), 1);
	mempool_free(b, pool);
	pool_end(t);
}

BOTH_WAYS(an_element_is_not_twice_in_the_reserve, twice_into_the_reserve)

static void foreign(struct ktest *t)
{
	mempool_t *kmallocs = mempool_create_kmalloc_pool(2, 100);
	mempool_t *pages = mempool_create_page_pool(2, 1);
	void *a = mempool_alloc(kmallocs, GFP_KERNEL), *small;
	struct page *block, *page = alloc_page(GFP_KERNEL);

	/* Both reserves lack one. */
	mempool_free(a, kmallocs);
	KTEST_EXPECT_EQ(t, mempool_resize(kmallocs, 3), 0);
	small = kmalloc(32, GFP_KERNEL);
	a = mempool_alloc(kmallocs, GFP_KERNEL);
	block = mempool_alloc(pages, GFP_KERNEL);
	kmallocs->look = true;
	pages->look = true;
	ktest_expect_report(t, "mempool-foreign");
	mempool_free(small, kmallocs);
	ktest_expect_report(t, "mempool-foreign");
	mempool_free(page, pages);
	ktest_expect_report(t, "mempool-foreign");
	mempool_free((char *)block + 4, pages);
	KTEST_EXPECT_EQ(t, atomic_read(&pages->nr_out), 1);
	KTEST_EXPECT_EQ(t, atomic_read(&kmallocs->nr_out), 1);
	mempool_free(block, pages);
	mempool_free(a, kmallocs);
	mempool_destroy(kmallocs);
	mempool_destroy(pages);
	kfree(small);
	__free_page(page);
}

BOTH_WAYS(what_is_not_of_the_allocator_is_foreign, foreign)

/* Only a record tells it: they are of the same allocator. */
static void with_records_another_pools_element_is_foreign(struct ktest *t)
{
	bool was = mempool_set_debug(true);
	mempool_t *a = mempool_create_kmalloc_pool(1, 64);
	mempool_t *b = mempool_create_kmalloc_pool(1, 64);
	void *of_a = mempool_alloc(a, GFP_KERNEL);
	void *of_b = mempool_alloc(b, GFP_KERNEL);

	ktest_expect_report(t, "mempool-foreign");
	mempool_free(of_b, a);
	mempool_free(of_b, b);
	mempool_free(of_a, a);
	mempool_destroy(a);
	mempool_destroy(b);
	mempool_set_debug(was);
}

static void with_records_a_write_to_the_reserve_is_seen(struct ktest *t)
{
	bool was = mempool_set_debug(true);
	mempool_t *p = mempool_create_kmalloc_pool(2, 40);
	char *a;

	KTEST_ASSERT_NOT_NULL(t, p);
	a = p->elements[1];
	a[39] = 1;
	KTEST_EXPECT_EQ(t, mempool_check(p), 1);
	ktest_expect_report(t, "use-after-free");
	KTEST_EXPECT_EQ(t, mempool_resize(p, 1), 0);
	expect_line(t, "+39 found=01 want=6b");
	mempool_destroy(p);
	mempool_set_debug(was);
}

/* More are out than there is room to remember. */
static void records_may_run_out(struct ktest *t)
{
	bool was = mempool_set_debug(true);
	mempool_t *p = mempool_create_kmalloc_pool(2, 8);
	void **held = kmalloc_array(600, sizeof(*held), GFP_KERNEL);
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, held);
	for (i = 0; i < 600; i++)
		held[i] = mempool_alloc(p, GFP_KERNEL);
	KTEST_EXPECT_EQ(t, mempool_check(p), 0);
	for (i = 0; i < 600; i++)
		mempool_free(held[i], p);
	KTEST_EXPECT_EQ(t, mempool_check(p), 0);
	ktest_expect_report(t, "mempool-overfull");
	mempool_free(held[599], p);
	mempool_destroy(p);
	kfree(held);
	mempool_set_debug(was);
}

static void the_checker_sees_wrong_reserves(struct ktest *t)
{
	void *a;

	KTEST_ASSERT_TRUE(t, pool_new(t, 3, 0));
	a = pool->elements[0];
	pool->elements[0] = pool->elements[2];
	KTEST_EXPECT_NE(t, mempool_check(pool), 0); /* E2 */
	pool->elements[0] = NULL;
	KTEST_EXPECT_NE(t, mempool_check(pool), 0); /* E2 */
	pool->elements[0] = a;
	pool->curr_nr = 4;
	KTEST_EXPECT_NE(t, mempool_check(pool), 0); /* E1 */
	pool->curr_nr = 3;
	atomic_set(&pool->nr_out, -1);
	KTEST_EXPECT_NE(t, mempool_check(pool), 0); /* E1 */
	atomic_set(&pool->nr_out, 0);
	pool_end(t);
}

/* --- context -------------------------------------------------------------- */

static void who_may_not_sleep_is_told_so_whatever_there_is(struct ktest *t)
{
	void *a;

	KTEST_ASSERT_TRUE(t, pool_new(t, 1, 1));
	preempt_disable();
	ktest_expect_report(t, "sleep-in-atomic");
	a = mempool_alloc(pool, GFP_NOIO);
	preempt_enable();
	expect_line(t, "sleep-in-atomic mempool_alloc ");
	mempool_free(a, pool);
	preempt_disable();
	a = mempool_alloc(pool, GFP_ATOMIC);
	mempool_free(a, pool);
	preempt_enable();
	pool_end(t);
}

/* --- a random run --------------------------------------------------------- */

#define HELD 24u

/* Against the plain rule: what is out, what is in reserve, what is left. */
static void random_run(struct ktest *t)
{
	void *held[HELD];
	unsigned int nr = 0, step;

	KTEST_ASSERT_TRUE(t, pool_new(t, 4, 0));
	for (step = 0; step < 4000; step++) {
		u32 draw = ktest_random(t);
		bool some;

		source.left = (draw >> 8) % 8 ? 0 : 3;
		some = (source.left && source.nr_out < NR_ELEMENTS) ||
		       pool->curr_nr;
		if (draw & 1 && nr < HELD) {
			void *p = mempool_alloc(pool, GFP_ATOMIC);

			KTEST_EXPECT_EQ(t, p != NULL, some);
			if (p)
				held[nr++] = p;
		} else if (nr) {
			unsigned int i = (draw >> 16) % nr;

			mempool_free(held[i], pool);
			held[i] = held[--nr];
		}
		if (draw % 97 == 0)
			KTEST_EXPECT_EQ(
				t, mempool_resize(pool, 1 + (int)(draw % 9)),
				0);
		KTEST_EXPECT_EQ(t, source.nr_out, nr + (u32)pool->curr_nr);
		KTEST_EXPECT_EQ(t, mempool_check(pool), 0);
	}
	while (nr)
		mempool_free(held[--nr], pool);
	pool_end(t);
}

BOTH_WAYS(a_random_run_loses_nothing, random_run)

static const struct ktest_case mempool_cases[] = {
	KTEST_CASE(a_new_pool_has_its_reserve),
	KTEST_CASE(the_allocator_is_asked_before_the_reserve),
	KTEST_CASE(an_empty_allocator_leaves_the_reserve),
	KTEST_CASE(the_allocator_is_asked_softly),
	KTEST_CASE(the_ready_made_allocators_give_and_take),
	KTEST_CASE(a_pool_may_be_part_of_something),
	KTEST_CASE(a_pool_is_resized_with_elements_out),
	KTEST_CASE(a_pool_of_none_is_refused),
	KTEST_CASE(without_memory_for_the_reserve_there_is_no_pool),
	KTEST_CASE(a_pool_with_elements_out_is_not_destroyed),
	KTEST_CASE(what_is_no_pool_is_not_destroyed),
	KTEST_CASE(one_return_too_many_is_reported),
	KTEST_CASE(an_element_is_not_twice_in_the_reserve),
	KTEST_CASE(what_is_not_of_the_allocator_is_foreign),
	KTEST_CASE(with_records_another_pools_element_is_foreign),
	KTEST_CASE(with_records_a_write_to_the_reserve_is_seen),
	KTEST_CASE(records_may_run_out),
	KTEST_CASE(the_checker_sees_wrong_reserves),
	KTEST_CASE(who_may_not_sleep_is_told_so_whatever_there_is),
	KTEST_CASE(a_random_run_loses_nothing),
};
KTEST_SUITE(mempool, mempool_cases);

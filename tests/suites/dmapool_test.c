/* SPDX-License-Identifier: MIT */
/*
 * dmapool_test.c - blocks for devices: where they lie, and misuse
 */
#include <kernel/ktest.h>
#include <kernel/module_holding.h>
#include <kernel/preempt.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/dmapool.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

#define MANY 200u
/* What the blocks of a case have at most, so that a small machine has them. */
#define MOST_BYTES KIB(256)
#define LIMIT_ISA (MIB(16))

static void *held[MANY];
static dma_addr_t handles[MANY];

/* Take @nr blocks. Return: false failed the case, and the pool is gone. */
static bool hold(struct ktest *t, struct dma_pool *pool, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		held[i] = dma_pool_alloc(pool, GFP_KERNEL, &handles[i]);
		if (!KTEST_EXPECT_NOT_NULL(t, held[i]))
			break;
	}
	if (i == nr)
		return true;
	while (i--)
		dma_pool_free(pool, held[i], handles[i]);
	dma_pool_destroy(pool);
	return false;
}

static void let_go(struct dma_pool *pool, unsigned int nr)
{
	while (nr--)
		dma_pool_free(pool, held[nr], handles[nr]);
}

static bool overlap(dma_addr_t a, dma_addr_t b, size_t size)
{
	return a < b + size && b < a + size;
}

/* Blocks of @d to take: many, or as many as there is room for. */
static unsigned int nr_to_take(const struct dma_pool_desc *d)
{
	size_t each = max(d->size, d->align);

	return (unsigned int)clamp(MOST_BYTES / each, 3ul, 0ul + MANY);
}

/* Where do the blocks of a pool lie? */
static void try_geometry(struct ktest *t, const struct dma_pool_desc *d)
{
	struct dma_pool *pool = dma_pool_create_desc(d);
	size_t align = max_t(size_t, d->align, 1);
	unsigned int nr = nr_to_take(d), i, j;

	KTEST_ASSERT_NOT_NULL(t, pool);
	if (!hold(t, pool, nr))
		return;
	for (i = 0; i < nr; i++) {
		/* Lowmem: it fits. */
		unsigned long first = (unsigned long)handles[i];
		unsigned long last = first + d->size - 1;

		KTEST_EXPECT_EQ(t, virt_to_phys(held[i]), handles[i]);
		KTEST_EXPECT_EQ(t, first % align, 0);
		if (d->boundary)
			KTEST_EXPECT_EQ(t, first / d->boundary,
					last / d->boundary);
		if (d->limit)
			KTEST_EXPECT_LE(t, last + 1, d->limit);
		memset(held[i], (int)i, d->size);
		for (j = 0; j < i; j++) {
			if (overlap(handles[i], handles[j], d->size))
				KTEST_FAIL(t, "size %zu: %u overlaps %u",
					   d->size, i, j);
		}
	}
	for (i = 0; i < nr; i++)
		KTEST_EXPECT_NULL(t, memchr_inv(held[i], (u8)i, d->size));
	KTEST_EXPECT_EQ(t, dma_pool_check(pool), 0);
	let_go(pool, nr);
	KTEST_EXPECT_EQ(t, dma_pool_check(pool), 0);
	dma_pool_destroy(pool);
}

static void blocks_lie_where_the_device_wants_them(struct ktest *t)
{
	static const struct dma_pool_desc desc[] = {
		{ "t", 1, 0, 0, 0, NULL },
		{ "t", 4, 4, 0, 0, NULL },
		{ "t", 24, 8, 64, 0, NULL },
		{ "t", 24, 8, 32, 0, NULL },
		{ "t", 16, 16, 0, LIMIT_ISA, NULL },
		{ "t", 48, 32, 256, LIMIT_ISA, NULL },
		{ "t", 64, 64, 64, 0, NULL },
		{ "t", 100, 0, 128, 0, NULL },
		{ "t", 1000, 256, 2048, 0, NULL },
		{ "t", 8, 1024, 0, 0, NULL },
		{ "t", 4096, 4096, 4096, 0, NULL },
		{ "t", 8, 8192, 65536, 0, NULL },
		{ "t", 5000, 0, 65536, 0, NULL },
		{ "t", 20000, 64, 32768, LIMIT_ISA, NULL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(desc); i++)
		try_geometry(t, &desc[i]);
}

static void all_pages_come_back(struct ktest *t)
{
	struct dma_pool *pool = dma_pool_create("back", NULL, 64, 64, 0);
	unsigned long before;

	KTEST_ASSERT_NOT_NULL(t, pool);
	if (!hold(t, pool, MANY))
		return;
	before = nr_free_pages();
	let_go(pool, MANY);
	dma_pool_destroy(pool);
	/* 200 blocks of 64 bytes: four pages. */
	KTEST_EXPECT_GE(t, nr_free_pages(), before + 4);
	dma_pool_destroy(NULL);
}

static void a_cleared_block_is_clear(struct ktest *t)
{
	struct dma_pool *pool = dma_pool_create("zero", NULL, 40, 8, 0);
	dma_addr_t handle;
	void *va;

	KTEST_ASSERT_NOT_NULL(t, pool);
	va = dma_pool_alloc(pool, GFP_KERNEL, &handle);
	KTEST_ASSERT_NOT_NULL(t, va);
	memset(va, 0xee, 40);
	dma_pool_free(pool, va, handle);
	KTEST_EXPECT_PTR_EQ(t, dma_pool_zalloc(pool, GFP_ATOMIC, &handle), va);
	KTEST_EXPECT_NULL(t, memchr_inv(va, 0, 40));
	dma_pool_free(pool, va, handle);
	dma_pool_destroy(pool);
}

/* --- refused -------------------------------------------------------------- */

static void refuse(struct ktest *t, const char *name, size_t size, size_t align,
		   size_t boundary)
{
	ktest_expect_report(t, "dmapool-args");
	KTEST_EXPECT_NULL(t,
			  dma_pool_create(name, NULL, size, align, boundary));
}

static void wrong_descriptions_are_refused(struct ktest *t)
{
	refuse(t, NULL, 8, 0, 0);
	refuse(t, "", 8, 0, 0);
	refuse(t, "a name of more than 31 characters", 8, 0, 0);
	refuse(t, "t", 0, 0, 0);
	refuse(t, "t", KMALLOC_MAX_SIZE + 1, 0, 0);
	refuse(t, "t", 8, 3, 0);
	refuse(t, "t", 8, 2 * KMALLOC_MAX_SIZE, 0);
	refuse(t, "t", 8, 0, 24);
	refuse(t, "t", 64, 0, 32);
}

/* What the device would get if its alignment makes a block too large for the
 * boundary is no block at all: so that is refused too. */
static void a_block_rounded_up_past_the_boundary_is_refused(struct ktest *t)
{
	refuse(t, "t", 8, 64, 32);
}

/* --- misuse --------------------------------------------------------------- */

static void a_busy_pool_stays(struct ktest *t)
{
	struct dma_pool *pool = dma_pool_create("busy", NULL, 8, 8, 0);

	KTEST_ASSERT_NOT_NULL(t, pool);
	if (!hold(t, pool, 3))
		return;
	ktest_expect_report(t, "dmapool-busy");
	dma_pool_destroy(pool);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"dmapool-busy name=busy out=3"));
	KTEST_EXPECT_EQ(t, dma_pool_check(pool), 0);
	let_go(pool, 3);
	dma_pool_destroy(pool);
}

static void wrong_returns_are_reported_and_change_nothing(struct ktest *t)
{
	struct dma_pool *pool = dma_pool_create("wrong", NULL, 24, 8, 64);
	char *a;

	KTEST_ASSERT_NOT_NULL(t, pool);
	if (!hold(t, pool, 3))
		return;
	a = held[0];
	ktest_expect_report(t, "dmapool-foreign");
	dma_pool_free(pool, t, 0);
	ktest_expect_report(t, "dmapool-foreign");
	dma_pool_free(pool, a + 4, handles[0] + 4);
	/* Behind the last block of a segment: 2 * 24 of 64. */
	ktest_expect_report(t, "dmapool-foreign");
	dma_pool_free(pool, a + 48, handles[0] + 48);
	ktest_expect_report(t, "dmapool-handle");
	dma_pool_free(pool, a, handles[1]);
	KTEST_EXPECT_EQ(t, dma_pool_check(pool), 0);
	dma_pool_free(pool, a, handles[0]);
	ktest_expect_report(t, "dmapool-double-free");
	dma_pool_free(pool, a, handles[0]);
	KTEST_EXPECT_EQ(t, dma_pool_check(pool), 0);
	/* It is to be had again. */
	KTEST_EXPECT_PTR_EQ(t, dma_pool_alloc(pool, GFP_KERNEL, &handles[0]),
			    a);
	let_go(pool, 3);
	dma_pool_destroy(pool);
}

static void the_debug_build_sees_a_late_write(struct ktest *t)
{
	struct dma_pool *pool = dma_pool_create("late", NULL, 16, 16, 0);
	char *va;

	if (!CONFIG_MM_DEBUG) {
		ktest_skip(t, "blocks hold a pattern in the debug build only");
		dma_pool_destroy(pool);
		return;
	}
	KTEST_ASSERT_NOT_NULL(t, pool);
	if (!hold(t, pool, 1))
		return;
	va = held[0];
	let_go(pool, 1);
	va[5] = 0x11;
	ktest_expect_report(t, "use-after-free");
	hold(t, pool, 1);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "+5 found=11"));
	let_go(pool, 1);
	dma_pool_destroy(pool);
}

/* --- a source of its own -------------------------------------------------- */

static struct {
	dma_addr_t shift; /* where the pages seem to lie */
	unsigned int left;
	long out;
} pages;

static void *pages_alloc(const struct dma_pool_source *source, gfp_t gfp,
			 unsigned int order, dma_addr_t *handle)
{
	void *va;

	(void)source;
	if (!pages.left)
		return NULL;
	pages.left--;
	va = (void *)__get_free_pages(gfp, order);
	*handle = virt_to_phys(va) + pages.shift;
	pages.out++;
	return va;
}

static void pages_free(const struct dma_pool_source *source, void *va,
		       unsigned int order, dma_addr_t handle)
{
	(void)source;
	KTEST_EXPECT_EQ((struct ktest *)source->private, handle,
			virt_to_phys(va) + pages.shift);
	pages.out--;
	free_pages((unsigned long)va, order);
}

static struct dma_pool *pool_on_pages(struct ktest *t, dma_addr_t limit)
{
	const struct dma_pool_source source = { pages_alloc, pages_free, t };
	const struct dma_pool_desc desc = {
		"pages", 512, 0, 0, limit, &source
	};

	memset(&pages, 0, sizeof(pages));
	return dma_pool_create_desc(&desc);
}

static void without_pages_there_are_no_more_blocks(struct ktest *t)
{
	struct dma_pool *pool = pool_on_pages(t, 0);
	dma_addr_t handle;

	KTEST_ASSERT_NOT_NULL(t, pool);
	KTEST_EXPECT_NULL(t, dma_pool_alloc(pool, GFP_KERNEL, &handle));
	pages.left = 1;
	if (!hold(t, pool, PAGE_SIZE / 512))
		return;
	KTEST_EXPECT_NULL(t, dma_pool_alloc(pool, GFP_KERNEL, &handle));
	KTEST_EXPECT_EQ(t, dma_pool_check(pool), 0);
	let_go(pool, PAGE_SIZE / 512);
	KTEST_EXPECT_EQ(t, pages.out, 1);
	dma_pool_destroy(pool);
	KTEST_EXPECT_EQ(t, pages.out, 0);
}

static void pages_above_the_limit_are_not_used(struct ktest *t)
{
	struct dma_pool *pool = pool_on_pages(t, GIB(8));
	dma_addr_t handle;

	KTEST_ASSERT_NOT_NULL(t, pool);
	pages.left = 2;
	pages.shift = GIB(8);
	KTEST_EXPECT_NULL(t, dma_pool_alloc(pool, GFP_KERNEL, &handle));
	KTEST_EXPECT_EQ(t, pages.out, 0);
	pages.shift = GIB(4);
	held[0] = dma_pool_alloc(pool, GFP_KERNEL, &handles[0]);
	if (KTEST_EXPECT_NOT_NULL(t, held[0])) {
		KTEST_EXPECT_EQ(t, handles[0], virt_to_phys(held[0]) + GIB(4));
		let_go(pool, 1);
	}
	dma_pool_destroy(pool);
}

/* --- context, and a random run -------------------------------------------- */

static void a_sleeping_request_says_so_first(struct ktest *t)
{
	struct dma_pool *pool = dma_pool_create("ctx", NULL, 16, 0, 0);

	KTEST_ASSERT_NOT_NULL(t, pool);
	if (!hold(t, pool, 1))
		return;
	let_go(pool, 1);
	preempt_disable();
	ktest_expect_report(t, "sleep-in-atomic");
	held[0] = dma_pool_alloc(pool, GFP_KERNEL, &handles[0]);
	let_go(pool, 1);
	held[0] = dma_pool_alloc(pool, GFP_ATOMIC, &handles[0]);
	let_go(pool, 1);
	preempt_enable();
	dma_pool_destroy(pool);
}

static noinline struct dma_pool *create_as_a_module(void)
{
	struct dma_pool *pool = dma_pool_create("left", NULL, 40, 8, 0);

	/* No jump: the call returns here. */
	barrier();
	return pool;
}

/* The function plays the code of a module that forgets its pool. */
static void a_pool_that_is_left_holds_its_module(struct ktest *t)
{
	struct module_search search = {
		.module = "t",
		.start = (unsigned long)create_as_a_module,
		.bytes = 400,
		.quiet = true,
	};
	struct dma_pool *pool;

	KTEST_EXPECT_EQ(t, module_search_all(&search), 0);
	pool = create_as_a_module();
	KTEST_ASSERT_NOT_NULL(t, pool);
	KTEST_EXPECT_EQ(t, module_search_all(&search), 1);
	/* The module's init was it. */
	swap(search.start, search.init_start);
	swap(search.bytes, search.init_bytes);
	search.nr = 0;
	KTEST_EXPECT_EQ(t, module_search_all(&search), 1);
	dma_pool_destroy(pool);
	search.nr = 0;
	KTEST_EXPECT_EQ(t, module_search_all(&search), 0);
}

static void a_random_run_keeps_the_pool_sound(struct ktest *t)
{
	struct dma_pool *pool = dma_pool_create("random", NULL, 40, 8, 256);
	unsigned int nr = 0, step;

	KTEST_ASSERT_NOT_NULL(t, pool);
	for (step = 0; step < 3000; step++) {
		u32 draw = ktest_random(t);

		if (draw % 8 < 5 && nr < MANY) {
			held[nr] =
				dma_pool_alloc(pool, GFP_ATOMIC, &handles[nr]);
			if (held[nr])
				memset(held[nr], 0x55, 40);
			nr += held[nr] != NULL;
		} else if (nr) {
			unsigned int i = (draw >> 8) % nr;

			KTEST_EXPECT_NULL(t, memchr_inv(held[i], 0x55, 40));
			dma_pool_free(pool, held[i], handles[i]);
			held[i] = held[--nr];
			handles[i] = handles[nr];
		}
		if (draw % 64 == 0)
			KTEST_EXPECT_EQ(t, dma_pool_check(pool), 0);
	}
	let_go(pool, nr);
	KTEST_EXPECT_EQ(t, dma_pool_check(pool), 0);
	dma_pool_destroy(pool);
}

static const struct ktest_case dmapool_cases[] = {
	KTEST_CASE(blocks_lie_where_the_device_wants_them),
	KTEST_CASE(all_pages_come_back),
	KTEST_CASE(a_cleared_block_is_clear),
	KTEST_CASE(wrong_descriptions_are_refused),
	KTEST_CASE(a_block_rounded_up_past_the_boundary_is_refused),
	KTEST_CASE(a_busy_pool_stays),
	KTEST_CASE(wrong_returns_are_reported_and_change_nothing),
	KTEST_CASE(the_debug_build_sees_a_late_write),
	KTEST_CASE(without_pages_there_are_no_more_blocks),
	KTEST_CASE(pages_above_the_limit_are_not_used),
	KTEST_CASE(a_sleeping_request_says_so_first),
	KTEST_CASE(a_pool_that_is_left_holds_its_module),
	KTEST_CASE(a_random_run_keeps_the_pool_sound),
};
KTEST_SUITE(dmapool, dmapool_cases);

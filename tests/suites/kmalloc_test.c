/* SPDX-License-Identifier: MIT */
/*
 * kmalloc_test.c - memory by size: classes and their edges, large blocks,
 * resizing, refused sizes, and a random run against a naive list
 *
 * These use the live caches, as every caller does.
 */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "../../mm/slab_internal.h"
#include "live_fixture.h"
#include "log_lines.h"
#include "slab_fixture.h"

#define DMA_LIMIT MIB(16)

/* Allocate, fill, check alignment and usable size, free. */
static void try_alloc(struct ktest *t, size_t size, gfp_t gfp)
{
	u8 *p = kmalloc(size, gfp | __GFP_NOWARN);

	if (!p) {
		KTEST_FAIL(t, "kmalloc(%zu) found no memory", size);
		return;
	}
	memset(p, 0xa7, size);
	if (ksize(p) < size)
		KTEST_FAIL(t, "ksize %zu for %zu", ksize(p), size);
	if ((unsigned long)p % 8)
		KTEST_FAIL(t, "size %zu at %p", size, p);
	if (is_power_of_2(size) && (unsigned long)p % size)
		KTEST_FAIL(t, "size %zu not naturally aligned: %p", size, p);
	if (gfp & __GFP_DMA && virt_to_phys(p) + size > DMA_LIMIT)
		KTEST_FAIL(t, "DMA memory of %zu at %p", size, p);
	kfree(p);
}

static void each_class_serves_its_edges(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < NR_KMALLOC_CLASSES; i++) {
		size_t size = kmalloc_class_size(i);

		KTEST_EXPECT_EQ(t, kmalloc_index(size), i);
		KTEST_EXPECT_EQ(t, kmalloc_index(size - 1), i);
		KTEST_EXPECT_EQ(t, kmem_cache_size(&kmalloc_caches[0][i]),
				size);
		if (i + 1 < NR_KMALLOC_CLASSES)
			KTEST_EXPECT_EQ(t, kmalloc_index(size + 1), i + 1);
		try_alloc(t, size - 1, GFP_KERNEL);
		try_alloc(t, size, GFP_KERNEL);
		try_alloc(t, size + 1, GFP_KERNEL);
	}
}

static void expect_class(struct ktest *t, const void *p, unsigned int index)
{
	const struct page *slab = slab_find(p);

	KTEST_ASSERT_NOT_NULL(t, slab);
	KTEST_EXPECT_PTR_EQ(t, slab->slab_cache, &kmalloc_caches[0][index]);
}

/* The compiler's choice of a class, and that of the table at run time. */
static void constant_and_variable_sizes_meet_in_one_class(struct ktest *t)
{
	volatile size_t size;
	void *p;

#define SAME_CLASS(n)                                 \
	do {                                          \
		size = (n);                           \
		p = kmalloc((n), GFP_KERNEL);         \
		expect_class(t, p, kmalloc_index(n)); \
		kfree(p);                             \
		p = kmalloc(size, GFP_ATOMIC);        \
		expect_class(t, p, kmalloc_index(n)); \
		kfree(p);                             \
	} while (0)
	for (size = 1; size <= 300; size++) {
		p = kmalloc(size, GFP_KERNEL);
		expect_class(t, p, kmalloc_index(size));
		kfree(p);
	}
	SAME_CLASS(1);
	SAME_CLASS(64);
	SAME_CLASS(65);
	SAME_CLASS(97);
	SAME_CLASS(129);
	SAME_CLASS(192);
	SAME_CLASS(193);
	SAME_CLASS(8192);
#undef SAME_CLASS
}

/* Is there a free lowmem block of at least that order? */
static bool has_block(unsigned int order)
{
	return (zone_free_orders(&mm_node.zones[ZONE_DMA]) |
		zone_free_orders(&mm_node.zones[ZONE_NORMAL])) >>
	       order;
}

/* A small machine may have no such block: then nothing must come. */
static void try_whole_pages(struct ktest *t, size_t size)
{
	void *p;

	if (has_block(get_order(size))) {
		try_alloc(t, size, GFP_KERNEL);
		return;
	}
	p = kmalloc(size, GFP_KERNEL | __GFP_NOWARN);
	KTEST_EXPECT_NULL(t, p);
	kfree(p);
}

static void whole_pages_serve_up_to_4_mib(struct ktest *t)
{
	size_t size;

	for (size = 16384; size <= KMALLOC_MAX_SIZE; size *= 2) {
		try_whole_pages(t, size - 1);
		try_whole_pages(t, size);
		if (size < KMALLOC_MAX_SIZE)
			try_whole_pages(t, size + 1);
	}
}

static void what_is_too_large_gets_nothing(struct ktest *t)
{
	unsigned long told = mm_node.last_failure.count;
	u64 log = log_end();
	volatile size_t size;

	size = KMALLOC_MAX_SIZE + 1;
	KTEST_EXPECT_NULL(t, kmalloc(size, GFP_KERNEL));
	KTEST_EXPECT_NULL(t, kmalloc(KMALLOC_MAX_SIZE + 1, GFP_ATOMIC));
	KTEST_EXPECT_EQ(t, mm_node.last_failure.count, told + 2);
	for (size = SIZE_MAX; size > SIZE_MAX - 3; size--)
		KTEST_EXPECT_NULL(t, kmalloc(size, GFP_KERNEL));
	size = SIZE_MAX - PAGE_SIZE + 1;
	KTEST_EXPECT_NULL(t, kmalloc(size, GFP_KERNEL));
	/* Where rounding up would wrap there is no order to name. */
	KTEST_EXPECT_EQ(t, mm_node.last_failure.count, told + 6);
	KTEST_EXPECT_EQ(t, mm_node.last_failure.cause, ALLOC_BY_OTHER);
	KTEST_EXPECT_NOT_NULL(t, strstr(mm_node.last_failure.text,
					" bytes refused: larger than the "));
	KTEST_EXPECT_NULL(t, kmalloc(size, GFP_KERNEL | __GFP_NOWARN));
	KTEST_EXPECT_EQ(t, mm_node.last_failure.count, told + 6);
	KTEST_EXPECT_EQ(t,
			log_count(log, "kmalloc: refused: larger than the "
				       "address space: size:"),
			4);
	size = SIZE_MAX / 2 + 1;
	KTEST_EXPECT_NULL(t, kzalloc(size, GFP_KERNEL));
}

static void size_zero_has_one_harmless_answer(struct ktest *t)
{
	volatile size_t zero = 0;

	KTEST_EXPECT_PTR_EQ(t, kmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	KTEST_EXPECT_PTR_EQ(t, kmalloc(zero, GFP_KERNEL), ZERO_SIZE_PTR);
	KTEST_EXPECT_PTR_EQ(t, kcalloc(zero, 8, GFP_KERNEL), ZERO_SIZE_PTR);
	KTEST_EXPECT_PTR_EQ(t, kmemdup("", 0, GFP_KERNEL), ZERO_SIZE_PTR);
	kfree(ZERO_SIZE_PTR);
	kfree(NULL);
	KTEST_EXPECT_EQ(t, ksize(ZERO_SIZE_PTR), 0);
	KTEST_EXPECT_EQ(t, ksize(NULL), 0);
}

static void products_are_checked(struct ktest *t)
{
	volatile size_t n = SIZE_MAX / 8 + 2;
	void *p;

	KTEST_EXPECT_NULL(t, kmalloc_array(n, 8, GFP_KERNEL));
	KTEST_EXPECT_NULL(t, kcalloc(n, 8, GFP_KERNEL));
	KTEST_EXPECT_NULL(t, kmalloc_array(8, n, GFP_KERNEL));
	p = kcalloc(10, 10, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_NULL(t, krealloc_array(p, n, 8, GFP_KERNEL));
	KTEST_EXPECT_NULL(t, memchr_inv(p, 0, 100));
	kfree(p);
}

static void zeroed_memory_is_zero(struct ktest *t)
{
	static const size_t sizes[] = { 8, 100, 256, 5000, 8192, 20000 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		volatile size_t size = sizes[i];
		u8 *p = kmalloc(size, GFP_KERNEL);

		KTEST_ASSERT_NOT_NULL(t, p);
		memset(p, 0xff, size);
		kfree(p);
		p = kzalloc(size, GFP_KERNEL);
		KTEST_ASSERT_NOT_NULL(t, p);
		KTEST_EXPECT_NULL(t, memchr_inv(p, 0, size));
		kfree(p);
	}
}

static void constant_kzalloc_is_zero(struct ktest *t)
{
	u8 *p = kmalloc(200, GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, p);
	memset(p, 0xff, 200);
	kfree(p);
	p = kzalloc(200, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_NULL(t, memchr_inv(p, 0, 200));
	memset(p, 0xff, 200);
	kfree(p);
	p = kzalloc(200, GFP_ATOMIC);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_NULL(t, memchr_inv(p, 0, 200));
	kfree(p);
}

static void dma_memory_lies_below_16_mib(struct ktest *t)
{
	static const size_t sizes[] = { 1, 64, 512, 4096, 8192, 65536 };
	void *p = kmalloc(64, GFP_KERNEL | GFP_DMA);
	unsigned int i;

	KTEST_EXPECT_TRUE(t, p && virt_to_phys(p) < DMA_LIMIT);
	kfree(p);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		try_alloc(t, sizes[i], GFP_KERNEL | GFP_DMA);
		try_alloc(t, sizes[i], GFP_ATOMIC | GFP_DMA);
	}
}

static void resizing_keeps_the_contents(struct ktest *t)
{
	static const size_t sizes[] = { 1,    8,    9,	   64,	100, 300,
					8192, 9000, 70000, 100, 24 };
	u8 *p = kmalloc(1, GFP_KERNEL);
	size_t before = 1;
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, p);
	p[0] = 0x33;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u8 *q = krealloc(p, sizes[i], GFP_KERNEL);

		KTEST_ASSERT_NOT_NULL(t, q);
		KTEST_EXPECT_NULL(t,
				  memchr_inv(q, 0x33, min(before, sizes[i])));
		memset(q, 0x33, sizes[i]);
		before = sizes[i];
		p = q;
	}
	KTEST_EXPECT_PTR_EQ(t, krealloc(p, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	p = krealloc(NULL, 30, GFP_KERNEL);
	KTEST_EXPECT_NOT_NULL(t, p);
	p = krealloc(p, 20, GFP_KERNEL);
	KTEST_EXPECT_NOT_NULL(t, p);
	kfree(p);
}

static void a_failed_resize_leaves_the_memory(struct ktest *t)
{
	struct fault_attr boot_plan;
	u8 *p = kmalloc(100, GFP_KERNEL), *q;

	KTEST_ASSERT_NOT_NULL(t, p);
	memset(p, 0x44, 100);
	fault_plan_save(&fault_slab, &boot_plan);
	fault_fail_nth(&fault_slab, 1);
	q = krealloc(p, 1000, GFP_KERNEL);
	fault_plan_restore(&fault_slab, &boot_plan);
	KTEST_EXPECT_NULL(t, q);
	KTEST_EXPECT_NULL(t, memchr_inv(p, 0x44, 100));
	kfree(p);
}

static void copies_are_equal_and_apart(struct ktest *t)
{
	static const char text[] = "a word";
	char *s = kstrdup(text, GFP_KERNEL);
	char *cut = kstrndup(text, 3, GFP_KERNEL);
	char *dup = kmemdup(text, sizeof(text), GFP_KERNEL);

	KTEST_ASSERT_TRUE(t, s && cut && dup);
	KTEST_EXPECT_STREQ(t, s, text);
	KTEST_EXPECT_STREQ(t, cut, "a w");
	KTEST_EXPECT_TRUE(t, s != text && !memcmp(dup, text, 7));
	KTEST_EXPECT_NULL(t, kstrdup(NULL, GFP_KERNEL));
	KTEST_EXPECT_NULL(t, kstrndup(NULL, 3, GFP_KERNEL));
	kfree(s);
	kfree(cut);
	kfree(dup);
}

static void kfree_takes_objects_of_named_caches(struct ktest *t)
{
	struct kmem_cache *c = kmem_cache_create("named", 72, 0, 0, NULL);
	void *p;

	KTEST_ASSERT_NOT_NULL(t, c);
	p = kmem_cache_alloc(c, GFP_KERNEL);
	if (KTEST_EXPECT_NOT_NULL(t, p)) {
		KTEST_EXPECT_EQ(t, fixture_active(c), 1);
		kfree(p);
	}
	KTEST_EXPECT_EQ(t, fixture_active(c), 0);
	kmem_cache_destroy(c);
}

static int static_data = 1;

static void kfree_names_what_it_cannot_free(struct ktest *t)
{
	char *large = kmalloc(20000, GFP_KERNEL);
	void *page = (void *)__get_free_pages(GFP_KERNEL, 1);
	int on_stack = 1;

	KTEST_ASSERT_TRUE(t, large && page);
	ktest_expect_report(t, "bad-free");
	kfree(&on_stack);
	fixture_expect_prefix(t, "bad-free stack");
	ktest_expect_report(t, "bad-free");
	kfree(&static_data);
	fixture_expect_prefix(t, "bad-free kernel-image");
	ktest_expect_report(t, "bad-free");
	kfree(page);
	ktest_expect_report(t, "bad-free");
	kfree(large + PAGE_SIZE);
	ktest_expect_report(t, "bad-free");
	kfree(large + 8);
	KTEST_EXPECT_EQ(t, ksize(large), 32768);
	ktest_expect_report(t, "bad-free");
	KTEST_EXPECT_EQ(t, ksize(page), 0);
	kfree(large);
	free_pages((unsigned long)page, 1);
}

static void kfree_twice_is_caught(struct ktest *t)
{
	char *p = kmalloc(64, GFP_KERNEL);
	char *large = kmalloc(20000, GFP_KERNEL);

	KTEST_ASSERT_TRUE(t, p && large);
	kfree(p);
	ktest_expect_report(t, "double-free");
	kfree(p);
	fixture_expect_prefix(t, "double-free kmalloc-64 obj=");
	kfree(large);
	ktest_expect_report(t, "bad-free");
	kfree(large);
	ktest_expect_report(t, "bad-free");
	kfree(p + 8);
	fixture_expect_prefix(t, "bad-free interior obj+8");
	KTEST_EXPECT_EQ(t, slab_check_all(), 0);
}

/* From 9 bytes on nobody gets twice what he asked for. */
static void no_size_wastes_half(struct ktest *t)
{
	volatile size_t size;
	u8 *p;

	for (size = 0; size <= 8192 && !t->failed; size++) {
		p = kmalloc(size, GFP_KERNEL);
		KTEST_ASSERT_NOT_NULL(t, p);
		if (size) {
			p[0] = p[size - 1] = 0x11;
			KTEST_EXPECT_GE(t, ksize(p), size);
		}
		if (size >= 9)
			KTEST_EXPECT_TRUE(t, ksize(p) < 2 * size);
		kfree(p);
	}
}

static void every_dma_class_lies_below_16_mib(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < NR_KMALLOC_CLASSES; i++)
		try_alloc(t, kmalloc_class_size(i), GFP_KERNEL | GFP_DMA);
}

static void try_kvzalloc(struct ktest *t, size_t size)
{
	u8 *p = kvzalloc(size, GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, p);
	/* kmalloc() has no such block. */
	KTEST_EXPECT_TRUE(t, is_vmalloc_addr(p) || size <= KMALLOC_MAX_SIZE);
	if (size) {
		KTEST_EXPECT_NULL(t, memchr_inv(p, 0, size));
		memset(p, 0x51, size);
	}
	kvfree(p);
}

static void large_memory_may_be_in_pieces(struct ktest *t)
{
	static const size_t sizes[] = { 0, 1, 5000, 70000 };
	volatile size_t n = SIZE_MAX / 8 + 2;
	unsigned int i;
	u8 *p;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		try_kvzalloc(t, sizes[i]);
	p = kvcalloc(10, 1000, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_NULL(t, memchr_inv(p, 0, 10000));
	kvfree(p);
	KTEST_EXPECT_NULL(t, kvmalloc_array(n, 8, GFP_KERNEL));
	KTEST_EXPECT_NULL(t, kvmalloc(MIB(5), GFP_ATOMIC | __GFP_NOWARN));
	kvfree(NULL);
	kvfree(ZERO_SIZE_PTR);
}

static void memory_above_the_largest_block_is_in_pieces(struct ktest *t)
{
	if (live_room_for(t, MIB(5)))
		try_kvzalloc(t, MIB(5));
}

/* Whichever way it is had: the first is refused, so it comes in pieces. */
static void memory_in_pieces_is_of_the_zone_that_was_asked_for(struct ktest *t)
{
	static const gfp_t zones[] = { __GFP_DMA, __GFP_DMA32 };
	const size_t bytes = 5 * PAGE_SIZE;
	struct fault_attr saved;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(zones); i++) {
		size_t at;
		char *p;

		fault_plan_save(&mm_node.fault, &saved);
		fault_fail_nth(&mm_node.fault, 1);
		p = kvmalloc(bytes, GFP_KERNEL | zones[i]);
		fault_plan_restore(&mm_node.fault, &saved);
		KTEST_ASSERT_NOT_NULL(t, p);
		KTEST_EXPECT_TRUE(t, is_vmalloc_addr(p));
		for (at = 0; at < bytes; at += PAGE_SIZE) {
			pfn_t pfn = vmalloc_to_pfn(p + at);

			KTEST_EXPECT_LE(t, pfn + 1, max_low_pfn);
			if (zones[i] == __GFP_DMA)
				KTEST_EXPECT_LE(t, pfn_to_phys(pfn + 1),
						DMA_LIMIT);
		}
		kvfree(p);
	}
}

static void texts_are_made_as_long_as_they_come(struct ktest *t)
{
	char *text = kasprintf(GFP_KERNEL, "%s-%05d", "disk", 42);
	char *part = kmemdup_nul("not ended", 3, GFP_KERNEL);

	KTEST_ASSERT_TRUE(t, text && part);
	KTEST_EXPECT_STREQ(t, text, "disk-00042");
	KTEST_EXPECT_STREQ(t, part, "not");
	KTEST_EXPECT_NULL(t, kmemdup_nul(NULL, 3, GFP_KERNEL));
	kfree(text);
	kfree(part);
	text = kasprintf(GFP_KERNEL, "%300d", 7);
	KTEST_ASSERT_NOT_NULL(t, text);
	KTEST_EXPECT_EQ(t, strlen(text), 300);
	kfree(text);
}

static void memory_of_either_kind_grows(struct ktest *t)
{
	const size_t large = 8 * PAGE_SIZE;
	char *p = kvrealloc(NULL, 0, 100, GFP_KERNEL), *larger;

	KTEST_ASSERT_NOT_NULL(t, p);
	memset(p, 5, 100);
	KTEST_EXPECT_PTR_EQ(t, kvrealloc(p, 100, 100, GFP_KERNEL), p);
	KTEST_EXPECT_PTR_EQ(t, kvrealloc(p, 100, 1, GFP_KERNEL), p);
	larger = kvrealloc(p, 100, large, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, larger);
	KTEST_EXPECT_NULL(t, memchr_inv(larger, 5, 100));
	/* What cannot be had leaves what there is. */
	KTEST_EXPECT_NULL(t, kvrealloc(larger, large, SIZE_MAX,
				       GFP_KERNEL | __GFP_NOWARN));
	KTEST_EXPECT_NULL(t, memchr_inv(larger, 5, 100));
	kvfree(larger);
}

static void constants_are_not_copied(struct ktest *t)
{
	static const char constant[] = "a constant of the kernel's";
	char text[] = "on the stack";
	const char *same = kstrdup_const(constant, GFP_KERNEL);
	const char *copy = kstrdup_const(text, GFP_KERNEL);

	KTEST_EXPECT_PTR_EQ(t, same, constant);
	KTEST_EXPECT_TRUE(t, copy != text);
	KTEST_EXPECT_STREQ(t, copy, text);
	KTEST_EXPECT_NULL(t, kstrdup_const(NULL, GFP_KERNEL));
	/* Freeing a constant would be a report. */
	kfree_const(same);
	kfree_const(copy);
	kfree_const(NULL);
}

static void secrets_do_not_stay(struct ktest *t)
{
	char *p = kmalloc(100, GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, p);
	memset(p, 's', 100);
	kfree_sensitive(p);
	/* Free memory may be read here: it is in the direct map. */
	KTEST_EXPECT_NULL(t, memchr(p + 8, 's', 92));
	kfree_sensitive(NULL);
	kfree_sensitive(ZERO_SIZE_PTR);
}

static void a_resize_beyond_all_bounds_leaves_the_memory(struct ktest *t)
{
	u8 *p = kmalloc(100, GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, p);
	memset(p, 0x66, 100);
	KTEST_EXPECT_NULL(t, krealloc(p, SIZE_MAX, GFP_KERNEL));
	KTEST_EXPECT_NULL(t, krealloc(p, KMALLOC_MAX_SIZE + 1,
				      GFP_KERNEL | __GFP_NOWARN));
	KTEST_EXPECT_NULL(t, memchr_inv(p, 0x66, 100));
	KTEST_EXPECT_GE(t, ksize(p), 100);
	kfree(p);
}

/* ---- random run ---------------------------------------------------------- */

#define SLOTS 200u
#define STEPS 20000u

static struct {
	u8 *p;
	size_t size;
	u8 mark;
} slots[SLOTS];

/* Mostly small, sometimes up to 64 KiB, now and then 0. */
static size_t draw_size(struct ktest *t)
{
	u32 r = ktest_random(t);

	return (r >> 8) % ((size_t)1 << (1 + r % 16));
}

static void expect_mark(struct ktest *t, unsigned int i, size_t bytes)
{
	if (bytes && memchr_inv(slots[i].p, slots[i].mark, bytes))
		KTEST_FAIL(t, "slot %u of %zu bytes was overwritten", i,
			   slots[i].size);
}

static void slot_fill(struct ktest *t, unsigned int i, u8 *p, size_t size)
{
	slots[i].p = p;
	slots[i].size = size;
	slots[i].mark = (u8)ktest_random(t);
	if (size)
		memset(p, slots[i].mark, size);
}

static void random_step(struct ktest *t)
{
	unsigned int i = ktest_random(t) % SLOTS;
	size_t size = draw_size(t);
	u8 *p;

	if (!slots[i].p) {
		p = kmalloc(size,
			    ktest_random(t) & 1 ? GFP_KERNEL : GFP_ATOMIC);
		if (KTEST_EXPECT_NOT_NULL(t, p))
			slot_fill(t, i, p, size);
		return;
	}
	expect_mark(t, i, slots[i].size);
	if (size && ktest_random(t) % 3 == 0) {
		p = krealloc(slots[i].p, size, GFP_KERNEL);
		if (!KTEST_EXPECT_NOT_NULL(t, p))
			return;
		slots[i].p = p;
		expect_mark(t, i, min(size, slots[i].size));
		slot_fill(t, i, p, size);
		return;
	}
	kfree(slots[i].p);
	slots[i].p = NULL;
}

static void random_sizes_agree_with_a_naive_list(struct ktest *t)
{
	unsigned int i;

	/* Half of the slots are full, with 4 KiB on the average, and slabs
	 * that emptied in part keep as much again. */
	if (!live_room_for(t, SLOTS * KIB(6)))
		return;
	memset(slots, 0, sizeof(slots));
	for (i = 0; i < STEPS && !t->failed; i++) {
		random_step(t);
		if (i % 4096 == 0)
			KTEST_EXPECT_EQ(t, slab_check_all(), 0);
	}
	for (i = 0; i < SLOTS; i++)
		kfree(slots[i].p);
	KTEST_EXPECT_EQ(t, slab_check_all(), 0);
}

static const struct ktest_case kmalloc_cases[] = {
	KTEST_CASE(each_class_serves_its_edges),
	KTEST_CASE(constant_and_variable_sizes_meet_in_one_class),
	KTEST_CASE(whole_pages_serve_up_to_4_mib),
	KTEST_CASE(what_is_too_large_gets_nothing),
	KTEST_CASE(size_zero_has_one_harmless_answer),
	KTEST_CASE(products_are_checked),
	KTEST_CASE(zeroed_memory_is_zero),
	KTEST_CASE(constant_kzalloc_is_zero),
	KTEST_CASE(dma_memory_lies_below_16_mib),
	KTEST_CASE(resizing_keeps_the_contents),
	KTEST_CASE(a_failed_resize_leaves_the_memory),
	KTEST_CASE(copies_are_equal_and_apart),
	KTEST_CASE(kfree_takes_objects_of_named_caches),
	KTEST_CASE(kfree_names_what_it_cannot_free),
	KTEST_CASE(kfree_twice_is_caught),
	KTEST_CASE(no_size_wastes_half),
	KTEST_CASE(every_dma_class_lies_below_16_mib),
	KTEST_CASE(large_memory_may_be_in_pieces),
	KTEST_CASE(memory_above_the_largest_block_is_in_pieces),
	KTEST_CASE(memory_in_pieces_is_of_the_zone_that_was_asked_for),
	KTEST_CASE(texts_are_made_as_long_as_they_come),
	KTEST_CASE(memory_of_either_kind_grows),
	KTEST_CASE(constants_are_not_copied),
	KTEST_CASE(secrets_do_not_stay),
	KTEST_CASE(a_resize_beyond_all_bounds_leaves_the_memory),
	KTEST_CASE(random_sizes_agree_with_a_naive_list),
};
KTEST_SUITE(kmalloc, kmalloc_cases);

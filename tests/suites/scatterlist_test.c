/* SPDX-License-Identifier: MIT */
/* scatterlist_test.c - lists of pieces of memory */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/fault_inject.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/scatterlist.h>
#include <mm/slab.h>

static void an_array_ends_at_its_last_entry(struct ktest *t)
{
	struct scatterlist sg[3], *pos;
	unsigned int i, seen = 0;

	memset(sg, 0xff, sizeof(sg));
	sg_init_table(sg, 3);
	KTEST_EXPECT_NULL(t, memchr_inv(sg, 0, 2 * sizeof(sg[0])));
	KTEST_EXPECT_TRUE(t, sg_is_last(&sg[2]));
	KTEST_EXPECT_EQ(t, sg_nents(sg), 3);
	KTEST_EXPECT_PTR_EQ(t, sg_last(sg, 3), &sg[2]);
	KTEST_EXPECT_NULL(t, sg_next(&sg[2]));
	for_each_sg(sg, pos, 3, i) KTEST_EXPECT_PTR_EQ(t, pos, &sg[seen++]);
	KTEST_EXPECT_EQ(t, seen, 3);
	sg_unmark_end(&sg[2]);
	KTEST_EXPECT_FALSE(t, sg_is_last(&sg[2]));
	sg_mark_end(&sg[1]);
	KTEST_EXPECT_EQ(t, sg_nents(sg), 2);
}

static void an_entry_names_a_page_or_a_buffer(struct ktest *t)
{
	char *buf = (char *)__get_free_page(GFP_KERNEL);
	struct scatterlist sg;

	KTEST_ASSERT_NOT_NULL(t, buf);
	sg_init_one(&sg, buf + 100, 24);
	KTEST_EXPECT_PTR_EQ(t, sg_page(&sg), virt_to_page(buf));
	KTEST_EXPECT_EQ(t, sg.offset, 100);
	KTEST_EXPECT_EQ(t, sg.length, 24);
	KTEST_EXPECT_PTR_EQ(t, sg_virt(&sg), buf + 100);
	KTEST_EXPECT_EQ(t, sg_phys(&sg), virt_to_phys(buf) + 100);
	KTEST_EXPECT_TRUE(t, sg_is_last(&sg));
	/* The mark outlives another page. */
	sg_set_page(&sg, virt_to_page(buf), 8, 0);
	KTEST_EXPECT_TRUE(t, sg_is_last(&sg));
	free_page((unsigned long)buf);
}

static void a_chain_is_no_entry(struct ktest *t)
{
	struct scatterlist a[3], b[2];

	sg_init_table(a, 3);
	sg_init_table(b, 2);
	sg_chain(a, 3, b);
	KTEST_EXPECT_TRUE(t, sg_is_chain(&a[2]));
	KTEST_EXPECT_FALSE(t, sg_is_last(&a[2]));
	KTEST_EXPECT_PTR_EQ(t, sg_next(&a[0]), &a[1]);
	KTEST_EXPECT_PTR_EQ(t, sg_next(&a[1]), &b[0]);
	KTEST_EXPECT_PTR_EQ(t, sg_next(&b[0]), &b[1]);
	KTEST_EXPECT_EQ(t, sg_nents(a), 4);
	KTEST_EXPECT_PTR_EQ(t, sg_last(a, 4), &b[1]);
}

static void lengths_are_counted_over_entries(struct ktest *t)
{
	char *buf = (char *)__get_free_page(GFP_KERNEL);
	struct scatterlist sg[3];

	KTEST_ASSERT_NOT_NULL(t, buf);
	sg_init_table(sg, 3);
	sg_set_buf(&sg[0], buf, 10);
	sg_set_buf(&sg[1], buf, 20);
	sg_set_buf(&sg[2], buf, 30);
	KTEST_EXPECT_EQ(t, sg_nents_for_len(sg, 0), 0);
	KTEST_EXPECT_EQ(t, sg_nents_for_len(sg, 10), 1);
	KTEST_EXPECT_EQ(t, sg_nents_for_len(sg, 11), 2);
	KTEST_EXPECT_EQ(t, sg_nents_for_len(sg, 60), 3);
	KTEST_EXPECT_EQ(t, sg_nents_for_len(sg, 61), -EINVAL);
	free_page((unsigned long)buf);
}

/* --- tables ---------------------------------------------------------------------- */

static void tables_are_as_long_as_asked(struct ktest *t)
{
	const unsigned int full = (unsigned int)SG_MAX_SINGLE_ALLOC;
	const unsigned int nents[] = {
		1,
		2,
		full - 1,
		full,
		full + 1,
		2 * full - 2,
		2 * full - 1,
		2 * full,
		1000,
	};
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(nents); i++) {
		struct sg_table table;
		struct scatterlist *sg;

		KTEST_ASSERT_EQ(t, sg_alloc_table(&table, nents[i], GFP_KERNEL),
				0);
		KTEST_EXPECT_EQ(t, table.nents, nents[i]);
		KTEST_EXPECT_EQ(t, table.orig_nents, nents[i]);
		KTEST_EXPECT_EQ(t, (unsigned int)sg_nents(table.sgl), nents[i]);
		for_each_sgtable_sg(&table, sg, n) sg->length = n;
		n = 0;
		for_each_sgtable_sg(&table, sg, n)
			KTEST_EXPECT_EQ(t, sg->length, n);
		sg_free_table(&table);
		KTEST_EXPECT_NULL(t, table.sgl);
		sg_free_table(&table);
	}
}

static void no_table_is_refused(struct ktest *t)
{
	struct sg_table table;

	KTEST_EXPECT_EQ(t, sg_alloc_table(&table, 0, GFP_KERNEL), -EINVAL);
	KTEST_EXPECT_NULL(t, table.sgl);
}

/* Each page of a long list fails once, and what was had goes back. */
static void a_table_without_memory_leaves_nothing(struct ktest *t)
{
	const unsigned int full = (unsigned int)SG_MAX_SINGLE_ALLOC;
	struct sg_table table;
	unsigned int n;

	for (n = 1; n <= 4; n++) {
		unsigned long before = nr_free_pages();
		int err;

		fault_fail_nth(&mm_node.fault, n);
		err = sg_alloc_table(&table, 3 * (full - 1) + 1,
				     GFP_KERNEL | __GFP_NOWARN);
		fault_reset(&mm_node.fault);
		KTEST_EXPECT_EQ(t, err, n <= 3 ? -ENOMEM : 0);
		KTEST_EXPECT_EQ(t, table.sgl == NULL, n <= 3);
		sg_free_table(&table);
		KTEST_EXPECT_GE(t, nr_free_pages(), before);
	}
}

static void neighbours_share_an_entry(struct ktest *t)
{
	struct page *block = alloc_pages(GFP_KERNEL, 2), *pages[4];
	struct sg_table table;
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, block);
	for (i = 0; i < 4; i++)
		pages[i] = block + i;
	KTEST_ASSERT_EQ(t,
			sg_alloc_table_from_pages(&table, pages, 4, 100,
						  3 * PAGE_SIZE, GFP_KERNEL),
			0);
	KTEST_EXPECT_EQ(t, table.orig_nents, 1);
	KTEST_EXPECT_EQ(t, table.sgl->length, 3 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, table.sgl->offset, 100);
	sg_free_table(&table);
	/* Not longer than one may be. */
	KTEST_ASSERT_EQ(t,
			sg_alloc_table_from_pages_segment(
				&table, pages, 4, 100, 4 * PAGE_SIZE - 100,
				2 * PAGE_SIZE + 5, GFP_KERNEL),
			0);
	KTEST_EXPECT_EQ(t, table.orig_nents, 2);
	KTEST_EXPECT_EQ(t, table.sgl->length, 2 * PAGE_SIZE - 100);
	KTEST_EXPECT_EQ(t, sg_next(table.sgl)->length, 2 * PAGE_SIZE);
	sg_free_table(&table);
	/* Not in order: no neighbours. */
	swap(pages[1], pages[2]);
	KTEST_ASSERT_EQ(t,
			sg_alloc_table_from_pages(&table, pages, 4, 0,
						  3 * PAGE_SIZE + 1,
						  GFP_KERNEL),
			0);
	KTEST_EXPECT_EQ(t, table.orig_nents, 4);
	KTEST_EXPECT_EQ(t, sg_last(table.sgl, 4)->length, 1);
	sg_free_table(&table);
	__free_pages(block, 2);
}

static void bytes_must_fit_the_pages(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL), *pages[2] = { page, page };
	static const struct {
		unsigned int n, offset;
		unsigned long size;
		unsigned int most;
	} bad[] = {
		{ 1, 0, 0, UINT_MAX },	       { 1, 1, 4096, UINT_MAX },
		{ 2, 0, 4096, UINT_MAX },      { 2, 4096, 10, UINT_MAX },
		{ 1, 0, 4096, 4095 },	       { 0, 0, 1, UINT_MAX },
		{ 2, 1, ULONG_MAX, UINT_MAX },
	};
	struct sg_table table;
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, page);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KTEST_EXPECT_EQ(t,
				sg_alloc_table_from_pages_segment(
					&table, pages, bad[i].n, bad[i].offset,
					bad[i].size, bad[i].most, GFP_KERNEL),
				-EINVAL);
	__free_page(page);
}

/* --- bytes ----------------------------------------------------------------------- */

#define PIECES 7u
#define LIST_BYTES 9000u

/* Pieces of all kinds: within a page, across pages, empty, high. */
static bool list_new(struct ktest *t, struct scatterlist *sg,
		     struct page **block)
{
	static const unsigned int offset[PIECES] = { 10,   4000, 0,   4090,
						     4096, 1,	 8000 };
	static const unsigned int length[PIECES] = { 100,  1000, 0, 12,
						     4096, 3700, 92 };
	unsigned int i;

	sg_init_table(sg, PIECES);
	for (i = 0; i < PIECES; i++) {
		block[i] = alloc_pages(i % 2 ? GFP_HIGHUSER : GFP_KERNEL, 1);
		if (!KTEST_EXPECT_NOT_NULL(t, block[i]))
			return false;
		sg_set_page(&sg[i], block[i], length[i], offset[i]);
	}
	return true;
}

static void list_free(struct page **block)
{
	unsigned int i;

	for (i = 0; i < PIECES; i++)
		__free_pages(block[i], 1);
}

static void bytes_go_in_and_out_of_a_list(struct ktest *t)
{
	struct page *block[PIECES];
	struct scatterlist sg[PIECES];
	u8 *in = kmalloc(LIST_BYTES + 1, GFP_KERNEL);
	u8 *out = kzalloc(LIST_BYTES + 1, GFP_KERNEL);
	unsigned int i;

	KTEST_ASSERT_TRUE(t, in && out && list_new(t, sg, block));
	for (i = 0; i <= LIST_BYTES; i++)
		in[i] = (u8)ktest_random(t);
	/* No more than the list holds. */
	KTEST_EXPECT_EQ(t, sg_copy_from_buffer(sg, PIECES, in, LIST_BYTES + 1),
			LIST_BYTES);
	KTEST_EXPECT_EQ(t, sg_copy_to_buffer(sg, PIECES, out, LIST_BYTES + 1),
			LIST_BYTES);
	KTEST_EXPECT_EQ(t, memcmp(in, out, LIST_BYTES), 0);
	KTEST_EXPECT_EQ(t, out[LIST_BYTES], 0);
	for (i = 0; i < LIST_BYTES; i += 1 + ktest_random(t) % 700) {
		unsigned int len = ktest_random(t) % (LIST_BYTES - i) + 1;

		memset(out, 0, LIST_BYTES);
		KTEST_EXPECT_EQ(t, sg_pcopy_to_buffer(sg, PIECES, out, len, i),
				len);
		KTEST_EXPECT_EQ(t, memcmp(in + i, out, len), 0);
	}
	KTEST_EXPECT_EQ(t, sg_pcopy_to_buffer(sg, PIECES, out, 1, LIST_BYTES),
			0);
	KTEST_EXPECT_EQ(t, sg_zero_buffer(sg, PIECES, 200, 50), 200);
	sg_copy_to_buffer(sg, PIECES, out, LIST_BYTES);
	KTEST_EXPECT_NULL(t, memchr_inv(out + 50, 0, 200));
	KTEST_EXPECT_EQ(t, memcmp(in, out, 50), 0);
	KTEST_EXPECT_EQ(t, memcmp(in + 250, out + 250, LIST_BYTES - 250), 0);
	list_free(block);
	kfree(in);
	kfree(out);
}

/* Who used less of a piece gets the rest of it next. */
static void a_walk_goes_on_where_it_was_left(struct ktest *t)
{
	struct page *block[PIECES];
	struct scatterlist sg[PIECES];
	struct sg_mapping_iter miter;
	size_t seen = 0;

	KTEST_ASSERT_TRUE(t, list_new(t, sg, block));
	sg_miter_start(&miter, sg, PIECES, SG_MITER_FROM_SG);
	while (sg_miter_next(&miter)) {
		KTEST_EXPECT_NE(t, miter.length, 0);
		KTEST_EXPECT_LE(t,
				((unsigned long)miter.addr & ~PAGE_MASK) +
					miter.length,
				PAGE_SIZE);
		miter.consumed = min_t(size_t, miter.length, 33);
		seen += miter.consumed;
	}
	sg_miter_stop(&miter);
	KTEST_EXPECT_EQ(t, seen, LIST_BYTES);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 0);
	sg_miter_start(&miter, sg, PIECES, SG_MITER_ATOMIC | SG_MITER_TO_SG);
	KTEST_EXPECT_TRUE(t, sg_miter_skip(&miter, 100 + 96));
	KTEST_EXPECT_TRUE(t, sg_miter_next(&miter));
	KTEST_EXPECT_PTR_EQ(t, miter.page, block[1] + 1);
	KTEST_EXPECT_EQ(t, miter.length, 904);
	sg_miter_stop(&miter);
	sg_miter_start(&miter, sg, PIECES, SG_MITER_TO_SG);
	KTEST_EXPECT_FALSE(t, sg_miter_skip(&miter, LIST_BYTES));
	KTEST_EXPECT_FALSE(t, sg_miter_next(&miter));
	list_free(block);
}

static const struct ktest_case scatterlist_cases[] = {
	KTEST_CASE(an_array_ends_at_its_last_entry),
	KTEST_CASE(an_entry_names_a_page_or_a_buffer),
	KTEST_CASE(a_chain_is_no_entry),
	KTEST_CASE(lengths_are_counted_over_entries),
	KTEST_CASE(tables_are_as_long_as_asked),
	KTEST_CASE(no_table_is_refused),
	KTEST_CASE(a_table_without_memory_leaves_nothing),
	KTEST_CASE(neighbours_share_an_entry),
	KTEST_CASE(bytes_must_fit_the_pages),
	KTEST_CASE(bytes_go_in_and_out_of_a_list),
	KTEST_CASE(a_walk_goes_on_where_it_was_left),
};
KTEST_SUITE(scatterlist, scatterlist_cases);

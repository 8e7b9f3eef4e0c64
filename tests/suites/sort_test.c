/* SPDX-License-Identifier: MIT */
/* sort_test.c - order, conservation, cost and bounds of heap_sort() */
#include <kernel/ktest.h>
#include <kernel/sort.h>
#include <kernel/string.h>

#define NR_MAX 300
#define RANDOM_ROUNDS 200

/* An odd size, so that elements lie at every alignment. */
struct record {
	u8 key;
	u8 tag[2]; /* says which element it was before */
};

static struct record records[NR_MAX + 2]; /* one guard at each end */
static struct record *const first = records + 1;
static unsigned long nr_compared;

static int record_cmp(const void *a, const void *b)
{
	nr_compared++;
	return ((const struct record *)a)->key -
	       ((const struct record *)b)->key;
}

static int u64_cmp(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static void record_set(u32 idx, u32 key)
{
	first[idx].key = (u8)key;
	first[idx].tag[0] = (u8)idx;
	first[idx].tag[1] = (u8)(idx >> 8);
}

/* In order, and each of the @num elements there once, with its own key. */
static bool is_sorted(u32 num, const u8 *key_of)
{
	static bool seen[NR_MAX];
	u32 i;

	memset(seen, 0, sizeof(seen));
	for (i = 0; i < num; i++) {
		u32 tag = first[i].tag[0] + 256u * first[i].tag[1];

		if (i && first[i - 1].key > first[i].key)
			return false;
		if (tag >= num || seen[tag] || key_of[tag] != first[i].key)
			return false;
		seen[tag] = true;
	}
	return true;
}

static void random_arrays_are_sorted_and_nothing_is_lost(struct ktest *t)
{
	static u8 key_of[NR_MAX];
	u32 round, i;

	for (round = 0; round < RANDOM_ROUNDS; round++) {
		u32 num = round <= 20 ? round : ktest_random(t) % (NR_MAX + 1);
		u32 keys = 1 + ktest_random(t) % 256; /* few: many equal */

		memset(records, 0xee, sizeof(records));
		for (i = 0; i < num; i++) {
			record_set(i, ktest_random(t) % keys);
			key_of[i] = first[i].key;
		}
		heap_sort(first, num, sizeof(*first), record_cmp);
		KTEST_ASSERT_TRUE(t, is_sorted(num, key_of));
		KTEST_ASSERT_EQ(t, records[0].key, 0xee);
		KTEST_ASSERT_EQ(t, first[num].key, 0xee);
	}
}

/* All orders of up to six elements, coded as numbers to the base n. */
static void every_order_of_a_few_is_sorted(struct ktest *t)
{
	u8 key_of[6];
	u32 n, code, codes, i;

	for (n = 0; n <= 5; n++) {
		for (i = 0, codes = 1; i < n; i++)
			codes *= n;
		for (code = 0; code < codes; code++) {
			u32 rest = code;

			for (i = 0; i < n; i++, rest /= n) {
				record_set(i, rest % n);
				key_of[i] = first[i].key;
			}
			heap_sort(first, n, sizeof(*first), record_cmp);
			KTEST_ASSERT_TRUE(t, is_sorted(n, key_of));
		}
	}
}

static void no_input_costs_more_than_n_log_n(struct ktest *t)
{
	u32 shape, i;

	/* Ascending, descending, equal, saw: what other sorts fear. */
	for (shape = 0; shape < 4; shape++) {
		for (i = 0; i < 256; i++)
			record_set(i, shape == 0 ? i :
				      shape == 1 ? 255 - i :
				      shape == 2 ? 7 :
						   i % 16);
		nr_compared = 0;
		heap_sort(first, 256, sizeof(*first), record_cmp);
		/* 2 n log2 n, with room for building the heap. */
		KTEST_EXPECT_LE(t, nr_compared, 2 * 256 * 8 + 2 * 256);
		for (i = 1; i < 256; i++)
			KTEST_EXPECT_LE(t, first[i - 1].key, first[i].key);
	}
}

static void wide_elements_are_compared_as_a_whole(struct ktest *t)
{
	u64 wide[] = { 1ull << 40, 3, U64_MAX, 0, 1ull << 32 };

	heap_sort(wide, 5, sizeof(wide[0]), u64_cmp);
	KTEST_EXPECT_TRUE(t, wide[0] == 0 && wide[1] == 3);
	KTEST_EXPECT_TRUE(t, wide[2] == 1ull << 32 && wide[3] == 1ull << 40);
	KTEST_EXPECT_TRUE(t, wide[4] == U64_MAX);
}

static const struct ktest_case sort_cases[] = {
	KTEST_CASE(random_arrays_are_sorted_and_nothing_is_lost),
	KTEST_CASE(every_order_of_a_few_is_sorted),
	KTEST_CASE(no_input_costs_more_than_n_log_n),
	KTEST_CASE(wide_elements_are_compared_as_a_whole),
};
KTEST_SUITE(sort, sort_cases);

/* SPDX-License-Identifier: MIT */
/*
 * bitmap_test.c - bitmaps against a row of bools
 *
 * Most cases run over every size up to a little more than two words, because
 * the mistakes live at the word edges. Guard words stand on both sides.
 */
#include <kernel/bitmap.h>
#include <kernel/ktest.h>
#include <kernel/string.h>

#define MAP_BITS_MAX (2 * BITS_PER_LONG + 3)
#define GUARD 0x5a5a5a5aul
#define RANDOM_ROUNDS 3000

static struct {
	unsigned long before;
	unsigned long map[BITS_TO_LONGS(MAP_BITS_MAX)];
	unsigned long after;
} guarded;
static bool model[MAP_BITS_MAX + 1];

static bool guards_stand(void)
{
	return guarded.before == GUARD && guarded.after == GUARD;
}

static void guarded_reset(void)
{
	guarded.before = GUARD;
	guarded.after = GUARD;
	memset(guarded.map, 0, sizeof(guarded.map));
	memset(model, 0, sizeof(model));
}

static unsigned long model_find(unsigned long nr_bits, unsigned long start,
				bool value)
{
	unsigned long i;

	for (i = start; i < nr_bits; i++) {
		if (model[i] == value)
			return i;
	}
	return nr_bits;
}

static unsigned long model_find_last(unsigned long nr_bits)
{
	unsigned long i;

	for (i = nr_bits; i--;) {
		if (model[i])
			return i;
	}
	return nr_bits;
}

static unsigned long model_zero_area(unsigned long nr_bits, unsigned long start,
				     unsigned long len, unsigned long mask)
{
	for (; start + len <= nr_bits; start++) {
		if (!(start & mask) &&
		    model_find(start + len, start, true) == start + len)
			return start;
	}
	return nr_bits;
}

static void single_bits_change_alone(struct ktest *t)
{
	unsigned long bit;

	guarded_reset();
	for (bit = 0; bit < MAP_BITS_MAX; bit++) {
		KTEST_EXPECT_FALSE(t, test_bit(bit, guarded.map));
		__set_bit(bit, guarded.map);
		KTEST_EXPECT_TRUE(t, test_bit(bit, guarded.map));
		KTEST_EXPECT_EQ(t, bitmap_weight(guarded.map, MAP_BITS_MAX), 1);
		KTEST_EXPECT_TRUE(t, __test_and_set_bit(bit, guarded.map));
		KTEST_EXPECT_TRUE(t, __test_and_clear_bit(bit, guarded.map));
		KTEST_EXPECT_FALSE(t, __test_and_clear_bit(bit, guarded.map));
		KTEST_EXPECT_FALSE(t, __test_and_set_bit(bit, guarded.map));
		__change_bit(bit, guarded.map);
		KTEST_EXPECT_TRUE(t, bitmap_empty(guarded.map, MAP_BITS_MAX));
		__change_bit(bit, guarded.map);
		__clear_bit(bit, guarded.map);
	}
	KTEST_EXPECT_TRUE(t, guards_stand());
}

static void weights_of_words_are_counted(struct ktest *t)
{
	unsigned int i;

	KTEST_EXPECT_EQ(t, hweight32(0), 0);
	KTEST_EXPECT_EQ(t, hweight32(U32_MAX), 32);
	KTEST_EXPECT_EQ(t, hweight_long(~0ul), BITS_PER_LONG);
	for (i = 0; i < BITS_PER_LONG; i++) {
		KTEST_EXPECT_EQ(t, hweight_long(1ul << i), 1);
		KTEST_EXPECT_EQ(t, hweight_long((1ul << i) - 1), i);
	}
}

static void fill_and_zero_keep_to_the_words_of_the_map(struct ktest *t)
{
	unsigned long nr_bits;

	for (nr_bits = 0; nr_bits <= MAP_BITS_MAX; nr_bits++) {
		unsigned long words = BITS_TO_LONGS(nr_bits), i;

		guarded_reset();
		bitmap_fill(guarded.map, nr_bits);
		KTEST_EXPECT_TRUE(t, bitmap_full(guarded.map, nr_bits));
		KTEST_EXPECT_EQ(t, bitmap_weight(guarded.map, nr_bits),
				nr_bits);
		KTEST_EXPECT_EQ(t, bitmap_weight(guarded.map, MAP_BITS_MAX),
				nr_bits);
		memset(guarded.map, 0xff, sizeof(guarded.map));
		bitmap_zero(guarded.map, nr_bits);
		KTEST_EXPECT_TRUE(t, bitmap_empty(guarded.map, nr_bits));
		for (i = words; i < BITS_TO_LONGS(MAP_BITS_MAX); i++)
			KTEST_EXPECT_TRUE(t, guarded.map[i] == ~0ul);
		KTEST_EXPECT_TRUE(t, guards_stand());
	}
}

/* What lies behind nr_bits in the last word must not answer. */
static void searches_ignore_bits_behind_the_map(struct ktest *t)
{
	unsigned long nr_bits;

	for (nr_bits = 0; nr_bits < MAP_BITS_MAX; nr_bits++) {
		guarded_reset();
		__set_bit(nr_bits, guarded.map);
		KTEST_EXPECT_EQ(t, find_first_bit(guarded.map, nr_bits),
				nr_bits);
		KTEST_EXPECT_EQ(t, find_last_bit(guarded.map, nr_bits),
				nr_bits);
		KTEST_EXPECT_EQ(t, find_first_bit(guarded.map, nr_bits + 1),
				nr_bits);
		KTEST_EXPECT_EQ(t, find_last_bit(guarded.map, nr_bits + 1),
				nr_bits);
		KTEST_EXPECT_EQ(t, bitmap_weight(guarded.map, nr_bits), 0);
		memset(guarded.map, 0xff, sizeof(guarded.map));
		__clear_bit(nr_bits, guarded.map);
		KTEST_EXPECT_EQ(t, find_first_zero_bit(guarded.map, nr_bits),
				nr_bits);
		KTEST_EXPECT_TRUE(t, bitmap_full(guarded.map, nr_bits));
		KTEST_EXPECT_FALSE(t, bitmap_full(guarded.map, nr_bits + 1));
	}
}

static void a_search_from_behind_the_end_finds_nothing(struct ktest *t)
{
	guarded_reset();
	bitmap_fill(guarded.map, MAP_BITS_MAX);
	KTEST_EXPECT_EQ(t, find_next_bit(guarded.map, 10, 9), 9);
	KTEST_EXPECT_EQ(t, find_next_bit(guarded.map, 10, 10), 10);
	KTEST_EXPECT_EQ(t, find_next_bit(guarded.map, 10, 11), 10);
	KTEST_EXPECT_EQ(t, find_next_zero_bit(guarded.map, 10, ~0ul), 10);
	/* An empty map is not read at all. */
	KTEST_EXPECT_EQ(t, find_first_bit(NULL, 0), 0);
	KTEST_EXPECT_EQ(t, find_last_bit(NULL, 0), 0);
}

static void ranges_set_and_clear_exactly(struct ktest *t)
{
	unsigned long start, len;

	for (start = 0; start <= MAP_BITS_MAX; start++) {
		for (len = 0; start + len <= MAP_BITS_MAX; len++) {
			unsigned long end = start + len;

			guarded_reset();
			bitmap_set(guarded.map, start, len);
			KTEST_ASSERT_EQ(t, bitmap_weight(guarded.map, end),
					len);
			KTEST_ASSERT_EQ(
				t, bitmap_weight(guarded.map, MAP_BITS_MAX),
				len);
			memset(guarded.map, 0xff, sizeof(guarded.map));
			bitmap_clear(guarded.map, start, len);
			KTEST_ASSERT_EQ(t, bitmap_weight(guarded.map, end),
					start);
			KTEST_ASSERT_EQ(
				t, bitmap_weight(guarded.map, MAP_BITS_MAX),
				MAP_BITS_MAX - len);
			KTEST_ASSERT_TRUE(t, guards_stand());
		}
	}
}

/* Set or clear a random range in the map and the model. */
static void random_change(struct ktest *t)
{
	unsigned long start = ktest_random(t) % MAP_BITS_MAX;
	unsigned long len = ktest_random(t) % (MAP_BITS_MAX - start + 1);
	bool value = ktest_random(t) & 1;

	/* Mostly short runs, so that there are many holes. */
	if (ktest_random(t) % 4)
		len = len < 4 ? len : len % 4;
	if (value)
		bitmap_set(guarded.map, start, len);
	else
		bitmap_clear(guarded.map, start, len);
	memset(model + start, value, len);
}

static void random_ranges_agree_with_a_row_of_bools(struct ktest *t)
{
	unsigned int round;

	guarded_reset();
	for (round = 0; round < RANDOM_ROUNDS; round++) {
		unsigned long nr_bits = ktest_random(t) % (MAP_BITS_MAX + 1);
		unsigned long start = ktest_random(t) % (MAP_BITS_MAX + 1);
		unsigned long len = 1 + ktest_random(t) % 9;
		unsigned long mask = (1ul << (ktest_random(t) % 4)) - 1;
		unsigned long bit, weight = 0;

		random_change(t);
		KTEST_ASSERT_EQ(t, find_next_bit(guarded.map, nr_bits, start),
				model_find(nr_bits, start, true));
		KTEST_ASSERT_EQ(t,
				find_next_zero_bit(guarded.map, nr_bits, start),
				model_find(nr_bits, start, false));
		KTEST_ASSERT_EQ(t, find_last_bit(guarded.map, nr_bits),
				model_find_last(nr_bits));
		KTEST_ASSERT_EQ(t,
				bitmap_find_next_zero_area(guarded.map, nr_bits,
							   start, len, mask),
				model_zero_area(nr_bits, start, len, mask));
		for_each_set_bit(bit, guarded.map, nr_bits) {
			KTEST_ASSERT_TRUE(t, model[bit]);
			weight++;
		}
		KTEST_ASSERT_EQ(t, weight, bitmap_weight(guarded.map, nr_bits));
	}
	KTEST_EXPECT_TRUE(t, guards_stand());
}

static void a_zero_area_fits_at_n_and_not_at_n_plus_1(struct ktest *t)
{
	unsigned long map[2] = { 0, 0 };

	bitmap_set(map, 0, 5);
	bitmap_set(map, 13, 7);
	KTEST_EXPECT_EQ(t, bitmap_find_next_zero_area(map, 20, 0, 7, 0), 5);
	KTEST_EXPECT_EQ(t, bitmap_find_next_zero_area(map, 20, 0, 8, 0), 5);
	KTEST_EXPECT_EQ(t, bitmap_find_next_zero_area(map, 20, 0, 9, 0), 20);
	KTEST_EXPECT_EQ(t, bitmap_find_next_zero_area(map, 20, 0, 5, 7), 8);
	KTEST_EXPECT_EQ(t, bitmap_find_next_zero_area(map, 20, 0, 6, 7), 20);
	KTEST_EXPECT_EQ(t, bitmap_find_next_zero_area(map, 21, 13, 1, 0), 20);
	KTEST_EXPECT_EQ(t, bitmap_find_next_zero_area(map, 20, 0, ~0ul, 0), 20);
}

static void copies_are_whole(struct ktest *t)
{
	DECLARE_BITMAP(copy, MAP_BITS_MAX);

	guarded_reset();
	bitmap_set(guarded.map, 3, MAP_BITS_MAX - 5);
	bitmap_copy(copy, guarded.map, MAP_BITS_MAX);
	KTEST_EXPECT_EQ(t, memcmp(copy, guarded.map, sizeof(copy)), 0);
}

static const struct ktest_case bitmap_cases[] = {
	KTEST_CASE(single_bits_change_alone),
	KTEST_CASE(weights_of_words_are_counted),
	KTEST_CASE(fill_and_zero_keep_to_the_words_of_the_map),
	KTEST_CASE(searches_ignore_bits_behind_the_map),
	KTEST_CASE(a_search_from_behind_the_end_finds_nothing),
	KTEST_CASE(ranges_set_and_clear_exactly),
	KTEST_CASE(random_ranges_agree_with_a_row_of_bools),
	KTEST_CASE(a_zero_area_fits_at_n_and_not_at_n_plus_1),
	KTEST_CASE(copies_are_whole),
};
KTEST_SUITE(bitmap, bitmap_cases);

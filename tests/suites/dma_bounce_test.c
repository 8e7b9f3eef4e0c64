/* SPDX-License-Identifier: MIT */
/* dma_bounce_test.c - a pool of slots by itself, against a naive one */
#include <kernel/bitmap.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include "../../drivers/bus/dma_internal.h"

#define SLOTS 200u
/* A page behind a line of 64 KiB, so that lines fall anywhere. */
#define BASE 0x301000ull

static unsigned long map[BITS_TO_LONGS(SLOTS)];
static struct dma_record *owner[SLOTS];
static const struct bounce_place anywhere = { U64_MAX, U64_MAX };

static void pool_new(struct bounce_pool *pool)
{
	memset(map, 0, sizeof(map));
	bounce_pool_init(pool, BASE, SLOTS, map, owner);
}

static void slots_go_out_from_the_lowest(struct ktest *t)
{
	struct bounce_pool pool;

	pool_new(&pool);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 1, &anywhere), BASE);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 2048, &anywhere), BASE + 2048);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 2049, &anywhere), BASE + 4096);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 1, &anywhere), BASE + 8192);
	/* A page's worth begins at a page. */
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 4096, &anywhere), BASE + 12288);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 1, &anywhere), BASE + 10240);
	KTEST_EXPECT_EQ(t, pool.nr_used, 8);
	bounce_give(&pool, BASE + 2048, 2048);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 7, &anywhere), BASE + 2048);
	KTEST_EXPECT_EQ(t, bounce_pool_check(&pool), 0);
}

static void a_mapping_gets_so_much_and_no_more(struct ktest *t)
{
	struct bounce_pool pool;

	pool_new(&pool);
	KTEST_EXPECT_EQ(t, bounce_max_bytes(&pool, U64_MAX), KIB(256));
	KTEST_EXPECT_EQ(t, bounce_max_bytes(&pool, 0xffff), KIB(64));
	KTEST_EXPECT_EQ(t, bounce_take(&pool, KIB(256) + 1, &anywhere),
			DMA_MAPPING_ERROR);
	KTEST_EXPECT_EQ(t, pool.nr_refused, 1);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, KIB(256), &anywhere), BASE);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, KIB(145), &anywhere),
			DMA_MAPPING_ERROR);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, KIB(144), &anywhere),
			BASE + KIB(256));
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 1, &anywhere), DMA_MAPPING_ERROR);
	KTEST_EXPECT_EQ(t, pool.nr_refused, 3);
	KTEST_EXPECT_EQ(t, pool.nr_peak, SLOTS);
	pool.nr_slots = 0;
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 1, &anywhere), DMA_MAPPING_ERROR);
}

static void masks_and_lines_are_kept(struct ktest *t)
{
	struct bounce_place low = { BASE + 4095, U64_MAX };
	struct bounce_place line = { U64_MAX, 0xffff };
	struct bounce_pool pool;

	pool_new(&pool);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 4097, &low), DMA_MAPPING_ERROR);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 4096, &low), BASE);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 1, &low), DMA_MAPPING_ERROR);
	/* The first whole 64 KiB begin 60 KiB behind the pool. */
	KTEST_EXPECT_EQ(t, bounce_take(&pool, KIB(64), &line), BASE + 0xf000);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, KIB(57), &line), BASE + 0x1f000);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, KIB(56), &line), BASE + 0x1000);
}

/* The lowest place by trying each. */
static dma_addr_t naive_place(const u8 *taken, size_t size,
			      const struct bounce_place *place)
{
	unsigned int want = bounce_slots(size), at, i;

	for (at = 0; at + want <= SLOTS; at++) {
		u64 first = BASE + at * 2048ull, last = first + size - 1;

		for (i = 0; i < want && !taken[at + i]; i++)
			;
		if (i == want && last <= place->mask &&
		    (first & ~place->boundary) == (last & ~place->boundary) &&
		    (size < PAGE_SIZE || !(at % 2)))
			return first;
	}
	return DMA_MAPPING_ERROR;
}

static void fill(u8 *taken, dma_addr_t addr, size_t size, u8 value)
{
	memset(taken + ((addr - BASE) >> 11), value, bounce_slots(size));
}

#define HELD 40u

static void a_random_run_takes_what_a_naive_one_does(struct ktest *t)
{
	static const u64 lines[] = { 0xfff, 0xffff, 0x1ffff, U64_MAX };
	struct {
		dma_addr_t addr;
		size_t size;
	} held[HELD] = { { 0, 0 } };
	static u8 taken[SLOTS];
	struct bounce_pool pool;
	unsigned int n;

	memset(taken, 0, sizeof(taken));
	pool_new(&pool);
	for (n = 0; n < 3000; n++) {
		unsigned int i = ktest_random(t) % HELD;
		struct bounce_place place = {
			.mask = BASE + ktest_random(t) % (2 * SLOTS * 2048),
			.boundary = lines[ktest_random(t) % 4],
		};
		size_t size =
			1 + (ktest_random(t) >> (14 + ktest_random(t) % 17));
		dma_addr_t want;

		if (held[i].size) {
			fill(taken, held[i].addr, held[i].size, 0);
			bounce_give(&pool, held[i].addr, held[i].size);
			held[i].size = 0;
			continue;
		}
		want = naive_place(taken, size, &place);
		KTEST_ASSERT_EQ(t, bounce_take(&pool, size, &place), want);
		if (want == DMA_MAPPING_ERROR)
			continue;
		fill(taken, want, size, 1);
		held[i].addr = want;
		held[i].size = size;
		KTEST_EXPECT_EQ(t, bounce_pool_check(&pool), 0);
	}
}

static void the_checker_sees_what_is_wrong(struct ktest *t)
{
	struct bounce_pool pool;

	pool_new(&pool);
	KTEST_EXPECT_EQ(t, bounce_take(&pool, 1, &anywhere), BASE);
	pool.nr_used = 2;
	KTEST_EXPECT_EQ(t, bounce_pool_check(&pool), 2);
	pool.nr_used = 1;
	KTEST_EXPECT_EQ(t, bounce_pool_check(&pool), 0);
}

static const struct ktest_case dma_bounce_cases[] = {
	KTEST_CASE(slots_go_out_from_the_lowest),
	KTEST_CASE(a_mapping_gets_so_much_and_no_more),
	KTEST_CASE(masks_and_lines_are_kept),
	KTEST_CASE(a_random_run_takes_what_a_naive_one_does),
	KTEST_CASE(the_checker_sees_what_is_wrong),
};
KTEST_SUITE(dma_bounce, dma_bounce_cases);

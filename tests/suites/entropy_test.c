/* SPDX-License-Identifier: MIT */
/* entropy_test.c - the block function, and what is made of it */
#include <kernel/chacha.h>
#include <kernel/entropy.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include "count_wakes.h"

/* RFC 8439, 2.3.2: key 00 01 .. 1f, counter 1, nonce 00000009 0000004a 0. */
static void a_block_is_that_of_the_standard(struct ktest *t)
{
	static const u8 want[CHACHA_BLOCK_BYTES] = {
		0x10, 0xf1, 0xe7, 0xe4, 0xd1, 0x3b, 0x59, 0x15, 0x50, 0x0f,
		0xdd, 0x1f, 0xa3, 0x20, 0x71, 0xc4, 0xc7, 0xd1, 0xf4, 0xc7,
		0x33, 0xc0, 0x68, 0x03, 0x04, 0x22, 0xaa, 0x9a, 0xc3, 0xd4,
		0x6c, 0x4e, 0xd2, 0x82, 0x64, 0x46, 0x07, 0x9f, 0xaa, 0x09,
		0x14, 0xc2, 0xd7, 0x05, 0xd9, 0x8b, 0x02, 0xa2, 0xb5, 0x12,
		0x9c, 0xd1, 0xde, 0x16, 0x4e, 0xb9, 0xcb, 0xd0, 0x83, 0xe8,
		0xa2, 0x50, 0x3c, 0x4e,
	};
	u32 key[CHACHA_KEY_WORDS], state[CHACHA_STATE_WORDS];
	u8 bytes[sizeof(key)], out[CHACHA_BLOCK_BYTES];
	unsigned int i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (u8)i;
	memcpy(key, bytes, sizeof(key));
	chacha_init(state, key);
	state[12] = 1;
	state[13] = 0x09000000;
	state[14] = 0x4a000000;
	chacha_block(state, out);
	KTEST_EXPECT_EQ(t, memcmp(out, want, sizeof(want)), 0);
	KTEST_EXPECT_EQ(t, state[12], 2);
}

static void no_two_requests_get_the_same(struct ktest *t)
{
	u8 a[96] = { 0 }, b[96] = { 0 };

	get_random_bytes(a, sizeof(a));
	get_random_bytes(b, sizeof(b));
	KTEST_EXPECT_NE(t, memcmp(a, b, 32), 0);
	/* The second block of a request is not its first again. */
	KTEST_EXPECT_NE(t, memcmp(a, a + 64, 32), 0);
}

static void no_byte_is_written_behind_the_end(struct ktest *t)
{
	u8 buf[80];
	size_t len;

	for (len = 0; len <= 70; len++) {
		memset(buf, 0x5a, sizeof(buf));
		get_random_bytes(buf + 1, len);
		KTEST_EXPECT_EQ(t, buf[0], 0x5a);
		KTEST_EXPECT_NULL(t, memchr_inv(buf + 1 + len, 0x5a,
						sizeof(buf) - 1 - len));
	}
}

/* 64 KiB: each value of a byte 256 times, give or take ten deviations. */
static void all_bytes_come_about_as_often(struct ktest *t)
{
	unsigned int count[256] = { 0 }, i, round;
	u8 buf[1024];

	for (round = 0; round < 64; round++) {
		get_random_bytes(buf, sizeof(buf));
		for (i = 0; i < sizeof(buf); i++)
			count[buf[i]]++;
	}
	for (i = 0; i < 256; i++) {
		KTEST_EXPECT_GE(t, count[i], 96);
		KTEST_EXPECT_LE(t, count[i], 416);
	}
}

static void a_limit_of_0_is_none(struct ktest *t)
{
	unsigned int i;
	u32 all = 0;

	for (i = 0; i < 64; i++)
		all |= get_random_u32_below(0);
	KTEST_EXPECT_GE(t, all, 0x80000000u);
}

static void a_number_below_a_limit_is_below_it(struct ktest *t)
{
	unsigned int seen[3] = { 0 }, i;

	KTEST_EXPECT_EQ(t, get_random_u32_below(1), 0);
	for (i = 0; i < 300; i++) {
		u32 v = get_random_u32_below(3);

		KTEST_ASSERT_TRUE(t, v < 3);
		seen[v]++;
	}
	KTEST_EXPECT_TRUE(t, seen[0] > 30 && seen[1] > 30 && seen[2] > 30);
	KTEST_EXPECT_TRUE(t, get_random_u32_below(0x80000001u) <= 0x80000000u);
}

/* Of 2^32 numbers each third result of 3 * 2^30 would get two, the others one,
 * if none was thrown away: a half, not a third. */
static void no_number_below_a_limit_is_likelier(struct ktest *t)
{
	unsigned int thirds = 0, i;

	for (i = 0; i < 3000; i++)
		thirds += get_random_u32_below(0xc0000000u) % 3 == 0;
	/* 1000, give or take ten deviations of 26. */
	KTEST_EXPECT_GE(t, thirds, 740);
	KTEST_EXPECT_LE(t, thirds, 1260);
}

static void what_is_added_changes_what_comes(struct ktest *t)
{
	static const u8 zeroes[100];
	u8 a[32], b[32];

	get_random_bytes(a, sizeof(a));
	add_random_bytes(zeroes, sizeof(zeroes), 0);
	get_random_bytes(b, sizeof(b));
	KTEST_EXPECT_NE(t, memcmp(a, b, sizeof(a)), 0);
}

/* --- a pool of the test's own ---------------------------------------------- */

/* So many bytes as who knows @key can make. */
static void stream_of(const u8 *key, u8 out[CHACHA_BLOCK_BYTES])
{
	u32 state[CHACHA_STATE_WORDS], words[CHACHA_KEY_WORDS];

	memcpy(words, key, sizeof(words));
	chacha_init(state, words);
	chacha_block(state, out);
}

static void what_was_given_out_is_no_key_of_what_comes(struct ktest *t)
{
	struct random_pool pool = RANDOM_POOL_INIT(pool);
	u8 given[CHACHA_BLOCK_BYTES], next[CHACHA_BLOCK_BYTES];
	u8 guess[CHACHA_BLOCK_BYTES];

	random_pool_bytes(&pool, given, sizeof(given));
	/* Nor can who sees the state now tell what was given out. */
	stream_of((u8 *)pool.key, guess);
	KTEST_EXPECT_NE(t, memcmp(guess, given, sizeof(guess)), 0);
	random_pool_bytes(&pool, next, sizeof(next));
	stream_of(given, guess);
	KTEST_EXPECT_NE(t, memcmp(guess, next, sizeof(guess)), 0);
	stream_of(given + 32, guess);
	KTEST_EXPECT_NE(t, memcmp(guess, next, sizeof(guess)), 0);
}

static void each_byte_that_is_added_counts(struct ktest *t)
{
	static const u8 data[70] = { [0] = 1, [31] = 2, [33] = 3, [69] = 4 };
	struct random_pool all = RANDOM_POOL_INIT(all);
	unsigned int i;

	random_pool_add(&all, data, sizeof(data), 0);
	for (i = 0; i < sizeof(data); i++) {
		struct random_pool but_one = RANDOM_POOL_INIT(but_one);
		u8 other[sizeof(data)];

		memcpy(other, data, sizeof(other));
		other[i] ^= 0x80;
		random_pool_add(&but_one, other, sizeof(other), 0);
		KTEST_EXPECT_NE(t, memcmp(all.key, but_one.key, 32), 0);
	}
}

static void what_was_in_the_pool_stays_in_it(struct ktest *t)
{
	static const u8 zeroes[64];
	struct random_pool a = RANDOM_POOL_INIT(a), b = RANDOM_POOL_INIT(b);
	u8 before[32];

	b.key[7] = 1;
	memcpy(before, a.key, sizeof(before));
	random_pool_add(&a, zeroes, sizeof(zeroes), 0);
	random_pool_add(&b, zeroes, sizeof(zeroes), 0);
	KTEST_EXPECT_NE(t, memcmp(a.key, b.key, sizeof(a.key)), 0);
	/* And is mixed: zeroes alone change it. */
	KTEST_EXPECT_NE(t, memcmp(a.key, before, sizeof(before)), 0);
}

/* 64 at a time, for one bit. */
static void interrupts_are_mixed_in_by_their_times(struct ktest *t)
{
	struct random_pool pool = RANDOM_POOL_INIT(pool);
	struct random_pool other = RANDOM_POOL_INIT(other);
	struct interrupt_times times = { .nr = 0 }, others = { .nr = 0 };
	unsigned int i;

	for (i = 0; i < INTERRUPTS_FOR_A_BIT - 1; i++) {
		random_pool_add_interrupt(&pool, &times, 5);
		random_pool_add_interrupt(&other, &others, 5);
	}
	KTEST_EXPECT_EQ(t, pool.bits, 0);
	KTEST_EXPECT_NULL(t, memchr_inv(pool.key, 0, sizeof(pool.key)));
	random_pool_add_interrupt(&pool, &times, 5);
	random_pool_add_interrupt(&other, &others, 5);
	KTEST_EXPECT_EQ(t, pool.bits, 1);
	/* The same lines at other times are another key. */
	KTEST_EXPECT_NE(t, memcmp(pool.key, other.key, sizeof(pool.key)), 0);
	/* And the next bit takes as many again. */
	random_pool_add_interrupt(&pool, &times, 5);
	KTEST_EXPECT_EQ(t, pool.bits, 1);
}

static void waiters_are_woken_once_when_there_is_enough(struct ktest *t)
{
	struct random_pool pool = RANDOM_POOL_INIT(pool);
	struct wait_queue_entry waiter;

	count_wakes(&pool.ready, &waiter);
	random_pool_add(&pool, "x", 1, RANDOM_READY_BITS - 1);
	KTEST_EXPECT_EQ(t, wakes, 0);
	KTEST_EXPECT_FALSE(t, random_pool_is_ready(&pool));
	random_pool_add(&pool, "x", 1, 1);
	KTEST_EXPECT_TRUE(t, random_pool_is_ready(&pool));
	KTEST_EXPECT_EQ(t, wakes, 1);
	KTEST_EXPECT_EQ(t, pool.bits, RANDOM_READY_BITS);
	random_pool_add(&pool, "x", 1, 8);
	KTEST_EXPECT_EQ(t, wakes, 1);
	KTEST_EXPECT_EQ(t, pool.bits, RANDOM_READY_BITS);
	remove_wait_queue(&pool.ready, &waiter);
}

static void nobody_waits_once_there_is_enough(struct ktest *t)
{
	if (!random_is_ready()) {
		ktest_skip(t, "this CPU makes no random numbers");
		return;
	}
	KTEST_EXPECT_EQ(t, wait_for_random_bytes(), 0);
}

static const struct ktest_case entropy_cases[] = {
	KTEST_CASE(a_block_is_that_of_the_standard),
	KTEST_CASE(no_two_requests_get_the_same),
	KTEST_CASE(no_byte_is_written_behind_the_end),
	KTEST_CASE(all_bytes_come_about_as_often),
	KTEST_CASE(a_number_below_a_limit_is_below_it),
	KTEST_CASE(a_limit_of_0_is_none),
	KTEST_CASE(no_number_below_a_limit_is_likelier),
	KTEST_CASE(what_is_added_changes_what_comes),
	KTEST_CASE(what_was_given_out_is_no_key_of_what_comes),
	KTEST_CASE(each_byte_that_is_added_counts),
	KTEST_CASE(what_was_in_the_pool_stays_in_it),
	KTEST_CASE(interrupts_are_mixed_in_by_their_times),
	KTEST_CASE(waiters_are_woken_once_when_there_is_enough),
	KTEST_CASE(nobody_waits_once_there_is_enough),
};
KTEST_SUITE(entropy, entropy_cases);

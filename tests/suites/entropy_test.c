/* SPDX-License-Identifier: MIT */
/* entropy_test.c - the block function, and what is made of it */
#include <kernel/chacha.h>
#include <kernel/entropy.h>
#include <kernel/ktest.h>
#include <kernel/string.h>

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

static void what_is_added_changes_what_comes(struct ktest *t)
{
	static const u8 zeroes[100];
	u8 a[32], b[32];

	get_random_bytes(a, sizeof(a));
	add_random_bytes(zeroes, sizeof(zeroes), 0);
	get_random_bytes(b, sizeof(b));
	KTEST_EXPECT_NE(t, memcmp(a, b, sizeof(a)), 0);
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
	KTEST_CASE(what_is_added_changes_what_comes),
	KTEST_CASE(nobody_waits_once_there_is_enough),
};
KTEST_SUITE(entropy, entropy_cases);

/* SPDX-License-Identifier: MIT */
/* byteorder_test.c - words in both orders, at any address, by their bytes */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/unaligned.h>

/* In front, around and behind, so that each word is at every address. */
static const u8 bytes[] = { 0xff, 0x01, 0x82, 0x03, 0x84, 0x05,
			    0x86, 0x07, 0x88, 0xff, 0xff };

static void words_are_converted_by_their_bytes(struct ktest *t)
{
	static const __be32 constant = cpu_to_be32(0x01020304);
	u8 at[8];

	memcpy(at, &constant, 4);
	KTEST_EXPECT_EQ(t, memcmp(at, "\1\2\3\4", 4), 0);
	memcpy(at, &(__le32){ cpu_to_le32(0x01020304) }, 4);
	KTEST_EXPECT_EQ(t, memcmp(at, "\4\3\2\1", 4), 0);
	KTEST_EXPECT_EQ(t, cpu_to_be16(0x1122), 0x2211);
	KTEST_EXPECT_EQ(t, be16_to_cpu(0x2211), 0x1122);
	KTEST_EXPECT_EQ(t, le16_to_cpu(cpu_to_le16(0x1122)), 0x1122);
	KTEST_EXPECT_TRUE(t, cpu_to_be64(0x0102030405060708ull) ==
				     0x0807060504030201ull);
	KTEST_EXPECT_TRUE(t, le64_to_cpu(0x0102030405060708ull) ==
				     0x0102030405060708ull);
	/* An int below 0 is cut to the word's size first. */
	KTEST_EXPECT_EQ(t, cpu_to_be16(-2), 0xfeff);
}

static void words_are_converted_in_place(struct ktest *t)
{
	__be32 be = cpu_to_be32(0xfffffffe);
	__le16 le = cpu_to_le16(0xffff);
	u32 x = 0x01020304;

	be32_add_cpu(&be, 3);
	KTEST_EXPECT_EQ(t, be32_to_cpup(&be), 1);
	le16_add_cpu(&le, 2);
	KTEST_EXPECT_EQ(t, le16_to_cpup(&le), 1);
	cpu_to_be32s(&x);
	KTEST_EXPECT_EQ(t, x, 0x04030201);
	be32_to_cpus(&x);
	KTEST_EXPECT_EQ(t, x, 0x01020304);
}

static u64 word_of(const u8 *p, unsigned int nr, bool high_first)
{
	u64 x = 0;
	unsigned int i;

	for (i = 0; i < nr; i++)
		x = x << 8 | p[high_first ? i : nr - 1 - i];
	return x;
}

static void words_are_read_at_any_address(struct ktest *t)
{
	const u8 *p;

	for (p = bytes; p <= bytes + 3; p++) {
		KTEST_EXPECT_TRUE(t, get_unaligned_le16(p) ==
					     word_of(p, 2, false));
		KTEST_EXPECT_TRUE(t,
				  get_unaligned_be16(p) == word_of(p, 2, true));
		KTEST_EXPECT_TRUE(t, get_unaligned_le32(p) ==
					     word_of(p, 4, false));
		KTEST_EXPECT_TRUE(t,
				  get_unaligned_be32(p) == word_of(p, 4, true));
		KTEST_EXPECT_TRUE(t, get_unaligned_le64(p) ==
					     word_of(p, 8, false));
		KTEST_EXPECT_TRUE(t,
				  get_unaligned_be64(p) == word_of(p, 8, true));
		KTEST_EXPECT_EQ(t, get_unaligned((const u32 *)(const void *)p),
				get_unaligned_le32(p));
	}
}

static void words_are_written_at_any_address(struct ktest *t)
{
	unsigned int at;
	u8 to[12];

	for (at = 1; at <= 3; at++) {
		memset(to, 0x55, sizeof(to));
		put_unaligned_le64(0x8807860584038201ull, to + at);
		KTEST_EXPECT_EQ(t, memcmp(to + at, bytes + 1, 8), 0);
		KTEST_EXPECT_EQ(t, to[at - 1], 0x55);
		KTEST_EXPECT_EQ(t, to[at + 8], 0x55);
		put_unaligned_be32(0x11223344, to + at);
		KTEST_EXPECT_EQ(t, memcmp(to + at, "\x11\x22\x33\x44\x05", 5),
				0);
		put_unaligned_be16(0x6677, to + at);
		put_unaligned((u16)0x8899, (u16 *)(void *)(to + at + 2));
		KTEST_EXPECT_EQ(t, memcmp(to + at, "\x66\x77\x99\x88\x05", 5),
				0);
	}
}

static const struct ktest_case cases[] = {
	KTEST_CASE(words_are_converted_by_their_bytes),
	KTEST_CASE(words_are_converted_in_place),
	KTEST_CASE(words_are_read_at_any_address),
	KTEST_CASE(words_are_written_at_any_address),
};
KTEST_SUITE(byteorder, cases);

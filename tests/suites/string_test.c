/* SPDX-License-Identifier: MIT */
/*
 * string_test.c - strings, memory blocks, character classes, checksums
 *
 * The block primitives differ per machine, so they are compared here with byte
 * loops over every small length and alignment. Guard bytes stand on both sides
 * of what may be written.
 */
#include <kernel/ctype.h>
#include <kernel/errno.h>
#include <kernel/hash.h>
#include <kernel/ktest.h>
#include <kernel/string.h>

/* Lengths beyond two machine words and one vector, at each alignment. */
#define BLOCK_LEN_MAX 70
#define BLOCK_ALIGN 8
#define BLOCK_BYTES (BLOCK_LEN_MAX + 3 * BLOCK_ALIGN)
#define GUARD 0xa5

static u8 block_want[BLOCK_BYTES], block_got[BLOCK_BYTES];

/* Both blocks alike, no byte like its neighbour. */
static void blocks_fill(void)
{
	unsigned int i;

	for (i = 0; i < BLOCK_BYTES; i++) {
		block_want[i] = (u8)(i * 7 + 3);
		block_got[i] = block_want[i];
	}
}

static bool blocks_equal(void)
{
	unsigned int i;

	for (i = 0; i < BLOCK_BYTES; i++) {
		if (block_want[i] != block_got[i])
			return false;
	}
	return true;
}

/* memmove by bytes, in the direction that is right for the overlap. */
static void naive_move(u8 *dst, const u8 *src, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		size_t at = dst < src ? i : n - 1 - i;

		dst[at] = src[at];
	}
}

static void memset_writes_its_bytes_and_no_other(struct ktest *t)
{
	size_t len, at, i;

	for (len = 0; len <= BLOCK_LEN_MAX; len++) {
		for (at = 0; at < BLOCK_ALIGN; at++) {
			blocks_fill();
			for (i = 0; i < len; i++)
				block_want[at + i] = GUARD;
			KTEST_EXPECT_PTR_EQ(
				t, memset(block_got + at, 0x100 | GUARD, len),
				block_got + at);
			KTEST_ASSERT_TRUE(t, blocks_equal());
		}
	}
}

static void memcpy_copies_at_every_length_and_alignment(struct ktest *t)
{
	static u8 src[BLOCK_BYTES];
	size_t len, at, i;

	for (i = 0; i < sizeof(src); i++)
		src[i] = (u8)(255 - i);
	for (len = 0; len <= BLOCK_LEN_MAX; len++) {
		for (at = 0; at < BLOCK_ALIGN * BLOCK_ALIGN; at++) {
			size_t to = at % BLOCK_ALIGN, from = at / BLOCK_ALIGN;

			blocks_fill();
			naive_move(block_want + to, src + from, len);
			KTEST_EXPECT_PTR_EQ(
				t, memcpy(block_got + to, src + from, len),
				block_got + to);
			KTEST_ASSERT_TRUE(t, blocks_equal());
		}
	}
}

static void memmove_is_right_for_every_overlap(struct ktest *t)
{
	size_t len, to, from;

	for (len = 0; len <= BLOCK_LEN_MAX; len++) {
		for (to = 0; to < 2 * BLOCK_ALIGN; to++) {
			from = BLOCK_ALIGN;
			blocks_fill();
			naive_move(block_want + to, block_want + from, len);
			KTEST_EXPECT_PTR_EQ(
				t,
				memmove(block_got + to, block_got + from, len),
				block_got + to);
			KTEST_ASSERT_TRUE(t, blocks_equal());
		}
	}
}

static void memcmp_orders_by_the_first_unsigned_difference(struct ktest *t)
{
	size_t len, at;

	for (len = 1; len <= BLOCK_LEN_MAX; len++) {
		for (at = 0; at < len; at++) {
			blocks_fill();
			block_got[at] = 0xff;
			block_want[at] = 0x01;
			block_want[len] = 0; /* behind: must not count */
			KTEST_ASSERT_TRUE(
				t, memcmp(block_got, block_want, len) > 0);
			KTEST_ASSERT_TRUE(
				t, memcmp(block_want, block_got, len) < 0);
			KTEST_ASSERT_EQ(t, memcmp(block_got, block_want, at),
					0);
		}
	}
}

static void memchr_finds_the_first_within_its_size(struct ktest *t)
{
	static const char text[] = "ab\0cbz\xff";

	KTEST_EXPECT_PTR_EQ(t, memchr(text, 'b', 7), text + 1);
	KTEST_EXPECT_PTR_EQ(t, memchr(text, 'c', 7), text + 3);
	KTEST_EXPECT_PTR_EQ(t, memchr(text, 0, 7), text + 2);
	KTEST_EXPECT_PTR_EQ(t, memchr(text, 0x1ff, 7), text + 6);
	KTEST_EXPECT_NULL(t, memchr(text, 'c', 3));
	KTEST_EXPECT_PTR_EQ(t, memchr(text, 'c', 4), text + 3);
	KTEST_EXPECT_NULL(t, memchr(text, 'a', 0));
}

static void memchr_inv_finds_one_odd_byte_anywhere(struct ktest *t)
{
	size_t len, at, odd;

	for (len = 0; len < 40; len++) {
		for (at = 0; at < BLOCK_ALIGN; at++) {
			/* Others around it: looking there would find them. */
			memset(block_got, 0, sizeof(block_got));
			memset(block_got + at, GUARD, len);
			KTEST_ASSERT_TRUE(
				t, !memchr_inv(block_got + at, GUARD, len));
			for (odd = 0; odd < len; odd++) {
				u8 *p = block_got + at + odd;

				*p = GUARD ^ 0x80;
				KTEST_EXPECT_PTR_EQ(
					t,
					memchr_inv(block_got + at, GUARD, len),
					p);
				*p = GUARD;
			}
		}
	}
}

/* Nothing odd in the block, but behind it: a walk too far would find it. */
static void memchr_inv_stops_at_its_size(struct ktest *t)
{
	size_t len, at;

	memset(block_got, GUARD, sizeof(block_got));
	block_got[BLOCK_BYTES - 1] = 0;
	for (len = 0; len < BLOCK_LEN_MAX; len++) {
		for (at = 0; at < BLOCK_ALIGN; at++)
			KTEST_ASSERT_TRUE(
				t, !memchr_inv(block_got + at, GUARD, len));
	}
	KTEST_EXPECT_PTR_EQ(t, memchr_inv(block_got, GUARD, BLOCK_BYTES),
			    block_got + BLOCK_BYTES - 1);
}

static void lengths_stop_at_the_end_or_the_maximum(struct ktest *t)
{
	static const char unended[3] = { 'a', 'b', 'c' };

	KTEST_EXPECT_EQ(t, strlen(""), 0);
	KTEST_EXPECT_EQ(t, strlen("abc"), 3);
	KTEST_EXPECT_EQ(t, strnlen("abc", 2), 2);
	KTEST_EXPECT_EQ(t, strnlen("abc", 3), 3);
	KTEST_EXPECT_EQ(t, strnlen("abc", 4), 3);
	KTEST_EXPECT_EQ(t, strnlen(unended, 3), 3);
	KTEST_EXPECT_EQ(t, strnlen(unended, 0), 0);
}

static void comparison_is_by_unsigned_characters(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, strcmp("abc", "abc"), 0);
	KTEST_EXPECT_EQ(t, strcmp("", ""), 0);
	KTEST_EXPECT_TRUE(t, strcmp("abc", "abd") < 0);
	KTEST_EXPECT_TRUE(t, strcmp("abc", "ab") > 0);
	KTEST_EXPECT_TRUE(t, strcmp("ab", "abc") < 0);
	KTEST_EXPECT_TRUE(t, strcmp("\xff", "a") > 0);
	KTEST_EXPECT_EQ(t, strncmp("abX", "abY", 2), 0);
	KTEST_EXPECT_TRUE(t, strncmp("abX", "abY", 3) < 0);
	KTEST_EXPECT_EQ(t, strncmp("ab", "ab", 99), 0);
	KTEST_EXPECT_EQ(t, strncmp("a", "b", 0), 0);
}

static void searches_find_first_last_and_end(struct ktest *t)
{
	const char *s = "hello";

	KTEST_EXPECT_PTR_EQ(t, strchr(s, 'l'), s + 2);
	KTEST_EXPECT_PTR_EQ(t, strrchr(s, 'l'), s + 3);
	KTEST_EXPECT_PTR_EQ(t, strchr(s, 0), s + 5);
	KTEST_EXPECT_PTR_EQ(t, strrchr(s, 0), s + 5);
	KTEST_EXPECT_NULL(t, strchr(s, 'x'));
	KTEST_EXPECT_NULL(t, strrchr(s, 'x'));
	KTEST_EXPECT_PTR_EQ(t, strstr(s, "lo"), s + 3);
	KTEST_EXPECT_PTR_EQ(t, strstr(s, ""), s);
	KTEST_EXPECT_NULL(t, strstr(s, "low"));
	KTEST_EXPECT_NULL(t, strstr("\0a", "a"));
	s = "aaab";
	KTEST_EXPECT_PTR_EQ(t, strstr(s, "aab"), s + 1);
}

/* A buffer of 4 between guards; strscpy is tried with 0 .. 6 of 4 characters.*/
static void bounded_copies_cut_at_their_size(struct ktest *t)
{
	static const char src[] = "wxyz";
	size_t size, i;

	for (size = 0; size <= 6; size++) {
		char buf[8];
		size_t fits = size > 4 ? 4 : size ? size - 1 : 0;

		memset(buf, '#', sizeof(buf));
		KTEST_EXPECT_EQ(t, strscpy(buf, src, size),
				size > 4 ? 4 : -E2BIG);
		KTEST_EXPECT_EQ(t, memcmp(buf, src, fits), 0);
		if (size)
			KTEST_EXPECT_EQ(t, buf[fits], 0);
		for (i = size ? fits + 1 : 0; i < sizeof(buf); i++)
			KTEST_EXPECT_EQ(t, buf[i], '#');

		memset(buf, '#', sizeof(buf));
		KTEST_EXPECT_EQ(t, strlcpy(buf, src, size), 4);
		KTEST_EXPECT_EQ(t, memcmp(buf, src, fits), 0);
		if (size)
			KTEST_EXPECT_EQ(t, buf[fits], 0);
		for (i = size ? fits + 1 : 0; i < sizeof(buf); i++)
			KTEST_EXPECT_EQ(t, buf[i], '#');
	}
}

static void strscpy_reads_no_further_than_its_size(struct ktest *t)
{
	/* On the host a read of unended[4] is a sanitizer's report. */
	static const char unended[4] = { 'a', 'b', 'c', 'd' };
	char buf[4];

	KTEST_EXPECT_EQ(t, strscpy(buf, unended, sizeof(buf)), -E2BIG);
	KTEST_EXPECT_STREQ(t, buf, "abc");
	KTEST_EXPECT_STREQ(t, strcpy(buf, "xyz"), "xyz");
}

static void strlcat_appends_as_far_as_it_fits(struct ktest *t)
{
	char buf[8] = "abc";

	KTEST_EXPECT_EQ(t, strlcat(buf, "de", 6), 5);
	KTEST_EXPECT_STREQ(t, buf, "abcde");
	KTEST_EXPECT_EQ(t, strlcat(buf, "fgh", sizeof(buf)), 8);
	KTEST_EXPECT_STREQ(t, buf, "abcdefg");
	/* No end within the size: nothing to append to. */
	KTEST_EXPECT_EQ(t, strlcat(buf, "xy", 3), 5);
	KTEST_EXPECT_STREQ(t, buf, "abcdefg");
}

static void spans_and_fields_split_a_text(struct ktest *t)
{
	char text[] = "a,,b:c";
	char *rest = text;

	KTEST_EXPECT_EQ(t, strspn("aabc", "ab"), 3);
	KTEST_EXPECT_EQ(t, strspn("abc", ""), 0);
	KTEST_EXPECT_EQ(t, strspn("abc", "cba"), 3);
	KTEST_EXPECT_EQ(t, strcspn("abc", "xc"), 2);
	KTEST_EXPECT_EQ(t, strcspn("abc", ""), 3);
	KTEST_EXPECT_STREQ(t, strsep(&rest, ",:"), "a");
	KTEST_EXPECT_STREQ(t, strsep(&rest, ",:"), "");
	KTEST_EXPECT_STREQ(t, strsep(&rest, ",:"), "b");
	KTEST_EXPECT_STREQ(t, strsep(&rest, ",:"), "c");
	KTEST_EXPECT_NULL(t, rest);
	KTEST_EXPECT_NULL(t, strsep(&rest, ",:"));
}

static void white_space_is_cut_from_both_ends(struct ktest *t)
{
	char text[] = " \t\r\n a b \v\f";
	char blank[] = "  ";
	char empty[] = "";

	KTEST_EXPECT_STREQ(t, skip_spaces("\n x "), "x ");
	KTEST_EXPECT_STREQ(t, strim(text), "a b");
	KTEST_EXPECT_STREQ(t, strim(blank), "");
	KTEST_EXPECT_EQ(t, blank[0], 0); /* cut, not only skipped */
	KTEST_EXPECT_STREQ(t, strim(empty), "");
}

/* Count over all bytes, and the two neighbours of each edge of each range. */
static void character_classes_have_their_c_locale_sizes(struct ktest *t)
{
	unsigned int digits = 0, alphas = 0, xdigits = 0, spaces = 0;
	unsigned int prints = 0, controls = 0, puncts = 0;
	int c;

	for (c = -128; c < 256; c++) {
		digits += !!isdigit(c);
		alphas += !!isalpha(c);
		xdigits += !!isxdigit(c);
		spaces += !!isspace(c);
		prints += !!isprint(c);
		controls += !!iscntrl(c);
		puncts += !!ispunct(c);
	}
	KTEST_EXPECT_EQ(t, digits, 10);
	KTEST_EXPECT_EQ(t, alphas, 52);
	KTEST_EXPECT_EQ(t, xdigits, 22);
	KTEST_EXPECT_EQ(t, spaces, 6);
	KTEST_EXPECT_EQ(t, prints, 95);
	KTEST_EXPECT_EQ(t, controls, 33);
	KTEST_EXPECT_EQ(t, puncts, 32);
	KTEST_EXPECT_TRUE(t, isdigit('0') && isdigit('9'));
	KTEST_EXPECT_TRUE(t, isxdigit('F') && !isxdigit('g'));
	KTEST_EXPECT_EQ(t, toupper('z'), 'Z');
	KTEST_EXPECT_EQ(t, tolower('A'), 'a');
	KTEST_EXPECT_EQ(t, tolower('['), '[');
	KTEST_EXPECT_EQ(t, toupper('`'), '`');
}

static void checksums_give_their_published_values(struct ktest *t)
{
	const char *digits = "123456789";
	u32 part;

	KTEST_EXPECT_EQ(t, crc32_ieee(0, digits, 9), 0xcbf43926u);
	KTEST_EXPECT_EQ(t, crc32_ieee(0, digits, 0), 0);
	part = crc32_ieee(0, digits, 4);
	KTEST_EXPECT_EQ(t, crc32_ieee(part, digits + 4, 5), 0xcbf43926u);
	/* As cksum(1) prints them: printf 123456789 | cksum; cksum </dev/null */
	KTEST_EXPECT_EQ(t, crc32_cksum(crc32_be(0, digits, 9), 9), 930766865u);
	KTEST_EXPECT_EQ(t, crc32_cksum(0, 0), 4294967295u);
	KTEST_EXPECT_EQ(t, fnv1a32(FNV1A32_INIT, "", 0), 0x811c9dc5u);
	KTEST_EXPECT_EQ(t, fnv1a32(FNV1A32_INIT, "foobar", 6), 0xbf9cf968u);
	KTEST_EXPECT_EQ(t, fnv1a32_str("foobar"), 0xbf9cf968u);
}

/* The register bit by bit, as the definition has it. */
static void crc_tables_equal_the_bitwise_register(struct ktest *t)
{
	unsigned int byte, bit;

	for (byte = 0; byte < 256; byte++) {
		u8 data = (u8)byte;
		u32 le = byte, be = (u32)byte << 24;

		for (bit = 0; bit < 8; bit++) {
			le = (le >> 1) ^ (le & 1 ? 0xedb88320u : 0);
			be = (be << 1) ^ (be >> 31 ? 0x04c11db7u : 0);
		}
		KTEST_EXPECT_EQ(t, crc32_le(0, &data, 1), le);
		KTEST_EXPECT_EQ(t, crc32_be(0, &data, 1), be);
	}
}

static void strncpy_fills_its_field(struct ktest *t)
{
	char field[8] = "xxxxxxx";

	KTEST_EXPECT_PTR_EQ(t, strncpy(field, "abc", 6), field);
	KTEST_EXPECT_EQ(t, memcmp(field, "abc\0\0\0x", 8), 0);
	strncpy(field, "abcdefgh", 4);
	KTEST_EXPECT_EQ(t, memcmp(field, "abcd\0\0x", 8), 0);
	strcpy(field, "ab");
	KTEST_EXPECT_STREQ(t, strcat(field, "cde"), "abcde");
}

static const struct ktest_case string_cases[] = {
	KTEST_CASE(memset_writes_its_bytes_and_no_other),
	KTEST_CASE(memcpy_copies_at_every_length_and_alignment),
	KTEST_CASE(memmove_is_right_for_every_overlap),
	KTEST_CASE(memcmp_orders_by_the_first_unsigned_difference),
	KTEST_CASE(memchr_finds_the_first_within_its_size),
	KTEST_CASE(memchr_inv_finds_one_odd_byte_anywhere),
	KTEST_CASE(memchr_inv_stops_at_its_size),
	KTEST_CASE(lengths_stop_at_the_end_or_the_maximum),
	KTEST_CASE(comparison_is_by_unsigned_characters),
	KTEST_CASE(searches_find_first_last_and_end),
	KTEST_CASE(bounded_copies_cut_at_their_size),
	KTEST_CASE(strscpy_reads_no_further_than_its_size),
	KTEST_CASE(strlcat_appends_as_far_as_it_fits),
	KTEST_CASE(spans_and_fields_split_a_text),
	KTEST_CASE(white_space_is_cut_from_both_ends),
	KTEST_CASE(character_classes_have_their_c_locale_sizes),
	KTEST_CASE(checksums_give_their_published_values),
	KTEST_CASE(crc_tables_equal_the_bitwise_register),
	KTEST_CASE(strncpy_fills_its_field),
};
KTEST_SUITE(string, string_cases);

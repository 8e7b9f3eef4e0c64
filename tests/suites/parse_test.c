/* SPDX-License-Identifier: MIT */
/* parse_test.c - numbers and command lines, with everything wrong in them */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/parse.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include "room.h"

#define RANDOM_ROUNDS 20000

static void expect_ull(struct ktest *t, const char *s, unsigned int base,
		       int err, u64 want)
{
	unsigned long long v = 4711;

	if (!KTEST_EXPECT_EQ(t, kstrtoull(s, base, &v), err))
		KTEST_FAIL(t, "the text was \"%s\"", s);
	KTEST_EXPECT_EQ(t, v, err ? 4711 : want);
}

static void whole_numbers_in_every_base(struct ktest *t)
{
	expect_ull(t, "0", 0, 0, 0);
	expect_ull(t, "123", 0, 0, 123);
	expect_ull(t, "+123\n", 10, 0, 123);
	expect_ull(t, "0x1f", 0, 0, 31);
	expect_ull(t, "0X1F", 16, 0, 31);
	expect_ull(t, "1f", 16, 0, 31);
	expect_ull(t, "017", 0, 0, 15);
	expect_ull(t, "017", 10, 0, 17);
	expect_ull(t, "101", 2, 0, 5);
	expect_ull(t, "zZ", 36, 0, 35 * 36 + 35);
}

static void what_is_no_number_is_refused(struct ktest *t)
{
	static const char *const bad[] = {
		"",   "\n",  " 1",   "1 ",    "1\n\n", "+",   "-",
		"-1", "+-1", "++1",  "0x",    "0xg",   "x1",  "12a",
		"08", "1.5", "\x01", "1\x7f", "\xff",  "1,2",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		expect_ull(t, bad[i], 0, -EINVAL, 0);
	expect_ull(t, "2", 2, -EINVAL, 0);
	expect_ull(t, "f", 10, -EINVAL, 0);
	expect_ull(t, "0", 1, -EINVAL, 0);
	expect_ull(t, "1", 37, -EINVAL, 0);
	expect_ull(t, "[", 36, -EINVAL, 0);
}

static void the_widest_number_fits_and_the_next_does_not(struct ktest *t)
{
	expect_ull(t, "18446744073709551614", 0, 0, U64_MAX - 1);
	expect_ull(t, "18446744073709551615", 0, 0, U64_MAX);
	expect_ull(t, "18446744073709551616", 0, -ERANGE, 0);
	expect_ull(t, "0xffffffffffffffff", 0, 0, U64_MAX);
	expect_ull(t, "0x10000000000000000", 0, -ERANGE, 0);
	expect_ull(t, "99999999999999999999999999999999999999", 0, -ERANGE, 0);
	expect_ull(t, "0000000000000000000000000000000000000017", 0, 0, 15);
}

static void signed_numbers_end_at_their_limits(struct ktest *t)
{
	long long v = 0;
	int i = 0;

	KTEST_EXPECT_EQ(t, kstrtoll("-9223372036854775808", 0, &v), 0);
	KTEST_EXPECT_TRUE(t, v == -(long long)(U64_MAX >> 1) - 1);
	KTEST_EXPECT_EQ(t, kstrtoll("9223372036854775807", 0, &v), 0);
	KTEST_EXPECT_TRUE(t, v == (long long)(U64_MAX >> 1));
	KTEST_EXPECT_EQ(t, kstrtoll("9223372036854775808", 0, &v), -ERANGE);
	KTEST_EXPECT_EQ(t, kstrtoll("-9223372036854775809", 0, &v), -ERANGE);
	KTEST_EXPECT_EQ(t, kstrtoll("-+1", 0, &v), -EINVAL);
	KTEST_EXPECT_EQ(t, kstrtoll("--1", 0, &v), -EINVAL);
	KTEST_EXPECT_EQ(t, kstrtoint("2147483647", 0, &i), 0);
	KTEST_EXPECT_EQ(t, i, INT_MAX);
	KTEST_EXPECT_EQ(t, kstrtoint("2147483648", 0, &i), -ERANGE);
	KTEST_EXPECT_EQ(t, i, INT_MAX);
	KTEST_EXPECT_EQ(t, kstrtoint("-2147483648", 0, &i), 0);
	KTEST_EXPECT_EQ(t, i, -INT_MAX - 1);
	KTEST_EXPECT_EQ(t, kstrtoint("-2147483649", 0, &i), -ERANGE);
	KTEST_EXPECT_EQ(t, kstrtoint("-0x10", 0, &i), 0);
	KTEST_EXPECT_EQ(t, i, -16);
}

static void longs_and_unsigned_ints_end_at_their_limits(struct ktest *t)
{
	bool wide = sizeof(long) == 8;
	unsigned long ul = 0;
	unsigned int ui = 0;
	long l = 0;

	KTEST_EXPECT_EQ(t, kstrtouint("4294967295", 0, &ui), 0);
	KTEST_EXPECT_EQ(t, ui, U32_MAX);
	KTEST_EXPECT_EQ(t, kstrtouint("4294967296", 0, &ui), -ERANGE);
	KTEST_EXPECT_EQ(t, kstrtouint("-1", 0, &ui), -EINVAL);
	KTEST_EXPECT_EQ(t, kstrtoul("4294967295", 0, &ul), 0);
	KTEST_EXPECT_TRUE(t, ul == U32_MAX);
	KTEST_EXPECT_EQ(t, kstrtoul("4294967296", 0, &ul), wide ? 0 : -ERANGE);
	KTEST_EXPECT_EQ(t, kstrtol("-2147483648", 0, &l), 0);
	KTEST_EXPECT_TRUE(t, l == -2147483648ll);
	KTEST_EXPECT_EQ(t, kstrtol("2147483648", 0, &l), wide ? 0 : -ERANGE);
}

static void short_numbers_end_at_their_limits(struct ktest *t)
{
	u16 u16v = 7;
	s16 s16v = 7;
	u8 u8v = 7;
	s8 s8v = 7;

	KTEST_EXPECT_EQ(t, kstrtou16("65535", 0, &u16v), 0);
	KTEST_EXPECT_EQ(t, u16v, 65535);
	KTEST_EXPECT_EQ(t, kstrtou16("65536", 0, &u16v), -ERANGE);
	KTEST_EXPECT_EQ(t, kstrtou16("-1", 0, &u16v), -EINVAL);
	KTEST_EXPECT_EQ(t, u16v, 65535);
	KTEST_EXPECT_EQ(t, kstrtos16("-32768", 0, &s16v), 0);
	KTEST_EXPECT_EQ(t, s16v, -32768);
	KTEST_EXPECT_EQ(t, kstrtos16("-32769", 0, &s16v), -ERANGE);
	KTEST_EXPECT_EQ(t, kstrtos16("32768", 0, &s16v), -ERANGE);
	KTEST_EXPECT_EQ(t, kstrtou8("0xff\n", 0, &u8v), 0);
	KTEST_EXPECT_EQ(t, u8v, 255);
	KTEST_EXPECT_EQ(t, kstrtou8("256", 0, &u8v), -ERANGE);
	KTEST_EXPECT_EQ(t, kstrtou8("ff", 0, &u8v), -EINVAL);
	KTEST_EXPECT_EQ(t, kstrtos8("-128", 0, &s8v), 0);
	KTEST_EXPECT_EQ(t, s8v, -128);
	KTEST_EXPECT_EQ(t, kstrtos8("128", 0, &s8v), -ERANGE);
	KTEST_EXPECT_EQ(t, s8v, -128);
}

static void truth_is_told_by_the_first_letters(struct ktest *t)
{
	bool v = false;

	KTEST_EXPECT_EQ(t, kstrtobool("Yes", &v), 0);
	KTEST_EXPECT_TRUE(t, v);
	KTEST_EXPECT_EQ(t, kstrtobool("0", &v), 0);
	KTEST_EXPECT_FALSE(t, v);
	KTEST_EXPECT_EQ(t, kstrtobool("on", &v), 0);
	KTEST_EXPECT_TRUE(t, v);
	KTEST_EXPECT_EQ(t, kstrtobool("oFF", &v), 0);
	KTEST_EXPECT_FALSE(t, v);
	KTEST_EXPECT_EQ(t, kstrtobool("1", &v), 0);
	KTEST_EXPECT_TRUE(t, v);
	KTEST_EXPECT_EQ(t, kstrtobool("o", &v), -EINVAL);
	KTEST_EXPECT_EQ(t, kstrtobool("", &v), -EINVAL);
	KTEST_EXPECT_EQ(t, kstrtobool("2", &v), -EINVAL);
	KTEST_EXPECT_TRUE(t, v);
}

/* The size in @s is @want, and @used of its characters belong to it. */
static void expect_size(struct ktest *t, const char *s, u64 want, long used)
{
	char *end = NULL;
	u64 got = memparse(s, &end);

	if (!KTEST_EXPECT_TRUE(t, got == want) ||
	    !KTEST_EXPECT_EQ(t, end - s, used))
		KTEST_FAIL(t, "the text was \"%s\", the size %llu", s, got);
}

static void sizes_take_a_suffix_and_stop_there(struct ktest *t)
{
	expect_size(t, "0", 0, 1);
	expect_size(t, "512", 512, 3);
	expect_size(t, "4k", 4096, 2);
	expect_size(t, "16M@0x100000", 16ull << 20, 3);
	expect_size(t, "0x10K$", 16384, 5);
	expect_size(t, "64G", 64ull << 30, 3);
	expect_size(t, "1T", 1ull << 40, 2);
	expect_size(t, "1p", 1ull << 50, 2);
	expect_size(t, "1E", 1ull << 60, 2);
	expect_size(t, "1MM", 1ull << 20, 2);
	expect_size(t, "1Mx", 1ull << 20, 2);
	KTEST_EXPECT_TRUE(t, memparse("3K", NULL) == 3072);
}

static void sizes_that_are_none_use_nothing(struct ktest *t)
{
	expect_size(t, "", 0, 0);
	expect_size(t, "M", 0, 0);
	expect_size(t, "-1M", 0, 0);
	expect_size(t, " 1", 0, 0);
	expect_size(t, "\xff", 0, 0);
	expect_size(t, "0xM", 0, 1);
	KTEST_EXPECT_TRUE(t, memparse("", NULL) == 0);
}

static void sizes_beyond_64_bits_are_the_largest_number(struct ktest *t)
{
	expect_size(t, "15E", 15ull << 60, 3);
	expect_size(t, "16E", U64_MAX, 3);
	expect_size(t, "17179869183G", 17179869183ull << 30, 12);
	expect_size(t, "17179869184G", U64_MAX, 12);
	expect_size(t, "99999999999999999999999M", U64_MAX, 24);
}

static void rows_of_integers_are_taken_one_by_one(struct ktest *t)
{
	const char *p = "1,-20,2147483647,-2147483648,0x10";
	int v = 0;

	KTEST_EXPECT_EQ(t, get_option_int(&p, &v), 2);
	KTEST_EXPECT_EQ(t, v, 1);
	KTEST_EXPECT_EQ(t, get_option_int(&p, &v), 2);
	KTEST_EXPECT_EQ(t, v, -20);
	KTEST_EXPECT_EQ(t, get_option_int(&p, &v), 2);
	KTEST_EXPECT_EQ(t, v, INT_MAX);
	KTEST_EXPECT_EQ(t, get_option_int(&p, &v), 2);
	KTEST_EXPECT_EQ(t, v, -INT_MAX - 1);
	KTEST_EXPECT_EQ(t, get_option_int(&p, &v), 1);
	KTEST_EXPECT_EQ(t, v, 16);
	KTEST_EXPECT_STREQ(t, p, "");
	KTEST_EXPECT_EQ(t, get_option_int(&p, &v), 0);
}

static void an_integer_that_is_none_moves_nothing(struct ktest *t)
{
	static const char *const bad[] = { "",		 ",1", "-",
					   "a",		 "-,", "2147483648",
					   "-2147483649" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *p = bad[i];
		int v = 4711;

		KTEST_EXPECT_EQ(t, get_option_int(&p, &v), 0);
		KTEST_EXPECT_PTR_EQ(t, p, bad[i]);
		KTEST_EXPECT_EQ(t, v, 4711);
	}
}

/* What a word should have: flags as letters, T truncated, U unterminated. */
static void expect_word(struct ktest *t, const char **p, const char *key,
			const char *value, const char *flags)
{
	char buf[64];
	struct cmdline_word w = { .buf = buf, .size = sizeof(buf) };

	*p = cmdline_next(*p, &w);
	if (!KTEST_EXPECT_NOT_NULL(t, *p))
		return;
	KTEST_EXPECT_STREQ(t, w.key, key);
	if (value && KTEST_EXPECT_NOT_NULL(t, w.value))
		KTEST_EXPECT_STREQ(t, w.value, value);
	if (!value)
		KTEST_EXPECT_NULL(t, w.value);
	KTEST_EXPECT_EQ(t, w.truncated, strchr(flags, 'T') != NULL);
	KTEST_EXPECT_EQ(t, w.unterminated, strchr(flags, 'U') != NULL);
}

static void expect_line_end(struct ktest *t, const char *p)
{
	char buf[4] = "abc";
	struct cmdline_word w = { .buf = buf, .size = sizeof(buf) };

	KTEST_EXPECT_NULL(t, cmdline_next(p, &w));
	KTEST_EXPECT_STREQ(t, w.key, "");
	KTEST_EXPECT_NULL(t, w.value);
	KTEST_EXPECT_FALSE(t, w.truncated || w.unterminated);
}

static void expect_one_word(struct ktest *t, const char *line, const char *key,
			    const char *value, const char *flags)
{
	expect_word(t, &line, key, value, flags);
	if (line)
		expect_line_end(t, line);
}

static void words_split_at_white_space(struct ktest *t)
{
	const char *p = "  mem=64M\tselftest \n a=b=c=  =x quiet";

	expect_word(t, &p, "mem", "64M", "");
	expect_word(t, &p, "selftest", NULL, "");
	expect_word(t, &p, "a", "b=c=", "");
	expect_word(t, &p, "", "x", "");
	expect_word(t, &p, "quiet", NULL, "");
	expect_line_end(t, p);
	expect_line_end(t, "");
	expect_line_end(t, " \t\n ");
}

static void the_three_spellings_of_a_quoted_command_agree(struct ktest *t)
{
	static const char *const lines[] = {
		"run=\"cat /proc/meminfo\" loglevel=7",
		"\"run=cat /proc/meminfo\" loglevel=7",
		"run=\\\"cat /proc/meminfo\\\" loglevel=7",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		const char *p = lines[i];

		expect_word(t, &p, "run", "cat /proc/meminfo", "");
		expect_word(t, &p, "loglevel", "7", "");
		expect_line_end(t, p);
	}
}

static void quotations_may_stand_anywhere_in_a_word(struct ktest *t)
{
	expect_one_word(t, "r\"u\"n=a\" \"b", "run", "a b", "");
	expect_one_word(t, "\"\"", "", NULL, "");
	expect_one_word(t, "a=\"\"", "a", "", "");
	expect_one_word(t, "a\"=\"b", "a", "b", "");
	expect_one_word(t, "a\\\" b\\\"", "a b", NULL, "");
	expect_one_word(t, "\"a b\"\\\"c d\\\"", "a bc d", NULL, "");
}

static void marks_inside_a_quotation_are_escaped(struct ktest *t)
{
	expect_one_word(t, "r=\"a \\\"b\\\" c\"", "r", "a \"b\" c", "");
	expect_one_word(t, "r=\"a\\\\\"", "r", "a\\", "");
	expect_one_word(t, "r=\\\"a \\\\\\\"b\\\\\\\" c\\\"", "r", "a \"b\" c",
			"");
	expect_one_word(t, "r=\\\"a\\\\\\\\ b\\\"", "r", "a\\ b", "");
	expect_one_word(t, "r=\\\"a\\\\b\\\"", "r", "a\\b", "");
	expect_one_word(t, "r=\\\"a \" b\\\"", "r", "a \" b", "");
	expect_one_word(t, "r=it\\'s", "r", "it's", "");
}

static void other_backslashes_stand_for_themselves(struct ktest *t)
{
	expect_one_word(t, "a=\\n", "a", "\\n", "");
	expect_one_word(t, "a=b\\", "a", "b\\", "");
	expect_one_word(t, "a=\\\\b", "a", "\\\\b", "");
	expect_one_word(t, "a=\"\\n\"", "a", "\\n", "");
	expect_one_word(t, "\\", "\\", NULL, "");
}

static void a_quotation_that_never_ends_is_reported(struct ktest *t)
{
	expect_one_word(t, "run=\"cat /x y", "run", "cat /x y", "U");
	expect_one_word(t, "run=\\\"cat /x", "run", "cat /x", "U");
	expect_one_word(t, "run=\\\"cat /x\" y", "run", "cat /x\" y", "U");
	expect_one_word(t, "\"", "", NULL, "U");
	expect_one_word(t, "\\\"", "", NULL, "U");
	expect_one_word(t, "a=\"b\\", "a", "b\\", "U");
	expect_one_word(t, "a=\\\"b\\\\", "a", "b\\", "U");
}

static void control_characters_are_part_of_the_word(struct ktest *t)
{
	expect_one_word(t, "a\x01=\x1b[2J\x7f\xff", "a\x01", "\x1b[2J\x7f\xff",
			"");
	expect_one_word(t, "\v\fx\r", "x", NULL, "");
}

/* The word key=val takes 8 bytes with both ends. */
static void a_word_is_cut_at_the_size_of_the_buffer(struct ktest *t)
{
	size_t size, i;

	for (size = 0; size <= 10; size++) {
		char buf[12];
		struct cmdline_word w = { .buf = buf, .size = size };
		const char *p;

		memset(buf, '#', sizeof(buf));
		p = cmdline_next("key=val next", &w);
		KTEST_ASSERT_NOT_NULL(t, p);
		KTEST_EXPECT_STREQ(t, p, " next"); /* the walk goes on */
		KTEST_EXPECT_EQ(t, w.truncated, size < 8);
		KTEST_EXPECT_EQ(t, strlen(w.key),
				size ? min(size - 1, (size_t)3) : 0);
		KTEST_EXPECT_EQ(t, w.value != NULL, size >= 5);
		if (w.value)
			KTEST_EXPECT_EQ(t, strlen(w.value),
					min(size - 5, (size_t)3));
		for (i = size; i < sizeof(buf); i++)
			KTEST_EXPECT_EQ(t, buf[i], '#');
	}
}

static void an_endless_word_is_walked_to_its_end(struct ktest *t)
{
	struct {
		char line[16384];
	} *long_one = SUITE_ROOM(typeof(*long_one));
	const char *p = long_one->line;
	char buf[16];
	struct cmdline_word w = { .buf = buf, .size = sizeof(buf) };

	memset(long_one, 'x', sizeof(*long_one));
	memcpy(long_one->line + sizeof(*long_one) - 5, " a=b", 5);
	p = cmdline_next(p, &w);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_TRUE(t, w.truncated);
	KTEST_EXPECT_STREQ(t, w.key, "xxxxxxxxxxxxxxx");
	expect_one_word(t, p, "a", "b", "");
}

/* Any bytes: it ends, moves on, stays in its buffer and ends its strings. */
static void random_lines_keep_every_promise(struct ktest *t)
{
	static const char letters[] = "ab=\"\"\\\\' \t\x01\xff";
	u32 round;

	for (round = 0; round < RANDOM_ROUNDS; round++) {
		char line[24], buf[12];
		size_t n = ktest_random(t) % sizeof(line), i, words = 0;
		struct cmdline_word w = { .buf = buf };
		const char *p = line, *next;

		for (i = 0; i < n; i++)
			line[i] = letters[ktest_random(t) %
					  (sizeof(letters) - 1)];
		line[n] = '\0';
		w.size = 1 + ktest_random(t) % (sizeof(buf) - 1);
		buf[w.size] = '#';
		while ((next = cmdline_next(p, &w)) != NULL) {
			KTEST_ASSERT_TRUE(t, next > p && next <= line + n);
			KTEST_ASSERT_TRUE(t, !w.unterminated || !*next);
			KTEST_ASSERT_TRUE(t, strnlen(buf, w.size) < w.size);
			KTEST_ASSERT_TRUE(t, !w.value || w.value - buf <
								 (long)w.size);
			p = next;
			words++;
		}
		KTEST_ASSERT_TRUE(t, words <= n);
		KTEST_ASSERT_EQ(t, buf[w.size], '#');
	}
}

static void the_simple_forms_stop_where_the_number_does(struct ktest *t)
{
	const char *text = "4000,1000";
	char *end;

	KTEST_EXPECT_EQ(t, simple_strtoul(text, &end, 10), 4000);
	KTEST_EXPECT_STREQ(t, end, ",1000");
	KTEST_EXPECT_EQ(t, simple_strtoul("0x1fz", &end, 0), 0x1f);
	KTEST_EXPECT_STREQ(t, end, "z");
	KTEST_EXPECT_EQ(t, simple_strtol("-12", NULL, 10), -12);
	KTEST_EXPECT_EQ(t, simple_strtol("x", &end, 10), 0);
	KTEST_EXPECT_STREQ(t, end, "x");
	KTEST_EXPECT_EQ(t, simple_strtoll("-8000000000", NULL, 0),
			-8000000000ll);
}

static const struct ktest_case parse_cases[] = {
	KTEST_CASE(whole_numbers_in_every_base),
	KTEST_CASE(what_is_no_number_is_refused),
	KTEST_CASE(the_widest_number_fits_and_the_next_does_not),
	KTEST_CASE(signed_numbers_end_at_their_limits),
	KTEST_CASE(longs_and_unsigned_ints_end_at_their_limits),
	KTEST_CASE(short_numbers_end_at_their_limits),
	KTEST_CASE(truth_is_told_by_the_first_letters),
	KTEST_CASE(sizes_take_a_suffix_and_stop_there),
	KTEST_CASE(sizes_that_are_none_use_nothing),
	KTEST_CASE(sizes_beyond_64_bits_are_the_largest_number),
	KTEST_CASE(rows_of_integers_are_taken_one_by_one),
	KTEST_CASE(an_integer_that_is_none_moves_nothing),
	KTEST_CASE(words_split_at_white_space),
	KTEST_CASE(the_three_spellings_of_a_quoted_command_agree),
	KTEST_CASE(quotations_may_stand_anywhere_in_a_word),
	KTEST_CASE(marks_inside_a_quotation_are_escaped),
	KTEST_CASE(other_backslashes_stand_for_themselves),
	KTEST_CASE(a_quotation_that_never_ends_is_reported),
	KTEST_CASE(control_characters_are_part_of_the_word),
	KTEST_CASE(a_word_is_cut_at_the_size_of_the_buffer),
	KTEST_CASE(an_endless_word_is_walked_to_its_end),
	KTEST_CASE(random_lines_keep_every_promise),
	KTEST_CASE(the_simple_forms_stop_where_the_number_does),
};
KTEST_SUITE(parse, parse_cases);

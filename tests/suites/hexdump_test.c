/* SPDX-License-Identifier: MIT */
/* hexdump_test.c - bytes as hexadecimal digits, and the sizes that overflow */
#include <kernel/errno.h>
#include <kernel/hex.h>
#include <kernel/ktest.h>
#include <kernel/overflow.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>

#include "log_lines.h"
#include "proc_text.h"

static const u8 bytes[34] = "0123456789abcdef\x80\x01 end\nxyz";

static void expect_row(struct ktest *t, size_t len, int row, int group,
		       bool ascii, const char *want)
{
	char line[HEX_DUMP_LINE];
	int n = hex_dump_to_buffer(bytes, len, row, group, line, sizeof(line),
				   ascii);

	KTEST_EXPECT_STREQ(t, line, want);
	KTEST_EXPECT_EQ(t, n, (int)strlen(want));
}

static void a_row_has_groups_and_characters(struct ktest *t)
{
	expect_row(t, 4, 16, 1, false, "30 31 32 33");
	expect_row(t, 4, 16, 2, false, "3130 3332");
	expect_row(t, 8, 16, 4, false, "33323130 37363534");
	expect_row(t, 8, 16, 8, false, "3736353433323130");
	expect_row(t, 3, 16, 1, true,
		   "30 31 32                                         012");
	expect_row(t, 4, 16, 4, true,
		   "33323130                             "
		   "0123");
	expect_row(t, 0, 16, 1, true, "");
	/* A row ends at its size; an odd size is 16, and a group that the bytes
	 * do not fill is one byte. */
	expect_row(t, 34, 7, 8, false, "3736353433323130 6665646362613938");
	expect_row(t, 3, 16, 2, false, "30 31 32");
	expect_row(t, 2, 16, 3, false, "30 31");
	expect_row(t, 16, 16, 16, false,
		   "30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66");
}

static void a_row_of_32_bytes_fits_its_buffer(struct ktest *t)
{
	char line[HEX_DUMP_LINE];

	KTEST_EXPECT_EQ(
		t,
		hex_dump_to_buffer(bytes, 32, 32, 1, line, sizeof(line), true),
		(int)sizeof(line) - 1 - 1);
	KTEST_EXPECT_STREQ(t, line + 97, "0123456789abcdef.. end.xyz......");
}

static void what_does_not_fit_is_counted(struct ktest *t)
{
	char line[8] = "-------";
	int n;

	n = hex_dump_to_buffer(bytes, 4, 16, 1, line, 6, false);
	KTEST_EXPECT_EQ(t, n, 11);
	KTEST_EXPECT_STREQ(t, line, "30 31");
	KTEST_EXPECT_EQ(t, line[6], '-');
	n = hex_dump_to_buffer(bytes, 4, 16, 1, line, 0, false);
	KTEST_EXPECT_EQ(t, n, 11);
	KTEST_EXPECT_EQ(t, line[0], '3');
}

static void digits_are_read_back(struct ktest *t)
{
	char text[9] = { 0 };
	u8 back[4] = { 0 };
	int c;

	KTEST_EXPECT_PTR_EQ(t, bin2hex(text, "\x00\x1f\xa0\xff", 4), text + 8);
	KTEST_EXPECT_STREQ(t, text, "001fa0ff");
	KTEST_EXPECT_EQ(t, hex2bin(back, "001FA0ff", 4), 0);
	KTEST_EXPECT_EQ(t, memcmp(back, "\x00\x1f\xa0\xff", 4), 0);
	KTEST_EXPECT_EQ(t, hex2bin(back, "0g", 1), -EINVAL);
	KTEST_EXPECT_EQ(t, hex2bin(back, "g0", 1), -EINVAL);
	for (c = 0; c < 256; c++) {
		const char *at = c ? strchr(hex_asc, c) : NULL;
		const char *upper = c ? strchr(hex_asc_upper, c) : NULL;
		int want = at	 ? (int)(at - hex_asc) :
			   upper ? (int)(upper - hex_asc_upper) :
				   -1;

		KTEST_EXPECT_EQ(t, hex_to_bin((unsigned char)c), want);
	}
}

/* Of the first line behind @from that begins so; -1: there is none. */
static int level_of(u64 from, const char *begin)
{
	struct log_line line;
	char text[128];

	while (log_read_line(&from, &line, text, sizeof(text))) {
		if (!strncmp(text, begin, strlen(begin)))
			return (int)line.level;
	}
	return -1;
}

static void a_dump_goes_to_the_log_and_to_a_text(struct ktest *t)
{
	u64 log = log_end();
	struct seq_file *m = text_begin();

	print_hex_dump(KERN_NOTICE, "dump: ", DUMP_PREFIX_OFFSET, 16, 1, bytes,
		       18, true);
	KTEST_EXPECT_EQ(t,
			log_count(log, "dump: 00000000: 30 31 32 33 34 35 36 37"
				       " 38 39 61 62 63 64 65 66  "
				       "0123456789abcdef"),
			1);
	KTEST_EXPECT_EQ(t, log_count(log, "dump: 00000010: 80 01  "), 1);
	KTEST_EXPECT_EQ(t, level_of(log, "dump: 00000010: "), 5);
	seq_hex_dump(m, "- ", DUMP_PREFIX_NONE, 32, 2, bytes, 34, false);
	KTEST_EXPECT_STREQ(t, text_end(t),
			   "- 3130 3332 3534 3736 3938 6261 6463 6665 0180 6520"
			   " 646e 780a 7a79 0000 0000 0000\n- 0000\n");
}

struct list_of {
	int nr;
	long items[];
};

static void sizes_end_where_they_would_wrap(struct ktest *t)
{
	struct list_of *list = NULL;
	size_t half = SIZE_MAX / 2 + 1;
	int sum;

	KTEST_EXPECT_EQ(t, array_size(3, 5), 15);
	KTEST_EXPECT_EQ(t, array_size(half, 2), SIZE_MAX);
	KTEST_EXPECT_EQ(t, array3_size(half, 2, 0), 0);
	KTEST_EXPECT_EQ(t, array3_size(2, 3, SIZE_MAX / 5), SIZE_MAX);
	KTEST_EXPECT_EQ(t, struct_size(list, items, 2),
			sizeof(struct list_of) + 2 * sizeof(long));
	KTEST_EXPECT_EQ(t, struct_size(list, items, SIZE_MAX / sizeof(long)),
			SIZE_MAX);
	KTEST_EXPECT_EQ(t, size_sub(5, 3), 2);
	KTEST_EXPECT_EQ(t, size_sub(3, 5), SIZE_MAX);
	KTEST_EXPECT_EQ(t, size_sub(SIZE_MAX, 5), SIZE_MAX);
	KTEST_EXPECT_TRUE(t, check_add_overflow(INT_MAX, 1, &sum));
	KTEST_EXPECT_FALSE(t, check_sub_overflow(INT_MAX, 1, &sum));
	KTEST_EXPECT_EQ(t, sum, INT_MAX - 1);
}

static void small_helpers_do_what_linuxs_do(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, roundup(7, 3), 9);
	KTEST_EXPECT_EQ(t, roundup(9, 3), 9);
	KTEST_EXPECT_EQ(t, rounddown(8, 3), 6);
	KTEST_EXPECT_EQ(t, abs(-5) + abs(5l), 10);
	KTEST_EXPECT_EQ(t, upper_32_bits(0x123456789abcull), 0x1234);
	KTEST_EXPECT_EQ(t, lower_32_bits(0x123456789abcull), 0x56789abc);
	KTEST_EXPECT_EQ(t, GENMASK(7, 4), 0xf0);
	KTEST_EXPECT_EQ(t, GENMASK(sizeof(long) * 8 - 1, 0), ~0ul);
	KTEST_EXPECT_EQ(t, sizeof_field(struct list_of, nr), sizeof(int));
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_row_has_groups_and_characters),
	KTEST_CASE(a_row_of_32_bytes_fits_its_buffer),
	KTEST_CASE(what_does_not_fit_is_counted),
	KTEST_CASE(digits_are_read_back),
	KTEST_CASE(a_dump_goes_to_the_log_and_to_a_text),
	KTEST_CASE(sizes_end_where_they_would_wrap),
	KTEST_CASE(small_helpers_do_what_linuxs_do),
};
KTEST_SUITE(hexdump, cases);

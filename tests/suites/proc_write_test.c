/* SPDX-License-Identifier: MIT */
/* proc_write_test.c - texts written into files, and why they are refused */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>

static unsigned long number[4];
static int numbers;

/* Takes up to three numbers from 2 to 1000. */
static int three_write(struct proc_write *w)
{
	int nr = proc_read_ulongs(w, number, 3, 2, 1000);

	if (nr < 0)
		return nr;
	numbers = nr;
	return 0;
}

static const struct proc_file three = { .name = "three", .write = three_write };
static const struct proc_file constant = { .name = "constant" };

static struct proc_write w;

static int write_three(const char *text)
{
	memset(number, 0, sizeof(number));
	numbers = 0;
	return proc_file_write(&three, text, &w);
}

static void numbers_are_read_with_blanks_between(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, write_three("7\n"), 0);
	KTEST_EXPECT_EQ(t, numbers, 1);
	KTEST_EXPECT_EQ(t, number[0], 7);
	KTEST_EXPECT_EQ(t, write_three("  2\t1000 \n 3"), 0);
	KTEST_EXPECT_EQ(t, numbers, 3);
	KTEST_EXPECT_EQ(t, number[0], 2);
	KTEST_EXPECT_EQ(t, number[1], 1000);
	KTEST_EXPECT_EQ(t, number[2], 3);
	KTEST_EXPECT_STREQ(t, w.why, "");
}

static void a_file_without_a_writer_refuses(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, proc_file_write(&constant, "1", &w), -EACCES);
	KTEST_EXPECT_STREQ(t, w.why, "cannot be written");
}

static void expect_refused(struct ktest *t, const char *text, int err,
			   const char *why)
{
	KTEST_EXPECT_EQ(t, write_three(text), err);
	KTEST_EXPECT_STREQ(t, w.why, why);
	KTEST_EXPECT_EQ(t, numbers, 0);
	KTEST_EXPECT_EQ(t, number[0], 0);
}

static void a_refusal_says_why_and_changes_nothing(struct ktest *t)
{
	expect_refused(t, "", -EINVAL, "needs a number");
	expect_refused(t, " \n", -EINVAL, "needs a number");
	expect_refused(t, "5 x", -EINVAL, "'x' is not a number");
	expect_refused(t, "-5", -EINVAL, "'-5' is not a number");
	expect_refused(t, "0x10", -EINVAL, "'0x10' is not a number");
	expect_refused(t, "5 1", -ERANGE, "1 is not within 2 .. 1000");
	expect_refused(t, "1001", -ERANGE, "1001 is not within 2 .. 1000");
	expect_refused(t, "4 4 4 4", -E2BIG, "takes 3 numbers at most");
}

static void numbers_that_no_word_holds_are_out_of_range(struct ktest *t)
{
	expect_refused(t, "99999999999999999999", -ERANGE,
		       "99999999999999999999 is not within 2 .. 1000");
	/* Longer than anything that is shown: cut, not overrun. */
	expect_refused(t, "0000000000000000000000000000000000000000000000005",
		       -ERANGE,
		       "000000000000000000000000 is not within 2 .. 1000");
	expect_refused(t, "abcdefghijabcdefghijabcdefghijabcdefghijabc",
		       -EINVAL,
		       "'abcdefghijabcdefghijabcdefghijabcdefghij' is not a "
		       "number");
}

static const struct ktest_case cases[] = {
	KTEST_CASE(numbers_are_read_with_blanks_between),
	KTEST_CASE(a_file_without_a_writer_refuses),
	KTEST_CASE(a_refusal_says_why_and_changes_nothing),
	KTEST_CASE(numbers_that_no_word_holds_are_out_of_range),
};
KTEST_SUITE(proc_write, cases);

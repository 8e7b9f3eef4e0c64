/* SPDX-License-Identifier: MIT */
/* vt_test.c - text to cells, on a screen of ten columns and four rows. */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/vt.h>

#define COLUMNS 10u
#define ROWS 4u
#define GUARD 0xdead

static u16 cells[COLUMNS * ROWS + 1];
static struct vt vt;

static void start(void)
{
	vt_init(&vt, cells, COLUMNS, ROWS);
	cells[COLUMNS * ROWS] = GUARD;
}

static void write(const char *text)
{
	vt_write(&vt, text, strlen(text));
}

/* The characters of a row, without blanks at its end. */
static const char *row_text(unsigned int row)
{
	static char text[COLUMNS + 1];
	unsigned int i, len = 0;

	for (i = 0; i < COLUMNS; i++) {
		text[i] = (char)cells[row * COLUMNS + i];
		if (text[i] != ' ')
			len = i + 1;
	}
	text[len] = '\0';
	return text;
}

static u8 attribute_at(unsigned int row, unsigned int column)
{
	return (u8)(cells[row * COLUMNS + column] >> 8);
}

static void expect_cursor(struct ktest *t, unsigned int row,
			  unsigned int column)
{
	KTEST_EXPECT_EQ(t, vt.row, row);
	KTEST_EXPECT_EQ(t, vt.column, column);
}

static void a_line_end_goes_to_the_first_column(struct ktest *t)
{
	start();
	write("one\ntwo");
	KTEST_EXPECT_STREQ(t, row_text(0), "one");
	KTEST_EXPECT_STREQ(t, row_text(1), "two");
	expect_cursor(t, 1, 3);
	write("\rT");
	KTEST_EXPECT_STREQ(t, row_text(1), "Two");
	expect_cursor(t, 1, 1);
}

static void a_long_line_goes_on_below(struct ktest *t)
{
	start();
	write("0123456789abc");
	KTEST_EXPECT_STREQ(t, row_text(0), "0123456789");
	KTEST_EXPECT_STREQ(t, row_text(1), "abc");
	expect_cursor(t, 1, 3);
}

static void a_line_as_wide_as_the_screen_takes_one_row(struct ktest *t)
{
	start();
	write("0123456789\nnext\r\n");
	KTEST_EXPECT_STREQ(t, row_text(1), "next");
	write("abcdefghij\r\nlast");
	KTEST_EXPECT_STREQ(t, row_text(2), "abcdefghij");
	KTEST_EXPECT_STREQ(t, row_text(3), "last");
	/* An empty line behind it is one. */
	start();
	write("0123456789\n\nthird");
	KTEST_EXPECT_STREQ(t, row_text(2), "third");
}

static void the_last_row_scrolls(struct ktest *t)
{
	start();
	write("1\n2\n3\n4\n5");
	KTEST_EXPECT_STREQ(t, row_text(0), "2");
	KTEST_EXPECT_STREQ(t, row_text(2), "4");
	KTEST_EXPECT_STREQ(t, row_text(3), "5");
	expect_cursor(t, 3, 1);
	write("23456789a"); /* fills the last row: it scrolls at once */
	KTEST_EXPECT_STREQ(t, row_text(2), "523456789a");
	KTEST_EXPECT_STREQ(t, row_text(3), "");
	expect_cursor(t, 3, 0);
}

static void tabs_stop_every_eight_columns_and_at_the_edge(struct ktest *t)
{
	start();
	write("a\tb");
	KTEST_EXPECT_STREQ(t, row_text(0), "a       b");
	write("\tc");
	KTEST_EXPECT_STREQ(t, row_text(0), "a       bc");
	start();
	write("\t");
	expect_cursor(t, 0, 8);
	write("\t\t");
	expect_cursor(t, 0, COLUMNS - 1);
}

static void backspace_moves_over_the_edge_and_erases_nothing(struct ktest *t)
{
	start();
	write("\b");
	expect_cursor(t, 0, 0);
	write("0123456789ab\b\b\b");
	expect_cursor(t, 0, 9);
	KTEST_EXPECT_STREQ(t, row_text(1), "ab");
	write("X");
	KTEST_EXPECT_STREQ(t, row_text(0), "012345678X");
}

static void the_line_editors_sequences_work(struct ktest *t)
{
	start();
	write("pw> hello\b\b\b\033[K");
	KTEST_EXPECT_STREQ(t, row_text(0), "pw> he");
	write("\033[HPW\033[Jx");
	KTEST_EXPECT_STREQ(t, row_text(0), "PWx");
	write("\033[1Jy\b");
	KTEST_EXPECT_STREQ(t, row_text(0), "PWxy");
	write("\nz\033[H\033[44m\033[K");
	KTEST_EXPECT_STREQ(t, row_text(0), "");
	KTEST_EXPECT_EQ(t, attribute_at(0, 9), 0x17);
	KTEST_EXPECT_STREQ(t, row_text(1), "z");
	write("abc\033[2J");
	KTEST_EXPECT_STREQ(t, row_text(0), "");
	KTEST_EXPECT_STREQ(t, row_text(1), "");
	expect_cursor(t, 0, 3);
}

static void colours_are_vgas(struct ktest *t)
{
	start();
	write("a\033[31mb\033[1mc\033[44md\033[0me\033[97;41mf\033[39;49mg");
	KTEST_EXPECT_EQ(t, attribute_at(0, 0), VT_ATTRIBUTE);
	KTEST_EXPECT_EQ(t, attribute_at(0, 1), 0x04);
	KTEST_EXPECT_EQ(t, attribute_at(0, 2), 0x0c);
	KTEST_EXPECT_EQ(t, attribute_at(0, 3), 0x1c);
	KTEST_EXPECT_EQ(t, attribute_at(0, 4), VT_ATTRIBUTE);
	KTEST_EXPECT_EQ(t, attribute_at(0, 5), 0x4f);
	KTEST_EXPECT_EQ(t, attribute_at(0, 6), VT_ATTRIBUTE);
	/* Bold stays when the colour changes; a bright colour is not bold. */
	start();
	write("\033[1;31ma\033[32mb\033[22mc\033[91md\033[32me\033[1mf\033[mg");
	KTEST_EXPECT_EQ(t, attribute_at(0, 0), 0x0c);
	KTEST_EXPECT_EQ(t, attribute_at(0, 1), 0x0a);
	KTEST_EXPECT_EQ(t, attribute_at(0, 2), 0x02);
	KTEST_EXPECT_EQ(t, attribute_at(0, 3), 0x0c);
	KTEST_EXPECT_EQ(t, attribute_at(0, 4), 0x02);
	KTEST_EXPECT_EQ(t, attribute_at(0, 5), 0x0a);
	write("\033[31mh");
	KTEST_EXPECT_EQ(t, attribute_at(0, 7), 0x04);
}

static void unknown_sequences_are_swallowed(struct ktest *t)
{
	start();
	/* The last one is 31 and 2^32. */
	write("a\033[5;6;7;8;9;10zb\033[?25hc\033Md\033[4294967327mE");
	KTEST_EXPECT_STREQ(t, row_text(0), "abcdE");
	KTEST_EXPECT_EQ(t, attribute_at(0, 4), VT_ATTRIBUTE);
}

static void a_log_line_has_its_levels_colour(struct ktest *t)
{
	static const char warning[] = "[1.5] hm\n";

	start();
	vt_write_log(&vt, 4, warning, strlen(warning));
	KTEST_EXPECT_EQ(t, attribute_at(0, 0), 0x02);
	KTEST_EXPECT_EQ(t, attribute_at(0, 4), 0x02);
	KTEST_EXPECT_EQ(t, attribute_at(0, 6), 0x0e);
	KTEST_EXPECT_EQ(t, vt.attribute, VT_ATTRIBUTE);
	vt_write_log(&vt, 3, "x", 1);
	KTEST_EXPECT_EQ(t, attribute_at(1, 0), 0x0c);
	KTEST_EXPECT_EQ(t, vt.attribute, VT_ATTRIBUTE);
}

/* Whatever comes, the cursor stays on the screen, and the guard is whole. */
static void no_text_leaves_the_screen(struct ktest *t)
{
	static const char bytes[] =
		"ab\n\r\b\t\033[;0123456789mKHJ\177\200\377";
	unsigned int i;

	start();
	for (i = 0; i < 20000; i++) {
		vt_write(&vt, &bytes[ktest_random(t) % (sizeof(bytes) - 1)], 1);
		if (vt.row >= ROWS || vt.column >= COLUMNS ||
		    vt.nr_numbers >= VT_MAX_NUMBERS)
			break;
	}
	KTEST_EXPECT_EQ(t, i, 20000);
	KTEST_EXPECT_EQ(t, cells[COLUMNS * ROWS], GUARD);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_line_end_goes_to_the_first_column),
	KTEST_CASE(a_long_line_goes_on_below),
	KTEST_CASE(a_line_as_wide_as_the_screen_takes_one_row),
	KTEST_CASE(the_last_row_scrolls),
	KTEST_CASE(tabs_stop_every_eight_columns_and_at_the_edge),
	KTEST_CASE(backspace_moves_over_the_edge_and_erases_nothing),
	KTEST_CASE(the_line_editors_sequences_work),
	KTEST_CASE(colours_are_vgas),
	KTEST_CASE(unknown_sequences_are_swallowed),
	KTEST_CASE(a_log_line_has_its_levels_colour),
	KTEST_CASE(no_text_leaves_the_screen),
};
KTEST_SUITE(vt, cases);

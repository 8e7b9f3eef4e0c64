/* SPDX-License-Identifier: MIT */
/* vsnprintf_test.c - every conversion, the bounds, and malformed formats */
#include <kernel/bitmap.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/ioport.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>

/*
 * Format and compare the text and the length. Not marked __printf: formats
 * that a compiler would warn about are the point of some cases.
 */
static void expect_text(struct ktest *t, const char *want, const char *fmt, ...)
{
	char buf[160];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	KTEST_EXPECT_STREQ(t, buf, want);
	KTEST_EXPECT_EQ(t, len, strlen(want));
}

static int format_bounded(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

static int format_written(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

static void decimal_covers_the_extremes_of_each_length(struct ktest *t)
{
	expect_text(t, "0 7 -7", "%d %i %d", 0, 7, -7);
	expect_text(t, "2147483647 -2147483648", "%d %d", INT_MAX,
		    -INT_MAX - 1);
	expect_text(t, "4294967295", "%u", U32_MAX);
	expect_text(t, "-1 255", "%hhd %hhu", 0x1ff, 0x1ff);
	expect_text(t, "-1 65535", "%hd %hu", 0x1ffff, 0x1ffff);
	expect_text(t, "18446744073709551615", "%llu", U64_MAX);
	expect_text(t, "-9223372036854775808", "%lld", 1ull << 63);
	expect_text(t, "4294967296 9999999999", "%llu %llu", 1ull << 32,
		    9999999999ull);
	expect_text(t, "1000000000000000000", "%llu", 1000000000000000000ull);
	expect_text(t, "-3 5 6 -8", "%ld %lu %zu %td", -3l, 5ul, (size_t)6,
		    (ptrdiff_t)-8);
}

static void arguments_of_all_lengths_keep_in_step(struct ktest *t)
{
	expect_text(t, "1 2 3 4 5 x", "%d %llu %hhd %ld %zu %s", 1, 2ull, 3, 4l,
		    (size_t)5, "x");
}

static void bases_and_prefixes(struct ktest *t)
{
	expect_text(t, "ff FF 377", "%x %X %o", 255, 255, 255);
	expect_text(t, "0xff 0XFF 0377", "%#x %#X %#o", 255, 255, 255);
	expect_text(t, "0x0 0X0 0 0", "%#x %#X %#o %x", 0, 0, 0, 0);
	expect_text(t, "0x0000|   0x0|0x0   ", "%#06x|%#6lx|%-#6llx", 0, 0ul,
		    0ull);
	expect_text(t, "0x00|00010|0010", "%#.2x|%#05o|%#.3o", 0, 8, 8);
	expect_text(t, "0xfedcba9876543210 7 6", "%#Lx %Ld %Zu",
		    0xfedcba9876543210ull, 7ll, (size_t)6);
	expect_text(t, "1777777777777777777777", "%llo", U64_MAX);
	expect_text(t, "0xfedcba9876543210", "%#llx", 0xfedcba9876543210ull);
	expect_text(t, "0x00000a", "%#08x", 10);
	expect_text(t, "    0xa|0xa    |", "%#7x|%-#7x|", 10, 10);
}

static void signs_and_blanks(struct ktest *t)
{
	expect_text(t, "+5 -5 +0", "%+d %+d %+d", 5, -5, 0);
	expect_text(t, " 5|-5|+5", "% d|% d|% +d", 5, -5, 5);
	expect_text(t, "5", "%+u", 5);
	expect_text(t, "   5", "% 4i", 5);
}

static void width_and_precision_of_numbers(struct ktest *t)
{
	expect_text(t, "   42|42   |00042", "%5d|%-5d|%05d", 42, 42, 42);
	expect_text(t, "-0042|  -42", "%05d|%5d", -42, -42);
	expect_text(t, "  042|042  ", "%5.3d|%-5.3d", 42, 42);
	/* C99 has blanks, and no digit for a 0; Linux does not. */
	expect_text(t, "00042", "%05.3d", 42);
	expect_text(t, "0|0|0", "%.0d|%.d|%.1d", 0, 0, 0);
	expect_text(t, "42   ", "%-05d", 42); /* - beats 0 */
	expect_text(t, "0", "%#.0o", 0);
	expect_text(t, "00005", "%.5u", 5);
	expect_text(t, "    7|7    |007", "%*d|%*d|%.*d", 5, 7, -5, 7, 3, 7);
	expect_text(t, "7 0", "%.*d %.*d", -3, 7, -3,
		    0); /* as if there were none */
}

static void strings_obey_width_and_precision(struct ktest *t)
{
	static const char unended[3] = { 'a', 'b', 'c' };

	expect_text(t, "abc|  abc|abc  |", "%s|%5s|%-5s|", "abc", "abc", "abc");
	expect_text(t, "ab|   ab|", "%.2s|%5.2s|", "abc", "abc");
	expect_text(t, "|abc|", "%.0s|%.9s|", "abc", "abc");
	expect_text(t, "abc", "%.3s", unended);
	expect_text(t, "ab", "%.*s", 2, unended);
	expect_text(t, "abcdef", "%2s", "abcdef");
	expect_text(t, "x|    y|z    |%|  %", "%c|%5c|%-5c|%%|%3%", 'x', 'y',
		    'z');
}

static void bad_string_pointers_print_a_word(struct ktest *t)
{
	expect_text(t, "(null)|  (null)", "%s|%8s", NULL, NULL);
	expect_text(t, "(efault) (efault)", "%s %s", (char *)4095,
		    (char *)-12l);
}

static void a_nul_character_is_written_and_counted(struct ktest *t)
{
	char buf[4] = "###";

	KTEST_EXPECT_EQ(t, format_bounded(buf, sizeof(buf), "a%cb", 0), 3);
	KTEST_EXPECT_EQ(t, memcmp(buf, "a\0b", 4), 0);
}

static void pointers_print_plain_digits(struct ktest *t)
{
	if (sizeof(void *) == 8) {
		expect_text(t, "00000000c0100000", "%p", (void *)0xc0100000ul);
		expect_text(t, "0000000000000000", "%px", NULL);
	} else {
		expect_text(t, "c0100000", "%p", (void *)0xc0100000ul);
		expect_text(t, "00000000", "%px", NULL);
		expect_text(t, "0xc0100000 c0100000K", "%#p %pKK",
			    (void *)0xc0100000ul, (void *)0xc0100000ul);
	}
	expect_text(t, "      1000|1000      |", "%10p|%-10p|", (void *)4096,
		    (void *)4096);
	expect_text(t, "0.", "%.0s%d.", "x", 0);
}

static void physical_addresses_are_read_by_reference(struct ktest *t)
{
	phys_addr_t low = 0x9fc00, high = 0x123456789aull;

	expect_text(t, "0x0009fc00-0x123456789a", "%pa-%pa", &low, &high);
	expect_text(t, "  0x0009fc00 q", "%12pap q", &low);
	expect_text(t, "0x0009fc00 q", "%pad q", &low);
}

static void error_pointers_are_told_by_name(struct ktest *t)
{
	int i;

	expect_text(t, "-ENOENT.", "%pe.", ERR_PTR(-ENOENT));
	expect_text(t, "   -ENAMETOOLONG|-EIO  ", "%16pe|%-6pe",
		    ERR_PTR(-ENAMETOOLONG), ERR_PTR(-EIO));
	expect_text(t, "-4095", "%pe", ERR_PTR(-4095));
	if (sizeof(void *) == 4)
		expect_text(t, "c0100000e", "%pee", (void *)0xc0100000ul);
	for (i = 0; i < 600; i++)
		KTEST_EXPECT_EQ(t, errno_name(-i) != NULL,
				!!strcmp(errno_text(i), "unknown error"));
	KTEST_EXPECT_STREQ(t, errno_text(ERESTARTSYS), errno_text(EINTR));
	KTEST_EXPECT_STREQ(t, errno_name(EWOULDBLOCK), "EAGAIN");
	KTEST_EXPECT_NULL(t, errno_name(-4096));
}

static void resources_are_told_as_linux_does(struct ktest *t)
{
	struct resource r = DEFINE_RES_MEM(0xfebd0000, 0x10000);
	const struct resource port = DEFINE_RES_IO(0x60, 1);
	const struct resource irq = DEFINE_RES_IRQ(10);
	const struct resource dma = DEFINE_RES_DMA(11);
	const struct resource bus =
		DEFINE_RES_NAMED(1, 5, NULL, IORESOURCE_BUS);
	const struct resource low = DEFINE_RES_MEM(0xa0000, 0x20000);
	const struct resource odd =
		DEFINE_RES_NAMED(1, 1, NULL, IORESOURCE_BUSY);

	expect_text(t, "[mem 0xfebd0000-0xfebdffff]", "%pR", &r);
	expect_text(t, "[mem 0xfebd0000-0xfebdffff flags 0x200]", "%pr", &r);
	r.flags |= IORESOURCE_PREFETCH | IORESOURCE_MEM_64 | IORESOURCE_WINDOW |
		   IORESOURCE_DISABLED;
	expect_text(t,
		    "[mem 0xfebd0000-0xfebdffff 64bit pref window disabled]|",
		    "%pR|", &r);
	r.flags = IORESOURCE_MEM | IORESOURCE_UNSET;
	expect_text(t, "[mem size 0x10000]", "%pR", &r);
	expect_text(t, "[mem 0xfebd0000-0xfebdffff flags 0x20000200]", "%pr",
		    &r);
	expect_text(t, "[io  0x0060]", "%pR", &port);
	expect_text(t, "[irq 10]", "%pR", &irq);
	expect_text(t, "[dma 11]", "%pR", &dma);
	expect_text(t, "[bus 01-05]", "%pR", &bus);
	expect_text(t, "[mem 0x000a0000-0x000bffff]", "%pR", &low);
	expect_text(t, "[??? 0x00000001 flags 0x80000000]", "%pR", &odd);
}

static void hex_bytes_come_with_each_separator(struct ktest *t)
{
	static const u8 bytes[4] = { 0x00, 0x1f, 0xa0, 0xff };

	expect_text(t, "00 1f a0 ff|", "%*ph|", 4, bytes);
	expect_text(t, "00:1f|00-1f|001fa0", "%2phC|%2phD|%3phN", bytes, bytes,
		    bytes);
	expect_text(t, "|1f|", "%*ph|%ph|", 0, bytes, bytes + 1);
}

static void a_cards_address_has_six_bytes(struct ktest *t)
{
	static const u8 mac[6] = { 0x00, 0x1b, 0x21, 0xa0, 0xff, 0x0e };

	expect_text(t, "00:1b:21:a0:ff:0e 00-1b-21-a0-ff-0e", "%pM %pMF", mac,
		    mac);
	expect_text(t, "0e:ff:a0:21:1b:00 001b21a0ff0e 0effa0211b00.",
		    "%pMR %pm %pmR.", mac, mac, mac);
}

static void bitmaps_print_as_words_and_as_lists(struct ktest *t)
{
	DECLARE_BITMAP(map, 100);

	bitmap_zero(map, 100);
	expect_text(t, "0,00000000||", "%*pb|%*pbl|", 36, map, 36, map);
	bitmap_set(map, 0, 1);
	bitmap_set(map, 31, 3);
	bitmap_set(map, 98, 2);
	expect_text(t, "3,80000001 0,31-32", "%*pb %*pbl", 34, map, 33, map);
	expect_text(t, "c,00000000,00000003,80000001", "%*pb", 100, map);
	expect_text(t, "0,31-33,98-99|1||", "%*pbl|%*pb|%*pb|", 100, map, 1,
		    map, 0, map);
}

static const char *test_gfp_words(unsigned int gfp, char *buf, size_t size)
{
	snprintf(buf, size, "word%u", gfp);
	return buf;
}

static void requests_are_told_by_whom_knows_the_words(struct ktest *t)
{
	vsnprintf_gfp_words *live = vsnprintf_set_gfp_words(test_gfp_words);
	unsigned int gfp = 12;

	expect_text(t, "word12.|  word12", "%pGg.|%8pGg", &gfp, &gfp);
	vsnprintf_set_gfp_words(NULL);
	expect_text(t, "0xc.", "%pGg.", &gfp);
	KTEST_EXPECT_TRUE(t, vsnprintf_set_gfp_words(live) == NULL);
}

static void what_must_not_be_followed_is_told(struct ktest *t)
{
	expect_text(t, "(null) (null) (null) (null)", "%pR %pr %pV %pa", NULL,
		    NULL, NULL, NULL);
	expect_text(t, "(null)|(null)|(null)|(null)|(null)|",
		    "%pad|%phC|%pMF|%pbl|%pGg|", NULL, NULL, NULL, NULL, NULL);
	expect_text(t, "  (null) (efault) (efault).", "%8ph %pM %pR.", NULL,
		    (void *)4095, ERR_PTR(-12));
}

static void hex_bytes_end_at_their_limit(struct ktest *t)
{
	static const u8 bytes[65];
	char buf[8];
	int want[] = { 63 * 2, 64 * 2, 64 * 2 };
	int i;

	for (i = 0; i < 3; i++)
		KTEST_EXPECT_EQ(t,
				format_bounded(buf, sizeof(buf), "%*phN",
					       63 + i, bytes),
				want[i]);
}

static int nested_call(char *buf, size_t size, const char *fmt, ...)
{
	struct va_format vaf;
	va_list args;
	int len;

	va_start(args, fmt);
	vaf.fmt = fmt;
	vaf.va = &args;
	/* Twice: the list is copied, not used up. */
	len = format_bounded(buf, size, "[%pV] [%pV] %d", &vaf, &vaf, 9);
	va_end(args);
	return len;
}

static void a_nested_format_keeps_its_own_arguments(struct ktest *t)
{
	char buf[40];

	KTEST_EXPECT_EQ(t, nested_call(buf, sizeof(buf), "%s=%llu", "n", 7ull),
			13);
	KTEST_EXPECT_STREQ(t, buf, "[n=7] [n=7] 9");
}

static int test_symbolizer(char *buf, size_t size, unsigned long addr,
			   enum symbol_style style)
{
	if (addr != 0x1234)
		return 0;
	return snprintf(buf, size,
			style == SYMBOL_NAME   ? "main" :
			style == SYMBOL_OFFSET ? "main+0x%x/0x%x" :
						 "call in main",
			0x34, 0x80);
}

static void symbols_are_named_by_the_symbolizer(struct ktest *t)
{
	vsnprintf_symbolizer *live = vsnprintf_set_symbolizer(test_symbolizer);
	char hex[40];

	expect_text(t, "at main+0x34/0x80.", "at %pS.", (void *)0x1234);
	expect_text(t, "main+0x34/0x80 call in main.", "%pSR %pB.",
		    (void *)0x1234, (void *)0x1234);
	expect_text(t, "main|    main|main    |", "%ps|%8ps|%-8ps|",
		    (void *)0x1234, (void *)0x1234, (void *)0x1234);
	snprintf(hex, sizeof(hex), "0x%0*lx", (int)(2 * sizeof(long)), 3ul);
	expect_text(t, hex, "%pS", (void *)3); /* it does not know this one */
	vsnprintf_set_symbolizer(NULL);
	expect_text(t, hex, "%ps", (void *)3);
	KTEST_EXPECT_TRUE(t, vsnprintf_set_symbolizer(live) == NULL);
}

static void bounds_hold_at_one_below_at_and_one_above(struct ktest *t)
{
	size_t size;

	for (size = 0; size <= 8; size++) {
		char buf[10];
		size_t fits = size > 6 ? 6 : size ? size - 1 : 0;
		size_t i;

		memset(buf, '#', sizeof(buf));
		KTEST_EXPECT_EQ(t, format_bounded(buf, size, "a%03dbc", 7), 6);
		KTEST_EXPECT_EQ(t, memcmp(buf, "a007bc", fits), 0);
		if (size)
			KTEST_EXPECT_EQ(t, buf[fits], 0);
		for (i = size ? fits + 1 : 0; i < sizeof(buf); i++)
			KTEST_EXPECT_EQ(t, buf[i], '#');
		KTEST_EXPECT_EQ(t, format_written(buf, size, "a%03dbc", 7),
				fits);
	}
	KTEST_EXPECT_EQ(t, format_bounded(NULL, 0, "%s", "abc"), 3);
	KTEST_EXPECT_EQ(t, format_written(NULL, 0, "%s", "abc"), 0);
}

static void a_size_that_underflowed_writes_nothing(struct ktest *t)
{
	char buf[4] = "###";

	KTEST_EXPECT_EQ(t, format_bounded(buf, (size_t)-1, "abc"), 3);
	KTEST_EXPECT_EQ(t, format_written(buf, (size_t)-1, "abc"), 0);
	KTEST_EXPECT_STREQ(t, buf, "###");
}

static void huge_widths_cost_no_time_and_stay_in_bounds(struct ktest *t)
{
	char buf[6];

	KTEST_EXPECT_EQ(t, format_bounded(buf, sizeof(buf), "%*d", INT_MAX, 1),
			INT_MAX);
	KTEST_EXPECT_STREQ(t, buf, "     ");
	KTEST_EXPECT_EQ(t, format_bounded(buf, sizeof(buf), "%.*d", INT_MAX, 1),
			INT_MAX);
	KTEST_EXPECT_STREQ(t, buf, "00000");
	KTEST_EXPECT_EQ(t, format_bounded(buf, sizeof(buf), "%99999999999d", 1),
			INT_MAX);
	KTEST_EXPECT_EQ(
		t, format_bounded(buf, sizeof(buf), "%*s|", -INT_MAX - 1, "x"),
		INT_MAX);
	KTEST_EXPECT_STREQ(t, buf, "x    ");
}

static void unknown_conversions_end_the_fetching(struct ktest *t)
{
	/* Without V3 the %s would take the 1 for a pointer. */
	expect_text(t, "a %n %s %d", "a %n %s %d", 1, 2, 3);
	expect_text(t, "1 %f %s", "%d %f %s", 1, 2, 3);
	expect_text(t, "50%", "50%");
	expect_text(t, "50%-08.3ll", "50%-08.3ll");
	expect_text(t, "%\xff", "%\xff");
	expect_text(t, "", "");
}

static void sprintf_says_how_long_the_text_is(struct ktest *t)
{
	char buf[16];

	KTEST_EXPECT_EQ(t, sprintf(buf, "%s-%u", "scull", 12u), 8);
	KTEST_EXPECT_STREQ(t, buf, "scull-12");
}

static const struct ktest_case vsnprintf_cases[] = {
	KTEST_CASE(decimal_covers_the_extremes_of_each_length),
	KTEST_CASE(arguments_of_all_lengths_keep_in_step),
	KTEST_CASE(bases_and_prefixes),
	KTEST_CASE(signs_and_blanks),
	KTEST_CASE(width_and_precision_of_numbers),
	KTEST_CASE(strings_obey_width_and_precision),
	KTEST_CASE(bad_string_pointers_print_a_word),
	KTEST_CASE(a_nul_character_is_written_and_counted),
	KTEST_CASE(pointers_print_plain_digits),
	KTEST_CASE(physical_addresses_are_read_by_reference),
	KTEST_CASE(error_pointers_are_told_by_name),
	KTEST_CASE(resources_are_told_as_linux_does),
	KTEST_CASE(hex_bytes_come_with_each_separator),
	KTEST_CASE(hex_bytes_end_at_their_limit),
	KTEST_CASE(a_cards_address_has_six_bytes),
	KTEST_CASE(bitmaps_print_as_words_and_as_lists),
	KTEST_CASE(requests_are_told_by_whom_knows_the_words),
	KTEST_CASE(what_must_not_be_followed_is_told),
	KTEST_CASE(a_nested_format_keeps_its_own_arguments),
	KTEST_CASE(symbols_are_named_by_the_symbolizer),
	KTEST_CASE(bounds_hold_at_one_below_at_and_one_above),
	KTEST_CASE(a_size_that_underflowed_writes_nothing),
	KTEST_CASE(huge_widths_cost_no_time_and_stay_in_bounds),
	KTEST_CASE(unknown_conversions_end_the_fetching),
	KTEST_CASE(sprintf_says_how_long_the_text_is),
};
KTEST_SUITE(vsnprintf, vsnprintf_cases);

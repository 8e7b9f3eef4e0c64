/* SPDX-License-Identifier: MIT */
/*
 * suites_test.c - what is said of a place that the suites were given back from
 *
 * Who runs this has the suites. So a case says for a moment that something of
 * its own is gone, which nobody else looks at.
 */
#include <kernel/compiler.h>
#include <kernel/ktest.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/suites.h>
#include <kernel/util.h>
#include <mm/addr.h>
#include <mm/page_alloc.h>

static const int records[4];
static const int *const table[] = { &records[0], &records[1], &records[2],
				    &records[3] };

static void gone(const void *start, size_t bytes)
{
	suites_gone = (struct suites_gone){ (unsigned long)start, bytes };
}

/* The records that a walk of the table finds, as bits. */
static unsigned int walk(void)
{
	const int *const *stop = table + ARRAY_SIZE(table);
	const int *const *pos;
	unsigned int seen = 0;

	for (pos = section_entry_from(table, stop); pos < stop;
	     pos = section_entry_from(pos + 1, stop))
		seen |= 1u << (*pos - records);
	return seen;
}

static void a_walk_passes_over_records_that_are_gone(struct ktest *t)
{
	unsigned int none, middle, first, last, all;

	none = walk();
	gone(&records[1], 2 * sizeof(records[0]));
	middle = walk();
	gone(&records[0], sizeof(records[0]));
	first = walk();
	gone(&records[3], sizeof(records[0]));
	last = walk();
	gone(records, sizeof(records));
	all = walk();
	gone(NULL, 0);
	KTEST_EXPECT_EQ(t, none, 0xf);
	KTEST_EXPECT_EQ(t, middle, 0x9);
	KTEST_EXPECT_EQ(t, first, 0xe);
	KTEST_EXPECT_EQ(t, last, 0x7);
	KTEST_EXPECT_EQ(t, all, 0);
}

static void a_table_that_is_gone_has_no_entry(struct ktest *t)
{
	unsigned int seen;

	gone(table, sizeof(table));
	seen = walk();
	gone(NULL, 0);
	KTEST_EXPECT_EQ(t, seen, 0);
}

static void a_name_is_not_made_up_for_what_is_gone(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	char name[64], what[128], want[64];
	const u8 *at;

	KTEST_ASSERT_NOT_NULL(t, page);
	at = page_address(page);
	gone(at, PAGE_SIZE);
	snprintf(name, sizeof(name), "%pS", (const void *)(at + 8));
	addr_describe_line(what, sizeof(what), (unsigned long)at + 8);
	gone(NULL, 0);
	snprintf(want, sizeof(want), "%#lx [suites, given back]",
		 (unsigned long)at + 8);
	KTEST_EXPECT_STREQ(t, name, want);
	KTEST_EXPECT_NOT_NULL(t, strstr(what, ", given back by the suites"));
	/* And of what is not gone nothing of the kind. */
	snprintf(name, sizeof(name), "%pS", (const void *)(at + 8));
	addr_describe_line(what, sizeof(what), (unsigned long)at + 8);
	KTEST_EXPECT_NULL(t, strstr(name, "suites"));
	KTEST_EXPECT_NULL(t, strstr(what, "suites"));
	__free_page(page);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_walk_passes_over_records_that_are_gone),
	KTEST_CASE(a_table_that_is_gone_has_no_entry),
	KTEST_CASE(a_name_is_not_made_up_for_what_is_gone),
};
KTEST_SUITE(suites, cases);

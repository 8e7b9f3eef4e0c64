/* SPDX-License-Identifier: MIT */
/* nofault_test.c - kernel memory that may not be there is read and written */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/uaccess.h>
#include <mm/vmalloc.h>
#include <asm/page.h>
#include <asm/user.h>

#define ROOM 64ul

/* A page whose next one is not mapped: the end of a vmalloc area. */
static u8 *page_before_a_guard(struct ktest *t)
{
	u8 *page = vmalloc(PAGE_SIZE);
	unsigned long i;

	KTEST_EXPECT_NOT_NULL(t, page);
	for (i = 0; page && i < PAGE_SIZE; i++)
		page[i] = (u8)(i * 3 + 1);
	return page;
}

static void what_is_there_is_copied(struct ktest *t)
{
	u8 *page = page_before_a_guard(t), copy[ROOM];
	unsigned long from, n;

	if (!page)
		return;
	for (from = 0; from < 5; from++) {
		for (n = 0; n < 20; n++) {
			memset(copy, 0xee, sizeof(copy));
			KTEST_EXPECT_EQ(t,
					copy_from_kernel_nofault(
						copy + 8, page + from, n),
					0);
			KTEST_EXPECT_EQ(t, memcmp(copy + 8, page + from, n), 0);
			KTEST_EXPECT_EQ(t, copy[7], 0xee);
			KTEST_EXPECT_EQ(t, copy[8 + n], 0xee);
		}
	}
	vfree(page);
}

/* Each length against each distance from the border: words and single bytes
 * fault at every place that they can. */
static void copy_ends_at_the_byte_before_the_hole(struct ktest *t)
{
	u8 *page = page_before_a_guard(t), copy[ROOM];
	unsigned long there, n;

	if (!page)
		return;
	for (there = 0; there < 12; there++) {
		for (n = 0; n < 24; n++) {
			const u8 *from = page + PAGE_SIZE - there;
			unsigned long left = n > there ? n - there : 0;

			memset(copy, 0xee, sizeof(copy));
			KTEST_EXPECT_EQ(t, arch_copy_nofault(copy, from, n),
					left);
			KTEST_EXPECT_EQ(t, memcmp(copy, from, n - left), 0);
			KTEST_EXPECT_EQ(t, copy[n - left], 0xee);
			memset(page + PAGE_SIZE - there, 0x11, there);
			KTEST_EXPECT_EQ(
				t,
				arch_copy_nofault(page + PAGE_SIZE - there,
						  copy, n),
				left);
			KTEST_EXPECT_EQ(t, memcmp(copy, from, n - left), 0);
		}
	}
	vfree(page);
}

static void hole_is_an_error_and_no_report(struct ktest *t)
{
	u8 *page = page_before_a_guard(t), byte = 1;
	u32 word;

	if (!page)
		return;
	KTEST_EXPECT_EQ(t, copy_from_kernel_nofault(&byte, page + PAGE_SIZE, 1),
			-EFAULT);
	KTEST_EXPECT_EQ(t, copy_to_kernel_nofault(page + PAGE_SIZE, &byte, 1),
			-EFAULT);
	KTEST_EXPECT_EQ(t, get_kernel_nofault(word, (u32 *)(page + PAGE_SIZE)),
			-EFAULT);
	KTEST_EXPECT_EQ(t, get_kernel_nofault(word, (u32 *)page), 0);
	KTEST_EXPECT_EQ(t, word, 0x0a070401);
	vfree(page);
}

static const u8 constant[] = { 1, 2, 3, 4 };

static void constants_can_be_read_and_not_written(struct ktest *t)
{
	u8 copy[sizeof(constant)] = { 0 };

	KTEST_EXPECT_EQ(t, copy_to_kernel_nofault((void *)constant, copy, 4),
			-EFAULT);
	KTEST_EXPECT_EQ(t, copy_from_kernel_nofault(copy, constant, 4), 0);
	KTEST_EXPECT_EQ(t, copy[0], 1);
	KTEST_EXPECT_EQ(t, copy[3], 4);
}

static void low_addresses_are_nobodys(struct ktest *t)
{
	char text[4] = "abc";

	KTEST_EXPECT_EQ(t, copy_from_kernel_nofault(text, NULL, 1), -ERANGE);
	KTEST_EXPECT_EQ(t, copy_to_kernel_nofault(NULL, text, 1), -EFAULT);
	KTEST_EXPECT_EQ(t, strncpy_from_kernel_nofault(text, NULL, 4), -ERANGE);
	KTEST_EXPECT_STREQ(t, text, "");
}

static void string_ends_where_it_ends_or_is_cut(struct ktest *t)
{
	char *page = (char *)page_before_a_guard(t), text[8];
	char *end;

	if (!page)
		return;
	end = page + PAGE_SIZE;
	memcpy(end - 4, "abc", 4);
	KTEST_EXPECT_EQ(t, strncpy_from_kernel_nofault(text, end - 4, 8), 4);
	KTEST_EXPECT_STREQ(t, text, "abc");
	KTEST_EXPECT_EQ(t, strncpy_from_kernel_nofault(text, end - 4, 4), 4);
	KTEST_EXPECT_STREQ(t, text, "abc");
	KTEST_EXPECT_EQ(t, strncpy_from_kernel_nofault(text, end - 4, 3), 3);
	KTEST_EXPECT_STREQ(t, text, "ab");
	end[-1] = 'd';
	KTEST_EXPECT_EQ(t, strncpy_from_kernel_nofault(text, end - 4, 8),
			-EFAULT);
	KTEST_EXPECT_STREQ(t, text, "");
	KTEST_EXPECT_EQ(t, strncpy_from_kernel_nofault(text, end - 4, 0), 0);
	vfree(page);
}

static const struct ktest_case nofault_cases[] = {
	KTEST_CASE(what_is_there_is_copied),
	KTEST_CASE(copy_ends_at_the_byte_before_the_hole),
	KTEST_CASE(hole_is_an_error_and_no_report),
	KTEST_CASE(constants_can_be_read_and_not_written),
	KTEST_CASE(low_addresses_are_nobodys),
	KTEST_CASE(string_ends_where_it_ends_or_is_cut),
};
KTEST_SUITE(nofault, nofault_cases);

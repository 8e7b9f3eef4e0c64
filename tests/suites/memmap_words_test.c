/* SPDX-License-Identifier: MIT */
/*
 * memmap_words_test.c - memmap=, from words to entries
 *
 * struct boot_info is large, so there is one for all cases. The kernel's image
 * is [1 MiB, 2 MiB) here, on a machine of 16 MiB.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/memmap.h>
#include <kernel/memmap_words.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>

#define IMAGE_START MIB(1)
#define IMAGE_END MIB(2)

static struct memmap_words words;
static struct boot_info *bi;

/* An empty set of words, and the machine; false: the case is skipped. */
static bool begin(struct ktest *t)
{
	memset(&words, 0, sizeof(words));
	bi = (struct boot_info *)__get_free_pages(GFP_KERNEL | __GFP_ZERO,
						  get_order(sizeof(*bi)));
	if (!bi) {
		ktest_skip(t, "no memory");
		return false;
	}
	bi->mmap[0] = (struct boot_mmap_entry){ 0, 0x9f000, 1 };
	bi->mmap[1] = (struct boot_mmap_entry){ MIB(1), MIB(15), 1 };
	bi->mmap[2] = (struct boot_mmap_entry){ GIB(4) - MIB(1), MIB(1), 2 };
	bi->nr_mmap = 3;
	return true;
}

static void end(void)
{
	free_pages((unsigned long)bi, get_order(sizeof(*bi)));
}

static int apply(void)
{
	return memmap_words_apply(&words, bi, IMAGE_START, IMAGE_END);
}

static void expect_entry(struct ktest *t, const struct boot_mmap_entry *e,
			 u64 base, u64 length, u32 type)
{
	KTEST_EXPECT_EQ(t, e->base, base);
	KTEST_EXPECT_EQ(t, e->length, length);
	KTEST_EXPECT_EQ(t, e->type, type);
}

static void each_sign_has_its_type(struct ktest *t)
{
	if (!begin(t))
		return;
	KTEST_EXPECT_EQ(t, memmap_words_add(&words, "64K@0x2000000"), 0);
	KTEST_EXPECT_EQ(t, memmap_words_add(&words, "1m#8M,0x1000$9m"), 0);
	KTEST_EXPECT_EQ(t, apply(), 0);
	KTEST_EXPECT_EQ(t, bi->nr_mmap, 6);
	expect_entry(t, &bi->mmap[3], MIB(32), KIB(64), BOOT_MMAP_USABLE);
	expect_entry(t, &bi->mmap[4], MIB(8), MIB(1), BOOT_MMAP_ACPI_DATA);
	expect_entry(t, &bi->mmap[5], MIB(9), 0x1000, BOOT_MMAP_RESERVED);
	end();
}

static void without_words_nothing_is_done(struct ktest *t)
{
	if (!begin(t))
		return;
	KTEST_EXPECT_EQ(t, apply(), 1);
	KTEST_EXPECT_EQ(t, bi->nr_mmap, 3);
	end();
}

static void what_cannot_be_read_changes_nothing(struct ktest *t)
{
	static const char *const wrong[] = {
		"",
		"rubbish",
		"@1M",
		"1M@",
		"1M@x",
		"1M@2Mx",
		"0@1M",
		"0",
		"1M!2M",
		"1M%2M",
		"1M@2M,",
		",1M@2M",
		"1M@2M;1M@3M",
		"exactmapx",
		"exact",
		"1M @2M",
		"-1M@2M",
		"1M@-2M",
		"2@0xffffffffffffffff",
		"99999999999999999999@1M",
		"1M@2M,rubbish",
		"0x1001@0xfffffffffffff000",
	};
	unsigned int i;

	memset(&words, 0, sizeof(words));
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		if (!KTEST_EXPECT_EQ(t, memmap_words_add(&words, wrong[i]),
				     -EINVAL))
			KTEST_FAIL(t, "accepted: %s", wrong[i]);
		KTEST_EXPECT_EQ(t, words.nr, 0);
		KTEST_EXPECT_EQ(t, words.limit, 0);
		KTEST_EXPECT_FALSE(t, words.exact);
	}
	/* The last byte there is can be named. */
	KTEST_EXPECT_EQ(t, memmap_words_add(&words, "4K$0xfffffffffffff000"),
			0);
}

static void
the_last_range_that_fits_is_taken_and_one_more_refused(struct ktest *t)
{
	unsigned int i;

	memset(&words, 0, sizeof(words));
	for (i = 0; i + 1 < MEMMAP_WORDS_MAX; i++)
		KTEST_EXPECT_EQ(t, memmap_words_add(&words, "4K$8M"), 0);
	KTEST_EXPECT_EQ(t, memmap_words_add(&words, "4K$8M,4K$9M"), -ENOSPC);
	KTEST_EXPECT_EQ(t, words.nr, MEMMAP_WORDS_MAX - 1);
	KTEST_EXPECT_EQ(t, memmap_words_add(&words, "4K$8M"), 0);
	KTEST_EXPECT_EQ(t, memmap_words_add(&words, "4K$8M"), -ENOSPC);
}

static void entries_that_do_not_fit_leave_the_map_alone(struct ktest *t)
{
	if (!begin(t))
		return;
	KTEST_EXPECT_EQ(t, memmap_words_add(&words, "4K$8M,4K$9M"), 0);
	bi->nr_mmap = BOOT_MMAP_ENTRIES - 1;
	KTEST_EXPECT_EQ(t, apply(), -ENOSPC);
	KTEST_EXPECT_EQ(t, bi->nr_mmap, BOOT_MMAP_ENTRIES - 1);
	bi->nr_mmap = BOOT_MMAP_ENTRIES - 2;
	KTEST_EXPECT_EQ(t, apply(), 0);
	KTEST_EXPECT_EQ(t, bi->nr_mmap, BOOT_MMAP_ENTRIES);
	end();
}

static void a_size_alone_cuts_ram_and_nothing_else(struct ktest *t)
{
	if (!begin(t))
		return;
	bi->mmap[3] = (struct boot_mmap_entry){ MIB(12), MIB(1), 1 };
	bi->mmap[4] = (struct boot_mmap_entry){ MIB(4), U64_MAX, 1 };
	bi->nr_mmap = 5;
	KTEST_EXPECT_EQ(t, memmap_words_add(&words, "12M"), 0);
	KTEST_EXPECT_EQ(t, apply(), 0);
	expect_entry(t, &bi->mmap[0], 0, 0x9f000, 1);
	expect_entry(t, &bi->mmap[1], MIB(1), MIB(11), 1);
	expect_entry(t, &bi->mmap[2], GIB(4) - MIB(1), MIB(1), 2);
	expect_entry(t, &bi->mmap[3], MIB(12), 0, 1);
	expect_entry(t, &bi->mmap[4], MIB(4), MIB(8), 1); /* it wrapped */
	end();
}

static void ranges_of_the_same_words_are_not_cut(struct ktest *t)
{
	if (!begin(t))
		return;
	KTEST_EXPECT_EQ(t, memmap_words_add(&words, "12M,1M@20M"), 0);
	KTEST_EXPECT_EQ(t, apply(), 0);
	expect_entry(t, &bi->mmap[3], MIB(20), MIB(1), 1);
	end();
}

static void exactmap_forgets_the_firmware(struct ktest *t)
{
	if (!begin(t))
		return;
	KTEST_EXPECT_EQ(
		t, memmap_words_add(&words, "exactmap,640K@0,7M@1M,64K$4M"), 0);
	KTEST_EXPECT_EQ(t, apply(), 0);
	KTEST_EXPECT_EQ(t, bi->nr_mmap, 3);
	expect_entry(t, &bi->mmap[0], 0, KIB(640), 1);
	expect_entry(t, &bi->mmap[1], MIB(1), MIB(7), 1);
	expect_entry(t, &bi->mmap[2], MIB(4), KIB(64), 2);
	end();
}

/* Words and whether the image at [1 MiB, 2 MiB) would survive them. */
static const struct {
	const char *value;
	int err;
} image_rows[] = {
	{ "4K$2M", 0 },
	{ "4K$1020K", 0 },
	{ "4K$2044K", -EBUSY }, /* its last page */
	{ "1$1M", -EBUSY },
	{ "1$0xfffff", 0 },
	{ "8M#0", -EBUSY },
	{ "2M", 0 },
	{ "2097151", -EBUSY }, /* one byte too few */
	{ "exactmap", -EBUSY },
	{ "exactmap,1M@2M", -EBUSY },
	{ "exactmap,1M@1M", 0 },
	{ "exactmap,1020K@1M", -EBUSY },
	{ "exactmap,512K@1M,512K@1536K", 0 },
	/* Together they cover all, but the page in the middle is nobody's. */
	{ "exactmap,514K@1M,510K@1538K", -EBUSY },
	{ "exactmap,514K@1M,512K@1536K", 0 },
	{ "exactmap,1M@1M,4K#1M", -EBUSY },
	/* Hands off wins, and the firmware's own word stays. */
	{ "4K@1M", 0 },
};

static void words_that_would_take_the_image_are_left_out(struct ktest *t)
{
	static struct memmap map;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(image_rows); i++) {
		bool usable;

		if (!begin(t))
			return;
		KTEST_EXPECT_EQ(
			t, memmap_words_add(&words, image_rows[i].value), 0);
		if (!KTEST_EXPECT_EQ(t, apply(), image_rows[i].err))
			KTEST_FAIL(t, "memmap=%s", image_rows[i].value);
		/* What the sanitiser makes of it proves the judgement. */
		KTEST_EXPECT_EQ(
			t, memmap_sanitize(&map, bi->mmap, bi->nr_mmap, 36), 0);
		usable = memmap_pages_between(&map, IMAGE_START >> 12,
					      IMAGE_END >> 12) == 256;
		KTEST_EXPECT_TRUE(t, usable);
		if (image_rows[i].err)
			KTEST_EXPECT_EQ(t, bi->nr_mmap, 3);
		end();
	}
}

static const struct ktest_case memmap_words_cases[] = {
	KTEST_CASE(each_sign_has_its_type),
	KTEST_CASE(without_words_nothing_is_done),
	KTEST_CASE(what_cannot_be_read_changes_nothing),
	KTEST_CASE(the_last_range_that_fits_is_taken_and_one_more_refused),
	KTEST_CASE(entries_that_do_not_fit_leave_the_map_alone),
	KTEST_CASE(a_size_alone_cuts_ram_and_nothing_else),
	KTEST_CASE(ranges_of_the_same_words_are_not_cut),
	KTEST_CASE(exactmap_forgets_the_firmware),
	KTEST_CASE(words_that_would_take_the_image_are_left_out),
};
KTEST_SUITE(memmap_words, memmap_words_cases);

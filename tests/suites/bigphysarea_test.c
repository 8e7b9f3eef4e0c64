/* SPDX-License-Identifier: MIT */
/*
 * bigphysarea_test.c - the area kept from boot on
 *
 * Mostly on private areas whose addresses are only numbers: the area's own
 * records lie outside of it. Those that write into the pages borrow some from
 * the buddy; the last ones ask the machine's own area, if the boot word made
 * one.
 */
#include <kernel/ktest.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/bigphysarea.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

#define PAGES 64u
#define MODEL_PAGES 300u
/* Nobody touches what is there: a multiple of 16 pages, but of no more. */
#define BASE ((caddr_t)0x40010000ul)
#define NO_PAGE ((caddr_t)NULL)

/* Who asks and who frees, in reports: any address that has no symbol. */
#define SITE_A 0x1234ul
#define SITE_F 0x4321ul

static struct bigphys_entry table[MODEL_PAGES];
static struct bigphys_area area;

static void begin(unsigned long nr_pages)
{
	bigphys_area_init(&area, "test", BASE, nr_pages, table);
}

static caddr_t at(unsigned long page)
{
	return BASE + page * PAGE_SIZE;
}

static caddr_t take(unsigned long nr_pages, unsigned long align)
{
	return bigphys_area_alloc(&area, nr_pages, align, SITE_A);
}

static bool give(caddr_t base, unsigned long nr_pages)
{
	return bigphys_area_free(&area, base, nr_pages, SITE_F);
}

static void expect_whole(struct ktest *t)
{
	struct bigphys_sum free, used;

	bigphys_area_sums(&area, &free, &used);
	KTEST_EXPECT_EQ(t, free.nr, 1);
	KTEST_EXPECT_EQ(t, free.total_pages, area.nr_pages);
	KTEST_EXPECT_EQ(t, used.nr, 0);
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 0);
}

static void the_first_place_that_fits_is_taken(struct ktest *t)
{
	begin(PAGES);
	KTEST_EXPECT_PTR_EQ(t, take(10, 1), at(0));
	KTEST_EXPECT_PTR_EQ(t, take(3, 1), at(10));
	KTEST_EXPECT_PTR_EQ(t, take(20, 1), at(13));
	KTEST_EXPECT_TRUE(t, give(at(10), 0));
	/* Three pages are free between the blocks: four go behind them. */
	KTEST_EXPECT_PTR_EQ(t, take(4, 1), at(33));
	KTEST_EXPECT_PTR_EQ(t, take(2, 1), at(10));
	KTEST_EXPECT_PTR_EQ(t, take(1, 1), at(12));
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 0);
}

static void alignment_is_of_the_address(struct ktest *t)
{
	unsigned long align;

	for (align = 1; align <= 64; align *= 2) {
		caddr_t base;

		begin(PAGES + 32);
		KTEST_EXPECT_PTR_EQ(t, take(1, 1), at(0));
		base = take(5, align);
		KTEST_EXPECT_TRUE(
			t, IS_ALIGNED((unsigned long)base, align * PAGE_SIZE));
		/* The first such place: the one before is taken. */
		KTEST_EXPECT_TRUE(t, base > at(0) &&
					     base - align * PAGE_SIZE <= at(0));
		KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 0);
		KTEST_EXPECT_TRUE(t, give(base, 5) && give(at(0), 1));
		expect_whole(t);
	}
	/* The next multiple of 128 pages lies behind the end. */
	KTEST_EXPECT_NULL(t, take(1, 128));
	KTEST_EXPECT_NULL(t, take(1, 1ul << 31));
}

static void what_alignment_skips_can_still_be_had(struct ktest *t)
{
	begin(PAGES);
	KTEST_EXPECT_PTR_EQ(t, take(1, 1), at(0));
	KTEST_EXPECT_PTR_EQ(t, take(16, 16), at(16));
	KTEST_EXPECT_PTR_EQ(t, take(15, 1), at(1));
	KTEST_EXPECT_PTR_EQ(t, take(32, 1), at(32));
	KTEST_EXPECT_EQ(t, area.nr_free_pages, 0);
	KTEST_EXPECT_NULL(t, take(1, 1));
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 0);
}

static void the_whole_area_can_be_had_and_not_a_page_more(struct ktest *t)
{
	begin(PAGES);
	KTEST_EXPECT_NULL(t, take(PAGES + 1, 1));
	KTEST_EXPECT_NULL(t, take(ULONG_MAX, 1));
	expect_whole(t);
	KTEST_EXPECT_PTR_EQ(t, take(PAGES, 1), at(0));
	KTEST_EXPECT_NULL(t, take(1, 1));
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 0);
	KTEST_EXPECT_TRUE(t, give(at(0), PAGES));
	KTEST_EXPECT_PTR_EQ(t, take(PAGES - 1, 1), at(0));
	KTEST_EXPECT_PTR_EQ(t, take(1, 1), at(PAGES - 1));
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 0);
}

static void a_single_page_is_an_area(struct ktest *t)
{
	begin(1);
	KTEST_EXPECT_PTR_EQ(t, take(1, 1), at(0));
	KTEST_EXPECT_NULL(t, take(1, 1));
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 0);
	KTEST_EXPECT_TRUE(t, give(at(0), 1));
	expect_whole(t);
}

static void neighbours_join_in_whatever_order_they_are_freed(struct ktest *t)
{
	static const u8 orders[6][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
		{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 }
	};
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		caddr_t block[3];

		begin(6);
		for (j = 0; j < 3; j++)
			block[j] = take(j + 1, 1);
		for (j = 0; j < 3; j++) {
			KTEST_EXPECT_TRUE(t, give(block[orders[i][j]], 0));
			KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 0);
		}
		expect_whole(t);
	}
}

/* The area as it is, to compare: a refused call must change none of it. */
struct snapshot {
	struct bigphys_entry table[PAGES];
	unsigned long nr_free_pages, nr_blocks;
};
static struct snapshot before, after;

static void look(struct snapshot *s)
{
	memset(s, 0, sizeof(*s));
	memcpy(s->table, table, PAGES * sizeof(table[0]));
	s->nr_free_pages = area.nr_free_pages;
	s->nr_blocks = area.nr_blocks;
}

static void expect_refused(struct ktest *t, caddr_t base,
			   unsigned long nr_pages, const char *want)
{
	ktest_expect_report(t, "bad-free");
	look(&before);
	KTEST_EXPECT_FALSE(t, give(base, nr_pages));
	look(&after);
	KTEST_EXPECT_EQ(t, memcmp(&before, &after, sizeof(before)), 0);
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 0);
	if (!strstr(ktest_last_report(t), want))
		KTEST_FAIL(t, "want \"%s\", got \"%s\"", want,
			   ktest_last_report(t));
}

static void wrong_frees_are_reported_and_change_nothing(struct ktest *t)
{
	begin(PAGES);
	KTEST_EXPECT_PTR_EQ(t, take(4, 1), at(0));
	KTEST_EXPECT_PTR_EQ(t, take(3, 1), at(4));
	expect_refused(t, at(1), 0,
		       "mm: BUG bad-free test addr=40011000 interior "
		       "block=40010000 is=4 given=0 alloc=");
	expect_refused(t, at(4) + 1, 0, "interior block=40014000 is=3");
	expect_refused(t, at(4) + PAGE_SIZE - 1, 0, "interior block=40014000");
}

static void a_wrong_size_is_reported(struct ktest *t)
{
	begin(PAGES);
	KTEST_EXPECT_PTR_EQ(t, take(4, 1), at(0));
	expect_refused(t, at(0), 3,
		       "addr=40010000 wrong size block=40010000 is=4 given=3 ");
	expect_refused(t, at(0), 5, "is=4 given=5 alloc=");
	KTEST_EXPECT_TRUE(t, give(at(0), 4));
}

static void freeing_twice_names_who_was_first(struct ktest *t)
{
	begin(PAGES);
	KTEST_EXPECT_PTR_EQ(t, take(4, 1), at(0));
	KTEST_EXPECT_PTR_EQ(t, take(4, 1), at(4));
	KTEST_EXPECT_TRUE(t, give(at(0), 0));
	KTEST_EXPECT_TRUE(t, give(at(4), 0));
	KTEST_EXPECT_EQ(t, table[4].site, SITE_F);
	/* Its pages are inside a larger free run by now. */
	expect_refused(t, at(4), 0, "test addr=40014000 free already free=");
	expect_refused(t, at(5), 0, "test addr=40015000 free already cpu=");
}

static void foreign_addresses_are_reported(struct ktest *t)
{
	begin(PAGES);
	expect_refused(t, at(0) - 1, 0, "addr=4000ffff outside the area cpu=");
	expect_refused(t, at(PAGES), 0, "outside the area");
	expect_refused(t, (caddr_t)PAGE_SIZE, 0, "outside the area");
}

static void no_request_needs_memory(struct ktest *t)
{
	struct fault_attr boot_plan;

	begin(PAGES);
	fault_plan_save(&fault_slab, &boot_plan);
	fault_fail_nth(&fault_slab, 1);
	KTEST_EXPECT_PTR_EQ(t, take(7, 1), at(0));
	KTEST_EXPECT_TRUE(t, give(at(0), 7));
	KTEST_EXPECT_EQ(t, atomic_read(&fault_slab.requests), 0);
	fault_plan_restore(&fault_slab, &boot_plan);
}

static char text[1024];

static void show_area(void)
{
	struct seq_file m = { .buf = text, .size = sizeof(text) - 1 };

	memset(text, 0, sizeof(text));
	bigphys_area_show(&m, &area);
}

static void the_file_has_the_lines_of_the_patch(struct ktest *t)
{
	begin(PAGES);
	KTEST_EXPECT_PTR_EQ(t, take(10, 1), at(0));
	KTEST_EXPECT_PTR_EQ(t, take(2, 1), at(10));
	KTEST_EXPECT_TRUE(t, give(at(0), 0));
	show_area();
	/* Behind the block's size is its owner, who has no symbol here. */
	KTEST_ASSERT_NOT_NULL(t, strstr(text, " 8 kB 0x0000"));
	*strstr(text, "0x0000") = '\0';
	KTEST_EXPECT_STREQ(
		t, text,
		"Big physical area, size 256 kB\n"
		"                       free list:             used list:\n"
		"number of blocks:             2                      1\n"
		"size of largest block:      208 kB                   8 kB\n"
		"total:                      248 kB                   8 kB\n"
		"block 0x4001a000        8 kB ");
}

static void without_an_area_the_file_says_so(struct ktest *t)
{
	begin(PAGES);
	area.nr_pages = 0;
	show_area();
	KTEST_EXPECT_STREQ(t, text, "No big physical area allocated!\n");
}

static void the_checker_sees_each_invariant_broken(struct ktest *t)
{
	begin(PAGES);
	KTEST_EXPECT_PTR_EQ(t, take(4, 1), at(0));
	table[0].run = 0; /* B1: empty; and nothing could be counted */
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 2);
	table[0].run = BIGPHYS_USED | (PAGES + 1);
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 2);
	table[0].run = BIGPHYS_USED | 4;
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 0);
	table[3].run = 4; /* B2 */
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 1);
	table[0].run = 4; /* B3, and no block any more: B4 */
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 2);
	begin(PAGES);
	area.nr_free_pages--;
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 1);
	area.nr_free_pages++;
	area.nr_blocks++;
	KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 1);
}

/* --- against a naive reference ------------------------------------------ */

/* Which block each page belongs to: its first page + 1; 0 is free. */
static u16 naive[MODEL_PAGES];

/* The first place, found by trying them all. MODEL_PAGES: none. */
static unsigned long naive_find(unsigned long nr_pages, unsigned long align)
{
	unsigned long start, n;

	for (start = 0; start + nr_pages <= MODEL_PAGES; start++) {
		if ((unsigned long)at(start) / PAGE_SIZE % align)
			continue;
		for (n = 0; n < nr_pages && !naive[start + n]; n++)
			;
		if (n == nr_pages)
			return start;
	}
	return MODEL_PAGES;
}

static void model_alloc(struct ktest *t)
{
	unsigned long nr_pages = 1 + ktest_random(t) % 24;
	unsigned long align = 1ul << ktest_random(t) % 6;
	unsigned long start = naive_find(nr_pages, align);
	caddr_t base = take(nr_pages, align);
	unsigned long n;

	if (start == MODEL_PAGES) {
		KTEST_EXPECT_NULL(t, base);
		return;
	}
	KTEST_EXPECT_PTR_EQ(t, base, at(start));
	for (n = 0; n < nr_pages; n++)
		naive[start + n] = (u16)(start + 1);
}

/* Any page, at any offset: right only where a block begins. */
static void model_free(struct ktest *t)
{
	unsigned long page = ktest_random(t) % MODEL_PAGES;
	unsigned long n;

	/* Wrong ones now and then: each makes a report. */
	if (naive[page] != page + 1 && ktest_random(t) % 1024)
		return;
	if (naive[page] != page + 1) {
		ktest_expect_report(t, "bad-free");
		KTEST_EXPECT_FALSE(t, give(at(page), 0));
		return;
	}
	KTEST_EXPECT_TRUE(t, give(at(page), 0));
	for (n = page; n < MODEL_PAGES && naive[n] == page + 1; n++)
		naive[n] = 0;
}

static void random_operations_agree_with_a_naive_area(struct ktest *t)
{
	unsigned int i, free_pages;
	unsigned long page;

	begin(MODEL_PAGES);
	memset(naive, 0, sizeof(naive));
	for (i = 0; i < 20000 && !t->failed; i++) {
		if (ktest_random(t) % 8 == 0)
			model_alloc(t);
		else
			model_free(t);
		if (i % 16)
			continue;
		for (page = 0, free_pages = 0; page < MODEL_PAGES; page++)
			free_pages += !naive[page];
		KTEST_EXPECT_EQ(t, area.nr_free_pages, free_pages);
		KTEST_EXPECT_EQ(t, bigphys_area_check(&area), 0);
	}
}

/* --- with memory behind it ---------------------------------------------- */

/* Each word of a block says where it is, and whose. */
static void fill(caddr_t base, unsigned long nr_pages, unsigned long owner)
{
	unsigned long *word = (unsigned long *)base;
	unsigned long *end = (unsigned long *)(base + nr_pages * PAGE_SIZE);

	for (; word < end; word++)
		*word = (unsigned long)word ^ owner;
}

static unsigned long count_wrong(caddr_t base, unsigned long nr_pages,
				 unsigned long owner)
{
	unsigned long *word = (unsigned long *)base;
	unsigned long *end = (unsigned long *)(base + nr_pages * PAGE_SIZE);
	unsigned long wrong = 0;

	for (; word < end; word++)
		wrong += *word != ((unsigned long)word ^ owner);
	return wrong;
}

static void blocks_keep_what_their_owners_wrote(struct ktest *t)
{
	caddr_t mem = (caddr_t)__get_free_pages(GFP_KERNEL, 5);
	caddr_t block[8];
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, mem);
	bigphys_area_init(&area, "test", mem, 32, table);
	for (i = 0; i < 7; i++) {
		block[i] = take(i + 1, 1);
		KTEST_EXPECT_NOT_NULL(t, block[i]);
		fill(block[i], i + 1, i);
	}
	for (i = 0; i < 7; i++) {
		KTEST_EXPECT_EQ(t, count_wrong(block[i], i + 1, i), 0);
		KTEST_EXPECT_TRUE(t, give(block[i], i + 1));
	}
	expect_whole(t);
	free_pages((unsigned long)mem, 5);
}

/* --- the machine's own -------------------------------------------------- */

static bool is_zero(caddr_t base, unsigned long nr_pages)
{
	unsigned long *word = (unsigned long *)base;
	unsigned long *end = (unsigned long *)(base + nr_pages * PAGE_SIZE);

	while (word < end && !*word)
		word++;
	return word == end;
}

/* The largest piece: all of it, if nobody else has a block. */
static void the_live_area_is_written_and_read_back_by_its_owner(struct ktest *t)
{
	struct bigphys_sum free, used;
	caddr_t base;

	bigphys_area_sums(&bigphysarea_live, &free, &used);
	if (!free.nr) {
		ktest_skip(t, "no boot word bigphysarea=, or nothing free");
		return;
	}
	base = bigphysarea_alloc_pages((int)free.largest_pages, 0, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, base);
	/* As a device sees it: the pages follow one another. */
	KTEST_EXPECT_EQ(
		t, virt_to_phys(base + PAGE_SIZE * free.largest_pages - 1),
		virt_to_phys(base) + PAGE_SIZE * free.largest_pages - 1);
	fill(base, free.largest_pages, 7);
	KTEST_EXPECT_EQ(t, count_wrong(base, free.largest_pages, 7), 0);
	KTEST_EXPECT_EQ(t, bigphys_area_check(&bigphysarea_live), 0);
	bigphysarea_free_pages(base);
	/* Not cleared, but for who asks for that. */
	base = bigphysarea_alloc_pages((int)free.largest_pages, 0, GFP_KERNEL);
	KTEST_EXPECT_EQ(t, count_wrong(base, free.largest_pages, 7), 0);
	bigphysarea_free_pages(base);
	base = bigphysarea_alloc_pages((int)free.largest_pages, 0,
				       GFP_KERNEL | __GFP_ZERO);
	KTEST_EXPECT_TRUE(t, is_zero(base, free.largest_pages));
	bigphysarea_free_pages(base);
}

static void the_live_area_aligns_physical_addresses(struct ktest *t)
{
	caddr_t odd = bigphysarea_alloc_pages(1, 0, GFP_ATOMIC | __GFP_NOWARN);
	caddr_t base =
		bigphysarea_alloc_pages(16, 64, GFP_ATOMIC | __GFP_NOWARN);

	if (!odd || !base) {
		ktest_skip(t, "no boot word bigphysarea=, or too little free");
	} else {
		KTEST_EXPECT_TRUE(
			t, IS_ALIGNED(virt_to_phys(base), 64 * PAGE_SIZE));
		KTEST_EXPECT_PTR_EQ(t, bigphysarea_alloc(PAGE_SIZE),
				    odd + PAGE_SIZE);
		bigphysarea_free(odd + PAGE_SIZE, PAGE_SIZE);
	}
	bigphysarea_free_pages(base);
	bigphysarea_free_pages(odd);
	KTEST_EXPECT_EQ(t, bigphys_area_check(&bigphysarea_live), 0);
}

static void others_cannot_free_the_live_area(struct ktest *t)
{
	caddr_t base = bigphysarea_alloc_pages(2, 0, GFP_ATOMIC | __GFP_NOWARN);

	if (!base) {
		ktest_skip(t, "no boot word bigphysarea=, or nothing free");
		return;
	}
	fill(base, 2, 9);
	ktest_expect_report(t, "bad-free");
	kfree(base);
	ktest_expect_report(t, "bad-free");
	free_pages((unsigned long)base, 1);
	KTEST_EXPECT_EQ(t, count_wrong(base, 2, 9), 0);
	bigphysarea_free_pages(base);
	KTEST_EXPECT_EQ(t, bigphys_area_check(&bigphysarea_live), 0);
}

static void wrong_arguments_get_nothing(struct ktest *t)
{
	static const int wrong[][2] = { { 0, 0 },	 { -1, 0 },
					{ -INT_MAX, 0 }, { 1, -1 },
					{ 1, 3 },	 { 1, 6 },
					{ 1, -INT_MAX }, { INT_MAX, 0 } };
	unsigned long free_pages = bigphysarea_live.nr_free_pages;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KTEST_EXPECT_NULL(t, bigphysarea_alloc_pages(wrong[i][0],
							     wrong[i][1],
							     GFP_KERNEL));
	KTEST_EXPECT_NULL(t, bigphysarea_alloc(0));
	KTEST_EXPECT_NULL(t, bigphysarea_alloc(-5));
	bigphysarea_free_pages(NO_PAGE);
	bigphysarea_free(NO_PAGE, 5);
	ktest_expect_report(t, "bad-free");
	bigphysarea_free_pages((caddr_t)wrong);
	KTEST_EXPECT_EQ(t, bigphysarea_live.nr_free_pages, free_pages);
	KTEST_EXPECT_EQ(t, bigphys_area_check(&bigphysarea_live), 0);
}

static void the_older_free_wants_the_right_size(struct ktest *t)
{
	caddr_t base = bigphysarea_alloc_pages(1, 0, GFP_ATOMIC | __GFP_NOWARN);
	unsigned long blocks;

	if (!base) {
		ktest_skip(t, "no boot word bigphysarea=, or nothing free");
		return;
	}
	blocks = bigphysarea_live.nr_blocks;
	ktest_expect_report(t, "bad-free");
	bigphysarea_free(base, 0);
	KTEST_EXPECT_EQ(t, bigphysarea_live.nr_blocks, blocks);
	ktest_expect_report(t, "bad-free");
	bigphysarea_free(base, PAGE_SIZE + 1);
	KTEST_EXPECT_EQ(t, bigphysarea_live.nr_blocks, blocks);
	bigphysarea_free(base, 1);
	KTEST_EXPECT_EQ(t, bigphysarea_live.nr_blocks, blocks - 1);
	KTEST_EXPECT_EQ(t, bigphys_area_check(&bigphysarea_live), 0);
}

static const struct ktest_case bigphysarea_cases[] = {
	KTEST_CASE(the_first_place_that_fits_is_taken),
	KTEST_CASE(alignment_is_of_the_address),
	KTEST_CASE(what_alignment_skips_can_still_be_had),
	KTEST_CASE(the_whole_area_can_be_had_and_not_a_page_more),
	KTEST_CASE(a_single_page_is_an_area),
	KTEST_CASE(neighbours_join_in_whatever_order_they_are_freed),
	KTEST_CASE(wrong_frees_are_reported_and_change_nothing),
	KTEST_CASE(a_wrong_size_is_reported),
	KTEST_CASE(freeing_twice_names_who_was_first),
	KTEST_CASE(foreign_addresses_are_reported),
	KTEST_CASE(no_request_needs_memory),
	KTEST_CASE(the_file_has_the_lines_of_the_patch),
	KTEST_CASE(without_an_area_the_file_says_so),
	KTEST_CASE(the_checker_sees_each_invariant_broken),
	KTEST_CASE(random_operations_agree_with_a_naive_area),
	KTEST_CASE(blocks_keep_what_their_owners_wrote),
	KTEST_CASE(the_live_area_is_written_and_read_back_by_its_owner),
	KTEST_CASE(the_live_area_aligns_physical_addresses),
	KTEST_CASE(others_cannot_free_the_live_area),
	KTEST_CASE(wrong_arguments_get_nothing),
	KTEST_CASE(the_older_free_wants_the_right_size),
};
KTEST_SUITE(bigphysarea, bigphysarea_cases);

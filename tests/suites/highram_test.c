/* SPDX-License-Identifier: MIT */
/*
 * highram_test.c - the pool of RAM that mem= hides
 *
 * Private pools over ranges that are only numbers; one case takes all that this
 * machine hides, writes it full and reads it back.
 */
#include <drivers/highram.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/printk.h>
#include <kernel/random.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/ioremap.h>
#include <mm/slab.h>
#include <asm/io.h>
#include <asm/pgtable.h>
#include "private_machine.h"

#define SITE_A 0x1234ul
#define SITE_F 0x4321ul

/* 64 KiB, a hole, and 32 KiB across 4 GiB. */
#define LOW MIB(1)
#define HIGH (GIB(4) - KIB(16))
static const struct highram_range two_ranges[] = {
	{ LOW, LOW + KIB(64) },
	{ HIGH, HIGH + KIB(32) },
};
static struct highram_pool pool;

static void begin(void)
{
	highram_pool_init(&pool, "test", two_ranges, 2);
}

static phys_addr_t take_below(u64 kilobytes, phys_addr_t limit)
{
	const struct highram_request req = {
		.kilobytes = kilobytes,
		.limit = limit,
		.gfp = GFP_KERNEL | __GFP_NOWARN,
		.site = SITE_A,
	};

	return highram_pool_alloc(&pool, &req);
}

static phys_addr_t take(u64 kilobytes)
{
	return take_below(kilobytes, 0);
}

static int give(phys_addr_t start)
{
	return highram_pool_free(&pool, start, SITE_F);
}

static void expect_free(struct ktest *t, u64 free_bytes, u64 largest_bytes)
{
	struct highram_sums sums;

	highram_pool_sums(&pool, 0, &sums);
	KTEST_EXPECT_EQ(t, sums.free_bytes, free_bytes);
	KTEST_EXPECT_EQ(t, sums.largest_bytes, largest_bytes);
	KTEST_EXPECT_EQ(t, highram_pool_check(&pool), 0);
}

static void add_active(struct kmem_cache *cache, void *sum)
{
	struct slab_usage usage;

	slab_usage(cache, &usage);
	*(unsigned long *)sum += usage.active_objects;
}

/* Objects of all caches: records that are not freed show here. */
static unsigned long live_objects(void)
{
	unsigned long sum = 0;

	slab_for_each_cache(add_active, &sum);
	return sum;
}

static void the_first_place_that_fits_is_taken(struct ktest *t)
{
	begin();
	KTEST_EXPECT_EQ(t, take(16), LOW);
	KTEST_EXPECT_EQ(t, take(8), LOW + KIB(16));
	KTEST_EXPECT_EQ(t, take(4), LOW + KIB(24));
	KTEST_EXPECT_EQ(t, give(LOW + KIB(16)), 0);
	KTEST_EXPECT_EQ(t, take(12), LOW + KIB(28));
	KTEST_EXPECT_EQ(t, take(4), LOW + KIB(16));
	KTEST_EXPECT_EQ(t, take(28), HIGH);
	expect_free(t, KIB(32), KIB(24));
	KTEST_EXPECT_EQ(t, give(LOW), 0);
	KTEST_EXPECT_EQ(t, give(LOW + KIB(28)), 0);
	KTEST_EXPECT_EQ(t, give(LOW + KIB(24)), 0);
	KTEST_EXPECT_EQ(t, give(LOW + KIB(16)), 0);
	KTEST_EXPECT_EQ(t, give(HIGH), 0);
	expect_free(t, KIB(96), KIB(64));
}

static void kilobytes_are_rounded_up_to_pages(struct ktest *t)
{
	begin();
	KTEST_EXPECT_EQ(t, take(1), LOW);
	KTEST_EXPECT_EQ(t, take(4), LOW + KIB(4));
	KTEST_EXPECT_EQ(t, take(5), LOW + KIB(8));
	KTEST_EXPECT_EQ(t, take(1), LOW + KIB(16));
	expect_free(t, KIB(76), KIB(44));
	KTEST_EXPECT_EQ(t, give(LOW), 0);
	KTEST_EXPECT_EQ(t, give(LOW + KIB(4)), 0);
	KTEST_EXPECT_EQ(t, give(LOW + KIB(8)), 0);
	KTEST_EXPECT_EQ(t, give(LOW + KIB(16)), 0);
}

static void a_range_can_be_had_whole_and_not_a_page_more(struct ktest *t)
{
	begin();
	KTEST_EXPECT_EQ(t, take(65), 0);
	KTEST_EXPECT_EQ(t, take(60), LOW);
	KTEST_EXPECT_EQ(t, give(LOW), 0);
	KTEST_EXPECT_EQ(t, take(64), LOW);
	KTEST_EXPECT_EQ(t, take(33), 0);
	KTEST_EXPECT_EQ(t, take(32), HIGH);
	expect_free(t, 0, 0);
	KTEST_EXPECT_EQ(t, take(1), 0);
	KTEST_EXPECT_EQ(t, give(LOW), 0);
	KTEST_EXPECT_EQ(t, give(HIGH), 0);
}

static void impossible_sizes_get_nothing(struct ktest *t)
{
	static const u64 sizes[] = { 0,
				     U64_MAX,
				     U64_MAX >> 10,
				     (U64_MAX >> 10) - 3,
				     U64_MAX >> 11,
				     (1ull << 54) + 4 };
	unsigned int i;

	begin();
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		KTEST_EXPECT_EQ(t, take(sizes[i]), 0);
	expect_free(t, KIB(96), KIB(64));
}

static void no_block_crosses_two_ranges(struct ktest *t)
{
	static const struct highram_range touching[] = {
		{ LOW, LOW + KIB(8) },
		{ LOW + KIB(8), LOW + KIB(20) },
	};

	highram_pool_init(&pool, "test", touching, 2);
	KTEST_EXPECT_EQ(t, take(16), 0);
	KTEST_EXPECT_EQ(t, take(4), LOW);
	KTEST_EXPECT_EQ(t, take(12), LOW + KIB(8));
	expect_free(t, KIB(4), KIB(4));
	KTEST_EXPECT_EQ(t, give(LOW), 0);
	KTEST_EXPECT_EQ(t, give(LOW + KIB(8)), 0);
}

static void a_limit_is_kept_to_the_byte(struct ktest *t)
{
	struct highram_sums sums;

	begin();
	KTEST_EXPECT_EQ(t, take(64), LOW);
	highram_pool_sums(&pool, GIB(4), &sums);
	KTEST_EXPECT_EQ(t, sums.total_bytes, KIB(80));
	KTEST_EXPECT_EQ(t, sums.free_bytes, KIB(16));
	KTEST_EXPECT_EQ(t, take_below(20, GIB(4)), 0);
	KTEST_EXPECT_EQ(t, take_below(16, GIB(4) - 1), 0);
	KTEST_EXPECT_EQ(t, take_below(16, GIB(4)), HIGH);
	KTEST_EXPECT_EQ(t, take_below(4, GIB(4)), 0);
	KTEST_EXPECT_EQ(t, take(4), GIB(4));
	KTEST_EXPECT_EQ(t, give(LOW), 0);
	KTEST_EXPECT_EQ(t, give(HIGH), 0);
	KTEST_EXPECT_EQ(t, give(GIB(4)), 0);
}

static void expect_refused(struct ktest *t, phys_addr_t address,
			   const char *want)
{
	u64 used = pool.used_bytes;
	unsigned int nr = pool.nr_blocks;

	ktest_expect_report(t, "bad-free");
	KTEST_EXPECT_EQ(t, give(address), -EINVAL);
	KTEST_EXPECT_EQ(t, pool.used_bytes, used);
	KTEST_EXPECT_EQ(t, pool.nr_blocks, nr);
	KTEST_EXPECT_EQ(t, highram_pool_check(&pool), 0);
	if (!strstr(ktest_last_report(t), want))
		KTEST_FAIL(t, "want \"%s\", got \"%s\"", want,
			   ktest_last_report(t));
}

static void wrong_frees_are_reported_and_change_nothing(struct ktest *t)
{
	begin();
	KTEST_EXPECT_EQ(t, take(8), LOW);
	expect_refused(t, LOW + PAGE_SIZE,
		       "mm: BUG bad-free test phys=0x101000 interior "
		       "block=0x100000 bytes=8192 alloc=");
	expect_refused(t, LOW + 1, "phys=0x100001 interior block=0x100000");
	expect_refused(t, LOW + KIB(8), "phys=0x102000 not handed out cpu=");
	KTEST_EXPECT_EQ(t, give(LOW), 0);
}

static void freeing_twice_and_foreign_addresses_are_reported(struct ktest *t)
{
	begin();
	KTEST_EXPECT_EQ(t, take(8), LOW);
	KTEST_EXPECT_EQ(t, give(LOW), 0);
	expect_refused(t, LOW, "phys=0x100000 not handed out");
	expect_refused(t, LOW - 1, "phys=0xfffff not hidden RAM");
	expect_refused(t, HIGH + KIB(32), "not hidden RAM");
	expect_refused(t, 0, "not hidden RAM");
}

static void without_memory_for_records_nothing_changes(struct ktest *t)
{
	struct fault_attr boot_plan;
	unsigned long objects;
	unsigned int nth;

	begin();
	/* The first record of all may want a slab, and objects to manage it. */
	KTEST_EXPECT_EQ(t, take(4), LOW);
	KTEST_EXPECT_EQ(t, give(LOW), 0);
	objects = live_objects();
	KTEST_EXPECT_EQ(t, take(4), LOW);
	KTEST_EXPECT_EQ(t, live_objects(), objects + 1);
	for (nth = 1; nth < 8; nth++) {
		phys_addr_t got;

		fault_plan_save(&fault_slab, &boot_plan);
		fault_fail_nth(&fault_slab, nth);
		got = take(8);
		fault_plan_restore(&fault_slab, &boot_plan);
		KTEST_EXPECT_EQ(t, highram_pool_check(&pool), 0);
		if (got)
			break;
		KTEST_EXPECT_EQ(t, pool.nr_blocks, 1);
	}
	/* There is one record, so the first request alone can fail. */
	KTEST_EXPECT_EQ(t, nth, 2);
	fault_plan_save(&fault_slab, &boot_plan);
	fault_fail_nth(&fault_slab, 1);
	KTEST_EXPECT_EQ(t, give(LOW + KIB(4)), 0);
	KTEST_EXPECT_EQ(t, give(LOW), 0);
	KTEST_EXPECT_EQ(t, atomic_read(&fault_slab.requests), 0);
	fault_plan_restore(&fault_slab, &boot_plan);
	/* Nor does a request leave a record for which there is no place. */
	KTEST_EXPECT_EQ(t, take(65), 0);
	KTEST_EXPECT_EQ(t, live_objects(), objects);
	expect_free(t, KIB(96), KIB(64));
}

static char text[1024];

static void show_pool(void)
{
	struct seq_file m = { .buf = text, .size = sizeof(text) - 1 };

	memset(text, 0, sizeof(text));
	highram_pool_show(&m, &pool);
}

static void the_file_lists_ranges_and_blocks_by_address(struct ktest *t)
{
	begin();
	KTEST_EXPECT_EQ(t, take(60), LOW);
	show_pool();
	KTEST_EXPECT_TRUE(
		t,
		strstr(text, "Hidden RAM, size 96 kB, free 36 kB, largest"
			     " 32 kB, blocks 1\n"
			     "00100000-0010efff       60 kB 0x0000") == text);
	KTEST_EXPECT_NOT_NULL(t, strstr(text,
					"1234\n"
					"0010f000-0010ffff        4 kB free\n"
					"ffffc000-100003fff       32 kB"
					" free\n"));
	KTEST_EXPECT_EQ(t, give(LOW), 0);
	highram_pool_init(&pool, "test", NULL, 0);
	show_pool();
	KTEST_EXPECT_STREQ(t, text, "No RAM is hidden; mem= hides some.\n");
}

static void an_empty_pool_refuses_all(struct ktest *t)
{
	highram_pool_init(&pool, "test", NULL, 0);
	KTEST_EXPECT_EQ(t, take(1), 0);
	expect_refused(t, LOW, "not hidden RAM");
	expect_free(t, 0, 0);
}

static void the_checker_sees_each_invariant_broken(struct ktest *t)
{
	struct highram_range ranges[2] = { two_ranges[0], two_ranges[1] };
	struct highram_block *b;

	highram_pool_init(&pool, "test", ranges, 2);
	KTEST_EXPECT_EQ(t, take(4), LOW);
	KTEST_EXPECT_EQ(t, take(4), LOW + KIB(4));
	b = list_first_entry(&pool.blocks, struct highram_block, node);
	ranges[1].end = ranges[1].start; /* H1 */
	KTEST_EXPECT_EQ(t, highram_pool_check(&pool), 1);
	ranges[1] = two_ranges[0]; /* H1: overlap */
	KTEST_EXPECT_EQ(t, highram_pool_check(&pool), 1);
	ranges[1] = two_ranges[1];
	b->end = LOW + KIB(8); /* H2: overlap; not all counted, H4 */
	KTEST_EXPECT_EQ(t, highram_pool_check(&pool), 2);
	b->end = LOW + KIB(4);
	ranges[0].start += KIB(4); /* H3: outside */
	KTEST_EXPECT_EQ(t, highram_pool_check(&pool), 1);
	ranges[0].start = LOW;
	pool.nr_blocks++; /* H4 */
	KTEST_EXPECT_EQ(t, highram_pool_check(&pool), 1);
	pool.nr_blocks--;
	pool.used_bytes += PAGE_SIZE; /* H4 */
	KTEST_EXPECT_EQ(t, highram_pool_check(&pool), 1);
	pool.used_bytes -= PAGE_SIZE;
	KTEST_EXPECT_EQ(t, give(LOW + KIB(4)), 0);
	KTEST_EXPECT_EQ(t, give(LOW), 0);
	KTEST_EXPECT_EQ(t, highram_pool_check(&pool), 0);
}

/* --- what is hidden ----------------------------------------------------- */

/* RAM on both sides of a hole and of 4 GiB, with a tail of ACPI tables. */
static const struct boot_mmap_entry holed_map[] = {
	{ 0, 0x9fc00, BOOT_MMAP_USABLE },
	{ MIB(1), MIB(31), BOOT_MMAP_USABLE },
	{ MIB(40), MIB(8) - KIB(128), BOOT_MMAP_USABLE },
	{ MIB(48) - KIB(128), KIB(64), BOOT_MMAP_ACPI_DATA },
	{ MIB(48) - KIB(64), KIB(64), BOOT_MMAP_RESERVED },
	{ GIB(4), MIB(16), BOOT_MMAP_USABLE },
};
static const struct mm_limits holed_limits = {
	.dma_end = 0x1000,
	.low_end = 0x38000,
};

#define FOUND_ROOM 8
static struct highram_range found[FOUND_ROOM];

static unsigned int find(struct ktest *t, pfn_t limit_pfn, phys_addr_t kept,
			 phys_addr_t kept_end)
{
	struct private_machine *pm = private_machine_new(
		t, holed_map, ARRAY_SIZE(holed_map), &holed_limits, limit_pfn);
	unsigned int nr;

	memset(found, 0, sizeof(found));
	if (!pm)
		return 0;
	if (kept < kept_end)
		KTEST_EXPECT_EQ(
			t,
			bootmem_reserve(&pm->bm, kept, kept_end, "boot module"),
			0);
	nr = highram_find(&pm->map, &pm->bm, found, FOUND_ROOM);
	/* Without room they are counted all the same. */
	KTEST_EXPECT_EQ(t, highram_find(&pm->map, &pm->bm, NULL, 0), nr);
	private_machine_free(pm);
	return nr;
}

static void expect_range(struct ktest *t, unsigned int i, phys_addr_t start,
			 phys_addr_t end)
{
	KTEST_EXPECT_EQ(t, found[i].start, start);
	KTEST_EXPECT_EQ(t, found[i].end, end);
}

static void all_that_is_hidden_and_usable_is_found(struct ktest *t)
{
	if (find(t, phys_to_pfn(MIB(24)), 0, 0) != 3 && !t->skipped)
		KTEST_FAIL(t, "not three ranges");
	if (t->skipped)
		return;
	expect_range(t, 0, MIB(24), MIB(32));
	expect_range(t, 1, MIB(40), MIB(48) - KIB(128));
	expect_range(t, 2, GIB(4), GIB(4) + MIB(16));
}

static void a_limit_in_a_hole_or_above_all_hides_what_is_above(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, find(t, phys_to_pfn(MIB(36)), 0, 0),
			t->skipped ? 0 : 2);
	KTEST_EXPECT_EQ(t, find(t, phys_to_pfn(GIB(64)), 0, 0), 0);
	KTEST_EXPECT_EQ(t, find(t, phys_to_pfn(GIB(4) + MIB(16)), 0, 0), 0);
	KTEST_EXPECT_EQ(t, find(t, phys_to_pfn(GIB(4) + MIB(16)) - 1, 0, 0),
			t->skipped ? 0 : 1);
	if (!t->skipped)
		expect_range(t, 0, GIB(4) + MIB(16) - PAGE_SIZE,
			     GIB(4) + MIB(16));
}

static void what_the_loader_left_up_there_is_not_hidden(struct ktest *t)
{
	unsigned int nr = find(t, phys_to_pfn(MIB(24)), MIB(28) + 100,
			       MIB(28) + PAGE_SIZE + 1);

	if (t->skipped)
		return;
	KTEST_EXPECT_EQ(t, nr, 4);
	expect_range(t, 0, MIB(24), MIB(28));
	expect_range(t, 1, MIB(28) + 2 * PAGE_SIZE, MIB(32));
	/* Across the end of a run, and across the whole of one. */
	KTEST_EXPECT_EQ(t, find(t, phys_to_pfn(MIB(24)), MIB(30), MIB(50)), 2);
	expect_range(t, 0, MIB(24), MIB(30));
	expect_range(t, 1, GIB(4), GIB(4) + MIB(16));
}

/* --- against a naive reference ------------------------------------------ */

#define MODEL_PAGES 240u

/* Three ranges of 80 pages: the first two touch. */
static const struct highram_range model_ranges[] = {
	{ GIB(1), GIB(1) + 80 * PAGE_SIZE },
	{ GIB(1) + 80 * PAGE_SIZE, GIB(1) + 160 * PAGE_SIZE },
	{ GIB(5), GIB(5) + 80 * PAGE_SIZE },
};
/* Which block each page belongs to: its first page + 1; 0 is free. */
static u16 naive[MODEL_PAGES];

static phys_addr_t model_address(unsigned int page)
{
	return model_ranges[page / 80].start + (page % 80) * PAGE_SIZE;
}

static unsigned int naive_find(unsigned int nr_pages)
{
	unsigned int start, n;

	for (start = 0; start < MODEL_PAGES; start++) {
		for (n = 0; n < nr_pages && start % 80 + n < 80; n++)
			if (naive[start + n])
				break;
		if (n == nr_pages)
			return start;
	}
	return MODEL_PAGES;
}

static void model_alloc(struct ktest *t)
{
	unsigned int nr_pages = 1 + ktest_random(t) % 20;
	unsigned int start = naive_find(nr_pages), n;
	phys_addr_t got = take(4 * nr_pages - ktest_random(t) % 4);

	if (start == MODEL_PAGES) {
		KTEST_EXPECT_EQ(t, got, 0);
		return;
	}
	KTEST_EXPECT_EQ(t, got, model_address(start));
	for (n = 0; n < nr_pages; n++)
		naive[start + n] = (u16)(start + 1);
}

static void model_free(struct ktest *t, unsigned int page)
{
	unsigned int n;

	if (naive[page] != page + 1) {
		/* Each makes a report: now and then is enough. */
		if (ktest_random(t) % 1024)
			return;
		ktest_expect_report(t, "bad-free");
		KTEST_EXPECT_EQ(t, give(model_address(page)), -EINVAL);
		return;
	}
	KTEST_EXPECT_EQ(t, give(model_address(page)), 0);
	for (n = page; n < MODEL_PAGES && naive[n] == page + 1; n++)
		naive[n] = 0;
}

static void model_compare(struct ktest *t)
{
	unsigned int page, free_pages = 0;
	struct highram_sums sums;

	for (page = 0; page < MODEL_PAGES; page++)
		free_pages += !naive[page];
	highram_pool_sums(&pool, 0, &sums);
	KTEST_EXPECT_EQ(t, sums.free_bytes, (u64)free_pages * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, highram_pool_check(&pool), 0);
}

static void random_operations_agree_with_a_naive_pool(struct ktest *t)
{
	unsigned long objects = live_objects();
	unsigned int i, page;

	highram_pool_init(&pool, "test", model_ranges, 3);
	memset(naive, 0, sizeof(naive));
	for (i = 0; i < 20000 && !t->failed; i++) {
		if (ktest_random(t) % 8 == 0)
			model_alloc(t);
		else
			model_free(t, ktest_random(t) % MODEL_PAGES);
		if (i % 16 == 0)
			model_compare(t);
	}
	for (page = 0; page < MODEL_PAGES; page++) {
		if (naive[page] == page + 1)
			model_free(t, page);
	}
	expect_free(t, MODEL_PAGES * PAGE_SIZE, 80 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, live_objects(), objects);
}

/* --- the machine's own -------------------------------------------------- */

#define LIVE_BLOCKS 64
#define MAP_BYTES MIB(4)
/* Up to here each word is written, beyond it two in a page, and beyond the
 * second only samples: minutes matter. */
#define EVERY_WORD_BYTES MIB(128)
#define EVERY_PAGE_BYTES GIB(4)
/* Of each GiB, besides its first and its last page. */
#define RANDOM_SAMPLES 32

static phys_addr_t live_blocks[LIVE_BLOCKS];
static u64 live_sizes[LIVE_BLOCKS];
static u64 words_written;

/* What the word at @phys is to hold: no other word of 4 GiB does. */
static u32 pattern(phys_addr_t phys)
{
	return (u32)phys ^ (u32)(phys >> 32) * 0x9e3779b9u;
}

/* Write the words of a mapped piece, or count those that are wrong. */
static unsigned long visit(char __iomem *va, phys_addr_t phys,
			   unsigned long bytes, unsigned long step, bool write)
{
	unsigned long at, wrong = 0;

	for (at = 0; at < bytes; at += step) {
		if (write) {
			writel(pattern(phys + at), va + at);
			words_written++;
		} else {
			wrong += readl(va + at) != pattern(phys + at);
		}
	}
	return wrong;
}

/* Would the kernel reach @phys through the direct map, cached? */
static bool is_mapped(phys_addr_t phys)
{
	phys_addr_t pa;

	return phys < arch_layout()->lowmem_limit &&
	       kpt_lookup((unsigned long)phys_to_virt(phys), &pa) && pa == phys;
}

/* What fits the window. */
static unsigned long visit_part(struct ktest *t, phys_addr_t start,
				unsigned long bytes, unsigned long step,
				bool write)
{
	unsigned long wrong;
	char __iomem *va;

	KTEST_EXPECT_FALSE(t, is_mapped(start));
	KTEST_EXPECT_FALSE(t, is_mapped(start + bytes - PAGE_SIZE));
	va = ioremap(start, bytes);
	if (!va) {
		KTEST_FAIL(t, "cannot map %#llx", start);
		return 0;
	}
	wrong = visit(va, start, bytes, step, write);
	iounmap(va);
	return wrong;
}

/* Both ends of up to one GiB, and pages between them: at each visit the same,
 * for the place decides which. */
static unsigned long visit_samples(struct ktest *t, phys_addr_t start,
				   u64 bytes, bool write)
{
	struct xorshift32 random;
	unsigned long wrong;
	unsigned int i;

	xorshift32_seed(&random, (u32)phys_to_pfn(start));
	wrong = visit_part(t, start, PAGE_SIZE, 4, write);
	wrong += visit_part(t, start + bytes - PAGE_SIZE, PAGE_SIZE, 4, write);
	for (i = 0; i < RANDOM_SAMPLES && !t->failed; i++) {
		u32 page = xorshift32_below(&random, (u32)phys_to_pfn(bytes));

		wrong += visit_part(t, start + pfn_to_phys(page), PAGE_SIZE, 4,
				    write);
	}
	return wrong;
}

/* All of a block, a window at a time; with @step 0 samples of each GiB. */
static unsigned long visit_block(struct ktest *t, phys_addr_t start, u64 bytes,
				 unsigned long step, bool write)
{
	unsigned long wrong = 0;
	u64 done, part;

	for (done = 0; done < bytes && !t->failed; done += part) {
		part = min_t(u64, bytes - done, step ? MAP_BYTES : GIB(1));
		if (step)
			wrong += visit_part(t, start + done,
					    (unsigned long)part, step, write);
		else
			wrong += visit_samples(t, start + done, part, write);
	}
	return wrong;
}

/* How far apart words are written if @bytes are hidden; 0: samples. */
static unsigned long live_step(u64 bytes)
{
	if (bytes > EVERY_PAGE_BYTES)
		return 0;
	return bytes > EVERY_WORD_BYTES ? PAGE_SIZE / 2 : 4;
}

/* The largest piece again and again, until there is none. */
static unsigned int live_take_all(struct ktest *t)
{
	struct highram_sums sums;
	unsigned int nr;

	for (nr = 0; nr < LIVE_BLOCKS; nr++) {
		highram_pool_sums(&highram_live, 0, &sums);
		if (!sums.largest_bytes)
			return nr;
		live_sizes[nr] = sums.largest_bytes;
		live_blocks[nr] =
			highram_alloc(sums.largest_bytes >> 10, GFP_KERNEL);
		KTEST_EXPECT_NE(t, live_blocks[nr], 0);
		if (!live_blocks[nr])
			return nr;
	}
	KTEST_FAIL(t, "more than %u pieces", LIVE_BLOCKS);
	return nr;
}

static void all_hidden_ram_holds_what_its_owner_wrote(struct ktest *t)
{
	const struct memmap *map = mm_firmware_map();
	struct highram_sums sums;
	unsigned long step, wrong = 0;
	unsigned int i, nr;

	highram_pool_sums(&highram_live, 0, &sums);
	if (!sums.free_bytes) {
		ktest_skip(t, "mem= hides nothing that is free");
		return;
	}
	step = live_step(sums.free_bytes);
	words_written = 0;
	nr = live_take_all(t);
	KTEST_EXPECT_EQ(t, highram_alloc(1, GFP_KERNEL | __GFP_NOWARN), 0);
	for (i = 0; i < nr; i++) {
		pfn_t pfn = phys_to_pfn(live_blocks[i]);
		pfn_t pages = phys_to_pfn(live_sizes[i]);

		/* Before a byte of it is touched. */
		if (memmap_pages_between(map, pfn, pfn + pages) != pages)
			KTEST_FAIL(t, "%#llx is not all usable RAM",
				   live_blocks[i]);
		else
			visit_block(t, live_blocks[i], live_sizes[i], step,
				    true);
	}
	for (i = 0; i < nr && !t->failed; i++)
		wrong += visit_block(t, live_blocks[i], live_sizes[i], step,
				     false);
	KTEST_EXPECT_EQ(t, wrong, 0);
	for (i = 0; i < nr; i++)
		KTEST_EXPECT_EQ(t, highram_free(live_blocks[i]), 0);
	KTEST_EXPECT_EQ(t, highram_pool_check(&highram_live), 0);
	pr_info("highram: live kB=%llu blocks=%u step=%lu written_kB=%llu"
		" wrong=%lu %s\n",
		sums.free_bytes >> 10, nr, step, words_written >> 8, wrong,
		t->failed ? "FAILED" : "ok");
}

/* The largest piece below 4 GiB is out: what is above is not given for it. */
static void expect_nothing_above_4g(struct ktest *t)
{
	unsigned int blocks = highram_live.nr_blocks;
	u32 rest;

	KTEST_EXPECT_EQ(t, allocator_init(&rest), 0);
	KTEST_EXPECT_EQ(
		t, allocator_allocate_dma(rest + 4, GFP_KERNEL | __GFP_NOWARN),
		0);
	KTEST_EXPECT_EQ(t, highram_live.nr_blocks, blocks);
}

static void the_calls_of_the_books_do_what_they_say(struct ktest *t)
{
	unsigned long address;
	u32 largest, again;

	KTEST_EXPECT_EQ(t, allocator_init(&largest), 0);
	if (!largest) {
		expect_nothing_above_4g(t);
		ktest_skip(t, "mem= hides nothing below 4 GiB");
		return;
	}
	address = allocator_allocate_dma(largest, GFP_KERNEL);
	KTEST_EXPECT_NE(t, address, 0);
	expect_nothing_above_4g(t);
	ktest_expect_report(t, "highram-busy");
	allocator_cleanup();
	ktest_expect_report(t, "bad-free");
	KTEST_EXPECT_EQ(t, allocator_free_dma(address + 1), -EINVAL);
	KTEST_EXPECT_EQ(t, allocator_free_dma(address), 0);
	KTEST_EXPECT_EQ(t, allocator_allocate_dma(0, GFP_KERNEL), 0);
	KTEST_EXPECT_EQ(t, allocator_allocate_dma(ULONG_MAX, GFP_KERNEL), 0);
	KTEST_EXPECT_EQ(t, allocator_init(&again), 0);
	KTEST_EXPECT_EQ(t, again, largest);
}

static void cleaned_up_there_is_nothing_until_the_next_init(struct ktest *t)
{
	struct fault_attr boot_plan;
	struct highram_sums before, after;
	u32 largest, again;

	KTEST_EXPECT_EQ(t, allocator_init(&largest), 0);
	highram_pool_sums(&highram_live, 0, &before);
	if (before.nr_blocks) {
		ktest_skip(t, "somebody holds hidden RAM");
		return;
	}
	allocator_cleanup();
	KTEST_EXPECT_EQ(t, highram_alloc(4, GFP_KERNEL | __GFP_NOWARN), 0);
	if (before.total_bytes) {
		fault_plan_save(&fault_slab, &boot_plan);
		fault_fail_nth(&fault_slab, 1);
		KTEST_EXPECT_EQ(t, allocator_init(&again), -ENOMEM);
		fault_plan_restore(&fault_slab, &boot_plan);
		KTEST_EXPECT_EQ(t, again, 0);
	}
	KTEST_EXPECT_EQ(t, allocator_init(&again), 0);
	highram_pool_sums(&highram_live, 0, &after);
	KTEST_EXPECT_EQ(t, again, largest);
	KTEST_EXPECT_EQ(t, after.total_bytes, before.total_bytes);
	KTEST_EXPECT_EQ(t, highram_pool_check(&highram_live), 0);
}

static const struct ktest_case highram_cases[] = {
	KTEST_CASE(the_first_place_that_fits_is_taken),
	KTEST_CASE(kilobytes_are_rounded_up_to_pages),
	KTEST_CASE(a_range_can_be_had_whole_and_not_a_page_more),
	KTEST_CASE(impossible_sizes_get_nothing),
	KTEST_CASE(no_block_crosses_two_ranges),
	KTEST_CASE(a_limit_is_kept_to_the_byte),
	KTEST_CASE(wrong_frees_are_reported_and_change_nothing),
	KTEST_CASE(freeing_twice_and_foreign_addresses_are_reported),
	KTEST_CASE(without_memory_for_records_nothing_changes),
	KTEST_CASE(the_file_lists_ranges_and_blocks_by_address),
	KTEST_CASE(an_empty_pool_refuses_all),
	KTEST_CASE(the_checker_sees_each_invariant_broken),
	KTEST_CASE(all_that_is_hidden_and_usable_is_found),
	KTEST_CASE(a_limit_in_a_hole_or_above_all_hides_what_is_above),
	KTEST_CASE(what_the_loader_left_up_there_is_not_hidden),
	KTEST_CASE(random_operations_agree_with_a_naive_pool),
	KTEST_CASE(all_hidden_ram_holds_what_its_owner_wrote),
	KTEST_CASE(the_calls_of_the_books_do_what_they_say),
	KTEST_CASE(cleaned_up_there_is_nothing_until_the_next_init),
};
KTEST_SUITE(highram, highram_cases);

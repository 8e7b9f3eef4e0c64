/* SPDX-License-Identifier: MIT */
/*
 * memtest.c - memtest=N: write, read back, keep what fails from everybody
 *
 * A pass goes over each free run of pages twice, first writing all of it, then
 * reading all of it: so what is read was not kept by a cache, unless the run is
 * smaller than the cache. A bit that is stuck shows when the pattern has the
 * other value there; hence patterns and their complements. The last pass, 0,
 * leaves memory cleared; alone it would believe in memory that is not there and
 * reads as 0, so two passes are the least.
 *
 *	pass 2   55555555  55555555  55555555  55555555
 *	pass 1   ffffffff  ffffffff  ffffffff  ffffffff
 *	pass 0   00000000  00000000  000.0000  00000000
 *	                              ^ stuck at 1: this page is "bad" now
 *
 * Bad pages in a row are one range of bootmem. Its list is short, and memory
 * can be bad in a thousand places: after MAX_BAD_RANGES of them, a bad page
 * takes the good ones before it along, back to the last bad one or to where the
 * free run begins. Those are given up, and counted as bad.
 *
 * A reservation changes the lists that a cursor walks: the next free run is
 * looked for by address, anew each time; runs are few.
 *
 * What is tested is what is free: not the image, not what the loader left.
 *
 * RAM that a person has named (memmap=SIZE@START) is asked whether it is there,
 * memtest= or not: a word of each page, in two passes. The machine would end
 * without a sentence as soon as it kept anything of its own in a page that is
 * not.
 *
 * Invariant: when it returns, no free page among those tested has failed.
 * Locking: none. Context: boot.
 */
#define pr_fmt(fmt) "memtest: " fmt
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/memmap.h>
#include <kernel/memmap_words.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <asm/pgtable.h>
#include <mm/memtest.h>
#include <mm/mm_init.h>

/*
 * Places that are kept apart. Beyond, each run of free pages needs at most one
 * range more, and runs are no longer cut in two: bootmem's room lasts.
 */
#define MAX_BAD_RANGES 32u

/* All alike, then finer and finer stripes; each followed by its complement. */
static const u32 patterns[] = {
	0x00000000, 0xffffffff, 0x55555555, 0xaaaaaaaa, 0x11111111, 0xeeeeeeee,
	0x22222222, 0xdddddddd, 0x44444444, 0xbbbbbbbb, 0x88888888, 0x77777777,
	0x33333333, 0xcccccccc, 0x0f0f0f0f, 0xf0f0f0f0, 0x7a6c7258,
};

u32 memtest_pattern(unsigned int pass)
{
	return patterns[pass % ARRAY_SIZE(patterns)];
}

/* --- reaching pages ------------------------------------------------------ */

#define PAGE_WORDS (PAGE_SIZE / sizeof(u32))

static void page_fill(volatile u32 *word, u32 pattern)
{
	unsigned int i;

	for (i = 0; i < PAGE_WORDS; i++)
		word[i] = pattern;
}

/* All words are read whatever comes: it hardly ever ends early. */
static bool page_holds(const volatile u32 *word, u32 pattern)
{
	u32 wrong = 0;
	unsigned int i;

	for (i = 0; i < PAGE_WORDS; i++)
		wrong |= word[i] ^ pattern;
	return !wrong;
}

static void direct_fill(pfn_t pfn, u32 pattern)
{
	page_fill(phys_to_virt(pfn_to_phys(pfn)), pattern);
}

static bool direct_holds(pfn_t pfn, u32 pattern)
{
	return page_holds(phys_to_virt(pfn_to_phys(pfn)), pattern);
}

const struct memtest_access memtest_direct = { direct_fill, direct_holds };

/* One CPU, no interrupts yet: nobody else uses the slot. */
static void mapped_fill(pfn_t pfn, u32 pattern)
{
	void *va = kmap_local_slot(0, pfn);

	page_fill(va, pattern);
	kunmap_local_slot(0, va);
}

static bool mapped_holds(pfn_t pfn, u32 pattern)
{
	void *va = kmap_local_slot(0, pfn);
	bool holds = page_holds(va, pattern);

	kunmap_local_slot(0, va);
	return holds;
}

const struct memtest_access memtest_mapped = { mapped_fill, mapped_holds };

/* A word of the page stands for it: is there anything at all? */
static void direct_write_one(pfn_t pfn, u32 pattern)
{
	*(volatile u32 *)phys_to_virt(pfn_to_phys(pfn)) = pattern;
}

static bool direct_answers(pfn_t pfn, u32 pattern)
{
	return *(const volatile u32 *)phys_to_virt(pfn_to_phys(pfn)) == pattern;
}

static const struct memtest_access probe_direct = { direct_write_one,
						    direct_answers };

static void mapped_write_one(pfn_t pfn, u32 pattern)
{
	volatile u32 *va = kmap_local_slot(0, pfn);

	*va = pattern;
	kunmap_local_slot(0, (const void *)va);
}

static bool mapped_answers(pfn_t pfn, u32 pattern)
{
	const volatile u32 *va = kmap_local_slot(0, pfn);
	bool answers = *va == pattern;

	kunmap_local_slot(0, (const void *)va);
	return answers;
}

static const struct memtest_access probe_mapped = { mapped_write_one,
						    mapped_answers };

/* --- the walk ------------------------------------------------------------ */

/* Frames [start, end). */
struct pfn_run {
	pfn_t start;
	pfn_t end;
};

/* The first free run at or above @from, cut to [@from, @to). */
static bool next_free_run(const struct bootmem *bm, pfn_t from, pfn_t to,
			  struct pfn_run *run)
{
	struct bootmem_cursor c;
	struct bootmem_span span;

	bootmem_cursor_init(&c, bm, PAGE_SIZE);
	while (bootmem_next_span(&c, &span)) {
		run->start = max(phys_to_pfn(span.start), from);
		run->end = min(phys_to_pfn(span.end), to);
		if (!span.reserved && run->start < run->end)
			return true;
	}
	return false;
}

/* The first run of bad pages in @run at or above @from. */
static bool next_bad_run(const struct memtest_access *access,
			 const struct pfn_run *run, pfn_t from, u32 pattern,
			 struct pfn_run *bad)
{
	pfn_t pfn = from;

	while (pfn < run->end && access->holds(pfn, pattern))
		pfn++;
	bad->start = pfn;
	while (pfn < run->end && !access->holds(pfn, pattern))
		pfn++;
	bad->end = pfn;
	return bad->start < bad->end;
}

static bool many_bad_ranges(const struct bootmem *bm)
{
	unsigned int i, nr = 0;

	for (i = 0; i < bm->reserved.nr; i++)
		nr += !strcmp(bm->reserved.ranges[i].owner, MM_OWNER_BAD);
	return nr >= MAX_BAD_RANGES;
}

static void keep_bad(struct bootmem *bm, const struct pfn_run *bad, u32 pattern)
{
	phys_addr_t start = pfn_to_phys(bad->start);
	phys_addr_t end = pfn_to_phys(bad->end);

	pr_err("pattern %08x: bad memory [mem 0x%08llx-0x%08llx] reserved\n",
	       pattern, start, end - 1);
	if (bootmem_reserve(bm, start, end, MM_OWNER_BAD))
		panic("memtest: no room to keep bad memory away from others");
}

/* Return: pages of @run, which is free, that are reserved now. */
static pfn_t test_run(struct bootmem *bm, const struct pfn_run *run,
		      u32 pattern, const struct memtest_access *access)
{
	struct pfn_run bad = *run;
	pfn_t last_end = run->start, sum = 0;
	pfn_t pfn;

	for (pfn = run->start; pfn < run->end; pfn++)
		access->fill(pfn, pattern);
	while (next_bad_run(access, run, last_end, pattern, &bad)) {
		if (many_bad_ranges(bm))
			bad.start = last_end;
		keep_bad(bm, &bad, pattern);
		sum += bad.end - bad.start;
		last_end = bad.end;
	}
	return sum;
}

void memtest_run(struct bootmem *bm, pfn_t start, pfn_t end,
		 unsigned int passes, const struct memtest_access *access,
		 struct memtest_result *result)
{
	struct pfn_run run;
	pfn_t pos;

	*result = (struct memtest_result){
		.tested_pages = bootmem_free_pages_between(bm, start, end),
	};
	while (passes-- > 0) {
		for (pos = start; next_free_run(bm, pos, end, &run);
		     pos = run.end)
			result->bad_pages += test_run(
				bm, &run, memtest_pattern(passes), access);
	}
}

/* --- the live machine ---------------------------------------------------- */

static unsigned int memtest_passes;

/* A word alone means all patterns, once. */
static int memtest_set(const char *value)
{
	unsigned int passes = ARRAY_SIZE(patterns);
	int err = value ? kstrtouint(value, 10, &passes) : 0;

	if (err || passes > MEMTEST_MAX_PASSES)
		return -EINVAL;
	memtest_passes = passes;
	return 0;
}
KERNEL_PARAM(memtest, "memtest", memtest_set,
	     "[=N]: test free memory with N patterns at boot (0..1000)");

unsigned int memtest_passes_for(unsigned int asked)
{
	return asked == 1 ? 2 : asked;
}

static void boot_part(const char *part, pfn_t start, pfn_t end,
		      const struct memtest_access *access)
{
	struct memtest_result result;

	if (start >= end)
		return;
	memtest_run(&bootmem_live, start, end,
		    memtest_passes_for(memtest_passes), access, &result);
	if (result.tested_pages)
		pr_info("%s: passes=%u tested_pages=%lu bad_pages=%lu\n", part,
			memtest_passes_for(memtest_passes), result.tested_pages,
			result.bad_pages);
}

/* The whole pages of @e among the frames [start, end). Return: false: none. */
static bool named_frames(const struct boot_mmap_entry *e, pfn_t start,
			 pfn_t end, struct pfn_run *run)
{
	const u64 last = e->base + (e->length - 1), limit = pfn_to_phys(end);

	/* Where no frame has a number, too. */
	if (e->type != BOOT_MMAP_USABLE || e->base >= limit)
		return false;
	run->start = max(phys_to_pfn(PAGE_ALIGN(e->base)), start);
	run->end = last < limit ? phys_to_pfn(last + 1) : end;
	return run->start < run->end;
}

/* The RAM that memmap= has named, of the frames [start, end). */
static void boot_probe(pfn_t start, pfn_t end,
		       const struct memtest_access *access)
{
	const struct memmap_words *w = &memmap_words_boot;
	struct memtest_result result;
	struct pfn_run run;
	unsigned int i;

	for (i = 0; i < w->nr; i++) {
		const struct boot_mmap_entry *e = &w->ranges[i];

		if (!named_frames(e, start, end, &run))
			continue;
		memtest_run(&bootmem_live, run.start, run.end,
			    memtest_passes_for(1), access, &result);
		if (result.bad_pages)
			pr_err("memmap= calls [mem 0x%08llx-0x%08llx] RAM:"
			       " %lu of %lu free pages do not answer\n",
			       e->base, e->base + e->length - 1,
			       result.bad_pages, result.tested_pages);
	}
}

static void boot_frames(const char *part, pfn_t start, pfn_t end,
			const struct memtest_access *test,
			const struct memtest_access *probe)
{
	if (memtest_passes)
		boot_part(part, start, end, test);
	else
		boot_probe(start, end, probe);
}

/* Where low memory ends at most: vmalloc= may make it shorter later on. */
void memtest_boot_low(void)
{
	boot_frames("low memory", 0, min(MEMMAP_NORMAL_END_PFN, mm_limit_pfn()),
		    &memtest_direct, &probe_direct);
}

void memtest_boot_high(void)
{
	boot_frames("high memory", MEMMAP_NORMAL_END_PFN, mm_limit_pfn(),
		    &memtest_mapped, &probe_mapped);
}

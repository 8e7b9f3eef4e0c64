/* SPDX-License-Identifier: MIT */
/*
 * page_records.c - records of frames in sections, holes for next to nothing
 *
 * A machine with 16 MiB of RAM low and some at 4 GiB would need 24 MiB for a
 * flat array, nearly all of it records of frames that do not exist. Only the
 * sections (4 MiB) that have RAM get pages here. They are taken from bootmem
 * as one piece and cut up in order, so that bootmem's list grows by one entry
 * and a section's pages follow from its number among those before it.
 *
 * The rest of the window is mapped, too. Whoever walks all frames of a zone or
 * looks below a frame for its head may read any record, and finds that there is
 * nothing: kpt_map_zeroes() has one frame and one page table for all of it, so
 * a hole of 60 GiB costs 3 KiB of directory entries that are there anyway.
 *
 * Invariants:
 *   R1  a frame that is RAM and below the limit has a record of its own
 *   R2  the record of a frame in a section without RAM reads as PAGE_NONE
 *
 * Locking: none, one CPU. Context: boot.
 *
 * Not here: when sections are chosen (mm_plan_make()), page tables (arch).
 */
#include <kernel/errno.h>
#include <kernel/util.h>
#include <asm/pgtable.h>
#include <mm/page_records.h>

/* --- which sections ----------------------------------------------------- */

void records_cursor_init(struct records_cursor *c, const struct bootmem *bm)
{
	bootmem_cursor_init(&c->spans, bm, PAGE_SIZE);
	c->next = 0;
}

bool records_next_run(struct records_cursor *c, struct records_run *run)
{
	struct bootmem_span span;

	while (bootmem_next_span(&c->spans, &span)) {
		pfn_t start = ALIGN_DOWN(phys_to_pfn(span.start),
					 RECORDS_SECTION_PAGES);
		pfn_t end = ALIGN(phys_to_pfn(span.end), RECORDS_SECTION_PAGES);

		/* Spans of one section: the first has brought it. */
		start = max(start, c->next);
		if (start >= end)
			continue;
		*run = (struct records_run){ start, end };
		c->next = end;
		return true;
	}
	return false;
}

static pfn_t run_sections(const struct records_run *run)
{
	return (run->end_pfn - run->start_pfn) / RECORDS_SECTION_PAGES;
}

pfn_t records_limit(const struct bootmem *bm, u64 budget_bytes)
{
	pfn_t left = (pfn_t)(budget_bytes >> PAGE_SHIFT) /
		     (RECORDS_SECTION_BYTES / PAGE_SIZE);
	struct records_cursor c;
	struct records_run run;

	records_cursor_init(&c, bm);
	while (records_next_run(&c, &run)) {
		if (run_sections(&run) > left)
			return run.start_pfn + left * RECORDS_SECTION_PAGES;
		left -= run_sections(&run);
	}
	return ~0ul;
}

unsigned long records_bytes(const struct bootmem *bm, pfn_t limit)
{
	struct records_cursor c;
	struct records_run run;
	pfn_t nr = 0;

	records_cursor_init(&c, bm);
	while (records_next_run(&c, &run) && run.start_pfn < limit) {
		run.end_pfn =
			min(run.end_pfn, ALIGN(limit, RECORDS_SECTION_PAGES));
		nr += run_sections(&run);
	}
	return nr * RECORDS_SECTION_BYTES;
}

/* --- the window --------------------------------------------------------- */

/* Where the record of @pfn lies in a window at @window. */
static unsigned long record_va(unsigned long window, pfn_t pfn)
{
	return window + pfn * sizeof(struct page);
}

int records_map(const struct bootmem *bm, unsigned long window,
		unsigned long window_bytes, void *records)
{
	const unsigned long window_end = window + window_bytes;
	phys_addr_t pa = virt_to_phys(records);
	unsigned long at = window;
	struct records_cursor c;
	struct records_run run;
	int err = 0;

	records_cursor_init(&c, bm);
	while (!err && at < window_end && records_next_run(&c, &run)) {
		const pfn_t limit = window_bytes / sizeof(struct page);
		unsigned long start =
			record_va(window, min(run.start_pfn, limit));
		unsigned long end = record_va(window, min(run.end_pfn, limit));

		err = kpt_map_zeroes(at, start - at);
		if (!err && start < end)
			err = kpt_map_phys(start, pa, end - start, PROT_KERNEL);
		pa += end - start;
		at = end;
	}
	return err ? err : kpt_map_zeroes(at, window_end - at);
}

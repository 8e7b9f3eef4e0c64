/* SPDX-License-Identifier: MIT */
/*
 * page_exact.c - split_page(), and pages by number of bytes
 *
 * 40 KiB want a block of 64. It is split into single pages and the last six
 * go back to the buddy, where they merge with each other and with what lies
 * behind them. The ten that stay are pages like any other: each has a
 * reference and can be freed by itself.
 *
 * Locking: none here; splitting and freeing take zone->lock.
 *
 * Not here: the writing of records (page_split.c).
 */
#define pr_fmt(fmt) "alloc_pages_exact: " fmt

#include <kernel/atomic.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/printk.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/page_exact.h>
#include <mm/page_ref.h>
#include <mm/page_split.h>
#include "internal.h"

/*
 * Name what forbids the split. A tail of a plain block and a free page look
 * alike from here: neither is the head of anything that could be split.
 */
static noinline __cold void bad_split(const struct page *page,
				      unsigned int order, unsigned long site)
{
	const struct report_sites sites = {
		.alloc = page_state(page) == PAGE_ALLOCATED ? page->site : 0,
		.at = site,
	};
	pfn_t pfn = page_to_pfn(page);

	if (PageCompound(page))
		mm_report("bad-split", &sites, "compound pfn=%#lx head=%#lx",
			  pfn, page_to_pfn(compound_head(page)));
	else if (page_state(page) == PAGE_ALLOCATED)
		mm_report("bad-split", &sites,
			  "wrong-order pfn=%#lx is=%u given=%u", pfn,
			  page_order(page), order);
	else
		mm_report("bad-split", &sites, "no-block pfn=%#lx given=%u",
			  pfn, order);
}

/* Look first, as page_block_split() takes a wrong call for corruption. */
static bool split_page_site(struct page *page, unsigned int order,
			    unsigned long site)
{
	if (!page_is_allocated(page, order) || PageHead(page)) {
		bad_split(page, order, site);
		return false;
	}
	page_block_split(page, order);
	return true;
}

void split_page(struct page *page, unsigned int order)
{
	split_page_site(page, order, _RET_IP_);
}
EXPORT_SYMBOL(split_page);

/* --- by number of bytes ------------------------------------------------- */

/* What is wrong with a request, in words; NULL: nothing. */
static const char *exact_refusal(size_t size, gfp_t gfp)
{
	if (size == 0)
		return "size 0";
	if (size > ALLOC_EXACT_MAX)
		return "larger than the largest block";
	if (gfp & __GFP_HIGHMEM)
		return "__GFP_HIGHMEM has no address to return";
	if (gfp & __GFP_COMP)
		return "__GFP_COMP is for pages that stay together";
	return NULL;
}

/* Told to `why` and to the log, in the words that alloc_pages() has for it. */
static noinline __cold void *exact_refuse(size_t size, gfp_t gfp,
					  const char *why, unsigned long site)
{
	alloc_failure_note_text(gfp, site,
				"alloc_pages_exact: %zu bytes refused: %s",
				size, why);
	if (!(gfp & __GFP_NOWARN))
		pr_err("refused: %s: size:%zu, mode:%#x, caller %pS\n", why,
		       size, gfp, (void *)site);
	return NULL;
}

static unsigned long exact_nr_pages(size_t size)
{
	return DIV_ROUND_UP(size, PAGE_SIZE);
}

void *alloc_pages_exact_site(size_t size, gfp_t gfp, unsigned long site)
{
	const char *why = exact_refusal(size, gfp);
	unsigned int order;
	struct page *page, *spare;

	if (why)
		return exact_refuse(size, gfp, why, site);
	order = get_order(size);
	page = alloc_pages_site(gfp, order, site);
	if (!page || !split_page_site(page, order, site))
		return NULL;
	VM_BUG_ON(exact_nr_pages(size) > 1ul << order);
	/* From the end: the pages of one half merge before the next begin. */
	spare = page + (1ul << order);
	while (--spare >= page + exact_nr_pages(size))
		__free_pages_site(spare, 0, site);
	return page_address(page);
}

void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	return alloc_pages_exact_site(size, gfp, _RET_IP_);
}
EXPORT_SYMBOL(alloc_pages_exact);

/* The first of @nr pages that is no allocated single page, or NULL. */
static struct page *exact_find_bad(struct page *page, unsigned long nr)
{
	for (; nr; nr--, page++) {
		if (!page_is_allocated(page, 0))
			return page;
	}
	return NULL;
}

/* No run of frames of the direct map begins at @addr. */
static noinline __cold void exact_bad_range(unsigned long addr, size_t size,
					    unsigned long site)
{
	const struct report_sites sites = { .at = site };

	mm_report("bad-free", &sites, "%s addr=%#lx bytes=%zu",
		  addr & ~PAGE_MASK ? "misaligned" : "range", addr, size);
}

void free_pages_exact(void *virt, size_t size)
{
	unsigned long addr = (unsigned long)virt;
	/* Addresses below the direct map wrap to numbers above its end. */
	pfn_t pfn = (addr - PAGE_OFFSET) >> PAGE_SHIFT;
	struct page *page, *bad;
	unsigned long i, nr;

	if (!virt)
		return;
	if (addr & ~PAGE_MASK || size == 0 || size > ALLOC_EXACT_MAX ||
	    pfn >= max_low_pfn || exact_nr_pages(size) > max_low_pfn - pfn) {
		exact_bad_range(addr, size, _RET_IP_);
		return;
	}
	page = pfn_to_page(pfn);
	nr = exact_nr_pages(size);
	bad = exact_find_bad(page, nr);
	if (bad) {
		/* Refused there, too, and named. */
		__free_pages_site(bad, 0, _RET_IP_);
		return;
	}
	for (i = 0; i < nr; i++)
		__free_pages_site(page + i, 0, _RET_IP_);
}
EXPORT_SYMBOL(free_pages_exact);

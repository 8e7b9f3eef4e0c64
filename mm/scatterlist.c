/* SPDX-License-Identifier: MIT */
/*
 * scatterlist.c - lists of pieces of memory: making, walking, copying
 *
 * A table's arrays are a page each, but for the last one, which is as long as
 * need be: so a list of any length needs no block of several pages, and may be
 * had with GFP_ATOMIC. Each full array gives its last entry to the chain.
 *
 * Copies go a page's piece at a time through sg_miter, which gives high pages
 * an address for that long.
 *
 * Invariants:
 *   G1  the end mark is on the last entry and nowhere before
 *   G2  an array that is chained has its link as its very last entry
 *
 * Locking: none; a list belongs to its caller.
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/scatterlist.h>
#include <mm/slab.h>
#include <mm/slab_accounted.h>
#include "slab_internal.h"

static_assert(sizeof(struct page) % (SG_PAGE_LINK_MASK + 1) == 0,
	      "the marks lie in bits that a record's address has as 0");

/* --- walking ---------------------------------------------------------------- */

void sg_init_table(struct scatterlist *sgl, unsigned int nents)
{
	memset(sgl, 0, sizeof(*sgl) * nents);
	sg_mark_end(&sgl[nents - 1]);
}
EXPORT_SYMBOL(sg_init_table);

void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int buflen)
{
	sg_init_table(sg, 1);
	sg_set_buf(sg, buf, buflen);
}
EXPORT_SYMBOL(sg_init_one);

struct scatterlist *sg_next(struct scatterlist *sg)
{
	if (sg_is_last(sg))
		return NULL;
	sg++;
	return sg_is_chain(sg) ? sg_chain_ptr(sg) : sg;
}
EXPORT_SYMBOL(sg_next);

struct scatterlist *sg_last(struct scatterlist *sgl, unsigned int nents)
{
	struct scatterlist *sg, *last = NULL;
	unsigned int i;

	for_each_sg(sgl, sg, nents, i) last = sg;
	return last;
}
EXPORT_SYMBOL(sg_last);

int sg_nents(struct scatterlist *sg)
{
	int nents;

	for (nents = 0; sg; sg = sg_next(sg))
		nents++;
	return nents;
}
EXPORT_SYMBOL(sg_nents);

int sg_nents_for_len(struct scatterlist *sg, u64 len)
{
	u64 total = 0;
	int nents;

	if (!len)
		return 0;
	for (nents = 1; sg; sg = sg_next(sg), nents++) {
		total += sg->length;
		if (total >= len)
			return nents;
	}
	return -EINVAL;
}
EXPORT_SYMBOL(sg_nents_for_len);

void sg_chain(struct scatterlist *prv, unsigned int prv_nents,
	      struct scatterlist *sgl)
{
	struct scatterlist *link = &prv[prv_nents - 1];

	link->offset = 0;
	link->length = 0;
	link->page_link = (unsigned long)sgl | SG_CHAIN;
}
EXPORT_SYMBOL(sg_chain);

/* --- tables ----------------------------------------------------------------- */

/* In the name of @site, which is told if it does not give it back. */
static struct scatterlist *sg_array_alloc(unsigned int nents, gfp_t gfp,
					  unsigned long site)
{
	struct page *page;

	if (nents < SG_MAX_SINGLE_ALLOC)
		return kmalloc_at(nents * sizeof(struct scatterlist), gfp,
				  site);
	page = alloc_pages_site(gfp & ~__GFP_HIGHMEM, 0, site);
	return page ? page_address(page) : NULL;
}

static void sg_array_free(struct scatterlist *sg, unsigned int nents)
{
	if (nents == SG_MAX_SINGLE_ALLOC)
		free_page((unsigned long)sg);
	else
		kfree(sg);
}

/* Entries of the array that @left entries of a list begin with, its link, if
 * it has one, included. */
static unsigned int sg_array_nents(unsigned int left)
{
	return min_t(unsigned int, left, SG_MAX_SINGLE_ALLOC);
}

void sg_free_table(struct sg_table *table)
{
	unsigned int left = table->orig_nents;
	struct scatterlist *sg = table->sgl;

	while (sg) {
		unsigned int nents = sg_array_nents(left);
		struct scatterlist *next = NULL;

		if (left > nents)
			next = sg_chain_ptr(&sg[nents - 1]);
		left -= next ? nents - 1 : nents;
		sg_array_free(sg, nents);
		sg = next;
	}
	*table = (struct sg_table){ 0 };
}

static int sg_table_alloc(struct sg_table *table, unsigned int nents, gfp_t gfp,
			  unsigned long site)
{
	struct scatterlist *before = NULL;
	unsigned int left = nents;

	*table = (struct sg_table){ 0 };
	if (!nents)
		return -EINVAL;
	while (left) {
		unsigned int here = sg_array_nents(left);
		struct scatterlist *sg = sg_array_alloc(here, gfp, site);

		if (!sg) {
			/* No link was needed: it is an entry like others. */
			if (before)
				table->orig_nents++;
			sg_free_table(table);
			return -ENOMEM;
		}
		sg_init_table(sg, here);
		if (before)
			sg_chain(before, SG_MAX_SINGLE_ALLOC, sg);
		else
			table->sgl = sg;
		before = sg;
		left -= left > here ? here - 1 : here;
		table->orig_nents = nents - left;
	}
	table->nents = nents;
	return 0;
}

int sg_alloc_table(struct sg_table *table, unsigned int nents, gfp_t gfp)
{
	return sg_table_alloc(table, nents, gfp, _RET_IP_);
}

/* How many of @n_pages pages from @pages on are one piece: neighbours, and at
 * most @max_segment bytes. */
static unsigned int sg_run_pages(struct page **pages, unsigned int n_pages,
				 unsigned int max_segment)
{
	unsigned int most = min(n_pages, max_segment >> PAGE_SHIFT);
	unsigned int run = 1;

	while (run < most &&
	       page_to_pfn(pages[run]) == page_to_pfn(pages[run - 1]) + 1)
		run++;
	return run;
}

static int sg_table_from_pages(struct sg_table *sgt, struct page **pages,
			       unsigned int n_pages, unsigned int offset,
			       unsigned long size, unsigned int max_segment,
			       gfp_t gfp, unsigned long site)
{
	unsigned int i, nents = 0;
	struct scatterlist *sg;
	int err;

	*sgt = (struct sg_table){ 0 };
	if (offset >= PAGE_SIZE || !size || max_segment < PAGE_SIZE ||
	    (offset + (u64)size + PAGE_SIZE - 1) >> PAGE_SHIFT != n_pages)
		return -EINVAL;
	for (i = 0; i < n_pages; nents++)
		i += sg_run_pages(pages + i, n_pages - i, max_segment);
	err = sg_table_alloc(sgt, nents, gfp, site);
	if (err)
		return err;
	for_each_sgtable_sg(sgt, sg, i)
	{
		unsigned int run = sg_run_pages(pages, n_pages, max_segment);
		/* A piece that wraps is one of 4 GiB: size ends it before. */
		unsigned long len =
			min(size, ((unsigned long)run << PAGE_SHIFT) - offset);

		sg_set_page(sg, pages[0], (unsigned int)len, offset);
		offset = 0;
		size -= len;
		pages += run;
		n_pages -= run;
	}
	return 0;
}

int sg_alloc_table_from_pages_segment(struct sg_table *sgt, struct page **pages,
				      unsigned int n_pages, unsigned int offset,
				      unsigned long size,
				      unsigned int max_segment, gfp_t gfp)
{
	return sg_table_from_pages(sgt, pages, n_pages, offset, size,
				   max_segment, gfp, _RET_IP_);
}

/* --- tables of modules -------------------------------------------------------- */

/* The array that a list ends with: the only one that may be an object. */
static struct scatterlist *sg_last_array(const struct sg_table *table)
{
	unsigned int left = table->orig_nents;
	struct scatterlist *sg = table->sgl;

	for (; left > SG_MAX_SINGLE_ALLOC; left -= SG_MAX_SINGLE_ALLOC - 1)
		sg = sg_chain_ptr(&sg[SG_MAX_SINGLE_ALLOC - 1]);
	return sg;
}

static int accounted_sg_alloc_table(struct sg_table *table, unsigned int nents,
				    gfp_t gfp)
{
	int err = sg_table_alloc(table, nents, gfp, _RET_IP_);

	if (!err)
		accounted_note(sg_last_array(table), _RET_IP_);
	return err;
}

static int accounted_sg_from_pages(struct sg_table *sgt, struct page **pages,
				   unsigned int n_pages, unsigned int offset,
				   unsigned long size, unsigned int max_segment,
				   gfp_t gfp)
{
	int err = sg_table_from_pages(sgt, pages, n_pages, offset, size,
				      max_segment, gfp, _RET_IP_);

	if (!err)
		accounted_note(sg_last_array(sgt), _RET_IP_);
	return err;
}

static void accounted_sg_free_table(struct sg_table *table)
{
	if (table->sgl)
		accounted_forget(sg_last_array(table));
	sg_free_table(table);
}

EXPORT_SYMBOL_AS(sg_alloc_table, accounted_sg_alloc_table);
EXPORT_SYMBOL_AS(sg_alloc_table_from_pages_segment, accounted_sg_from_pages);
EXPORT_SYMBOL_AS(sg_free_table, accounted_sg_free_table);

/* --- bytes ------------------------------------------------------------------ */

void sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl,
		    unsigned int nents, unsigned int flags)
{
	WARN_ON_ONCE(!(flags & (SG_MITER_TO_SG | SG_MITER_FROM_SG)));
	*miter = (struct sg_mapping_iter){ .sg = nents ? sgl : NULL,
					   .nents = nents,
					   .flags = flags };
}
EXPORT_SYMBOL(sg_miter_start);

/* Go on by @bytes, which is no more than what is left of the entry. */
static void sg_miter_advance(struct sg_mapping_iter *miter, unsigned int bytes)
{
	miter->done += bytes;
	if (miter->done < miter->sg->length)
		return;
	miter->done = 0;
	miter->sg = --miter->nents ? sg_next(miter->sg) : NULL;
}

bool sg_miter_skip(struct sg_mapping_iter *miter, off_t offset)
{
	unsigned long left = (unsigned long)offset;

	sg_miter_stop(miter);
	while (left && miter->sg) {
		unsigned int here = (unsigned int)min_t(
			unsigned long, left, miter->sg->length - miter->done);

		sg_miter_advance(miter, here);
		left -= here;
	}
	return !left && miter->sg;
}
EXPORT_SYMBOL(sg_miter_skip);

bool sg_miter_next(struct sg_mapping_iter *miter)
{
	unsigned long at;

	sg_miter_stop(miter);
	/* Entries may be empty. */
	while (miter->sg && !miter->sg->length)
		sg_miter_advance(miter, 0);
	if (!miter->sg)
		return false;
	at = (unsigned long)miter->sg->offset + miter->done;
	miter->page = nth_page(sg_page(miter->sg), at >> PAGE_SHIFT);
	at &= ~PAGE_MASK;
	miter->length =
		min_t(size_t, PAGE_SIZE - at, miter->sg->length - miter->done);
	miter->consumed = miter->length;
	miter->addr = miter->flags & SG_MITER_ATOMIC ?
			      kmap_local_page(miter->page) :
			      kmap(miter->page);
	if (!miter->addr)
		return false;
	miter->addr = (char *)miter->addr + at;
	return true;
}
EXPORT_SYMBOL(sg_miter_next);

void sg_miter_stop(struct sg_mapping_iter *miter)
{
	if (!miter->addr)
		return;
	WARN_ON_ONCE(miter->consumed > miter->length);
	if (miter->flags & SG_MITER_ATOMIC)
		kunmap_local(miter->addr);
	else
		kunmap(miter->page);
	miter->addr = NULL;
	sg_miter_advance(miter, (unsigned int)miter->consumed);
	miter->consumed = 0;
}
EXPORT_SYMBOL(sg_miter_stop);

enum sg_copy_way { SG_COPY_IN, SG_COPY_OUT, SG_COPY_ZERO };

/* @buf: NULL to write zeroes. */
static size_t sg_copy(struct scatterlist *sgl, unsigned int nents, char *buf,
		      size_t buflen, off_t skip, enum sg_copy_way way)
{
	struct sg_mapping_iter miter;
	size_t done = 0;

	sg_miter_start(&miter, sgl, nents,
		       SG_MITER_ATOMIC |
			       (way == SG_COPY_OUT ? SG_MITER_FROM_SG :
						     SG_MITER_TO_SG));
	if (skip && !sg_miter_skip(&miter, skip))
		return 0;
	while (done < buflen && sg_miter_next(&miter)) {
		size_t len = min(miter.length, buflen - done);

		if (way == SG_COPY_OUT)
			memcpy(buf + done, miter.addr, len);
		else if (way == SG_COPY_IN)
			memcpy(miter.addr, buf + done, len);
		else
			memset(miter.addr, 0, len);
		done += len;
	}
	sg_miter_stop(&miter);
	return done;
}

size_t sg_copy_from_buffer(struct scatterlist *sgl, unsigned int nents,
			   const void *buf, size_t buflen)
{
	return sg_pcopy_from_buffer(sgl, nents, buf, buflen, 0);
}
EXPORT_SYMBOL(sg_copy_from_buffer);

size_t sg_copy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf,
			 size_t buflen)
{
	return sg_copy(sgl, nents, buf, buflen, 0, SG_COPY_OUT);
}
EXPORT_SYMBOL(sg_copy_to_buffer);

size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int nents,
			    const void *buf, size_t buflen, off_t skip)
{
	return sg_copy(sgl, nents, (char *)(unsigned long)buf, buflen, skip,
		       SG_COPY_IN);
}
EXPORT_SYMBOL(sg_pcopy_from_buffer);

size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int nents,
			  void *buf, size_t buflen, off_t skip)
{
	return sg_copy(sgl, nents, buf, buflen, skip, SG_COPY_OUT);
}
EXPORT_SYMBOL(sg_pcopy_to_buffer);

size_t sg_zero_buffer(struct scatterlist *sgl, unsigned int nents,
		      size_t buflen, off_t skip)
{
	return sg_copy(sgl, nents, NULL, buflen, skip, SG_COPY_ZERO);
}
EXPORT_SYMBOL(sg_zero_buffer);

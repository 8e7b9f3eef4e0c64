/* SPDX-License-Identifier: MIT */
/*
 * scatterlist.h - memory in pieces: what a device with scatter-gather is given
 *
 * A list is an array of entries, each a run of bytes from one page on. The last
 * entry is marked as the end. An array too small for a list is continued by
 * another: its last entry is then no piece of memory but the address of the
 * next array (a chain). So a list is walked with sg_next() or for_each_sg(),
 * never by index, unless it is known to be one array.
 *
 *	| a | b | c | chain |--->| d | e, end |
 *
 * A run may cross into the pages behind its first one if these lie behind it in
 * memory. What the device is told (dma_address, dma_length) is filled in by
 * dma_map_sg(): entries that are neighbours in memory may be one to the device,
 * so of an entry both halves stand for themselves.
 *
 * Marks are kept in the low bits of the page's address, as on Linux.
 *
 * Context: any, unless said otherwise. A list belongs to its caller.
 */
#ifndef MM_SCATTERLIST_H
#define MM_SCATTERLIST_H

#include <kernel/bug.h>
#include <mm/gfp.h>
#include <mm/page.h>
#include <asm/page.h>

struct scatterlist {
	unsigned long page_link; /* page or next array, with SG_CHAIN, SG_END */
	unsigned int offset; /* bytes from the page's first; may be behind it */
	unsigned int length; /* bytes */
	/* For the device; dma_length 0: none of this and the later entries. */
	dma_addr_t dma_address;
	unsigned int dma_length;
};

/* A list of allocated arrays. */
struct sg_table {
	struct scatterlist *sgl;
	unsigned int nents; /* as mapped: entries that the device is told */
	unsigned int orig_nents; /* entries of the list */
};

#define SG_CHAIN 0x01ul
#define SG_END 0x02ul
#define SG_PAGE_LINK_MASK (SG_CHAIN | SG_END)

/* The largest array that is allocated in one piece: a page. */
#define SG_MAX_SINGLE_ALLOC (PAGE_SIZE / sizeof(struct scatterlist))

#define sg_dma_address(sg) ((sg)->dma_address)
#define sg_dma_len(sg) ((sg)->dma_length)

static inline bool sg_is_chain(const struct scatterlist *sg)
{
	return sg->page_link & SG_CHAIN;
}

static inline bool sg_is_last(const struct scatterlist *sg)
{
	return sg->page_link & SG_END;
}

static inline struct scatterlist *sg_chain_ptr(const struct scatterlist *sg)
{
	return (struct scatterlist *)(sg->page_link & ~SG_PAGE_LINK_MASK);
}

/* The first page of a piece. */
static inline struct page *sg_page(const struct scatterlist *sg)
{
	VM_BUG_ON(sg_is_chain(sg));
	return (struct page *)(sg->page_link & ~SG_PAGE_LINK_MASK);
}

/* Another page; the entry stays the end if it is. */
static inline void sg_assign_page(struct scatterlist *sg, struct page *page)
{
	unsigned long end = sg->page_link & SG_END;

	VM_BUG_ON(sg_is_chain(sg) || (unsigned long)page & SG_PAGE_LINK_MASK);
	sg->page_link = end | (unsigned long)page;
}

static inline void sg_set_page(struct scatterlist *sg, struct page *page,
			       unsigned int len, unsigned int offset)
{
	sg_assign_page(sg, page);
	sg->offset = offset;
	sg->length = len;
}

/* @buf lies in the direct map: kmalloc() memory, pages of lowmem. */
static inline void sg_set_buf(struct scatterlist *sg, const void *buf,
			      unsigned int len)
{
	sg_set_page(sg, virt_to_page(buf), len,
		    (unsigned int)((unsigned long)buf & ~PAGE_MASK));
}

static inline void sg_mark_end(struct scatterlist *sg)
{
	sg->page_link = (sg->page_link | SG_END) & ~SG_CHAIN;
}

static inline void sg_unmark_end(struct scatterlist *sg)
{
	sg->page_link &= ~SG_END;
}

static inline phys_addr_t sg_phys(const struct scatterlist *sg)
{
	return page_to_phys(sg_page(sg)) + sg->offset;
}

/* The kernel address of a piece of lowmem; of high memory only while its page
 * is held by kmap(). */
static inline void *sg_virt(const struct scatterlist *sg)
{
	return (char *)page_address(sg_page(sg)) + sg->offset;
}

/**
 * sg_init_table - an array of @nents entries, all empty, the last one the end
 * @nents: 1 or more
 */
void sg_init_table(struct scatterlist *sgl, unsigned int nents);

/* One entry that is the end and has @buflen bytes of lowmem at @buf. */
void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int buflen);

/* Return: the entry behind @sg, through a chain if need be; NULL: @sg is the
 * end. */
struct scatterlist *sg_next(struct scatterlist *sg);

/* Return: the last of the @nents entries of a list. */
struct scatterlist *sg_last(struct scatterlist *sgl, unsigned int nents);

/* How many entries a list has; chains are none. */
int sg_nents(struct scatterlist *sg);

/* How many of them hold the first @len bytes; -EINVAL: there are less. */
int sg_nents_for_len(struct scatterlist *sg, u64 len);

/**
 * sg_chain - continue an array with another one
 * @prv: the array; its last entry becomes the link, so it must not be in use
 * @prv_nents: entries of it, that one included
 * @sgl: what comes next
 */
void sg_chain(struct scatterlist *prv, unsigned int prv_nents,
	      struct scatterlist *sgl);

/* For the @nr entries from @sglist on; @i counts them. */
#define for_each_sg(sglist, sg, nr, i) \
	for (i = 0, sg = (sglist); i < (nr); i++, sg = sg_next(sg))
#define for_each_sgtable_sg(sgt, sg, i) \
	for_each_sg((sgt)->sgl, sg, (sgt)->orig_nents, i)
#define for_each_sgtable_dma_sg(sgt, sg, i) \
	for_each_sg((sgt)->sgl, sg, (sgt)->nents, i)

/* --- tables ----------------------------------------------------------------- */

/**
 * sg_alloc_table - a list of @nents empty entries, in arrays of a page, chained
 * @gfp: what may be done to find memory
 *
 * Return: 0; -EINVAL: @nents is 0; -ENOMEM. On error the table is empty and
 * need not be freed.
 * Context: sleeps only with __GFP_DIRECT_RECLAIM.
 */
int __must_check sg_alloc_table(struct sg_table *table, unsigned int nents,
				gfp_t gfp);

/* Give the arrays back, not the memory that the entries name. An empty table is
 * harmless. Context: any. */
void sg_free_table(struct sg_table *table);

/**
 * sg_alloc_table_from_pages_segment - a list of @size bytes in given pages
 * @pages: @n_pages of them; those that are neighbours in memory share an entry
 * @offset: where the bytes begin in the first page
 * @size: bytes; must end in the last page
 * @max_segment: the largest entry in bytes; a page or more
 *
 * Return: 0; -EINVAL: @offset, @size or @max_segment do not fit; -ENOMEM.
 * Context: as sg_alloc_table().
 */
int __must_check sg_alloc_table_from_pages_segment(
	struct sg_table *sgt, struct page **pages, unsigned int n_pages,
	unsigned int offset, unsigned long size, unsigned int max_segment,
	gfp_t gfp);

static inline int __must_check sg_alloc_table_from_pages(
	struct sg_table *sgt, struct page **pages, unsigned int n_pages,
	unsigned int offset, unsigned long size, gfp_t gfp)
{
	return sg_alloc_table_from_pages_segment(sgt, pages, n_pages, offset,
						 size, UINT_MAX, gfp);
}

/* --- bytes ------------------------------------------------------------------ */

/**
 * sg_copy_from_buffer - copy a buffer into a list, from its first byte on
 * @nents: entries of the list
 * @buflen: bytes; what the list does not hold is left out
 *
 * The p forms leave out the first @skip bytes of the list.
 * Return: bytes copied. Context: any; pages may be high.
 */
size_t sg_copy_from_buffer(struct scatterlist *sgl, unsigned int nents,
			   const void *buf, size_t buflen);
size_t sg_copy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf,
			 size_t buflen);
size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int nents,
			    const void *buf, size_t buflen, off_t skip);
size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int nents,
			  void *buf, size_t buflen, off_t skip);
size_t sg_zero_buffer(struct scatterlist *sgl, unsigned int nents,
		      size_t buflen, off_t skip);

/*
 * A walk over the bytes of a list, a piece of a page at a time, each with a
 * kernel address: sg_miter_start(), then sg_miter_next() while it says true,
 * then sg_miter_stop(). Who has used less of a piece than its length says so in
 * @consumed, and the next piece begins there.
 */
#define SG_MITER_ATOMIC 0x1u /* for a moment: the caller may not sleep then */
#define SG_MITER_TO_SG 0x2u /* what the walk is for, as Linux asks; at least */
#define SG_MITER_FROM_SG 0x4u /* one of the two */

struct sg_mapping_iter {
	/* The piece; valid after sg_miter_next(). */
	struct page *page;
	void *addr;
	size_t length;
	size_t consumed; /* set to @length by sg_miter_next() */

	/* The walk's own. */
	struct scatterlist *sg; /* NULL: at the end */
	unsigned int nents; /* left, @sg included */
	unsigned int done; /* bytes of @sg that are behind the piece's start */
	unsigned int flags;
};

void sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl,
		    unsigned int nents, unsigned int flags);
/* Leave out @offset bytes, before the first sg_miter_next(). Return: false: the
 * list is not longer than that. */
bool sg_miter_skip(struct sg_mapping_iter *miter, off_t offset);
/* Return: false: the list is at its end. Context: any with SG_MITER_ATOMIC, and
 * no sleeping until the next call; else it may sleep. */
bool sg_miter_next(struct sg_mapping_iter *miter);
void sg_miter_stop(struct sg_mapping_iter *miter);

#endif

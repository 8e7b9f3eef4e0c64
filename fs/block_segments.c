/* SPDX-License-Identifier: MIT */
/*
 * block_segments.c - what a device can take at once, and what it is given
 *
 * A segment is memory that a device sends or receives in one go: pieces whose
 * physical addresses follow each other, as long as the segment is not too long
 * and does not cross a boundary that the device cannot cross (64 KiB, for IDE).
 * The same rule counts segments when bios come in and builds the scatterlist
 * when they go out; what was counted is never too few, since counting does not
 * join segments of two bios.
 *
 * Limits are at least a page each, so that any single piece is one segment.
 *
 * Locking: none; limits are set before the queue is used.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <mm/scatterlist.h>

#include "block_internal.h"

static_assert(BLK_SEG_BOUNDARY_MASK >= PAGE_SIZE - 1,
	      "a page crosses no boundary");

/* What a request's bytes can count. */
#define MOST_SECTORS (UINT_MAX >> SECTOR_SHIFT)

/* --- limits ------------------------------------------------------------------- */

void blk_queue_max_hw_sectors(struct request_queue *q, unsigned int sectors)
{
	if (WARN_ON_ONCE(sectors < PAGE_SIZE / SECTOR_SIZE))
		sectors = PAGE_SIZE / SECTOR_SIZE;
	q->limits.max_hw_sectors = min(sectors, MOST_SECTORS);
}
EXPORT_SYMBOL(blk_queue_max_hw_sectors);

void blk_queue_max_segments(struct request_queue *q, unsigned short segments)
{
	if (WARN_ON_ONCE(!segments))
		segments = 1;
	q->limits.max_segments = segments;
}
EXPORT_SYMBOL(blk_queue_max_segments);

void blk_queue_max_segment_size(struct request_queue *q, unsigned int bytes)
{
	if (WARN_ON_ONCE(bytes < PAGE_SIZE))
		bytes = PAGE_SIZE;
	q->limits.max_segment_size = bytes;
}
EXPORT_SYMBOL(blk_queue_max_segment_size);

void blk_queue_segment_boundary(struct request_queue *q, unsigned long mask)
{
	if (WARN_ON_ONCE(mask < PAGE_SIZE - 1))
		mask = PAGE_SIZE - 1;
	q->limits.seg_boundary_mask = mask;
}
EXPORT_SYMBOL(blk_queue_segment_boundary);

void blk_queue_logical_block_size(struct request_queue *q, unsigned int bytes)
{
	q->limits.logical_block_size = bytes;
	q->limits.physical_block_size =
		max(q->limits.physical_block_size, bytes);
}
EXPORT_SYMBOL(blk_queue_logical_block_size);

void blk_queue_physical_block_size(struct request_queue *q, unsigned int bytes)
{
	q->limits.physical_block_size =
		max(q->limits.logical_block_size, bytes);
}
EXPORT_SYMBOL(blk_queue_physical_block_size);

void blk_queue_write_cache(struct request_queue *q, bool wc, bool fua)
{
	WARN_ON_ONCE(fua);
	q->limits.write_cache = wc;
}
EXPORT_SYMBOL_GPL(blk_queue_write_cache);

/* --- counting ----------------------------------------------------------------------- */

struct segment {
	phys_addr_t start;
	unsigned int bytes; /* 0: none so far */
};

/* Is @v the end of @seg from now on? */
static bool segment_takes(const struct queue_limits *limits,
			  struct segment *seg, const struct bio_vec *v)
{
	phys_addr_t start = page_to_phys(v->bv_page) + v->bv_offset;
	phys_addr_t last = start + v->bv_len - 1;

	if (!seg->bytes || seg->start + seg->bytes != start ||
	    v->bv_len > limits->max_segment_size - seg->bytes ||
	    (seg->start ^ last) & ~(phys_addr_t)limits->seg_boundary_mask)
		return false;
	seg->bytes += v->bv_len;
	return true;
}

static void segment_begin(struct segment *seg, const struct bio_vec *v)
{
	seg->start = page_to_phys(v->bv_page) + v->bv_offset;
	seg->bytes = v->bv_len;
}

unsigned int blk_bio_fits(const struct request_queue *q, const struct bio *bio,
			  unsigned short *nr_segments)
{
	unsigned int most = q->limits.max_hw_sectors << SECTOR_SHIFT;
	unsigned int bytes = 0;
	struct segment seg = { 0 };
	unsigned short nr = 0;
	struct bvec_iter iter;
	struct bio_vec v;

	bio_for_each_segment(v, bio, iter)
	{
		if (bytes == most)
			break;
		v.bv_len = min(v.bv_len, most - bytes);
		if (!segment_takes(&q->limits, &seg, &v)) {
			if (nr == q->limits.max_segments)
				break;
			nr++;
			segment_begin(&seg, &v);
		}
		bytes += v.bv_len;
	}
	*nr_segments = nr;
	return bytes;
}

/* --- building ------------------------------------------------------------------------ */

/* The entry behind @sg, which is not the last one any more, whatever it was
 * when the table was used before. NULL: the first. */
static struct scatterlist *entry_behind(struct scatterlist *sg,
					struct scatterlist *first)
{
	if (!sg)
		return first;
	sg_unmark_end(sg);
	return sg_next(sg);
}

int blk_rq_map_sg(struct request_queue *q, struct request *rq,
		  struct scatterlist *sgl)
{
	struct scatterlist *sg = NULL;
	struct segment seg = { 0 };
	struct req_iterator it;
	struct bio_vec v;
	int nr = 0;

	rq_for_each_segment(v, rq, it)
	{
		if (segment_takes(&q->limits, &seg, &v)) {
			sg->length += v.bv_len;
			continue;
		}
		sg = entry_behind(sg, sgl);
		sg_set_page(sg, v.bv_page, v.bv_len, v.bv_offset);
		segment_begin(&seg, &v);
		nr++;
	}
	if (sg)
		sg_mark_end(sg);
	return nr;
}
EXPORT_SYMBOL(blk_rq_map_sg);

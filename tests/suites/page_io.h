/* SPDX-License-Identifier: MIT */
/* page_io.h - sectors between a disk and the start of a page */
#ifndef TESTS_PAGE_IO_H
#define TESTS_PAGE_IO_H

#include <fs/blkdev.h>

/* Return: 0, or what became of it. */
static inline int page_io(struct block_device *bdev, struct page *page,
			  sector_t sector, unsigned int nr, blk_opf_t opf)
{
	struct bio *bio = bio_alloc(bdev, 1, opf, GFP_NOIO);
	int err;

	bio->bi_iter.bi_sector = sector;
	bio_add_page(bio, page, nr * SECTOR_SIZE, 0);
	err = submit_bio_wait(bio);
	bio_put(bio);
	return err;
}

#endif

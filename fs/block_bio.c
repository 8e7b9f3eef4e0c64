/* SPDX-License-Identifier: MIT */
/*
 * block_bio.c - transfers: their memory, their pieces and their end
 *
 * Writing a page out is what frees memory, so a bio must be had when there is
 * none. Bios come from one pool, tables for more pieces than fit into a bio from
 * a second, and the fronts of bios that are cut from a third: nobody who holds
 * an element of a pool waits for another one of it, but for bios on their way,
 * which end by themselves.
 *
 * A bio that is cut: the front is a bio of its own that shares the table of
 * pieces, the rest is the bio itself, and __bi_remaining counts the parts. The
 * last that comes back ends it; the first error stays.
 *
 * Locking: none; counts are atomic, all else belongs to who has the bio.
 */
#include <fs/bio.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/string.h>
#include <mm/mempool.h>
#include <mm/slab.h>

#include "block_internal.h"

/* In reserve of each kind: what several writers that are out of memory need to
 * go on side by side; one would do. */
#define BIO_RESERVE 16
#define BVEC_RESERVE 2

/* struct bio.bi_flags */
#define BIO_POOLED 1u /* of bio_pool */
#define BIO_FRONT 2u /* of front_pool; the table is another's */

static mempool_t bio_pool, front_pool, bvec_pool;

void bios_init(void)
{
	struct kmem_cache *bios = KMEM_CACHE(bio, 0);
	size_t table_bytes = BIO_MAX_VECS * sizeof(struct bio_vec);

	if (!bios || mempool_init_slab_pool(&bio_pool, BIO_RESERVE, bios) ||
	    mempool_init_slab_pool(&front_pool, BIO_RESERVE, bios) ||
	    mempool_init_kmalloc_pool(&bvec_pool, BVEC_RESERVE, table_bytes))
		panic("block: no memory for bios");
}

/* --- what became of it ------------------------------------------------------- */

static const struct {
	blk_status_t status;
	int err;
} status_errors[] = {
	{ BLK_STS_OK, 0 },
	{ BLK_STS_NOTSUPP, -EOPNOTSUPP },
	{ BLK_STS_TIMEOUT, -ETIMEDOUT },
	{ BLK_STS_NOSPC, -ENOSPC },
	{ BLK_STS_RESOURCE, -ENOMEM },
	{ BLK_STS_AGAIN, -EAGAIN },
	{ BLK_STS_DEV_RESOURCE, -EBUSY },
	{ BLK_STS_OFFLINE, -ENODEV },
};

int blk_status_to_errno(blk_status_t status)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(status_errors); i++) {
		if (status_errors[i].status == status)
			return status_errors[i].err;
	}
	return -EIO;
}
EXPORT_SYMBOL_GPL(blk_status_to_errno);

blk_status_t errno_to_blk_status(int err)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(status_errors); i++) {
		if (status_errors[i].err == err)
			return status_errors[i].status;
	}
	return BLK_STS_IOERR;
}
EXPORT_SYMBOL_GPL(errno_to_blk_status);

/* --- memory -------------------------------------------------------------------- */

void bio_init(struct bio *bio, struct block_device *bdev, struct bio_vec *table,
	      unsigned short max_vecs, blk_opf_t opf)
{
	*bio = (struct bio){
		.bi_bdev = bdev,
		.bi_opf = opf,
		.bi_io_vec = table,
		.bi_max_vecs = max_vecs,
	};
	atomic_set(&bio->__bi_cnt, 1);
	atomic_set(&bio->__bi_remaining, 1);
}
EXPORT_SYMBOL(bio_init);

struct bio *bio_alloc(struct block_device *bdev, unsigned short nr_vecs,
		      blk_opf_t opf, gfp_t gfp)
{
	struct bio_vec *table;
	struct bio *bio;

	if (WARN_ON_ONCE(nr_vecs > BIO_MAX_VECS))
		return NULL;
	bio = mempool_alloc(&bio_pool, gfp);
	if (!bio)
		return NULL;
	table = bio->bi_inline_vecs;
	if (nr_vecs > BIO_INLINE_VECS) {
		table = mempool_alloc(&bvec_pool, gfp);
		if (!table) {
			mempool_free(bio, &bio_pool);
			return NULL;
		}
	}
	bio_init(bio, bdev, table, nr_vecs, opf);
	bio->bi_flags = BIO_POOLED;
	return bio;
}
EXPORT_SYMBOL(bio_alloc);

void bio_put(struct bio *bio)
{
	if (!atomic_dec_and_test(&bio->__bi_cnt))
		return;
	if (bio->bi_flags & BIO_FRONT) {
		mempool_free(bio, &front_pool);
		return;
	}
	if (WARN_ON_ONCE(!(bio->bi_flags & BIO_POOLED)))
		return;
	if (bio->bi_io_vec != bio->bi_inline_vecs)
		mempool_free(bio->bi_io_vec, &bvec_pool);
	mempool_free(bio, &bio_pool);
}
EXPORT_SYMBOL(bio_put);

/* --- pieces ---------------------------------------------------------------------- */

int bio_add_page(struct bio *bio, struct page *page, unsigned int len,
		 unsigned int off)
{
	if (bio->bi_vcnt >= bio->bi_max_vecs)
		return 0;
	if (WARN_ON(!len || (len | off) % SECTOR_SIZE || off > PAGE_SIZE ||
		    len > PAGE_SIZE - off))
		return 0;
	bio->bi_io_vec[bio->bi_vcnt++] = (struct bio_vec){
		.bv_page = page,
		.bv_len = len,
		.bv_offset = off,
	};
	bio->bi_iter.bi_size += len;
	return (int)len;
}
EXPORT_SYMBOL(bio_add_page);

void bio_advance(struct bio *bio, unsigned int bytes)
{
	while (bytes) {
		struct bio_vec v = bio_iter_iovec(bio, bio->bi_iter);
		unsigned int n = min(bytes, v.bv_len);

		bvec_iter_step(bio->bi_io_vec, &bio->bi_iter, n);
		bytes -= n;
	}
}

/* --- the end ----------------------------------------------------------------------- */

void bio_endio(struct bio *bio)
{
	if (!atomic_dec_and_test(&bio->__bi_remaining))
		return;
	/* Who hands it in once more gets it back once more. */
	atomic_set(&bio->__bi_remaining, 1);
	if (bio->bi_end_io)
		bio->bi_end_io(bio);
}
EXPORT_SYMBOL(bio_endio);

static void front_end(struct bio *front)
{
	struct bio *bio = front->bi_private;

	bio_part_over(bio, front->bi_status);
	bio_put(front);
	bio_endio(bio);
}

struct bio *bio_cut(struct bio *bio, unsigned int bytes)
{
	struct bio *front = mempool_alloc(&front_pool, GFP_NOIO);

	bio_init(front, bio->bi_bdev, bio->bi_io_vec, bio->bi_max_vecs,
		 bio->bi_opf);
	front->bi_flags = BIO_FRONT;
	front->bi_vcnt = bio->bi_vcnt;
	front->bi_iter = bio->bi_iter;
	front->bi_iter.bi_size = bytes;
	front->bi_end_io = front_end;
	front->bi_private = bio;
	atomic_inc(&bio->__bi_remaining);
	bio_advance(bio, bytes);
	return front;
}

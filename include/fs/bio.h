/* SPDX-License-Identifier: MIT */
/*
 * bio.h - one transfer between a disk and pages of memory
 *
 * Whoever wants data of a disk makes a struct bio: which disk, from which sector
 * on, in which direction, and the pieces of memory, high pages too. It is given
 * to the disk with submit_bio(); its bi_end_io is called when all of it is
 * through, or when it failed.
 *
 *	bio = bio_alloc(bdev, 1, REQ_OP_READ, GFP_NOIO);
 *	bio->bi_iter.bi_sector = sector;
 *	bio_add_page(bio, page, PAGE_SIZE, 0);
 *	err = submit_bio_wait(bio);
 *	bio_put(bio);
 *
 * bio_alloc() for one that may sleep always succeeds: bios come from a reserve
 * (mempool.h). For that to be true, hold one bio that was not submitted at a
 * time.
 *
 * A piece lies within one page and is made of whole sectors of memory: offset
 * and length are multiples of SECTOR_SIZE. Its page must stay until the end.
 *
 * What the layer does not have: flags that order writes (REQ_PREFLUSH,
 * REQ_FUA). Writes that must come before others are waited for, and followed by
 * blkdev_issue_flush().
 */
#ifndef FS_BIO_H
#define FS_BIO_H

#include <kernel/atomic.h>
#include <kernel/types.h>
#include <kernel/util.h>
#include <mm/gfp.h>
#include <mm/page.h>

#define SECTOR_SHIFT 9
#define SECTOR_SIZE (1u << SECTOR_SHIFT)
#define BIO_MAX_VECS 256u /* pieces in one bio: a MiB of pages */

struct bio;
struct block_device;

/* --- what became of it ---------------------------------------------------- */

typedef u8 blk_status_t;
#define BLK_STS_OK 0
#define BLK_STS_NOTSUPP ((blk_status_t)1)
#define BLK_STS_TIMEOUT ((blk_status_t)2)
#define BLK_STS_NOSPC ((blk_status_t)3)
#define BLK_STS_RESOURCE ((blk_status_t)9)
#define BLK_STS_IOERR ((blk_status_t)10)
#define BLK_STS_AGAIN ((blk_status_t)12)
#define BLK_STS_DEV_RESOURCE ((blk_status_t)13)
#define BLK_STS_OFFLINE ((blk_status_t)16)

/* Between the two ways to say it. What has no other name is BLK_STS_IOERR, and
 * that is -EIO. */
int blk_status_to_errno(blk_status_t status);
blk_status_t errno_to_blk_status(int err);

/* --- what is wanted --------------------------------------------------------- */

typedef u32 blk_opf_t; /* an operation, and flags above it */
#define REQ_OP_BITS 8
#define REQ_OP_MASK ((blk_opf_t)((1u << REQ_OP_BITS) - 1))
enum req_op {
	REQ_OP_READ = 0,
	REQ_OP_WRITE = 1,
	REQ_OP_FLUSH = 2, /* what the disk holds in its cache: onto the disk */
};
/* Somebody waits for it: it is not held back to be merged. */
#define REQ_SYNC ((blk_opf_t)1 << 11)
/* Never made one with its neighbours. */
#define REQ_NOMERGE ((blk_opf_t)1 << 14)

/* --- the transfer ---------------------------------------------------------- */

/* A piece of memory. */
struct bio_vec {
	struct page *bv_page;
	unsigned int bv_len; /* bytes */
	unsigned int bv_offset; /* in the page */
};

/* How far a transfer is. */
struct bvec_iter {
	sector_t bi_sector; /* on the disk */
	unsigned int bi_size; /* bytes left */
	unsigned int bi_idx; /* of the piece */
	unsigned int bi_bvec_done; /* bytes of it that are through */
};

typedef void(bio_end_io_t)(struct bio *bio);

#define BIO_INLINE_VECS 4u /* in the bio's own memory */

struct bio {
	struct bio *bi_next; /* the next one of its request */
	struct block_device *bi_bdev;
	blk_opf_t bi_opf;
	unsigned short bi_flags; /* BIO_*: the layer's own */
	blk_status_t bi_status; /* at the end: what became of it */
	struct bvec_iter bi_iter; /* the caller sets bi_sector */
	/*
	 * Called once, at the end. Perhaps in an interrupt, with the queue's
	 * lock held: it may wake, complete and free pages, put the bio, and
	 * must not submit.
	 */
	bio_end_io_t *bi_end_io;
	void *bi_private; /* the caller's */

	unsigned short bi_vcnt; /* pieces */
	unsigned short bi_max_vecs;
	atomic_t __bi_cnt; /* users of the memory */
	atomic_t __bi_remaining; /* parts that are still on their way */
	struct bio_vec *bi_io_vec;
	struct bio_vec bi_inline_vecs[BIO_INLINE_VECS];
};

static inline enum req_op bio_op(const struct bio *bio)
{
	return (enum req_op)(bio->bi_opf & REQ_OP_MASK);
}

/* READ or WRITE (uio.h). */
#define bio_data_dir(bio) ((unsigned int)((bio)->bi_opf & 1))
#define bio_sectors(bio) ((bio)->bi_iter.bi_size >> SECTOR_SHIFT)
#define bio_end_sector(bio) ((bio)->bi_iter.bi_sector + bio_sectors(bio))

/* 4.14 .. 5.11: whose it is. */
#define bi_disk bi_bdev->bd_disk

static inline bool bio_has_data(const struct bio *bio)
{
	return bio->bi_iter.bi_size != 0;
}

static inline void bio_set_dev(struct bio *bio, struct block_device *bdev)
{
	bio->bi_bdev = bdev;
}

/* Some @bytes are through, at most those of the piece it is at. */
static inline void bvec_iter_step(const struct bio_vec *vecs,
				  struct bvec_iter *iter, unsigned int bytes)
{
	iter->bi_sector += bytes >> SECTOR_SHIFT;
	iter->bi_size -= bytes;
	iter->bi_bvec_done += bytes;
	if (iter->bi_bvec_done == vecs[iter->bi_idx].bv_len) {
		iter->bi_bvec_done = 0;
		iter->bi_idx++;
	}
}

/* What is left of the piece that @iter is at. */
static inline struct bio_vec bio_iter_iovec(const struct bio *bio,
					    struct bvec_iter iter)
{
	struct bio_vec v = bio->bi_io_vec[iter.bi_idx];

	v.bv_offset += iter.bi_bvec_done;
	v.bv_len = min(v.bv_len - iter.bi_bvec_done, iter.bi_size);
	return v;
}

/* @vec: a struct bio_vec, one piece after the other of what is left. */
#define bio_for_each_segment(vec, bio, iter)                              \
	for (iter = (bio)->bi_iter;                                       \
	     iter.bi_size && ((vec = bio_iter_iovec((bio), iter)), true); \
	     bvec_iter_step((bio)->bi_io_vec, &iter, vec.bv_len))

/* Where the first piece of what is left lies; a lowmem page's. */
static inline void *bio_data(const struct bio *bio)
{
	struct bio_vec v = bio_iter_iovec(bio, bio->bi_iter);

	return (char *)page_address(v.bv_page) + v.bv_offset;
}

/* Bytes of that piece. */
static inline unsigned int bio_cur_bytes(const struct bio *bio)
{
	if (!bio_has_data(bio))
		return 0;
	return bio_iter_iovec(bio, bio->bi_iter).bv_len;
}

/**
 * bio_alloc - a bio with room for @nr_vecs pieces
 * @nr_vecs: 0 .. BIO_MAX_VECS
 * @opf: REQ_OP_*, and flags
 *
 * Return: the bio, one user; NULL: @gfp may not sleep, or more than
 * BIO_MAX_VECS. Context: as @gfp says.
 */
struct bio *bio_alloc(struct block_device *bdev, unsigned short nr_vecs,
		      blk_opf_t opf, gfp_t gfp);

/* The same in the caller's memory; @table has room for @max_vecs pieces. */
void bio_init(struct bio *bio, struct block_device *bdev, struct bio_vec *table,
	      unsigned short max_vecs, blk_opf_t opf);

/* One more user; one less, the last of whom frees it. Context: any. */
static inline void bio_get(struct bio *bio)
{
	atomic_inc(&bio->__bi_cnt);
}
void bio_put(struct bio *bio);

/**
 * bio_add_page - one more piece
 * @len, @off: multiples of SECTOR_SIZE, within the page
 * Return: @len; 0: there is no room, or no such piece.
 */
int bio_add_page(struct bio *bio, struct page *page, unsigned int len,
		 unsigned int off);

/**
 * submit_bio - hand @bio to its disk
 *
 * It comes back through bi_end_io, always, which may be before this returns.
 * What is refused comes back with an error: a bio that goes beyond the end of
 * the disk, writes to a disk that is read-only, has no data, or whose disk is
 * gone. A bio that is larger than the disk takes at once is cut.
 * Context: may sleep, for a request: it starts none of its own I/O for it.
 */
void submit_bio(struct bio *bio);

/**
 * submit_bio_wait - the same, and wait for the end
 *
 * bi_end_io and bi_private are used for it; the bio stays the caller's.
 * Return: 0, or an error. Context: may sleep.
 */
int __must_check submit_bio_wait(struct bio *bio);

/* For drivers that serve bios by themselves: it is over. */
void bio_endio(struct bio *bio);

static inline void bio_io_error(struct bio *bio)
{
	bio->bi_status = BLK_STS_IOERR;
	bio_endio(bio);
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * block_sent.h - bios on their way to the suites' disk, and what became of them
 *
 * Where the disk must not be idle, one request is kept under way: the blocker, a
 * read of the last sector.
 */
#ifndef TESTS_BLOCK_SENT_H
#define TESTS_BLOCK_SENT_H

#include <kernel/completion.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>

#include "ram_disk.h"
#include "room.h"

#define LAST (RAM_DISK_SECTORS - 1)
#define rd SUITE_ROOM(struct ram_disk)

/* A bio on its way, and what became of it. */
struct sent {
	struct completion done;
	struct bio *bio;
	struct page *page;
	int err;
	unsigned int nr_ends;
};
#define MAX_SENT 16u
static struct sent sent[MAX_SENT];
static unsigned int nr_sent;

static inline void sent_end(struct bio *bio)
{
	struct sent *s = bio->bi_private;

	s->err = blk_status_to_errno(bio->bi_status);
	s->nr_ends++;
	complete_all(&s->done);
}

/* @nr sectors of a page of its own; a flush has none. */
static inline struct sent *send_to(struct gendisk *disk, sector_t sector,
				   unsigned int nr, blk_opf_t opf)
{
	struct sent *s = &sent[nr_sent++];

	memset(s, 0, sizeof(*s));
	init_completion(&s->done);
	s->page = alloc_page(GFP_KERNEL | __GFP_NOFAIL | __GFP_ZERO);
	s->bio = bio_alloc(disk->part0, 1, opf, GFP_NOIO);
	s->bio->bi_iter.bi_sector = sector;
	s->bio->bi_end_io = sent_end;
	s->bio->bi_private = s;
	if (nr)
		bio_add_page(s->bio, s->page, nr * SECTOR_SIZE, 0);
	submit_bio(s->bio);
	return s;
}

static inline struct sent *send(sector_t sector, unsigned int nr, blk_opf_t opf)
{
	return send_to(rd->disk, sector, nr, opf);
}

static inline int sent_wait(struct sent *s)
{
	wait_for_completion(&s->done);
	return s->err;
}

static inline u8 *sent_data(const struct sent *s)
{
	return page_address(s->page);
}

static inline u8 sent_byte(const struct sent *s)
{
	return *sent_data(s);
}

/* All are through. */
static inline void sent_all(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < nr_sent; i++) {
		(void)sent_wait(&sent[i]);
		KTEST_EXPECT_EQ(t, sent[i].nr_ends, 1);
		bio_put(sent[i].bio);
		__free_page(sent[i].page);
	}
	nr_sent = 0;
}

static inline bool begin(struct ktest *t)
{
	nr_sent = 0;
	return ram_disk_make(t, rd);
}

/* And from now on it is busy with one request. */
static inline bool begin_busy(struct ktest *t)
{
	if (!begin(t))
		return false;
	rd->hold = true;
	(void)send(LAST, 1, REQ_OP_READ);
	return KTEST_EXPECT_EQ(t, rd->nr_held, 1);
}

static inline void end(struct ktest *t)
{
	ram_disk_serve(rd);
	rd->hold = false;
	blk_run_queue(rd->queue);
	sent_all(t);
	ram_disk_free(rd);
}

static inline void expect_log(struct ktest *t, unsigned int i, sector_t sector,
			      unsigned int sectors, unsigned int nr_bios)
{
	KTEST_EXPECT_EQ(t, rd->log[i].sector, sector);
	KTEST_EXPECT_EQ(t, rd->log[i].sectors, sectors);
	KTEST_EXPECT_EQ(t, rd->log[i].nr_bios, nr_bios);
}

#endif

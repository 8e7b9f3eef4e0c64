/* SPDX-License-Identifier: MIT */
/*
 * frames.c - frames that a disk's controller writes into memory
 *
 * The disk stands for the card: what makes frames for it is whoever wrote its
 * image. A frame is one bio of pages for the block layer; what is counted are
 * the segments that the controller has to be told, and the cycles of what this
 * driver does itself. Cycles of waiting are nobody's cost, and those of
 * interrupts are not seen from here.
 *
 * Locking: none; each caller has his buffer and his sums.
 */
#include <drivers/grabber.h>
#include <kernel/completion.h>
#include <kernel/iomap.h>
#include <kernel/math64.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <asm/processor.h>

#define PAGE_SECTORS ((unsigned int)(PAGE_SIZE >> SECTOR_SHIFT))
static_assert(GRAB_FRAME_PAGES <= BIO_MAX_VECS, "a frame is one bio");

static void frame_end(struct bio *bio)
{
	complete(bio->bi_private);
}

/* Does the piece at @phys go on where a segment of @bytes ends? */
static bool segment_goes_on(const struct queue_limits *limits,
			    phys_addr_t start, unsigned long bytes,
			    phys_addr_t phys)
{
	phys_addr_t last = phys + PAGE_SIZE - 1;

	return bytes && start + bytes == phys &&
	       bytes + PAGE_SIZE <= limits->max_segment_size &&
	       !((start ^ last) & ~(phys_addr_t)limits->seg_boundary_mask);
}

/* Pieces of memory that the controller is told for @nr pages. */
static unsigned int count_segments(const struct queue_limits *limits,
				   struct page *const *page, unsigned int nr)
{
	unsigned int i, segments = 0;
	unsigned long bytes = 0;
	phys_addr_t start = 0;

	for (i = 0; i < nr; i++) {
		phys_addr_t phys = page_to_phys(page[i]);

		if (!segment_goes_on(limits, start, bytes, phys)) {
			segments++;
			start = phys;
			bytes = 0;
		}
		bytes += PAGE_SIZE;
	}
	return segments;
}

/* The disk's data from @sector on into the first @nr pages of @buf. */
static int window_read(struct block_device *bdev, sector_t sector,
		       struct grab_buffer *buf, unsigned int nr,
		       struct grab_cost *cost)
{
	DECLARE_COMPLETION_ONSTACK(done);
	u64 begin = read_cycles();
	struct bio *bio = bio_alloc(bdev, (unsigned short)nr,
				    REQ_OP_READ | REQ_SYNC, GFP_NOIO);
	unsigned int i;
	int err;

	bio->bi_iter.bi_sector = sector;
	bio->bi_end_io = frame_end;
	bio->bi_private = &done;
	for (i = 0; i < nr; i++)
		(void)bio_add_page(bio, buf->page[i], PAGE_SIZE, 0);
	submit_bio(bio);
	cost->move_cycles += read_cycles() - begin;
	wait_for_completion_io(&done);
	err = blk_status_to_errno(bio->bi_status);
	bio_put(bio);
	cost->segments +=
		count_segments(&bdev->bd_disk->queue->limits, buf->page, nr);
	return err;
}

/* From the window to where the frame belongs, its @first page on. */
static void window_copy(struct grab_buffer *buf, unsigned int first,
			unsigned int nr, struct grab_cost *cost)
{
	u64 begin = read_cycles();
	unsigned int i;

	for (i = 0; i < nr; i++) {
		void *va = kmap_local_page(buf->page[i]);

		memcpy_toio((char __iomem *)buf->io + (first + i) * PAGE_SIZE,
			    va, PAGE_SIZE);
		kunmap_local(va);
	}
	cost->copied_bytes += (u64)nr * PAGE_SIZE;
	cost->move_cycles += read_cycles() - begin;
}

static unsigned long requests_served(struct block_device *bdev)
{
	return READ_ONCE(bdev->bd_stats.ios[STAT_READ]);
}

int grab_frame(struct block_device *bdev, sector_t sector,
	       struct grab_buffer *buf, struct grab_cost *cost)
{
	unsigned long served = requests_served(bdev);
	unsigned int first, nr;

	for (first = 0; first < buf->nr_pages; first += nr) {
		int err;

		nr = min(buf->nr_window, buf->nr_pages - first);
		err = window_read(bdev, sector + first * PAGE_SECTORS, buf, nr,
				  cost);
		if (err)
			return err;
		if (buf->io)
			window_copy(buf, first, nr, cost);
	}
	cost->requests += requests_served(bdev) - served;
	return 0;
}

static void frame_into_new_buffer(struct block_device *bdev, sector_t sector,
				  enum grab_way way, unsigned int nr_pages,
				  struct grab_cost *cost)
{
	struct grab_buffer buf = { 0 };
	u64 begin = read_cycles();

	if (!grab_buffer_take(&buf, way, nr_pages)) {
		cost->no_memory++;
		return;
	}
	cost->memory_cycles += read_cycles() - begin;
	if (grab_frame(bdev, sector, &buf, cost)) {
		cost->io_errors++;
	} else {
		cost->frames++;
		cost->crc = grab_buffer_crc32(&buf, cost->crc);
	}
	begin = read_cycles();
	grab_buffer_give(&buf);
	cost->memory_cycles += read_cycles() - begin;
}

void grab_frames(struct block_device *bdev, enum grab_way way, unsigned int nr,
		 unsigned int nr_pages, struct grab_cost *cost)
{
	u32 frame_sectors = nr_pages * PAGE_SECTORS;
	u32 on_disk = (u32)min(div_u64(bdev_nr_sectors(bdev), frame_sectors),
			       (u64)nr);
	unsigned int i;

	*cost = (struct grab_cost){ 0 };
	for (i = 0; i < nr && !signal_pending(current); i++)
		frame_into_new_buffer(bdev,
				      (sector_t)(i % on_disk) * frame_sectors,
				      way, nr_pages, cost);
}

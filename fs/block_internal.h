/* SPDX-License-Identifier: MIT */
/* block_internal.h - what the rooms of the block layer share. */
#ifndef FS_BLOCK_INTERNAL_H
#define FS_BLOCK_INTERNAL_H

#include <fs/blkdev.h>
#include <kernel/bitops.h>
#include <kernel/jiffies.h>

/* struct request_queue.queue_flags */
#define QUEUE_FLAG_STOPPED 1u /* by the driver */
#define QUEUE_FLAG_PLUGGED 2u /* waits for more, until unplug_timer at most */
#define QUEUE_FLAG_DRAINING 4u /* it goes: nothing waits for a kick any more */

/* --- bios (block_bio.c) ------------------------------------------------------- */

void bios_init(void);
/* What became of a part of it: of several errors the first stays. */
static inline void bio_part_over(struct bio *bio, blk_status_t status)
{
	/* Parts may end on several CPUs: then any of them is the first. */
	if (status && !READ_ONCE(bio->bi_status))
		WRITE_ONCE(bio->bi_status, status);
}

/* Some @bytes of what is left are through. */
void bio_advance(struct bio *bio, unsigned int bytes);
/* The first @bytes of @bio as one of its own; @bio ends with it. May sleep, and
 * always succeeds. */
struct bio *bio_cut(struct bio *bio, unsigned int bytes);

/* --- segments (block_segments.c) ------------------------------------------------ */

/**
 * blk_bio_fits - how much of @bio goes into one request of @q
 * @nr_segments: set to how many segments that is
 * Return: bytes; less than bi_size: it must be cut there.
 */
unsigned int blk_bio_fits(const struct request_queue *q, const struct bio *bio,
			  unsigned short *nr_segments);

/* --- the elevator (block_elevator.c): lock held ---------------------------------- */

/* @rq waits from now on. */
void elevator_add(struct request_queue *q, struct request *rq);
/* Choose one of those that wait, and move it to the end of queue_head. */
void elevator_choose(struct request_queue *q);
/* Make @bio part of a request that waits. False: it has no neighbour. */
bool elevator_merge(struct request_queue *q, struct bio *bio,
		    unsigned short nr_segments);

/* --- requests (block_request.c) ------------------------------------------------- */

void requests_init(void);
/* A request that is counted in nr_requests. May sleep, and always succeeds. */
struct request *request_get(struct request_queue *q);
/* One that was not needed. Lock held. */
void request_put(struct request_queue *q, struct request *rq);
/* All of @rq is @bio. */
void request_set_bio(struct request *rq, struct bio *bio,
		     unsigned short nr_segments);
/* The pool of a queue. NULL: no memory. */
mempool_t *request_pool(void);
/* Nothing is left of @rq: it goes, or serves the next bio. Lock held. */
void request_end(struct request *rq);

/* --- tags (block_tags.c) ----------------------------------------------------------- */

/* Requests that are there from the start, each with a number and a driver's own
 * bytes behind it, for the queues of one tag set. */
struct blk_mq_tags {
	unsigned int nr;
	unsigned long *used; /* a bit for each; atomic */
	wait_queue_head_t wait; /* who needs one */
	struct request **rqs;
};

/* One that nobody has, as new but for the driver's bytes. May sleep. */
struct request *tag_get(struct blk_mq_tags *tags, struct request_queue *q);
void tag_put(struct blk_mq_tags *tags, struct request *rq);

/* --- the queue (block_queue.c): lock held ------------------------------------------ */

/* @rq, or a part of one, has come: serve it now, or wait for more. */
void queue_more(struct request_queue *q, bool sync);
/* The driver is called at the next tick, if he has left anything until then. */
static inline void queue_run_soon(struct request_queue *q)
{
	if (!timer_pending(&q->unplug_timer))
		mod_timer(&q->unplug_timer, jiffies + 1);
}

/* --- figures (block_stats.c): lock held --------------------------------------------- */

void stats_queued(struct request *rq);
void stats_merged(struct request *rq);
void stats_moved(struct request *rq, unsigned int bytes);
void stats_done(struct request *rq);
void stats_init(void);
/* @bio was handed in; no lock. */
void stats_submitted(const struct bio *bio);

/* --- disks (block_disk.c) ----------------------------------------------------------- */

void disks_init(void);
/* Call @fn for each disk that was added, by number; it must not add any. */
void disks_each(void (*fn)(struct gendisk *disk, void *ctx), void *ctx);
/* The disk of a number, one reference and its module held; NULL. */
struct gendisk *disk_get(dev_t dev);
void disk_let_go(struct gendisk *disk);
/* Its queue goes with it. */
static inline void disk_own_queue(struct gendisk *disk)
{
	disk->queue->disk = disk;
	set_bit(GD_OWNS_QUEUE, &disk->state);
}

/* One user less. Context: any. */
void disk_unref(struct gendisk *disk);
/* May bios be queued, and the driver be asked? Then del_gendisk() waits for
 * disk_leave(). */
bool disk_enter(struct gendisk *disk);
void disk_leave(struct gendisk *disk);

#endif

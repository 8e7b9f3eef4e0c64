/* SPDX-License-Identifier: MIT */
/*
 * blkdev.h - disks, and the queue of requests before each
 *
 * A driver makes a request queue with a function that serves it, and a gendisk
 * on top, which is the disk as others see it: number, name, size. From
 * add_disk() on, /dev/NAME opens it and bios reach it.
 *
 *	queue = blk_init_queue(my_request, &my_lock);
 *	disk = alloc_disk(1);
 *	disk->major = major; disk->first_minor = 0; disk->fops = &my_fops;
 *	disk->queue = queue; strscpy(disk->disk_name, "my0", DISK_NAME_LEN);
 *	set_capacity(disk, sectors);
 *	err = add_disk(disk);
 *
 * and to take it away: del_gendisk(), blk_cleanup_queue(), put_disk().
 *
 * The queue is the one that the driver books describe and that Linux had until
 * 4.20: bios that lie side by side on the disk become one request, requests wait
 * in order of their sectors, and my_request() takes them one by one
 * (blk_fetch_request) and ends them when the device is through, often in its
 * interrupt (__blk_end_request_all). What it serves is rq_for_each_segment()'s
 * pieces, or a scatterlist from blk_rq_map_sg().
 *
 * A driver that has no use for requests takes the bios themselves, as they were
 * handed in: by its operation submit_bio, or by a function of its queue
 * (blk_queue_make_request()). It ends each with bio_endio(). block_mq.h has the
 * third way, requests without a lock.
 *
 * Of two names for one thing, the one with __ is for who holds the queue's lock.
 */
#ifndef FS_BLKDEV_H
#define FS_BLKDEV_H

#include <fs/bio.h>
#include <fs/fs.h>
#include <fs/ioctl.h>
#include <fs/uio.h>
#include <kernel/list.h>
#include <kernel/mutex.h>
#include <kernel/spinlock.h>
#include <kernel/timer.h>
#include <kernel/wait.h>
#include <mm/mempool.h>

struct gendisk;
struct request;
struct request_queue;
struct scatterlist;
struct seq_file;

/* --- disks ------------------------------------------------------------------ */

#define DISK_NAME_LEN 32
#define BLKDEV_MAJOR_MAX 512u

/* How a disk was opened, beside FMODE_READ and FMODE_WRITE. */
#define FMODE_NDELAY ((fmode_t)0x40) /* O_NONBLOCK: without a medium, too */
#define FMODE_EXCL ((fmode_t)0x80) /* for one holder alone */

enum disk_stat_group {
	STAT_READ,
	STAT_WRITE,
	STAT_DISCARD,
	STAT_FLUSH,
	NR_STAT_GROUPS
};

/* What /proc/diskstats shows; guarded by the queue's lock. */
struct disk_stats {
	unsigned long ios[NR_STAT_GROUPS]; /* requests that are through */
	unsigned long merges[NR_STAT_GROUPS]; /* bios that joined another's */
	u64 sectors[NR_STAT_GROUPS];
	u64 nsecs[NR_STAT_GROUPS]; /* that requests took, from their making */
	unsigned long io_ticks; /* jiffies with any request */
	unsigned long stamp; /* of the last change of nr_in_flight */
	unsigned int nr_in_flight;
};

/* A disk as somebody who has it open knows it. */
struct block_device {
	dev_t bd_dev;
	struct gendisk *bd_disk;
	/* Guarded by the disk's open_mutex. */
	int bd_openers;
	void *bd_holder; /* has it for himself */
	int bd_holders; /* how often he has */
	/* For reading: a write of whole sectors; for writing: one of parts. */
	struct rw_semaphore bd_write_sem;
	struct disk_stats bd_stats;
};

struct hd_geometry {
	unsigned char heads;
	unsigned char sectors;
	unsigned short cylinders;
	unsigned long start;
};

/* What a driver does for its disk; all may be left out. */
struct block_device_operations {
	struct module *owner; /* held while the disk is open */
	/*
	 * The driver takes bios as they come, and no requests: at most
	 * get_capacity() sectors, but of any length. Context: process, may
	 * sleep; each ends with bio_endio(), here or later. It may hand in bios
	 * of its own, to other disks.
	 */
	void (*submit_bio)(struct bio *bio);
	/* Each opening and each closing, one at a time. */
	int (*open)(struct block_device *bdev, fmode_t mode);
	void (*release)(struct gendisk *disk, fmode_t mode);
	/* Commands that the layer does not know; -ENOTTY: nor do I. */
	int (*ioctl)(struct block_device *bdev, fmode_t mode, unsigned int cmd,
		     unsigned long arg);
	int (*getgeo)(struct block_device *bdev, struct hd_geometry *geo);
	/* Which DISK_EVENT_* came since the last call. */
	unsigned int (*check_events)(struct gendisk *disk,
				     unsigned int clearing);
	/* 2.4 .. 5.9, for check_disk_change(): is there another medium; look at
	 * it anew. */
	int (*media_changed)(struct gendisk *disk);
	int (*revalidate_disk)(struct gendisk *disk);
};
#define DISK_EVENT_MEDIA_CHANGE 1u

struct gendisk {
	/* The driver's, set before add_disk(). */
	int major;
	int first_minor;
	int minors; /* numbers it takes; there are no partitions */
	char disk_name[DISK_NAME_LEN]; /* in /dev */
	const struct block_device_operations *fops;
	struct request_queue *queue;
	void *private_data;
	int flags; /* GENHD_FL_* */

	/* The layer's. */
	unsigned long state; /* bits GD_* */
	struct block_device bdev;
	struct block_device *part0; /* &bdev */
	struct mutex open_mutex;
	atomic_t refs;
	atomic_t nr_entered; /* who hands in a bio, or asks the driver */
	struct list_head link; /* among all disks */
	spinlock_t size_lock;
	sector_t nr_sectors; /* guarded by size_lock */
};
#define GENHD_FL_REMOVABLE 0x01
#define GENHD_FL_NO_PART 0x10 /* all disks are so here */

enum {
	GD_ADDED, /* can be found */
	GD_READ_ONLY,
	GD_DEAD, /* was taken away */
	GD_OWNS_QUEUE, /* it goes with the disk, unless it has gone before */
};

/* @minors: how many numbers; 1 is enough. Return: NULL: no memory. */
struct gendisk *alloc_disk(int minors);

/**
 * add_disk - others may use it from now on: /dev/NAME is there
 *
 * Return: 0; -EINVAL for a disk without queue, name, or operations; -EBUSY: its
 * numbers are another disk's; -EEXIST: its name in /dev is taken; -ENOMEM. Each
 * with a line. Context: may sleep; the driver can serve requests.
 */
int add_disk(struct gendisk *disk);

/* Nobody finds it any more, new bios to it fail, and the driver is asked nothing
 * more, but told of closings: who has it open may close it later. A disk that was
 * not added is harmless. Context: may sleep; not within the driver's open(). */
void del_gendisk(struct gendisk *disk);
/* The driver's own reference, which alloc_disk() gave him; and the queue of
 * blk_alloc_disk() and blk_mq_alloc_disk(), if it is still there. Context: may
 * sleep for these two. */
void put_disk(struct gendisk *disk);

sector_t get_capacity(struct gendisk *disk);
void set_capacity(struct gendisk *disk, sector_t nr_sectors);
bool get_disk_ro(struct gendisk *disk);
void set_disk_ro(struct gendisk *disk, bool read_only);

static inline sector_t bdev_nr_sectors(struct block_device *bdev)
{
	return get_capacity(bdev->bd_disk);
}

static inline loff_t bdev_nr_bytes(struct block_device *bdev)
{
	return (loff_t)bdev_nr_sectors(bdev) << SECTOR_SHIFT;
}

/* Is there another medium than at the last call? For a driver's open(). */
bool bdev_check_media_change(struct block_device *bdev);
/* 2.4 .. 5.9: the same, by media_changed() too, and if so revalidate_disk() is
 * called. Return: 1, or 0. Context: the driver's functions'; sbull of the books
 * calls it with a spinlock held. */
int check_disk_change(struct block_device *bdev);

/* --- numbers ------------------------------------------------------------------ */

/**
 * register_blkdev - take a major number for disks
 * @major: 0 asks for one that nobody uses
 * @name: as /proc/devices shows it
 * Return: @major != 0: 0; @major == 0: the major; -EBUSY, -EINVAL, -ENOMEM.
 */
int __must_check register_blkdev(unsigned int major, const char *name);
void unregister_blkdev(unsigned int major, const char *name);
/* The second part of /proc/devices. */
void blkdev_show(struct seq_file *m);

/* --- using a disk from the kernel ------------------------------------------- */

/**
 * blkdev_get_by_dev - open a disk by its number
 * @mode: FMODE_READ, FMODE_WRITE, FMODE_EXCL
 * @holder: with FMODE_EXCL: for whom, not NULL; no other may have it so
 *
 * Return: the disk; ERR_PTR: -ENXIO: there is none; -EROFS; -EBUSY: held by
 * another; -EINVAL: for nobody; or what the driver says. Context: may sleep.
 */
struct block_device *blkdev_get_by_dev(dev_t dev, fmode_t mode, void *holder);
/* The same, by the path of its file. -ENOTBLK: it is no disk's. */
struct block_device *blkdev_get_by_path(const char *path, fmode_t mode,
					void *holder);
/* As it was opened. */
void blkdev_put(struct block_device *bdev, fmode_t mode);

/* What the disk's own cache has, onto the disk. Return: 0, or an error. */
int blkdev_issue_flush(struct block_device *bdev);

/* --- requests ------------------------------------------------------------------- */

/* Called with the queue's lock held and interrupts off. */
typedef void(request_fn_proc)(struct request_queue *q);

/* 4.4 .. 5.15: what the functions that take bios returned, and nobody read. So
 * they return it today as well, and are the functions of 6.1, too. */
typedef void blk_qc_t;
#define BLK_QC_T_NONE ((void)0)
/* 2.4 .. 5.8: submit_bio() of block_device_operations, with the queue. */
typedef blk_qc_t(make_request_fn)(struct request_queue *q, struct bio *bio);

/* What a driver says when one of its requests takes too long. */
enum blk_eh_timer_return {
	BLK_EH_DONE, /* the driver has ended it, or will */
	BLK_EH_RESET_TIMER, /* give it that much time again */
};
/* Called with the queue's lock held and interrupts off, as a soft interrupt. */
typedef enum blk_eh_timer_return(rq_timed_out_fn)(struct request *rq);

struct request {
	/* Waiting: in order of age; started: of those under way. */
	struct list_head queuelist;
	struct list_head sorted; /* waiting: in order of sectors */
	struct request_queue *q;
	struct gendisk *rq_disk;
	blk_opf_t cmd_flags; /* of its first bio */
	struct bio *bio; /* what is left: the first of a list */
	struct bio *biotail;
	struct bio *rest; /* bios that will be served one by one after these */
	sector_t __sector;
	unsigned int __data_len; /* bytes left, of @bio's list */
	unsigned short nr_phys_segments; /* at most */
	unsigned long queued; /* jiffies */
	unsigned long deadline; /* started: when it takes too long */
	u64 start_time_ns;
	void *special; /* the driver's */
	int tag; /* the driver's; of a queue of block_mq.h: its number there */

	/* Of a queue of block_mq.h. */
	struct blk_mq_hw_ctx *mq_hctx;
	bool mq_started; /* by blk_mq_start_request() */
	unsigned int mq_turn; /* how often it was not the driver's any more */
};

struct queue_limits {
	unsigned int max_hw_sectors; /* of one request */
	unsigned short max_segments;
	unsigned int max_segment_size; /* bytes */
	unsigned long seg_boundary_mask; /* a piece does not cross it */
	unsigned int logical_block_size; /* bytes; SECTOR_SIZE, or no disk */
	unsigned int physical_block_size; /* bytes; a hint */
	bool write_cache; /* the disk has one, and can flush it */
};

/* Unless the driver says otherwise: what any device can do. */
#define BLK_SAFE_MAX_SECTORS 255u
#define BLK_DEF_MAX_SECTORS 2560u /* what drivers ask for that can do more */
#define BLK_MAX_SEGMENTS 128u
#define BLK_MAX_SEGMENT_SIZE 65536u
#define BLK_SEG_BOUNDARY_MASK 0xfffffffful
#define BLKDEV_MIN_RQ 4 /* requests in reserve */
#define BLKDEV_MAX_RQ 128u /* that wait or are under way */

/* What a queue has to do before it goes, and at last. */
struct queue_front {
	void (*drain)(struct request_queue *q); /* what waits must not stay */
	void (*exit)(struct request_queue *q);
};

struct request_queue {
	/* The driver's. */
	void *queuedata;

	/* Set once. */
	request_fn_proc *request_fn; /* NULL: there are no requests */
	make_request_fn *make_request_fn; /* NULL: bios become requests */
	spinlock_t *queue_lock;
	spinlock_t __queue_lock; /* if the driver gave none */
	mempool_t *rq_pool; /* NULL: as request_fn */
	struct queue_limits limits;
	unsigned long rq_timeout; /* jiffies */
	rq_timed_out_fn *rq_timed_out_fn; /* NULL: they may take any time */
	struct gendisk *disk; /* that has it for its own; NULL */
	const struct blk_mq_ops *mq_ops; /* of block_mq.h; else NULL */
	struct blk_mq_tags *mq_tags;
	struct blk_mq_hw_ctx *mq_hctx;
	const struct queue_front *front; /* NULL: nothing to do */

	/* Guarded by @queue_lock. */
	struct list_head queue_head; /* chosen, next first */
	struct list_head waiting; /* oldest first */
	struct list_head sorted; /* the same, by sector */
	struct list_head started; /* under way, oldest first */
	sector_t head; /* where the last chosen one ends */
	unsigned int nr_waiting;
	unsigned int nr_requests; /* waiting, under way, being made */
	unsigned int queue_flags; /* QUEUE_FLAG_* */
	unsigned long nr_timeouts;

	wait_queue_head_t wait; /* who needs a request, or the end of all */
	struct timer_list unplug_timer;
	struct timer_list timeout;
};

/**
 * blk_init_queue - a queue that @rfn serves
 * @lock: guards it and the driver's own data; NULL: one of the queue's
 *
 * Return: NULL: no memory. Context: may sleep.
 */
struct request_queue *blk_init_queue(request_fn_proc *rfn, spinlock_t *lock);

/* Serve what is there, then it goes. No disk uses it any more (del_gendisk()).
 * Context: may sleep. */
void blk_cleanup_queue(struct request_queue *q);

/**
 * blk_alloc_queue - a queue without requests
 * @node: asked for in vain; up to 5.6 a gfp_t stood here
 *
 * For the disk of a driver with submit_bio(), or with a function of its own for
 * the queue: blk_queue_make_request() says which, before the disk is added.
 * Return: NULL: no memory. Context: may sleep.
 */
struct request_queue *blk_alloc_queue(unsigned int node);
void blk_queue_make_request(struct request_queue *q, make_request_fn *fn);
/* 2.6 .. 6.0: the driver's own reference, where it asked for no cleaning up. */
#define blk_put_queue(q) blk_cleanup_queue(q)

/* A disk with such a queue, and both gone. Return: NULL: no memory. */
struct gendisk *blk_alloc_disk(int node);
void blk_cleanup_disk(struct gendisk *disk);

/* Limits, before the disk is added. A segment is at least a page. */
void blk_queue_max_hw_sectors(struct request_queue *q, unsigned int sectors);
void blk_queue_max_segments(struct request_queue *q, unsigned short segments);
void blk_queue_max_segment_size(struct request_queue *q, unsigned int bytes);
void blk_queue_segment_boundary(struct request_queue *q, unsigned long mask);
/* @bytes: what the device reads and writes at once. add_disk() refuses other
 * disks than those with SECTOR_SIZE. The physical size is only told to who asks
 * by BLKPBSZGET. */
void blk_queue_logical_block_size(struct request_queue *q, unsigned int bytes);
void blk_queue_physical_block_size(struct request_queue *q, unsigned int bytes);
/* @wc: the disk keeps writes in a cache: REQ_OP_FLUSH reaches the driver. There
 * is no REQ_FUA: @fua must be false. */
void blk_queue_write_cache(struct request_queue *q, bool wc, bool fua);
/* A request that is under way for @timeout jiffies: @fn is told. */
void blk_queue_rq_timeout(struct request_queue *q, unsigned int timeout);
void blk_queue_rq_timed_out(struct request_queue *q, rq_timed_out_fn *fn);

static inline unsigned int queue_max_hw_sectors(const struct request_queue *q)
{
	return q->limits.max_hw_sectors;
}

static inline unsigned short queue_max_segments(const struct request_queue *q)
{
	return q->limits.max_segments;
}

static inline unsigned int
queue_logical_block_size(const struct request_queue *q)
{
	return q->limits.logical_block_size;
}

static inline unsigned int
queue_physical_block_size(const struct request_queue *q)
{
	return q->limits.physical_block_size;
}

static inline unsigned int bdev_logical_block_size(struct block_device *bdev)
{
	return queue_logical_block_size(bdev->bd_disk->queue);
}

/* What a request is about. */
static inline enum req_op req_op(const struct request *rq)
{
	return (enum req_op)(rq->cmd_flags & REQ_OP_MASK);
}

/* Is it a command of somebody's own, and no transfer? There are none here. */
static inline bool blk_rq_is_passthrough(const struct request *rq)
{
	(void)rq;
	return false;
}

/* READ or WRITE. */
#define rq_data_dir(rq) ((unsigned int)((rq)->cmd_flags & 1))

static inline sector_t blk_rq_pos(const struct request *rq)
{
	return rq->__sector;
}

static inline unsigned int blk_rq_bytes(const struct request *rq)
{
	return rq->__data_len;
}

static inline unsigned int blk_rq_sectors(const struct request *rq)
{
	return rq->__data_len >> SECTOR_SHIFT;
}

/* Of the piece it is at. */
static inline unsigned int blk_rq_cur_bytes(const struct request *rq)
{
	if (!rq->bio || !rq->bio->bi_iter.bi_size)
		return 0;
	return bio_iter_iovec(rq->bio, rq->bio->bi_iter).bv_len;
}

static inline unsigned int blk_rq_cur_sectors(const struct request *rq)
{
	return blk_rq_cur_bytes(rq) >> SECTOR_SHIFT;
}

#define __rq_for_each_bio(b, rq) for (b = (rq)->bio; b; b = b->bi_next)

struct req_iterator {
	struct bvec_iter iter;
	struct bio *bio;
};

/* @vec: a struct bio_vec; @it: a struct req_iterator. No break out of it: it is
 * two loops. */
#define rq_for_each_segment(vec, rq, it) \
	__rq_for_each_bio((it).bio, rq)  \
		bio_for_each_segment(vec, (it).bio, (it).iter)

/*
 * For the request function, lock held. peek: the one that is next; NULL: none.
 * start: it is the driver's now, until he ends it or gives it back; fetch: both.
 */
struct request *blk_peek_request(struct request_queue *q);
void blk_start_request(struct request *rq);
struct request *blk_fetch_request(struct request_queue *q);
/* It will be the next one again. Lock held. */
void blk_requeue_request(struct request_queue *q, struct request *rq);

/* The function is not called from stop to start, which calls it; run calls it
 * now, if there is work. Lock held, but for the last one. */
void blk_stop_queue(struct request_queue *q);
void blk_start_queue(struct request_queue *q);
void __blk_run_queue(struct request_queue *q);
void blk_run_queue(struct request_queue *q);

/**
 * blk_update_request - @bytes of a request are through, from its start
 * @status: BLK_STS_OK, or why they are not
 *
 * Bios that are through with that are ended; the request itself is not.
 * Return: false: nothing is left of it. Lock held, if it is a driver's who is
 * called with it; not held for a queue of block_mq.h.
 */
bool blk_update_request(struct request *rq, blk_status_t status,
			unsigned int bytes);

/**
 * __blk_end_request - the same, and the request ends with its last byte
 *
 * An error for all of a request that was made of several bios is not theirs yet:
 * nobody knows which of them it hit. The request comes to the request function
 * again, one bio at a time, and each gets what becomes of itself. Who fetches
 * requests when one has ended gets it there; who does not is called at the next
 * tick.
 * Return: false: it is the driver's no more. Lock held.
 */
bool __blk_end_request(struct request *rq, blk_status_t status,
		       unsigned int bytes);
void __blk_end_request_all(struct request *rq, blk_status_t status);
/* The piece it is at (blk_rq_cur_bytes()). */
bool __blk_end_request_cur(struct request *rq, blk_status_t status);
/* The same, without the lock. Context: any. */
bool blk_end_request(struct request *rq, blk_status_t status,
		     unsigned int bytes);
void blk_end_request_all(struct request *rq, blk_status_t status);
bool blk_end_request_cur(struct request *rq, blk_status_t status);

/**
 * blk_rq_map_sg - the memory of a request as a scatterlist
 * @sg: room for queue_max_segments() entries, from sg_init_table()
 *
 * Pieces side by side are one entry, as far as the queue's limits let them. The
 * last entry is marked as the end. Return: entries. Context: any.
 */
int blk_rq_map_sg(struct request_queue *q, struct request *rq,
		  struct scatterlist *sg);

/* --- commands of /dev/DISK ----------------------------------------------------- */

/* const int *: read-only, or not; -EACCES without CAP_SYS_ADMIN */
#define BLKROSET _IO(0x12, 93)
#define BLKROGET _IO(0x12, 94) /* int * */
#define BLKGETSIZE _IO(0x12, 96) /* unsigned long *: sectors */
#define BLKSSZGET _IO(0x12, 104) /* int *: bytes of a sector */
#define BLKGETSIZE64 _IOR(0x12, 114, size_t) /* u64 *: bytes */
#define BLKPBSZGET _IO(0x12, 123) /* unsigned int *: bytes at once, inside */
#define HDIO_GETGEO 0x0301 /* struct hd_geometry * */

/* --- for the other rooms of fs/ ---------------------------------------------- */

/* At start-up, when files can be opened. */
#ifndef MODULE /* whose own init may be called so */
void block_init(void);
#endif
/* What an inode of kind S_IFBLK opens with. */
extern const struct file_operations def_blk_fops;

#endif

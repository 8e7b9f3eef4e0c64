/* SPDX-License-Identifier: MIT */
/*
 * floppy.c - /dev/fd0: requests for a disk in the first drive
 *
 * A floppy is slow and everything about it is waiting: so its requests are
 * served by a thread, one after the other, and the request function only wakes
 * it. A request is cut where a side of a cylinder ends. What is read is read as
 * such a whole track, which takes one turn as a single sector would, into the
 * window of the DMA channel; the sectors around that are asked for next are
 * there then. If the whole track cannot be read, just what was asked for is
 * tried: so a bad sector spoils no other.
 *
 * What fails is tried TRIES times in all, after the head was sent to cylinder 0
 * and, if that does not help, after a reset. Then the request ends with an error
 * and a line says what the controller said.
 *
 * The first who opens the disk takes the controller, starts the thread and finds
 * out what kind of disk it is, by reading the last sector of a track at each
 * kind's rate. The motor goes off when MOTOR_TICKS have passed without a request.
 * If the drive's door was opened, the disk is not the one that was opened:
 * requests fail until it is opened again, by whoever. Who opens it with
 * O_NONBLOCK asks for no disk: it has no sectors until somebody else asks.
 *
 * Invariants:
 *   I1  drive.format: the disk in the drive is of this kind, as far as we know;
 *       NULL: nothing is known of it
 *   I2  drive.has_track: the window holds what is on the disk at drive.track
 *
 * Locking: drive.mutex is held by whoever talks to the controller, the thread or
 * who opens; the disk's open_mutex outside of it. drive.lock is the queue's.
 */
#define pr_fmt(fmt) "floppy: " fmt
#include <drivers/floppy.h>
#include <fs/blkdev.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/ioport.h>
#include <kernel/jiffies.h>
#include <kernel/kthread.h>
#include <kernel/mutex.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/wait.h>
#include <mm/highmem.h>

#include "fdc.h"

#define FLOPPY_MAJOR 2 /* Linux's */
#define TRIES 4
#define MOTOR_TICKS (3 * HZ)

/* The controller's ports; 0x3f6, between them, is a disk's. */
#define PORTS_FIRST 0x3f2
#define NR_PORTS 4
#define PORT_RATE 0x3f7

static_assert(FDC_SECTOR_BYTES == SECTOR_SIZE, "sectors are sectors");

static struct {
	struct gendisk *disk;
	struct request_queue *queue;
	unsigned int type; /* of the drive: enum fdc_drive */

	/* Guarded by @lock. */
	spinlock_t lock;
	bool pending; /* requests came */
	wait_queue_head_t wait;

	/* Guarded by the disk's open_mutex. */
	struct task_struct *thread;

	/* Guarded by @mutex. */
	struct mutex mutex;
	const struct fdc_format *format;
	const struct fdc_format *named; /* on the console, last */
	bool has_track;
	unsigned int track; /* cylinder * FDC_HEADS + head */
} drive = {
	.lock = SPINLOCK_INIT("floppy", LOCK_DRIVER),
	.wait = __WAIT_QUEUE_HEAD_INITIALIZER(drive.wait),
	.mutex = __MUTEX_INITIALIZER(drive.mutex),
};

/* Densest first: a drive may read a track of these as one of the others, but
 * then without its last sectors. */
static const struct fdc_format formats[] = {
	{ "2.88 MB", 80, 36, 0x1b, FDC_RATE_1M },
	{ "1.44 MB", 80, 18, 0x1b, FDC_RATE_500K },
	{ "720 KB", 80, 9, 0x2a, FDC_RATE_250K },
};

static bool drive_knows(const struct fdc_format *format)
{
	switch (drive.type) {
	case FDC_DRIVE_720K: return format->rate == FDC_RATE_250K;
	case FDC_DRIVE_1440K: return format->rate != FDC_RATE_1M;
	default: return true;
	}
}

/* --- transfers ------------------------------------------------------------------------ */

static int transfer(const struct fdc_place *place, bool write)
{
	int err, tries;

	for (tries = 1;; tries++) {
		err = fdc_transfer(place, write);
		if (!err || err == -EROFS || tries == TRIES)
			return err;
		if (tries > 1 || err == -ETIMEDOUT || fdc_recalibrate()) {
			if (fdc_reset())
				return err;
		}
	}
}

/* A track into the window, if it is not there. */
static int track_read(unsigned int track)
{
	const struct fdc_place whole = {
		.cylinder = track / FDC_HEADS,
		.head = track % FDC_HEADS,
		.first = 0,
		.nr = drive.format->sectors,
	};
	int err;

	if (drive.has_track && drive.track == track)
		return 0;
	drive.has_track = false;
	err = transfer(&whole, false);
	drive.has_track = !err;
	drive.track = track;
	return err;
}

/* Between the window, from @at on, and the first @bytes of what is left of @rq.
 */
static void copy(struct request *rq, u8 *at, unsigned int bytes)
{
	struct req_iterator it;
	struct bio_vec v;

	rq_for_each_segment(v, rq, it)
	{
		unsigned int n = min(v.bv_len, bytes);
		u8 *memory;

		if (!n)
			continue;
		memory = (u8 *)kmap_local_page(v.bv_page) + v.bv_offset;
		if (rq_data_dir(rq) == WRITE)
			memcpy(at, memory, n);
		else
			memcpy(memory, at, n);
		kunmap_local(memory);
		at += n;
		bytes -= n;
	}
}

static int sectors_read(struct request *rq, unsigned int track,
			const struct fdc_place *place)
{
	unsigned int bytes = place->nr * SECTOR_SIZE, at = 0;
	int err = track_read(track);

	if (!err)
		at = place->first * SECTOR_SIZE;
	else if (err != -ETIMEDOUT && place->nr < drive.format->sectors)
		err = transfer(place, false);
	if (!err)
		copy(rq, fdc_window() + at, bytes);
	return err;
}

static int sectors_write(struct request *rq, const struct fdc_place *place)
{
	drive.has_track = false;
	copy(rq, fdc_window(), place->nr * SECTOR_SIZE);
	return transfer(place, true);
}

/* --- requests ------------------------------------------------------------------------- */

static void complain(const struct request *rq, const struct fdc_place *place,
		     int err)
{
	pr_err_ratelimited(
		"fd0: cylinder %u head %u sectors %u-%u cannot be %s: "
		"%s (%d, ST %06x)\n",
		place->cylinder, place->head, place->first + 1,
		place->first + place->nr,
		rq_data_dir(rq) == WRITE ? "written" : "read", fdc_problem(),
		err, fdc_problem_bits());
}

/* As much of @rq as lies on one track. Return: bytes, or an error. */
static int serve_some(struct request *rq)
{
	unsigned int sectors = drive.format->sectors;
	unsigned int pos = (unsigned int)blk_rq_pos(rq);
	unsigned int track = pos / sectors;
	const struct fdc_place place = {
		.cylinder = track / FDC_HEADS,
		.head = track % FDC_HEADS,
		.first = pos % sectors,
		.nr = min(sectors - pos % sectors, blk_rq_sectors(rq)),
	};
	int err = rq_data_dir(rq) == WRITE ? sectors_write(rq, &place) :
					     sectors_read(rq, track, &place);

	if (!err)
		return (int)(place.nr * SECTOR_SIZE);
	complain(rq, &place, err);
	return err;
}

/* The disk that was opened, and it turns. */
static int disk_ready(void)
{
	if (!drive.format)
		return -EIO;
	fdc_motor(true);
	if (!fdc_disk_changed())
		return 0;
	pr_warn("fd0: the disk was taken out while it was open\n");
	drive.format = NULL;
	drive.has_track = false;
	return -EIO;
}

static void serve(struct request *rq)
{
	bool more = true;
	int n;

	mutex_lock(&drive.mutex);
	n = disk_ready();
	while (n >= 0 && more) {
		n = serve_some(rq);
		if (n > 0)
			more = blk_end_request(rq, BLK_STS_OK, (unsigned int)n);
	}
	if (n < 0)
		blk_end_request_all(rq, errno_to_blk_status(n));
	mutex_unlock(&drive.mutex);
}

static struct request *next_request(void)
{
	unsigned long flags = spin_lock_irqsave(&drive.lock);
	struct request *rq = blk_fetch_request(drive.queue);

	drive.pending = rq != NULL;
	spin_unlock_irqrestore(&drive.lock, flags);
	return rq;
}

/* The queue's, lock held. */
static void floppy_request(struct request_queue *q)
{
	(void)q;
	drive.pending = true;
	wake_up(&drive.wait);
}

static void motor_off(void)
{
	mutex_lock(&drive.mutex);
	fdc_motor(false);
	mutex_unlock(&drive.mutex);
}

static int floppy_thread(void *unused)
{
	struct request *rq;

	(void)unused;
	while (!kthread_should_stop()) {
		while ((rq = next_request()))
			serve(rq);
		if (!wait_event_interruptible_timeout(
			    drive.wait,
			    READ_ONCE(drive.pending) || kthread_should_stop(),
			    MOTOR_TICKS))
			motor_off();
	}
	return 0;
}

/* --- which disk ------------------------------------------------------------------------- */

/* Its last sector can be read: it is of this kind. */
static bool disk_is(const struct fdc_format *format)
{
	const struct fdc_place last = { .first = format->sectors - 1u,
					.nr = 1 };
	int tries;

	if (fdc_format_set(format) && fdc_reset())
		return false;
	for (tries = 0; tries < 2; tries++) {
		if (!fdc_transfer(&last, false))
			return true;
		if (fdc_reset())
			break;
	}
	return false;
}

/* The controller may still hang in a command of before: then once more. */
static int disk_find(void)
{
	int err = fdc_disk_find();

	if (!err || err == -ENXIO || fdc_reset())
		return err;
	return fdc_disk_find();
}

/* A disk nobody knows. Mutex held, the motor on. */
static int disk_identify(void)
{
	unsigned int i;
	int err = disk_find();

	drive.format = NULL;
	drive.has_track = false;
	if (err == -ENXIO)
		pr_info("fd0: there is no disk in the drive\n");
	else if (err)
		pr_err("fd0: the drive does not answer (%d)\n", err);
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		if (!drive_knows(&formats[i]) || !disk_is(&formats[i]))
			continue;
		drive.format = &formats[i];
		set_capacity(drive.disk, formats[i].cylinders * FDC_HEADS *
						 (sector_t)formats[i].sectors);
		if (drive.named != drive.format)
			pr_info("fd0: a %s disk\n", formats[i].name);
		drive.named = drive.format;
		return 0;
	}
	pr_err("fd0: a disk of no known kind: %s (ST %06x)\n", fdc_problem(),
	       fdc_problem_bits());
	return -EIO;
}

/* Which disk it is, and whether it may be written on. Mutex held. */
static int disk_check(fmode_t mode)
{
	int err = 0, protected;

	fdc_motor(true);
	if (!drive.format || fdc_disk_changed())
		err = disk_identify();
	if (err)
		return err;
	protected = fdc_write_protected();
	if (protected < 0)
		return protected;
	set_disk_ro(drive.disk, protected);
	return mode & FMODE_WRITE && protected ? -EROFS : 0;
}

/* --- opening and closing ------------------------------------------------------------- */

static int drive_take(void)
{
	int err = fdc_take();

	if (err) {
		pr_err("fd0: the controller cannot be used (%d)\n", err);
		return err;
	}
	drive.thread = kthread_run(floppy_thread, NULL, "floppy");
	if (!IS_ERR(drive.thread))
		return 0;
	fdc_release();
	return (int)PTR_ERR(drive.thread);
}

/* Nobody has it open any more: nothing is known of the disk from here on. */
static void drive_release(void)
{
	(void)kthread_stop(drive.thread);
	fdc_release();
	drive.format = NULL;
	drive.has_track = false;
	set_capacity(drive.disk, 0);
	set_disk_ro(drive.disk, false);
}

static int floppy_open(struct block_device *bdev, fmode_t mode)
{
	bool first = !bdev->bd_openers;
	int err = first ? drive_take() : 0;

	if (err)
		return err;
	mutex_lock(&drive.mutex);
	if (!(mode & FMODE_NDELAY))
		err = disk_check(mode);
	mutex_unlock(&drive.mutex);
	if (err && first)
		drive_release();
	return err;
}

static void floppy_release(struct gendisk *disk, fmode_t mode)
{
	(void)mode;
	if (!disk->part0->bd_openers)
		drive_release();
}

static int floppy_getgeo(struct block_device *bdev, struct hd_geometry *geo)
{
	int err = 0;

	(void)bdev;
	mutex_lock(&drive.mutex);
	if (!drive.format)
		err = -ENXIO;
	else
		*geo = (struct hd_geometry){
			.heads = FDC_HEADS,
			.sectors = drive.format->sectors,
			.cylinders = drive.format->cylinders,
		};
	mutex_unlock(&drive.mutex);
	return err;
}

static const struct block_device_operations floppy_fops = {
	.open = floppy_open,
	.release = floppy_release,
	.getgeo = floppy_getgeo,
};

/* --- start-up ---------------------------------------------------------------------------- */

static bool ports_claim(void)
{
	if (!request_region(PORTS_FIRST, NR_PORTS, "floppy"))
		return false;
	if (request_region(PORT_RATE, 1, "floppy"))
		return true;
	release_region(PORTS_FIRST, NR_PORTS);
	return false;
}

static void ports_release(void)
{
	release_region(PORT_RATE, 1);
	release_region(PORTS_FIRST, NR_PORTS);
}

/* Why there is no /dev/fd0; NULL: there can be one. */
static const char *drive_missing(void)
{
	drive.type = fdc_drive_type();
	switch (drive.type) {
	case FDC_DRIVE_720K:
	case FDC_DRIVE_1440K:
	case FDC_DRIVE_2880K:
	case FDC_DRIVE_2880K_TOO: break;
	case FDC_DRIVE_NONE: return "no drive";
	default: return "a drive of a kind that is not supported";
	}
	if (!ports_claim())
		return "its ports are taken";
	if (fdc_present())
		return NULL;
	ports_release();
	return "no controller";
}

static int disk_make(void)
{
	drive.queue = blk_init_queue(floppy_request, &drive.lock);
	drive.disk = alloc_disk(1);
	if (!drive.queue || !drive.disk)
		return -ENOMEM;
	drive.disk->major = FLOPPY_MAJOR;
	drive.disk->fops = &floppy_fops;
	drive.disk->queue = drive.queue;
	drive.disk->flags = GENHD_FL_REMOVABLE;
	strscpy(drive.disk->disk_name, "fd0", DISK_NAME_LEN);
	return add_disk(drive.disk);
}

/* Nobody can find it: what disk_make() came to goes again. */
static void disk_unmake(void)
{
	if (drive.queue)
		blk_cleanup_queue(drive.queue);
	put_disk(drive.disk);
}

void floppy_init(void)
{
	const char *missing = drive_missing();
	int err;

	if (missing) {
		pr_info("%s\n", missing);
		return;
	}
	err = register_blkdev(FLOPPY_MAJOR, "fd");
	if (err)
		goto out_release;
	err = disk_make();
	if (err)
		goto out_unmake;
	pr_info("fd0: a drive of type %u, an 82077AA at %#x\n", drive.type,
		PORTS_FIRST);
	return;

out_unmake:
	disk_unmake();
	unregister_blkdev(FLOPPY_MAJOR, "fd");
out_release:
	ports_release();
	pr_err("no /dev/fd0 (%d)\n", err);
}

void floppy_exit(void)
{
	del_gendisk(drive.disk);
	disk_unmake();
	drive.disk = NULL;
	drive.queue = NULL;
	drive.named = NULL;
	unregister_blkdev(FLOPPY_MAJOR, "fd");
	ports_release();
}

/* SPDX-License-Identifier: MIT */
/*
 * block_stats.c - what disks did: /proc/diskstats, and vmstat's pgpgin, pgpgout
 *
 * A request counts for its disk from the moment when it is made to its end; time
 * is counted in the two ways that iostat(1) wants: for each request, and for the
 * disk as long as it had any. As long as it counts it holds the disk: who waited
 * for its last bio may be quicker to close the disk, and its driver to put it,
 * than the request is to be counted, where the queue serves other disks, too.
 *
 * Locking: a disk's figures are guarded by its queue's lock; those of the whole
 * machine are atomic.
 */
#include <kernel/jiffies.h>
#include <kernel/math64.h>
#include <kernel/seq_file.h>
#include <mm/show.h>

#include "block_internal.h"

#define NSEC_PER_MSEC 1000000u

/* Sectors that were asked for, READ and WRITE. */
static atomic_long_t sectors_asked[2];

void stats_submitted(const struct bio *bio)
{
	atomic_long_add((long)bio_sectors(bio),
			&sectors_asked[bio_data_dir(bio)]);
}

/* In KiB, as on Linux. */
static unsigned long pgpgin(void)
{
	return (unsigned long)atomic_long_read(&sectors_asked[READ]) / 2;
}

static unsigned long pgpgout(void)
{
	return (unsigned long)atomic_long_read(&sectors_asked[WRITE]) / 2;
}

void stats_init(void)
{
	mm_usage_register(MM_USAGE_PGPGIN, pgpgin);
	mm_usage_register(MM_USAGE_PGPGOUT, pgpgout);
}

/* --- one disk's ------------------------------------------------------------------ */

static enum disk_stat_group group_of(const struct request *rq)
{
	switch (req_op(rq)) {
	case REQ_OP_FLUSH: return STAT_FLUSH;
	case REQ_OP_WRITE: return STAT_WRITE;
	default: return STAT_READ;
	}
}

/* The time since the last change was one with requests, or without. */
static void count_time(struct disk_stats *stats)
{
	if (stats->nr_in_flight)
		stats->io_ticks += jiffies - stats->stamp;
	stats->stamp = jiffies;
}

void stats_queued(struct request *rq)
{
	struct disk_stats *stats = &rq->rq_disk->bdev.bd_stats;

	atomic_inc(&rq->rq_disk->refs);
	rq->start_time_ns = time_ns();
	count_time(stats);
	stats->nr_in_flight++;
}

void stats_merged(struct request *rq)
{
	rq->rq_disk->bdev.bd_stats.merges[group_of(rq)]++;
}

void stats_moved(struct request *rq, unsigned int bytes)
{
	rq->rq_disk->bdev.bd_stats.sectors[group_of(rq)] += bytes >>
							    SECTOR_SHIFT;
}

void stats_done(struct request *rq)
{
	struct disk_stats *stats = &rq->rq_disk->bdev.bd_stats;

	count_time(stats);
	stats->nr_in_flight--;
	stats->ios[group_of(rq)]++;
	stats->nsecs[group_of(rq)] += time_ns() - rq->start_time_ns;
	disk_unref(rq->rq_disk);
}

/* --- /proc --------------------------------------------------------------------------- */

static unsigned int ms_of(u64 ns)
{
	return (unsigned int)div_u64(ns, NSEC_PER_MSEC);
}

static void show_group(struct seq_file *m, const struct disk_stats *stats,
		       enum disk_stat_group group)
{
	seq_printf(m, " %lu %lu %lu %u", stats->ios[group],
		   stats->merges[group], (unsigned long)stats->sectors[group],
		   ms_of(stats->nsecs[group]));
}

static u64 all_nsecs(const struct disk_stats *stats)
{
	return stats->nsecs[STAT_READ] + stats->nsecs[STAT_WRITE] +
	       stats->nsecs[STAT_DISCARD] + stats->nsecs[STAT_FLUSH];
}

/* Linux's line, to the byte. */
static void show_disk(struct gendisk *disk, void *ctx)
{
	spinlock_t *lock = disk->queue->queue_lock;
	struct disk_stats now;
	struct seq_file *m = ctx;
	unsigned long flags;

	flags = spin_lock_irqsave(lock);
	count_time(&disk->bdev.bd_stats);
	now = disk->bdev.bd_stats;
	spin_unlock_irqrestore(lock, flags);
	seq_printf(m, "%4d %7d %s", disk->major, disk->first_minor,
		   disk->disk_name);
	show_group(m, &now, STAT_READ);
	show_group(m, &now, STAT_WRITE);
	seq_printf(m, " %u %u %u", now.nr_in_flight,
		   jiffies_to_msecs(now.io_ticks), ms_of(all_nsecs(&now)));
	show_group(m, &now, STAT_DISCARD);
	seq_printf(m, " %lu %u\n", now.ios[STAT_FLUSH],
		   ms_of(now.nsecs[STAT_FLUSH]));
}

static void diskstats_show(struct seq_file *m)
{
	disks_each(show_disk, m);
}
PROC_FILE(diskstats, "diskstats", diskstats_show);

static void show_size(struct gendisk *disk, void *ctx)
{
	sector_t sectors = get_capacity(disk);

	if (sectors)
		seq_printf(ctx, "%4d  %7d %10llu %s\n", disk->major,
			   disk->first_minor, sectors / 2, disk->disk_name);
}

static void partitions_show(struct seq_file *m)
{
	seq_puts(m, "major minor  #blocks  name\n\n");
	disks_each(show_size, m);
}
PROC_FILE(partitions, "partitions", partitions_show);

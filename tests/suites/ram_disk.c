/* SPDX-License-Identifier: MIT */
/* ram_disk.c - a disk in memory that a test is the master of */
#include <kernel/string.h>
#include <mm/highmem.h>
#include <mm/vmalloc.h>

#include "ram_disk.h"

#define DISK_BYTES (RAM_DISK_SECTORS * SECTOR_SIZE)

u8 ram_disk_byte(sector_t sector)
{
	return (u8)(sector * 7 + 1);
}

void ram_disk_fill(struct ram_disk *d)
{
	unsigned int i;

	for (i = 0; i < RAM_DISK_SECTORS; i++)
		memset(d->data + i * SECTOR_SIZE, ram_disk_byte(i),
		       SECTOR_SIZE);
}

static void note(struct ram_disk *d, struct request *rq)
{
	struct ram_request *r = &d->log[d->nr_log % RAM_DISK_LOG];
	struct bio *bio;

	*r = (struct ram_request){
		.sector = blk_rq_pos(rq),
		.sectors = blk_rq_sectors(rq),
		.op = req_op(rq),
		.nr_segments = rq->nr_phys_segments,
	};
	__rq_for_each_bio(bio, rq) r->nr_bios++;
	d->nr_log++;
}

static void transfer(struct ram_disk *d, struct request *rq)
{
	u8 *at = d->data + blk_rq_pos(rq) * SECTOR_SIZE;
	struct req_iterator it;
	struct bio_vec v;

	rq_for_each_segment(v, rq, it)
	{
		if (rq_data_dir(rq) == WRITE)
			memcpy_from_page((char *)at, v.bv_page, v.bv_offset,
					 v.bv_len);
		else
			memcpy_to_page(v.bv_page, v.bv_offset, (char *)at,
				       v.bv_len);
		at += v.bv_len;
	}
}

/* Lock held. */
static void serve(struct ram_disk *d, struct request *rq)
{
	bool bad = d->broken || d->bad - blk_rq_pos(rq) < blk_rq_sectors(rq);

	if (!bad)
		transfer(d, rq);
	__blk_end_request_all(rq, bad ? BLK_STS_IOERR : BLK_STS_OK);
}

static void ram_disk_request(struct request_queue *q)
{
	struct ram_disk *d = q->queuedata;
	struct request *rq;

	while (d->nr_held < d->at_once && (rq = blk_fetch_request(q))) {
		note(d, rq);
		if (d->hold)
			d->held[d->nr_held++] = rq;
		else
			serve(d, rq);
	}
}

void ram_disk_serve(struct ram_disk *d)
{
	spinlock_t *lock = d->queue->queue_lock;
	unsigned long flags = spin_lock_irqsave(lock);
	unsigned int i;

	while (d->nr_held) {
		struct request *rq = d->held[0];

		for (i = 1; i < d->nr_held; i++)
			d->held[i - 1] = d->held[i];
		d->nr_held--;
		serve(d, rq);
		__blk_run_queue(d->queue);
	}
	spin_unlock_irqrestore(lock, flags);
}

static const struct block_device_operations ram_disk_fops = {
	.owner = THIS_MODULE,
};

struct gendisk *ram_disk_beside(struct ram_disk *d, int minor, const char *name)
{
	struct gendisk *disk = alloc_disk(1);

	if (!disk)
		return NULL;
	disk->major = RAM_DISK_MAJOR;
	disk->first_minor = minor;
	disk->fops = &ram_disk_fops;
	disk->queue = d->queue;
	disk->private_data = d;
	strscpy(disk->disk_name, name, DISK_NAME_LEN);
	set_capacity(disk, RAM_DISK_SECTORS);
	return disk;
}

bool ram_disk_make_hidden(struct ktest *t, struct ram_disk *d)
{
	memset(d, 0, sizeof(*d));
	d->bad = RAM_DISK_FINE;
	d->at_once = 1;
	d->data = vzalloc(DISK_BYTES);
	d->queue = blk_init_queue(ram_disk_request, NULL);
	d->disk = ram_disk_beside(d, 0, "ramtest");
	if (!KTEST_EXPECT_TRUE(t, d->data && d->queue && d->disk))
		return false;
	d->queue->queuedata = d;
	ram_disk_fill(d);
	return true;
}

bool ram_disk_make(struct ktest *t, struct ram_disk *d)
{
	return ram_disk_make_hidden(t, d) &&
	       KTEST_EXPECT_EQ(t, add_disk(d->disk), 0);
}

void ram_disk_free(struct ram_disk *d)
{
	del_gendisk(d->disk);
	blk_cleanup_queue(d->queue);
	put_disk(d->disk);
	vfree(d->data);
}

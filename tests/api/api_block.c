/* SPDX-License-Identifier: MIT */
/* api_block.c - a disk as today's drivers make one: requests one by one */
#include <linux/module.h>
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/vmalloc.h>
#include "api.h"

#define SECTORS 32

struct command {
	int served;
};

static struct blk_mq_tag_set set;
static struct gendisk *disk;
static u8 *memory;
static int major;
static int calls, completed;

static void serve(struct request *rq)
{
	u8 *at = memory + (blk_rq_pos(rq) << SECTOR_SHIFT);
	struct req_iterator iter;
	struct bio_vec bvec;

	rq_for_each_segment(bvec, rq, iter)
	{
		u8 *buffer = page_address(bvec.bv_page) + bvec.bv_offset;

		if (rq_data_dir(rq) == WRITE)
			memcpy(at, buffer, bvec.bv_len);
		else
			memcpy(buffer, at, bvec.bv_len);
		at += bvec.bv_len;
	}
}

static void complete_rq(struct request *rq)
{
	completed++;
	if (!blk_update_request(rq, BLK_STS_OK, blk_rq_bytes(rq)))
		__blk_mq_end_request(rq, BLK_STS_OK);
}

/* First there is no room, then it is given back, then it is served. */
static blk_status_t queue_rq(struct blk_mq_hw_ctx *hctx,
			     const struct blk_mq_queue_data *bd)
{
	struct request *rq = bd->rq;
	struct command *cmd = blk_mq_rq_to_pdu(rq);

	API_EXPECT(rq->mq_hctx == hctx && hctx->driver_data == memory);
	API_EXPECT(rq->q->queuedata == memory && bd->last);
	API_EXPECT(blk_mq_rq_from_pdu(cmd) == rq);
	API_EXPECT(blk_mq_tag_to_rq(hctx->tags, rq->tag) == rq);
	if (calls++ == 0)
		return BLK_STS_RESOURCE;
	blk_mq_start_request(rq);
	API_EXPECT(blk_mq_request_started(rq));
	if (calls == 2) {
		blk_mq_requeue_request(rq, true);
		return BLK_STS_OK;
	}
	serve(rq);
	cmd->served++;
	if (rq_data_dir(rq) == WRITE)
		blk_mq_complete_request(rq);
	else
		blk_mq_end_request(rq, BLK_STS_OK);
	return BLK_STS_OK;
}

static int init_hctx(struct blk_mq_hw_ctx *hctx, void *data, unsigned int idx)
{
	API_EXPECT(data == &set && idx == 0);
	hctx->driver_data = memory;
	return 0;
}

static int init_request(struct blk_mq_tag_set *tags, struct request *rq,
			unsigned int hctx_idx, unsigned int numa_node)
{
	struct command *cmd = blk_mq_rq_to_pdu(rq);

	API_EXPECT(tags == &set && cmd->served == 0);
	return 0;
}

static const struct blk_mq_ops ops = {
	.queue_rq = queue_rq,
	.complete = complete_rq,
	.init_hctx = init_hctx,
	.init_request = init_request,
};

static const struct block_device_operations fops = {
	.owner = THIS_MODULE,
};

static int transfer(struct page *page, blk_opf_t op)
{
	struct bio *bio = bio_alloc(disk->part0, 1, op, GFP_KERNEL);
	int err;

	bio->bi_iter.bi_sector = 8;
	bio_add_page(bio, page, 512, 0);
	err = submit_bio_wait(bio);
	bio_put(bio);
	return err;
}

static void use_disk(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct request_queue *q = disk->queue;
	u8 *bytes;

	API_EXPECT(page);
	if (!page)
		return;
	bytes = page_address(page);
	memset(bytes, 0x5a, 512);
	blk_mq_stop_hw_queues(q);
	API_EXPECT(blk_mq_queue_stopped(q));
	blk_mq_start_stopped_hw_queues(q, true);
	API_EXPECT(!transfer(page, REQ_OP_WRITE));
	API_EXPECT(memory[8 * 512] == 0x5a && memory[9 * 512] == 0);
	memset(bytes, 0, 512);
	API_EXPECT(!transfer(page, REQ_OP_READ) && bytes[511] == 0x5a);
	API_EXPECT(calls == 4 && completed == 1);
	__free_page(page);
}

static void older_forms(void)
{
	static const struct blk_mq_ops plain = { .queue_rq = queue_rq };
	static struct blk_mq_tag_set own;
	struct request_queue *q;

	q = blk_mq_init_sq_queue(&own, &plain, 8, BLK_MQ_F_SHOULD_MERGE);
	API_EXPECT(!IS_ERR(q) && own.nr_hw_queues == 1);
	if (!IS_ERR(q))
		blk_cleanup_queue(q);
	blk_mq_free_tag_set(&own);
	API_EXPECT(blk_status_to_errno(BLK_STS_DEV_RESOURCE) == -EBUSY);
}

static int make_disk(void)
{
	set.ops = &ops;
	set.nr_hw_queues = 4;
	set.queue_depth = 16;
	set.cmd_size = sizeof(struct command);
	set.numa_node = NUMA_NO_NODE;
	set.flags = BLK_MQ_F_SHOULD_MERGE | BLK_MQ_F_BLOCKING;
	set.driver_data = &set;
	if (blk_mq_alloc_tag_set(&set))
		return -ENOMEM;
	disk = blk_mq_alloc_disk(&set, memory);
	if (IS_ERR(disk)) {
		blk_mq_free_tag_set(&set);
		return PTR_ERR(disk);
	}
	disk->major = major;
	disk->minors = 1;
	disk->fops = &fops;
	snprintf(disk->disk_name, DISK_NAME_LEN, "api%d", 0);
	set_capacity(disk, SECTORS);
	return add_disk(disk);
}

static int __init api_init(void)
{
	memory = vzalloc(SECTORS * 512);
	major = register_blkdev(0, "api");
	API_EXPECT(memory && major > 0);
	API_EXPECT(!make_disk());
	if (!api_failed)
		use_disk();
	older_forms();
	if (!IS_ERR_OR_NULL(disk)) {
		del_gendisk(disk);
		put_disk(disk);
		blk_mq_free_tag_set(&set);
	}
	unregister_blkdev(major, "api");
	vfree(memory);
	return api_result();
}

static void __exit api_exit(void)
{
}

module_init(api_init);
module_exit(api_exit);
MODULE_LICENSE("GPL");

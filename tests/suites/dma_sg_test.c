/* SPDX-License-Identifier: MIT */
/* dma_sg_test.c - lists become segments, within the limits of a device */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/check.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/vmalloc.h>
#include "../../drivers/bus/dma_internal.h"
#include "dma_fixture.h"
#include "live_fixture.h"

static struct dma_test_device test_device;

static struct device *device_new(unsigned int bits, unsigned int seg_bytes,
				 unsigned long boundary)
{
	struct device *dev = dma_test_device(&test_device, "dma-sg", bits);

	test_device.parms.max_segment_size = seg_bytes;
	test_device.parms.segment_boundary_mask = boundary;
	return dev;
}

#define ORDER 4u
#define PAGES (1u << ORDER)

/* The pages of a block as entries of a page each. NULL: the case is skipped. */
static struct page *block_new(struct ktest *t, struct scatterlist *sg)
{
	struct page *block = alloc_pages(GFP_KERNEL | __GFP_NOWARN, ORDER);
	unsigned int i;

	if (!block) {
		ktest_skip(t, "no block of 64 KiB");
		return NULL;
	}
	sg_init_table(sg, PAGES);
	for (i = 0; i < PAGES; i++)
		sg_set_page(&sg[i], block + i, PAGE_SIZE, 0);
	return block;
}

static void expect_segment(struct ktest *t, const struct scatterlist *sg,
			   const struct page *page, unsigned int len)
{
	if (!bounce_is_forced())
		KTEST_EXPECT_EQ(t, sg_dma_address(sg), page_to_phys(page));
	KTEST_EXPECT_EQ(t, sg_dma_len(sg), len);
}

static void neighbours_become_one_segment(struct ktest *t)
{
	struct device *dev = device_new(64, 0, 0);
	struct scatterlist sg[PAGES];
	struct page *block = block_new(t, sg);

	if (!block)
		return;
	KTEST_EXPECT_EQ(t, dma_map_sg(dev, sg, PAGES, DMA_TO_DEVICE), 1);
	expect_segment(t, sg, block, PAGES * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, sg_dma_len(&sg[1]), 0);
	dma_sync_sg_for_cpu(dev, sg, PAGES, DMA_TO_DEVICE);
	dma_sync_sg_for_device(dev, sg, PAGES, DMA_TO_DEVICE);
	dma_unmap_sg(dev, sg, PAGES, DMA_TO_DEVICE);
	/* The entries themselves are as they were. */
	KTEST_EXPECT_EQ(t, sg[0].length, PAGE_SIZE);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
	KTEST_EXPECT_EQ(t, page_count(block), 1);
	__free_pages(block, ORDER);
}

static void segments_are_no_longer_than_the_device_takes(struct ktest *t)
{
	struct device *dev = device_new(64, 3 * PAGE_SIZE, 0);
	struct scatterlist sg[PAGES];
	struct page *block = block_new(t, sg);
	unsigned int i;

	if (!block)
		return;
	KTEST_EXPECT_EQ(t, dma_map_sg(dev, sg, PAGES, DMA_TO_DEVICE), 6);
	for (i = 0; i < 5; i++)
		expect_segment(t, &sg[i], block + 3 * i, 3 * PAGE_SIZE);
	expect_segment(t, &sg[5], block + 15, PAGE_SIZE);
	dma_unmap_sg(dev, sg, PAGES, DMA_TO_DEVICE);
	/* What the entries were told before is not believed again. */
	test_device.parms.max_segment_size = PAGES * PAGE_SIZE;
	KTEST_EXPECT_EQ(t, dma_map_sg(dev, sg, PAGES, DMA_TO_DEVICE), 1);
	KTEST_EXPECT_EQ(t, sg_dma_len(&sg[1]), 0);
	dma_unmap_sg(dev, sg, PAGES, DMA_TO_DEVICE);
	/* One byte more than an entry may have. */
	test_device.parms.max_segment_size = PAGE_SIZE - 1;
	ktest_expect_report(t, "dma-limit");
	KTEST_EXPECT_EQ(t, dma_map_sg(dev, sg, PAGES, DMA_TO_DEVICE), 0);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
	__free_pages(block, ORDER);
}

/* The block is aligned to its size: each second page ends at a line. */
static void segments_end_at_the_devices_lines(struct ktest *t)
{
	struct device *dev = device_new(64, 0, 2 * PAGE_SIZE - 1);
	struct scatterlist sg[PAGES];
	struct page *block = block_new(t, sg);
	unsigned int i;

	if (!block)
		return;
	KTEST_EXPECT_EQ(t, dma_map_sg(dev, sg + 1, PAGES - 1, DMA_TO_DEVICE),
			8);
	expect_segment(t, &sg[1], block + 1, PAGE_SIZE);
	for (i = 1; i < 8; i++)
		expect_segment(t, &sg[1 + i], block + 2 * i, 2 * PAGE_SIZE);
	dma_unmap_sg(dev, sg + 1, PAGES - 1, DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
	__free_pages(block, ORDER);
}

#define LONG_PAGES 80u
#define LONG_ORDER 7u

/* Each entry can be copied through the pool: that they lie in a row, in more
 * than the pool has for one mapping, changes nothing. */
static void neighbours_are_no_more_than_can_be_bounced(struct ktest *t)
{
	static struct scatterlist sg[LONG_PAGES];
	struct device *dev = device_new(24, MIB(1), 0);
	size_t most = dma_max_mapping_size(dev);
	struct page *block = alloc_pages(GFP_KERNEL | __GFP_NOWARN, LONG_ORDER);
	unsigned int i;

	if (!block || page_to_phys(block) < MIB(16) ||
	    most >= LONG_PAGES * PAGE_SIZE ||
	    (bounce_live.nr_slots - bounce_live.nr_used) * BOUNCE_SLOT_BYTES <
		    2 * LONG_PAGES * PAGE_SIZE) {
		ktest_skip(t, "no such block above 16 MiB, or a small pool");
		goto out_free;
	}
	sg_init_table(sg, LONG_PAGES);
	for (i = 0; i < LONG_PAGES; i++)
		sg_set_page(&sg[i], block + i, PAGE_SIZE, 0);
	KTEST_EXPECT_EQ(t, dma_map_sg(dev, sg, LONG_PAGES, DMA_TO_DEVICE), 2);
	KTEST_EXPECT_EQ(t, sg_dma_len(&sg[0]), most);
	KTEST_EXPECT_EQ(t, sg_dma_len(&sg[1]), LONG_PAGES * PAGE_SIZE - most);
	dma_unmap_sg(dev, sg, LONG_PAGES, DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
out_free:
	if (block)
		__free_pages(block, LONG_ORDER);
}

/* What is refused in the middle takes back what was mapped before it. */
static void a_refused_list_is_not_mapped_at_all(struct ktest *t)
{
	struct device *dev = device_new(64, 0, 0);
	struct scatterlist sg[PAGES];
	struct page *block = block_new(t, sg);
	struct sg_table table = { sg, PAGES, PAGES };

	if (!block)
		return;
	swap(sg[3].page_link, sg[5].page_link);
	sg_set_page(&sg[9], pfn_to_page(max_pfn), PAGE_SIZE, 0);
	ktest_expect_report(t, "dma-bad-address");
	KTEST_EXPECT_EQ(t, dma_map_sgtable(dev, &table, DMA_FROM_DEVICE, 0),
			-EIO);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
	sg_set_page(&sg[9], block + 9, PAGE_SIZE, 0);
	/* The same page twice, for writing. */
	sg_set_page(&sg[10], block + 1, PAGE_SIZE, 0);
	ktest_expect_report(t, "dma-state");
	KTEST_EXPECT_EQ(t, dma_map_sg(dev, sg, PAGES, DMA_FROM_DEVICE), 0);
	/* An entry without bytes. */
	sg_set_page(&sg[10], block + 10, 0, 0);
	ktest_expect_report(t, "dma-state");
	KTEST_EXPECT_EQ(t, dma_map_sg(dev, sg, PAGES, DMA_FROM_DEVICE), 0);
	ktest_expect_report(t, "dma-state");
	KTEST_EXPECT_EQ(t, dma_map_sg(dev, sg, 0, DMA_FROM_DEVICE), 0);
	ktest_expect_report(t, "dma-device");
	KTEST_EXPECT_EQ(t, dma_map_sg(NULL, sg, PAGES, DMA_FROM_DEVICE), 0);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
	KTEST_EXPECT_EQ(t, page_count(block), 1);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
	__free_pages(block, ORDER);
}

static void a_table_is_told_its_segments(struct ktest *t)
{
	struct device *dev = device_new(64, 0, 0);
	struct page *block = alloc_pages(GFP_KERNEL, 1), *pages[2];
	struct sg_table table;
	struct scatterlist *sg;
	unsigned int i;
	u64 bytes = 0;

	KTEST_ASSERT_NOT_NULL(t, block);
	pages[0] = block + 1;
	pages[1] = block;
	KTEST_ASSERT_EQ(t,
			sg_alloc_table_from_pages(&table, pages, 2, 0,
						  2 * PAGE_SIZE, GFP_KERNEL),
			0);
	KTEST_EXPECT_EQ(t, dma_map_sgtable(dev, &table, DMA_BIDIRECTIONAL, 0),
			0);
	KTEST_EXPECT_EQ(t, table.nents, 2);
	for_each_sgtable_dma_sg(&table, sg, i) bytes += sg_dma_len(sg);
	KTEST_EXPECT_EQ(t, bytes, 2 * PAGE_SIZE);
	dma_sync_sgtable_for_cpu(dev, &table, DMA_BIDIRECTIONAL);
	dma_sync_sgtable_for_device(dev, &table, DMA_BIDIRECTIONAL);
	dma_unmap_sgtable(dev, &table, DMA_BIDIRECTIONAL, 0);
	sg_free_table(&table);
	__free_pages(block, 1);
}

/* --- at random --------------------------------------------------------------------- */

#define LISTS 60u
#define POOL_BLOCKS 8u
#define POOL_PAGES (POOL_BLOCKS * 4)

/* Blocks of 16 KiB, low and high, of which lists are made. */
struct run {
	struct page *block[POOL_BLOCKS];
	struct sg_table table;
	u8 bytes[POOL_PAGES * PAGE_SIZE], seen[POOL_PAGES * PAGE_SIZE];
};

/*
 * Entries that do not overlap: each of the pool's pages whole or in two pieces,
 * so that neighbours are common, one block after the other from any on.
 */
static size_t draw_list(struct ktest *t, struct run *run)
{
	unsigned int first = ktest_random(t) % POOL_BLOCKS, i, nents = 0;
	unsigned int pages = 1 + ktest_random(t) % POOL_PAGES;
	bool split[POOL_PAGES];
	struct scatterlist *sg;
	size_t bytes = 0;

	for (i = 0; i < pages; i++) {
		split[i] = ktest_random(t) % 3 == 0;
		nents += split[i] ? 2 : 1;
	}
	if (sg_alloc_table(&run->table, nents, GFP_KERNEL))
		return 0;
	sg = run->table.sgl;
	for (i = 0; i < pages; i++) {
		struct page *page =
			run->block[(first + i / 4) % POOL_BLOCKS] + i % 4;
		unsigned int cut = split[i] ? 4 + ktest_random(t) % 4000 : 0;
		unsigned int end = PAGE_SIZE - ktest_random(t) % 2 * 40;

		if (cut) {
			sg_set_page(sg, page, cut, 0);
			sg = sg_next(sg);
		}
		sg_set_page(sg, page, end - cut, cut);
		sg = sg_next(sg);
		bytes += end;
	}
	return bytes;
}

/* The device writes run->bytes, or reads them into run->seen. */
static void device_moves(struct ktest *t, struct run *run, struct device *dev,
			 bool write)
{
	u64 line = dma_get_seg_boundary(dev);
	struct scatterlist *sg;
	size_t done = 0;
	unsigned int i;

	for_each_sgtable_dma_sg(&run->table, sg, i)
	{
		dma_addr_t addr = sg_dma_address(sg);
		size_t len = sg_dma_len(sg);

		KTEST_EXPECT_TRUE(t, dma_reaches(*dev->dma_mask, addr, len));
		KTEST_EXPECT_LE(t, len, dma_get_max_seg_size(dev));
		KTEST_EXPECT_TRUE(t, (addr & line) + len - 1 <= line);
		dma_test_move(addr, (write ? run->bytes : run->seen) + done,
			      len, write);
		done += len;
	}
}

static void play(struct ktest *t, struct run *run, struct device *dev)
{
	size_t bytes = draw_list(t, run), i;
	struct sg_table *table = &run->table;

	KTEST_ASSERT_TRUE(t, bytes);
	for (i = 0; i < bytes; i++)
		run->bytes[i] = (u8)ktest_random(t);
	sg_copy_from_buffer(table->sgl, table->orig_nents, run->bytes, bytes);
	/* A full pool is no failure: weak devices may get nothing. */
	if (dma_map_sgtable(dev, table, DMA_BIDIRECTIONAL, DMA_ATTR_NO_WARN))
		goto out_free;
	device_moves(t, run, dev, false);
	KTEST_EXPECT_EQ(t, memcmp(run->bytes, run->seen, bytes), 0);
	for (i = 0; i < bytes; i++)
		run->bytes[i] ^= 0xff;
	device_moves(t, run, dev, true);
	if (ktest_random(t) % 2) {
		dma_sync_sgtable_for_cpu(dev, table, DMA_BIDIRECTIONAL);
		sg_copy_to_buffer(table->sgl, table->orig_nents, run->seen,
				  bytes);
		KTEST_EXPECT_EQ(t, memcmp(run->bytes, run->seen, bytes), 0);
	}
	dma_unmap_sgtable(dev, table, DMA_BIDIRECTIONAL, 0);
	sg_copy_to_buffer(table->sgl, table->orig_nents, run->seen, bytes);
	KTEST_EXPECT_EQ(t, memcmp(run->bytes, run->seen, bytes), 0);
out_free:
	sg_free_table(table);
}

static void all_bytes_of_random_lists_arrive(struct ktest *t)
{
	static const unsigned int bits[] = { 24, 32, 64 };
	static const unsigned int seg[] = { 4096, 10000, 65536 };
	static const unsigned long line[] = { 0xfff, 0xffff, 0xffffffff };
	struct run *run = vzalloc(sizeof(*run));
	unsigned int used = bounce_live.nr_used, i, nr = 0;

	for (; run && nr < POOL_BLOCKS; nr++) {
		run->block[nr] =
			alloc_pages(nr % 2 ? GFP_HIGHUSER : GFP_KERNEL, 2);
		if (!run->block[nr])
			break;
	}
	if (nr == POOL_BLOCKS) {
		for (i = 0; i < LISTS && !t->failed; i++)
			play(t, run,
			     device_new(bits[ktest_random(t) % 3],
					seg[ktest_random(t) % 3],
					line[ktest_random(t) % 3]));
	} else {
		ktest_skip(t, "no memory for lists");
	}
	KTEST_EXPECT_EQ(t, dma_device_release(&test_device.dev), 0);
	KTEST_EXPECT_EQ(t, bounce_live.nr_used, used);
	while (nr--) {
		KTEST_EXPECT_EQ(t, page_count(run->block[nr]), 1);
		__free_pages(run->block[nr], 2);
	}
	vfree(run);
}

static const struct ktest_case dma_sg_cases[] = {
	KTEST_CASE(neighbours_become_one_segment),
	KTEST_CASE(segments_are_no_longer_than_the_device_takes),
	KTEST_CASE(segments_end_at_the_devices_lines),
	KTEST_CASE(neighbours_are_no_more_than_can_be_bounced),
	KTEST_CASE(a_refused_list_is_not_mapped_at_all),
	KTEST_CASE(a_table_is_told_its_segments),
	KTEST_CASE(all_bytes_of_random_lists_arrive),
};
KTEST_SUITE(dma_sg, dma_sg_cases);

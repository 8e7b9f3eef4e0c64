/* SPDX-License-Identifier: MIT */
/* dma_mapping_test.c - buffers that a driver has become a device's */
#include <kernel/ktest.h>
#include <kernel/module_holding.h>
#include <kernel/string.h>
#include <mm/addr.h>
#include <mm/check.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/page_exact.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "../../drivers/bus/dma_internal.h"
#include "dma_fixture.h"
#include "live_fixture.h"
#include "log_lines.h"

static struct dma_test_device test_device;

static struct device *device_new(unsigned int bits)
{
	return dma_test_device(&test_device, "dma-test", bits);
}

static void a_buffer_in_reach_is_mapped_where_it_is(struct ktest *t)
{
	struct device *dev = device_new(32);
	char *buf = kmalloc(512, GFP_KERNEL), seen[512];
	dma_addr_t addr;

	KTEST_ASSERT_NOT_NULL(t, buf);
	memset(buf, 0x5a, 512);
	addr = dma_map_single(dev, buf, 512, DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, dma_mapping_error(dev, addr), 0);
	if (!bounce_is_forced())
		KTEST_EXPECT_EQ(t, addr, virt_to_phys(buf));
	dma_test_read(addr, seen, 512);
	KTEST_EXPECT_NULL(t, memchr_inv(seen, 0x5a, 512));
	dma_unmap_single(dev, addr, 512, DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
	kfree(buf);
}

/* --- through the pool ------------------------------------------------------- */

/* A lowmem page that a device of 24 bits does not reach; NULL skips the case:
 * there is none, or no pool. */
static struct page *far_page(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (page && page_to_phys(page) >= MIB(16) && bounce_live.nr_slots)
		return page;
	if (page)
		__free_page(page);
	ktest_skip(t, "no memory above 16 MiB, or no bounce pool");
	return NULL;
}

static void memory_out_of_reach_is_copied_in(struct ktest *t)
{
	struct device *dev = device_new(24);
	struct page *page = far_page(t);
	dma_addr_t addr;
	char seen[100];

	if (!page)
		return;
	memset(page_address(page), 0x11, PAGE_SIZE);
	memset((char *)page_address(page) + 500, 0x22, 100);
	addr = dma_map_page(dev, page, 500, 100, DMA_TO_DEVICE);
	KTEST_ASSERT_EQ(t, dma_mapping_error(dev, addr), 0);
	KTEST_EXPECT_TRUE(t, bounce_has(&bounce_live, addr));
	KTEST_EXPECT_LE(t, addr + 100, MIB(16));
	dma_test_read(addr, seen, 100);
	KTEST_EXPECT_NULL(t, memchr_inv(seen, 0x22, 100));
	/* A device that writes where it should only read changes nothing. */
	memset(seen, 0x33, 100);
	dma_test_write(addr, seen, 100);
	dma_unmap_page(dev, addr, 100, DMA_TO_DEVICE);
	KTEST_EXPECT_NULL(
		t, memchr_inv((char *)page_address(page) + 500, 0x22, 100));
	__free_page(page);
}

static void what_the_device_wrote_is_copied_out(struct ktest *t)
{
	struct device *dev = device_new(24);
	struct page *page = far_page(t);
	u8 *mine, byte = 0x77;
	dma_addr_t addr;

	if (!page)
		return;
	mine = page_address(page);
	memset(mine, 0x11, PAGE_SIZE);
	addr = dma_map_page(dev, page, 8, 4000, DMA_FROM_DEVICE);
	KTEST_ASSERT_EQ(t, dma_mapping_error(dev, addr), 0);
	dma_test_write(addr + 100, &byte, 1);
	KTEST_EXPECT_EQ(t, mine[108], 0x11);
	dma_unmap_page(dev, addr, 4000, DMA_FROM_DEVICE);
	/* What it left alone is as it was, not what was in the slot. */
	KTEST_EXPECT_EQ(t, mine[108], 0x77);
	mine[108] = 0x11;
	KTEST_EXPECT_NULL(t, memchr_inv(mine, 0x11, PAGE_SIZE));
	__free_page(page);
}

static void a_part_is_synced_alone(struct ktest *t)
{
	struct device *dev = device_new(24);
	struct page *page = far_page(t);
	u8 *mine, theirs[PAGE_SIZE];
	dma_addr_t addr;

	if (!page)
		return;
	mine = page_address(page);
	memset(mine, 1, PAGE_SIZE);
	addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	KTEST_ASSERT_EQ(t, dma_mapping_error(dev, addr), 0);
	memset(theirs, 2, sizeof(theirs));
	dma_test_write(addr, theirs, PAGE_SIZE);
	dma_sync_single_range_for_cpu(dev, addr, 1000, 24, DMA_BIDIRECTIONAL);
	KTEST_EXPECT_NULL(t, memchr_inv(mine + 1000, 2, 24));
	KTEST_EXPECT_EQ(t, mine[999], 1);
	KTEST_EXPECT_EQ(t, mine[1024], 1);
	mine[1010] = 3;
	mine[1011] = 3;
	dma_sync_single_range_for_device(dev, addr, 1011, 1, DMA_BIDIRECTIONAL);
	dma_test_read(addr, theirs, PAGE_SIZE);
	KTEST_EXPECT_EQ(t, theirs[1010], 2);
	KTEST_EXPECT_EQ(t, theirs[1011], 3);
	dma_unmap_page_attrs(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL,
			     DMA_ATTR_SKIP_CPU_SYNC);
	KTEST_EXPECT_EQ(t, mine[999], 1);
	__free_page(page);
}

/* What it only reads is not copied back, what it only writes not in. */
static void a_sync_copies_the_way_the_bytes_go(struct ktest *t)
{
	struct device *dev = device_new(24);
	struct page *page = far_page(t);
	u8 *mine, theirs;
	dma_addr_t addr;

	if (!page)
		return;
	mine = page_address(page);
	*mine = 1;
	addr = dma_map_page(dev, page, 0, 1, DMA_TO_DEVICE);
	KTEST_ASSERT_EQ(t, dma_mapping_error(dev, addr), 0);
	*mine = 2;
	dma_sync_single_for_cpu(dev, addr, 1, DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, *mine, 2);
	dma_sync_single_for_device(dev, addr, 1, DMA_TO_DEVICE);
	dma_test_read(addr, &theirs, 1);
	KTEST_EXPECT_EQ(t, theirs, 2);
	dma_unmap_page(dev, addr, 1, DMA_TO_DEVICE);
	addr = dma_map_page(dev, page, 0, 1, DMA_FROM_DEVICE);
	KTEST_ASSERT_EQ(t, dma_mapping_error(dev, addr), 0);
	theirs = 3;
	dma_test_write(addr, &theirs, 1);
	dma_sync_single_for_device(dev, addr, 1, DMA_FROM_DEVICE);
	dma_unmap_page(dev, addr, 1, DMA_FROM_DEVICE);
	KTEST_EXPECT_EQ(t, *mine, 3);
	__free_page(page);
}

static void a_line_that_the_device_cannot_cross_is_not_crossed(struct ktest *t)
{
	struct device *dev = device_new(32);
	char *buf = (char *)__get_free_pages(GFP_KERNEL, 1), seen[1024];
	dma_addr_t addr;

	KTEST_ASSERT_NOT_NULL(t, buf);
	KTEST_EXPECT_EQ(t, dma_set_seg_boundary(dev, PAGE_SIZE - 1), 0);
	memset(buf, 0x44, 2 * PAGE_SIZE);
	/* Up to the line: as it is. */
	addr = dma_map_single(dev, buf + 3072, 1024, DMA_TO_DEVICE);
	if (!bounce_is_forced())
		KTEST_EXPECT_EQ(t, addr, virt_to_phys(buf + 3072));
	dma_unmap_single(dev, addr, 1024, DMA_TO_DEVICE);
	/* One byte across. */
	addr = dma_map_single(dev, buf + 3073, 1024, DMA_TO_DEVICE);
	if (bounce_live.nr_slots) {
		KTEST_EXPECT_TRUE(t, bounce_has(&bounce_live, addr));
		KTEST_EXPECT_LE(t, (addr & ~PAGE_MASK) + 1024, PAGE_SIZE);
		dma_test_read(addr, seen, 1024);
		KTEST_EXPECT_NULL(t, memchr_inv(seen, 0x44, 1024));
		dma_unmap_single(dev, addr, 1024, DMA_TO_DEVICE);
		/* No place has no line in it. */
		ktest_expect_report(t, "dma-limit");
		addr = dma_map_single(dev, buf, PAGE_SIZE + 1, DMA_TO_DEVICE);
	}
	KTEST_EXPECT_EQ(t, dma_mapping_error(dev, addr), -ENOMEM);
	free_pages((unsigned long)buf, 1);
}

#define SLOT_MAPPINGS 1100u
static dma_addr_t slot_addrs[SLOT_MAPPINGS];

/* What a full pool refuses keeps no record, though none can be had. */
static void refuse_often(struct ktest *t, struct device *dev, struct page *page)
{
	unsigned long missed = dma_records_missed();
	struct fault_attr saved;
	unsigned int i;

	fault_plan_save(&fault_slab, &saved);
	fault_slab.interval = 1;
	fault_slab.probability = 100;
	atomic_set(&fault_slab.times, FAULT_UNLIMITED);
	fault_attr_arm(&fault_slab);
	for (i = 0; i < 300; i++)
		KTEST_EXPECT_EQ(t,
				dma_map_page_attrs(dev, page, 0, PAGE_SIZE,
						   DMA_TO_DEVICE,
						   DMA_ATTR_NO_WARN),
				DMA_MAPPING_ERROR);
	fault_plan_restore(&fault_slab, &saved);
	KTEST_EXPECT_EQ(t, dma_records_missed(), missed);
}

/* One line at most, and none for who wants none. */
static void refuse_with_a_line(struct ktest *t, struct device *dev,
			       struct page *page, u64 log_from)
{
	unsigned int i;

	KTEST_EXPECT_EQ(t, log_count(log_from, "no place to bounce"), 0);
	for (i = 0; i < 3; i++)
		KTEST_EXPECT_EQ(
			t, dma_map_page(dev, page, 0, PAGE_SIZE, DMA_TO_DEVICE),
			DMA_MAPPING_ERROR);
	KTEST_EXPECT_LE(t, log_count(log_from, "no place to bounce"), 1);
}

/* The same page again and again: it is only read. */
static void a_full_pool_refuses_and_recovers(struct ktest *t)
{
	struct device *dev = device_new(24);
	struct page *page = far_page(t);
	u64 log_from = log_end();
	unsigned long refused = bounce_live.nr_refused;
	unsigned int nr = 0, used = bounce_live.nr_used;

	if (!page)
		return;
	while (nr < SLOT_MAPPINGS) {
		dma_addr_t addr = dma_map_page_attrs(dev, page, 0, PAGE_SIZE,
						     DMA_TO_DEVICE,
						     DMA_ATTR_NO_WARN);

		if (dma_mapping_error(dev, addr))
			break;
		slot_addrs[nr++] = addr;
	}
	KTEST_EXPECT_GE(t, nr, 16);
	KTEST_EXPECT_LE(t, nr, SLOT_MAPPINGS - 1);
	KTEST_EXPECT_EQ(t, bounce_live.nr_refused, refused + 1);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
	refuse_often(t, dev, page);
	refuse_with_a_line(t, dev, page, log_from);
	while (nr--)
		dma_unmap_page(dev, slot_addrs[nr], PAGE_SIZE, DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, bounce_live.nr_used, used);
	slot_addrs[0] = dma_map_page(dev, page, 0, 16, DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, dma_mapping_error(dev, slot_addrs[0]), 0);
	dma_unmap_page(dev, slot_addrs[0], 16, DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	__free_page(page);
}

static void more_than_the_pool_gives_one_is_refused(struct ktest *t)
{
	struct device *dev = device_new(24);
	struct page *page = far_page(t);
	unsigned int order = get_order(dma_max_mapping_size(dev) + 1);
	struct page *block;

	if (!page)
		return;
	__free_page(page);
	block = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);
	if (!block || page_to_phys(block) < MIB(16)) {
		ktest_skip(t, "no such block above 16 MiB");
	} else {
		dma_addr_t addr;

		ktest_expect_report(t, "dma-limit");
		addr = dma_map_page(dev, block, 0,
				    dma_max_mapping_size(dev) + 1,
				    DMA_TO_DEVICE);
		KTEST_EXPECT_EQ(t, addr, DMA_MAPPING_ERROR);
		addr = dma_map_page(dev, block, 0, dma_max_mapping_size(dev),
				    DMA_TO_DEVICE);
		KTEST_EXPECT_NE(t, addr, DMA_MAPPING_ERROR);
		dma_unmap_page(dev, addr, dma_max_mapping_size(dev),
			       DMA_TO_DEVICE);
	}
	if (block)
		__free_pages(block, order);
}

/* --- what two may not have ---------------------------------------------------- */

/* Map [@from, @from + @len) of a page while the middle of it is mapped. */
static void try_second(struct ktest *t, struct page *page, size_t from,
		       size_t len, enum dma_data_direction dir, bool fits)
{
	struct device *dev = &test_device.dev;
	dma_addr_t addr;

	if (!fits)
		ktest_expect_report(t, "dma-state");
	addr = dma_map_page(dev, page, from, len, dir);
	KTEST_EXPECT_EQ(t, !dma_mapping_error(dev, addr), fits);
	if (fits)
		dma_unmap_page(dev, addr, len, dir);
	else
		expect_report_says(t, "mapped-twice");
}

static void bytes_that_a_device_writes_are_mapped_once(struct ktest *t)
{
	struct device *dev = device_new(64);
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;

	KTEST_ASSERT_NOT_NULL(t, page);
	addr = dma_map_page(dev, page, 1024, 1024, DMA_FROM_DEVICE);
	try_second(t, page, 1024, 1024, DMA_FROM_DEVICE, false);
	try_second(t, page, 0, 1025, DMA_TO_DEVICE, false);
	try_second(t, page, 2047, 1, DMA_BIDIRECTIONAL, false);
	try_second(t, page, 0, PAGE_SIZE, DMA_TO_DEVICE, false);
	try_second(t, page, 0, 1024, DMA_FROM_DEVICE, true);
	try_second(t, page, 2048, 2048, DMA_BIDIRECTIONAL, true);
	dma_unmap_page(dev, addr, 1024, DMA_FROM_DEVICE);
	addr = dma_map_page(dev, page, 1024, 1024, DMA_TO_DEVICE);
	try_second(t, page, 1000, 100, DMA_TO_DEVICE, true);
	try_second(t, page, 1000, 100, DMA_FROM_DEVICE, false);
	dma_unmap_page(dev, addr, 1024, DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	__free_page(page);
}

static void expect_not_mapped(struct ktest *t, struct device *dev,
			      dma_addr_t addr)
{
	ktest_expect_report(t, "dma-state");
	dma_unmap_page(dev, addr, 100, DMA_FROM_DEVICE);
	expect_report_says(t, "not-mapped");
}

static void slots_are_their_mappings(struct ktest *t)
{
	static struct dma_test_device second;
	struct device *dev = device_new(24);
	struct device *other = dma_test_device(&second, "dma-other", 24);
	struct page *page = far_page(t);
	unsigned int used = bounce_live.nr_used;
	dma_addr_t addr;

	if (!page)
		return;
	addr = dma_map_page(dev, page, 0, 100, DMA_FROM_DEVICE);
	KTEST_ASSERT_EQ(t, dma_mapping_error(dev, addr), 0);
	/* What is refused gives its own back. */
	try_second(t, page, 0, 8, DMA_FROM_DEVICE, false);
	KTEST_EXPECT_EQ(t, bounce_live.nr_used, used + 1);
	expect_not_mapped(t, other, addr);
	expect_not_mapped(t, dev, addr + 100);
	KTEST_EXPECT_EQ(t, bounce_live.nr_used, used + 1);
	dma_unmap_page(dev, addr, 100, DMA_FROM_DEVICE);
	expect_not_mapped(t, dev, addr);
	KTEST_EXPECT_EQ(t, bounce_live.nr_used, used);
	__free_page(page);
}

/* A granule of the table is 64 KiB: this one begins in the one before. */
static void a_mapping_across_granules_is_found(struct ktest *t)
{
	struct device *dev = device_new(64);
	struct page *block = alloc_pages(GFP_KERNEL | __GFP_NOWARN, 5);
	dma_addr_t addr;

	if (!block) {
		ktest_skip(t, "no block of 128 KiB");
		return;
	}
	addr = dma_map_page(dev, block, KIB(64) - 8, 16, DMA_FROM_DEVICE);
	try_second(t, block, KIB(64), 8, DMA_TO_DEVICE, false);
	try_second(t, block, KIB(64) + 8, 8, DMA_FROM_DEVICE, true);
	dma_sync_single_for_cpu(dev, addr + 8, 8, DMA_FROM_DEVICE);
	dma_unmap_page(dev, addr, 16, DMA_FROM_DEVICE);
	__free_pages(block, 5);
}

/* Longer than a granule of the table, and at both of its ends. */
static void long_mappings_are_found_too(struct ktest *t)
{
	struct device *dev = device_new(64);
	struct page *block = alloc_pages(GFP_KERNEL | __GFP_NOWARN, 6);
	dma_addr_t addr;

	if (!block) {
		ktest_skip(t, "no block of 256 KiB");
		return;
	}
	addr = dma_map_page(dev, block, 100, KIB(200), DMA_FROM_DEVICE);
	try_second(t, block, 0, 100, DMA_FROM_DEVICE, true);
	try_second(t, block, 0, 101, DMA_FROM_DEVICE, false);
	try_second(t, block, KIB(200) + 99, 8, DMA_TO_DEVICE, false);
	try_second(t, block, KIB(200) + 100, 8, DMA_TO_DEVICE, true);
	try_second(t, block, 0, KIB(256), DMA_TO_DEVICE, false);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
	dma_unmap_page(dev, addr, KIB(200), DMA_FROM_DEVICE);
	/* A short one that a long one covers. */
	addr = dma_map_page(dev, block, KIB(128) + 8, 8, DMA_FROM_DEVICE);
	try_second(t, block, 0, KIB(256), DMA_TO_DEVICE, false);
	dma_unmap_page(dev, addr, 8, DMA_FROM_DEVICE);
	__free_pages(block, 6);
}

/* Two at one place, told apart by length and kind. */
static void a_buffer_that_is_read_twice_ends_twice(struct ktest *t)
{
	struct device *dev = device_new(64);
	struct page *block = alloc_pages(GFP_KERNEL | __GFP_NOWARN, 5);
	dma_addr_t a, b, c;

	if (bounce_is_forced()) {
		ktest_skip(t, "each mapping has a place of its own");
		if (block)
			__free_pages(block, 5);
		return;
	}
	if (!block) {
		ktest_skip(t, "no block of 128 KiB");
		return;
	}
	a = dma_map_page(dev, block, 0, 100, DMA_TO_DEVICE);
	b = dma_map_page(dev, block, 0, 200, DMA_TO_DEVICE);
	c = dma_map_page(dev, block, 0, KIB(128), DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, page_count(block), 4);
	/* A part is of whichever has it whole. */
	dma_sync_single_for_cpu(dev, a, 200, DMA_TO_DEVICE);
	dma_sync_single_for_cpu(dev, a, KIB(128), DMA_TO_DEVICE);
	dma_unmap_page(dev, c, KIB(128), DMA_TO_DEVICE);
	dma_unmap_page(dev, a, 100, DMA_TO_DEVICE);
	dma_unmap_page(dev, b, 200, DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
	KTEST_EXPECT_EQ(t, page_count(block), 1);
	__free_pages(block, 5);
}

/* --- claims that are wrong ------------------------------------------------------ */

static void a_mapping_ends_once(struct ktest *t)
{
	struct device *dev = device_new(64);
	char *buf = kmalloc(512, GFP_KERNEL);
	dma_addr_t addr;

	KTEST_ASSERT_NOT_NULL(t, buf);
	addr = dma_map_single(dev, buf, 512, DMA_FROM_DEVICE);
	ktest_expect_report(t, "dma-state");
	dma_unmap_single(dev, addr + 8, 504, DMA_FROM_DEVICE);
	expect_report_says(t, "not-mapped");
	expect_report_says(t, "inside=");
	dma_unmap_single(dev, addr, 512, DMA_FROM_DEVICE);
	ktest_expect_report(t, "dma-state");
	dma_unmap_single(dev, addr, 512, DMA_FROM_DEVICE);
	expect_report_says(t, "not-mapped");
	ktest_expect_report(t, "dma-state");
	dma_unmap_single(dev, DMA_MAPPING_ERROR, 512, DMA_FROM_DEVICE);
	kfree(buf);
}

static void a_mapping_is_its_devices(struct ktest *t)
{
	static struct dma_test_device second;
	struct device *dev = device_new(64);
	struct device *other = dma_test_device(&second, "dma-other", 64);
	char *buf = kmalloc(512, GFP_KERNEL);
	dma_addr_t addr;

	KTEST_ASSERT_NOT_NULL(t, buf);
	addr = dma_map_single(dev, buf, 512, DMA_TO_DEVICE);
	ktest_expect_report(t, "dma-state");
	dma_unmap_single(other, addr, 512, DMA_TO_DEVICE);
	expect_report_says(t, "not-mapped");
	expect_report_says(t, "dev=dma-other");
	KTEST_EXPECT_EQ(t, dma_device_release(other), 0);
	dma_unmap_single(dev, addr, 512, DMA_TO_DEVICE);
	kfree(buf);
}

/* It is unmapped as it was mapped: the device is done with it. */
static void a_wrong_claim_is_told_and_the_mapping_ends(struct ktest *t)
{
	struct device *dev = device_new(64);
	char *buf = kmalloc(512, GFP_KERNEL);
	struct scatterlist sg;
	dma_addr_t addr;

	KTEST_ASSERT_NOT_NULL(t, buf);
	addr = dma_map_single(dev, buf, 512, DMA_FROM_DEVICE);
	ktest_expect_report(t, "dma-state");
	dma_unmap_single(dev, addr, 500, DMA_FROM_DEVICE);
	expect_report_says(t, "wrong-length");
	expect_report_says(t, "is=512 given=500");
	addr = dma_map_single(dev, buf, 512, DMA_FROM_DEVICE);
	ktest_expect_report(t, "dma-state");
	dma_unmap_single(dev, addr, 512, DMA_TO_DEVICE);
	expect_report_says(t, "wrong-direction");
	expect_report_says(t, "is=from-device given=to-device");
	sg_init_one(&sg, buf, 512);
	KTEST_EXPECT_EQ(t, dma_map_sg(dev, &sg, 1, DMA_FROM_DEVICE), 1);
	ktest_expect_report(t, "dma-state");
	dma_unmap_single(dev, sg_dma_address(&sg), 512, DMA_FROM_DEVICE);
	expect_report_says(t, "wrong-call");
	expect_report_says(t, "is=dma_map_sg given=dma_map_single");
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
	kfree(buf);
}

static void a_sync_stays_within_its_mapping(struct ktest *t)
{
	struct device *dev = device_new(64);
	char *buf = kmalloc(512, GFP_KERNEL);
	dma_addr_t addr;

	KTEST_ASSERT_NOT_NULL(t, buf);
	addr = dma_map_single(dev, buf, 256, DMA_FROM_DEVICE);
	dma_sync_single_for_cpu(dev, addr + 255, 1, DMA_FROM_DEVICE);
	ktest_expect_report(t, "dma-state");
	dma_sync_single_for_cpu(dev, addr + 255, 2, DMA_FROM_DEVICE);
	expect_report_says(t, "sync-beyond");
	ktest_expect_report(t, "dma-state");
	dma_sync_single_for_device(dev, addr, 8, DMA_TO_DEVICE);
	expect_report_says(t, "wrong-direction");
	ktest_expect_report(t, "dma-state");
	dma_sync_single_for_device(dev, addr + 256, 8, DMA_FROM_DEVICE);
	expect_report_says(t, "not-mapped");
	dma_unmap_single(dev, addr, 256, DMA_FROM_DEVICE);
	/* Both ways is either way. */
	addr = dma_map_single(dev, buf, 256, DMA_BIDIRECTIONAL);
	dma_sync_single_for_cpu(dev, addr, 256, DMA_FROM_DEVICE);
	dma_sync_single_for_device(dev, addr, 256, DMA_TO_DEVICE);
	dma_unmap_single(dev, addr, 256, DMA_BIDIRECTIONAL);
	kfree(buf);
}

static void what_a_driver_leaves_mapped_is_told_and_given_up(struct ktest *t)
{
	struct device *dev = device_new(64);
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;
	void *va = dma_alloc_coherent(dev, 100, &addr, GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_ASSERT_NOT_NULL(t, va);
	KTEST_EXPECT_NE(t, dma_map_page(dev, page, 0, 8, DMA_TO_DEVICE),
			DMA_MAPPING_ERROR);
	KTEST_EXPECT_NE(t, dma_map_page(dev, page, 8, 8, DMA_FROM_DEVICE),
			DMA_MAPPING_ERROR);
	ktest_expect_report(t, "dma-state");
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 3);
	expect_report_says(
		t, "left-mapped dev=dma-test count=3 coherent=1 bytes=116");
	/* Which is lost: but it is there. */
	free_page((unsigned long)va);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	__free_page(page);
}

static noinline dma_addr_t map_as_a_module(struct device *dev, void *buf)
{
	dma_addr_t addr = dma_map_single(dev, buf, 8, DMA_TO_DEVICE);

	/* No jump: the call returns here. */
	barrier();
	return addr;
}

/* The function plays the module's code. */
static void what_a_module_has_mapped_holds_it(struct ktest *t)
{
	struct device *dev = device_new(64);
	struct module_search search = {
		.module = "t",
		.start = (unsigned long)map_as_a_module,
		.bytes = 400,
		.quiet = true,
	};
	char *buf = kmalloc(8, GFP_KERNEL);
	dma_addr_t addr;

	KTEST_ASSERT_NOT_NULL(t, buf);
	KTEST_EXPECT_EQ(t, module_search_all(&search), 0);
	addr = map_as_a_module(dev, buf);
	KTEST_EXPECT_EQ(t, module_search_all(&search), 1);
	dma_unmap_single(dev, addr, 8, DMA_TO_DEVICE);
	search.nr = 0;
	KTEST_EXPECT_EQ(t, module_search_all(&search), 0);
	kfree(buf);
}

/* --- memory that is none ---------------------------------------------------------- */

static void try_pointer(struct ktest *t, void *ptr, const char *word)
{
	ktest_expect_report(t, "dma-bad-address");
	KTEST_EXPECT_EQ(
		t, dma_map_single(&test_device.dev, ptr, 16, DMA_TO_DEVICE),
		DMA_MAPPING_ERROR);
	expect_report_says(t, word);
}

static void addresses_that_are_no_memory_are_named(struct ktest *t)
{
	char on_stack[16];
	struct page *page = alloc_page(GFP_HIGHUSER);
	void *area = vmalloc(100);

	device_new(64);
	KTEST_ASSERT_NOT_NULL(t, area);
	try_pointer(t, NULL, "dma-bad-address null");
	try_pointer(t, area, "dma-bad-address vmalloc");
	try_pointer(t, (void *)PAGE_SIZE, "dma-bad-address user");
	if (page) {
		void *va = kmap_local_high(page, (unsigned long)area);

		try_pointer(t, va, "dma-bad-address highmem");
		kunmap_local_high(va, (unsigned long)area);
		__free_page(page);
	}
	vfree(area);
	/* A hosted test's variables and stack are Linux's affair. */
	if (addr_classify((unsigned long)&test_device, NULL) == ADDR_BSS)
		try_pointer(t, &test_device, "dma-bad-address kernel-image");
	if (addr_classify((unsigned long)on_stack, NULL) == ADDR_STACK)
		try_pointer(t, on_stack, "dma-bad-address stack");
}

static void frames_that_nobody_has_are_named(struct ktest *t)
{
	struct device *dev = device_new(64);
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;

	KTEST_ASSERT_NOT_NULL(t, page);
	__free_page(page);
	ktest_expect_report(t, "dma-bad-address");
	addr = dma_map_page(dev, page, 0, 16, DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, addr, DMA_MAPPING_ERROR);
	expect_report_says(t, "dma-bad-address freed");
	ktest_expect_report(t, "dma-bad-address");
	addr = dma_map_page(dev, pfn_to_page(max_pfn), 0, 16, DMA_TO_DEVICE);
	KTEST_EXPECT_EQ(t, addr, DMA_MAPPING_ERROR);
	expect_report_says(t, "dma-bad-address no-memory");
}

static void what_is_refused_holds_nothing(struct ktest *t)
{
	struct device *dev = device_new(64);
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	unsigned long flags;

	KTEST_ASSERT_NOT_NULL(t, page);
	split_page(page, 1);
	ktest_expect_report(t, "dma-bad-address");
	/* Nobody takes it meanwhile. */
	flags = local_irq_save();
	__free_page(page + 1);
	KTEST_EXPECT_EQ(
		t, dma_map_page(dev, page, 0, 2 * PAGE_SIZE, DMA_TO_DEVICE),
		DMA_MAPPING_ERROR);
	local_irq_restore(flags);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	__free_page(page);
}

static void nothing_and_no_direction_are_refused(struct ktest *t)
{
	struct device *dev = device_new(64);
	char *buf = kmalloc(64, GFP_KERNEL);

	KTEST_ASSERT_NOT_NULL(t, buf);
	ktest_expect_report(t, "dma-state");
	KTEST_EXPECT_EQ(t, dma_map_single(dev, buf, 0, DMA_TO_DEVICE),
			DMA_MAPPING_ERROR);
	ktest_expect_report(t, "dma-state");
	KTEST_EXPECT_EQ(t, dma_map_single(dev, buf, 64, DMA_NONE),
			DMA_MAPPING_ERROR);
	ktest_expect_report(t, "dma-device");
	KTEST_EXPECT_EQ(t, dma_map_single(NULL, buf, 64, DMA_TO_DEVICE),
			DMA_MAPPING_ERROR);
	dev->dma_mask = NULL;
	ktest_expect_report(t, "dma-device");
	KTEST_EXPECT_EQ(t, dma_map_single(dev, buf, 64, DMA_TO_DEVICE),
			DMA_MAPPING_ERROR);
	kfree(buf);
}

/* --- memory that is freed meanwhile ------------------------------------------------ */

static void a_page_that_is_freed_while_mapped_stays(struct ktest *t)
{
	struct device *dev = device_new(64);
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	unsigned long before;
	dma_addr_t addr;

	KTEST_ASSERT_NOT_NULL(t, page);
	addr = dma_map_page(dev, page, PAGE_SIZE + 8, 16, DMA_FROM_DEVICE);
	before = nr_free_pages();
	ktest_expect_report(t, "dma-state");
	__free_pages(page, 1);
	expect_report_says(t, "freed-while-mapped");
	expect_report_says(t, "dev=dma-test");
	KTEST_EXPECT_EQ(t, page_state(page), PAGE_ALLOCATED);
	KTEST_EXPECT_LE(t, nr_free_pages(), before);
	dma_unmap_page(dev, addr, 16, DMA_FROM_DEVICE);
	KTEST_EXPECT_NE(t, page_state(page), PAGE_ALLOCATED);
	/* One whose mapping began before it. */
	page = alloc_pages(GFP_KERNEL, 1);
	KTEST_ASSERT_NOT_NULL(t, page);
	split_page(page, 1);
	addr = dma_map_page(dev, page, 0, 2 * PAGE_SIZE, DMA_FROM_DEVICE);
	ktest_expect_report(t, "dma-state");
	__free_page(page + 1);
	dma_unmap_page(dev, addr, 2 * PAGE_SIZE, DMA_FROM_DEVICE);
	__free_page(page);
}

/* The slow path of frees asks; a cache with debugging takes no other. */
static void an_object_that_is_freed_while_mapped_stays(struct ktest *t)
{
	struct device *dev = device_new(64);
	struct kmem_cache *cache =
		kmem_cache_create("dma-objects", 64, 0, SLAB_POISON, NULL);
	struct addr_info info;
	dma_addr_t addr;
	char *object;

	KTEST_ASSERT_NOT_NULL(t, cache);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, object);
	addr = dma_map_single(dev, object + 8, 16, DMA_FROM_DEVICE);
	ktest_expect_report(t, "dma-state");
	kmem_cache_free(cache, object);
	expect_report_says(t, "freed-while-mapped");
	addr_classify((unsigned long)object, &info);
	KTEST_EXPECT_TRUE(t, info.slab.allocated);
	dma_unmap_single(dev, addr, 16, DMA_FROM_DEVICE);
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
}

/* --- the checker of records ----------------------------------------------------- */

/* Records are found by the slots of what is bounced. */
static void the_checker_of_records_sees_what_is_wrong(struct ktest *t)
{
	struct device *dev = device_new(24);
	struct page *page = far_page(t);
	struct dma_record *r;
	dma_addr_t a, b;

	if (!page)
		return;
	a = dma_map_page(dev, page, 0, 8, DMA_TO_DEVICE);
	b = dma_map_page(dev, page, 4, 8, DMA_TO_DEVICE);
	KTEST_ASSERT_EQ(t, dma_mapping_error(dev, a), 0);
	KTEST_ASSERT_EQ(t, dma_mapping_error(dev, b), 0);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
	r = *bounce_owner(&bounce_live, a);
	r->phys += KIB(64); /* R1: on another list */
	KTEST_EXPECT_EQ(t, mm_check(), 1);
	r->phys -= KIB(64);
	r->size++; /* R2: more bytes than the row has */
	KTEST_EXPECT_EQ(t, mm_check(), 1);
	r->size--;
	r->dir = DMA_FROM_DEVICE; /* R3: it and the other one */
	KTEST_EXPECT_EQ(t, mm_check(), 2);
	r->dir = DMA_TO_DEVICE;
	KTEST_EXPECT_EQ(t, mm_check(), 0);
	dma_unmap_page(dev, a, 8, DMA_TO_DEVICE);
	dma_unmap_page(dev, b, 8, DMA_TO_DEVICE);
	__free_page(page);
}

/* --- records -------------------------------------------------------------------- */

/* More than the reserve, while the allocator has none. */
#define RECORD_MAPPINGS 600u
static dma_addr_t record_addrs[RECORD_MAPPINGS];

static void without_a_record_there_is_no_mapping(struct ktest *t)
{
	struct device *dev = device_new(64);
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long missed = dma_records_missed();
	struct fault_attr saved;
	unsigned int nr;

	KTEST_ASSERT_NOT_NULL(t, page);
	fault_plan_save(&fault_slab, &saved);
	fault_slab.interval = 1;
	fault_slab.probability = 100;
	atomic_set(&fault_slab.times, FAULT_UNLIMITED);
	fault_attr_arm(&fault_slab);
	for (nr = 0; nr < RECORD_MAPPINGS; nr++) {
		record_addrs[nr] =
			dma_map_page(dev, page, nr, 1, DMA_FROM_DEVICE);
		if (record_addrs[nr] == DMA_MAPPING_ERROR)
			break;
	}
	fault_plan_restore(&fault_slab, &saved);
	/* The reserve is there for just that. */
	KTEST_EXPECT_GE(t, nr, 256);
	KTEST_EXPECT_LE(t, nr, RECORD_MAPPINGS - 1);
	KTEST_EXPECT_GE(t, dma_records_missed(), missed + 1);
	KTEST_EXPECT_EQ(t, (unsigned int)page_count(page), nr + 1);
	while (nr--)
		dma_unmap_page(dev, record_addrs[nr], 1, DMA_FROM_DEVICE);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	__free_page(page);
}

static const struct ktest_case dma_mapping_cases[] = {
	KTEST_CASE(a_buffer_in_reach_is_mapped_where_it_is),
	KTEST_CASE(memory_out_of_reach_is_copied_in),
	KTEST_CASE(what_the_device_wrote_is_copied_out),
	KTEST_CASE(a_part_is_synced_alone),
	KTEST_CASE(a_sync_copies_the_way_the_bytes_go),
	KTEST_CASE(a_line_that_the_device_cannot_cross_is_not_crossed),
	KTEST_CASE(a_full_pool_refuses_and_recovers),
	KTEST_CASE(more_than_the_pool_gives_one_is_refused),
	KTEST_CASE(bytes_that_a_device_writes_are_mapped_once),
	KTEST_CASE(slots_are_their_mappings),
	KTEST_CASE(a_mapping_across_granules_is_found),
	KTEST_CASE(long_mappings_are_found_too),
	KTEST_CASE(a_buffer_that_is_read_twice_ends_twice),
	KTEST_CASE(a_mapping_ends_once),
	KTEST_CASE(a_mapping_is_its_devices),
	KTEST_CASE(a_wrong_claim_is_told_and_the_mapping_ends),
	KTEST_CASE(a_sync_stays_within_its_mapping),
	KTEST_CASE(what_a_driver_leaves_mapped_is_told_and_given_up),
	KTEST_CASE(what_a_module_has_mapped_holds_it),
	KTEST_CASE(addresses_that_are_no_memory_are_named),
	KTEST_CASE(frames_that_nobody_has_are_named),
	KTEST_CASE(what_is_refused_holds_nothing),
	KTEST_CASE(nothing_and_no_direction_are_refused),
	KTEST_CASE(a_page_that_is_freed_while_mapped_stays),
	KTEST_CASE(an_object_that_is_freed_while_mapped_stays),
	KTEST_CASE(the_checker_of_records_sees_what_is_wrong),
	KTEST_CASE(without_a_record_there_is_no_mapping),
};
KTEST_SUITE(dma_mapping, dma_mapping_cases);

/* SPDX-License-Identifier: MIT */
/* dma_resource_test.c - other devices' registers that a device is given */
#include <kernel/ktest.h>
#include <kernel/memmap.h>
#include <mm/check.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include "dma_fixture.h"
#include "live_fixture.h"

/* Where PCs have their local APICs: no RAM is there. */
#define REGISTERS 0xfee00000ull

static struct dma_test_device test_device;

static struct device *device_new(unsigned int bits)
{
	return dma_test_device(&test_device, "dma-registers", bits);
}

static dma_addr_t map(struct device *dev, phys_addr_t phys, size_t size,
		      enum dma_data_direction dir)
{
	return dma_map_resource(dev, phys, size, dir, 0);
}

static void registers_are_mapped_where_they_are(struct ktest *t)
{
	struct device *dev = device_new(32);
	char *buf = kmalloc(64, GFP_KERNEL);
	dma_addr_t buffer;

	KTEST_ASSERT_NOT_NULL(t, buf);
	KTEST_EXPECT_EQ(t, map(dev, REGISTERS, 4, DMA_FROM_DEVICE), REGISTERS);
	/* Several may write to the same FIFO. */
	KTEST_EXPECT_EQ(t, map(dev, REGISTERS, 4, DMA_BIDIRECTIONAL),
			REGISTERS);
	buffer = dma_map_single(dev, buf, 64, DMA_FROM_DEVICE);
	KTEST_EXPECT_EQ(t, dma_mapping_error(dev, buffer), 0);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
	dma_unmap_resource(dev, REGISTERS, 4, DMA_BIDIRECTIONAL, 0);
	dma_unmap_resource(dev, REGISTERS, 4, DMA_FROM_DEVICE, 0);
	dma_unmap_single(dev, buffer, 64, DMA_FROM_DEVICE);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
	kfree(buf);
}

static void a_frame_buffer_of_any_length_is_mapped(struct ktest *t)
{
	struct device *dev = device_new(32);
	const size_t bytes = 16u << 20;

	KTEST_EXPECT_EQ(t, map(dev, REGISTERS, bytes, DMA_TO_DEVICE),
			REGISTERS);
	dma_unmap_resource(dev, REGISTERS, bytes, DMA_TO_DEVICE, 0);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
}

/* Behind all RAM: what mem= hides, or is too much for us, is RAM as well. */
static phys_addr_t ram_end(void)
{
	const struct memmap *map = mm_firmware_map();

	return pfn_to_phys(map ? map->runs[map->nr_runs - 1].end : max_pfn);
}

static void ram_is_no_register(struct ktest *t)
{
	struct device *dev = device_new(64);
	struct page *page = alloc_page(GFP_KERNEL);
	phys_addr_t end = ram_end();

	KTEST_ASSERT_NOT_NULL(t, page);
	ktest_expect_report(t, "dma-bad-address");
	KTEST_EXPECT_EQ(t, map(dev, page_to_phys(page) + 8, 4, DMA_TO_DEVICE),
			DMA_MAPPING_ERROR);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	__free_page(page);
	/* Not one byte of it. */
	ktest_expect_report(t, "dma-bad-address");
	KTEST_EXPECT_EQ(t, map(dev, end - 1, 4, DMA_FROM_DEVICE),
			DMA_MAPPING_ERROR);
	KTEST_EXPECT_EQ(t, map(dev, end, 4, DMA_FROM_DEVICE), end);
	dma_unmap_resource(dev, end, 4, DMA_FROM_DEVICE, 0);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
}

static void what_is_out_of_reach_is_refused(struct ktest *t)
{
	struct device *dev = device_new(28);

	ktest_expect_report(t, "dma-limit");
	KTEST_EXPECT_EQ(t, map(dev, REGISTERS, 4, DMA_TO_DEVICE),
			DMA_MAPPING_ERROR);
	dev = device_new(32);
	ktest_expect_report(t, "dma-limit");
	KTEST_EXPECT_EQ(t, map(dev, 0xfffffffc, 5, DMA_TO_DEVICE),
			DMA_MAPPING_ERROR);
	ktest_expect_report(t, "dma-state");
	KTEST_EXPECT_EQ(t, map(dev, REGISTERS, 0, DMA_TO_DEVICE),
			DMA_MAPPING_ERROR);
	KTEST_EXPECT_EQ(t, map(dev, 0xfffffffc, 4, DMA_TO_DEVICE), 0xfffffffc);
	dma_unmap_resource(dev, 0xfffffffc, 4, DMA_TO_DEVICE, 0);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
}

static void registers_are_unmapped_as_registers(struct ktest *t)
{
	struct device *dev = device_new(32);

	KTEST_EXPECT_EQ(t, map(dev, REGISTERS, 8, DMA_TO_DEVICE), REGISTERS);
	ktest_expect_report(t, "dma-state");
	dma_unmap_single(dev, REGISTERS, 8, DMA_TO_DEVICE);
	ktest_expect_report(t, "dma-state");
	dma_unmap_resource(dev, REGISTERS, 8, DMA_TO_DEVICE, 0);
	KTEST_EXPECT_EQ(t, map(dev, REGISTERS, 8, DMA_TO_DEVICE), REGISTERS);
	ktest_expect_report(t, "dma-state");
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 1);
}

static const struct ktest_case dma_resource_cases[] = {
	KTEST_CASE(registers_are_mapped_where_they_are),
	KTEST_CASE(a_frame_buffer_of_any_length_is_mapped),
	KTEST_CASE(ram_is_no_register),
	KTEST_CASE(what_is_out_of_reach_is_refused),
	KTEST_CASE(registers_are_unmapped_as_registers),
};
KTEST_SUITE(dma_resource, dma_resource_cases);

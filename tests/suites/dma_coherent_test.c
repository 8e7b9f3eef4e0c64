/* SPDX-License-Identifier: MIT */
/* dma_coherent_test.c - memory for a driver and its device, and what a device
 * reaches */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/addr.h>
#include <mm/check.h>
#include <mm/dmapool.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include "../../drivers/bus/dma_internal.h"
#include "dma_fixture.h"
#include "live_fixture.h"

static struct dma_test_device test_device;

static struct device *device_new(unsigned int bits)
{
	return dma_test_device(&test_device, "dma-coherent", bits);
}

/* --- coherent memory ------------------------------------------------------------------ */

static void coherent_memory_is_clear_and_aligned(struct ktest *t)
{
	struct device *dev = device_new(24);
	dma_addr_t addr;
	unsigned int i;

	/* The second time it is what was written the first time. */
	for (i = 0; i < 2; i++) {
		char *va = dma_alloc_coherent(dev, 5 * PAGE_SIZE, &addr,
					      GFP_KERNEL);

		KTEST_ASSERT_NOT_NULL(t, va);
		KTEST_EXPECT_NULL(t, memchr_inv(va, 0, 5 * PAGE_SIZE));
		memset(va, 0x55, 5 * PAGE_SIZE);
		KTEST_EXPECT_EQ(t, addr, virt_to_phys(va));
		KTEST_EXPECT_EQ(t, addr & (8 * PAGE_SIZE - 1), 0);
		KTEST_EXPECT_LE(t, addr + 5 * PAGE_SIZE, MIB(16));
		dma_free_coherent(dev, 5 * PAGE_SIZE, va, addr);
	}
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
}

/* Where it lies the mask says: no page of the zones above is below this one. */
static void coherent_memory_lies_where_the_mask_says(struct ktest *t)
{
	struct device *dev = device_new(64);
	dma_addr_t addr;
	void *va;

	dev->coherent_dma_mask = MIB(16);
	va = dma_alloc_coherent(dev, 100, &addr,
				GFP_HIGHUSER | GFP_DMA | __GFP_COMP);
	KTEST_ASSERT_NOT_NULL(t, va);
	KTEST_EXPECT_LE(t, addr, MIB(16) - PAGE_SIZE);
	dma_free_coherent(dev, 100, va, addr);
}

static void coherent_memory_goes_back_as_it_came(struct ktest *t)
{
	struct device *dev = device_new(64);
	dma_addr_t addr;
	char *va = dma_alloc_coherent(dev, 100, &addr, GFP_ATOMIC);

	KTEST_ASSERT_NOT_NULL(t, va);
	ktest_expect_report(t, "dma-state");
	dma_free_coherent(dev, 200, va, addr);
	expect_report_says(t, "wrong-length");
	ktest_expect_report(t, "dma-state");
	dma_free_coherent(dev, 100, va + PAGE_SIZE, addr);
	expect_report_says(t, "wrong-address");
	ktest_expect_report(t, "dma-state");
	dma_unmap_single(dev, addr, 100, DMA_BIDIRECTIONAL);
	expect_report_says(t, "wrong-call");
	ktest_expect_report(t, "dma-state");
	free_page((unsigned long)va);
	expect_report_says(t, "freed-while-mapped");
	/* Which leaves it a holder short: but it is there. */
	page_ref_inc(virt_to_page(va));
	dma_free_coherent(dev, 100, va, addr);
	ktest_expect_report(t, "dma-state");
	dma_free_coherent(dev, 100, va, addr);
	expect_report_says(t, "not-mapped");
	dma_free_coherent(dev, 100, NULL, 0);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
}

/* A weak device is served by the DMA zone alone: one request. */
static void without_pages_there_is_no_coherent_memory(struct ktest *t)
{
	struct device *dev = device_new(24);
	dma_addr_t addr;
	void *va;

	fault_fail_nth(&mm_node.fault, 1);
	va = dma_alloc_attrs(dev, 3 * PAGE_SIZE, &addr, GFP_KERNEL,
			     DMA_ATTR_NO_WARN);
	fault_reset(&mm_node.fault);
	KTEST_EXPECT_NULL(t, va);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
}

/* What the other zones do not have the DMA zone may have: its own mark. */
static void the_dma_zone_is_asked_last(struct ktest *t)
{
	struct device *dev = device_new(64);
	dma_addr_t addr;
	void *va;

	fault_fail_nth(&mm_node.fault, 1);
	va = dma_alloc_coherent(dev, PAGE_SIZE, &addr, GFP_KERNEL);
	fault_reset(&mm_node.fault);
	KTEST_ASSERT_NOT_NULL(t, va);
	KTEST_EXPECT_LE(t, addr, MIB(16) - PAGE_SIZE);
	dma_free_coherent(dev, PAGE_SIZE, va, addr);
}

static void coherent_memory_wants_a_device_and_bytes(struct ktest *t)
{
	struct device *dev = device_new(64);
	dma_addr_t addr;

	ktest_expect_report(t, "dma-device");
	KTEST_EXPECT_NULL(t, dma_alloc_coherent(NULL, 8, &addr, GFP_KERNEL));
	ktest_expect_report(t, "dma-device");
	KTEST_EXPECT_NULL(t, dma_alloc_coherent(dev, 0, &addr, GFP_KERNEL));
	dev->coherent_dma_mask = 0;
	ktest_expect_report(t, "dma-device");
	KTEST_EXPECT_NULL(t, dma_alloc_coherent(dev, 8, &addr, GFP_KERNEL));
}

static void coherent_memory_wants_no_streaming_mask(struct ktest *t)
{
	struct device *dev = device_new(64);
	dma_addr_t addr;
	void *va;

	dev->dma_mask = NULL;
	va = dma_alloc_coherent(dev, 8, &addr, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, va);
	dma_free_coherent(dev, 8, va, addr);
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
}

static void a_devices_pool_lies_in_its_reach(struct ktest *t)
{
	struct device *dev = device_new(24);
	struct dma_pool *pool = dma_pool_create("t", dev, 24, 8, 64);
	dma_addr_t addr;
	void *va;

	KTEST_ASSERT_NOT_NULL(t, pool);
	va = dma_pool_alloc(pool, GFP_KERNEL, &addr);
	KTEST_ASSERT_NOT_NULL(t, va);
	KTEST_EXPECT_LE(t, addr + 24, MIB(16));
	KTEST_EXPECT_EQ(t, addr, virt_to_phys(va));
	dma_pool_free(pool, va, addr);
	dma_pool_destroy(pool);
	/* Its pages were the device's, and are not any more. */
	KTEST_EXPECT_EQ(t, dma_device_release(dev), 0);
}

/* --- masks and limits ------------------------------------------------------------------ */

static void a_mask_must_reach_the_dma_zone(struct ktest *t)
{
	struct device *dev = device_new(32);

	KTEST_EXPECT_EQ(t, dma_set_mask_and_coherent(dev, DMA_BIT_MASK(20)),
			-EIO);
	KTEST_EXPECT_EQ(t, dma_get_mask(dev), DMA_BIT_MASK(32));
	KTEST_EXPECT_EQ(t, dma_set_mask_and_coherent(dev, DMA_BIT_MASK(24)), 0);
	KTEST_EXPECT_EQ(t, dma_get_mask(dev), DMA_BIT_MASK(24));
	KTEST_EXPECT_EQ(t, dev->coherent_dma_mask, DMA_BIT_MASK(24));
	KTEST_EXPECT_EQ(t, dma_set_mask(dev, DMA_BIT_MASK(64)), 0);
	KTEST_EXPECT_FALSE(t, dma_addressing_limited(dev));
	KTEST_EXPECT_EQ(t, dma_max_mapping_size(dev),
			bounce_is_forced() ?
				bounce_max_bytes(&bounce_live, U64_MAX) :
				SIZE_MAX);
	dev->dma_mask = NULL;
	KTEST_EXPECT_EQ(t, dma_set_mask(dev, DMA_BIT_MASK(32)), -EIO);
	KTEST_EXPECT_EQ(t, dma_coerce_mask_and_coherent(dev, DMA_BIT_MASK(32)),
			0);
	KTEST_EXPECT_EQ(t, dma_get_mask(dev), DMA_BIT_MASK(32));
}

static void the_required_mask_is_just_enough(struct ktest *t)
{
	struct device *dev = device_new(32);
	u64 mask = dma_get_required_mask(dev), last = pfn_to_phys(max_pfn) - 1;

	KTEST_EXPECT_EQ(t, mask & (mask + 1), 0);
	KTEST_EXPECT_TRUE(t, last <= mask && last > mask / 2);
	KTEST_EXPECT_EQ(t, dma_set_mask(dev, mask), 0);
	KTEST_EXPECT_FALSE(t, dma_addressing_limited(dev));
}

static void limits_of_segments_are_kept(struct ktest *t)
{
	struct device *dev = device_new(32);

	KTEST_EXPECT_EQ(t, dma_get_max_seg_size(dev), KIB(64));
	KTEST_EXPECT_EQ(t, dma_get_seg_boundary(dev), 0xffffffff);
	KTEST_EXPECT_EQ(t, dma_set_max_seg_size(dev, 2048), 0);
	KTEST_EXPECT_EQ(t, dma_get_max_seg_size(dev), 2048);
	KTEST_EXPECT_EQ(t, dma_set_max_seg_size(dev, 0), -EINVAL);
	KTEST_EXPECT_EQ(t, dma_set_seg_boundary(dev, 0xffff), 0);
	KTEST_EXPECT_EQ(t, dma_get_seg_boundary(dev), 0xffff);
	KTEST_EXPECT_EQ(t, dma_set_seg_boundary(dev, 0x7ff), -EINVAL);
	KTEST_EXPECT_EQ(t, dma_set_seg_boundary(dev, 0xfff0), -EINVAL);
	dev->dma_parms = NULL;
	KTEST_EXPECT_EQ(t, dma_set_max_seg_size(dev, 2048), -EIO);
	KTEST_EXPECT_EQ(t, dma_set_seg_boundary(dev, 0xffff), -EIO);
	KTEST_EXPECT_EQ(t, dma_get_max_seg_size(dev), KIB(64));
}

static const struct ktest_case dma_coherent_cases[] = {
	KTEST_CASE(coherent_memory_is_clear_and_aligned),
	KTEST_CASE(coherent_memory_lies_where_the_mask_says),
	KTEST_CASE(coherent_memory_goes_back_as_it_came),
	KTEST_CASE(without_pages_there_is_no_coherent_memory),
	KTEST_CASE(the_dma_zone_is_asked_last),
	KTEST_CASE(coherent_memory_wants_a_device_and_bytes),
	KTEST_CASE(coherent_memory_wants_no_streaming_mask),
	KTEST_CASE(a_devices_pool_lies_in_its_reach),
	KTEST_CASE(a_mask_must_reach_the_dma_zone),
	KTEST_CASE(the_required_mask_is_just_enough),
	KTEST_CASE(limits_of_segments_are_kept),
};
KTEST_SUITE(dma_coherent, dma_coherent_cases);

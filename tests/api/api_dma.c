/* SPDX-License-Identifier: MIT */
/* api_dma.c - memory for a device, as a driver gives it, from a module */
#include <linux/module.h>
#include <linux/init.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include "api.h"

/* A bus would have made it. */
static struct device_dma_parameters parms;
static struct device device = {
	.init_name = "api-dma",
	.dma_parms = &parms,
};

static void limits(void)
{
	API_EXPECT(!dma_coerce_mask_and_coherent(&device, DMA_BIT_MASK(32)));
	API_EXPECT(!dma_set_mask(&device, DMA_BIT_MASK(28)));
	API_EXPECT(!dma_set_coherent_mask(&device, DMA_BIT_MASK(32)));
	API_EXPECT(!dma_set_mask_and_coherent(&device, DMA_BIT_MASK(32)));
	API_EXPECT(dma_get_mask(&device) == 0xffffffff);
	API_EXPECT(dma_get_required_mask(&device) >= 0xffffff);
	API_EXPECT(!dma_set_max_seg_size(&device, 65536));
	API_EXPECT(!dma_set_seg_boundary(&device, 0xffff));
	API_EXPECT(dma_get_max_seg_size(&device) == 65536);
	API_EXPECT(dma_get_seg_boundary(&device) == 0xffff);
	API_EXPECT(dma_max_mapping_size(&device) >= 4096);
	API_EXPECT(dma_get_cache_alignment() == 1);
}

static void coherent(void)
{
	struct dma_pool *pool = dma_pool_create("api", &device, 32, 16, 0);
	dma_addr_t bus, block_bus;
	void *va, *block;

	va = dma_alloc_coherent(&device, 6000, &bus, GFP_KERNEL);
	API_EXPECT(va && bus == virt_to_phys(va) && !*(char *)va);
	dma_free_coherent(&device, 6000, va, bus);
	API_EXPECT(pool);
	block = dma_pool_zalloc(pool, GFP_KERNEL, &block_bus);
	API_EXPECT(block && !(block_bus & 15));
	dma_pool_free(pool, block, block_bus);
	dma_pool_destroy(pool);
}

static void single(void)
{
	char *buf = kmalloc(2048, GFP_KERNEL);
	DEFINE_DMA_UNMAP_ADDR(bus);

	API_EXPECT(buf);
	bus = dma_map_single(&device, buf, 2048, DMA_FROM_DEVICE);
	API_EXPECT(!dma_mapping_error(&device, bus));
	dma_sync_single_for_cpu(&device, bus, 2048, DMA_FROM_DEVICE);
	dma_sync_single_for_device(&device, bus, 2048, DMA_FROM_DEVICE);
	dma_sync_single_range_for_cpu(&device, bus, 100, 8, DMA_FROM_DEVICE);
	dma_sync_single_range_for_device(&device, bus, 100, 8, DMA_FROM_DEVICE);
	dma_unmap_single(&device, bus, 2048, DMA_FROM_DEVICE);
	bus = dma_map_page(&device, virt_to_page(buf), offset_in_page(buf), 64,
			   DMA_TO_DEVICE);
	API_EXPECT(!dma_mapping_error(&device, bus));
	dma_unmap_page(&device, bus, 64, DMA_TO_DEVICE);
	kfree(buf);
}

static void list(void)
{
	char *a = kmalloc(4096, GFP_KERNEL), *b = kmalloc(4096, GFP_KERNEL);
	struct scatterlist sg[2], *pos;
	unsigned int bytes = 0;
	int i, count;

	API_EXPECT(a && b);
	sg_init_table(sg, 2);
	sg_set_buf(&sg[0], a, 4096);
	sg_set_page(&sg[1], virt_to_page(b), 1024, 0);
	count = dma_map_sg(&device, sg, 2, DMA_TO_DEVICE);
	API_EXPECT(count == 1 || count == 2);
	for_each_sg(sg, pos, count, i) bytes += sg_dma_len(pos);
	API_EXPECT(bytes == 5120);
	dma_sync_sg_for_cpu(&device, sg, 2, DMA_TO_DEVICE);
	dma_sync_sg_for_device(&device, sg, 2, DMA_TO_DEVICE);
	dma_unmap_sg(&device, sg, 2, DMA_TO_DEVICE);
	memset(a, 'a', 4096);
	API_EXPECT(sg_copy_to_buffer(sg, 1, b, 4096) == 4096);
	API_EXPECT(b[4095] == 'a');
	kfree(a);
	kfree(b);
}

static void table(void)
{
	struct page *pages[3];
	struct sg_table sgt;
	int i;

	for (i = 0; i < 3; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	API_EXPECT(!sg_alloc_table_from_pages(&sgt, pages, 3, 0, 3 * PAGE_SIZE,
					      GFP_KERNEL));
	API_EXPECT(!dma_map_sgtable(&device, &sgt, DMA_BIDIRECTIONAL, 0));
	dma_unmap_sgtable(&device, &sgt, DMA_BIDIRECTIONAL, 0);
	sg_free_table(&sgt);
	for (i = 0; i < 3; i++)
		__free_page(pages[i]);
	API_EXPECT(!sg_alloc_table(&sgt, 1000, GFP_KERNEL));
	API_EXPECT(sg_nents(sgt.sgl) == 1000);
	sg_free_table(&sgt);
}

static int __init api_init(void)
{
	limits();
	coherent();
	single();
	list();
	table();
	/* What a bus does when the driver is gone. */
	API_EXPECT(!dma_device_release(&device));
	return api_result();
}

static void __exit api_exit(void)
{
}

module_init(api_init);
module_exit(api_exit);
MODULE_LICENSE("Dual MIT/GPL");

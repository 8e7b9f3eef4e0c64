/* SPDX-License-Identifier: MIT */
/*
 * old_pci_names_test.c - a driver of 2.4: it looks for its device by itself, and
 * shares memory with it by the names of then
 */
#include <linux/pci.h>
#include <linux/slab.h>

#include <kernel/ktest.h>
#include "dma_fixture.h"
#include "pci_model.h"

#define BYTES 600u

static bool begin(struct ktest *t)
{
	struct pci_model_function *f;

	pci_model_reset();
	f = pci_model_add(0, 1, 0, 1);
	pci_model_dword(f, PCI_CLASS_REVISION, 0x04010000);
	pci_model_word(f, PCI_SUBSYSTEM_VENDOR_ID, 0xaaaa);
	pci_model_word(f, PCI_SUBSYSTEM_ID, 0xbbbb);
	pci_model_add(0, 2, 0, 1);
	pci_model_add(0, 3, 0, 2);
	return KTEST_EXPECT_EQ(t, pci_host_add(&pci_model.host), 0);
}

/* Whoever holds a device then would be found out. */
static void end(struct ktest *t, const struct pci_dev *dev)
{
	KTEST_EXPECT_EQ(t, refcount_read(&dev->refs), 1);
	pci_host_remove(&pci_model.host);
}

static void devices_are_found_and_not_held(struct ktest *t)
{
	struct pci_dev *first, *second, *dev;
	unsigned int nr = 0;

	KTEST_ASSERT_TRUE(t, begin(t));
	KTEST_EXPECT_EQ(t, pci_present(), 1);
	first = pci_find_device(PCI_MODEL_VENDOR, 1, NULL);
	KTEST_ASSERT_NOT_NULL(t, first);
	KTEST_EXPECT_EQ(t, PCI_SLOT(first->devfn), 1);
	second = pci_find_device(PCI_MODEL_VENDOR, 1, first);
	KTEST_ASSERT_NOT_NULL(t, second);
	KTEST_EXPECT_EQ(t, PCI_SLOT(second->devfn), 2);
	KTEST_EXPECT_NULL(t, pci_find_device(PCI_MODEL_VENDOR, 1, second));
	KTEST_EXPECT_NULL(t, pci_find_device(PCI_MODEL_VENDOR, 3, NULL));
	KTEST_EXPECT_PTR_EQ(t, pci_find_class(0x040100, NULL), first);
	KTEST_EXPECT_NULL(t, pci_find_class(0x040100, first));
	KTEST_EXPECT_PTR_EQ(t,
			    pci_find_subsys(PCI_MODEL_VENDOR, PCI_ANY_ID,
					    0xaaaa, 0xbbbb, NULL),
			    first);
	KTEST_EXPECT_NULL(t, pci_find_subsys(PCI_MODEL_VENDOR, PCI_ANY_ID,
					     0xaaaa, 0xbbbc, NULL));
	pci_for_each_dev(dev) nr += dev->vendor == PCI_MODEL_VENDOR;
	KTEST_EXPECT_EQ(t, nr, 3);
	KTEST_EXPECT_EQ(t, refcount_read(&second->refs), 1);
	end(t, first);
}

/* By place only the machine's own, of which there may be none. */
static void a_place_is_one_of_the_machines(struct ktest *t)
{
	struct pci_dev *dev, *other;

	KTEST_ASSERT_TRUE(t, begin(t));
	dev = pci_find_device(PCI_MODEL_VENDOR, 2, NULL);
	KTEST_ASSERT_NOT_NULL(t, dev);
	other = pci_find_slot(0, dev->devfn);
	KTEST_EXPECT_TRUE(t, other != dev);
	if (other)
		KTEST_EXPECT_EQ(t, pci_domain_nr(other->bus), 0);
	end(t, dev);
}

static void masks_are_asked_for_and_set(struct ktest *t)
{
	struct pci_dev *dev;

	KTEST_ASSERT_TRUE(t, begin(t));
	dev = pci_find_device(PCI_MODEL_VENDOR, 1, NULL);
	KTEST_ASSERT_NOT_NULL(t, dev);
	KTEST_EXPECT_EQ(t, pci_dma_supported(dev, 0xffffff), 1);
	KTEST_EXPECT_EQ(t, pci_dma_supported(NULL, 0xffffffff), 1);
	KTEST_EXPECT_EQ(t, pci_dma_supported(dev, 0xfff), 0);
	KTEST_EXPECT_EQ(t, pci_set_dma_mask(dev, 0xfff), -EIO);
	KTEST_EXPECT_EQ(t, pci_set_dma_mask(dev, 0xfffffff), 0);
	KTEST_EXPECT_EQ(t, pci_set_consistent_dma_mask(dev, 0xffffff), 0);
	KTEST_EXPECT_EQ(t, dma_get_mask(&dev->dev), 0xfffffff);
	KTEST_EXPECT_EQ(t, dev->dev.coherent_dma_mask, 0xffffff);
	end(t, dev);
}

/* NULL: a card on the ISA bus, which reaches 16 MiB. */
static void memory_is_shared(struct ktest *t)
{
	struct pci_dev *devs[2] = { NULL };
	unsigned int i;

	KTEST_ASSERT_TRUE(t, begin(t));
	devs[1] = pci_find_device(PCI_MODEL_VENDOR, 1, NULL);
	KTEST_ASSERT_NOT_NULL(t, devs[1]);
	for (i = 0; i < ARRAY_SIZE(devs); i++) {
		dma_addr_t bus = 0;
		u8 *va = pci_alloc_consistent(devs[i], BYTES, &bus);

		KTEST_ASSERT_NOT_NULL(t, va);
		KTEST_EXPECT_NULL(t, memchr_inv(va, 0, BYTES));
		KTEST_EXPECT_EQ(t, bus, virt_to_phys(va));
		if (!devs[i])
			KTEST_EXPECT_LE(t, bus + BYTES, MIB(16));
		pci_free_consistent(devs[i], BYTES, va, bus);
	}
	end(t, devs[1]);
}

/* Where the device does not reach a buffer, bytes are only copied when they are
 * asked for. */
static void single_of(struct ktest *t, struct pci_dev *dev)
{
	u8 *buf = kzalloc(BYTES, GFP_KERNEL), byte = 0x11;
	dma_addr_t bus;

	KTEST_ASSERT_NOT_NULL(t, buf);
	bus = pci_map_single(dev, buf, BYTES, PCI_DMA_FROMDEVICE);
	KTEST_ASSERT_TRUE(t, !pci_dma_mapping_error(bus));
	KTEST_EXPECT_FALSE(t, pci_dma_mapping_error(dev, bus));
	dma_test_write(bus + 7, &byte, 1);
	pci_dma_sync_single(dev, bus, BYTES, PCI_DMA_FROMDEVICE);
	KTEST_EXPECT_EQ(t, buf[7], 0x11);
	pci_dma_sync_single_for_device(dev, bus, BYTES, PCI_DMA_FROMDEVICE);
	byte = 0x22;
	dma_test_write(bus + 8, &byte, 1);
	pci_unmap_single(dev, bus, BYTES, PCI_DMA_FROMDEVICE);
	KTEST_EXPECT_EQ(t, buf[8], 0x22);

	bus = pci_map_page(dev, virt_to_page(buf), offset_in_page(buf), BYTES,
			   PCI_DMA_TODEVICE);
	KTEST_ASSERT_TRUE(t, !pci_dma_mapping_error(dev, bus));
	buf[9] = 0x33;
	pci_dma_sync_single(dev, bus, BYTES, PCI_DMA_TODEVICE);
	dma_test_read(bus + 9, &byte, 1);
	KTEST_EXPECT_EQ(t, byte, 0x33);
	pci_unmap_page(dev, bus, BYTES, PCI_DMA_TODEVICE);

	bus = pci_map_single(dev, buf, BYTES, PCI_DMA_BIDIRECTIONAL);
	KTEST_ASSERT_TRUE(t, !pci_dma_mapping_error(bus));
	byte = 0x44;
	dma_test_write(bus, &byte, 1);
	pci_dma_sync_single(dev, bus, BYTES, PCI_DMA_BIDIRECTIONAL);
	KTEST_EXPECT_EQ(t, buf[0], 0x44);
	pci_unmap_single(dev, bus, BYTES, PCI_DMA_BIDIRECTIONAL);
	kfree(buf);
}

static void list_of(struct ktest *t, struct pci_dev *dev)
{
	u8 *buf = kzalloc(BYTES, GFP_KERNEL), byte = 0x55;
	struct scatterlist sg;

	KTEST_ASSERT_NOT_NULL(t, buf);
	sg_init_one(&sg, buf, BYTES);
	KTEST_ASSERT_EQ(t, pci_map_sg(dev, &sg, 1, PCI_DMA_FROMDEVICE), 1);
	dma_test_write(sg_dma_address(&sg), &byte, 1);
	pci_dma_sync_sg(dev, &sg, 1, PCI_DMA_FROMDEVICE);
	KTEST_EXPECT_EQ(t, buf[0], 0x55);
	pci_unmap_sg(dev, &sg, 1, PCI_DMA_FROMDEVICE);
	KTEST_ASSERT_EQ(t, pci_map_sg(dev, &sg, 1, PCI_DMA_TODEVICE), 1);
	buf[1] = 0x66;
	pci_dma_sync_sg(dev, &sg, 1, PCI_DMA_TODEVICE);
	dma_test_read(sg_dma_address(&sg) + 1, &byte, 1);
	KTEST_EXPECT_EQ(t, byte, 0x66);
	pci_unmap_sg(dev, &sg, 1, PCI_DMA_TODEVICE);
	kfree(buf);
}

static void bytes_pass_both_ways(struct ktest *t)
{
	struct pci_dev *dev;

	KTEST_ASSERT_TRUE(t, begin(t));
	dev = pci_find_device(PCI_MODEL_VENDOR, 1, NULL);
	KTEST_ASSERT_NOT_NULL(t, dev);
	single_of(t, dev);
	list_of(t, dev);
	single_of(t, NULL);
	list_of(t, NULL);
	end(t, dev);
}

static void blocks_come_from_pools(struct ktest *t)
{
	struct pci_pool *old =
		pci_pool_create("old", NULL, 48, 16, 0, GFP_KERNEL);
	struct pci_pool *pool = pci_pool_create("older", NULL, 48, 16, 0);
	dma_addr_t bus = 0;
	void *block;

	KTEST_ASSERT_TRUE(t, old && pool);
	block = pci_pool_alloc(pool, GFP_ATOMIC, &bus);
	KTEST_ASSERT_NOT_NULL(t, block);
	KTEST_EXPECT_EQ(t, bus & 15, 0);
	KTEST_EXPECT_LE(t, bus + 48, MIB(16));
	pci_pool_free(pool, block, bus);
	pci_pool_destroy(pool);
	pci_pool_destroy(old);
}

static int nr_probed;

static int probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	(void)dev;
	(void)id;
	nr_probed++;
	return 0;
}

static const struct pci_device_id ids[] = {
	{ PCI_MODEL_VENDOR, 1, PCI_ANY_ID, PCI_ANY_ID, 0, 0, 0 },
	{ 0 },
};

static void a_driver_is_registered_by_its_module(struct ktest *t)
{
	struct pci_driver driver = { .name = "old",
				     .id_table = ids,
				     .probe = probe };
	struct pci_dev *dev;

	KTEST_ASSERT_TRUE(t, begin(t));
	dev = pci_find_device(PCI_MODEL_VENDOR, 1, NULL);
	nr_probed = 0;
	KTEST_EXPECT_EQ(t, pci_module_init(&driver), 0);
	KTEST_EXPECT_EQ(t, nr_probed, 2);
	pci_unregister_driver(&driver);
	end(t, dev);
}

static const struct ktest_case old_pci_names_cases[] = {
	KTEST_CASE(devices_are_found_and_not_held),
	KTEST_CASE(a_place_is_one_of_the_machines),
	KTEST_CASE(masks_are_asked_for_and_set),
	KTEST_CASE(memory_is_shared),
	KTEST_CASE(bytes_pass_both_ways),
	KTEST_CASE(blocks_come_from_pools),
	KTEST_CASE(a_driver_is_registered_by_its_module),
};
KTEST_SUITE(old_pci_names, old_pci_names_cases);

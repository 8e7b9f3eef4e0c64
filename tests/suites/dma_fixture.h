/* SPDX-License-Identifier: MIT */
/*
 * dma_fixture.h - a device of the test's own
 *
 * It has no registers: a suite plays the device, and reads and writes memory by
 * the bus addresses that mappings gave it.
 */
#ifndef TESTS_DMA_FIXTURE_H
#define TESTS_DMA_FIXTURE_H

#include <kernel/dma_mapping.h>
#include <kernel/ktest.h>
#include <mm/highmem.h>

struct dma_test_device {
	struct device dev;
	u64 mask;
	struct device_dma_parameters parms;
};

/* A device named after the suite that reaches @bits of addresses. */
static inline struct device *
dma_test_device(struct dma_test_device *d, const char *name, unsigned int bits)
{
	*d = (struct dma_test_device){
		.dev = { .init_name = name,
			 .dma_mask = &d->mask,
			 .coherent_dma_mask = DMA_BIT_MASK(bits),
			 .dma_parms = &d->parms },
		.mask = DMA_BIT_MASK(bits),
	};
	return &d->dev;
}

/* What the device does: bytes from or to bus addresses [addr, addr + len). */
static inline void dma_test_move(dma_addr_t addr, void *buf, size_t len,
				 bool write)
{
	u8 *bytes = buf;

	while (len) {
		size_t offset = (size_t)(addr & ~PAGE_MASK);
		size_t here = min_t(size_t, len, PAGE_SIZE - offset);
		char *va = kmap_local_page(pfn_to_page(phys_to_pfn(addr)));

		if (write)
			memcpy(va + offset, bytes, here);
		else
			memcpy(bytes, va + offset, here);
		kunmap_local(va);
		addr += here;
		bytes += here;
		len -= here;
	}
}

#define dma_test_read(addr, buf, len) dma_test_move(addr, buf, len, false)
#define dma_test_write(addr, buf, len) dma_test_move(addr, buf, len, true)

#endif

/* SPDX-License-Identifier: MIT */
/*
 * dma_model_test.c - drivers and devices at random, each byte accounted for
 *
 * A few blocks of low and high memory are mapped, written by the device at its
 * bus addresses, synced in parts, looked at and written by the CPU, and
 * unmapped, by devices of all masks and lines. Of each block a copy says what
 * its bytes must be, whether a mapping is direct or bounced.
 */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/check.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "../../drivers/bus/dma_internal.h"
#include "dma_fixture.h"
#include "live_fixture.h"

#define BLOCKS 12u
#define BLOCK_ORDER 1u
#define BLOCK_BYTES ((unsigned int)(PAGE_SIZE << BLOCK_ORDER))
#define STEPS 400u

struct block {
	struct page *page;
	u8 *want; /* what its bytes are to be */
	dma_addr_t addr; /* DMA_MAPPING_ERROR: it is the driver's */
	unsigned int offset, len;
	enum dma_data_direction dir;
};

struct model {
	struct dma_test_device device;
	struct device *dev;
	struct block block[BLOCKS];
	u8 *want; /* of all */
	u8 piece[BLOCK_BYTES];
};

static u32 draw(struct ktest *t, u32 below)
{
	return ktest_random(t) % below;
}

/* The CPU's view of a block, page by page: high ones have no address. */
static void cpu_move(const struct block *b, unsigned int offset, u8 *buf,
		     unsigned int len, bool write)
{
	dma_test_move(page_to_phys(b->page) + offset, buf, len, write);
}

static void expect_bytes(struct ktest *t, struct model *m,
			 const struct block *b, unsigned int offset,
			 unsigned int len)
{
	cpu_move(b, offset, m->piece, len, false);
	if (memcmp(m->piece, b->want + offset, len))
		KTEST_FAIL(t, "block %zu: bytes %u+%u differ",
			   (size_t)(b - m->block), offset, len);
}

static void randomize(struct ktest *t, u8 *buf, unsigned int len)
{
	while (len--)
		*buf++ = (u8)ktest_random(t);
}

static void try_map(struct ktest *t, struct model *m, struct block *b)
{
	/* No longer than the narrowest line allows. */
	b->len = 1 + draw(t, PAGE_SIZE);
	b->offset = draw(t, BLOCK_BYTES - b->len + 1);
	b->dir = (enum dma_data_direction)draw(t, 3);
	b->addr = dma_map_page_attrs(m->dev, b->page, b->offset, b->len, b->dir,
				     DMA_ATTR_NO_WARN);
	if (b->addr == DMA_MAPPING_ERROR)
		return;
	KTEST_EXPECT_TRUE(t, dma_reaches(*m->dev->dma_mask, b->addr, b->len));
	KTEST_EXPECT_EQ(
		t, (b->addr & ~dma_get_seg_boundary(m->dev)),
		((b->addr + b->len - 1) & ~dma_get_seg_boundary(m->dev)));
	dma_test_read(b->addr, m->piece, b->len);
	if (memcmp(m->piece, b->want + b->offset, b->len))
		KTEST_FAIL(t, "the device sees other bytes than were mapped");
}

static void unmap(struct ktest *t, struct model *m, struct block *b)
{
	dma_unmap_page(m->dev, b->addr, b->len, b->dir);
	b->addr = DMA_MAPPING_ERROR;
	expect_bytes(t, m, b, 0, BLOCK_BYTES);
}

/* A part of a mapping. */
static void draw_part(struct ktest *t, const struct block *b,
		      unsigned int *offset, unsigned int *len)
{
	*len = 1 + draw(t, b->len);
	*offset = draw(t, b->len - *len + 1);
}

static void device_writes(struct ktest *t, struct block *b)
{
	unsigned int offset, len;

	if (b->dir == DMA_TO_DEVICE)
		return;
	draw_part(t, b, &offset, &len);
	randomize(t, b->want + b->offset + offset, len);
	dma_test_write(b->addr + offset, b->want + b->offset + offset, len);
}

/* The CPU looks at a part, and writes to it if that is for the device. */
static void cpu_looks(struct ktest *t, struct model *m, struct block *b)
{
	unsigned int offset, len;

	draw_part(t, b, &offset, &len);
	dma_sync_single_for_cpu(m->dev, b->addr + offset, len, b->dir);
	expect_bytes(t, m, b, b->offset + offset, len);
	if (b->dir != DMA_FROM_DEVICE) {
		randomize(t, b->want + b->offset + offset, len);
		cpu_move(b, b->offset + offset, b->want + b->offset + offset,
			 len, true);
	}
	dma_sync_single_for_device(m->dev, b->addr + offset, len, b->dir);
	dma_test_read(b->addr, m->piece, b->len);
	if (memcmp(m->piece, b->want + b->offset, b->len))
		KTEST_FAIL(t, "the device sees other bytes after a sync");
}

static void step(struct ktest *t, struct model *m)
{
	struct block *b = &m->block[draw(t, BLOCKS)];

	if (b->addr == DMA_MAPPING_ERROR) {
		try_map(t, m, b);
		return;
	}
	switch (draw(t, 4)) {
	case 0: unmap(t, m, b); break;
	case 1: cpu_looks(t, m, b); break;
	default: device_writes(t, b); break;
	}
}

static void model_free(struct model *m)
{
	unsigned int i;

	for (i = 0; i < BLOCKS; i++) {
		if (m->block[i].page)
			__free_pages(m->block[i].page, BLOCK_ORDER);
	}
	vfree(m->want);
	vfree(m);
}

/* NULL: no memory; the case is skipped. */
static struct model *model_new(struct ktest *t)
{
	struct model *m = vzalloc(sizeof(*m));
	unsigned int i;

	if (!m)
		goto out_skip;
	m->want = vzalloc(BLOCKS * BLOCK_BYTES);
	if (!m->want)
		goto out_free;
	for (i = 0; i < BLOCKS; i++) {
		struct block *b = &m->block[i];

		b->page = alloc_pages(i % 2 ? GFP_HIGHUSER : GFP_KERNEL,
				      BLOCK_ORDER);
		if (!b->page)
			goto out_free;
		b->addr = DMA_MAPPING_ERROR;
		b->want = m->want + i * BLOCK_BYTES;
		randomize(t, b->want, BLOCK_BYTES);
		cpu_move(b, 0, b->want, BLOCK_BYTES, true);
	}
	return m;

out_free:
	model_free(m);
out_skip:
	ktest_skip(t, "no memory for the blocks");
	return NULL;
}

static void play(struct ktest *t, struct model *m, unsigned int bits,
		 unsigned long boundary)
{
	unsigned int i;

	m->dev = dma_test_device(&m->device, "dma-model", bits);
	m->device.parms.segment_boundary_mask = boundary;
	for (i = 0; i < STEPS && !t->failed; i++)
		step(t, m);
	KTEST_EXPECT_EQ(t, mm_check(), 0);
	for (i = 0; i < BLOCKS; i++) {
		if (m->block[i].addr != DMA_MAPPING_ERROR)
			unmap(t, m, &m->block[i]);
		KTEST_EXPECT_EQ(t, page_count(m->block[i].page), 1);
	}
	KTEST_EXPECT_EQ(t, dma_device_release(m->dev), 0);
}

static void every_byte_is_where_it_should_be(struct ktest *t)
{
	static const unsigned int bits[] = { 24, 27, 32, 64 };
	static const unsigned long boundary[] = { 0xfff, 0xffff, 0 };
	struct model *m = model_new(t);
	unsigned int used = bounce_live.nr_used;
	unsigned int i, j;

	if (!m)
		return;
	for (i = 0; i < ARRAY_SIZE(bits); i++) {
		for (j = 0; j < ARRAY_SIZE(boundary); j++)
			play(t, m, bits[i], boundary[j]);
	}
	KTEST_EXPECT_EQ(t, bounce_live.nr_used, used);
	model_free(m);
}

static const struct ktest_case dma_model_cases[] = {
	KTEST_CASE(every_byte_is_where_it_should_be),
};
KTEST_SUITE(dma_model, dma_model_cases);

/* SPDX-License-Identifier: MIT */
/*
 * buffer.c - memory for a frame, of each kind that the driver books advise
 *
 *   bigphysarea   a piece of what was kept at boot: contiguous, always there
 *   highram       a piece of the RAM that mem= hides: contiguous, always there.
 *                 It has no struct page, so nothing that speaks of pages, a
 *                 bio, a scatterlist, the DMA API, can name it: the disk writes
 *                 into a window of pages, and the CPU copies. (A card whose
 *                 registers take a bus address would write there by itself.)
 *   pages         single pages, wherever: the device collects (scatter-gather)
 *   vmalloc       the same, in a row to the CPU
 *   alloc_pages   a block of the buddy: contiguous, as long as there is one
 *
 * Locking: none; a buffer is its owner's.
 */
#include <drivers/grabber.h>
#include <drivers/highram.h>
#include <kernel/bug.h>
#include <kernel/hash.h>
#include <kernel/iomap.h>
#include <kernel/util.h>
#include <mm/bigphysarea.h>
#include <mm/highmem.h>
#include <mm/ioremap.h>
#include <mm/page_alloc.h>
#include <mm/vmalloc.h>
#include <asm/page.h>

/* Not getting any is an answer. */
#define GRAB_GFP (GFP_KERNEL | __GFP_NOWARN)

static unsigned long buffer_kib(const struct grab_buffer *buf)
{
	return buf->nr_pages * (PAGE_SIZE >> 10);
}

static bool single_pages_take(struct grab_buffer *buf)
{
	unsigned int i;

	for (i = 0; i < buf->nr_window; i++) {
		buf->page[i] = alloc_page(GRAB_GFP | __GFP_HIGHMEM);
		if (!buf->page[i])
			break;
	}
	if (i == buf->nr_window)
		return true;
	while (i--)
		__free_page(buf->page[i]);
	return false;
}

static void single_pages_give(struct grab_buffer *buf)
{
	unsigned int i;

	for (i = 0; i < buf->nr_window; i++)
		__free_page(buf->page[i]);
}

/* Pages of the direct map, in a row from buf->va on. */
static bool row_of_pages(struct grab_buffer *buf)
{
	unsigned int i;

	for (i = 0; buf->va && i < buf->nr_pages; i++)
		buf->page[i] = virt_to_page((char *)buf->va + i * PAGE_SIZE);
	return buf->va;
}

static bool boot_take(struct grab_buffer *buf)
{
	buf->va = bigphysarea_alloc_pages((int)buf->nr_pages, 0, GRAB_GFP);
	return row_of_pages(buf);
}

static void boot_give(struct grab_buffer *buf)
{
	bigphysarea_free_pages(buf->va);
}

static bool block_take(struct grab_buffer *buf)
{
	buf->va = (void *)__get_free_pages(
		GRAB_GFP, get_order(buf->nr_pages * PAGE_SIZE));
	return row_of_pages(buf);
}

static void block_give(struct grab_buffer *buf)
{
	free_pages((unsigned long)buf->va,
		   get_order(buf->nr_pages * PAGE_SIZE));
}

static bool vmalloc_take(struct grab_buffer *buf)
{
	unsigned int i;

	buf->va =
		__vmalloc(buf->nr_pages * PAGE_SIZE, GRAB_GFP | __GFP_HIGHMEM);
	for (i = 0; buf->va && i < buf->nr_pages; i++)
		buf->page[i] = vmalloc_to_page((char *)buf->va + i * PAGE_SIZE);
	return buf->va;
}

static void vmalloc_give(struct grab_buffer *buf)
{
	vfree(buf->va);
}

static bool hidden_take(struct grab_buffer *buf)
{
	buf->nr_window = min(buf->nr_pages, GRAB_WINDOW_PAGES);
	buf->hidden = highram_alloc(buffer_kib(buf), GRAB_GFP);
	if (!buf->hidden)
		return false;
	buf->io = ioremap(buf->hidden, buf->nr_pages * PAGE_SIZE);
	if (buf->io && single_pages_take(buf))
		return true;
	iounmap(buf->io);
	WARN_ON_ONCE(highram_free(buf->hidden));
	return false;
}

static void hidden_give(struct grab_buffer *buf)
{
	single_pages_give(buf);
	iounmap(buf->io);
	WARN_ON_ONCE(highram_free(buf->hidden));
}

static const struct {
	bool (*take)(struct grab_buffer *buf);
	void (*give)(struct grab_buffer *buf);
} ways[NR_GRAB_WAYS] = {
	[GRAB_BOOT] = { boot_take, boot_give },
	[GRAB_HIDDEN] = { hidden_take, hidden_give },
	[GRAB_PAGES] = { single_pages_take, single_pages_give },
	[GRAB_VMALLOC] = { vmalloc_take, vmalloc_give },
	[GRAB_BLOCK] = { block_take, block_give },
};

bool grab_buffer_take(struct grab_buffer *buf, enum grab_way way,
		      unsigned int nr_pages)
{
	if (WARN_ON_ONCE(!nr_pages || nr_pages > GRAB_FRAME_PAGES))
		return false;
	buf->way = way;
	buf->nr_pages = nr_pages;
	buf->nr_window = nr_pages;
	return ways[way].take(buf);
}

void grab_buffer_give(struct grab_buffer *buf)
{
	ways[buf->way].give(buf);
}

/* The frame's @i-th page is brought back into the window, to be looked at. */
static struct page *page_seen(struct grab_buffer *buf, unsigned int i)
{
	void *va;

	if (buf->way != GRAB_HIDDEN)
		return buf->page[i];
	va = kmap_local_page(buf->page[0]);
	memcpy_fromio(va, (char __iomem *)buf->io + i * PAGE_SIZE, PAGE_SIZE);
	kunmap_local(va);
	return buf->page[0];
}

u32 grab_buffer_crc32(struct grab_buffer *buf, u32 crc)
{
	unsigned int i;

	for (i = 0; i < buf->nr_pages; i++) {
		void *va = kmap_local_page(page_seen(buf, i));

		crc = crc32_ieee(crc, va, PAGE_SIZE);
		kunmap_local(va);
	}
	return crc;
}

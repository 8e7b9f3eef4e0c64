/* SPDX-License-Identifier: MIT */
/*
 * dma_memory.c - is this memory that a device may be given?
 *
 * A device is given frames that somebody has: allocated blocks, objects of a
 * slab, RAM that was reserved at boot (but not the kernel's own image). What
 * is an address to the CPU only (vmalloc, a stack, a kmap slot, user space) is
 * refused by name: the formula that makes a physical address of it gives one
 * that belongs to somebody else.
 *
 * What is mapped as another device's registers or memory must not be RAM.
 *
 * Allocated blocks are held (page_block_hold()): the owner may free one while
 * the device has it, which is reported, but nobody else gets it before the
 * mapping is gone.
 *
 * Locking: none. What a caller owns does not change under him.
 */
#include <kernel/bug.h>
#include <kernel/util.h>
#include <mm/addr.h>
#include <mm/ioremap.h>
#include <mm/page_ref.h>
#include <mm/zone.h>
#include <asm/processor.h>
#include "dma_internal.h"

#define DMA_OBJECT_BYTES 96u

/* --- refusals --------------------------------------------------------------- */

/* P46: the words of a report, by what the address is. */
static const char *bad_word(enum addr_class class)
{
	switch (class) {
	case ADDR_KMAP: return "highmem";
	case ADDR_TEXT:
	case ADDR_RODATA:
	case ADDR_DATA:
	case ADDR_BSS: return "kernel-image";
	default: return addr_class_name(class);
	}
}

static noinline __cold void bad_pointer(const struct device *dev,
					const void *ptr, unsigned long site)
{
	const struct report_sites sites = { .at = site };
	char what[DMA_OBJECT_BYTES];

	mm_report("dma-bad-address", &sites, "%s addr=%p dev=%s: %s",
		  bad_word(addr_classify((unsigned long)ptr, NULL)), ptr,
		  dev_name(dev),
		  addr_describe_line(what, sizeof(what), (unsigned long)ptr));
}

bool dma_pointer_is_memory(const struct device *dev, const void *ptr,
			   unsigned long site)
{
	if (likely((unsigned long)ptr - PAGE_OFFSET <
		   (unsigned long)high_memory - PAGE_OFFSET))
		return true;
	bad_pointer(dev, ptr, site);
	return false;
}

static noinline __cold void bad_frame(const struct dma_record *r, pfn_t pfn,
				      const char *what)
{
	const struct report_sites sites = { .at = r->site };

	mm_report("dma-bad-address", &sites,
		  "%s pfn=%#lx phys=%#llx len=%zu dev=%s", what, pfn, r->phys,
		  r->size, dev_name(r->dev));
}

/* --- frames ------------------------------------------------------------------- */

/* Is @pfn reserved RAM, but of the kernel's own image? */
static bool frame_is_image(pfn_t pfn)
{
	return pfn < max_low_pfn &&
	       arch_image_part((unsigned long)phys_to_virt(pfn_to_phys(pfn))) !=
		       IMAGE_NONE;
}

/*
 * Hold the block @head around frame @pfn.
 * Return: why it may not be given away; NULL: it may, and is held if it is a
 * block that somebody allocated.
 */
static const char *block_hold(pfn_t pfn, struct page *head)
{
	if (!head)
		return "hole";
	switch (page_state(head)) {
	case PAGE_ALLOCATED:
		return page_block_hold(head) ? NULL : "mapped-too-often";
	case PAGE_SLAB: return NULL;
	case PAGE_RESERVED: return frame_is_image(pfn) ? "kernel-image" : NULL;
	default: return "freed";
	}
}

static void block_release(struct page *head)
{
	if (head && page_state(head) == PAGE_ALLOCATED)
		page_block_release(head);
}

/* The head of the block around @pfn, and the frame behind that block. */
static struct page *block_around(pfn_t pfn, pfn_t *behind)
{
	struct page *head = NULL;

	if (likely(pfn_valid(pfn))) {
		head = pfn_to_page(pfn);
		/* What has a state of its own is a head. */
		if (page_state(head) == PAGE_NONE)
			head = page_head_of(pfn_zone(pfn), pfn);
	}
	*behind = head ? page_to_pfn(head) + BIT(page_order(head)) : pfn + 1;
	return head;
}

/* Let go the blocks from that of frame @pfn to below @end. */
static void release_until(pfn_t pfn, pfn_t end)
{
	while (pfn < end) {
		/* First: it may be the block's end. */
		struct page *head = block_around(pfn, &pfn);

		block_release(head);
	}
}

static pfn_t end_pfn(const struct dma_record *r)
{
	return phys_to_pfn(r->phys + r->size - 1) + 1;
}

bool dma_memory_hold(const struct dma_record *r)
{
	pfn_t first = phys_to_pfn(r->phys), end = end_pfn(r), pfn, next;

	for (pfn = first; pfn < end; pfn = next) {
		struct page *head = block_around(pfn, &next);
		const char *what = block_hold(pfn, head);

		if (likely(!what))
			continue;
		release_until(first, pfn);
		bad_frame(r, pfn, pfn_valid(pfn) ? what : "no-memory");
		return false;
	}
	return true;
}

bool dma_memory_is_devices(const struct dma_record *r)
{
	if (likely(!phys_touches_ram(r->phys, r->phys + r->size)))
		return true;
	bad_frame(r, phys_to_pfn(r->phys), "ram");
	return false;
}

void dma_memory_release(const struct dma_record *r)
{
	release_until(phys_to_pfn(r->phys), end_pfn(r));
}

/* SPDX-License-Identifier: MIT */
/*
 * plant_isa_dma.c - an ISA DMA channel is given what it cannot reach
 *
 * As the oldest drivers do it: by the raw names, with whatever address the
 * driver made up. The channel stays masked, so nothing would move even if there
 * were a device on it.
 */
#include <kernel/errno.h>
#include <kernel/isa_dma.h>
#include <kernel/plant.h>
#include <mm/page_alloc.h>
#include <mm/vmalloc.h>

#define PLANT_BYTE_CHAN 3
#define PLANT_WORD_CHAN 7

/* Always in line, so that the report names who asked. */
static __always_inline void plant_program(unsigned int chan, phys_addr_t phys,
					  unsigned long bytes)
{
	unsigned long flags = claim_dma_lock();

	disable_dma(chan);
	clear_dma_ff(chan);
	set_dma_mode(chan, DMA_MODE_READ);
	set_dma_addr(chan, phys);
	set_dma_count(chan, bytes);
	enable_dma(chan);
	release_dma_lock(flags);
}

static __always_inline int plant_transfer(unsigned int chan, phys_addr_t phys,
					  unsigned long bytes)
{
	int err = request_dma(chan, "plant");

	if (err)
		return err;
	plant_program(chan, phys, bytes);
	free_dma(chan);
	return 0;
}

static noinline int plant_isa_vmalloc(void)
{
	void *p = vmalloc(PAGE_SIZE);
	int err;

	if (!p)
		return -ENOMEM;
	err = plant_transfer(PLANT_BYTE_CHAN, isa_virt_to_bus(p), PAGE_SIZE);
	vfree(p);
	return err;
}
PLANTED_BUG(isa_vmalloc, "P46.isa", "ISA DMA of a vmalloc address",
	    plant_isa_vmalloc);

static noinline int plant_isa_stack(void)
{
	char on_stack[16];

	return plant_transfer(PLANT_BYTE_CHAN,
			      isa_virt_to_bus(plant_hide(on_stack)),
			      sizeof(on_stack));
}
PLANTED_BUG(isa_stack, "P46.isa-stack", "ISA DMA of a stack address",
	    plant_isa_stack);

static noinline int plant_isa_high(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_NOWARN);
	int err = -ENODEV;

	if (page && PageHighMem(page))
		err = plant_transfer(PLANT_BYTE_CHAN, page_to_phys(page),
				     PAGE_SIZE);
	if (page)
		__free_page(page);
	return err;
}
PLANTED_BUG(isa_high, "P46.isa-high", "ISA DMA of a high page", plant_isa_high);

static noinline int plant_isa_limit(void)
{
	return plant_transfer(PLANT_BYTE_CHAN, ISA_DMA_LIMIT_PHYS, PAGE_SIZE);
}
PLANTED_BUG(isa_limit, "P47.isa", "ISA DMA above 16 MiB", plant_isa_limit);

static noinline int plant_isa_boundary(void)
{
	return plant_transfer(PLANT_BYTE_CHAN, KIB(64 + 62), KIB(4));
}
PLANTED_BUG(isa_boundary, "P48.isa", "ISA DMA of bytes across 64 KiB",
	    plant_isa_boundary);

static noinline int plant_isa_boundary_words(void)
{
	return plant_transfer(PLANT_WORD_CHAN, KIB(128 + 126), KIB(4));
}
PLANTED_BUG(isa_boundary_words, "P48.isa-words",
	    "ISA DMA of words across 128 KiB", plant_isa_boundary_words);

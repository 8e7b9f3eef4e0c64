/* SPDX-License-Identifier: MIT */
/*
 * ioremap.c - device memory in the vmalloc window
 *
 * Whole pages that cover the range are mapped uncached; the caller gets the
 * address of his byte in the first. Areas, guard pages and the lazy return of
 * addresses are vmalloc's.
 *
 * What is RAM is asked of bootmem, whose lists stay as the record of the
 * firmware's map. RAM in use has a cached mapping already, and two mappings of
 * different cache type are trouble on real CPUs; so it is refused. RAM above
 * mem= is in no list: that is how a driver gets it for itself.
 *
 * Locking: none of its own.
 */
#include <kernel/bug.h>
#include <kernel/preempt.h>
#include <mm/bootmem.h>
#include <mm/ioremap.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>

/* Does [start, end) touch RAM? Ranges ascend. */
static bool ioremap_touches_ram(const struct bootmem *bm, phys_addr_t start,
				phys_addr_t end)
{
	unsigned int i;

	for (i = 0; i < bm->memory.nr; i++) {
		const struct bootmem_range *r = &bm->memory.ranges[i];

		if (r->start >= end)
			break;
		if (r->end > start)
			return true;
	}
	return false;
}

/* Why the range cannot be mapped; NULL if it can. */
static const char *ioremap_objection(phys_addr_t phys, unsigned long size)
{
	phys_addr_t limit = arch_layout()->phys_limit;
	phys_addr_t start = ALIGN_DOWN(phys, PAGE_SIZE);

	if (!size)
		return "size 0";
	if (phys >= limit || size > limit - phys)
		return "past the end of physical addresses";
	if (size >= VMALLOC_END - VMALLOC_START)
		return "larger than the window";
	if (ioremap_touches_ram(&bootmem_live, start,
				ALIGN(phys + size, PAGE_SIZE)))
		return "RAM";
	return NULL;
}

void __iomem *ioremap(phys_addr_t phys, unsigned long size)
{
	phys_addr_t start = ALIGN_DOWN(phys, PAGE_SIZE);
	unsigned long offset = (unsigned long)(phys - start);
	const struct vm_request req = {
		.size = size + offset,
		.gfp = GFP_KERNEL,
		.prot = PROT_KERNEL_NOCACHE,
		.kind = VM_KIND_IOREMAP,
		.site = _RET_IP_,
	};
	const char *objection = ioremap_objection(phys, size);
	char *va;

	if (unlikely(objection)) {
		vm_window_refuse(&vm_live_window, &req,
				 "ioremap of [%#llx+%#lx] refused: %s", phys,
				 size, objection);
		return NULL;
	}
	VM_BUG_ON(req.size < size); /* size is below the window's */
	va = vm_window_map_phys(&vm_live_window, start, &req);
	return va ? (void __force __iomem *)(va + offset) : NULL;
}

void iounmap(const volatile void __iomem *addr)
{
	unsigned long va = (__force unsigned long)addr & PAGE_MASK;

	/* The offset was the caller's choice; the page tells the area. */
	if (!addr)
		return;
	vm_window_free(&vm_live_window, va, VM_KIND_IOREMAP, "bad-iounmap",
		       _RET_IP_);
}

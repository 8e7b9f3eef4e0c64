/* SPDX-License-Identifier: MIT */
/*
 * ioremap.c - device memory in the vmalloc window
 *
 * Whole pages that cover the range are mapped; the caller gets the address of
 * his byte in the first. Areas, guard pages and the lazy return of addresses are
 * vmalloc's. No RAM is taken but for page tables and two descriptors.
 *
 * What is RAM is asked of bootmem, whose lists stay as the record of the
 * firmware's map. RAM in use has a cached mapping already, and two mappings of
 * different cache type are trouble on real CPUs; so it is refused. RAM above
 * mem= is in no list: that is how a driver gets it for itself. For the same
 * reason two mappings of one device must agree (memtype.c).
 *
 * Locking: none of its own.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <mm/bootmem.h>
#include <mm/ioremap.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include <asm/user.h>

/* Does [start, end) touch RAM? Ranges ascend. */
static bool ioremap_touches_ram(const struct bootmem *bm, phys_addr_t start,
				phys_addr_t end)
{
	unsigned int i, nr = bm->memory.nr;

	/* Most devices lie above all RAM. */
	if (likely(nr && start >= bm->memory.ranges[nr - 1].end))
		return false;
	for (i = 0; i < nr; i++) {
		const struct bootmem_range *r = &bm->memory.ranges[i];

		if (r->start >= end)
			break;
		if (r->end > start)
			return true;
	}
	return false;
}

bool phys_touches_ram(phys_addr_t start, phys_addr_t end)
{
	return ioremap_touches_ram(&bootmem_live, start, end);
}

/* Why the range cannot be mapped; NULL if it can. */
static const char *ioremap_objection(phys_addr_t phys, unsigned long size)
{
	const struct arch_layout *layout = arch_layout();
	phys_addr_t limit = layout->phys_limit;
	phys_addr_t start = ALIGN_DOWN(phys, PAGE_SIZE);

	if (!size)
		return "size 0";
	if (phys >= limit || size > limit - phys)
		return "past the end of physical addresses";
	if (size >= layout->vmalloc_end - layout->vmalloc_start)
		return "larger than the window";
	if (ioremap_touches_ram(&bootmem_live, start,
				ALIGN(phys + size, PAGE_SIZE)))
		return "RAM";
	return NULL;
}

/* Write combining is a wish: without it the same works, more slowly. */
static void ioremap_tell_no_wc(unsigned long site)
{
	static bool told;

	if (told)
		return;
	told = true;
	pr_notice("ioremap: this CPU has no write combining: uncached, for %pS"
		  " and all after it\n",
		  (void *)site);
}

/* Inlined: the request is built in one frame. */
static __always_inline void __iomem *ioremap_as(phys_addr_t phys,
						unsigned long size,
						enum pgprot prot,
						unsigned long site)
{
	phys_addr_t start = ALIGN_DOWN(phys, PAGE_SIZE);
	unsigned long offset = (unsigned long)(phys - start);
	const struct vm_request req = {
		.size = size + offset,
		.gfp = GFP_KERNEL,
		.prot = prot,
		.kind = VM_KIND_IOREMAP,
		.site = site,
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

void __iomem *ioremap(phys_addr_t phys, unsigned long size)
{
	return ioremap_as(phys, size, PROT_KERNEL_NOCACHE, _RET_IP_);
}
EXPORT_SYMBOL(ioremap);

void __iomem *ioremap_uc(phys_addr_t phys, unsigned long size)
{
	return ioremap_as(phys, size, PROT_KERNEL_NOCACHE, _RET_IP_);
}
EXPORT_SYMBOL(ioremap_uc);

void __iomem *ioremap_wc(phys_addr_t phys, unsigned long size)
{
	if (kpt_cache_type(PROT_KERNEL_WC) != PROT_KERNEL_WC)
		ioremap_tell_no_wc(_RET_IP_);
	return ioremap_as(phys, size, PROT_KERNEL_WC, _RET_IP_);
}
EXPORT_SYMBOL(ioremap_wc);

void __iomem *ioremap_cache(phys_addr_t phys, unsigned long size)
{
	return ioremap_as(phys, size, PROT_KERNEL, _RET_IP_);
}
EXPORT_SYMBOL(ioremap_cache);

/* A user's mapping says it in bits of its own (asm/user.h). */
static enum pgprot prot_type(unsigned long prot)
{
	if (!(prot & PROT_USER))
		return kpt_cache_type((enum pgprot)prot);
	if (prot & PROT_USER_NOCACHE)
		return PROT_KERNEL_NOCACHE;
	return prot & PROT_USER_WC ? PROT_KERNEL_WC : PROT_KERNEL;
}

void __iomem *ioremap_prot(phys_addr_t phys, unsigned long size,
			   unsigned long prot)
{
	return ioremap_as(phys, size, prot_type(prot), _RET_IP_);
}
EXPORT_SYMBOL(ioremap_prot);

/* The direct map's address of RAM that lies in it whole; NULL. */
static void *ram_address(phys_addr_t phys, size_t size)
{
	phys_addr_t end = virt_to_phys(high_memory);
	const struct bootmem_range *r = bootmem_live.memory.ranges;
	unsigned int nr = bootmem_live.memory.nr;

	if (phys >= end || size > end - phys)
		return NULL;
	for (; nr--; r++) {
		if (phys >= r->start && phys < r->end && size <= r->end - phys)
			return phys_to_virt(phys);
	}
	return NULL;
}

void *memremap(phys_addr_t phys, size_t size, unsigned long flags)
{
	void *p = NULL;

	if (flags & MEMREMAP_WB) {
		p = ram_address(phys, size);
		if (!p)
			p = (void __force *)ioremap_as(phys, size, PROT_KERNEL,
						       _RET_IP_);
	}
	if (!p && flags & MEMREMAP_WT)
		p = (void __force *)ioremap_as(phys, size, PROT_KERNEL_NOCACHE,
					       _RET_IP_);
	if (!p && flags & MEMREMAP_WC)
		p = (void __force *)ioremap_as(phys, size, PROT_KERNEL_WC,
					       _RET_IP_);
	return p;
}
EXPORT_SYMBOL(memremap);

void memunmap(void *addr)
{
	if (is_vmalloc_addr(addr))
		iounmap((void __force __iomem *)addr);
}
EXPORT_SYMBOL(memunmap);

void iounmap(const volatile void __iomem *addr)
{
	unsigned long va = (__force unsigned long)addr & PAGE_MASK;

	/* The offset was the caller's choice; the page tells the area. */
	if (!addr)
		return;
	vm_window_free(&vm_live_window, va, VM_KIND_IOREMAP, "bad-iounmap",
		       _RET_IP_);
}
EXPORT_SYMBOL(iounmap);

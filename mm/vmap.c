/* SPDX-License-Identifier: MIT */
/*
 * vmap.c - somebody's pages side by side: vmap() and vm_map_ram()
 *
 * The areas are those of vmalloc(), without the taking of pages: they lie where
 * a hole is, have a guard page, and are freed lazily. So a page that was mapped
 * here and is given back by its owner may still be seen through an old
 * translation until the next flush; who must rule that out calls
 * vm_unmap_aliases() first, as on Linux.
 *
 * Linux has vm_map_ram() besides vmap() because its areas are dear: short-lived
 * mappings come from blocks that each CPU cuts up. Here a small area that is
 * freed is parked for the next of its size, which does the same for all.
 *
 * Locking: none of its own.
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/preempt.h>
#include <mm/slab_accounted.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>

/* A size that is refused rather than one that wraps. */
static unsigned long vmap_bytes(unsigned int count)
{
	unsigned long bytes;

	return __builtin_mul_overflow(count, PAGE_SIZE, &bytes) ? ULONG_MAX :
								  bytes;
}

void *vmap(struct page **pages, unsigned int count, unsigned long flags,
	   pgprot_t prot)
{
	const struct vm_request req = {
		.size = vmap_bytes(count),
		.gfp = GFP_KERNEL,
		.prot = prot,
		.kind = flags & VM_MAP_PUT_PAGES ? VM_KIND_VMAP_OWNED :
						   VM_KIND_VMAP,
		.user = flags & VM_USERMAP,
		.site = _RET_IP_,
	};
	void *va = vm_window_map_pages(&vm_live_window, pages, &req);

	if (va && flags & VM_MAP_PUT_PAGES)
		accounted_forget(pages);
	return va;
}
EXPORT_SYMBOL(vmap);

void vunmap(const void *addr)
{
	if (!addr)
		return;
	vm_window_free(&vm_live_window, (unsigned long)addr, VM_KIND_VMAP,
		       "bad-vunmap", _RET_IP_);
}
EXPORT_SYMBOL(vunmap);

void *vm_map_ram(struct page **pages, unsigned int count, int node)
{
	const struct vm_request req = {
		.size = vmap_bytes(count),
		.gfp = GFP_KERNEL,
		.prot = PROT_KERNEL,
		.kind = VM_KIND_MAP_RAM,
		.site = _RET_IP_,
	};

	(void)node;
	return vm_window_map_pages(&vm_live_window, pages, &req);
}
EXPORT_SYMBOL(vm_map_ram);

/* What is wrong with @count pages from @addr? It is said, and not done. */
static bool vm_unmap_ram_is_wrong(unsigned long addr, unsigned int count,
				  unsigned long site)
{
	struct report_sites sites = { .at = site };
	unsigned long cursor = addr;
	struct vm_info area;

	if (!vm_window_next(&vm_live_window, &cursor, &area) ||
	    area.start != addr || area.kind != VM_KIND_MAP_RAM ||
	    area.end - area.start - PAGE_SIZE == vmap_bytes(count))
		return false;
	sites.alloc = area.site;
	mm_report("bad-vm_unmap_ram", &sites, "count addr=%#lx is=%lu given=%u",
		  addr, ((area.end - area.start) >> PAGE_SHIFT) - 1, count);
	return true;
}

void vm_unmap_ram(const void *mem, unsigned int count)
{
	unsigned long addr = (unsigned long)mem, site = _RET_IP_;

	if (!vm_unmap_ram_is_wrong(addr, count, site))
		vm_window_free(&vm_live_window, addr, VM_KIND_MAP_RAM,
			       "bad-vm_unmap_ram", site);
}
EXPORT_SYMBOL(vm_unmap_ram);

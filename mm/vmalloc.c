/* SPDX-License-Identifier: MIT */
/*
 * vmalloc.c - what drivers call, and the live window behind it
 *
 * Thin calls around vm_window.c: here are the defaults (sleep, high memory
 * first, read and write), the checks on the caller's context, and what the
 * live window is built on: a slab cache, the buddy and the kernel's tables.
 *
 * Locking: none of its own.
 */
#include <kernel/bug.h>
#include <kernel/preempt.h>
#include <mm/check.h>
#include <mm/page_alloc.h>
#include <mm/page_split.h>
#include <mm/show.h>
#include <mm/slab.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include "internal.h"

/* At most this many freed pages wait for a flush (256 KiB), and never more
 * than 1/128 of RAM: 10 pages on a 5 MiB machine. */
#define VM_LAZY_MAX_PAGES 64ul
#define VM_LAZY_RAM_SHIFT 7
/* Addresses parked for each of 16 sizes: half a MiB, and never more than 1/128
 * of the window, so that all of them take an eighth of it at most. It has room
 * for the 64 one-page areas that one purge can bring. */
#define VM_PARK_MAX_PAGES 128ul
#define VM_PARK_WINDOW_SHIFT 7

struct vm_window vm_live_window;
static struct kmem_cache *vm_cache;

/* Every call below ends here; @site is the driver, who is named in lines. */
static void *vm_live_alloc(unsigned long size, gfp_t gfp, enum pgprot prot,
			   unsigned long site)
{
	const struct vm_request req = {
		.size = size,
		.gfp = gfp,
		.prot = prot,
		.kind = VM_KIND_VMALLOC,
		.site = site,
	};

	return vm_window_alloc(&vm_live_window, &req);
}

void *vmalloc(unsigned long size)
{
	return vm_live_alloc(size, GFP_KERNEL | __GFP_HIGHMEM, PROT_KERNEL,
			     _RET_IP_);
}

/*
 * Cleared, as Linux does it: what the pages' last owner left there is nobody's
 * business. And an emulator that has translated code of theirs, the boot
 * loader's, looks at each write to such a page until all of it is overwritten.
 */
void *vmalloc_stack(unsigned long size)
{
	const struct vm_request req = {
		.size = size,
		.gfp = GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO,
		.prot = PROT_KERNEL,
		.kind = VM_KIND_STACK,
		.site = _RET_IP_,
	};

	return vm_window_alloc(&vm_live_window, &req);
}

void *vmalloc_module(unsigned long size, unsigned long site)
{
	const struct vm_request req = {
		.size = size,
		.gfp = GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO,
		.prot = PROT_KERNEL,
		.kind = VM_KIND_MODULE,
		.site = site,
	};

	return vm_window_alloc(&vm_live_window, &req);
}

void *vzalloc(unsigned long size)
{
	return vm_live_alloc(size, GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO,
			     PROT_KERNEL, _RET_IP_);
}

void *__vmalloc_gfp(unsigned long size, gfp_t gfp)
{
	return vm_live_alloc(size, gfp, PROT_KERNEL, _RET_IP_);
}

void *__vmalloc_prot(unsigned long size, gfp_t gfp, enum pgprot prot)
{
	return vm_live_alloc(size, gfp, prot, _RET_IP_);
}

void vfree(const void *addr)
{
	unsigned long site = _RET_IP_;

	if (!addr)
		return;
	/* It is done all the same, and flushed later by somebody who may. */
	if (unlikely(irqs_disabled()) && !in_interrupt() && system_running) {
		struct report_sites sites = { .at = site };

		mm_report("vfree-in-atomic", &sites, "addr=%#lx irqs-off",
			  (unsigned long)addr);
	}
	vm_window_free(&vm_live_window, (unsigned long)addr, VM_KIND_VMALLOC,
		       "bad-vfree", site);
}

void vfree_stack(const void *stack)
{
	vm_window_free(&vm_live_window, (unsigned long)stack, VM_KIND_STACK,
		       "bad-vfree", _RET_IP_);
}

void vfree_module(const void *addr)
{
	if (!addr)
		return;
	vm_window_free(&vm_live_window, (unsigned long)addr, VM_KIND_MODULE,
		       "bad-vfree", _RET_IP_);
}

/* The tables are read without a lock: an area in use does not change. */
unsigned long vmalloc_to_pfn(const void *addr)
{
	phys_addr_t pa;

	if (!is_vmalloc_addr(addr) || !kpt_lookup((unsigned long)addr, &pa))
		return 0;
	return phys_to_pfn(pa);
}

struct page *vmalloc_to_page(const void *addr)
{
	phys_addr_t pa;

	if (!is_vmalloc_addr(addr) || !kpt_lookup((unsigned long)addr, &pa))
		return NULL;
	return pfn_valid(phys_to_pfn(pa)) ? pfn_to_page(phys_to_pfn(pa)) : NULL;
}

void vm_unmap_aliases(void)
{
	vm_window_purge(&vm_live_window);
}

unsigned long vmalloc_total_bytes(void)
{
	return VMALLOC_END - VMALLOC_START;
}

unsigned long vmalloc_used_pages(void)
{
	return READ_ONCE(vm_live_window.used_pages);
}

/* Parked areas count as taken, although the next request may use them. */
unsigned long vmalloc_largest_hole(void)
{
	struct vmap_space *space = &vm_live_window.space;
	unsigned long flags = spin_lock_irqsave(&space->lock);
	unsigned long bytes = vmap_space_largest_hole(space);

	spin_unlock_irqrestore(&space->lock, flags);
	return bytes;
}

/* Descriptors come from a slab, so they lie in the direct map. */
static bool vm_node_readable(const void *node)
{
	return (unsigned long)node - PAGE_OFFSET <
	       (unsigned long)high_memory - PAGE_OFFSET;
}

/* @gfp has no zone bits: the cache decides where its slabs lie. */
static struct vm_struct *vm_node_alloc(gfp_t gfp)
{
	return kmem_cache_alloc(vm_cache, gfp);
}

static void vm_node_free(struct vm_struct *vm)
{
	kmem_cache_free(vm_cache, vm);
}

/*
 * A block is only taken where a single page would come from, too: many pages
 * at once are no reason to leave high memory alone.
 */
static struct page *vm_live_take_pages(gfp_t gfp, unsigned int *order,
				       unsigned long site)
{
	struct page *page;

	VM_BUG_ON(*order >= MAX_ORDER);
	*order = page_block_order(gfp, *order);
	page = alloc_pages_site(gfp, *order, site);
	/* Others may have been quicker: one page at a time, then. */
	if (unlikely(!page) && *order) {
		*order = 0;
		page = alloc_pages_site(gfp, 0, site);
	}
	/* Every page must be freeable by itself, and have its own users. */
	if (page && *order)
		page_block_split(page, *order);
	return page;
}

static void vm_live_give_pages(struct page *page, unsigned int order,
			       unsigned long site)
{
	struct page *end = page + (1ul << order);

	if (!order || page_block_join(page, order)) {
		__free_pages_site(page, order, site);
		return;
	}
	/* Somebody else uses one of them, or freed it. */
	for (; page < end; page++)
		__free_pages_site(page, 0, site);
}

static void vm_live_note_refusal(const struct vm_request *req, const char *text)
{
	alloc_failure_note_text(req->gfp, req->site, "%s: %s",
				vm_kind_word(req->kind), text);
}

static const struct vm_ops vm_live_ops = {
	.alloc_node = vm_node_alloc,
	.free_node = vm_node_free,
	.take_pages = vm_live_take_pages,
	.give_pages = vm_live_give_pages,
	.map_pages = kpt_map_pages,
	.map_phys = kpt_map_phys,
	.unmap = kpt_unmap,
	.flush = flush_tlb_kernel_range,
	.note_refusal = vm_live_note_refusal,
	.lookup = kpt_lookup,
};

void vmalloc_init(void)
{
	unsigned long window_pages = vmalloc_total_bytes() >> PAGE_SHIFT;
	const struct vm_window_desc desc = {
		.name = "vmalloc",
		.space = {
			.start = VMALLOC_START,
			.end = VMALLOC_END,
			.may_read = vm_node_readable,
		},
		.ops = &vm_live_ops,
		.max_pages = totalram_pages(),
		.lazy_max_pages = min(VM_LAZY_MAX_PAGES,
				      totalram_pages() >> VM_LAZY_RAM_SHIFT),
		.park_max_pages = min(VM_PARK_MAX_PAGES,
				      window_pages >> VM_PARK_WINDOW_SHIFT),
	};

	BUG_ON(vm_cache); /* once */
	vm_cache = kmem_cache_create("vm_struct", sizeof(struct vm_struct), 0,
				     0, NULL);
	BUG_ON(!vm_cache);
	vm_window_init(&vm_live_window, &desc);
	mm_usage_register(MM_USAGE_VMALLOC_USED, vmalloc_used_pages);
}

static int vmalloc_check(void)
{
	return vm_window_check(&vm_live_window);
}
MM_CHECK(vmalloc, "vmalloc", vmalloc_check);

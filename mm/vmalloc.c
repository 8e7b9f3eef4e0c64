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
#include <kernel/export.h>
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

/* The rules of vmalloc(): sleep, high memory first. */
#define GFP_VMALLOC (GFP_KERNEL | __GFP_HIGHMEM)

/* Calls with nothing special end here; @site is the driver, who is named. */
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
	return vm_live_alloc(size, GFP_VMALLOC, PROT_KERNEL, _RET_IP_);
}
EXPORT_SYMBOL(vmalloc);

void *vzalloc(unsigned long size)
{
	return vm_live_alloc(size, GFP_VMALLOC | __GFP_ZERO, PROT_KERNEL,
			     _RET_IP_);
}
EXPORT_SYMBOL(vzalloc);

void *vmalloc_node(unsigned long size, int node)
{
	(void)node;
	return vm_live_alloc(size, GFP_VMALLOC, PROT_KERNEL, _RET_IP_);
}
EXPORT_SYMBOL(vmalloc_node);

void *vzalloc_node(unsigned long size, int node)
{
	(void)node;
	return vm_live_alloc(size, GFP_VMALLOC | __GFP_ZERO, PROT_KERNEL,
			     _RET_IP_);
}
EXPORT_SYMBOL(vzalloc_node);

/* Lowmem ends below 4 GiB. */
void *vmalloc_32(unsigned long size)
{
	return vm_live_alloc(size, GFP_KERNEL, PROT_KERNEL, _RET_IP_);
}
EXPORT_SYMBOL(vmalloc_32);

void *__vmalloc_gfp(unsigned long size, gfp_t gfp)
{
	return vm_live_alloc(size, gfp, PROT_KERNEL, _RET_IP_);
}
EXPORT_SYMBOL(__vmalloc_gfp);

void *__vmalloc_prot(unsigned long size, gfp_t gfp, enum pgprot prot)
{
	return vm_live_alloc(size, gfp, prot, _RET_IP_);
}
EXPORT_SYMBOL(__vmalloc_prot);

void *__vmalloc_node(unsigned long size, unsigned long align, gfp_t gfp,
		     int node, const void *caller)
{
	const struct vm_request req = {
		.size = size,
		.align = align,
		.gfp = gfp,
		.prot = PROT_KERNEL,
		.kind = VM_KIND_VMALLOC,
		.site = (unsigned long)caller,
	};

	(void)node;
	if (align && !is_power_of_2(align)) {
		vm_window_refuse(&vm_live_window, &req,
				 "alignment %lu is no power of two", align);
		return NULL;
	}
	return vm_window_alloc(&vm_live_window, &req);
}
EXPORT_SYMBOL(__vmalloc_node);

/* --- arrays ------------------------------------------------------------- */

static void *vm_live_array(size_t n, size_t size, gfp_t gfp, unsigned long site)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return vm_live_alloc(bytes, gfp, PROT_KERNEL, site);
}

void *__vmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	return vm_live_array(n, size, gfp, _RET_IP_);
}
EXPORT_SYMBOL(__vmalloc_array);

void *vmalloc_array(size_t n, size_t size)
{
	return vm_live_array(n, size, GFP_VMALLOC, _RET_IP_);
}
EXPORT_SYMBOL(vmalloc_array);

void *__vcalloc(size_t n, size_t size, gfp_t gfp)
{
	return vm_live_array(n, size, gfp | __GFP_ZERO, _RET_IP_);
}
EXPORT_SYMBOL(__vcalloc);

void *vcalloc(size_t n, size_t size)
{
	return vm_live_array(n, size, GFP_VMALLOC | __GFP_ZERO, _RET_IP_);
}
EXPORT_SYMBOL(vcalloc);

/* --- for user space, stacks, modules -------------------------------------- */

static void *vm_live_alloc_user(unsigned long size, gfp_t gfp,
				unsigned long site)
{
	const struct vm_request req = {
		.size = size,
		.gfp = gfp | __GFP_ZERO,
		.prot = PROT_KERNEL,
		.kind = VM_KIND_VMALLOC,
		.user = true,
		.site = site,
	};

	return vm_window_alloc(&vm_live_window, &req);
}

void *vmalloc_user(unsigned long size)
{
	return vm_live_alloc_user(size, GFP_VMALLOC, _RET_IP_);
}
EXPORT_SYMBOL(vmalloc_user);

void *vmalloc_32_user(unsigned long size)
{
	return vm_live_alloc_user(size, GFP_KERNEL, _RET_IP_);
}
EXPORT_SYMBOL(vmalloc_32_user);

/*
 * Cleared, as Linux does it: what the pages' last owner left there is nobody's
 * business. And an emulator that has translated code of theirs, the boot
 * loader's, looks at each write to such a page until all of it is overwritten.
 */
void *vmalloc_stack(unsigned long size)
{
	const struct vm_request req = {
		.size = size,
		.gfp = GFP_VMALLOC | __GFP_ZERO,
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
		.gfp = GFP_VMALLOC | __GFP_ZERO,
		.prot = PROT_KERNEL,
		.kind = VM_KIND_MODULE,
		.site = site,
	};

	return vm_window_alloc(&vm_live_window, &req);
}

/* --- giving back, and asking ----------------------------------------------- */

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
EXPORT_SYMBOL(vfree);

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
EXPORT_SYMBOL(vmalloc_to_pfn);

struct page *vmalloc_to_page(const void *addr)
{
	phys_addr_t pa;

	if (!is_vmalloc_addr(addr) || !kpt_lookup((unsigned long)addr, &pa))
		return NULL;
	return pfn_valid(phys_to_pfn(pa)) ? pfn_to_page(phys_to_pfn(pa)) : NULL;
}
EXPORT_SYMBOL(vmalloc_to_page);

void vm_unmap_aliases(void)
{
	vm_window_purge(&vm_live_window);
}
EXPORT_SYMBOL(vm_unmap_aliases);

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
	if (!*order)
		return alloc_pages_site(gfp, 0, site);
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

/* kvfree(), which is made of vfree() itself. */
static void vm_live_free_array(struct page **pages)
{
	if (is_vmalloc_addr(pages))
		vfree(pages);
	else
		kfree(pages);
}

static int vm_live_claim_phys(phys_addr_t phys, unsigned long bytes,
			      const struct vm_request *req,
			      struct memtype *clash)
{
	pfn_t pfn = phys_to_pfn(phys), end = pfn + (bytes >> PAGE_SHIFT);

	if (likely(memtype_claim_again(&memtype_live, pfn, end, req->prot,
				       req->site)))
		return 0;
	return memtype_claim(&memtype_live, pfn, end, req->prot,
			     req->gfp | __GFP_NOWARN, req->site, clash);
}

static void vm_live_release_phys(phys_addr_t phys, unsigned long bytes,
				 unsigned long nr)
{
	pfn_t pfn = phys_to_pfn(phys);

	memtype_release(&memtype_live, pfn, pfn + (bytes >> PAGE_SHIFT), nr);
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
	.free_array = vm_live_free_array,
	.map_pages = kpt_map_pages,
	.map_phys = kpt_map_phys,
	.claim_phys = vm_live_claim_phys,
	.release_phys = vm_live_release_phys,
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
	memtype_init_live();
	vm_window_init(&vm_live_window, &desc);
	mm_usage_register(MM_USAGE_VMALLOC_USED, vmalloc_used_pages);
}

static int vmalloc_check(void)
{
	return vm_window_check(&vm_live_window);
}
MM_CHECK(vmalloc, "vmalloc", vmalloc_check);

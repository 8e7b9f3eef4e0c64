/* SPDX-License-Identifier: MIT */
/*
 * user_insert.c - what a driver's mmap() and fault() put into a stretch
 *
 * Two kinds, and a stretch has one of them: pages that are counted
 * (vm_insert_page(), pages that fault() returns), and frames that are not
 * (remap_pfn_range(), vmf_insert_pfn()), which VM_PFNMAP marks. A private
 * stretch that may be written takes neither: what is there at once is not
 * copied first.
 *
 * Locking: the caller holds mmap_lock (user_space.h says how).
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include "user_internal.h"

pgprot_t vm_get_page_prot(unsigned long flags)
{
	pgprot_t prot = PROT_USER;

	if (flags & VM_WRITE)
		prot |= PROT_USER_WRITE;
	if (flags & VM_EXEC)
		prot |= PROT_USER_EXEC;
	return prot;
}
EXPORT_SYMBOL(vm_get_page_prot);

/* Does @vma have all of [@addr, @addr + @bytes)? */
static bool vma_has(const struct vm_area_struct *vma, unsigned long addr,
		    unsigned long bytes)
{
	return addr >= vma->vm_start && addr <= vma->vm_end &&
	       bytes <= vma->vm_end - addr;
}

/* --- frames ------------------------------------------------------------------ */

static bool frames_exist(unsigned long pfn, unsigned long nr)
{
	pfn_t limit = phys_to_pfn(arch_layout()->phys_limit);

	return pfn < limit && nr <= limit - pfn;
}

int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
		    unsigned long pfn, unsigned long size, pgprot_t prot)
{
	unsigned long bytes = PAGE_ALIGN(size), done;
	int err = 0;

	might_sleep();
	if (!IS_ALIGNED(addr, PAGE_SIZE) || bytes < size || !bytes ||
	    !vma_has(vma, addr, bytes) ||
	    !frames_exist(pfn, bytes >> PAGE_SHIFT) ||
	    WARN_ON_ONCE(vma->vm_flags & VM_MIXEDMAP) || vma_is_copied(vma))
		return -EINVAL;
	vma->vm_flags |= VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP;
	for (done = 0; done < bytes && !err; done += PAGE_SIZE)
		err = user_page_map(vma, addr + done,
				    pfn + (done >> PAGE_SHIFT), prot);
	if (err)
		zap_vma_ptes(vma, addr, done - PAGE_SIZE);
	return err;
}
EXPORT_SYMBOL(remap_pfn_range);

int io_remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
		       unsigned long pfn, unsigned long size, pgprot_t prot)
{
	return remap_pfn_range(vma, addr, pfn, size, prot);
}
EXPORT_SYMBOL(io_remap_pfn_range);

int vm_iomap_memory(struct vm_area_struct *vma, phys_addr_t start,
		    unsigned long len)
{
	unsigned long offset = (unsigned long)start & ~PAGE_MASK;
	unsigned long pages = (offset + len + PAGE_SIZE - 1) >> PAGE_SHIFT;

	if (offset + len < len || start + len < start || !len ||
	    vma->vm_pgoff > pages || vma_pages(vma) > pages - vma->vm_pgoff)
		return -EINVAL;
	return io_remap_pfn_range(
		vma, vma->vm_start, phys_to_pfn(start) + vma->vm_pgoff,
		vma->vm_end - vma->vm_start, vma->vm_page_prot);
}
EXPORT_SYMBOL(vm_iomap_memory);

vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long addr,
			  unsigned long pfn)
{
	int err;

	addr &= PAGE_MASK;
	if (WARN_ON_ONCE(!(vma->vm_flags & VM_PFNMAP)) || vma_is_copied(vma) ||
	    !vma_has(vma, addr, PAGE_SIZE) || !frames_exist(pfn, 1))
		return VM_FAULT_SIGBUS;
	err = user_page_map(vma, addr, pfn, vma->vm_page_prot);
	return err && err != -EBUSY ? vmf_error(err) : VM_FAULT_NOPAGE;
}
EXPORT_SYMBOL(vmf_insert_pfn);

void zap_vma_ptes(struct vm_area_struct *vma, unsigned long addr,
		  unsigned long size)
{
	if (!size || !vma_has(vma, addr, size) || !(vma->vm_flags & VM_PFNMAP))
		return;
	user_pages_revoke(vma->vm_mm, addr, addr + size);
	user_pages_release(vma, addr, addr + size);
}
EXPORT_SYMBOL_GPL(zap_vma_ptes);

/* --- counted pages ------------------------------------------------------------ */

int vm_insert_page(struct vm_area_struct *vma, unsigned long addr,
		   struct page *page)
{
	struct page *head = compound_head(page);
	int err;

	might_sleep();
	if (!IS_ALIGNED(addr, PAGE_SIZE) || !vma_has(vma, addr, PAGE_SIZE))
		return -EFAULT;
	/* A slab's page, a free one and one of frames have no count. */
	if (WARN_ON_ONCE(vma->vm_flags & VM_PFNMAP) ||
	    page_state(head) != PAGE_ALLOCATED || vma_is_copied(vma))
		return -EINVAL;
	vma->vm_flags |= VM_MIXEDMAP;
	get_page(page);
	err = user_page_map(vma, addr, page_to_pfn(page), vma->vm_page_prot);
	if (err)
		put_page(page);
	return err;
}
EXPORT_SYMBOL(vm_insert_page);

int vm_insert_pages(struct vm_area_struct *vma, unsigned long addr,
		    struct page **pages, unsigned long *num)
{
	int err = 0;

	for (; *num && !err; addr += PAGE_SIZE) {
		err = vm_insert_page(vma, addr, *pages++);
		*num -= !err;
	}
	return err;
}
EXPORT_SYMBOL(vm_insert_pages);

static int map_pages(struct vm_area_struct *vma, struct page **pages,
		     unsigned long num, unsigned long first)
{
	unsigned long nr = vma_pages(vma);

	if (first >= num || nr > num - first)
		return -ENXIO;
	return vm_insert_pages(vma, vma->vm_start, pages + first, &nr);
}

int vm_map_pages(struct vm_area_struct *vma, struct page **pages,
		 unsigned long num)
{
	return map_pages(vma, pages, num, vma->vm_pgoff);
}
EXPORT_SYMBOL(vm_map_pages);

int vm_map_pages_zero(struct vm_area_struct *vma, struct page **pages,
		      unsigned long num)
{
	return map_pages(vma, pages, num, 0);
}
EXPORT_SYMBOL(vm_map_pages_zero);

vm_fault_t vmf_insert_page(struct vm_area_struct *vma, unsigned long addr,
			   struct page *page)
{
	int err = vm_insert_page(vma, addr & PAGE_MASK, page);

	return err && err != -EBUSY ? vmf_error(err) : VM_FAULT_NOPAGE;
}
EXPORT_SYMBOL(vmf_insert_page);

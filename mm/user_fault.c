/* SPDX-License-Identifier: MIT */
/*
 * user_fault.c - a user's page is wanted: who makes it appear, and may he?
 *
 * A copy did not find a page, or not for writing. The stretch that the address
 * lies in says what is to be done: memory of the user's own is a fresh page of
 * zeroes, of high memory if there is some; a driver's stretch asks its fault().
 * If there is no stretch, or it does not allow this, or there is no memory, the
 * copy ends there.
 *
 * A private stretch that may be written gets copies of what fault() has, at the
 * first touch, be it to read or to write: so a page that is there never has to
 * be exchanged for another.
 *
 * Several threads may ask for one page at the same time. Each makes one; the
 * first puts it in, the others give theirs back. A page, once there, is what
 * the stretch allows, so a fault on one that is there is either such a race or
 * forbidden.
 *
 * Locking: mmap_lock for reading, around everything.
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/kthread.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/show.h>
#include <mm/uaccess.h>
#include "user_internal.h"

/* Atomic. */
static unsigned long nr_faults, nr_major_faults;

/* Put @page in, whose reference is ours. That another one is there already is
 * as good. */
static vm_fault_t page_put_in(const struct vm_fault *vmf, struct page *page)
{
	struct vm_area_struct *vma = vmf->vma;
	int err = user_page_map(vma, vmf->address, page_to_pfn(page),
				vma->vm_page_prot);

	if (err)
		put_page(page);
	return err && err != -EBUSY ? vmf_error(err) : 0;
}

static vm_fault_t anon_fault(const struct vm_fault *vmf)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);

	if (!page)
		return VM_FAULT_OOM;
	page_set_owner(page, PAGE_OWNER_USER);
	return page_put_in(vmf, page);
}

/* As fault(), of a driver that has the older call. */
static vm_fault_t nopage_fault(struct vm_fault *vmf)
{
	int type = VM_FAULT_MINOR;

	vmf->page = vmf->vma->vm_ops->nopage(vmf->vma, vmf->address, &type);
	if (vmf->page == NOPAGE_SIGBUS)
		return VM_FAULT_SIGBUS;
	if (vmf->page == NOPAGE_OOM)
		return VM_FAULT_OOM;
	return (vm_fault_t)type & VM_FAULT_MAJOR;
}

/* A private stretch gets a copy, and the driver its page back. */
static vm_fault_t copy_put_in(const struct vm_fault *vmf)
{
	struct page *copy = alloc_page(GFP_HIGHUSER);

	if (copy) {
		page_set_owner(copy, PAGE_OWNER_USER);
		copy_highpage(copy, vmf->page);
	}
	put_page(vmf->page);
	return copy ? page_put_in(vmf, copy) : VM_FAULT_OOM;
}

static vm_fault_t driver_fault(struct vm_fault *vmf)
{
	const struct vm_operations_struct *ops = vmf->vma->vm_ops;
	vm_fault_t ret;

	if (!ops || (!ops->fault && !ops->nopage))
		return VM_FAULT_SIGBUS;
	ret = ops->fault ? ops->fault(vmf) : nopage_fault(vmf);
	if (ret & VM_FAULT_MAJOR)
		__atomic_add_fetch(&nr_major_faults, 1, __ATOMIC_RELAXED);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE))
		return ret;
	/* Its own page, or none: it is the driver's bug, and nobody else's. */
	if (WARN_ON(!vmf->page) ||
	    WARN_ON(vma_page_kind(vmf->vma) == USER_PAGE_FRAME))
		return VM_FAULT_SIGBUS;
	return vma_is_copied(vmf->vma) ? copy_put_in(vmf) :
					 page_put_in(vmf, vmf->page);
}

static bool access_allowed(const struct vm_area_struct *vma, bool write)
{
	return vma->vm_flags & (write ? VM_WRITE : VM_ACCESS_FLAGS);
}

vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long addr,
			   unsigned int flags)
{
	struct vm_fault vmf = {
		.vma = vma,
		.address = addr & PAGE_MASK,
		.flags = flags,
		.pgoff = vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT),
	};
	bool write = flags & FAULT_FLAG_WRITE, writable;
	vm_fault_t ret = 0;

	__atomic_add_fetch(&nr_faults, 1, __ATOMIC_RELAXED);
	if (!access_allowed(vma, write))
		return VM_FAULT_SIGSEGV;
	if (!user_page_mapped(vma->vm_mm, vmf.address, &writable)) {
		if (vma_page_kind(vma) == USER_PAGE_ANON)
			ret = anon_fault(&vmf);
		else
			ret = driver_fault(&vmf);
		if (ret & VM_FAULT_ERROR)
			return ret;
		/* A driver that says it is there may be wrong: the copy would
		 * ask for ever. */
		if (!user_page_mapped(vma->vm_mm, vmf.address, &writable))
			return VM_FAULT_SIGBUS;
	}
	return write && !writable ? VM_FAULT_SIGSEGV : ret;
}

/*
 * The mmap_lock is ours already: a driver's mmap() copies from or to the user.
 * Waiting for ourselves would end the machine, so the copy ends.
 */
static noinline __cold void report_own_lock(unsigned long addr)
{
	const struct report_sites sites = { .at = _RET_IP_ };

	mm_report("lock-recursion", &sites, "mmap_lock task=%s addr=%08lx",
		  current->comm, addr);
}

/* For asm/user.h: a copy asks for @addr. */
static bool user_fault(unsigned long addr, bool write)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	vm_fault_t ret = VM_FAULT_SIGSEGV;

	if (!mm || faulthandler_disabled())
		return false;
	if (READ_ONCE(mm->mmap_lock.owner) == current) {
		report_own_lock(addr);
		return false;
	}
	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		ret = handle_mm_fault(vma, addr, write ? FAULT_FLAG_WRITE : 0);
	mmap_read_unlock(mm);
	return !(ret & VM_FAULT_ERROR);
}

static unsigned long faults(void)
{
	return READ_ONCE(nr_faults);
}

static unsigned long major_faults(void)
{
	return READ_ONCE(nr_major_faults);
}

void user_space_init(void)
{
	user_areas_init();
	user_pages_init();
	mm_usage_register(MM_USAGE_PAGE_FAULTS, faults);
	mm_usage_register(MM_USAGE_MAJOR_FAULTS, major_faults);
	arch_set_user_fault(user_fault);
}

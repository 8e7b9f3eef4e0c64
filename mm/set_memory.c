/* SPDX-License-Identifier: MIT */
/*
 * set_memory.c - making pages read-only or executable after they were filled
 *
 * The range has to lie in one area of the live window that has pages; its owner
 * is the caller, so it stays while this works. The entries are changed by the
 * arch, which refuses what would be writable and executable, and then all CPUs
 * forget the old rights: a right that was taken is gone when the call returns,
 * so the next call may give the other one.
 *
 * Locking: none of its own; calls on one page are the owner's to serialise.
 */
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/util.h>
#include <mm/set_memory.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>

/* Do @nr pages from @addr lie in one area that has pages? */
static bool set_memory_is_allowed(unsigned long addr, unsigned long nr)
{
	unsigned long cursor = addr;
	struct vm_info area;

	return IS_ALIGNED(addr, PAGE_SIZE) && nr &&
	       is_vmalloc_addr((const void *)addr) &&
	       vm_window_next(&vm_live_window, &cursor, &area) &&
	       area.state == VM_LIVE && area.nr_pages && addr >= area.start &&
	       nr <= (area.end - PAGE_SIZE - addr) >> PAGE_SHIFT;
}

static int set_memory(const char *call, unsigned long addr, int numpages,
		      enum kpt_change change, unsigned long site)
{
	unsigned long bytes = (unsigned long)numpages << PAGE_SHIFT;
	int err = -EINVAL;

	if (numpages > 0 &&
	    set_memory_is_allowed(addr, (unsigned long)numpages))
		err = kpt_change_rights(addr, bytes, change);
	if (err) {
		pr_warn("%s(%#lx, %d): %s, caller=%pS\n", call, addr, numpages,
			err == -EPERM ? "writable and executable" :
					"not pages of one vmalloc area",
			(void *)site);
		return err;
	}
	flush_tlb_kernel_range(addr, addr + bytes);
	return 0;
}

int set_memory_ro(unsigned long addr, int numpages)
{
	return set_memory(__func__, addr, numpages, KPT_MAKE_RO, _RET_IP_);
}

int set_memory_rw(unsigned long addr, int numpages)
{
	return set_memory(__func__, addr, numpages, KPT_MAKE_RW, _RET_IP_);
}

int set_memory_x(unsigned long addr, int numpages)
{
	return set_memory(__func__, addr, numpages, KPT_MAKE_X, _RET_IP_);
}

int set_memory_nx(unsigned long addr, int numpages)
{
	return set_memory(__func__, addr, numpages, KPT_MAKE_NX, _RET_IP_);
}

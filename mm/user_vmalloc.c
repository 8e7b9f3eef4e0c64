/* SPDX-License-Identifier: MIT */
/*
 * user_vmalloc.c - show vmalloc memory to a user
 *
 * Only what was asked for with vmalloc_user() or VM_USERMAP: that was zeroed, so
 * nothing of anybody else's is shown. Its pages are inserted one by one, each
 * with a reference: vfree() may come while the user still sees them.
 *
 * Locking: the caller holds mmap_lock, and keeps the area.
 */
#include <kernel/errno.h>
#include <kernel/export.h>
#include <mm/user_space.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>

/* Bytes of the area that begins at @addr and may be shown; 0: there is none. */
static unsigned long area_bytes(unsigned long addr)
{
	unsigned long cursor = addr;
	struct vm_info info;

	if (!vm_window_next(&vm_live_window, &cursor, &info) ||
	    info.start != addr || info.state != VM_LIVE || !info.user)
		return 0;
	return info.end - info.start - PAGE_SIZE; /* behind is its guard */
}

int remap_vmalloc_range(struct vm_area_struct *vma, void *addr,
			unsigned long pgoff)
{
	unsigned long bytes = vma->vm_end - vma->vm_start, done;
	unsigned long room = area_bytes((unsigned long)addr);
	int err = 0;

	might_sleep();
	if (pgoff > room >> PAGE_SHIFT || bytes > room - (pgoff << PAGE_SHIFT))
		return -EINVAL;
	for (done = 0; done < bytes && !err; done += PAGE_SIZE) {
		char *at = (char *)addr + (pgoff << PAGE_SHIFT) + done;

		err = vm_insert_page(vma, vma->vm_start + done,
				     vmalloc_to_page(at));
	}
	if (!err)
		vma->vm_flags |= VM_DONTEXPAND | VM_DONTDUMP;
	return err;
}
EXPORT_SYMBOL(remap_vmalloc_range);

/* SPDX-License-Identifier: MIT */
/*
 * show_vmalloc.c - /proc/vmallocinfo, and the areas that hold the most
 *
 * Linux's line, by rising address: range, bytes with the guard page, caller,
 * pages=, phys=, kind, and then "user" if user space may see it, "vpages" if
 * the array of its pages is vmalloc memory itself. An area that is freed but waits for its flush shows as
 * Linux shows it, "unpurged vm_area": its addresses are still taken.
 *
 * Each area is copied under the lock and printed after it was dropped, so
 * areas that come or go meanwhile may or may not show.
 */
#include <kernel/seq_file.h>
#include <mm/holders.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>

static void vmallocinfo_line(struct seq_file *m, const struct vm_info *info)
{
	seq_printf(m, "0x%08lx-0x%08lx %7ld", info->start, info->end,
		   (long)(info->end - info->start));
	if (info->state == VM_LAZY) {
		seq_puts(m, " unpurged vm_area\n");
		return;
	}
	if (info->site)
		seq_printf(m, " %pS", (void *)info->site);
	if (info->nr_pages)
		seq_printf(m, " pages=%lu", info->nr_pages);
	/* 16 digits: a physical address has 64 bits where PAE is on. */
	if (info->phys)
		seq_printf(m, " phys=0x%016llx", info->phys);
	seq_printf(m, " %s%s%s\n", vm_kind_word(info->kind),
		   info->user ? " user" : "",
		   is_vmalloc_addr(info->pages) ? " vpages" : "");
}

static void vmallocinfo_show(struct seq_file *m)
{
	unsigned long cursor = 0;
	struct vm_info info;

	while (vm_window_next(&vm_live_window, &cursor, &info))
		vmallocinfo_line(m, &info);
}
PROC_FILE(vmallocinfo, "vmallocinfo", vmallocinfo_show);

/* Those that are freed and wait for their flush, too: their pages are taken. */
static void vmalloc_holders(struct holder_list *list)
{
	unsigned long cursor = 0;
	struct vm_info info;

	while (vm_window_next(&vm_live_window, &cursor, &info))
		if (vm_kind_has_pages(info.kind))
			holder_name(list, info.nr_pages, "of %pS",
				    (void *)info.site);
}
MM_HOLDER(vmalloc, "vmalloc area", vmalloc_holders);
